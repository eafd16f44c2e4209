// Telemetry in, snapshot out: what is read, how it is typed and ordered, that equal input gives equal bytes, and that
// a failure leaves nothing behind.
#include "runtime/snapshot/create.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <fstream>
#include <map>
#include <thread>

#include "runtime/json/json.h"
#include "runtime/snapshot/arrow_read.h"
#include "runtime/snapshot/arrow_write.h"
#include "runtime/snapshot/mapped_file.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;
using plan::FieldType;
using Values = std::vector<std::optional<std::string>>;

Snapshot opened(const fs::path& directory) {
  auto snapshot = Snapshot::open(directory);
  EXPECT_TRUE(static_cast<bool>(snapshot)) << first_problem(snapshot.problems());
  const auto verified = verify_everything(*snapshot);
  EXPECT_TRUE(static_cast<bool>(verified)) << first_problem(verified.problems());
  return std::move(*snapshot);
}

std::string problem_of(const Result<Created>& created) {
  return created ? "created" : first_problem(created.problems());
}

// Every file below a directory with its bytes.
std::map<std::string, std::string> files_of(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) files[fs::relative(entry.path(), directory).string()] = contents(entry.path());
  return files;
}

std::string gzip(std::string_view text) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

constexpr std::string_view kRequests =
    "{\"at\":\"2026-01-31T12:00:01Z\",\"status\":200,\"ms\":1.5,\"ok\":true,\"region\":\"eu\",\"http\":{\"bytes\":"
    "70000}}\n"
    "{\"at\":\"2026-01-31T12:00:00.000000001Z\",\"status\":503,\"ms\":2,\"ok\":false,\"region\":null,\"http\":{"
    "\"bytes\":5}}\r\n"
    "\n"
    "{\"at\":\"2026-01-31T13:00:02+01:00\",\"status\":-1,\"ms\":null,\"ok\":true,\"region\":\"\\u00e9u\"}";

TEST(Create, InfersTypesSortsByTimeAndReadsBack) {
  const TemporaryDirectory directory;
  const auto created = create_one(directory.write("requests.ndjson", kRequests), directory.path() / "out");
  ASSERT_TRUE(static_cast<bool>(created)) << first_problem(created.problems());
  EXPECT_EQ(created->streams[0].rows, 3U);
  EXPECT_TRUE(created->warnings.empty());

  const Snapshot snapshot = opened(directory.path() / "out");
  EXPECT_EQ(snapshot.id(), created->id);
  EXPECT_EQ(snapshot.as_of(), 1769860802000000000);
  const Stream& stream = *snapshot.find("s");
  EXPECT_EQ(stream.time_column, 0U);
  EXPECT_EQ(stream.covers_from, 1769860800000000001);
  EXPECT_EQ(stream.covers_to, 1769860802000000000);
  EXPECT_EQ(values_of(stream, "at"), (Values{"1769860800000000001", "1769860801000000000", "1769860802000000000"}));
  EXPECT_EQ(values_of(stream, "status"), (Values{"503", "200", "-1"}));
  EXPECT_EQ(values_of(stream, "ms"), (Values{"2", "1.5", std::nullopt}));
  EXPECT_EQ(values_of(stream, "ok"), (Values{"false", "true", "true"}));
  EXPECT_EQ(values_of(stream, "region"), (Values{std::nullopt, "eu", "éu"}));
  EXPECT_EQ(values_of(stream, "http.bytes"), (Values{"5", "70000", std::nullopt}));
  EXPECT_EQ(stream.find("status")->physical, Physical::i16);
  EXPECT_EQ(stream.find("http.bytes")->physical, Physical::u32);
  EXPECT_EQ(stream.find("region")->type, FieldType::label);
  EXPECT_EQ(stream.find("http"), nullptr);
  ASSERT_EQ(stream.zones.size(), 1U);
  EXPECT_EQ(stream.zones[0].minimum, 1769860800000000001);
  EXPECT_EQ(stream.zones[0].maximum, 1769860802000000000);
}

