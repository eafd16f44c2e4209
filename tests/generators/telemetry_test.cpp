// Generated telemetry: Philox against its authors' known answers, draws against their distributions, text against a
// recorded digest of its meaning.
#include "runtime/generators/telemetry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/statistics/normal.h"
#include "runtime/statistics/philox4x32.h"

namespace proofmark::generators {
namespace {

using statistics::open_unit;
using statistics::philox4x32_10;
using statistics::PhiloxCounter;

// Random123's known-answer file, philox 4x32, 10 rounds.
TEST(Philox, gives_the_known_answers) {
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}), (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32_10({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}),
            (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, unit_draws_are_never_0_and_never_1) {
  EXPECT_GT(open_unit(0), 0.0);
  EXPECT_LT(open_unit(~std::uint64_t{0}), 1.0);
}

// R 4.2: qnorm(c(.5, .975, .01, 1e-10, 1-1e-6)).
TEST(NormalQuantile, agrees_with_published_values) {
  EXPECT_EQ(statistics::normal_quantile(0.5), 0.0);
  EXPECT_NEAR(statistics::normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(statistics::normal_quantile(0.01), -2.326347874040841, 1e-14);
  EXPECT_NEAR(statistics::normal_quantile(1e-10), -6.361340902404056, 1e-13);
  EXPECT_NEAR(statistics::normal_quantile(0.999999), 4.753424308822899, 1e-10);
}

std::vector<double> drawn(Draw draw, std::uint64_t rows) {
  draw.integer = false;
  StreamSpec spec{.name = "s", .start_ns = 0, .time_column = {}, .columns = {}, .blocks = {{rows, 0, {{"x", draw}}}}};
  const std::string text = to_ndjson(spec, 7, 0);
  std::vector<double> values;
  for (std::size_t at = 0; (at = text.find("{\"x\":", at)) != std::string::npos; at += 5)
    values.push_back(std::strtod(text.c_str() + at + 5, nullptr));
  std::sort(values.begin(), values.end());
  return values;
}

// Kolmogorov's distance at n = 20,000 exceeds 0.0138 once in a thousand times for a right distribution; the seed is
// fixed.
void expect_distribution(const Draw& draw, double (*cumulative)(double)) {
  const std::vector<double> values = drawn(draw, 20'000);
  ASSERT_EQ(values.size(), 20'000U);
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double f = cumulative(values[i]), n = static_cast<double>(values.size());
    distance =
        std::max({distance, std::fabs(f - static_cast<double>(i) / n), std::fabs(f - static_cast<double>(i + 1) / n)});
  }
  EXPECT_LT(distance, 0.0138);
}

TEST(Draws, follow_their_distributions) {
  expect_distribution({Family::uniform, 2, 5, 1, false}, [](double x) { return (x - 2) / 3; });
  expect_distribution({Family::normal, 10, 2, 1, false},
                      [](double x) { return 0.5 * std::erfc((10 - x) / 2 / std::sqrt(2.0)); });
  expect_distribution({Family::lognormal, 3, 0.4, 1, false},
                      [](double x) { return 0.5 * std::erfc((3 - std::log(x)) / 0.4 / std::sqrt(2.0)); });
  expect_distribution({Family::exponential, 4, 0, 1, false}, [](double x) { return 1 - std::exp(-x / 4); });
  expect_distribution({Family::weibull, 3, 1.5, 1, false},
                      [](double x) { return 1 - std::exp(-std::pow(x / 3, 1.5)); });
  expect_distribution({Family::pareto, 1, 2.5, 1, false}, [](double x) { return 1 - std::pow(1 / x, 2.5); });
}

TEST(Telemetry, spreads_times_evenly_and_ends_at_the_end) {
  StreamSpec spec{.name = "s", .start_ns = 1000, .time_column = "t", .columns = {}, .blocks = {{4, 100, {}}}};
  EXPECT_EQ(to_ndjson(spec, 1, 0), "{\"t\":1025}\n{\"t\":1050}\n{\"t\":1075}\n{\"t\":1100}\n");
}

TEST(Telemetry, chooses_by_share) {
  const std::vector<Choice> choices{{std::int64_t{500}, *plan::Rational::make(1, 100)},
                                    {std::int64_t{200}, *plan::Rational::make(99, 100)}};
  StreamSpec spec{
      .name = "s", .start_ns = 0, .time_column = {}, .columns = {}, .blocks = {{100'000, 0, {{"status", choices}}}}};
  const std::string text = to_ndjson(spec, 1, 0);
  const auto failures = static_cast<double>(std::count(text.begin(), text.end(), '5'));
  EXPECT_NEAR(failures, 1000, 5 * std::sqrt(990.0));
  EXPECT_EQ(text, to_ndjson(spec, 1, 0));
  EXPECT_NE(text, to_ndjson(spec, 2, 0));
  EXPECT_NE(text, to_ndjson(spec, 1, 1));
}

TEST(Telemetry, fields_do_not_disturb_each_other) {
  const std::vector<Choice> coin{{true, *plan::Rational::make(1, 2)}, {false, *plan::Rational::make(1, 2)}};
  StreamSpec one{.name = "s", .start_ns = 0, .time_column = {}, .columns = {}, .blocks = {{64, 0, {{"a", coin}}}}};
  StreamSpec two = one;
  two.blocks[0].fields.push_back({"b", coin});
  const std::string alone = to_ndjson(one, 3, 0), beside = to_ndjson(two, 3, 0);
  std::string left;
  for (std::size_t at = 0; at < beside.size(); at = beside.find('\n', at) + 1)
    left += beside.substr(at, beside.find(",\"b\"", at) - at) + "}\n";
  EXPECT_EQ(left, alone);
}

TEST(Telemetry, escapes_text_as_json) {
  StreamSpec spec{.name = "s",
                  .start_ns = 0,
                  .time_column = {},
                  .columns = {},
                  .blocks = {{1, 0, {{"a\"b", std::vector<Choice>{{std::string("x\ny"), 1}}}}}}};
  EXPECT_EQ(to_ndjson(spec, 1, 0), "{\"a\\\"b\":\"x\\ny\"}\n");
}

}  // namespace
}  // namespace proofmark::generators
