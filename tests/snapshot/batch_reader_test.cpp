// Record batches that are taken one by one hold the bytes of those that are mapped, and what is wrong with them is the
// same in whatever order they are taken.
#include "runtime/snapshot/batch_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/manifest.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

constexpr std::size_t kRows = 2 * kBatchRows + 1003;  // three batches, the last of them short
using Order = std::vector<std::size_t>;
const Order kAll = {0, 1, 2};

// Every kind of column, most of them with nulls; codes of every width.
void write_telemetry(const fs::path& file) {
  std::ofstream csv(file);
  csv << "t,tiny,small,wide,wider,few,some,many,real,flag,text\n";
  for (std::size_t row = 0; row < kRows; ++row) {
    const unsigned mixed = static_cast<unsigned>(row) * 2'654'435'761U;
    const auto unless = [&](unsigned each, const std::string& text) { return row % each == 1 ? "" : text; };
    const auto whole = static_cast<std::int64_t>(row), signless = static_cast<std::int64_t>(mixed);
    csv << 1'700'000'000 + whole << ',' << whole % 100 - 50 << ','
        << unless(7, std::to_string(signless % 30'000 - 15'000)) << ',' << signless % 2'000'000'000 - 1'000'000'000
        << ',' << unless(11, std::to_string(signless * 1'000'000)) << ',' << unless(5, "f" + std::to_string(mixed % 3))
        << ",s" << mixed % 300 << ",m" << row % 70'000 << ',' << unless(13, std::to_string(mixed % 1000) + ".5") << ','
        << unless(3, mixed % 2 == 0 ? "true" : "false") << ',' << unless(17, "text " + std::to_string(mixed)) << '\n';
  }
}

std::vector<ColumnSpec> specs() {
  using plan::FieldType;
  std::vector<ColumnSpec> specs = {{"t", FieldType::timestamp, 1'000'000'000}};
  for (const char* name : {"tiny", "small", "wide", "wider"}) specs.push_back({name, FieldType::integer});
  for (const char* name : {"few", "some", "many"}) specs.push_back({name, FieldType::label});
  specs.push_back({"real", FieldType::real});
  specs.push_back({"flag", FieldType::boolean});
  specs.push_back({"text", FieldType::text});
  return specs;
}

std::vector<std::string> said(const Diagnostics& problems) {
  std::vector<std::string> texts;
  for (const Diagnostic& problem : problems) texts.push_back(problem.code + " " + problem.message);
  return texts;
}

class Batches : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = new TemporaryDirectory;
    write_telemetry(made_->path() / "t.csv");
    const auto created = create_one(made_->path() / "t.csv", made_->path() / "out", specs(), "t");
    ASSERT_TRUE(static_cast<bool>(created)) << first_problem(created.problems());
  }
  static void TearDownTestSuite() {
    delete made_;
    made_ = nullptr;
  }
  void SetUp() override {
    fs::copy(made_->path() / "out", out(), fs::copy_options::recursive);
    auto opened = Snapshot::open(out());
    ASSERT_TRUE(static_cast<bool>(opened)) << first_problem(opened.problems());
    snapshot_.emplace(std::move(*opened));
    auto file = open_stream(out(), read_manifest(contents(out() / "manifest.json"), "m")->streams[0]);
    ASSERT_TRUE(static_cast<bool>(file)) << first_problem(file.problems());
    file_.emplace(std::move(*file));
    for (const Column& column : stream().columns) names_.emplace_back(column.name);
  }
  fs::path out() const { return directory_.path() / "out"; }
  fs::path arrow() const { return out() / "streams" / "s.arrow"; }
  const Stream& stream() const { return snapshot_->streams().front(); }
  std::unique_ptr<BatchReader> reader(const Order& batches = kAll) const {
    return snapshot_->reader("s", names_, batches);
  }

  // Where a chunk lies in the file, and its bytes there.
  std::size_t place_of(const std::string& column, std::size_t batch) const {
    return static_cast<std::size_t>(bytes_of(column, batch).begin - file_->arrow.bytes().data());
  }
  const ChunkBytes& bytes_of(const std::string& column, std::size_t batch) const {
    const auto place = static_cast<std::size_t>(stream().find(column) - stream().columns.data());
    return file_->contents.columns[place].chunks[batch];
  }
  // Behind the back of whoever has the file open.
  void alter(const std::string& column, std::size_t batch, std::size_t byte_of_value = 0) const {
    const std::size_t place = place_of(column, batch) + bytes_of(column, batch).size / 2 + byte_of_value;
    const int descriptor = ::open(arrow().c_str(), O_RDWR | O_CLOEXEC);
    char byte = 0;
    ASSERT_EQ(::pread(descriptor, &byte, 1, static_cast<off_t>(place)), 1);
    byte = static_cast<char>(byte ^ 0x10);
    ASSERT_EQ(::pwrite(descriptor, &byte, 1, static_cast<off_t>(place)), 1);
    ::close(descriptor);
  }

  // As a thread does it: up to the first that cannot be taken; or to the end.
  std::vector<std::string> problems_of(const Order& order, bool to_the_end) const {
    Order batches = order;
    std::sort(batches.begin(), batches.end());
    const auto taking = reader(batches);
    PageMemory memory;
    for (const std::size_t batch : order) {
      const bool taken = taking->take(batch, memory);
      if (taken) taking->give_back(batch);
      if (!taken && !to_the_end) break;
    }
    return said(taking->problems());
  }
  std::vector<std::string> problems_of_mapped(const Order& batches) const {
    const Status checked = snapshot_->verify_batches("s", names_, batches);
    return checked ? std::vector<std::string>() : said(checked.problems());
  }

  static TemporaryDirectory* made_;
  TemporaryDirectory directory_;
  std::optional<Snapshot> snapshot_;
  std::optional<OpenStream> file_;  // the same file once more
  std::vector<std::string_view> names_;
};
TemporaryDirectory* Batches::made_ = nullptr;