TEST(Create, ManifestIsCanonicalAndSaysWhereItCameFrom) {
  const TemporaryDirectory directory;
  ASSERT_EQ(problem_of(create_one(directory.write("deep/er/requests.ndjson", kRequests), directory.path() / "out")),
            "created");
  const std::string text = contents(directory.path() / "out/manifest.json");
  const auto value = json::parse(text, "manifest.json", "PM0000");
  ASSERT_TRUE(static_cast<bool>(value));
  EXPECT_EQ(json::canonical(*value), text);
  const json::Object& stream = *(*value->as_object()->find("streams")->as_array())[0].as_object();
  EXPECT_EQ(*stream.find("source")->as_object()->find("name")->as_string(), "requests.ndjson");
  EXPECT_EQ(*stream.find("quality")->as_object()->find("outOfOrderRows")->as_integer(), 1);
  EXPECT_EQ(*value->as_object()->find("asOf")->as_string(), "2026-01-31T12:00:02Z");
  EXPECT_EQ(text.find("deep"), std::string::npos);
  EXPECT_EQ(text.find(directory.path().filename().string()), std::string::npos);
}

TEST(Create, EqualInputGivesEqualBytesWhereverItLies) {
  const TemporaryDirectory here, there;
  ASSERT_EQ(problem_of(create_one(here.write("r.ndjson", kRequests), here.path() / "one")), "created");
  ASSERT_EQ(problem_of(create_one(there.write("a/b/r.ndjson", kRequests), there.path() / "two/")), "created");
  EXPECT_EQ(files_of(here.path() / "one"), files_of(there.path() / "two"));
}

TEST(Create, OrderOfStreamsDoesNotMatter) {
  const TemporaryDirectory directory;
  CreateOptions options;
  options.streams = {{"b", directory.write("b.csv", "v\n1\n"), {}, {}},
                     {"a", directory.write("a.csv", "v\n2\n"), {}, {}}};
  options.as_of = 5;
  options.out = directory.path() / "one";
  ASSERT_EQ(problem_of(create(options)), "created");
  std::swap(options.streams[0], options.streams[1]);
  options.out = directory.path() / "two";
  ASSERT_EQ(problem_of(create(options)), "created");
  EXPECT_EQ(files_of(directory.path() / "one"), files_of(directory.path() / "two"));
  const Snapshot snapshot = opened(directory.path() / "one");
  EXPECT_EQ(snapshot.streams()[0].name, "a");
  EXPECT_EQ(snapshot.as_of(), 5);
}

TEST(Create, CompressedFilesInSeveralMembers) {
  const std::string_view text = "v\n1\n2\n3\n";
  const std::string packed_gz = gzip(text.substr(0, 5)) + gzip(text.substr(5));
  const std::string packed_zst = zstd(text.substr(0, 5)) + zstd(text.substr(5));
  const TemporaryDirectory directory;
  for (const auto& [name, bytes] : std::map<std::string, std::string>{
           {"t.csv.gz", packed_gz}, {"t.csv.zst", packed_zst}, {"t.CSV.GZ", packed_gz}}) {
    ASSERT_EQ(problem_of(create_one(directory.write(name, bytes), directory.path() / (name + ".out"))), "created");
    EXPECT_EQ(values_of(opened(directory.path() / (name + ".out")).streams()[0], "v"), (Values{"1", "2", "3"}));
  }
}

