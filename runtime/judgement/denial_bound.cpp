// From the statements that hold when a rule to deny decides (rule_statements.h), a cover, where false failures alone
// can make them true: weights such that they hold only when those of the objectives that failed add up to 1, so that
// their probability is at most the sum of weight times alpha (Markov). One of several: each counts in full (the union
// bound). At least k of m: 1/k each, or, with the r least confident left out, 1/(k - r) (Rüger, Metrika 28, 1981: the
// best that the error levels alone can give). Statements that must hold together: a cover of any of them.
// Rules, and statements of which one is enough: an objective counts with its largest weight, once, since however many
// rules ask about it, it fails but once. Where there is a choice of covers, the one is taken with which all rules
// together cost least. Those with the fewest covers are joined first, and of several thousand the cheapest go on.
//
// Everything else may be denied by chance more often than any alpha says (an inconclusive verdict, missing data, a
// pass), and then no bound is stated.
#include <algorithm>
#include <array>
#include <optional>

#include "runtime/judgement/bound.h"
#include "runtime/judgement/error_level.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/rule_statements.h"
#include "runtime/judgement/wording.h"

namespace proofmark::judgement {
namespace {

using plan::Id;
using plan::Rational;

struct Share {
  Id objective = 0;
  Rational weight;
  std::size_t need = 1, of = 1;  // so many of so many have to fail
};
// Shares by objective, each objective once; none: it cannot happen.
struct Cover {
  std::vector<Share> shares;
  Level level;  // the sum of weight x alpha
};
// Covers any one of which will do, the cheapest first; or why there is none, the reason of lowest rank.
struct Chances {
  std::vector<Cover> covers;
  std::optional<NoLevel> none;
  int rank = 0;
};

constexpr std::size_t kMostPairs = 4096;  // of covers that are tried
constexpr std::size_t kMostJoined = 64;   // of what came of them, that go on

void cheapest_first(std::vector<Cover>& covers) {
  std::stable_sort(covers.begin(), covers.end(),
                   [](const Cover& a, const Cover& b) { return a.level.alpha < b.level.alpha; });
}

std::string quoted(const plan::Objective& objective) {
  return "`" + objective.name + "`";
}

// "is inconclusive or has no data"
std::string worded(Standings standings) {
  static constexpr std::array<std::pair<Verdict, const char*>, 4> kWords{{{Verdict::pass, "passes"},
                                                                          {Verdict::fail, "fails"},
                                                                          {Verdict::inconclusive, "is inconclusive"},
                                                                          {Verdict::no_data, "has no data"}}};
  std::string text;
  for (const auto& [verdict, words] : kWords)
    if ((standings & bit(verdict)) != 0) text += (text.empty() ? "" : " or ") + std::string(words);
  return text;
}

void consider(Chances& all, Chances one, int rank) {
  std::move(one.covers.begin(), one.covers.end(), std::back_inserter(all.covers));
  if (!one.none || (all.none && all.rank <= rank)) return;
  all.none = std::move(one.none);
  all.rank = rank;
}

// Whatever the verdicts are that the other statements leave.
bool is_certain(const AtLeast& count, const Possible& possible) {
  const auto stands = [&](Id id) { return (possible[id] & ~count.standings) == 0; };
  return std::count_if(count.objectives->begin(), count.objectives->end(), stands) >=
         static_cast<std::ptrdiff_t>(count.need);
}

// Where rows of certain values are expected, also by `on_no_data pass` (gates.h).
bool may_have_no_data(const plan::Objective& objective) {
  if (objective.on_no_data != plan::NoDataVerdict::pass) return objective.on_no_data == plan::NoDataVerdict::no_data;
  for (const plan::Requirement& requirement : objective.requirements)
    for (const plan::Leaf& leaf : requirement.leaves)
      if (!leaf.presence.empty()) return true;
  return false;
}

// The rules of one policy, and how likely each of its objectives fails wrongly.
class Ledger {
 public:
  Ledger(const plan::Plan& plan, const plan::History* history)
      : plan_(plan), history_(history), levels_(plan.objectives.size()) {}

  Chances of_rule(std::size_t index) {
    stopped_ = plan_.rules[index].decision == plan::Decision::revoke ? "revoked" : "denied";
    Possible possible;
    for (const plan::Objective& objective : plan_.objectives)
      possible.push_back(may_have_no_data(objective) ? kAny : static_cast<Standings>(kAny & ~bit(Verdict::no_data)));
    return of_all(statements_of(plan_, index), std::move(possible));
  }

  // Any of these. A cover of one that another needs anyway costs nothing more; those without a choice come first.
  Chances of_any(std::vector<Chances> several) {
    std::stable_sort(several.begin(), several.end(),
                     [](const Chances& a, const Chances& b) { return a.covers.size() < b.covers.size(); });
    Chances any{{Cover{}}, {}, 0};
    for (const Chances& one : several) any = of_either(any, one);
    return any;
  }

