// Lines are read in their order; each is compared with what the lines before it have left.
#include "runtime/transcript/history.h"

#include <algorithm>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/planned_looks.h"
#include "runtime/judgement/quantity.h"
#include "runtime/plan/canonical.h"
#include "runtime/statistics/binomial.h"
#include "runtime/transcript/json_path.h"
#include "runtime/transcript/verify.h"

namespace proofmark::transcript {
namespace {

using json::Value;

// ---------------------------------------------------------------- reading

// A text member of nested objects; empty when there is none.
std::string text_at(const Value& value, std::initializer_list<std::string_view> path) {
  const Value* at = &value;
  for (const std::string_view key : path) {
    const json::Object* object = at->as_object();
    at = object != nullptr ? object->find(key) : nullptr;
    if (at == nullptr) return {};
  }
  return at->as_string() != nullptr ? *at->as_string() : std::string();
}

std::string quoted(const std::string& text) {
  return "`" + json::printable(text, 100) + "`";
}

class HistoryReader {
 public:
  HistoryReader(const plan::Plan& plan, const std::string& file) : plan_(plan), file_(file) {}

  Result<plan::History> read(std::string_view text, std::size_t lines) {
    for (std::uint32_t number = 1; !text.empty() && history_.size() < lines; ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.empty()) continue;
      if (const Status taken = take(line); !taken) return at_line(taken.problems(), number);
    }
    return std::move(history_);
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
    if (const Status same = same_question(*given); !same) return same;
    Inputs inputs;  // the policy's text may have changed in what the plan does not say
    inputs.policy = {text_at(given->value, {"inputs", "policy", "file"}),
                     text_at(given->value, {"inputs", "policy", "digest"})};
    if (const Status verified = verify_facts_only(plan_, inputs, *given); !verified) return verified;
    const Result<plan::Facts> facts = recorded_facts(*given);
    if (!facts) return facts.problems();
    if (const Status follows = follows_what_came_before(*facts); !follows) return follows;
    history_.push_back(judgement::earlier_look(plan_, *facts, json::sha256(line)));
    return Done{};
  }

  Status same_question(const Parsed& given) const {
    if (text_at(given.value, {"inputs", "plan"}) == plan::digest(plan_)) return Done{};
    const std::string policy = text_at(given.value, {"policy", "name"});
    std::string message =
        "the transcript is of policy " + quoted(policy) + ", and this is policy " + quoted(plan_.policy);
    if (policy == plan_.policy)
      message = "the transcript is of another version of policy " + quoted(policy) +
                ", or of other parameters: its plan's digest is " + quoted(text_at(given.value, {"inputs", "plan"})) +
                ", not " + quoted(plan::digest(plan_));
    return file_problem("PM0908", file_, std::move(message),
                        "a history holds the earlier looks at the same question: the same policy, parameters and "
                        "artifact");
  }

  Status follows_what_came_before(const plan::Facts& facts) const {
    if (!facts.as_of_ns)
      return file_problem("PM0909", file_, "the snapshot of this look has no `as of`, so that looks have no order",
                          "make snapshots with `--as-of`");
    if (!history_.empty() && *facts.as_of_ns <= history_.back().as_of_ns)
      return file_problem("PM0909", file_,
                          "this look is as of " + judgement::timestamp_text(*facts.as_of_ns) +
                              ", which is not after the look before it, " +
                              judgement::timestamp_text(history_.back().as_of_ns),
                          "looks stand in the order in which they were taken, each once");
    if (facts.history && *facts.history == history_) return Done{};
    const std::string found = !facts.history ? "without a history"
                              : facts.history->size() != history_.size()
                                  ? "with a history of " + std::to_string(facts.history->size()) + " looks"
                                  : "with a history of other looks";
    return file_problem(
        "PM0910", file_,
        "this look was made " + found + ", and " + std::to_string(history_.size()) + " stand before it here",
        "every look must be made with all the looks before it: `--history` from the first look on");
  }

  const plan::Plan& plan_;
  const std::string& file_;
  plan::History history_;
};

// ---------------------------------------------------------------- checking

class HistoryChecker {
 public:
  HistoryChecker(const plan::Plan& plan, const plan::Facts& facts, const std::string& file)
      : plan_(plan), facts_(facts), file_(file) {}

  Status run() {
    if (!facts_.history) return Done{};
    const JsonPath root("facts"), looks(root, "history");
    if (!facts_.as_of_ns)
      return file_problem("PM0909", file_, "the snapshot has no `as of`, so that looks have no order",
                          "make snapshots with `--as-of`");
    for (std::size_t i = 0; i < facts_.history->size(); ++i)
      if (!shape(JsonPath(looks, i), (*facts_.history)[i])) return *problem_;
    const plan::EarlierLook now = judgement::earlier_look(plan_, facts_, {});
    for (std::size_t i = 0; i < facts_.history->size(); ++i) {
      const plan::EarlierLook& next = i + 1 < facts_.history->size() ? (*facts_.history)[i + 1] : now;
      if (!ordered(JsonPath(looks, i), (*facts_.history)[i], next)) return *problem_;
    }
    return Done{};
  }

