// Lines are read in their order; each is compared with what the lines before it have left.
#include "runtime/transcript/history.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/judgement/decision.h"
#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/family.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/spelling.h"
#include "runtime/plan/canonical.h"
#include "runtime/plan/spelling.h"
#include "runtime/transcript/check_shape.h"
#include "runtime/transcript/claims.h"
#include "runtime/transcript/json_members.h"
#include "runtime/transcript/verify.h"

namespace proofmark::transcript {
namespace {

using json::Array;
using json::Object;
using json::Value;

std::string quoted(const std::string& text) {
  return "`" + json::printable(text, 100) + "`";
}

// ---------------------------------------------------------------- what is for people

plan::Origin origin_at(const Value& place, plan::Origin otherwise) {
  const auto number = [&](std::string_view key, std::uint32_t& out) {
    const Value* at = value_at(place, {key});
    const std::int64_t* found = at != nullptr ? at->as_integer() : nullptr;
    if (found != nullptr && *found >= 0 && *found <= std::numeric_limits<std::uint32_t>::max())
      out = static_cast<std::uint32_t>(*found);
  };
  if (value_at(place, {"file"}) != nullptr) otherwise.file = text_at(place, {"file"});
  number("line", otherwise.line);
  number("column", otherwise.column);
  return otherwise;
}

// The plan with the names, the spelling, the titles, the owner and the places in the file that the transcript says it
// had.
plan::Plan as_presented(plan::Plan plan, const Value& given) {
  plan.title = text_at(given, {"policy", "title"});
  plan.owner = text_at(given, {"policy", "owner"});
  plan.runbook = text_at(given, {"policy", "runbook"});
  const std::string revision = text_at(given, {"policy", "revision"});
  plan.revision = 0;
  (void)std::from_chars(revision.data(), revision.data() + revision.size(), plan.revision);
  const Array& objectives = array_at(given, {"objectives"});
  for (std::size_t i = 0; i < std::min(plan.objectives.size(), objectives.size()); ++i) {
    plan.objectives[i].name = text_at(objectives[i], {"name"});
    plan.objectives[i].title = text_at(objectives[i], {"title"});
    const Array& requirements = array_at(objectives[i], {"requirements"});
    for (std::size_t r = 0; r < std::min(plan.objectives[i].requirements.size(), requirements.size()); ++r) {
      plan.objectives[i].requirements[r].text = text_at(requirements[r], {"text"});
      plan::Origin& origin = plan.objectives[i].requirements[r].origin;
      if (const Value* place = value_at(requirements[r], {"place"})) origin = origin_at(*place, origin);
    }
  }
  // The one that applied is the only one that a transcript tells of.
  if (const Value* place = value_at(given, {"decision", "rule"}))
    for (plan::Rule& rule : plan.rules) rule.origin = origin_at(*place, rule.origin);
  return plan;
}

// What a claim decides, without what is only said of it.
Value numbers_of(const Value& value) {
  static constexpr std::string_view kSaid[] = {"name",  "title", "because",       "note", "text",
                                               "place", "claim", "expectedSplit", "inPpm"};
  if (const Array* array = value.as_array()) {
    Array out;
    for (const Value& one : *array) out.push_back(numbers_of(one));
    return out;
  }
  const Object* object = value.as_object();
  if (object == nullptr) return value;
  Object out;
  for (const auto& [key, member] : object->members()) {
    const bool said = std::find(std::begin(kSaid), std::end(kSaid), key) != std::end(kSaid);
    if (!said && !key.ends_with("Because")) out.set(key, numbers_of(member));
  }
  return out;
}

// ---------------------------------------------------------------- reading

class HistoryReader {
 public:
  HistoryReader(const plan::Plan& plan, const std::string& file) : plan_(plan), file_(file), claims_(plan) {
    for (std::size_t i = 0; i < plan.objectives.size(); ++i) digests_.push_back(claims_.of(i).digest);
  }

