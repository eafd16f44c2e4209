// Facts to JSON and back, and every way in which they can be refused.
#include "runtime/transcript/facts_json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <limits>

#include "runtime/transcript/check_shape.h"
#include "runtime/transcript/number_text.h"
#include "tests/transcript/rich_case.h"

namespace proofmark::transcript {
namespace {

using json::Value;

plan::Number draw_number() {
  if (*rc::gen::arbitrary<bool>()) return *rc::gen::arbitrary<std::int64_t>();
  double value = 0;
  do {
    value = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
  } while (std::isnan(value));
  return value;
}

template <typename T>
std::optional<T> maybe(T value) {
  return *rc::gen::arbitrary<bool>() ? std::optional<T>(std::move(value)) : std::nullopt;
}

std::uint64_t draw_count() {
  return *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 53);
}

plan::ValueSummary draw_summary() {
  plan::ValueSummary summary;
  summary.known = draw_count();
  if (*rc::gen::arbitrary<bool>())
    summary.sum = *rc::gen::arbitrary<bool>()
                      ? std::variant<plan::Int128, double>(plan::Int128(*rc::gen::arbitrary<std::int64_t>()) *
                                                           *rc::gen::arbitrary<std::int64_t>())
                      : std::variant<plan::Int128, double>(std::ldexp(1.5, *rc::gen::inRange(-1'000, 1'000)));
  summary.minimum = maybe(draw_number());
  summary.maximum = maybe(draw_number());
  summary.distinct = maybe(draw_count());
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
    summary.ranks.push_back(maybe(plan::RankedValue{draw_count(), draw_number()}));
  return summary;
}

plan::Facts draw_facts() {
  plan::Facts facts;
  facts.as_of_ns = maybe(*rc::gen::arbitrary<std::int64_t>());
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    plan::StreamFacts stream;
    stream.stream = *rc::gen::element<std::string>("requests", "é\"\\\n", "");
    stream.rows = draw_count(), stream.skipped = draw_count();
    stream.events = maybe(draw_count());
    if (stream.events) stream.late = draw_count();
    stream.covers_from_ns = maybe(*rc::gen::arbitrary<std::int64_t>());
    stream.undeclared.push_back(draw_count());
    stream.groups.push_back({std::nullopt, "eu", "\xF0\x9F\x98\x80"});
    stream.facts.push_back(plan::CountFact{{draw_count(), draw_count()}});
    stream.facts.push_back(plan::ValuesFact{{draw_summary(), draw_summary()}});
    stream.facts.push_back(plan::MomentSeriesFact{
        2'751'550'001,
        {{{draw_count(), draw_count(), draw_count(), plan::Int128(draw_count()), plan::Int128(draw_count())},
          {draw_count(), draw_count(), draw_count(), plan::Int128(0), std::nullopt}},
         {{draw_count(), draw_count(), draw_count(), 0.5, 0.25}}},
        maybe(*rc::gen::arbitrary<std::int64_t>()),
        maybe(*rc::gen::arbitrary<std::int64_t>())});
    stream.facts.push_back(
        plan::SeriesFact{2'751'550'001, {{{10, 9}, {0, 0}, {4, 4}}, {{0, 0}}, {}}, -5, std::nullopt});
    stream.facts.push_back(plan::ClustersFact{
        {{draw_count(), draw_count(), draw_count(), draw_count(), draw_count(), draw_count(),
          plan::Int128(draw_count()) * 1'000'000'007, plan::Int128(draw_count()), plan::Int128(draw_count())}}});
    stream.facts.push_back(plan::MomentsFact{
        {{draw_count(), draw_count(), draw_count(), plan::Int128(draw_count()) * 1'000'000'007, std::nullopt},
         {draw_count(), draw_count(), draw_count(), 0.1 * static_cast<double>(draw_count()),
          1e300 * static_cast<double>(draw_count())}}});
    facts.scans.push_back(std::move(stream));
  }
  return facts;
}

TEST(FactsJson, RoundTripsExactly) {
  EXPECT_TRUE(rc::check("facts read back as they were, through the bytes of the file", [] {
    const Value written = facts_to_json(draw_facts());
    const auto reread = json::parse(json::canonical(written), "t", "PM0901");
    RC_ASSERT(static_cast<bool>(reread));
    const Result<plan::Facts> back = facts_from_json(*reread, "t");
    RC_ASSERT(static_cast<bool>(back));
    RC_ASSERT(facts_to_json(*back) == written);
  }));
}

TEST(FactsJson, NumbersHaveOneSpellingEach) {
  EXPECT_EQ(exact_text(plan::Number(3.0)), "3.0");
  EXPECT_EQ(exact_text(plan::Number(std::int64_t{3})), "3");
  EXPECT_EQ(exact_text(plan::Number(-0.0)), "-0.0");
  EXPECT_EQ(exact_text(plan::Number(1e300)), "1e+300");
  EXPECT_EQ(exact_text(plan::Number(-std::numeric_limits<double>::infinity())), "-Infinity");
  EXPECT_TRUE(std::signbit(std::get<double>(*parse_number("-0.0"))));
  for (const char* wrong : {"", "3.00", "03", "+3", "-0", "3.", ".5", "1e300", "NaN", "nan", "inf", "0x1", " 3",
                            "9223372036854775808", "1e999", "0.1000000000000000055"})
    EXPECT_FALSE(parse_number(wrong).has_value()) << wrong;
  EXPECT_TRUE(parse_sum("170141183460469231731687303715884105727").has_value());
  EXPECT_FALSE(parse_sum("170141183460469231731687303715884105728").has_value());
}

TEST(FactsJson, ProbabilitiesKeepTheirDigits) {
  EXPECT_EQ(probability_text(0.04999995), "0.04999995");
  EXPECT_EQ(probability_text(0.951), "0.951");
  EXPECT_EQ(probability_text(2.1e-7), "2.1e-07");
  EXPECT_EQ(probability_text(0), "0");
  EXPECT_EQ(probability_text(1), "1");
}

// The rich case's facts with one member replaced.
std::string refusal(const std::string& from, const std::string& to) {
  std::string bytes = json::canonical(facts_to_json(rich_case().facts));
  const std::size_t place = bytes.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  bytes.replace(place, from.size(), to);
  const auto value = json::parse(bytes, "t", "PM0901");
  if (!value) return value.problems().front().code;
  const Result<plan::Facts> facts = facts_from_json(*value, "t");
  if (!facts) return facts.problems().front().code + " " + facts.problems().front().message;
  const Status fits = check_shape(rich_case().plan, *facts, "t");
  return fits ? "accepted" : fits.problems().front().code + " " + fits.problems().front().message;
}

TEST(FactsJson, NamesThePathOfWhatIsWrong) {
  EXPECT_EQ(refusal("\"rows\":100000", "\"rows\":\"100000\""),
            "PM0903 `facts.scans[0].rows` is a string where a count belongs");
  EXPECT_EQ(refusal("\"rows\":100000", "\"rows\":-1"),
            "PM0903 `facts.scans[0].rows` is -1, and a count is never negative");
  EXPECT_EQ(refusal("\"rows\":100000", "\"rows\":1.5"),
            "PM0903 `facts.scans[0].rows` is a number where a count belongs");
  EXPECT_EQ(refusal("\"rows\":100000,", ""), "PM0903 `facts.scans[0]` lacks the member `rows`");
  EXPECT_EQ(refusal("\"rows\":100000", "\"rows\":100000,\"more\":1"),
            "PM0903 `facts.scans[0]` has a member `more` that does not belong");
  EXPECT_EQ(refusal("\"asOf\":\"1700000000000000000\"", "\"asOf\":\"1.5\""),
            "PM0903 `facts.asOf` is no whole number of nanoseconds");
  EXPECT_EQ(refusal("\"maximum\":\"5\"", "\"maximum\":\"5e0\""),
            "PM0903 `facts.scans[0].facts[10].values[0].maximum` is `5e0`, which is no number as transcripts spell it");
}

TEST(CheckShape, RefusesFactsOfAnotherShape) {
  EXPECT_EQ(refusal("\"stream\":\"requests\"", "\"stream\":\"other\"").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("[[null,\"eu\",\"us\"]]", "[[null,\"eu\"]]").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("[[null,\"eu\",\"us\"]]", "[[null,\"us\",\"eu\"]]").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("[[null,\"eu\",\"us\"]]", "[[\"eu\",null,\"us\"]]").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("[[null,\"eu\",\"us\"]]", "[[null,\"eu\",\"eu\"]]").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("\"undeclared\":[0]", "\"undeclared\":[]").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("{\"counts\":[402]}", "{\"values\":[]}").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("{\"counts\":[402]}", "{\"counts\":[402,0]}").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("\"maximum\":\"5\"", "\"maximum\":\"5.5\"").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("\"maximum\":\"5\"", "\"maximum\":null").substr(0, 6), "PM0904");
  EXPECT_EQ(refusal("\"distinct\":3", "\"distinct\":null").substr(0, 6), "PM0904");
}

TEST(CheckShape, RefusesNumbersThatContradictEachOther) {
  EXPECT_EQ(refusal("\"rows\":100000", "\"rows\":9007199254740991").substr(0, 6), "PM0905");
  EXPECT_EQ(refusal("\"rows\":100000", "\"rows\":10").substr(0, 6), "PM0905");
  EXPECT_EQ(refusal("\"future\":2", "\"future\":100001").substr(0, 6), "PM0905");
  EXPECT_EQ(refusal("{\"counts\":[402]}", "{\"counts\":[399]}").substr(0, 6), "PM0905");  // fewer rows than values
  EXPECT_EQ(refusal("{\"counts\":[402]}", "{\"counts\":[500]}").substr(0, 6), "PM0905");  // ranks of another n
  EXPECT_EQ(refusal("{\"counts\":[390]}", "{\"counts\":[360]}").substr(0, 6), "PM0905");  // below against the ranks
  EXPECT_EQ(refusal("{\"counts\":[990,9980,500]}", "{\"counts\":[990,9999,500]}").substr(0, 6),
            "PM0905");  // good and unknown
  EXPECT_EQ(refusal("\"maximum\":\"5\"", "\"maximum\":\"2\"").substr(0, 6), "PM0905");
  EXPECT_EQ(refusal("\"distinct\":3", "\"distinct\":4").substr(0, 6), "PM0905");
  EXPECT_EQ(refusal("\"distinct\":3", "\"distinct\":0").substr(0, 6), "PM0905");
  EXPECT_EQ(refusal("\"rank\":360,", "\"rank\":361,").substr(0, 6), "PM0905");
  EXPECT_EQ(refusal("\"value\":\"360000000\"", "\"value\":\"399000000\"").substr(0, 6), "PM0905");  // out of order
}

TEST(CheckShape, AcceptsWhatWasBuilt) {
  const judgement::CaseBuilder one = rich_case();
  EXPECT_TRUE(check_shape(one.plan, one.facts));
}

}  // namespace
}  // namespace proofmark::transcript
