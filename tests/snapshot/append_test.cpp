// What appending promises: the outcome is the snapshot of all files in one, to the byte; the old snapshot stays as it
// is or is replaced whole; nothing that is wrong gets new digests.
#include "runtime/snapshot/append.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "runtime/snapshot/manifest.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;
using plan::FieldType;

const std::vector<ColumnSpec> kColumns{{"t", FieldType::timestamp, 1, false, false, "epoch_ns"},
                                       {"i", FieldType::integer, 1, false, true},
                                       {"d", FieldType::duration, 1'000, false, true, "us"},
                                       {"l", FieldType::label, 1, false, true},
                                       {"x", FieldType::text, 1, false, true},
                                       {"r", FieldType::real, 1, false, true},
                                       {"b", FieldType::boolean, 1, false, true}};
constexpr std::string_view kHeader = "t,i,d,l,x,r,b\n";

// How the rows of one file are drawn. Each part draws anew, so that widths, labels and order change from file to file.
struct Shape {
  std::int64_t begin = 0, jitter = 0, nulls = 0;  // of the times; one in so many cells is empty
  std::int64_t least = 0, greatest = 0;
  std::int64_t labels = 1, first_label = 0;
  std::int64_t unit = 1;  // durations are multiples of it
};

class Rows {
 public:
  explicit Rows(std::uint64_t seed) : random_(seed) {}

  std::string text(const Shape& shape, std::uint64_t rows) {
    std::string text;
    for (std::uint64_t row = 0; row < rows; ++row) {
      const std::int64_t time = shape.begin + static_cast<std::int64_t>(row) + draw(0, shape.jitter);
      text += cell(shape, std::to_string(time)) + "," + cell(shape, std::to_string(draw(shape.least, shape.greatest))) +
              "," + cell(shape, std::to_string(draw(shape.least, shape.greatest) * shape.unit)) + "," +
              cell(shape, "v" + std::to_string(shape.first_label + draw(0, shape.labels - 1))) + "," +
              cell(shape, "text " + std::to_string(draw(0, 1'000'000))) + "," +
              cell(shape, std::to_string(draw(0, 1'000)) + ".5") + "," +
              cell(shape, draw(0, 1) == 0 ? "true" : "false") + "\n";
    }
    return text;
  }
  Shape shape(std::int64_t begin) {
    static constexpr std::int64_t kLimits[] = {100,    127,    200,           255,           256,
                                               40'000, 70'000, 3'000'000'000, 5'000'000'000, 9'000'000'000'000};
    Shape shape;
    shape.begin = begin;
    shape.jitter = draw(0, 3) == 0 ? draw(1, 100'000) : draw(0, 20);
    shape.nulls = draw(0, 2) == 0 ? draw(3, 50) : 0;
    shape.greatest = kLimits[static_cast<std::size_t>(draw(0, 9))];
    shape.least = draw(0, 1) == 0 ? 0 : -kLimits[static_cast<std::size_t>(draw(0, 9))];
    shape.labels = draw(0, 5) == 0 ? draw(200, 70'000) : draw(1, 20);
    shape.first_label = draw(0, 30);
    static constexpr std::int64_t kUnits[] = {1, 1'000, 1'000'000, 1'000};
    shape.unit = shape.greatest - shape.least > 1'000'000'000 ? 1 : kUnits[static_cast<std::size_t>(draw(0, 3))];
    return shape;
  }
  std::int64_t draw(std::int64_t least, std::int64_t greatest) {
    const auto width = static_cast<std::uint64_t>(greatest - least) + 1;
    return least + static_cast<std::int64_t>(random_() % width);
  }

 private:
  std::string cell(const Shape& shape, std::string value) {
    if (shape.nulls != 0 && draw(1, shape.nulls) == 1) value.clear();
    return value;
  }
  std::mt19937_64 random_;
};

std::map<std::string, std::string> files_of(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) files[fs::relative(entry.path(), directory).string()] = contents(entry.path());
  return files;
}

Manifest manifest_of(const fs::path& directory) {
  auto manifest = read_manifest(contents(directory / "manifest.json"), "manifest.json");
  EXPECT_TRUE(static_cast<bool>(manifest)) << first_problem(manifest.problems());
  return *manifest;
}

// All but the names of the files, which are the only difference there may be.
void expect_same(const fs::path& appended, const fs::path& created, std::size_t files, const std::string& note) {
  Manifest one = manifest_of(appended), other = manifest_of(created);
  EXPECT_EQ(one.streams[0].sources.size(), files) << note;
  one.streams[0].sources = other.streams[0].sources;
  EXPECT_EQ(write_manifest(one), write_manifest(other)) << note;
  auto a = files_of(appended), b = files_of(created);
  a.erase("manifest.json");
  b.erase("manifest.json");
  EXPECT_TRUE(a == b) << note << ": the files differ";
  const auto snapshot = Snapshot::open(appended);
  ASSERT_TRUE(static_cast<bool>(snapshot)) << note << first_problem(snapshot.problems());
  const auto sound = verify_everything(*snapshot);
  EXPECT_TRUE(static_cast<bool>(sound)) << note << first_problem(sound.problems());
}

AppendOptions one_file(const fs::path& snapshot, const fs::path& file, std::optional<fs::path> out) {
  AppendOptions options;
  options.snapshot = snapshot;
  options.out = std::move(out);
  options.streams.push_back({"s", file, {}, {}});
  return options;
}

std::string outcome(const Result<Appended>& appended) {
  return appended ? "appended" : first_problem(appended.problems());
}

void compare(std::uint64_t seed, const std::vector<std::uint64_t>& parts, bool timed) {
  const std::string note = "seed " + std::to_string(seed);
  const TemporaryDirectory directory;
  Rows rows(seed);
  std::string all(kHeader);
  std::int64_t begin = 1'700'000'000'000'000'000;
  fs::path last;
  const std::optional<std::string> time = timed ? std::optional<std::string>("t") : std::nullopt;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::string text = rows.text(rows.shape(begin), parts[part]);
    begin += static_cast<std::int64_t>(parts[part]);
    all += text;
    const fs::path file = directory.write("part" + std::to_string(part) + ".csv", std::string(kHeader) + text);
    const fs::path out = directory.path() / ("out" + std::to_string(part));
    if (part == 0) {
      const auto created = create_one(file, out, kColumns, time);
      ASSERT_TRUE(static_cast<bool>(created)) << note << first_problem(created.problems());
    } else {
      const auto before = files_of(last);
      ASSERT_EQ(outcome(append(one_file(last, file, out))), "appended") << note;
      EXPECT_TRUE(before == files_of(last)) << note << ": the old snapshot was touched";
    }
    last = out;
  }
  const auto created = create_one(directory.write("all.csv", all), directory.path() / "all", kColumns, time);
  ASSERT_TRUE(static_cast<bool>(created)) << note << first_problem(created.problems());
  expect_same(last, directory.path() / "all", parts.size(), note);
}

TEST(Append, IsTheSnapshotOfAllFilesInOne) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) compare(seed, {seed * 37, 1 + seed * 11, 400}, seed % 4 != 0);
  for (std::uint64_t seed = 100; seed < 108; ++seed) compare(seed, {140'000 + seed * 411, 9'000}, seed % 4 != 0);
  compare(200, {65'536, 65'536, 1}, true);
  compare(201, {131'072, 4'096, 70'000}, true);
  compare(202, {1, 1, 1, 1, 1, 1}, true);
}

TEST(Append, LeavesBatchesInFrontOfTheFirstNewRowWhereTheyAre) {
  const TemporaryDirectory directory;
  Rows rows(7);
  const Shape shape{.begin = 0, .greatest = 100, .labels = 3};
  const auto file = directory.write("a.csv", std::string(kHeader) + rows.text(shape, 200'000));
  ASSERT_TRUE(static_cast<bool>(create_one(file, directory.path() / "old", kColumns, "t")));
  const auto kept = [&](std::int64_t begin) {
    Shape later = shape;
    later.begin = begin;
    const auto more = directory.write("b.csv", std::string(kHeader) + rows.text(later, 10));
    const fs::path out = directory.path() / ("new" + std::to_string(begin));
    const auto appended = append(one_file(directory.path() / "old", more, out));
    EXPECT_EQ(outcome(appended), "appended");
    return appended ? appended->streams[0].kept : 0;
  };
  EXPECT_EQ(kept(200'000), 3U * 65'536);
  EXPECT_EQ(kept(196'607), 3U * 65'536);  // behind the row of the same time
  EXPECT_EQ(kept(196'606), 2U * 65'536);
  EXPECT_EQ(kept(0), 0U);
}

TEST(Append, ReadsWhatTheSnapshotRemembers) {
  const TemporaryDirectory directory;
  const auto file = directory.write("a.ndjson",
                                    "{\"at\":\"2026-01-31T12:00:00Z\",\"code\":200,\"who\":\"a\"}\n"
                                    "{\"at\":\"2026-01-31T12:00:01Z\",\"code\":200}\n");
  ASSERT_TRUE(static_cast<bool>(create_one(file, directory.path() / "old")));
  const auto more = directory.write("b.ndjson", "{\"code\":-5,\"at\":\"2026-01-31T11:59:59Z\",\"new\":1}\n");
  ASSERT_EQ(outcome(append(one_file(directory.path() / "old", more, directory.path() / "new"))), "appended");
  const auto snapshot = Snapshot::open(directory.path() / "new");
  ASSERT_TRUE(static_cast<bool>(snapshot));
  const Stream& stream = snapshot->streams()[0];
  using Values = std::vector<std::optional<std::string>>;
  EXPECT_EQ(values_of(stream, "code"), (Values{"-5", "200", "200"}));
  EXPECT_EQ(values_of(stream, "who"), (Values{std::nullopt, "a", std::nullopt}));
  EXPECT_EQ(stream.find("new"), nullptr);
  EXPECT_EQ(stream.origin.files.size(), 2U);
  EXPECT_EQ(stream.origin.files[1].name, "b.ndjson");
  EXPECT_EQ(stream.origin.out_of_order_rows, 1U);
  EXPECT_EQ(snapshot->as_of(), 1769860801000000000);
}

TEST(Append, TheInstantNeverGoesBackUnlessAsked) {
  const TemporaryDirectory directory;
  CreateOptions create_options;
  create_options.out = directory.path() / "old";
  create_options.streams.push_back({"s", directory.write("a.csv", "t,v\n2026-01-31T12:00:00Z,1\n"), {}, {}});
  create_options.as_of = 1769864400000000000;  // an hour later
  ASSERT_TRUE(static_cast<bool>(create(create_options)));
  const auto more = directory.write("b.csv", "t,v\n2026-01-31T12:30:00Z,1\n");
  AppendOptions options = one_file(directory.path() / "old", more, directory.path() / "kept");
  EXPECT_EQ(append(options)->as_of, 1769864400000000000);
  options.out = directory.path() / "latest";
  options.latest = true;
  EXPECT_EQ(append(options)->as_of, 1769862600000000000);
  options.out = directory.path() / "said";
  options.as_of = 5;
  EXPECT_EQ(append(options)->as_of, 5);
}

class AppendTo : public ::testing::Test {
 protected:
  void SetUp() override {
    old_ = directory_.path() / "old";
    const auto file = directory_.write("a.csv", "t,ms,l\n1,5,x\n2,6,y\n");
    const auto created = create_one(file, old_, specs("ms"), "t");
    ASSERT_TRUE(static_cast<bool>(created)) << first_problem(created.problems());
    id_ = created->id;
  }
  static std::vector<ColumnSpec> specs(const std::string& unit) {
    return {{"t", FieldType::timestamp, 1'000'000'000, false, false, "epoch_s"},
            {"ms", FieldType::duration, unit == "ms" ? 1'000'000 : 1'000'000'000, false, false, unit},
            {"l", FieldType::label, 1, false, false}};
  }
  std::string try_append(std::string_view text, std::vector<ColumnSpec> columns = {},
                         std::optional<std::string> time = {}) {
    AppendOptions options = one_file(old_, directory_.write("b.csv", text), directory_.path() / "new");
    options.streams[0].columns = std::move(columns);
    options.streams[0].time_column = std::move(time);
    std::string said = outcome(append(options));
    if (said != "appended") {
      EXPECT_FALSE(fs::exists(directory_.path() / "new"));
    }
    fs::remove_all(directory_.path() / "new");
    return said;
  }
  TemporaryDirectory directory_;
  fs::path old_;
  std::string id_;
};

TEST_F(AppendTo, RefusesWhatWasReadOtherwise) {
  constexpr std::string_view kMore = "t,ms,l\n3,5,x\n";
  EXPECT_EQ(try_append(kMore, specs("ms"), "t"), "appended");
  EXPECT_EQ(try_append(kMore, specs("s"), "t"),
            "PM0826 stream `s`: column `ms` is duration in s by the policy and duration in ms in the snapshot");
  auto columns = specs("ms");
  columns[2].type = FieldType::text;
  EXPECT_EQ(try_append(kMore, columns, "t"),
            "PM0826 stream `s`: column `l` is text by the policy and label in the snapshot");
  columns = specs("ms");
  columns.pop_back();
  EXPECT_EQ(try_append(kMore, columns, "t"),
            "PM0826 stream `s`: the snapshot has column `l`, the policy does not read it");
  columns = specs("ms");
  columns.push_back({"z", FieldType::text, 1, false, true});
  EXPECT_EQ(try_append(kMore, columns, "t"),
            "PM0826 stream `s`: the policy reads column `z`, the snapshot does not have it");
  EXPECT_EQ(try_append(kMore, specs("ms"), {}),
            "PM0826 stream `s`: rows are ordered by no column by the policy and by `t` in the snapshot");
  EXPECT_EQ(try_append("t,ms\n3,5\n"), "PM0814 column `l` of stream `s` is nowhere in the file");
  EXPECT_EQ(try_append("t,ms,l\n3,fast,x\n").substr(0, 6), "b.csv:");
}

TEST_F(AppendTo, RefusesFilesThatAreThereAndStreamsThatAreNot) {
  EXPECT_EQ(try_append("t,ms,l\n1,5,x\n2,6,y\n"), "PM0827 the rows of this file are in stream `s` already, as `a.csv`");
  const auto more = directory_.write("c.csv", "t,ms,l\n9,5,x\n");
  AppendOptions options = one_file(old_, more, directory_.path() / "new");
  options.streams.push_back(options.streams[0]);
  EXPECT_EQ(outcome(append(options)), "PM0827 the rows of this file are in stream `s` already, as `c.csv`");
  options.streams.pop_back();
  options.streams[0].name = "S";
  EXPECT_EQ(outcome(append(options)), "PM0828 the snapshot has no stream `S`");
  options.streams.clear();
  EXPECT_EQ(outcome(append(options)), "PM0819 there is no file to append");
  options = one_file(directory_.path() / "none", more, directory_.path() / "new");
  EXPECT_EQ(outcome(append(options)), "PM0830 there is no such snapshot");
  options.out = std::nullopt;
  EXPECT_EQ(outcome(append(options)), "PM0830 there is no such snapshot");
  options = one_file(old_, more, old_);
  EXPECT_EQ(outcome(append(options)), "PM0820 the output directory exists already and is not empty");
}

TEST_F(AppendTo, SeveralFilesAreReadInTheirOrder) {
  AppendOptions options =
      one_file(old_, directory_.write("b.csv", "t,ms,l\n5,1,b\n3,2,b\n"), directory_.path() / "new");
  options.streams.push_back({"s", directory_.write("c.csv", "t,ms,l\n5,3,c\n4,4,a\n"), {}, {}});
  const auto appended = append(options);
  ASSERT_EQ(outcome(appended), "appended");
  EXPECT_EQ(appended->old_id, id_);
  EXPECT_EQ(appended->streams[0].rows, 6U);
  EXPECT_EQ(appended->streams[0].added, 4U);
  const auto created = create_one(directory_.write("all.csv", "t,ms,l\n1,5,x\n2,6,y\n5,1,b\n3,2,b\n5,3,c\n4,4,a\n"),
                                  directory_.path() / "all", specs("ms"), "t");
  ASSERT_TRUE(static_cast<bool>(created));
  expect_same(directory_.path() / "new", directory_.path() / "all", 3, "several files");
}

TEST_F(AppendTo, BadRowsAreAllowedOrRefusedAsInANewSnapshot) {
  constexpr std::string_view kMore = "t,ms,l\n3,5,x\n4,slow,x\n";
  EXPECT_NE(try_append(kMore).find("PM0808"), std::string::npos);
  AppendOptions options = one_file(old_, directory_.write("b.csv", kMore), directory_.path() / "new");
  options.skip_bad_rows = 1;
  const auto appended = append(options);
  ASSERT_EQ(outcome(appended), "appended");
  EXPECT_EQ(appended->streams[0].skipped, 1U);
  EXPECT_FALSE(appended->warnings.empty());
  EXPECT_EQ(manifest_of(directory_.path() / "new").streams[0].skipped_rows, 1U);
}

TEST_F(AppendTo, ADamagedSnapshotGetsNoNewDigests) {
  const fs::path arrow = old_ / "streams/s.arrow";
  const std::string good = contents(arrow);
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    std::ofstream(arrow, std::ios::binary) << bad;
    EXPECT_NE(try_append("t,ms,l\n3,5,x\n"), "appended") << at;
  }
  std::ofstream(arrow, std::ios::binary) << good;
  EXPECT_EQ(try_append("t,ms,l\n3,5,x\n"), "appended");
}

TEST_F(AppendTo, InPlaceReplacesInOneStepAndReadersKeepWhatTheyOpened) {
  ASSERT_EQ(::chmod(old_.c_str(), 0750), 0);
  const auto reader = Snapshot::open(old_);
  ASSERT_TRUE(static_cast<bool>(reader));
  const fs::path link = directory_.path() / "link";
  fs::create_directory_symlink("old", link);
  const auto appended = append(one_file(link, directory_.write("b.csv", "t,ms,l\n3,5,x\n"), std::nullopt));
  ASSERT_EQ(outcome(appended), "appended");
  EXPECT_TRUE(fs::is_symlink(link));
  const auto grown = Snapshot::open(old_);
  ASSERT_TRUE(static_cast<bool>(grown));
  EXPECT_EQ(grown->id(), appended->id);
  EXPECT_EQ(grown->streams()[0].rows, 3U);
  struct stat status = {};
  ASSERT_EQ(::stat(old_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0750U);
  EXPECT_EQ(reader->id(), id_);
  EXPECT_EQ(values_of(reader->streams()[0], "l"), (std::vector<std::optional<std::string>>{"x", "y"}));
  const std::vector<std::string_view> all{"t", "ms", "l"};
  EXPECT_TRUE(static_cast<bool>(reader->verify_chunks("s", all)));
  for (const auto& entry : fs::directory_iterator(directory_.path()))
    EXPECT_NE(entry.path().filename().string().front(), '.') << entry.path();
}

TEST_F(AppendTo, ManyAtOnceLoseNothing) {
  constexpr std::size_t kWriters = 8;
  std::vector<std::thread> writers;
  std::vector<std::string> said(kWriters);
  for (std::size_t i = 0; i < kWriters; ++i) {
    const auto file = directory_.write("w" + std::to_string(i) + ".csv", "t,ms,l\n3,5,w" + std::to_string(i) + "\n");
    writers.emplace_back([&, i, file] { said[i] = outcome(append(one_file(old_, file, std::nullopt))); });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(said, std::vector<std::string>(kWriters, "appended"));
  const auto grown = Snapshot::open(old_);
  ASSERT_TRUE(static_cast<bool>(grown));
  EXPECT_EQ(grown->streams()[0].rows, 2 + kWriters);
  EXPECT_EQ(grown->streams()[0].find("l")->dictionary.size(), 2 + kWriters);
}

TEST(Append, StreamsThatDoNotGrowAreCopied) {
  const TemporaryDirectory directory;
  CreateOptions options;
  options.out = directory.path() / "old";
  options.streams = {{"a", directory.write("a.csv", "t,v\n2026-01-31T12:00:00Z,1\n"), {}, {}},
                     {"s", directory.write("s.csv", "v\n1\n"), {}, {}}};
  ASSERT_TRUE(static_cast<bool>(create(options)));
  const auto more = directory.write("more.csv", "v\n2\n");
  ASSERT_EQ(outcome(append(one_file(directory.path() / "old", more, directory.path() / "new"))), "appended");
  auto before = files_of(directory.path() / "old"), after = files_of(directory.path() / "new");
  EXPECT_EQ(before["streams/a.arrow"], after["streams/a.arrow"]);
  EXPECT_EQ(before["zones/a.json"], after["zones/a.json"]);
  EXPECT_NE(before["streams/s.arrow"], after["streams/s.arrow"]);
}

}  // namespace
}  // namespace proofmark::snapshot
