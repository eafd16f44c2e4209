// Whether a history can be that of the facts it stands in: look by look, each claim against the last look that asked
// it.
#include <algorithm>

#include "runtime/json/digest.h"
#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/quantity.h"
#include "runtime/statistics/binomial.h"
#include "runtime/transcript/history.h"
#include "runtime/transcript/json_path.h"

namespace proofmark::transcript {
namespace {

using plan::EarlierClaim;
using plan::EarlierCount;
using plan::EarlierGroup;
using plan::Rational;

constexpr const char* kRowsGone =
    "the telemetry of a later look holds all that the earlier looks saw: an anchored window, from the same source";

class HistoryChecker {
 public:
  HistoryChecker(const plan::Plan& plan, const plan::Facts& facts, const std::string& file,
                 const std::vector<std::uint32_t>& lines)
      : plan_(plan), facts_(facts), file_(file), lines_(lines) {}

  Status run() {
    if (!facts_.history) return Done{};
    const JsonPath root("facts"), looks(root, "history");
    if (!facts_.as_of_ns)
      return file_problem("PM0909", file_, "the snapshot has no `as of`, so that looks have no order",
                          "make snapshots with `--as-of`");
    const plan::History& history = *facts_.history;
    for (std::size_t i = 0; i < history.size(); ++i) {
      const JsonPath path(looks, i);
      look_ = i;
      const std::int64_t next = i + 1 < history.size() ? history[i + 1].as_of_ns : *facts_.as_of_ns;
      if (!shape(path, history[i]) || !before(path, history[i].as_of_ns, next)) return *problem_;
    }
    const judgement::FactView view(plan_, facts_);
    for (std::size_t i = 0; i < plan_.objectives.size(); ++i)
      if (!grows(looks, view, i)) return *problem_;
    return Done{};
  }

 private:
  bool refuse(const char* code, const JsonPath& path, std::string what, std::string help = {}) {
    if (help.empty()) help = "the facts belong to another policy, or the file was altered";
    problem_ = file_problem(code, file_, "`" + path.text() + "` " + std::move(what), std::move(help));
    if (look_ < lines_.size()) {
      Place& place = problem_->primary.place;
      place.line = place.end_line = lines_[look_];
      place.column = place.end_column = 1;
    }
    return false;
  }

  bool shape(const JsonPath& path, const plan::EarlierLook& look) {
    if (!json::is_sha256(look.transcript)) return refuse("PM0904", JsonPath(path, "transcript"), "is no digest");
    const JsonPath objectives(path, "objectives");
    if (look.objectives.size() != plan_.objectives.size())
      return refuse("PM0904", objectives, "has another number of objectives than the plan");
    for (std::size_t i = 0; i < plan_.objectives.size(); ++i)
      if (!claim(JsonPath(objectives, i), plan_.objectives[i], look.objectives[i])) return false;
    return true;
  }

  bool claim(const JsonPath& path, const plan::Objective& objective, const EarlierClaim& claim) {
    const JsonPath groups(path, "groups");
    const bool of_model = std::any_of(objective.requirements.begin(), objective.requirements.end(),
                                      [](const plan::Requirement& one) { return one.model.has_value(); });
    if (of_model || !claim.differs.empty())
      return claim.groups.empty() || refuse("PM0904", groups, "hands on what the look did not ask, or asked a model");
    if (!objective.group_field && (claim.groups.size() != 1 || claim.groups[0].key))
      return refuse("PM0904", groups, "has groups where the plan has none");
    for (std::size_t i = 0; i < claim.groups.size(); ++i) {
      const JsonPath group(groups, i);
      if (i > 0 && !(claim.groups[i - 1].key < claim.groups[i].key))
        return refuse("PM0904", group, "is not after the group before it");
      if (claim.groups[i].requirements.size() != objective.requirements.size())
        return refuse("PM0904", group, "has another number of requirements than the plan");
      const JsonPath requirements(group, "requirements");
      for (std::size_t r = 0; r < objective.requirements.size(); ++r)
        if (!count(JsonPath(requirements, r), objective, objective.requirements[r], claim.groups[i].requirements[r]))
          return false;
    }
    return true;
  }

  bool count(const JsonPath& path, const plan::Objective& objective, const plan::Requirement& requirement,
             const EarlierCount& count) {
    const bool counted = judgement::is_counted(objective, requirement);
    if (count.bad.has_value() != counted)
      return refuse("PM0904", path, counted ? "lacks its bad rows" : "counts bad rows where the plan does not");
    std::size_t populations = 0;
    for (const plan::Leaf& leaf : requirement.leaves) populations += judgement::populations_of(leaf).size();
    if (count.rows.size() != (counted ? 1 : populations))
      return refuse("PM0904", JsonPath(path, "rows"), "has another number of populations than the plan");
    const auto too_many = [](std::uint64_t rows) { return rows >= statistics::kMaximumRows; };
    if (std::any_of(count.rows.begin(), count.rows.end(), too_many) || (counted && *count.bad > count.rows[0]))
      return refuse("PM0905", path, "counts more bad rows than rows, or more rows than there can be");
    if (!judgement::has_lasting_bounds(requirement) && !(count.lower.empty() && count.upper.empty()))
      return refuse("PM0904", path, "has bounds where the plan has none that last");
    for (const std::string* bound : {&count.lower, &count.upper})
      if (!bound->empty() && !Rational::parse(*bound)) return refuse("PM0904", path, "has a bound that is no number");
    return true;
  }

