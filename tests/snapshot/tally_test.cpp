// Counters and histograms at the door: what a sample comes to, and what is no sample.
#include "runtime/snapshot/tally.h"

#include <gtest/gtest.h>

#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
using plan::FieldType;
using Values = std::vector<std::optional<std::string>>;

ColumnSpec column(std::string source, FieldType type, bool arrays = false) {
  ColumnSpec spec;
  spec.source = std::move(source);
  spec.type = type;
  spec.arrays = arrays;
  return spec;
}

StreamSource source(const std::filesystem::path& file, bool cumulative, std::optional<ColumnSpec> edges = {}) {
  ColumnSpec time = column("ts", FieldType::timestamp);
  time.scale = 1'000'000'000;
  StreamSource stream;
  stream.name = "s";
  stream.file = file;
  stream.columns = {time, column("label", FieldType::label), column("n", FieldType::text, true)};
  if (edges) stream.columns.push_back(column(edges->source, FieldType::text, true));
  stream.time_column = "ts";
  stream.tally = Tally{"n", cumulative, std::move(edges)};
  return stream;
}

ColumnSpec seconds(std::string name) {
  ColumnSpec edges = column(std::move(name), FieldType::duration);
  edges.scale = 1'000'000'000;
  edges.unit = "s";
  return edges;
}

struct Made {
  TemporaryDirectory directory;
  std::optional<Snapshot> snapshot;
  Diagnostics problems, warnings;
};

Made made(const std::string& name, std::string_view text, bool cumulative, std::optional<ColumnSpec> edges = {},
          bool from_zero = false) {
  Made result;
  CreateOptions options;
  options.out = result.directory.path() / "out";
  options.streams.push_back(source(result.directory.write(name, text), cumulative, std::move(edges)));
  options.streams.back().tally->from_zero = from_zero;
  const auto created = create(options);
  if (!created) {
    result.problems = created.problems();
    return result;
  }
  result.warnings = created->warnings;
  auto opened = Snapshot::open(options.out);
  EXPECT_TRUE(opened);
  result.snapshot.emplace(std::move(*opened));
  EXPECT_TRUE(verify_everything(*result.snapshot));
  return result;
}

Values values(const Made& made, std::string_view column_name) {
  return values_of(made.snapshot->streams().front(), column_name);
}

const Tallied& tallied(const Made& made) {
  return *made.snapshot->streams().front().origin.tallied;
}

std::string refusal(const std::string& name, std::string_view text, bool cumulative,
                    std::optional<ColumnSpec> edges = {}) {
  return first_problem(made(name, text, cumulative, std::move(edges)).problems);
}

TEST(Tally, TotalsBecomeWhatWasAdded) {
  const Made counted = made("t.csv",
                            "ts,label,n\n"
                            "2,a,9\n1,a,5\n3,a,4\n"  // out of order; then a reset
                            "1,b,100\n2,b,100\n3,b,101.0\n",
                            true);
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "label"), (Values{"a", "b", "a", "b", "a", "b"}));
  EXPECT_EQ(values(counted, "n.added"), (Values{"0", "0", "4", "0", "4", "1"}));
  EXPECT_EQ(tallied(counted).samples, 6U);
  EXPECT_EQ(tallied(counted).series, 2U);
  EXPECT_EQ(tallied(counted).resets, 1U);
}

TEST(Tally, NullsAreLabelsOfTheirOwn) {
  const Made counted = made("t.csv", "ts,label,n\n1,,5\n1,a,5\n2,,7\n2,a,5\n", true);
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "n.added"), (Values{"0", "0", "2", "0"}));
}