  Result<AttestedLooks> read(std::string_view text, std::size_t lines) {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 1; !text.empty() && history_.size() < lines; ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.empty()) continue;
      if (const Status taken = take(line); !taken) return at_line(taken.problems(), number);
      numbers.push_back(number);
    }
    return AttestedLooks{std::move(history_), std::move(numbers)};
  }

 private:
  static Diagnostics at_line(Diagnostics problems, std::uint32_t number) {
    for (Diagnostic& problem : problems) {
      Place& place = problem.primary.place;
      place.line = place.end_line = number;
      if (place.column == 0) place.column = place.end_column = 1;
    }
    return problems;
  }

  Status take(std::string_view line) {
    const Result<Parsed> given = transcript::read(line, file_);
    if (!given) return given.problems();
    if (const Status same = same_subject(given->value); !same) return same;
    const plan::Plan presented = as_presented(plan_, given->value);
    const bool same_plan = text_at(given->value, {"inputs", "plan"}) == plan::digest(presented);
    return same_plan ? take_whole(presented, *given) : take_claims(*given);
  }

  // A release is told by its artifact where that is known.
  Status same_subject(const Value& given) const {
    const auto told = [](const std::string& value, const std::string& digest) {
      return digest.empty() ? value : digest;
    };
    std::string ours, theirs;
    for (const plan::SubjectEntry& entry : plan_.subject)
      ours += (ours.empty() ? "" : ", ") + entry.key + " " + told(entry.value, entry.digest);
    for (const Value& entry : array_at(given, {"subject"}))
      theirs += (theirs.empty() ? "" : ", ") + text_at(entry, {"key"}) + " " +
                told(text_at(entry, {"value"}), text_at(entry, {"digest"}));
    if (ours == theirs) return Done{};
    const auto shown = [](const std::string& subject) { return subject.empty() ? "no subject" : quoted(subject); };
    return file_problem("PM0908", file_, "the transcript is of " + shown(theirs) + ", and this is of " + shown(ours),
                        "a history holds the earlier looks at one release: keep a file for each");
  }

  // A line that this plan made.
  Status take_whole(const plan::Plan& presented, const Parsed& given) {
    Inputs inputs;  // the policy's text may have changed in what the plan does not say
    inputs.policy = {text_at(given.value, {"inputs", "policy", "file"}),
                     text_at(given.value, {"inputs", "policy", "digest"})};
    const Result<Rejudged> rejudged = rejudged_facts_only(presented, inputs, given);
    if (!rejudged) return rejudged.problems();
    if (const Status follows = follows_what_came_before(rejudged->facts, true); !follows) return follows;
    history_.push_back(
        judgement::earlier_look(presented, rejudged->facts, rejudged->verdicts, json::sha256(given.bytes)));
    return Done{};
  }

  // A line of another plan: what it asked that this plan asks too.
  Status take_claims(const Parsed& given) {
    const Result<plan::Facts> facts = recorded_facts(given);
    if (!facts) return facts.problems();
    if (!given.is_canonical)
      return file_problem("PM0907", file_, "the transcript's bytes are not the canonical ones (RFC 8785)",
                          "its digest differs from the one that was made; take the original file");
    if (const Status follows = follows_what_came_before(*facts, false); !follows) return follows;
    if (const std::string kernel = text_at(given.value, {"inputs", "kernel"}); kernel != kKernelVersion)
      return file_problem("PM0906", file_,
                          "`inputs.kernel` should be `" + std::string(kKernelVersion) + "` and is " + quoted(kernel),
                          "the looks of one history are judged by one version of the statistics");
    plan::EarlierLook look{json::sha256(given.bytes), *facts->as_of_ns, {}, true};
    bool any = false;
    for (std::size_t i = 0; i < plan_.objectives.size(); ++i) {
      Result<plan::EarlierClaim> claim = claim_at(i, *facts, given);
      if (!claim) return claim.problems();
      any = any || claim->differs.empty();
      look.objectives.push_back(std::move(*claim));
    }
    if (!any && text_at(given.value, {"policy", "name"}) != plan_.policy) return another_policy(given);
    look.decided_otherwise = !has_same_question(given.value);
    if (const Status decided = look.decided_otherwise ? Status(Done{}) : decided_by_our_rules(given); !decided)
      return decided;
    history_.push_back(std::move(look));
    return Done{};
  }