  bool before(const JsonPath& path, std::int64_t as_of_ns, std::int64_t next_ns) {
    return as_of_ns < next_ns ||
           refuse("PM0909", JsonPath(path, "asOf"),
                  "is " + judgement::timestamp_text(as_of_ns) + ", which is not before the look after it, " +
                      judgement::timestamp_text(next_ns),
                  "a snapshot is looked at once: take a later one");
  }

  // Groups stay, rows and bad rows only become more, and bounds only come closer. Whoever looks once may look where he
  // likes.
  bool grows(const JsonPath& looks, const judgement::FactView& view, std::size_t objective) {
    const plan::Looks& declared = plan_.objectives[objective].looks;
    if (declared.kind != plan::LooksKind::unlimited && declared.maximum <= 1) return true;
    const EarlierClaim now = judgement::earlier_claim(view, plan_.objectives[objective], nullptr);
    const plan::History& history = *facts_.history;
    for (std::size_t i = 0; i < history.size(); ++i) {
      const EarlierClaim& claim = history[i].objectives[objective];
      look_ = i;
      if (!claim.differs.empty()) continue;
      const auto next = std::find_if(history.begin() + static_cast<std::ptrdiff_t>(i) + 1, history.end(),
                                     [&](const auto& look) { return look.objectives[objective].differs.empty(); });
      const bool is_last = next == history.end();
      const JsonPath look(looks, i), objectives(look, "objectives"), one(objectives, objective), groups(one, "groups");
      for (std::size_t g = 0; g < claim.groups.size(); ++g)
        if (!still_there(JsonPath(groups, g), claim.groups[g], is_last ? now : next->objectives[objective], !is_last))
          return false;
    }
    return true;
  }

  bool still_there(const JsonPath& path, const EarlierGroup& group, const EarlierClaim& next, bool bounded) {
    const auto found = std::find_if(next.groups.begin(), next.groups.end(),
                                    [&](const EarlierGroup& other) { return other.key == group.key; });
    if (found == next.groups.end())
      return refuse("PM0911", path, "is a group that the look after it does not have", kRowsGone);
    const JsonPath requirements(path, "requirements");
    for (std::size_t r = 0; r < group.requirements.size(); ++r) {
      const JsonPath one(requirements, r);
      if (!more_rows(one, group.requirements[r], found->requirements[r])) return false;
      if (bounded && !(no_looser(group.requirements[r].lower, found->requirements[r].lower, true) &&
                       no_looser(group.requirements[r].upper, found->requirements[r].upper, false)))
        return refuse("PM0905", one, "bounds more closely than the look after it, which has seen both");
    }
    return true;
  }

  bool more_rows(const JsonPath& path, const EarlierCount& before, const EarlierCount& after) {
    for (std::size_t i = 0; i < before.rows.size(); ++i)
      if (after.rows[i] < before.rows[i])
        return refuse("PM0911", path,
                      counted(before, i) + ", and the look after it " + seen(after, i) + ": rows are gone", kRowsGone);
    if (!before.bad || (*after.bad >= *before.bad && *after.bad - *before.bad <= after.rows[0] - before.rows[0]))
      return true;
    return refuse("PM0911", path,
                  counted(before, 0) + ", and the look after it " + seen(after, 0) +
                      (*after.bad < *before.bad ? ": rows are gone" : ": more bad rows came than rows"),
                  kRowsGone);
  }

  static std::string seen(const EarlierCount& count, std::size_t i) {
    const std::string rows = std::to_string(count.rows[i]);
    return count.bad ? std::to_string(*count.bad) + " bad of " + rows + " rows" : rows + " rows";
  }
  static std::string counted(const EarlierCount& count, std::size_t i) { return "counts " + seen(count, i); }

  static bool no_looser(const std::string& earlier, const std::string& later, bool lower) {
    const auto before = Rational::parse(earlier), after = Rational::parse(later);
    if (!before) return true;
    return after && (lower ? *after >= *before : *after <= *before);
  }

  const plan::Plan& plan_;
  const plan::Facts& facts_;
  const std::string& file_;
  const std::vector<std::uint32_t>& lines_;
  std::size_t look_ = 0;  // that is being checked
  std::optional<Diagnostic> problem_;
};

}  // namespace

Status check_history(const plan::Plan& plan, const plan::Facts& facts, const std::string& file,
                     const std::vector<std::uint32_t>& lines) {
  return HistoryChecker(plan, facts, file, lines).run();
}

}  // namespace proofmark::transcript