TEST(Tally, WholeHistogramsBecomeTheirBuckets) {
  const Made counted = made("t.ndjson",
                            "{\"ts\":1,\"label\":\"a\",\"le\":[0.1,0.25],\"n\":[5,\"0\",2]}\n"
                            "{\"ts\":2,\"label\":\"a\",\"le\":[0.5],\"n\":[1,1]}\n"
                            "{\"ts\":3,\"label\":\"a\",\"le\":[],\"n\":[3]}\n"
                            "{\"ts\":4,\"label\":\"a\",\"le\":[0.1,0.25],\"n\":[0,0,0]}\n",
                            false, seconds("le"));
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "n.events"), (Values{"5", "2", "1", "1", "3", "0"}));
  const std::optional<std::string> none;
  EXPECT_EQ(values(counted, "le.above"), (Values{none, "250000000", none, "500000000", none, none}));
  EXPECT_EQ(values(counted, "le.upto"), (Values{"100000000", none, "500000000", none, none, none}));
  EXPECT_EQ(tallied(counted).samples, 4U);
  EXPECT_EQ(counted.snapshot->streams().front().find("le.upto")->unit, "s");
}

TEST(Tally, BucketsOfARowAreJoinedAndDifferenced) {
  const Made counted = made("t.csv",
                            "ts,label,le,n\n"
                            "1,a,+Inf,10\n1,a,0.1,4\n1,a,0.25,4\n"
                            "2,a,0.1,5\n2,a,0.25,7\n2,a,+Inf,13\n"
                            "3,a,0.1,1\n3,a,0.25,1\n3,a,+Inf,1\n",
                            true, seconds("le"));
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  const std::optional<std::string> none;
  EXPECT_EQ(values(counted, "ts"), (Values{"1000000000", "2000000000", "2000000000", "3000000000"}));
  EXPECT_EQ(values(counted, "n.added"), (Values{"0", "1", "2", "1"}));
  EXPECT_EQ(values(counted, "le.above"), (Values{none, none, "100000000", none}));
  EXPECT_EQ(values(counted, "le.upto"), (Values{none, "100000000", "250000000", "100000000"}));
  EXPECT_EQ(tallied(counted).resets, 1U);
  EXPECT_EQ(tallied(counted).series, 1U);
}

TEST(Tally, OtherEdgesAreAnotherSeries) {
  const Made counted = made("t.ndjson",
                            "{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":[5,2]}\n"
                            "{\"ts\":2,\"label\":\"a\",\"le\":[0.2],\"n\":[6,2]}\n"
                            "{\"ts\":3,\"label\":\"a\",\"le\":[0.2],\"n\":[6,3]}\n",
                            true, seconds("le"));
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "n.added"), (Values{"0", "0", "1"}));
  EXPECT_EQ(tallied(counted).series, 2U);
}

// The events of these totals, which are in no row.
std::uint64_t late_events(std::string_view text, bool buckets = false) {
  const Made counted =
      made(buckets ? "t.ndjson" : "t.csv", text, true, buckets ? std::optional(seconds("le")) : std::nullopt);
  EXPECT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(counted.warnings.size(), tallied(counted).late_events > 0 ? 1U : 0U);
  return tallied(counted).late_events;
}

constexpr std::string_view kLate =
    "ts,label,n\n"
    "0,ok,100\n60,ok,200\n60,bad,3\n120,ok,300\n120,bad,5\n";

TEST(Tally, OfALateSeriesTheFirstTotalIsInDoubt) {
  const Made counted = made("t.csv", kLate, true);
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "n.added"), (Values{"0", "100", "0", "100", "2"}));
  EXPECT_EQ(tallied(counted).late_series, 1U);
  EXPECT_EQ(tallied(counted).late_events, 3U);
  ASSERT_EQ(counted.warnings.size(), 1U);
  EXPECT_EQ(counted.warnings[0].code, "PM0849");
  EXPECT_EQ(counted.warnings[0].message,
            "1 series begins later than others, in row 3, with 3 events in its first total: how many of them fell into "
            "the telemetry is not known, and they count against every verdict");
}

