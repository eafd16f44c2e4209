// What is measured while a snapshot is made, grown and checked: everything that was expected is done in the end, and
// what is measured is what there is.
#include "runtime/snapshot/measures.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "runtime/snapshot/append.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

std::string rows_of(int from, int to) {
  std::string text = "n,w\n";
  for (int row = from; row < to; ++row) text += std::to_string(row) + ",w" + std::to_string(row % 7) + "\n";
  return text;
}

const std::vector<ColumnSpec> kColumns{{.source = "n", .type = plan::FieldType::integer},
                                       {.source = "w", .type = plan::FieldType::label}};

Result<Created> create_measured(const fs::path& file, const fs::path& out, std::vector<ColumnSpec> columns,
                                Measures& measures) {
  CreateOptions options;
  options.out = out;
  options.streams = {{.name = "s", .file = file, .columns = std::move(columns)}};
  options.measures = &measures;
  return create(options);
}

void expect_done(const Amount& amount, std::uint64_t whole) {
  EXPECT_EQ(amount.done, whole);
  EXPECT_EQ(amount.whole, whole);
}

TEST(Measures, CreatingReadsADeclaredFileOnceAndAnotherTwice) {
  const TemporaryDirectory directory;
  const std::string text = rows_of(0, 200'000);
  const fs::path file = directory.write("a.csv", text);
  for (const bool declared : {true, false}) {
    Measures measures;
    const fs::path out = directory.path() / (declared ? "declared" : "found");
    ASSERT_TRUE(create_measured(file, out, declared ? kColumns : std::vector<ColumnSpec>(), measures));
    expect_done(measures.source_bytes, (declared ? 1 : 2) * text.size());
    EXPECT_EQ(measures.rows_read, 200'000U);
    expect_done(measures.written_rows, 200'000U);
    EXPECT_EQ(measures.stage, Stage::publishing);
    ASSERT_EQ(measures.files.size(), 1U);
    EXPECT_EQ(measures.files[0].stream, "s");
    EXPECT_EQ(measures.files[0].file, "a.csv");
    EXPECT_EQ(measures.files[0].rows, 200'000U);
    EXPECT_EQ(measures.files[0].bytes, text.size());
    EXPECT_GT(measures.files[0].sha256_ns, 0);
    EXPECT_LE(measures.files[0].sha256_ns, measures.files[0].types_ns + measures.files[0].read_ns);
    ASSERT_EQ(measures.streams.size(), 1U);
    EXPECT_EQ(measures.streams[0].rows, 200'000U);
    EXPECT_EQ(measures.streams[0].bytes, fs::file_size(out / "streams" / "s.arrow"));
    EXPECT_LE(measures.streams[0].sha256_ns, measures.streams[0].write_ns);
    EXPECT_LE(measures.streams[0].write_ns, measures.write_ns);
  }
}

TEST(Measures, AppendingChecksAllThatWasThereAndWritesAllRows) {
  const TemporaryDirectory directory;
  Measures created, measures;
  ASSERT_TRUE(
      create_measured(directory.write("a.csv", rows_of(0, 1'000)), directory.path() / "old", kColumns, created));
  const std::string text = rows_of(1'000, 1'500);
  AppendOptions options;
  options.snapshot = directory.path() / "old";
  options.out = directory.path() / "new";
  options.streams = {{.name = "s", .file = directory.write("b.csv", text), .columns = kColumns}};
  options.measures = &measures;
  ASSERT_TRUE(append(options));
  expect_done(measures.source_bytes, text.size());
  EXPECT_EQ(measures.rows_read, 500U);
  expect_done(measures.hashed_bytes, created.streams[0].bytes);
  EXPECT_GT(measures.checked_bytes.done, 0U);
  expect_done(measures.checked_bytes, measures.checked_bytes.whole);
  expect_done(measures.written_rows, 1'500U);
  ASSERT_EQ(measures.streams.size(), 1U);
  EXPECT_EQ(measures.streams[0].rows, 1'500U);
}

TEST(Measures, CheckingASnapshotGoesThroughAllItsBytes) {
  const TemporaryDirectory directory;
  Measures created, measures;
  const fs::path out = directory.path() / "snap";
  ASSERT_TRUE(create_measured(directory.write("a.csv", rows_of(0, 100'000)), out, kColumns, created));
  const auto snapshot = Snapshot::open(out);
  ASSERT_TRUE(snapshot);
  ASSERT_TRUE(snapshot->verify_files(&measures));
  EXPECT_EQ(measures.stage, Stage::hashing);
  expect_done(measures.hashed_bytes, fs::file_size(out / "streams" / "s.arrow"));
  ASSERT_TRUE(snapshot->verify_all_chunks(&measures));
  EXPECT_EQ(measures.stage, Stage::checking);
  expect_done(measures.checked_bytes, measures.checked_bytes.whole);
  EXPECT_GE(measures.checked_bytes.done, 100'000U * 5);  // four bytes a number, one a label
  EXPECT_LT(measures.checked_bytes.done, measures.hashed_bytes.done);
}

TEST(Measures, OfAPipeNobodyKnowsTheSize) {
  const TemporaryDirectory directory;
  const fs::path pipe = directory.path() / "p.csv";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string text = rows_of(0, 1'000);
  std::thread writer([&] { std::ofstream(pipe) << text; });
  Measures measures;
  const auto created = create_measured(pipe, directory.path() / "snap", kColumns, measures);
  writer.join();
  ASSERT_TRUE(created);
  EXPECT_EQ(measures.source_bytes.whole, 0U);
  EXPECT_EQ(measures.source_bytes.done, text.size());
}

}  // namespace
}  // namespace proofmark::snapshot
