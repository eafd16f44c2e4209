// The document: its bytes (a golden; `transcript_test --bless` rewrites it), its types, reading it back.
#include "runtime/transcript/transcript.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/transcript/rich_case.h"

namespace proofmark::transcript {
namespace {

using json::Value;
using judgement::CaseBuilder;
using plan::Comparison;

bool bless = false;

TEST(Transcript, TheGoldenDocument) {
  const std::string path = std::string(PROOFMARK_SOURCE_DIR) + "/tests/transcript/golden/rich.json";
  const std::string page = json::pretty(rich_transcript(rich_case())) + "\n";
  if (bless) std::ofstream(path, std::ios::binary) << page;
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << "no golden; run transcript_test --bless";
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(page, expected.str());
}

TEST(Transcript, SameInputsSameBytes) {
  EXPECT_EQ(text(rich_transcript(rich_case())), text(rich_transcript(rich_case())));
}

TEST(Transcript, AnotherParameterIsAnotherPlanAndAnotherDigest) {
  CaseBuilder other = rich_case();
  other.plan.parameters[1].value = "99/100";
  const auto inputs = [](const Value& transcript) { return *transcript.as_object()->find("inputs")->as_object(); };
  const json::Object a = inputs(rich_transcript(rich_case())), b = inputs(rich_transcript(other));
  EXPECT_NE(*a.find("parametersDigest"), *b.find("parametersDigest"));
  EXPECT_NE(*a.find("plan"), *b.find("plan"));
  EXPECT_EQ(*a.find("snapshot"), *b.find("snapshot"));
}

TEST(Transcript, WhereThePolicyWasWrittenIsNotPartOfThePlan) {
  CaseBuilder moved = rich_case();
  moved.plan.rules[0].origin.line += 10;
  const auto plan_digest = [](const Value& transcript) {
    return *transcript.as_object()->find("inputs")->as_object()->find("plan")->as_string();
  };
  EXPECT_EQ(plan_digest(rich_transcript(rich_case())), plan_digest(rich_transcript(moved)));
}

// Every member's kinds, by path without indices; null stands for what is absent.
void collect_kinds(const Value& value, const std::string& path, std::map<std::string, std::set<std::string>>& kinds) {
  if (!value.is_null()) kinds[path].insert(std::string(value.kind()));
  if (const auto* array = value.as_array())
    for (const Value& item : *array) collect_kinds(item, path + "[]", kinds);
  if (const auto* object = value.as_object())
    for (const auto& [key, member] : object->members()) collect_kinds(member, path + "." + key, kinds);
}

TEST(Transcript, TheTypeOfAFieldNeverVaries) {
  std::map<std::string, std::set<std::string>> kinds;
  std::vector<CaseBuilder> cases{
      rich_case(), judgement::one_proportion(0, 0, 0, Comparison::at_least, "0.5"),
      judgement::one_proportion(900'000'000'000, 0, 900'000'000'000, Comparison::at_least, "0.999999999"),
      judgement::one_proportion(1, 1, 3, Comparison::at_most, "1/3")};
  cases.back().plan.objectives[0].looks = {plan::LooksKind::unlimited, 1, 0};
  cases[1].facts.as_of_ns.reset();
  cases[1].facts.history.reset();
  CaseBuilder none;
  none.group_by("region", {});
  none.objective("regions", {none.direct(none.proportion({}, {}, {}), Comparison::at_least, "0.99")});
  none.usual_rules();
  cases.push_back(none);
  for (const CaseBuilder& one : cases) collect_kinds(rich_transcript(one), "", kinds);
  EXPECT_GT(kinds.size(), 100u);
  for (const auto& [path, found] : kinds) EXPECT_EQ(found.size(), 1u) << path;
  for (const char* path :
       {".objectives[].estimate", ".objectives[].lower", ".objectives[].threshold", ".objectives[].margin",
        ".objectives[].confidenceOneSided", ".objectives[].intervalConfidence", ".decision.bound.alpha", ".asOf"})
    EXPECT_EQ(kinds[path], std::set<std::string>{"a string"}) << path;
  EXPECT_EQ(kinds[".objectives[].n"], std::set<std::string>{"an integer"});
}

TEST(Transcript, ReadsItsOwnBytesBack) {
  const Value built = rich_transcript(rich_case());
  const Result<Parsed> back = read(text(built), "decision.json");
  ASSERT_TRUE(back) << back.problems().front().message;
  EXPECT_TRUE(back->is_canonical);
  EXPECT_EQ(back->value, built);
  const Result<Parsed> loose = read(json::pretty(built), "decision.json");
  ASSERT_TRUE(loose);
  EXPECT_FALSE(loose->is_canonical);
}

TEST(Transcript, RefusesWhatIsNoTranscript) {
  const auto code = [](std::string_view bytes) { return read(bytes, "decision.json").problems().front().code; };
  EXPECT_EQ(code(""), "PM0901");
  EXPECT_EQ(code("{\"format\":\"proofmark-transcript/1\",\"format\":1}"), "PM0901");
  EXPECT_EQ(code("{\"format\":\"proofmark-transcript/1\"} x"), "PM0901");
  EXPECT_EQ(code("[]"), "PM0902");
  EXPECT_EQ(code("{}"), "PM0902");
  EXPECT_EQ(code("{\"format\":\"proofmark-transcript/2\"}"), "PM0902");
  EXPECT_EQ(code("{\"format\":1}"), "PM0902");
}

TEST(Transcript, LooksWithoutHistoryAreUnattested) {
  CaseBuilder one = judgement::one_proportion(100'000, 0, 100'000, Comparison::at_least, "0.999");
  const auto looks = [](const CaseBuilder& built) {
    const Value transcript = rich_transcript(built);
    return *(*transcript.as_object()->find("objectives")->as_array())[0]
                .as_object()
                ->find("looks")
                ->as_object()
                ->find("history")
                ->as_string();
  };
  EXPECT_EQ(looks(one), "attested");
  EXPECT_TRUE(one.judged().decision.bound.stated);
  one.facts.history.reset();
  EXPECT_EQ(looks(one), "unattested");  // who held once asks again, whatever the policy says
  EXPECT_FALSE(one.judged().decision.bound.stated);
  EXPECT_FALSE(one.judged().decision.denial.stated);
  CaseBuilder final_answers = one;
  for (plan::Rule& rule : final_answers.plan.rules)
    if (rule.decision == plan::Decision::hold) rule.decision = plan::Decision::deny;
  EXPECT_EQ(looks(final_answers), "unattested");  // each answer is final, and supposed to be the only one
  EXPECT_TRUE(final_answers.judged().decision.bound.stated);
  EXPECT_EQ(final_answers.judged().decision.bound.guarantee, judgement::Guarantee::assumed);
  final_answers.plan.objectives[0].looks = {plan::LooksKind::at_most, 3, 0};
  EXPECT_EQ(looks(final_answers), "unattested");
  EXPECT_FALSE(final_answers.judged().decision.bound.stated);
}

}  // namespace
}  // namespace proofmark::transcript

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) proofmark::transcript::bless |= std::strcmp(argv[i], "--bless") == 0;
  return RUN_ALL_TESTS();
}