  const ErrorLevel& level(Id objective) {
    std::optional<ErrorLevel>& level = levels_[objective];
    if (!level) level = error_level(plan_, plan_.objectives[objective], Wrong::fail, history_);
    return *level;
  }

 private:
  Chances of_either(const Chances& a, const Chances& b) {
    if (a.covers.empty()) return a;
    if (b.covers.empty()) return b;
    const std::size_t most = std::max<std::size_t>(1, kMostPairs / a.covers.size());
    Chances both;
    for (const Cover& one : a.covers)
      for (std::size_t i = 0; i < std::min(most, b.covers.size()); ++i)
        if (std::optional<Cover> cover = summed(joined(one.shares, b.covers[i].shares)))
          both.covers.push_back(std::move(*cover));
    cheapest_first(both.covers);
    if (both.covers.size() > kMostJoined) both.covers.resize(kMostJoined);
    if (both.covers.empty()) both.none = not_exact();
    return both;
  }

  static NoLevel not_exact() { return NoLevel{"the error levels of its rules do not add up to an exact number"}; }

  // Each objective once, with its largest weight.
  static Cover joined(const std::vector<Share>& first, const std::vector<Share>& second) {
    Cover cover;
    auto i = first.begin(), j = second.begin();
    while (i != first.end() || j != second.end()) {
      const bool both = i != first.end() && j != second.end() && i->objective == j->objective;
      const bool take_first = j == second.end() || (i != first.end() && i->objective <= j->objective);
      cover.shares.push_back(both && j->weight > i->weight ? *j : take_first ? *i : *j);
      if (both || take_first) ++i;
      if (both || !take_first) ++j;
    }
    return cover;
  }

  std::optional<Cover> summed(Cover cover) {
    for (const Share& share : cover.shares) {
      const Level& one = std::get<Level>(level(share.objective));
      const std::optional<Rational> part = multiply(share.weight, one.alpha);
      const std::optional<Rational> sum = part ? add(cover.level.alpha, *part) : std::nullopt;
      if (!sum) return std::nullopt;
      cover.level = with_alpha(*sum, cover.level, one);
    }
    return cover;
  }

  // Statements that hold together: no likelier than the least likely of them.
  Chances of_all(const Statements& statements, Possible possible) {
    const Conjunction all = conjunction_of(statements);
    if (all.impossible || !narrow(all.counts, possible)) return {{Cover{}}, {}, 0};
    Chances any_one;
    for (const AtLeast& count : all.counts) {
      const bool told = !count.earlier || !is_certain(count, possible);
      consider(any_one, of_count(count, possible), told ? (count.earlier ? 1 : 0) : 2);
    }
    for (const Statements& choice : all.choices) {
      std::vector<Chances> several;
      for (const Statement& one : choice) several.push_back(of_all({one}, possible));
      consider(any_one, of_any(std::move(several)), choice.front().earlier ? 1 : 0);
    }
    cheapest_first(any_one.covers);
    if (any_one.covers.empty() && !any_one.none)
      any_one.none = NoLevel{"a build may be " + std::string(stopped_) + " whatever its verdicts are"};
    return any_one;
  }

  Chances of_count(const AtLeast& count, const Possible& possible) {
    std::size_t need = count.need;
    std::vector<Id> failing;
    std::optional<NoLevel> free;
    for (const Id id : *count.objectives) {
      const auto able = static_cast<Standings>(possible[id] & count.standings);
      if (able == 0) continue;
      if (able == kFail) {
        failing.push_back(id);
        continue;
      }
      if (!free)
        free = NoLevel{"a build may be " + std::string(stopped_) + " because " + quoted(plan_.objectives[id]) + " " +
                       worded(static_cast<Standings>(able & ~kFail))};
      if (--need == 0) return {{}, free, 0};
    }
    return of_failures(std::move(failing), need);
  }

  // At least `need` of these fail. Pre: 1 <= need <= their number.
  Chances of_failures(std::vector<Id> failing, std::size_t need) {
    const auto alpha = [&](Id id) {
      const auto* one = std::get_if<Level>(&level(id));
      return one != nullptr ? one->alpha : Rational(2);  // without a level: after all others
    };
    std::stable_sort(failing.begin(), failing.end(), [&](Id a, Id b) { return alpha(a) < alpha(b); });
    Chances chances;
    if (const std::optional<std::size_t> left_out = best_left_out(failing, need)) {
      const auto kept = failing.end() - static_cast<std::ptrdiff_t>(*left_out);
      if (auto cover = summed(shared_by({failing.begin(), kept}, need, *left_out, failing.size())))
        chances.covers.push_back(std::move(*cover));
    }
    if (need == failing.size()) {
      std::vector<Cover> single = each_alone(failing);
      std::move(single.begin(), single.end(), std::back_inserter(chances.covers));
      cheapest_first(chances.covers);
    }
    if (!chances.covers.empty()) return chances;
    const auto none =
        std::find_if(failing.begin(), failing.end(), [&](Id id) { return std::holds_alternative<NoLevel>(level(id)); });
    chances.none = none != failing.end() ? std::get<NoLevel>(level(*none)) : not_exact();
    return chances;
  }

