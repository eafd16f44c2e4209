// One number of the facts altered, whichever it is: the facts contradict each other then, or nobody could tell.
//
// Every number in the facts of every policy's tests is made three times as great, one greater, one less, and nothing.
// What is possible all the same is of the kinds that stand below, with the reason; of any other kind, each alteration
// must be found from the facts alone.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "runtime/plan/number.h"
#include "runtime/transcript/check_shape.h"
#include "runtime/transcript/facts_json.h"
#include "runtime/transcript/number_text.h"
#include "tests/transcript/measured_policies.h"

namespace proofmark::transcript {
namespace {

using json::Value;

constexpr const char* kAlterations[] = {"three times", "one more", "one less", "none"};

// What nothing else in the facts tells of.
const std::map<std::string, std::string>& untold() {
  static const std::map<std::string, std::string> kUntold = {
      {"asOf", "an instant that no row is later than; the window moves with it"},
      {"scans.rows", "rows that no window and no population has are counted nowhere else"},
      {"scans.events", "as rows are"},
      {"scans.skipped", "what could not be read is in no other number"},
      {"scans.future", "rows that are left out are in no other number"},
      {"scans.untimed", "rows without a time are in no window but the whole"},
      {"scans.coversFrom", "an instant before the other"},
      {"scans.coversTo", "an instant after the other"},
      {"scans.facts.counts", "as many rows as there are may be good, bad or unknown"},
      {"scans.facts.series.first", "the same steps follow from any first row time in the first step"},
      {"scans.facts.values.known", "values may be missing where no order statistic is asked for"},
      {"scans.facts.values.sum", "any sum of values between the extremes, where these are told at all"},
      {"scans.facts.values.minimum", "any value that is no greater than the others"},
      {"scans.facts.values.maximum", "any value that is no less than the others"},
      {"scans.facts.values.distinct", "as many as there are values"},
      {"scans.facts.values.ranks.value", "any value between its neighbours, on the same side of a threshold"},
      {"scans.facts.moments.known", "values may be missing where rows have no time to count them by"},
      {"scans.facts.moments.below", "likewise"},
      {"scans.facts.moments.above", "likewise"},
      {"scans.facts.moments.squares", "values with the same sum may be spread more, where they have no time"},
      {"scans.facts.clusters.rowsPart", "as many bad rows may lie in larger clusters"},
      {"scans.facts.clusters.withPart", "and in fewer"},
      {"scans.facts.clusters.withRest", "likewise"},
      {"scans.facts.contrasts.above", "gaps between what the wins allow"},
      {"scans.facts.contrasts.below", "likewise"},
      {"scans.facts.contrasts.wins", "wins between what the gaps allow"},
      {"models.counts", "as many trials as there are may meet a condition"},
      {"models.ranks.nearest.value", "any value between its neighbours"},
      {"models.ranks.lower.value", "likewise"},
      {"models.ranks.upper.value", "likewise"},
  };
  return kUntold;
}

// A number of the facts as it is altered; nothing: it stays what it was, or cannot be so.
std::optional<Value> altered(const Value& value, const std::string& how) {
  const auto changed = [&](auto number) {
    if (how == "three times") return number * 3;
    if (how == "one more") return number + 1;
    if (how == "one less") return number - 1;
    return number * 0;
  };
  if (const std::int64_t* integer = value.as_integer()) {
    const std::int64_t other = changed(*integer);
    if (other == *integer || other < 0 || other > json::kMaximumInteger) return std::nullopt;
    return Value(other);
  }
  const std::string* text = value.as_string();
  if (text == nullptr || text->empty()) return std::nullopt;
  if (const auto whole = plan::parse_int128(*text)) {
    const plan::Int128 other = changed(*whole);
    return other == *whole ? std::nullopt : std::optional(Value(plan::to_string(other)));
  }
  if (text->find_first_not_of("0123456789.e+-") != std::string::npos) return std::nullopt;
  const std::string other = exact_text(plan::Number(changed(std::stod(*text))));
  return other == *text ? std::nullopt : std::optional(Value(other));
}

// Of a long list the first, the middle and the last item stand for all.
bool is_looked_at(std::size_t i, std::size_t size) {
  return size <= 4 || i == 0 || i == size / 2 || i + 1 == size;
}

// Calls visit(kind, value with one number altered, how, where) for every number below.
class Alterations {
 public:
  using Visit = std::function<void(const std::string& kind, const Value& whole, const std::string& how)>;
  Alterations(const Value& whole, Visit visit) : visit_(std::move(visit)) {
    below(whole, "", [](const Value& value) { return value; });
  }

 private:
  using Around = std::function<Value(const Value&)>;  // the whole, with this in its place

  void below(const Value& value, const std::string& kind, const Around& around) {
    if (const json::Array* array = value.as_array()) {
      const bool of_facts = kind.ends_with("facts");  // which are of several kinds
      for (std::size_t i = 0; i < array->size(); ++i)
        if (of_facts || is_looked_at(i, array->size()))
          below((*array)[i], kind, [&, i](const Value& item) {
            json::Array items = *array;
            items[i] = item;
            return around(Value(std::move(items)));
          });
    } else if (const json::Object* object = value.as_object()) {
      for (const auto& [key, member] : object->members())
        below(member, kind.empty() ? key : kind + "." + key, [&, name = key](const Value& item) {
          json::Object members = *object;
          members.set(name, item);
          return around(Value(std::move(members)));
        });
    } else if (kind.find(".groups") == std::string::npos || !kind.ends_with(".groups")) {
      for (const char* how : kAlterations)
        if (const auto other = altered(value, how)) visit_(kind, around(*other), how);
    }
  }

  Visit visit_;
};

bool is_possible(const plan::Plan& plan, const Value& facts) {
  const Result<plan::Facts> read = facts_from_json(facts, "facts");
  return read && check_shape(plan, *read, "facts");
}

void alter_all(const Measured& one, std::set<std::string>& possible) {
  EXPECT_TRUE(check_shape(one.plan, one.facts, "facts"))
      << one.name << ": " << check_shape(one.plan, one.facts).problems().front().message;
  std::map<std::string, std::string> found;
  const Alterations alterations(facts_to_json(one.facts),
                                [&](const std::string& kind, const Value& facts, const std::string& how) {
                                  if (is_possible(one.plan, facts)) found[kind] += " " + how + ",";
                                });
  for (const auto& [kind, how] : found) {
    possible.insert(kind);
    EXPECT_TRUE(untold().contains(kind)) << one.name << ": `" << kind << "` may be" << how << " and nobody can tell";
  }
}

TEST(AlteredFacts, AreFoundWhereAnythingTellsOfThem) {
  std::set<std::string> possible;
  for (const char* folder : {"policies", "tests/transcript/policies"})
    for (const Measured& one : measured_policies(std::filesystem::path(PROOFMARK_SOURCE) / folder))
      alter_all(one, possible);
  for (const auto& [kind, why] : untold()) EXPECT_TRUE(possible.contains(kind)) << "`" << kind << "` is always told";
}

}  // namespace
}  // namespace proofmark::transcript