TEST(Tally, ALateSeriesThatBeganAt0IsCounted) {
  const Made counted = made("t.csv", kLate, true, {}, true);
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "n.added_from_0"), (Values{"0", "100", "3", "100", "2"}));
  EXPECT_EQ(tallied(counted).late_series, 1U);
  EXPECT_EQ(tallied(counted).late_events, 0U);
  EXPECT_TRUE(counted.warnings.empty());
}

TEST(Tally, ATotalOf0LeavesNothingInDoubt) {
  EXPECT_EQ(late_events("ts,label,n\n0,ok,100\n60,ok,200\n60,bad,0\n120,ok,300\n120,bad,5\n"), 0U);
}

TEST(Tally, TargetsThatAreSampledAtOtherTimesAreNotLate) {
  EXPECT_EQ(late_events("ts,label,n\n0,a,100\n30,b,900\n59,c,900\n60,a,200\n90,b,901\n119,c,901\n"), 0U);
  // With intervals that jitter, too: 58 and 62 seconds.
  EXPECT_EQ(late_events("ts,label,n\n0,a,100\n55,b,900\n58,a,200\n117,b,901\n120,a,201\n175,b,902\n"), 0U);
  // An interval of its own: one in five minutes beside one a minute.
  EXPECT_EQ(late_events("ts,label,n\n0,a,1\n60,a,2\n120,a,3\n200,b,70\n500,b,71\n800,b,72\n"), 0U);
}

TEST(Tally, ATargetThatIsSampledFromTheSecondTimeOnIsLate) {
  EXPECT_EQ(late_events("ts,label,n\n0,a,100\n60,a,200\n61,b,900\n120,a,300\n121,b,901\n"), 900U);
  EXPECT_EQ(late_events("ts,label,n\n0,a,100\n60,a,200\n120,a,300\n121,b,900\n"), 900U);  // a single sample
}

// At its target's second scrape: jitter made the first interval longer than its own.
TEST(Tally, OneScrapeGivesAllSeriesOfATargetOneTime) {
  EXPECT_EQ(late_events("ts,label,n\n0,ok,100\n58,ok,200\n58,bad,3\n118,ok,300\n118,bad,3\n"), 3U);
  EXPECT_EQ(late_events("ts,label,n\n0,ok,100\n58,ok,200\n118,ok,300\n118,bad,3\n"), 3U);
  EXPECT_EQ(late_events("ts,label,n\n0,ok,100\n58,ok,200\n58,bad,3\n"), 3U);
}

TEST(Tally, BehindOtherEdgesASeriesIsLate) {
  EXPECT_EQ(late_events("{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":[5,2]}\n"
                        "{\"ts\":2,\"label\":\"a\",\"le\":[0.2],\"n\":[6,2]}\n"
                        "{\"ts\":3,\"label\":\"a\",\"le\":[0.2],\"n\":[6,3]}\n",
                        true),
            8U);
}

TEST(Tally, EventsInDoubtAreNoMoreThanCanBeSaid) {
  EXPECT_EQ(late_events("ts,label,n\n0,a,1\n1,a,2\n1,b,9000000000000000000\n1,c,9000000000000000000\n2,a,3\n"),
            9'007'199'254'740'991U);
}

TEST(Tally, EdgesThatTakeTurnsWouldCountTwice) {
  const std::string some = "{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":[0,0]}\n";
  const std::string turns =
      "{\"ts\":2,\"label\":\"a\",\"le\":[0.2],\"n\":[0,0]}\n"
      "{\"ts\":3,\"label\":\"a\",\"le\":[0.1],\"n\":[16,0]}\n"
      "{\"ts\":4,\"label\":\"a\",\"le\":[0.2],\"n\":[16,0]}\n";
  EXPECT_EQ(refusal("t.ndjson", some + turns, true, seconds("le")),
            "PM0846 row 2: samples of the series with other edges lie before it and behind");
}

