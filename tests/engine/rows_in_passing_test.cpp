// Rows of a snapshot on disk that are checked while a pass reads them: the facts are those of the same rows where they
// are mapped, and what is wrong with them is said alike, for any number of threads, with and without kept facts.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <numeric>
#include <thread>

#include "runtime/engine/checked_rows.h"
#include "runtime/snapshot/create.h"
#include "tests/cache/scratch_folder.h"
#include "tests/engine/facts_text.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

namespace fs = std::filesystem;
using plan::FieldType;
using proofmark::testing::ScratchFolder;
using Texts = std::vector<std::string>;

// So many that quantiles are looked for by a sample, which finds nothing in the last batch.
constexpr std::size_t kBatch = 65'536, kLastBatch = 16, kRows = kLastBatch * kBatch + 100;
constexpr std::size_t kRowsOfSome = 3 * kBatch + 5000;
constexpr unsigned kThreads[] = {1, 2, 5};

void write_telemetry(const fs::path& file) {
  std::string csv = "time,status,latency,version\n";
  for (std::size_t row = 0; row < kRows; ++row) {
    const unsigned mixed = static_cast<unsigned>(row) * 2'654'435'761U;
    csv += std::to_string(1'700'000'000 + row) + ',' + std::to_string(200 + mixed % 301) + ',' +
           (row % 19 == 3 ? "" : std::to_string(mixed % 2'000'003)) + ",v" + std::to_string(mixed % 3) + '\n';
  }
  proofmark::testing::put_bytes(file, csv);
}

class InPassing : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = new ScratchFolder;
    write_telemetry(made_->path() / "requests.csv");
    snapshot::StreamSource source{.name = "requests", .file = made_->path() / "requests.csv", .time_column = "time"};
    source.columns = {{"time", FieldType::timestamp, 1'000'000'000},
                      {"status", FieldType::integer},
                      {"latency", FieldType::integer},
                      {"version", FieldType::label}};
    const auto created = snapshot::create({.out = made_->path() / "snap", .streams = {source}});
    ASSERT_TRUE(static_cast<bool>(created)) << created.problems().front().message;
  }
  static void TearDownTestSuite() {
    delete made_;
    made_ = nullptr;
  }
  void SetUp() override { fs::copy(made_->path() / "snap", folder(), fs::copy_options::recursive); }
  fs::path folder() const { return scratch_.path() / "snap"; }
  fs::path arrow() const { return folder() / "streams" / "requests.arrow"; }

  // With file times that have settled.
  snapshot::Snapshot open() const {
    for (;; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
      auto opened = snapshot::Snapshot::open(folder());
      EXPECT_TRUE(static_cast<bool>(opened));
      if (opened->streams().front().file.settled) return std::move(*opened);
    }
  }
  // Of a byte of a batch's share of a column the lowest bit is another one afterwards.
  void alter(const std::string& column, std::size_t batch) const {
    const auto snapshot = open();
    const snapshot::Column* found = snapshot.streams().front().find(column);
    const snapshot::Chunk& chunk = found->chunks[batch];
    const std::string_view values(reinterpret_cast<const char*>(chunk.values),
                                  chunk.rows * width_bytes(found->physical));
    const std::size_t place = proofmark::testing::file_bytes(arrow()).find(values);
    ASSERT_NE(place, std::string::npos);
    const char byte = static_cast<char>(values.front() ^ 1);
    const int descriptor = ::open(arrow().c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(::pwrite(descriptor, &byte, 1, static_cast<off_t>(place)), 1);
    ::close(descriptor);
  }

  static ScanBuilder builder() {
    Table table = table_of({column("time", FieldType::timestamp, {}), column("status", FieldType::integer, {}),
                            column("latency", FieldType::integer, {}), column("version", FieldType::label, {})});
    table.name = "requests";
    table.time = "time";
    return ScanBuilder(table);
  }
  static plan::Scan counting() {
    ScanBuilder made = builder();
    const Id recent = made.window({plan::WindowKind::last, kRowsOfSome * 1'000'000'000, 0});
    const Id good = made.compare(made.value("status"), plan::Comparison::less, 500);
    made.count(made.mask(plan::Both{recent, good}));
    made.count(recent);
    return made.scan;
  }
  static plan::Scan quantiles() {
    ScanBuilder made = builder();
    const Id good = made.compare(made.value("status"), plan::Comparison::less, 500);
    const Id population = made.count(good);
    std::vector<plan::RankRule> rules;
    for (const int percent : {50, 99})
      rules.push_back({plan::RankKind::upper, *plan::Rational::make(percent, 100), *plan::Rational::make(1, 20)});
    made.accumulate({plan::CollectValues{good, made.value("latency"), population, false, false, false, rules}, {}});
    return made.scan;
  }
  static plan::Scan grouped() {
    ScanBuilder made = builder();
    const Id all = made.window();
    made.count(made.compare(made.value("status"), plan::Comparison::less, 500), made.grouping("version", all));
    return made.scan;
  }
  static std::vector<plan::Scan> scans() { return {counting(), quantiles(), grouped()}; }

  struct Outcome {
    Texts texts;  // facts; or code and message of every problem
    std::uint64_t kept_rows = 0;
  };
  static Texts said(const Diagnostics& problems) {
    Texts texts;
    for (const Diagnostic& problem : problems) texts.push_back(problem.code + " " + problem.message);
    return texts;
  }
  static Outcome outcome(const plan::Scan& scan, const snapshot::Snapshot& snapshot, unsigned threads,
                         const cache::Cache* cache = nullptr) {
    Options options;
    options.threads = threads;
    options.facts = cache;
    options.fact_unit_batches = 2;
    Measures measures;
    options.measures = &measures;
    plan::Plan plan;
    plan.scans.push_back(scan);
    const auto ran = run(plan, snapshot, options);
    if (!ran) return {said(ran.problems())};
    return {{text_of(ran->facts.scans[0])}, measures.scans.back().kept_rows};
  }
  static Texts facts_as_mapped(const plan::Scan& scan, const snapshot::Snapshot& snapshot) {
    const auto ran = run_scan(scan, snapshot.streams().front(), snapshot.as_of(),
                              {.engine = Options::Choice::interpreter, .threads = 1});
    EXPECT_TRUE(static_cast<bool>(ran));
    return {text_of(ran->facts)};
  }
  static Texts problems_as_mapped(const snapshot::Snapshot& snapshot) {
    const std::string_view names[] = {"time", "status", "latency", "version"};
    const Status checked = snapshot.verify_chunks("requests", names);
    return checked ? Texts() : said(checked.problems());
  }
  cache::Cache cache(const std::string& name) const { return cache::Cache((scratch_.path() / name).string()); }

  static ScratchFolder* made_;
  ScratchFolder scratch_;
};
ScratchFolder* InPassing::made_ = nullptr;

TEST_F(InPassing, FactsAreThoseOfTheRowsWhereTheyAreMapped) {
  const auto snapshot = open();
  int which = 0;
  for (const plan::Scan& scan : scans()) {
    const Texts expected = facts_as_mapped(scan, snapshot);
    EXPECT_TRUE(CheckedRows::of(scan, snapshot, {})->in_passing());
    for (const unsigned threads : kThreads) {
      EXPECT_EQ(outcome(scan, snapshot, threads).texts, expected);
      const cache::Cache kept = cache("kept" + std::to_string(++which));
      EXPECT_EQ(outcome(scan, snapshot, threads, &kept).texts, expected);
      EXPECT_TRUE(CheckedRows::of(scan, snapshot, {&kept, 1})->may_wait());
      const Outcome again = outcome(scan, snapshot, threads, &kept);
      EXPECT_EQ(again.texts, expected);
      EXPECT_GT(again.kept_rows, 0U);
      fs::last_write_time(arrow(), fs::last_write_time(arrow()) - std::chrono::seconds(1));
      const Outcome touched = outcome(scan, open(), threads, &kept);  // facts are kept, but rows may not wait
      EXPECT_EQ(touched.texts, expected);
      EXPECT_EQ(touched.kept_rows, again.kept_rows);
    }
  }
  EXPECT_EQ(problems_as_mapped(snapshot), Texts());  // every chunk is where it was
}

TEST_F(InPassing, WhatIsWrongIsSaidAlikeWhoeverFindsIt) {
  const cache::Cache warm = cache("warm");
  for (const plan::Scan& scan : scans()) (void)outcome(scan, open(), 1, &warm);
  alter("latency", kLastBatch);  // where no sample looks
  alter("status", 3);
  alter("version", 9);
  alter("status", 12);
  const auto snapshot = open();
  const Texts expected = problems_as_mapped(snapshot);
  ASSERT_EQ(expected.size(), 3U);
  int which = 0;
  for (const plan::Scan& scan : scans())
    for (const unsigned threads : kThreads) {
      EXPECT_EQ(outcome(scan, snapshot, threads).texts, expected);
      EXPECT_EQ(outcome(scan, snapshot, threads, &warm).texts, expected);
      const cache::Cache cold = cache("cold" + std::to_string(++which));
      EXPECT_EQ(outcome(scan, snapshot, threads, &cold).texts, expected);
      EXPECT_FALSE(CheckedRows::of(scan, snapshot, {&cold, 1})->may_wait());
    }
}

TEST_F(InPassing, NothingIsKeptOfRowsThatAreDamaged) {
  const cache::Cache kept = cache("kept");
  alter("status", 15);
  EXPECT_EQ(outcome(counting(), open(), 2, &kept).texts, problems_as_mapped(open()));
  alter("status", 15);
  const auto snapshot = open();
  const Outcome first = outcome(counting(), snapshot, 2, &kept);
  EXPECT_EQ(first.texts, facts_as_mapped(counting(), snapshot));
  EXPECT_EQ(first.kept_rows, 0U);
  EXPECT_GT(outcome(counting(), snapshot, 2, &kept).kept_rows, 0U);
}

TEST_F(InPassing, AFileThatIsCutShortMeanwhileIsRefused) {
  const auto snapshot = open();
  const auto bytes = fs::file_size(arrow());
  for (const auto left : {bytes / 2, bytes / 4}) {
    fs::resize_file(arrow(), left);
    for (const plan::Scan& scan : {counting(), quantiles()})
      for (const unsigned threads : kThreads)
        EXPECT_EQ(outcome(scan, snapshot, threads).texts,
                  Texts{"PM0831 the file ended, or could not be read, while its rows were read"});
  }
}

TEST_F(InPassing, FewRowsAndTextsAreNot) {
  const auto snapshot = open();
  plan::Scan narrow = counting();
  EXPECT_TRUE(CheckedRows::of(narrow, snapshot, {})->in_passing());
  narrow.fields = {{"version", "version", FieldType::label, 1, false, {}}};
  EXPECT_FALSE(CheckedRows::of(narrow, snapshot, {})->in_passing());  // a byte each
  narrow.fields.clear();
  EXPECT_FALSE(CheckedRows::of(narrow, snapshot, {})->in_passing());
  auto checked = CheckedRows::of(counting(), snapshot, {});
  EXPECT_TRUE(static_cast<bool>(checked->check_all()));
  EXPECT_FALSE(checked->in_passing());
}

TEST_F(InPassing, WhatStopsInTheMiddleGivesItsBatchBack) {
  const auto snapshot = open();
  auto rows = CheckedRows::of(counting(), snapshot, {});
  std::vector<std::size_t> batches(kLastBatch + 1);
  std::iota(batches.begin(), batches.end(), std::size_t{0});
  const auto reader = rows->reader(batches);
  const snapshot::Chunk& first = snapshot.streams().front().find("status")->chunks[0];
  const snapshot::Chunk& second = snapshot.streams().front().find("status")->chunks[1];
  const std::byte *mapped_first = first.values, *mapped_second = second.values;
  {
    BatchesInTurn turn(reader.get());
    EXPECT_TRUE(turn.move_to(0));
    EXPECT_NE(first.values, mapped_first);
    EXPECT_TRUE(turn.move_to(0));
    EXPECT_TRUE(turn.move_to(1));
    EXPECT_EQ(first.values, mapped_first);
    EXPECT_NE(second.values, mapped_second);
  }
  EXPECT_EQ(second.values, mapped_second);
}

}  // namespace
}  // namespace proofmark::engine::testing