  // All of these fail: each of them covers that. Pre: the most confident first, those without a level last.
  std::vector<Cover> each_alone(const std::vector<Id>& failing) {
    std::vector<Cover> covers;
    for (const Id id : failing) {
      if (std::holds_alternative<NoLevel>(level(id))) break;
      if (auto cover = summed({{{id, Rational(1), failing.size(), failing.size()}}, {}}))
        covers.push_back(std::move(*cover));
    }
    return covers;
  }

  // How many of the least confident to leave out, so that the sum over the others, divided by how many of them have to
  // fail, is least; nothing: too few have a level.
  std::optional<std::size_t> best_left_out(const std::vector<Id>& failing, std::size_t need) {
    std::optional<std::size_t> best;
    std::optional<Rational> least;
    Rational sum;
    for (std::size_t kept = 1; kept <= failing.size(); ++kept) {
      const auto* one = std::get_if<Level>(&level(failing[kept - 1]));
      const std::optional<Rational> more = one != nullptr ? add(sum, one->alpha) : std::nullopt;
      if (!more) break;
      sum = *more;
      const std::size_t left_out = failing.size() - kept;
      if (left_out >= need) continue;
      const auto alpha = divide(sum, Rational(static_cast<std::int64_t>(need - left_out)));
      if (!alpha || (least && *alpha > *least)) continue;
      least = alpha;
      best = left_out;
    }
    return best;
  }

  // An objective that is named twice counts twice, as it does in the condition.
  static Cover shared_by(std::vector<Id> kept, std::size_t need, std::size_t left_out, std::size_t of) {
    std::sort(kept.begin(), kept.end());
    Cover cover;
    for (auto i = kept.begin(); i != kept.end();) {
      const auto next = std::upper_bound(i, kept.end(), *i);
      const Rational weight = *Rational::make(next - i, static_cast<plan::Int128>(need - left_out));
      cover.shares.push_back({*i, std::min(weight, Rational(1)), need, of});
      i = next;
    }
    return cover;
  }

  const plan::Plan& plan_;
  const plan::History* history_;
  const char* stopped_ = "denied";                 // what the rule at hand does to a build
  std::vector<std::optional<ErrorLevel>> levels_;  // by objective, as far as they were asked
};

std::string because_of(const Share& share) {
  if (share.of == 1) return "it must fail: its alpha counts";
  if (share.need == 1) return "any failure of them is enough: they add up";
  return std::to_string(share.need) + " of " + std::to_string(share.of) + " must fail: " + share.weight.to_string() +
         " of its alpha counts";
}

struct Stopped {
  bool denied = false, revoked = false;

  const char* word() const { return !revoked ? "denied" : !denied ? "revoked" : "denied or revoked"; }
};

std::string worded(const Cover& cover, const Stopped& stopped) {
  if (cover.level.alpha.is_zero())
    return std::string(
               "whatever fails is an exact fact about the recorded rows: no build that meets every objective "
               "would be ") +
           stopped.word();
  const Odds odds = odds_of(cover.level.alpha);
  return "of " + grouped_digits(odds.cases) + " builds that meet every objective, at most " +
         grouped_digits(odds.times) + " would be " + stopped.word() + asked_once_clause(cover.level);
}

Bound unstated(std::string why, bool asymptotic = false) {
  Bound bound;
  bound.because = "none stated: " + std::move(why);
  bound.asymptotic = asymptotic;
  return bound;
}

}  // namespace

Bound denial_bound(const plan::Plan& plan, const plan::History* history) {
  Ledger ledger(plan, history);
  std::vector<Chances> stopping;
  Stopped stopped;
  for (std::size_t i = 0; i < plan.rules.size(); ++i) {
    const plan::Decision decision = plan.rules[i].decision;
    if (decision != plan::Decision::deny && decision != plan::Decision::revoke) continue;
    Chances one = ledger.of_rule(i);
    if (!one.covers.empty() && one.covers.front().shares.empty()) continue;
    (decision == plan::Decision::deny ? stopped.denied : stopped.revoked) = true;
    stopping.push_back(std::move(one));
  }
  const Chances chances = ledger.of_any(std::move(stopping));
  if (chances.covers.empty()) return unstated(chances.none->why, chances.none->asymptotic);
  const Cover& cover = chances.covers.front();
  if (cover.shares.empty()) return unstated("no rule denies");
  if (cover.level.alpha >= Rational(1)) return unstated("the error levels of its rules add up to 1 or more");
  Bound bound;
  bound.stated = true;
  bound.alpha = cover.level.alpha;
  bound.guarantee = cover.level.guarantee;
  for (const Share& share : cover.shares)
    bound.ledger.push_back({plan.objectives[share.objective].name, std::get<Level>(ledger.level(share.objective)).alpha,
                            share.weight, because_of(share)});
  bound.because = worded(cover, stopped);
  return bound;
}

}  // namespace proofmark::judgement