TEST(Create, DamagedCompressionIsRefusedAtEveryLength) {
  const TemporaryDirectory directory;
  std::string text = "v\n";
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * 7919) + "\n";
  for (const auto& [name, bytes] :
       std::map<std::string, std::string>{{"t.csv.gz", gzip(text)}, {"t.csv.zst", zstd(text)}}) {
    for (std::size_t size = 1; size < bytes.size(); size += size < 64 ? 1 : 997) {
      const auto created = create_one(directory.write(name, bytes.substr(0, size)), directory.path() / "out");
      EXPECT_EQ(problem_of(created).substr(0, 6), "PM0804") << size << problem_of(created);
    }
    EXPECT_EQ(problem_of(create_one(directory.write(name, text), directory.path() / "out")).substr(0, 6), "PM0804");
    EXPECT_EQ(problem_of(create_one(directory.write(name, bytes + "trailing"), directory.path() / "out")).substr(0, 6),
              "PM0804");
    EXPECT_EQ(problem_of(create_one(directory.write(name, ""), directory.path() / "out")), "PM0805 the file is empty");
  }
  EXPECT_FALSE(fs::exists(directory.path() / "out"));
}

TEST(Create, FilesThatAreNotThere) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path() / "d.csv");
  EXPECT_EQ(problem_of(create_one(directory.path() / "no.csv", directory.path() / "out")),
            "PM0801 there is no such telemetry file");
  EXPECT_EQ(problem_of(create_one(directory.path() / "d.csv", directory.path() / "out")),
            "PM0803 this is a directory, a stream is read from one file");
  EXPECT_EQ(problem_of(create_one(directory.write("t.parquet", "x"), directory.path() / "out")),
            "PM0803 the file's suffix does not say how to read it");
  EXPECT_EQ(problem_of(create_one(directory.write("t.gz", "x"), directory.path() / "out")),
            "PM0803 the file's suffix does not say how to read it");
  EXPECT_EQ(problem_of(create_one(directory.write("t.ndjson", ""), directory.path() / "out")),
            "PM0805 the file is empty");
  EXPECT_EQ(problem_of(create_one(directory.write("t.ndjson", "\n\n"), directory.path() / "out")),
            "PM0805 the file has no row that names a column");
}

// Nobody writes into it: opening it would wait forever.
TEST(Create, APipeHasNoTypesToBeFound) {
  const TemporaryDirectory directory;
  const fs::path pipe = directory.path() / "p.ndjson";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(
      problem_of(create_one(pipe, directory.path() / "out")),
      "PM0803 this is a pipe, and without a policy a file is read twice: for the types of its columns, and for their "
      "values");
  const std::string row = "{\"a\":1}\n";
  std::thread writer([&] { std::ofstream(pipe) << row; });
  const auto missing = create_one(pipe, directory.path() / "out", {{"b", FieldType::integer}});
  writer.join();
  EXPECT_EQ(problem_of(missing), "PM0814 column `b` of stream `s` is nowhere in the file");
}

TEST(Create, RefusedRowsHaveNoSayInTypesAndOrder) {
  const TemporaryDirectory directory;
  const fs::path file = directory.write("t.ndjson",
                                        "{\"b\":\"x\",\"a\":2}x\n"
                                        "{\"a\":1,\"b\":2}\n"
                                        "{\"a\":1,\"a\":\"x\"}\n");
  ASSERT_TRUE(create_one(file, directory.path() / "out", {}, {}, 2));
  const auto snapshot = Snapshot::open(directory.path() / "out");
  ASSERT_TRUE(snapshot);
  const Stream& stream = *snapshot->find("s");
  ASSERT_EQ(stream.columns.size(), 2U);
  EXPECT_EQ(stream.columns[0].name, "a");
  EXPECT_EQ(stream.columns[0].type, FieldType::integer);
  EXPECT_EQ(stream.columns[1].type, FieldType::integer);
}

TEST(Create, ADeclaredStreamMayBeEmpty) {
  const TemporaryDirectory directory;
  const auto created =
      create_one(directory.write("t.ndjson", ""), directory.path() / "out", {{"a", FieldType::label, 1, false, false}});
  ASSERT_EQ(problem_of(created), "created");
  EXPECT_EQ(created->warnings.at(0).code, "PM0823");
  EXPECT_EQ(opened(directory.path() / "out").streams()[0].rows, 0U);
}

