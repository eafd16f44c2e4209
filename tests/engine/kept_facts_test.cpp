// Facts with what earlier runs kept are facts without, to the bit: cold, warm, half warm, damaged, over telemetry that
// has grown and windows that have moved.
#include "runtime/engine/kept_facts.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <random>

#include "runtime/engine/engine.h"
#include "runtime/json/digest.h"
#include "tests/cache/scratch_folder.h"
#include "tests/engine/facts_text.h"
#include "tests/engine/random_case.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

namespace fs = std::filesystem;
using proofmark::testing::ScratchFolder;

const int kSeeded = setenv("RC_PARAMS", "seed=20260101 max_success=120", 0);

// A stream in memory with the digests that a manifest would record.
class DigestedStream {
 public:
  explicit DigestedStream(const Table& table) : made_(table) {
    for (snapshot::Column& column : made_.stream().columns) {
      auto& digests = digests_.emplace_back(std::make_unique<std::vector<std::string>>());
      for (const snapshot::Chunk& chunk : column.chunks) digests->push_back(digest_of(column, chunk));
      column.digests = *digests;
    }
  }
  const snapshot::Stream& stream() const { return made_.stream(); }

 private:
  static std::string digest_of(const snapshot::Column& column, const snapshot::Chunk& chunk) {
    const std::size_t bits = (chunk.rows + 7) / 8;
    std::string bytes;
    const auto add = [&](const void* from, std::size_t size) { bytes.append(static_cast<const char*>(from), size); };
    if (chunk.validity != nullptr) add(chunk.validity, bits);
    if (chunk.offsets != nullptr) add(chunk.offsets, (chunk.rows + 1) * sizeof(std::int32_t));
    add(chunk.values, chunk.offsets != nullptr                     ? static_cast<std::size_t>(chunk.offsets[chunk.rows])
                      : column.physical == snapshot::Physical::bit ? bits
                                                                   : chunk.rows * width_bytes(column.physical));
    return json::sha256(bytes);
  }

  MadeStream made_;
  std::vector<std::unique_ptr<std::vector<std::string>>> digests_;
};

struct Outcome {
  std::string facts;
  std::uint64_t kept_rows = 0;
};

Outcome run(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of,
            const cache::Cache* cache, unsigned threads = 1) {
  Options options;
  options.engine = Options::Choice::interpreter;
  options.threads = threads;
  options.facts = cache;
  options.fact_unit_batches = 1;
  Measures measures;
  options.measures = &measures;
  auto ran = run_scan(scan, stream, as_of, options);
  if (!ran) return {ran.problems().front().message, 0};
  return {text_of(ran->facts), measures.scans.back().kept_rows};
}

Table prefix(const Table& table, std::size_t rows) {
  Table cut = table;
  for (TableColumn& column : cut.columns) column.cells.resize(rows);
  return cut;
}

void cut_into_batches(Table& table) {
  table.batch_rows.clear();
  for (std::size_t left = table.rows(); left > 0; left -= table.batch_rows.back())
    table.batch_rows.push_back(std::min<std::size_t>(left, snapshot::kBlockRows));
}

// Order statistics and sets of texts are not kept; most cases shall be without.
void leave_out_what_is_not_kept(plan::Scan& scan) {
  for (plan::Accumulator& accumulator : scan.accumulators)
    if (auto* values = std::get_if<plan::CollectValues>(&accumulator.what); values != nullptr && !values->contrasted) {
      values->ranks.clear();
      values->distinct = false;
    }
}

void damage(const fs::path& folder, std::mt19937_64& random) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::string bytes = proofmark::testing::file_bytes(entry.path());
    switch (random() % 4) {
      case 0:
        bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
        break;
      case 1:
        bytes.resize(random() % bytes.size());
        break;
      case 2:
        bytes += "more";
        break;
      default:
        continue;
    }
    proofmark::testing::put_bytes(entry.path(), bytes);
  }
}