void expect_same_bytes(const Column& column, const Chunk& mapped, const Chunk& taken) {
  const std::uint64_t rows = mapped.rows;
  EXPECT_EQ(taken.rows, rows);
  EXPECT_EQ(taken.nulls, mapped.nulls);
  ASSERT_EQ(taken.validity == nullptr, mapped.validity == nullptr);
  ASSERT_EQ(taken.offsets == nullptr, mapped.offsets == nullptr);
  const auto same = [&](const void* left, const void* right, std::uint64_t bytes) {
    EXPECT_EQ(std::memcmp(left, right, bytes), 0) << column.name;
  };
  if (mapped.validity != nullptr) same(taken.validity, mapped.validity, padded(bits_to_bytes(rows)));
  if (mapped.offsets != nullptr) same(taken.offsets, mapped.offsets, (rows + 1) * sizeof(std::int32_t));
  const std::uint64_t bytes = mapped.offsets != nullptr          ? static_cast<std::uint64_t>(mapped.offsets[rows])
                              : column.physical == Physical::bit ? bits_to_bytes(rows)
                                                                 : rows * width_bytes(column.physical);
  same(taken.values, mapped.values, padded(bytes));
}

std::vector<const void*> pointers_of(const Chunk& chunk) {
  return {chunk.validity, chunk.values, chunk.offsets};
}

TEST_F(Batches, ThereIsEveryKindOfColumn) {
  std::vector<Physical> kinds;
  for (const Column& column : stream().columns) kinds.push_back(column.physical);
  using enum Physical;
  EXPECT_EQ(kinds, (std::vector<Physical>{i64, i8, i16, i32, i64, u8, u16, u32, f64, bit, utf8}));
  EXPECT_EQ(stream().batch_rows, (std::vector<std::uint64_t>{kBatchRows, kBatchRows, 1003}));
}

TEST_F(Batches, WhatIsTakenIsACopyOfWhatIsMapped) {
  const auto taking = reader();
  PageMemory memory;
  for (const std::size_t batch : {2, 0, 1}) {
    std::vector<Chunk> mapped;
    std::size_t bytes = 0;
    for (const Column& column : stream().columns) {
      mapped.push_back(column.chunks[batch]);
      bytes += bytes_of(column.name, batch).size;
    }
    ASSERT_TRUE(taking->take(batch, memory));
    const std::byte* begin = memory.at_least(1);
    for (std::size_t i = 0; i < mapped.size(); ++i) {
      const Chunk& taken = stream().columns[i].chunks[batch];
      expect_same_bytes(stream().columns[i], mapped[i], taken);
      for (const void* pointer : pointers_of(taken)) {
        if (pointer == nullptr) continue;
        const auto* at = static_cast<const std::byte*>(pointer);
        EXPECT_TRUE(begin <= at && at < begin + bytes) << names_[i];
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pointer) % kAlignment, 0U) << names_[i];
      }
    }
    taking->give_back(batch);
    for (std::size_t i = 0; i < mapped.size(); ++i)
      EXPECT_EQ(pointers_of(stream().columns[i].chunks[batch]), pointers_of(mapped[i]));
  }
  EXPECT_EQ(said(taking->problems()), std::vector<std::string>());
}