TEST(Create, FailureLeavesNothingBehind) {
  const TemporaryDirectory directory;
  const auto file = directory.write("in/t.csv", "v\n1\n2,3\n");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "work/out")).substr(0, 6), "PM0821");  // no such parent
  fs::create_directory(directory.path() / "work");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "work/out")),
            "t.csv:3:1 PM0807 the record has 2 cells, the header has 1 cell");
  EXPECT_TRUE(fs::is_empty(directory.path() / "work"));
}

TEST(Create, NeverOverwrites) {
  const TemporaryDirectory directory;
  const auto file = directory.write("t.csv", "v\n1\n");
  fs::create_directory(directory.path() / "empty");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "empty")), "created");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "empty")),
            "PM0820 the output directory exists already and is not empty");
  EXPECT_EQ(problem_of(create_one(file, file)), "PM0820 there is a file of this name, and a snapshot is a directory");
  EXPECT_EQ(contents(file), "v\n1\n");
}

TEST(Create, NeverInsideAnotherSnapshot) {
  const TemporaryDirectory directory;
  const auto file = directory.write("t.csv", "v\n1\n");
  const auto outer = directory.path() / "outer";
  ASSERT_EQ(problem_of(create_one(file, outer)), "created");
  const std::string before = contents(outer / "manifest.json");
  fs::create_directory_symlink(outer, directory.path() / "link");
  for (const char* name : {"outer/new", "outer/streams/new", "outer/../outer/new/", "link/zones"})
    EXPECT_EQ(problem_of(create_one(file, directory.path() / name)),
              "PM0848 the output directory lies in the snapshot `" + fs::canonical(outer).string() + "`")
        << name;
  EXPECT_EQ(contents(outer / "manifest.json"), before);
  EXPECT_FALSE(fs::exists(outer / "new"));
  directory.write("app/manifest.json", "{\"name\":\"no snapshot\"}");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "app/new")), "created");
}

TEST(Create, BadRowsMayBeSkippedUpToANumber) {
  const TemporaryDirectory directory;
  const auto file = directory.write("t.csv", "a,l\n1,x\n2\n3,y\n4,z,9\n");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "out", {}, {}, 1)).substr(0, 18), "t.csv:3:1 PM0807 t");
  const auto created = create_one(file, directory.path() / "out", {}, {}, 2);
  ASSERT_EQ(problem_of(created), "created");
  EXPECT_EQ(created->streams[0].skipped, 2U);
  ASSERT_EQ(created->warnings.size(), 3U);
  EXPECT_EQ(created->warnings[0].severity, Severity::warning);
  EXPECT_EQ(created->warnings[2].code, "PM0817");
  const Snapshot snapshot = opened(directory.path() / "out");
  EXPECT_EQ(snapshot.streams()[0].skipped_rows, 2U);
  EXPECT_EQ(values_of(snapshot.streams()[0], "a"), (Values{"1", "3"}));
  EXPECT_EQ(snapshot.streams()[0].find("l")->dictionary,
            (std::vector<std::string_view>{"x", "y"}));  // nothing of the bad rows
}

TEST(Create, ABadRowLeavesNoLabelBehind) {
  const TemporaryDirectory directory;
  const auto file = directory.write("t.ndjson",
                                    "{\"l\":\"good\",\"t\":\"x\",\"n\":1}\n{\"l\":\"ghost\",\"t\":\"ghost\",\"n\":"
                                    "\"bad\"}\n{\"l\":\"also\",\"t\":\"y\",\"n\":2}\n");
  const std::vector<ColumnSpec> specs{{"l", FieldType::label, 1, false, false},
                                      {"t", FieldType::text, 1, false, false},
                                      {"n", FieldType::integer, 1, false, false}};
  ASSERT_EQ(problem_of(create_one(file, directory.path() / "out", specs, {}, 1)), "created");
  const Snapshot snapshot = opened(directory.path() / "out");
  EXPECT_EQ(snapshot.streams()[0].find("l")->dictionary, (std::vector<std::string_view>{"also", "good"}));
  EXPECT_EQ(values_of(snapshot.streams()[0], "t"), (Values{"x", "y"}));
  EXPECT_EQ(contents(directory.path() / "out/streams/s.arrow").find("ghost"), std::string::npos);
}

