// Comparison walks both documents in the order in which ours was built: inputs, subject, facts, objectives, decision.
#include "runtime/transcript/verify.h"

#include <algorithm>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/transcript/check_shape.h"
#include "runtime/transcript/facts_json.h"
#include "runtime/transcript/json_members.h"
#include "runtime/transcript/json_path.h"
#include "runtime/transcript/number_text.h"

namespace proofmark::transcript {
namespace {

using json::Value;

struct Difference {
  std::string path, expected, found;
};
using Found = std::optional<Difference>;

std::string shown(const Value* value) {
  if (value == nullptr) return "nothing";
  if (value->as_array() != nullptr || value->as_object() != nullptr) return std::string(value->kind());
  return "`" + json::printable(json::canonical(*value)) + "`";
}

Found first_difference(const JsonPath& path, const Value& expected, const Value& found);

Found between_objects(const JsonPath& path, const json::Object& expected, const json::Object& found) {
  for (const auto& [key, value] : expected.members()) {
    const Value* other = found.find(key);
    const JsonPath member(path, key);
    if (other == nullptr) return Difference{member.text(), shown(&value), shown(nullptr)};
    if (Found difference = first_difference(member, value, *other)) return difference;
  }
  for (const auto& [key, value] : found.members())
    if (expected.find(key) == nullptr) return Difference{JsonPath(path, key).text(), shown(nullptr), shown(&value)};
  return std::nullopt;
}

Found between_arrays(const JsonPath& path, const json::Array& expected, const json::Array& found) {
  for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
    const JsonPath item(path, i);
    const Value* left = i < expected.size() ? &expected[i] : nullptr;
    const Value* right = i < found.size() ? &found[i] : nullptr;
    if (left == nullptr || right == nullptr) return Difference{item.text(), shown(left), shown(right)};
    if (Found difference = first_difference(item, *left, *right)) return difference;
  }
  return std::nullopt;
}

Found first_difference(const JsonPath& path, const Value& expected, const Value& found) {
  if (expected.as_object() != nullptr && found.as_object() != nullptr)
    return between_objects(path, *expected.as_object(), *found.as_object());
  if (expected.as_array() != nullptr && found.as_array() != nullptr)
    return between_arrays(path, *expected.as_array(), *found.as_array());
  if (expected == found) return std::nullopt;
  return Difference{path.text(), shown(&expected), shown(&found)};
}

Diagnostic differs(const Parsed& found, const Difference& difference) {
  return file_problem("PM0906", found.file,
                      "the transcript does not verify: `" + json::printable(difference.path, 200) + "` should be " +
                          difference.expected + " and is " + difference.found,
                      "the inputs are not those it was made from, or the file was altered");
}

}  // namespace

Status compare(const Value& expected, const Parsed& found) {
  if (text(expected) == found.bytes) return Done{};
  if (const Found difference = first_difference(JsonPath(""), expected, found.value))
    return differs(found, *difference);
  return file_problem("PM0907", found.file,
                      "the transcript says the same, but its bytes are not the canonical ones (RFC 8785)",
                      "its digest differs from the one that was certified; take the original file");
}

Result<plan::Facts> recorded_facts(const Parsed& given) {
  const Value* stored = value_at(given.value, {"facts"});
  if (stored == nullptr)
    return file_problem("PM0903", given.file, "the transcript lacks the member `facts`",
                        "a transcript is written by Proofmark and never by hand; take the original file");
  return facts_from_json(*stored, given.file);
}

Result<Value> rejudge(const plan::Plan& plan, const Inputs& inputs, const Parsed& given) {
  const Result<plan::Facts> facts = recorded_facts(given);
  if (!facts) return facts.problems();
  if (Status fits = check_shape(plan, *facts, given.file); !fits) return fits.problems();
  return build(plan, *facts, judgement::judge(plan, *facts), inputs);
}

std::optional<Diagnostic> difference_between(const JsonPath& path, const Value& expected, const Value& found,
                                             const Parsed& given) {
  const Found difference = first_difference(path, expected, found);
  return difference ? std::optional(differs(given, *difference)) : std::nullopt;
}

Result<std::optional<std::int64_t>> recorded_policy_date(const Parsed& given) {
  const Value* dated = value_at(given.value, {"inputs", "policyDated"});
  if (dated == nullptr) return std::optional<std::int64_t>();
  const auto number = dated->as_string() != nullptr ? parse_number(*dated->as_string()) : std::nullopt;
  if (number && std::holds_alternative<std::int64_t>(*number))
    return std::optional<std::int64_t>(std::get<std::int64_t>(*number));
  return file_problem("PM0903", given.file, "`inputs.policyDated` must be a text of whole nanoseconds since 1970",
                      "a transcript is written by Proofmark and never by hand; take the original file");
}

Result<Rejudged> rejudged_facts_only(const plan::Plan& plan, Inputs inputs, const Parsed& given) {
  const Value* stored_inputs = value_at(given.value, {"inputs"});
  const Value* snapshot = value_at(given.value, {"inputs", "snapshot"});
  if (snapshot != nullptr && snapshot->as_string() != nullptr) inputs.snapshot_id = *snapshot->as_string();
  if (!json::is_sha256(inputs.snapshot_id))
    return file_problem("PM0903", given.file,
                        "`inputs.snapshot` must be `sha256:` and 64 lower-case hexadecimal digits",
                        "a transcript is written by Proofmark and never by hand; take the original file");
  Result<plan::Facts> facts = recorded_facts(given);
  if (!facts) return facts.problems();
  const auto dated = recorded_policy_date(given);
  if (!dated) return dated.problems();
  inputs.policy_dated_ns = *dated;
  if (stored_inputs != nullptr)
    if (auto difference =
            difference_between(JsonPath("inputs"), inputs_to_json(plan, inputs, facts->history), *stored_inputs, given))
      return *difference;
  if (Status fits = check_shape(plan, *facts, given.file); !fits) return fits.problems();
  judgement::Verdicts verdicts = judgement::judge(plan, *facts);
  if (const Status same = compare(build(plan, *facts, verdicts, inputs), given); !same) return same.problems();
  return Rejudged{std::move(*facts), std::move(verdicts)};
}

Status verify_facts_only(const plan::Plan& plan, Inputs inputs, const Parsed& given) {
  const Result<Rejudged> rejudged = rejudged_facts_only(plan, std::move(inputs), given);
  if (!rejudged) return rejudged.problems();
  return Done{};
}

}  // namespace proofmark::transcript