TEST(KeptFacts, FactsAreTheSameWithAndWithout) {
  ASSERT_EQ(kSeeded, 0);
  std::uint64_t kept = 0, cases = 0;
  EXPECT_TRUE(rc::check("kept = counted", [&] {
    CaseSize size;
    size.seed = *rc::gen::arbitrary<std::uint64_t>();
    size.rows = *rc::gen::element<std::size_t>(4096, 4097, 9000, 21'000, 33'000);
    size.values = *rc::gen::inRange<std::size_t>(0, 5);
    size.atoms = *rc::gen::inRange<std::size_t>(0, 8);
    size.masks = *rc::gen::inRange<std::size_t>(0, 8);
    size.accumulators = *rc::gen::inRange<std::size_t>(0, 5);
    Case made = random_case(size);
    std::mt19937_64 random(size.seed);
    if (random() % 5 != 0) leave_out_what_is_not_kept(made.scan);
    cut_into_batches(made.table);
    Table shorter = prefix(made.table, made.table.rows() - random() % (made.table.rows() / 2 + 1));
    cut_into_batches(shorter);
    const DigestedStream before(shorter), now(made.table);
    const ScratchFolder folder;
    const cache::Cache cache((folder.path() / "kept").string());
    std::uint64_t kept_here = 0;
    const auto same = [&](const DigestedStream& stream, std::optional<std::int64_t> as_of) {
      const Outcome with = run(made.scan, stream.stream(), as_of, &cache, 1 + random() % 3);
      RC_ASSERT(with.facts == run(made.scan, stream.stream(), as_of, nullptr).facts);
      kept_here += with.kept_rows;
    };
    same(before, made.as_of_ns);
    RC_ASSERT(kept_here == 0U);
    same(now, made.as_of_ns);
    same(now, made.as_of_ns);
    if (made.as_of_ns) same(now, *made.as_of_ns - static_cast<std::int64_t>(random() % 3'000'000'000));
    if (fs::exists(folder.path() / "kept")) damage(folder.path() / "kept", random);
    same(now, made.as_of_ns);
    same(now, made.as_of_ns);
    kept += kept_here;
    cases += kept_here > 0 ? 1 : 0;
  }));
  EXPECT_GT(cases, 30U);
  EXPECT_GT(kept, 1'000'000U);
}

Table growing(std::size_t rows) {
  Table table;
  table.time = "at";
  TableColumn at{"at", plan::FieldType::timestamp, {}}, took{"took", plan::FieldType::duration, {}},
      who{"who", plan::FieldType::label, {}};
  std::mt19937_64 random(7);
  for (std::size_t row = 0; row < rows; ++row) {
    at.cells.emplace_back(static_cast<std::int64_t>(row * 1'000));
    took.cells.emplace_back(static_cast<std::int64_t>(random() % 1'000'000 * (random() % 50 == 0 ? 20 : 1)));
    who.cells.emplace_back(std::string(random() % 3 == 0 ? "a" : "b"));
  }
  table.columns = {std::move(at), std::move(took), std::move(who)};
  table.batch_rows.clear();
  for (std::size_t left = rows; left > 0; left -= table.batch_rows.back())
    table.batch_rows.push_back(std::min<std::size_t>(left, 65'536));
  return table;
}

// Counts, a sum, a series and a tail over a window; the tail's ranks move as rows come.
plan::Scan counting_and_ranking(plan::Window window) {
  plan::Scan scan;
  scan.stream = "requests";
  scan.fields = {{.name = "at", .source = "at", .type = plan::FieldType::timestamp, .scale = 1},
                 {.name = "took", .source = "took", .type = plan::FieldType::duration, .scale = 1},
                 {.name = "who", .source = "who", .type = plan::FieldType::label}};
  scan.time_field = 0;
  scan.values = {{plan::FieldValue{1}, false}};
  scan.atoms = {{plan::OneOf{2, {"a"}}, false}, {plan::CompareBound{0, plan::Comparison::less, 900'000}, false}};
  scan.windows = {window};
  scan.masks = {plan::InWindow{0}, plan::AtomHolds{0}, plan::Both{0, 1}, plan::AtomHolds{1}, plan::Both{2, 3}};
  plan::CollectValues tail{.mask = 2, .value = 0, .population = 0};
  const plan::Rational p99 = *plan::Rational::make(99, 100), alpha = *plan::Rational::make(1, 20);
  for (const auto kind : {plan::RankKind::nearest, plan::RankKind::lower, plan::RankKind::upper})
    tail.ranks.push_back({kind, p99, alpha, false});
  scan.accumulators = {
      {plan::CountRows{2}, {}}, {plan::CountRows{4}, {}}, {tail, {}}, {plan::CountSeries{2, 4, 0}, {}}};
  scan.values.push_back({plan::ConstantValue{3}, true});
  scan.values.push_back({plan::ComputedValue{plan::Arithmetic::divide, 0, 1}, true});
  for (const plan::Id value : {0U, 2U}) {  // of integers, and of reals whose sums are not exact
    scan.accumulators.push_back({plan::MomentSeries{2, value, 0, 2'000'000, 0}, {}});
    scan.accumulators.push_back({plan::MomentSeries{4, value, 0, 1'000, 0}, {}});
    scan.accumulators.push_back({plan::MomentSeries{0, value, 0, 2'000'000, 0}, plan::Id{0}});
  }
  scan.groupings = {{2, 0}};
  scan.accumulators.push_back({plan::CountSeries{0, 3, 0}, plan::Id{0}});
  return scan;
}

TEST(KeptFacts, OnlyNewRowsAreLookedAt) {
  const Table all = growing(1'400'000);
  for (const plan::Window window :
       {plan::Window{plan::WindowKind::whole, 0, 0}, plan::Window{plan::WindowKind::last, 1'100'000'000, 0},
        plan::Window{plan::WindowKind::since, 0, 3'000'000}}) {
    const plan::Scan scan = counting_and_ranking(window);
    const ScratchFolder folder;
    const cache::Cache cache((folder.path() / "kept").string());
    std::uint64_t kept = 0;
    for (const std::size_t rows : {1'300'000U, 1'310'000U, 1'310'000U, 1'400'000U}) {
      Table table = prefix(all, rows);
      table.batch_rows.clear();
      for (std::size_t left = rows; left > 0; left -= table.batch_rows.back())
        table.batch_rows.push_back(std::min<std::size_t>(left, 65'536));
      const DigestedStream stream(table);
      const auto as_of = static_cast<std::int64_t>((rows - 1) * 1'000);
      const Outcome with = run(scan, stream.stream(), as_of, &cache, 2);
      EXPECT_EQ(with.facts, run(scan, stream.stream(), as_of, nullptr).facts) << rows;
      if (rows == 1'300'000) {
        EXPECT_EQ(with.kept_rows, 0U);
      } else {
        EXPECT_GE(with.kept_rows, 11U * 65'536) << rows;  // a window that slides spoils runs at its beginning
      }
      kept += with.kept_rows;
    }
    EXPECT_GT(kept, 0U);
  }
}

Outcome kept_and_counted(const plan::Scan& scan, const Table& table, const cache::Cache& cache) {
  const DigestedStream stream(table);
  const auto as_of = std::get<std::int64_t>(table.columns[0].cells.back());
  const Outcome with = run(scan, stream.stream(), as_of, &cache, 2);
  EXPECT_EQ(with.facts, run(scan, stream.stream(), as_of, nullptr).facts) << table.rows();
  return with;
}

// Batches of 4 ms, in which steps of 2 ms end; from 225,000 rows on they are of 5 ms.
TEST(KeptFacts, StepsThatEndWithinBatchesAreKeptUntilTheyBecomeLonger) {
  const Table all = growing(300'000);
  plan::Scan scan = counting_and_ranking({plan::WindowKind::whole, 0, 0});
  scan.accumulators.erase(scan.accumulators.begin() + 2);  // fewer rows keep all values for their ranks
  const ScratchFolder folder;
  const cache::Cache cache((folder.path() / "kept").string());
  std::uint64_t before = 0;
  for (const std::size_t rows : {200'000U, 203'001U, 224'000U, 226'000U, 228'000U, 300'000U}) {
    Table table = prefix(all, rows);
    cut_into_batches(table);
    const std::uint64_t kept = kept_and_counted(scan, table, cache).kept_rows;
    EXPECT_EQ(kept, rows == 200'000 || rows == 226'000 ? 0U : before / 4096 * 4096) << rows;
    before = rows;
  }
}

// A window of one length has steps of one length wherever it lies; what it has left behind is of no use, and spoils the
// runs at its beginning.
TEST(KeptFacts, AWindowThatSlidesKeepsItsSteps) {
  const Table all = growing(400'000);
  plan::Scan scan = counting_and_ranking({plan::WindowKind::last, 200'000'000, 0});
  scan.accumulators.erase(scan.accumulators.begin() + 2);
  const ScratchFolder folder;
  const cache::Cache cache((folder.path() / "kept").string());
  for (const std::size_t rows : {250'000U, 251'000U, 263'000U, 300'123U, 399'999U}) {
    Table table = prefix(all, rows);
    cut_into_batches(table);
    const std::uint64_t kept = kept_and_counted(scan, table, cache).kept_rows;
    EXPECT_GE(kept, rows == 250'000 ? 0 : rows / 4) << rows;
  }
}

TEST(KeptFacts, NothingIsKeptUnderAKeyThatLacksSomething) {
  Table table = growing(8 * 65'536);
  plan::Scan scan = counting_and_ranking({plan::WindowKind::whole, 0, 0});
  scan.accumulators.erase(scan.accumulators.begin() + 2);  // fewer rows keep all values for their ranks
  const ScratchFolder folder;
  const cache::Cache cache((folder.path() / "kept").string());
  const auto kept = [&](const plan::Scan& asked, const Table& over) {
    const DigestedStream stream(over);
    const Outcome with = run(asked, stream.stream(), 8 * 65'536'000, &cache);
    EXPECT_EQ(with.facts, run(asked, stream.stream(), 8 * 65'536'000, nullptr).facts);
    return with.kept_rows;
  };
  EXPECT_EQ(kept(scan, table), 0U);
  EXPECT_EQ(kept(scan, table), 8U * 65'536);
  plan::Scan other = scan;
  other.atoms[1] = {plan::CompareBound{0, plan::Comparison::less, 800'000}, false};  // an argument
  EXPECT_EQ(kept(other, table), 0U);
  Table renamed = table;
  for (Cell& cell : renamed.columns[2].cells)
    if (std::get<std::string>(cell) == "b") cell = "c";  // the same codes under other labels
  EXPECT_EQ(kept(scan, renamed), 0U);
  Table changed = table;
  changed.columns[1].cells[5] = cell(1);
  EXPECT_EQ(kept(scan, changed), 4U * 65'536);  // the half that it does not lie in
  const MadeStream undigested(table);
  EXPECT_EQ(run(scan, undigested.stream(), 8 * 65'536'000, &cache).kept_rows, 0U);
}

}  // namespace
}  // namespace proofmark::engine::testing
