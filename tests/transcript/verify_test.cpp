// Verification: any altered byte is found, the first difference is named, and no alteration breaks an invariant.
#include "runtime/transcript/verify.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "runtime/transcript/facts_json.h"
#include "tests/transcript/rich_case.h"

namespace proofmark::transcript {
namespace {

using json::Value;
using judgement::CaseBuilder;

const CaseBuilder& rich() {
  static const CaseBuilder kCase = rich_case();
  return kCase;
}

const std::string& rich_text() {
  static const std::string kText = text(rich_transcript(rich()));
  return kText;
}

bool verifies(const std::string& bytes) {
  const Result<Parsed> given = read(bytes, "decision.json");
  return given && verify_facts_only(rich().plan, rich_inputs(), *given);
}

// Facts alone cannot vouch for themselves, nor for the snapshot's digest; with the snapshot at hand they are compared
// like everything else.
bool verifies_with_snapshot(const std::string& bytes) {
  static const Value kExpected = rich_transcript(rich());
  const Result<Parsed> given = read(bytes, "decision.json");
  return given && compare(kExpected, *given);
}

TEST(Verify, AnUntouchedTranscriptVerifies) {
  EXPECT_TRUE(verifies(rich_text()));
  EXPECT_TRUE(verifies_with_snapshot(rich_text()));
}

TEST(Verify, EveryAlteredByteIsFound) {
  const std::size_t snapshot = rich_text().find(rich_inputs().snapshot_id), facts = rich_text().find("\"facts\":{"),
                    after_facts = rich_text().find(",\"format\"");
  ASSERT_NE(snapshot, std::string::npos);
  ASSERT_LT(facts, after_facts);
  const auto vouched_for = [&](std::size_t i) {
    const bool in_snapshot = i >= snapshot && i < snapshot + rich_inputs().snapshot_id.size();
    return !in_snapshot && (i < facts || i >= after_facts);
  };
  for (std::size_t i = 0; i < rich_text().size(); ++i)
    for (const int change : {i % 2 == 0 ? 1 : 0x20}) {
      std::string altered = rich_text();
      altered[i] = static_cast<char>(altered[i] ^ change);
      ASSERT_FALSE(verifies_with_snapshot(altered)) << "byte " << i;
      ASSERT_FALSE(verifies(altered) && vouched_for(i)) << "byte " << i << " ^ " << change;
    }
}

TEST(Verify, EveryRemovedOrDoubledByteIsFound) {
  for (std::size_t i = 0; i < rich_text().size(); ++i) {
    std::string shorter = rich_text(), longer = rich_text();
    shorter.erase(i, 1);
    longer.insert(i, 1, rich_text()[i]);
    ASSERT_FALSE(verifies_with_snapshot(shorter)) << "byte " << i;
    ASSERT_FALSE(verifies_with_snapshot(longer)) << "byte " << i;
  }
}

// Replaces a number somewhere in the facts by another one.
void alter(Value& value, std::size_t& countdown) {
  if (const auto* array = value.as_array()) {
    json::Array items = *array;
    for (Value& item : items) alter(item, countdown);
    value = Value(std::move(items));
  } else if (const auto* object = value.as_object()) {
    json::Object members;
    for (const auto& [key, member] : object->members()) {
      Value changed = member;
      alter(changed, countdown);
      members.set(key, std::move(changed));
    }
    value = Value(std::move(members));
  } else if (countdown-- == 0) {
    const auto small = *rc::gen::inRange<std::int64_t>(0, 1'200);
    if (value.as_integer() != nullptr)
      value = *rc::gen::element<Value>(Value(small), Value(std::max<std::int64_t>(0, *value.as_integer() - 1)),
                                       Value(std::min(json::kMaximumInteger, *value.as_integer() + 1)),
                                       Value(json::kMaximumInteger));
    else
      value = *rc::gen::element<Value>(Value(), Value(std::to_string(small * 1'000'000)), Value("-1"), Value("0.5"),
                                       Value("Infinity"));
  }
}

TEST(Verify, AlteredFactsAreRefusedOrJudgedButNeverBreakAnything) {
  EXPECT_TRUE(rc::check("any number of the facts replaced", [] {
    Value facts = facts_to_json(rich().facts);
    const int changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
      std::size_t countdown = *rc::gen::inRange<std::size_t>(0, 140);
      alter(facts, countdown);
    }
    json::Object transcript = *rich_transcript(rich()).as_object();
    const bool same = facts == *transcript.find("facts");
    transcript.set("facts", facts);
    const Parsed given = parsed(transcript);
    const Result<Value> rejudged = rejudge(rich().plan, rich_inputs(), given);
    if (!rejudged) {
      const std::string& code = rejudged.problems().front().code;
      const bool unordered = code == "PM0909";  // looks that a history attests, of facts without their time
      RC_ASSERT(unordered || code == "PM0903" || code == "PM0904" || code == "PM0905");
      RC_ASSERT(unordered || rejudged.problems().front().message.find("`facts") == 0);
    }
    RC_ASSERT(static_cast<bool>(verify_facts_only(rich().plan, rich_inputs(), given)) == same || rejudged);
  }));
}

std::string first_problem(const Status& status) {
  return status ? "none" : status.problems().front().code + " " + status.problems().front().message;
}

Value with(const Value& transcript, const std::string& key, Value value) {
  json::Object object = *transcript.as_object();
  object.set(key, std::move(value));
  return object;
}

TEST(Verify, NamesTheFirstDifferenceInTheOrderOfMeaning) {
  const Value expected = rich_transcript(rich());
  // The decision is altered, and an input: the input is named.
  Value altered = with(expected, "decision", "certify");
  json::Object inputs = *expected.as_object()->find("inputs")->as_object();
  inputs.set("edition", "2027");
  EXPECT_EQ(first_problem(compare(expected, parsed(altered))).substr(0, 70),
            "PM0906 the transcript does not verify: `decision` should be an object ");
  altered = with(altered, "inputs", inputs);
  EXPECT_EQ(first_problem(compare(expected, parsed(altered))),
            "PM0906 the transcript does not verify: `inputs.edition` should be `\"2026\"` and is `\"2027\"`");
  EXPECT_EQ(first_problem(verify_facts_only(rich().plan, rich_inputs(), parsed(altered))),
            "PM0906 the transcript does not verify: `inputs.edition` should be `\"2026\"` and is `\"2027\"`");
}

TEST(Verify, NamesWhatIsMissingAndWhatIsTooMuch) {
  const Value expected = rich_transcript(rich());
  json::Object fewer;
  for (const auto& [key, value] : expected.as_object()->members())
    if (key != "subject") fewer.set(key, value);
  EXPECT_EQ(first_problem(compare(expected, parsed(fewer))),
            "PM0906 the transcript does not verify: `subject` should be an array and is nothing");
  EXPECT_EQ(first_problem(compare(expected, parsed(with(expected, "note", "mine")))),
            "PM0906 the transcript does not verify: `note` should be nothing and is `\"mine\"`");
}

TEST(Verify, AnotherVerdictInTheFileIsNamedByItsObjective) {
  std::string bytes = rich_text();
  const std::string from = "\"verdict\":\"inconclusive\"", to = "\"verdict\":\"pass\"";
  const std::size_t last = bytes.rfind(from);
  ASSERT_NE(last, std::string::npos);
  bytes.replace(last, from.size(), to);
  const Result<Parsed> given = read(bytes, "decision.json");
  ASSERT_TRUE(given);
  const std::string problem = first_problem(verify_facts_only(rich().plan, rich_inputs(), *given));
  EXPECT_NE(problem.find("objectives["), std::string::npos) << problem;
  EXPECT_NE(problem.find("should be `\"inconclusive\"` and is `\"pass\"`"), std::string::npos) << problem;
}

TEST(Verify, TheSameDocumentInOtherBytesIsNotTheSameTranscript) {
  const Value expected = rich_transcript(rich());
  const Result<Parsed> pretty = read(json::pretty(expected), "decision.json");
  ASSERT_TRUE(pretty);
  EXPECT_EQ(first_problem(compare(expected, *pretty)).substr(0, 6), "PM0907");
  const Result<Parsed> newline = read(rich_text() + "\n", "decision.json");
  ASSERT_TRUE(newline);
  EXPECT_EQ(first_problem(compare(expected, *newline)).substr(0, 6), "PM0907");
}

TEST(Verify, AnotherPolicyIsNamedBeforeItsFacts) {
  CaseBuilder other = judgement::one_proportion(1, 0, 2, plan::Comparison::at_least, "0.5");
  const std::string problem =
      first_problem(verify_facts_only(other.plan, rich_inputs(), parsed(rich_transcript(rich()))));
  EXPECT_NE(problem.find("PM0906 the transcript does not verify: `inputs."), std::string::npos) << problem;
}

TEST(Verify, ATranscriptWithoutFactsIsRefused) {
  json::Object bare{{"format", kFormat}};
  EXPECT_EQ(first_problem(verify_facts_only(rich().plan, rich_inputs(), parsed(bare))).substr(0, 6), "PM0903");
}

}  // namespace
}  // namespace proofmark::transcript