 private:
  bool refuse(const char* code, const JsonPath& path, std::string what, std::string help = {}) {
    if (help.empty()) help = "the facts belong to another policy, or the file was altered";
    problem_ = file_problem(code, file_, "`" + path.text() + "` " + std::move(what), std::move(help));
    return false;
  }

  bool shape(const JsonPath& path, const plan::EarlierLook& look) {
    if (!json::is_sha256(look.transcript)) return refuse("PM0904", JsonPath(path, "transcript"), "is no digest");
    const JsonPath objectives(path, "objectives");
    if (look.objectives.size() != plan_.objectives.size())
      return refuse("PM0904", objectives, "has another number of objectives than the plan");
    for (std::size_t i = 0; i < plan_.objectives.size(); ++i)
      if (!groups(JsonPath(objectives, i), plan_.objectives[i], look.objectives[i])) return false;
    return true;
  }

  bool groups(const JsonPath& path, const plan::Objective& objective, const std::vector<plan::EarlierGroup>& groups) {
    if (!objective.group_field && (groups.size() != 1 || groups[0].key))
      return refuse("PM0904", path, "has groups where the plan has none");
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const JsonPath group(path, i);
      if (i > 0 && !(groups[i - 1].key < groups[i].key))
        return refuse("PM0904", group, "is not after the group before it");
      if (groups[i].requirements.size() != objective.requirements.size())
        return refuse("PM0904", group, "has another number of requirements than the plan");
      for (std::size_t r = 0; r < objective.requirements.size(); ++r) {
        const std::optional<plan::EarlierCount>& count = groups[i].requirements[r];
        const JsonPath requirements(group, "requirements"), one(requirements, r);
        if (count.has_value() != judgement::is_counted(objective, objective.requirements[r]))
          return refuse("PM0904", one, count ? "counts what the plan does not" : "lacks its counts");
        if (count && (count->bad > count->rows || count->rows >= statistics::kMaximumRows))
          return refuse("PM0905", one, "counts more bad rows than rows, or more rows than there can be");
      }
    }
    return true;
  }

  // Time goes on, groups stay, and both the bad rows and the others only become more.
  bool ordered(const JsonPath& path, const plan::EarlierLook& look, const plan::EarlierLook& next) {
    if (look.as_of_ns >= next.as_of_ns)
      return refuse("PM0909", JsonPath(path, "asOf"),
                    "is " + judgement::timestamp_text(look.as_of_ns) + ", which is not before the look after it, " +
                        judgement::timestamp_text(next.as_of_ns),
                    "a snapshot is looked at once: take a later one");
    const JsonPath objectives(path, "objectives");
    for (std::size_t i = 0; i < look.objectives.size(); ++i) {
      const JsonPath objective(objectives, i);
      for (std::size_t g = 0; g < look.objectives[i].size(); ++g)
        if (!still_there(JsonPath(objective, g), look.objectives[i][g], next.objectives[i])) return false;
    }
    return true;
  }

  bool still_there(const JsonPath& path, const plan::EarlierGroup& group, const std::vector<plan::EarlierGroup>& next) {
    static const char* const kHelp =
        "the telemetry of a later look holds all that the earlier looks saw: an anchored window, from the same source";
    const auto found =
        std::find_if(next.begin(), next.end(), [&](const auto& other) { return other.key == group.key; });
    if (found == next.end()) return refuse("PM0911", path, "is a group that the look after it does not have", kHelp);
    for (std::size_t r = 0; r < group.requirements.size(); ++r) {
      if (!group.requirements[r]) continue;
      const plan::EarlierCount& before = *group.requirements[r];
      const plan::EarlierCount& after = *found->requirements[r];
      const JsonPath requirements(path, "requirements");
      if (after.bad < before.bad || after.rows < before.rows || after.bad - before.bad > after.rows - before.rows)
        return refuse("PM0911", JsonPath(requirements, r),
                      "counts " + std::to_string(before.bad) + " bad of " + std::to_string(before.rows) +
                          " rows, and the look after it " + std::to_string(after.bad) + " of " +
                          std::to_string(after.rows) + ": rows are gone",
                      kHelp);
    }
    return true;
  }

  const plan::Plan& plan_;
  const plan::Facts& facts_;
  const std::string& file_;
  std::optional<Diagnostic> problem_;
};

}  // namespace

Result<plan::History> read_history(const plan::Plan& plan, std::string_view text, const std::string& file,
                                   std::size_t lines) {
  return HistoryReader(plan, file).read(text, lines);
}

Status check_history(const plan::Plan& plan, const plan::Facts& facts, const std::string& file) {
  return HistoryChecker(plan, facts, file).run();
}

}  // namespace proofmark::transcript