TEST(Tally, TotalsThatTakeTurnsWouldBeCountedAgainAndAgain) {
  EXPECT_EQ(
      refusal("t.csv",
              "ts,label,n\n0,a,1000\n1,a,500000\n60,a,2000\n61,a,501000\n120,a,3000\n121,a,502000\n"
              "0,b,1\n60,b,2\n120,b,0\n",
              true),
      "PM0847 row 3: the series with `label` `a` holds totals of 2 counters that take turns: 500000 (row 2) falls "
      "to 2000 (row 3) and is back at 501000 (row 4), and so are 2 of its 2 falls");
  EXPECT_EQ(refusal("t.ndjson",
                    "{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":[5,90]}\n"
                    "{\"ts\":2,\"label\":\"a\",\"le\":[0.1],\"n\":[6,2]}\n"
                    "{\"ts\":3,\"label\":\"a\",\"le\":[0.1],\"n\":[6,91]}\n"
                    "{\"ts\":4,\"label\":\"a\",\"le\":[0.1],\"n\":[7,2]}\n"
                    "{\"ts\":5,\"label\":\"a\",\"le\":[0.1],\"n\":[7,91]}\n",
                    true, seconds("le")),
            "PM0847 row 2: the series with `label` `a` holds totals of 2 counters that take turns: a bucket's 90 (row "
            "1) falls to 2 (row 2) and is back at 91 (row 3), and so are 2 of its 2 falls");
}

TEST(Tally, AFallThatComesBackOnceIsAReset) {
  const Made counted = made("t.csv", "ts,label,n\n1,a,100\n2,a,5\n3,a,120\n4,a,130\n5,a,7\n6,a,20\n", true);
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "n.added"), (Values{"0", "5", "115", "10", "7", "13"}));
  EXPECT_EQ(tallied(counted).resets, 2U);
}

TEST(Tally, EdgesOfPlainNumbers) {
  const Made counted = made("t.ndjson", "{\"ts\":1,\"label\":\"a\",\"le\":[-2.5,0,0.1],\"n\":[1,2,3,4]}\n", false,
                            column("le", FieldType::real));
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(values(counted, "n.events"), (Values{"1", "2", "3", "4"}));
  const Column* upto = counted.snapshot->streams().front().find("le.upto");
  ASSERT_NE(upto, nullptr);
  EXPECT_EQ(upto->physical, Physical::f64);
  EXPECT_EQ(reinterpret_cast<const double*>(upto->chunks[0].values)[0], -2.5);
  EXPECT_EQ(reinterpret_cast<const double*>(upto->chunks[0].values)[2], 0.1);
}

TEST(Tally, AnEmptyFileHasNoSamples) {
  const Made counted = made("t.csv", "ts,label,n\n", true);
  ASSERT_TRUE(counted.snapshot) << first_problem(counted.problems);
  EXPECT_EQ(tallied(counted).samples, 0U);
}

TEST(Tally, NullIsNoValue) {
  EXPECT_EQ(refusal("t.ndjson", "{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":[1,null]}\n", false, seconds("le")),
            "PM0845 row 1: there is no count");
  EXPECT_EQ(refusal("t.ndjson", "{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":null}\n", false, seconds("le")),
            "PM0845 row 1: there is no array of counts");
  EXPECT_EQ(refusal("t.ndjson", "{\"ts\":1,\"label\":\"a\",\"le\":[null],\"n\":[1,2]}\n", false, seconds("le")),
            "PM0846 row 1: there is no edge");
  EXPECT_EQ(refusal("t.csv", "ts,label,le,n\n1,a,,5\n", false, seconds("le")), "PM0846 row 1: there is no edge");
}

