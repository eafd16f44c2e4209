// The pages as goldens: `report_test --bless` rewrites them, the reviewer reads the diff.
#include "cli/report.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "cli/interval_plot.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

bool bless = false;

std::string golden_path(const std::string& name) {
  return std::string(PROOFMARK_SOURCE_DIR) + "/tests/report/golden/" + name;
}

void expect_golden(const std::string& name, const std::string& page) {
  if (bless) std::ofstream(golden_path(name), std::ios::binary) << page;
  std::ifstream file(golden_path(name), std::ios::binary);
  ASSERT_TRUE(file) << "no golden " << name << "; run report_test --bless";
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(page, expected.str()) << "differs from tests/report/golden/" << name;
}

void expect_goldens(const std::string& name, const CaseBuilder& one) {
  const Verdicts verdicts = one.judged();
  expect_golden(name + ".txt", cli::report_text(one.plan, one.facts, verdicts));
  expect_golden(name + ".md", cli::report_markdown(one.plan, one.facts, verdicts));
}

std::vector<std::int64_t> ramp(std::int64_t count, std::int64_t step_ns) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 1; i <= count; ++i) values.push_back(i * step_ns);
  return values;
}

TEST(Report, ACertifiedRelease) {
  CaseBuilder one;
  one.plan.title = "Checkout: promote a canary only with a proven tail";
  one.plan.revision = 3;
  one.plan.subject[1].digest = "sha256:00ff";
  one.objective("available", {one.direct(one.proportion({99'950}, {0}, {100'000}), Comparison::at_least, "0.999")},
                "0.99");
  one.objective("fast", {one.direct(one.quantile({ramp(1'000, 300'000)}, {1'000}, "0.99", Comparison::at_most,
                                                 300'000'000, exact("0.05")),
                                    Comparison::at_most, "300000000")});
  one.objective("small", {one.direct(one.census(plan::CensusKind::maximum, {{3, 4}}, {2}, "max(requests.size)"),
                                     Comparison::at_most, "5")});
  one.usual_rules();
  expect_goldens("certified", one);
}

TEST(Report, AHeldReleaseSaysWhatIsMissing) {
  CaseBuilder one;
  one.stream().skipped = 2;
  one.stream().future = 1;
  one.objective("available", {one.direct(one.proportion({9'995}, {3}, {10'000}), Comparison::at_least, "0.999")});
  one.objective("rare", {one.direct(one.proportion({1}, {0}, {10'000}, "per_million(requests, status == 429)"),
                                    Comparison::at_most, "0.00001")});
  one.plan.objectives.back().requirements[0].in_ppm = true;
  one.objective(
      "fast",
      {one.direct(one.quantile({ramp(200, 1'000'000)}, {200}, "0.99", Comparison::at_most, 300'000'000, exact("0.05")),
                  Comparison::at_most, "300000000")});
  one.objective("fresh", {one.direct(one.proportion({0}, {0}, {0}), Comparison::at_least, "0.9")});
  one.usual_rules();
  expect_goldens("held", one);
}

TEST(Report, GroupsAreIndentedAndLabelsCannotSpeakToTheTerminal) {
  CaseBuilder one;
  one.group_by("region", {std::nullopt, "eu", "us\x1b[31m|<b>`![x](y)"});
  one.objective("regions", {one.direct(one.proportion({99, 9'999, 99'000}, {0, 0, 0}, {100, 10'000, 100'000}),
                                       Comparison::at_least, "0.995")});
  one.group_by("zone", {"a"});
  one.plan.scans[0].fields.back().declared = {"a"};
  one.stream().undeclared.back() = 40;
  one.usual_rules();
  const Verdicts verdicts = one.judged();
  const std::string text = cli::report_text(one.plan, one.facts, verdicts),
                    markdown = cli::report_markdown(one.plan, one.facts, verdicts);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(markdown.find('\x1b'), std::string::npos);
  EXPECT_EQ(markdown.find("<b>"), std::string::npos);
  EXPECT_EQ(markdown.find("![x]"), std::string::npos);
  expect_goldens("groups", one);
}

TEST(Report, ManyGroupsShowThoseThatDoNotPass) {
  CaseBuilder one;
  std::vector<plan::GroupKey> keys;
  std::vector<std::uint64_t> good, none, rows;
  for (int i = 0; i < 60; ++i) {
    keys.push_back("shard-" + std::to_string(10 + i));
    good.push_back(i == 7 ? 900 : 1'000);
    none.push_back(0);
    rows.push_back(1'000);
  }
  one.group_by("shard", keys);
  one.objective("shards", {one.direct(one.proportion(good, none, rows), Comparison::at_least, "0.99")});
  one.usual_rules();
  expect_goldens("many_groups", one);
}

// What the sentence says of the rows is not said again below it.
TEST(Report, DependenceIsSaidOnce) {
  const auto times_said = [](const std::string& threshold) {
    CaseBuilder one;
    std::vector<plan::SeriesStep> steps;
    std::uint64_t good = 0;
    for (std::uint64_t i = 0; i < 60; ++i) {
      steps.push_back({1'000, i >= 20 && i < 30 ? 950U : 1'000U - i % 2});
      good += steps.back().part;
    }
    plan::Leaf leaf = one.proportion({good}, {0}, {60'000});
    std::get<plan::Proportion>(leaf.what).series = one.series(steps);
    one.objective("available", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, threshold)});
    one.usual_rules();
    const std::string page = cli::report_markdown(one.plan, one.facts, one.judged());
    std::size_t times = 0;
    for (std::size_t at = page.find("a design effect of"); at != std::string::npos; at = page.find("a design", at + 1))
      ++times;
    return times;
  };
  EXPECT_EQ(times_said("0.95"), 1U);   // passes all the same: in a line of its own
  EXPECT_EQ(times_said("0.989"), 2U);  // is taken back: in the objective's sentence, and in the decision's
}

TEST(Report, ColourOnlyOnRequest) {
  const CaseBuilder one = one_proportion(9'999, 0, 10'000, Comparison::at_least, "0.999");
  const Verdicts verdicts = one.judged();
  EXPECT_EQ(cli::report_text(one.plan, one.facts, verdicts).find('\x1b'), std::string::npos);
  const std::string coloured = cli::report_text(one.plan, one.facts, verdicts, {.colour = true});
  EXPECT_NE(coloured.find("\x1b[32mpass"), std::string::npos);
  EXPECT_NE(coloured.find("\x1b[1;32mcertify for 7d\x1b[0m"), std::string::npos);
}

TEST(Report, APlotMarksTheThresholdOnTheRightSide) {
  Judged judged;
  judged.threshold = exact("0.9");
  EXPECT_EQ(cli::interval_plot(judged), "");
  judged.lower = "0.95", judged.upper = "0.99", judged.estimate = "0.97";
  const std::string above = cli::interval_plot(judged);
  EXPECT_LT(above.find("┃"), above.find("├"));
  EXPECT_LT(above.find("●"), above.find("┤"));
  judged.threshold = exact("0.999");
  EXPECT_GT(cli::interval_plot(judged).find("┃"), cli::interval_plot(judged).find("┤"));
  judged.upper = "";
  EXPECT_NE(cli::interval_plot(judged).find("▶"), std::string::npos);
}

}  // namespace
}  // namespace proofmark::judgement

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) proofmark::judgement::bless |= std::strcmp(argv[i], "--bless") == 0;
  return RUN_ALL_TESTS();
}