  // Whether the same claims stand in the same places, and the same rules decide by them.
  bool has_same_question(const Value& given) const {
    const Array& objectives = array_at(given, {"objectives"});
    const auto asks = [](const Value& one, const std::string& digest) {
      return text_at(one, {"claim", "digest"}) == digest;
    };
    return std::equal(objectives.begin(), objectives.end(), digests_.begin(), digests_.end(), asks) &&
           text_at(given, {"decision", "question"}) == question_digest(plan_, digests_);
  }

  // What it says it asked is no more taken on trust than what it says it found.
  Status decided_by_our_rules(const Parsed& given) const {
    std::vector<judgement::Verdict> verdicts;
    for (const Value& objective : array_at(given.value, {"objectives"})) {
      const std::string found = text_at(objective, {"verdict"});
      for (const auto verdict : {judgement::Verdict::pass, judgement::Verdict::fail, judgement::Verdict::inconclusive,
                                 judgement::Verdict::no_data})
        if (found == judgement::spelling(verdict)) verdicts.push_back(verdict);
    }
    if (verdicts.size() != plan_.objectives.size()) return altered_decision("an objective has no verdict");
    const plan::Rule& rule = plan_.rules[judgement::rule_that_applies(plan_, verdicts)];
    const std::string wanted(plan::spelling(rule.decision)), found = text_at(given.value, {"decision", "outcome"});
    if (found != wanted)
      return altered_decision("`decision.outcome` should be " + quoted(wanted) + " and is " + quoted(found));
    return Done{};
  }

  Diagnostic altered_decision(const std::string& what) const {
    return file_problem("PM0906", file_, "the transcript does not verify: " + what, "the file was altered");
  }

  Diagnostic another_policy(const Parsed& given) const {
    return file_problem("PM0908", file_,
                        "the transcript is of policy " + quoted(text_at(given.value, {"policy", "name"})) +
                            ", which asks nothing that policy " + quoted(plan_.policy) + " asks",
                        "keep a history for each policy of a release");
  }

  Result<plan::EarlierClaim> claim_at(std::size_t index, const plan::Facts& facts, const Parsed& given) const {
    const Claim now = claims_.of(index);
    const Array& objectives = array_at(given.value, {"objectives"});
    const auto asks = [&](const Value& one) { return text_at(one, {"claim", "digest"}) == now.digest; };
    const auto found = std::find_if(objectives.begin(), objectives.end(), asks);
    if (found != objectives.end())
      return same_claim(index, now, static_cast<std::size_t>(found - objectives.begin()), facts, given);
    const auto named = std::find_if(objectives.begin(), objectives.end(), [&](const Value& one) {
      return text_at(one, {"name"}) == plan_.objectives[index].name;
    });
    const Value* then = named != objectives.end() ? value_at(*named, {"claim"}) : nullptr;
    if (then == nullptr || then->as_object() == nullptr) return plan::EarlierClaim{"it was not asked", {}};
    return plan::EarlierClaim{how_it_differs(now, *then), {}};
  }