TEST_F(Batches, SomeColumnsAreAsGoodAsAll) {
  names_ = {"text", "tiny", "flag"};  // not as they lie in the file, and with gaps between them
  const auto taking = reader({1, 2});
  PageMemory memory;
  for (const std::size_t batch : {1, 2}) {
    const Chunk real = stream().find("real")->chunks[batch], tiny = stream().find("tiny")->chunks[batch];
    ASSERT_TRUE(taking->take(batch, memory));
    EXPECT_EQ(pointers_of(stream().find("real")->chunks[batch]), pointers_of(real));
    EXPECT_NE(pointers_of(stream().find("tiny")->chunks[batch]), pointers_of(tiny));
    expect_same_bytes(*stream().find("tiny"), tiny, stream().find("tiny")->chunks[batch]);
    taking->give_back(batch);
  }
  EXPECT_TRUE(taking->problems().empty());
  names_.clear();
  const auto nothing = reader();
  EXPECT_TRUE(nothing->take(0, memory));
  nothing->give_back(0);
  EXPECT_TRUE(nothing->problems().empty());
}

TEST_F(Batches, AnAlteredByteIsFoundInWhateverOrderTheyAreTaken) {
  for (const Column& column : stream().columns) {
    alter(column.name, 1);
    EXPECT_FALSE(problems_of_mapped(kAll).empty()) << column.name;
    for (const Order& order : {Order{0, 1, 2}, Order{2, 1, 0}, Order{1, 0, 2}, Order{1, 2}, Order{1}, Order{0, 2}}) {
      Order batches = order;
      std::sort(batches.begin(), batches.end());
      for (const bool to_the_end : {false, true})
        EXPECT_EQ(problems_of(order, to_the_end), problems_of_mapped(batches)) << column.name;
    }
    alter(column.name, 1);
  }
  EXPECT_EQ(problems_of(kAll, true), std::vector<std::string>());
}

TEST_F(Batches, AllThatIsWrongIsSaidWhereverAThreadStops) {
  alter("few", 2);
  alter("wide", 0);
  alter("t", 1);
  const std::vector<std::string> mapped = problems_of_mapped(kAll);
  ASSERT_EQ(mapped.size(), 3U);
  for (const Order& order : {Order{0, 1, 2}, Order{2, 1, 0}, Order{1, 0, 2}}) {
    EXPECT_EQ(problems_of(order, false), mapped);
    EXPECT_EQ(problems_of(order, true), mapped);
  }
  PageMemory memory;
  const auto taking = reader();
  const auto before = pointers_of(stream().find("wide")->chunks[0]);
  EXPECT_FALSE(taking->take(0, memory));
  EXPECT_EQ(pointers_of(stream().find("wide")->chunks[0]), before);
}

TEST_F(Batches, AFileThatIsCutShortMeanwhileIsRefused) {
  fs::resize_file(arrow(), place_of("wider", 1));
  for (const Order& order : {Order{0, 1, 2}, Order{2, 1, 0}}) {
    const std::vector<std::string> problems = problems_of(order, false);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0], "PM0831 the file ended, or could not be read, while its rows were read");
  }
  EXPECT_EQ(problems_of({0}, false), std::vector<std::string>());
}

TEST_F(Batches, AFileThatIsCutShortAndAlteredIsRefusedToo) {
  alter("few", 0);
  fs::resize_file(arrow(), place_of("t", 1));
  for (const Order& order : {Order{0, 1, 2}, Order{2, 1, 0}}) {  // the first stops before it sees the end
    const std::vector<std::string> problems = problems_of(order, false);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].substr(0, 6), "PM0831");
  }
}

TEST(PageMemory, GrowsAndKeepsWhatItHas) {
  PageMemory memory;
  std::byte* first = memory.at_least(1000);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % kAlignment, 0U);
  std::fill_n(first, 1000, std::byte{7});
  EXPECT_EQ(memory.at_least(10), first);
  EXPECT_EQ(first[999], std::byte{7});
  constexpr std::size_t kMany = (std::size_t{5} << 20) + 1;
  std::byte* second = memory.at_least(kMany);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second) % kAlignment, 0U);
  std::fill_n(second, kMany, std::byte{8});
  EXPECT_EQ(memory.at_least(kMany), second);
  EXPECT_THROW(memory.at_least(SIZE_MAX / 4), std::bad_alloc);
  std::fill_n(memory.at_least(1000), 1000, std::byte{9});
}