TEST(Tally, NoCount) {
  EXPECT_EQ(refusal("t.csv", "ts,label,n\n1,a,5\n2,a,5.5\n", true), "PM0845 row 2: `5.5` is no count of events");
  EXPECT_EQ(refusal("t.csv", "ts,label,n\n1,a,-5\n", true), "PM0845 row 1: `-5` is no count of events");
  EXPECT_EQ(refusal("t.csv", "ts,label,n\n1,a,\n", true), "PM0845 row 1: there is no count");
  EXPECT_EQ(refusal("t.csv", "ts,label,n\n1,a,many\n", true), "PM0845 row 1: `many` is no count of events");
  EXPECT_EQ(refusal("t.ndjson", "{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":[1,[2]]}\n", false, seconds("le")),
            "PM0845 row 1: `[2]` is no count of events");
  EXPECT_EQ(refusal("t.ndjson", "{\"ts\":1,\"label\":\"a\",\"le\":[0.1],\"n\":3}\n", false, seconds("le")),
            "PM0845 row 1: `3` is no array of counts");
}

TEST(Tally, NoBuckets) {
  const auto line = [](const std::string& le, const std::string& n) {
    return "{\"ts\":1,\"label\":\"a\",\"le\":" + le + ",\"n\":" + n + "}\n";
  };
  EXPECT_EQ(refusal("t.ndjson", line("[0.2,0.1]", "[1,2,3]"), false, seconds("le")),
            "PM0846 row 1: the edge `0.1` is not above the one before it");
  EXPECT_EQ(refusal("t.ndjson", line("[0.1]", "[1,2,3]"), false, seconds("le")),
            "PM0846 row 1: 1 edge stands beside 3 counts");
  EXPECT_EQ(refusal("t.ndjson", line("[0.1,\"+Inf\"]", "[1,2,3]"), false, seconds("le")),
            "PM0846 row 1: the last bucket stands among the edges as `+Inf`");
  EXPECT_EQ(refusal("t.ndjson", line("[0.1,]", "[1,2]"), false, seconds("le")).substr(0, 22), "t.ndjson:1:31 PM0806 e");
  EXPECT_EQ(refusal("t.ndjson", line("[0.0000000001]", "[1,2]"), false, seconds("le")),
            "PM0846 row 1: `0.0000000001` is no edge of a bucket: it lies between two of the smallest units");
  EXPECT_EQ(refusal("t.ndjson", line("[0.1]", "[1,2]") + line("0.1", "3"), false, seconds("le")),
            "PM0846 row 2: histograms come whole in some rows and a bucket a row in others");
  EXPECT_EQ(refusal("t.csv", "ts,label,le,n\n1,a,0.1,5\n1,a,0.2,6\n", false, seconds("le")),
            "PM0846 row 1: the histogram has no bucket `+Inf`");
  EXPECT_EQ(refusal("t.csv", "ts,label,le,n\n1,a,0.1,5\n1,a,+Inf,4\n", false, seconds("le")),
            "PM0846 row 2: the bucket counts 4 events, and the one below it 5");
  EXPECT_EQ(refusal("t.csv", "ts,label,le,n\n1,a,fast,5\n", false, seconds("le")),
            "PM0846 row 1: `fast` is no edge of a bucket");
}

TEST(Tally, SamplesThatTimeDoesNotTellApart) {
  EXPECT_EQ(refusal("t.csv", "ts,label,n\n1,a,5\n1,a,6\n", true),
            "PM0847 row 2: the series has a sample at this time already");
  EXPECT_EQ(refusal("t.csv", "ts,label,n\n,a,5\n", true), "PM0847 row 1: the sample has no time");
  EXPECT_EQ(refusal("t.csv", "ts,label,le,n\n1,a,0.1,5\n1,a,0.1,5\n1,a,+Inf,5\n", false, seconds("le")),
            "PM0847 row 2: the series has this bucket at this time already");
}

TEST(Tally, NoRowCanBeSkipped) {
  const TemporaryDirectory directory;
  CreateOptions options;
  options.out = directory.path() / "out";
  options.streams.push_back(source(directory.write("t.csv", "ts,label,n\n1,a,5\nsoon,a,6\n"), true));
  options.skip_bad_rows = 5;
  EXPECT_FALSE(create(options));
}

}  // namespace
}  // namespace proofmark::snapshot