TEST(Create, ProblemsOfAllStreamsAreReported) {
  const TemporaryDirectory directory;
  CreateOptions options;
  options.out = directory.path() / "out";
  options.streams = {{"a", directory.write("a.csv", "v\n1,2\n"), {}, {}},
                     {"b", directory.path() / "none.csv", {}, {}},
                     {"9", directory.path() / "x", {}, {}}};
  EXPECT_EQ(problem_of(create(options)), "PM0819 the stream name `9` cannot be used");
  options.streams.pop_back();
  const auto created = create(options);
  ASSERT_FALSE(static_cast<bool>(created));
  ASSERT_EQ(created.problems().size(), 3U);
  EXPECT_EQ(created.problems()[0].code, "PM0801");
  EXPECT_EQ(created.problems()[1].code, "PM0807");
  options.streams = {{"a", "a.csv", {}, {}}, {"a", "a.csv", {}, {}}};
  EXPECT_EQ(problem_of(create(options)), "PM0819 the stream `a` is given twice");
  options.streams.clear();
  EXPECT_EQ(problem_of(create(options)), "PM0819 a snapshot needs at least one stream");
}

TEST(Create, TimeColumnMustHoldTimes) {
  const TemporaryDirectory directory;
  const auto file = directory.write("t.csv", "msec,v\n1.5,1\n0.5,2\n");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "out", {}, "mesc")),
            "PM0816 the time column `mesc` is not among the stream's columns");
  EXPECT_EQ(problem_of(create_one(file, directory.path() / "out", {}, "msec")),
            "PM0816 the time column `msec` holds no times, its type is float");
  const std::vector<ColumnSpec> specs{{"msec", FieldType::timestamp, 1'000'000'000, false, false},
                                      {"v", FieldType::integer, 1, false, false}};
  ASSERT_EQ(problem_of(create_one(file, directory.path() / "out", specs, "msec")), "created");
  EXPECT_EQ(values_of(opened(directory.path() / "out").streams()[0], "v"), (Values{"2", "1"}));
}

TEST(Create, EqualTimesKeepTheirOrderAndNullsComeLast) {
  const TemporaryDirectory directory;
  std::string text = "t,v\n";
  for (int i = 0; i < 10'000; ++i)
    text += (i % 10 == 3 ? std::string() : std::to_string(1000 - i / 100)) + "," + std::to_string(i) + "\n";
  const std::vector<ColumnSpec> specs{{"t", FieldType::timestamp, 1, false, false},
                                      {"v", FieldType::integer, 1, false, false}};
  ASSERT_EQ(problem_of(create_one(directory.write("t.csv", text), directory.path() / "out", specs, "t")), "created");
  const Snapshot snapshot = opened(directory.path() / "out");
  const Stream& stream = snapshot.streams()[0];
  const Values times = values_of(stream, "t"), rows = values_of(stream, "v");
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (!times[i]) continue;
    ASSERT_TRUE(times[i - 1]);
    ASSERT_LE(std::stoi(*times[i - 1]), std::stoi(*times[i]));
    if (*times[i - 1] != *times[i]) continue;
    ASSERT_LT(std::stoi(*rows[i - 1]), std::stoi(*rows[i]));
  }
  EXPECT_FALSE(times[9000]);
  EXPECT_EQ(rows[9000], "3");
  EXPECT_EQ(stream.zones.size(), 3U);
  EXPECT_EQ(stream.zones[2].maximum, 1000);
}