TEST(MappedFile, ReadsWhatIsThereAndNoMore) {
  const TemporaryDirectory directory;
  const auto file = MappedFile::open(directory.write("f", "0123456789"), "f");
  std::string bytes(4, ' ');
  const auto into = std::as_writable_bytes(std::span<char>(bytes));
  EXPECT_TRUE(file->read(6, into));
  EXPECT_EQ(bytes, "6789");
  EXPECT_FALSE(file->read(7, into));
  EXPECT_FALSE(file->read(SIZE_MAX / 2, into));
  EXPECT_TRUE(file->read(10, into.subspan(4)));
}

// A snapshot may have more streams than a process may have files open.
TEST(MappedFile, MoreMayBeOpenThanAProcessMayHave) {
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = std::min<rlim_t>(before.rlim_cur, 1024);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  const TemporaryDirectory directory;
  const fs::path path = directory.write("f", "0123456789");
  std::vector<MappedFile> files;
  for (int i = 0; i < 1500; ++i) {
    auto file = MappedFile::open(path, "f");
    EXPECT_TRUE(static_cast<bool>(file)) << i << " " << first_problem(file.problems());
    if (!file) break;
    files.push_back(std::move(*file));
  }
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  for (const MappedFile& file : files) {
    std::string bytes(4, ' ');
    const auto into = std::as_writable_bytes(std::span<char>(bytes));
    EXPECT_TRUE(file.read(6, into));
    EXPECT_EQ(bytes, "6789");
    EXPECT_FALSE(file.read(7, into));
    EXPECT_FALSE(file.read(SIZE_MAX / 2, into));
  }
}

constexpr std::uint64_t kBlocksInBatch = kBatchRows / kBlockRows, kPieceRows = 512;

// The n-th piece of a block.
PieceOfBatch piece_of(std::size_t batch, std::size_t block, std::size_t n) {
  return {batch * kBlocksInBatch + block, batch, block * kBlockRows + n * kPieceRows, kPieceRows};
}

TEST_F(Batches, PiecesLieWhereTheyWouldInAWholeBatch) {
  names_.pop_back();  // texts
  const std::vector<PieceOfBatch> pieces = {piece_of(0, 3, 0), piece_of(1, 0, 7), piece_of(1, 15, 2)};
  const auto taking = snapshot_->reader("s", names_, pieces);
  PageMemory memory;
  for (const std::size_t batch : {1, 0}) {
    std::vector<Chunk> mapped;
    for (std::size_t i = 0; i < names_.size(); ++i) mapped.push_back(stream().columns[i].chunks[batch]);
    ASSERT_TRUE(taking->take(batch, memory));
    for (const PieceOfBatch& piece : pieces) {
      if (piece.batch != batch) continue;
      for (std::size_t i = 0; i < names_.size(); ++i) {
        const Column& column = stream().columns[i];
        const std::size_t bits = column.physical == Physical::bit ? 1 : 8 * width_bytes(column.physical);
        const std::size_t from = piece.offset * bits / 8;
        const Chunk& taken = column.chunks[batch];
        ASSERT_NE(taken.values, mapped[i].values);
        EXPECT_EQ(std::memcmp(taken.values + from, mapped[i].values + from, piece.rows * bits / 8), 0) << names_[i];
        if (taken.validity != nullptr) {
          EXPECT_EQ(
              std::memcmp(taken.validity + piece.offset / 8, mapped[i].validity + piece.offset / 8, piece.rows / 8), 0);
        }
      }
    }
    taking->give_back(batch);
  }
  EXPECT_EQ(said(taking->problems()), std::vector<std::string>());
}

// In the middle of a chunk: a code that no dictionary has, a time far from its neighbours.
TEST_F(Batches, PiecesWithoutSoundCodesOrTimesAreNotTaken) {
  const auto is_taken = [&](const char* column, const PieceOfBatch& piece) {
    names_ = {column};
    const auto taking = snapshot_->reader("s", names_, std::vector<PieceOfBatch>{piece});
    PageMemory memory;
    const bool taken = taking->take(piece.batch, memory);
    EXPECT_EQ(taken, said(taking->problems()).empty());
    return taken;
  };
  const PieceOfBatch codes = piece_of(1, 7, 0), times = piece_of(1, 8, 0);
  EXPECT_TRUE(is_taken("few", codes));
  EXPECT_TRUE(is_taken("t", times));
  alter("few", 1);
  alter("t", 1, 7);
  EXPECT_FALSE(is_taken("few", codes));
  EXPECT_TRUE(is_taken("few", piece_of(1, 8, 0)));
  EXPECT_FALSE(is_taken("t", times));
  EXPECT_TRUE(is_taken("t", piece_of(1, 7, 7)));
  EXPECT_FALSE(is_taken("t", {0, 1, times.offset + kPieceRows, kPieceRows}));  // of another block's zone
}

}  // namespace
}  // namespace proofmark::snapshot