  // The objective that stands at `there` in the transcript asks what ours at `index` does.
  Result<plan::EarlierClaim> same_claim(std::size_t index, const Claim& now, std::size_t there,
                                        const plan::Facts& facts, const Parsed& given) const {
    for (std::size_t look = 0; look < history_.size(); ++look) {
      const auto& recorded = (*facts.history)[look].objectives;
      const plan::EarlierClaim& ours = history_[look].objectives[index];
      if (there >= recorded.size() || recorded[there].groups != ours.groups ||
          recorded[there].differs.empty() != ours.differs.empty())
        return made_with_another("a history in which look " + std::to_string(look + 1) + " saw something else");
    }
    const bool of_model =
        std::any_of(plan_.objectives[index].requirements.begin(), plan_.objectives[index].requirements.end(),
                    [](const plan::Requirement& one) { return one.model.has_value(); });
    if (of_model) return plan::EarlierClaim{};
    const plan::Plan own_plan = claims_.alone(index, now.facts);
    const Value& recorded = array_at(given.value, {"objectives"})[there];
    const auto places = claim_facts_from_json(*value_at(recorded, {"claim"}));
    auto own = places ? facts_of(*places, facts) : std::nullopt;
    if (!own)
      return file_problem("PM0904", file_,
                          "`objectives[" + std::to_string(there) + "].claim.facts` names facts that there are not",
                          "the file was altered");
    own->history.emplace();
    for (const plan::EarlierLook& look : *facts.history)
      own->history->push_back({look.transcript, look.as_of_ns, {look.objectives[there]}});
    return rejudged_claim(own_plan, *own, there, given);
  }

  Result<plan::EarlierClaim> rejudged_claim(const plan::Plan& plan, const plan::Facts& facts, std::size_t there,
                                            const Parsed& given) const {
    if (const Status fits = check_shape(plan, facts, file_); !fits) return fits.problems();
    const judgement::FactView view(plan, facts);
    const plan::Objective& objective = plan.objectives.front();
    const judgement::ObjectiveVerdict verdict = judgement::judge_objective(view, objective);
    const Value expected = numbers_of(objective_to_json(plan, objective, verdict, &*facts.history));
    const JsonPath objectives("objectives"), path(objectives, there);
    if (auto difference =
            difference_between(path, expected, numbers_of(array_at(given.value, {"objectives"})[there]), given))
      return *difference;
    return judgement::earlier_claim(view, objective, &verdict);
  }

  Diagnostic made_with_another(const std::string& what) const {
    return file_problem(
        "PM0910", file_,
        "this look was made with " + what + ", and " + std::to_string(history_.size()) + " stand before it here",
        "every look must be made with all the looks before it: `--history` from the first look on");
  }

  // Whether its history is the lines before it; of another plan's only which they are is compared here.
  Status follows_what_came_before(const plan::Facts& facts, bool same_plan) const {
    if (!facts.as_of_ns)
      return file_problem("PM0909", file_, "the snapshot of this look has no `as of`, so that looks have no order",
                          "make snapshots with `--as-of`");
    if (!history_.empty() && *facts.as_of_ns <= history_.back().as_of_ns)
      return file_problem("PM0909", file_,
                          "this look is as of " + judgement::timestamp_text(*facts.as_of_ns) +
                              ", which is not after the look before it, " +
                              judgement::timestamp_text(history_.back().as_of_ns),
                          "looks stand in the order in which they were taken, each once");
    if (!facts.history) return made_with_another("no history");
    if (facts.history->size() != history_.size())
      return made_with_another("a history of " + std::to_string(facts.history->size()) +
                               (facts.history->size() == 1 ? " look" : " looks"));
    const auto is_same = [](const plan::EarlierLook& a, const plan::EarlierLook& b) {
      return a.transcript == b.transcript && a.as_of_ns == b.as_of_ns;
    };
    const bool same = same_plan ? *facts.history == history_
                                : std::equal(history_.begin(), history_.end(), facts.history->begin(), is_same);
    if (!same) return made_with_another("a history of other looks");
    return Done{};
  }

  const plan::Plan& plan_;
  const std::string& file_;
  PlanClaims claims_;
  std::vector<std::string> digests_;  // of the claims
  plan::History history_;
};

}  // namespace

Result<AttestedLooks> read_history(const plan::Plan& plan, std::string_view text, const std::string& file,
                                   std::size_t lines) {
  return HistoryReader(plan, file).read(text, lines);
}

}  // namespace proofmark::transcript