TEST(Create, SeveralBatchesAndEveryWidth) {
  const TemporaryDirectory directory;
  std::string text = "u8,i8,u16,i16,u32,i32,i64,d32,d64,b,r,t\n";
  const auto row = [](std::int64_t i) {
    const std::string n = std::to_string(i), negative = std::to_string(i % 2 == 0 ? i : -i);
    return std::to_string(i % 256) + "," + std::to_string(i % 256 - 128) + "," + std::to_string(i % 65'536) + "," +
           std::to_string(i % 65'536 - 32'768) + "," + std::to_string(i * 20'000) + "," +
           std::to_string(i * 20'000 - 2'000'000'000) + "," + std::to_string(i * 90'000'000'000'000 - 1) + "," +
           negative + "," + std::to_string(i * 100'000) + "," + n + "," + n + ".5,text " + n + "\n";
  };
  constexpr std::int64_t kRows = 100'000;
  for (std::int64_t i = 0; i < kRows; ++i) text += row(i);
  std::vector<ColumnSpec> specs;
  for (const char* name : {"u8", "i8", "u16", "i16", "u32", "i32", "i64"})
    specs.push_back({name, FieldType::integer, 1, false, false});
  for (const char* name : {"d32", "d64"}) specs.push_back({name, FieldType::duration, 1, false, false});
  specs.push_back({"b", FieldType::bytes, 1, false, false});
  specs.push_back({"r", FieldType::real, 1, false, false});
  specs.push_back({"t", FieldType::text, 1, false, false});
  ASSERT_EQ(problem_of(create_one(directory.write("t.csv", text), directory.path() / "out", specs)), "created");
  const Snapshot snapshot = opened(directory.path() / "out");
  const Stream& stream = snapshot.streams()[0];
  EXPECT_EQ(stream.batch_rows, (std::vector<std::uint64_t>{65'536, 34'464}));
  const std::pair<std::string_view, Physical> widths[] = {
      {"u8", Physical::u8},   {"i8", Physical::i8},   {"u16", Physical::u16}, {"i16", Physical::i16},
      {"u32", Physical::u32}, {"i32", Physical::i32}, {"i64", Physical::i64}, {"d32", Physical::i32},
      {"d64", Physical::u32}, {"b", Physical::u32},   {"r", Physical::f64},   {"t", Physical::utf8}};
  for (const auto& [name, width] : widths) EXPECT_EQ(stream.find(name)->physical, width) << name;
  for (std::int64_t i = 0; i < kRows; i += 331) {
    std::string joined;
    for (const Column& column : stream.columns) joined += *value_at(column, static_cast<std::uint64_t>(i)) + ",";
    joined.back() = '\n';
    ASSERT_EQ(joined, row(i));
  }
  for (const Column& column : stream.columns)
    for (const Chunk& chunk : column.chunks) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(chunk.values) % 64, 0U);
}

TEST(Create, DurationsAreStoredInTheCoarsestUnitThatAllHave) {
  struct Case {
    std::string_view values;
    Physical physical;
    std::int64_t scale;
  };
  const Case cases[] = {{"250 0 1000", Physical::u16, 1'000'000},
                        {"2000 7000", Physical::u8, 1'000'000'000},
                        {"-5000 1000", Physical::i8, 1'000'000'000},
                        {"0.001 70", Physical::u32, 1'000},
                        {"0.000001 0.1", Physical::u32, 1},
                        {"0.000001 10000", Physical::i64, 1},
                        {"-0.000001 2000", Physical::i32, 1},
                        {"-0.000001 2148", Physical::i64, 1},
                        {"4294967295", Physical::u32, 1'000'000},
                        {"4294967296", Physical::i64, 1},  // nothing is gained, so nothing is divided
                        {"4294967295000", Physical::u32, 1'000'000'000},
                        {"0 0", Physical::u8, 1'000'000'000},
                        {". .", Physical::u8, 1'000'000'000},
                        {". 3", Physical::u8, 1'000'000}};
  for (const Case& one : cases) {
    const TemporaryDirectory directory;
    std::string text = "n,d\n";
    Values values;
    for (std::string_view rest = one.values; !rest.empty();) {
      const std::string_view value = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), value.size() + 1));
      text += "1," + std::string(value == "." ? "" : value) + "\n";
      const auto ns = value == "." ? std::nullopt : plan::Rational::parse(value);
      values.push_back(ns ? std::optional((*plan::multiply(*ns, 1'000'000)).to_decimal()) : std::nullopt);
    }
    const std::vector<ColumnSpec> specs{{"n", FieldType::integer, 1, false, false},
                                        {"d", FieldType::duration, 1'000'000, false, true}};
    ASSERT_EQ(problem_of(create_one(directory.write("t.csv", text), directory.path() / "out", specs)), "created");
    const Snapshot snapshot = opened(directory.path() / "out");
    const Column& column = *snapshot.streams()[0].find("d");
    EXPECT_EQ(column.physical, one.physical) << one.values;
    EXPECT_EQ(column.scale, one.scale) << one.values;
    EXPECT_EQ(values_of(snapshot.streams()[0], "d"), values) << one.values;
  }
}

TEST(Create, ColumnsWithArraysAreLeftOutWithAWarning) {
  const TemporaryDirectory directory;
  const auto file = directory.write("t.ndjson", "{\"a\":1,\"tags\":[\"x\"],\"o\":{\"p\":1}}\n{\"a\":2,\"o\":5}\n");
  const auto created = create_one(file, directory.path() / "out");
  ASSERT_EQ(problem_of(created), "created");
  ASSERT_EQ(created->warnings.size(), 2U);
  EXPECT_EQ(created->warnings[0].message, "column `tags` is left out: some rows hold an array in it");
  EXPECT_EQ(created->warnings[1].message, "column `o` is left out: some rows hold an object in it");
  const Snapshot snapshot = opened(directory.path() / "out");
  EXPECT_EQ(snapshot.streams()[0].columns.size(), 2U);
  EXPECT_EQ(values_of(snapshot.streams()[0], "o.p"), (Values{"1", std::nullopt}));
}

TEST(Create, LongTextsMakeShorterBatches) {
  const TemporaryDirectory directory;
  Table table;
  table.rows = 70'000;
  TextData text;
  for (std::uint64_t row = 0; row < table.rows; ++row) {
    text.bytes += std::to_string(row);
    text.ends.push_back(text.bytes.size());
  }
  table.columns.push_back({"t", FieldType::text, std::move(text), {}});
  auto out = OutputFile::create(directory.path() / "t.arrow");
  ASSERT_TRUE(static_cast<bool>(out));
  write_arrow(*out, table, {.maximum_batch_text = 100'000});
  ASSERT_TRUE(static_cast<bool>(out->finish()));
  const auto file = MappedFile::open(directory.path() / "t.arrow", "t.arrow");
  ASSERT_TRUE(static_cast<bool>(file));
  const auto contents = read_arrow(file->bytes(), "t.arrow");
  ASSERT_TRUE(static_cast<bool>(contents)) << first_problem(contents.problems());
  std::uint64_t rows = 0;
  for (const std::uint64_t batch : contents->batch_rows) {
    EXPECT_TRUE(batch % kBlockRows == 0 || rows + batch == table.rows);
    EXPECT_LE(batch, 24'576U);
    rows += batch;
  }
  EXPECT_EQ(contents->batch_rows[0], 20'480U);  // five digits and fewer: 100,000 characters end in row 22,222
  EXPECT_EQ(value_at(contents->columns[0].column, 69'999), "69999");
}

}  // namespace
}  // namespace proofmark::snapshot
