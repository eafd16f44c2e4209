// From the statements that hold when a rule to deny decides (rule_statements.h), a cover, where false failures alone
// can make them true: weights such that they hold only when those of the objectives that failed add up to 1, so that
// their probability is at most the sum of weight times alpha (Markov). One of several: each counts in full (the union
// bound). At least k of m: 1/k each, or, with the r least confident left out, 1/(k - r) (Rüger, Metrika 28, 1981: the
// best that the error levels alone can give). Statements that must hold together: the cover that costs least.
// Rules, and statements of which one is enough: an objective counts with its largest weight, once, since however many
// rules ask about it, it fails but once.
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
  Rational alpha;  // the sum of weight x alpha
  Guarantee guarantee = Guarantee::exact;
};
using Chance = std::variant<Cover, NoLevel>;

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

// The cover that costs least of several, any one of which will do; where there is none, the reason of lowest rank.
struct Least {
  std::optional<Chance> chance;
  int rank = 0;

  void consider(Chance one, int one_rank) {
    const auto* cover = std::get_if<Cover>(&one);
    const auto* best = chance ? std::get_if<Cover>(&*chance) : nullptr;
    const bool better = cover != nullptr ? best == nullptr || cover->alpha < best->alpha
                                         : !chance || (best == nullptr && one_rank < rank);
    if (!better) return;
    chance = std::move(one);
    rank = one_rank;
  }
};

// Whatever the verdicts are that the other statements leave.
bool is_certain(const AtLeast& count, const Possible& possible) {
  const auto stands = [&](Id id) { return (possible[id] & ~count.standings) == 0; };
  return std::count_if(count.objectives->begin(), count.objectives->end(), stands) >=
         static_cast<std::ptrdiff_t>(count.need);
}

// The rules of one policy, and how likely each of its objectives fails wrongly.
class Ledger {
 public:
  Ledger(const plan::Plan& plan, bool attested) : plan_(plan), attested_(attested), levels_(plan.objectives.size()) {}

  Chance of_rule(std::size_t index) {
    stopped_ = plan_.rules[index].decision == plan::Decision::revoke ? "revoked" : "denied";
    Possible possible;
    for (const plan::Objective& objective : plan_.objectives)
      possible.push_back(objective.on_no_data == plan::NoDataVerdict::no_data
                             ? kAny
                             : static_cast<Standings>(kAny & ~bit(Verdict::no_data)));
    return of_all(statements_of(plan_, index), std::move(possible));
  }

  // One of both.
  Chance of_either(const Chance& a, const Chance& b) {
    if (std::holds_alternative<NoLevel>(a)) return a;
    if (std::holds_alternative<NoLevel>(b)) return b;
    Cover cover;
    const std::vector<Share>&first = std::get<Cover>(a).shares, &second = std::get<Cover>(b).shares;
    auto i = first.begin(), j = second.begin();
    while (i != first.end() || j != second.end()) {
      const bool both = i != first.end() && j != second.end() && i->objective == j->objective;
      const bool take_first = j == second.end() || (i != first.end() && i->objective <= j->objective);
      cover.shares.push_back(both && j->weight > i->weight ? *j : take_first ? *i : *j);
      if (both || take_first) ++i;
      if (both || !take_first) ++j;
    }
    return summed(std::move(cover));
  }

  const ErrorLevel& level(Id objective) {
    std::optional<ErrorLevel>& level = levels_[objective];
    if (!level) level = error_level(plan_, plan_.objectives[objective], Wrong::fail, attested_);
    return *level;
  }

 private:
  Chance summed(Cover cover) {
    for (const Share& share : cover.shares) {
      const Level& one = std::get<Level>(level(share.objective));
      const std::optional<Rational> part = multiply(share.weight, one.alpha);
      const std::optional<Rational> sum = part ? add(cover.alpha, *part) : std::nullopt;
      if (!sum) return NoLevel{"the error levels of its rules do not add up to an exact number"};
      cover.alpha = *sum;
      cover.guarantee = std::max(cover.guarantee, one.guarantee);
    }
    return cover;
  }

  // Statements that hold together: no likelier than the least likely of them.
  Chance of_all(const Statements& statements, Possible possible) {
    const Conjunction all = conjunction_of(statements);
    if (all.impossible || !narrow(all.counts, possible)) return Cover{};
    Least least;
    for (const AtLeast& count : all.counts) {
      const bool told = !count.earlier || !is_certain(count, possible);
      least.consider(of_count(count, possible), told ? (count.earlier ? 1 : 0) : 2);
    }
    for (const Statements& choice : all.choices) {
      Chance any = Cover{};
      for (const Statement& one : choice) any = of_either(any, of_all({one}, possible));
      least.consider(std::move(any), choice.front().earlier ? 1 : 0);
    }
    if (least.chance) return std::move(*least.chance);
    return NoLevel{"a build may be " + std::string(stopped_) + " whatever its verdicts are"};
  }

  Chance of_count(const AtLeast& count, const Possible& possible) {
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
      if (--need == 0) return *free;
    }
    return of_failures(std::move(failing), need);
  }

  // At least `need` of these fail. Pre: 1 <= need <= their number.
  Chance of_failures(std::vector<Id> failing, std::size_t need) {
    const auto alpha = [&](Id id) {
      const auto* one = std::get_if<Level>(&level(id));
      return one != nullptr ? one->alpha : Rational(2);  // without a level: after all others
    };
    std::stable_sort(failing.begin(), failing.end(), [&](Id a, Id b) { return alpha(a) < alpha(b); });
    const std::size_t of = failing.size();
    const std::optional<std::size_t> left_out = best_left_out(failing, need);
    if (left_out)
      return summed(
          shared_by({failing.begin(), failing.end() - static_cast<std::ptrdiff_t>(*left_out)}, need, *left_out, of));
    for (const Id id : failing)
      if (const auto* none = std::get_if<NoLevel>(&level(id))) return *none;
    return NoLevel{"the error levels of its rules do not add up to an exact number"};
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
  bool attested_;
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
  if (cover.alpha.is_zero())
    return std::string(
               "whatever fails is an exact fact about the recorded rows: no build that meets every objective "
               "would be ") +
           stopped.word();
  const Odds odds = odds_of(cover.alpha);
  return "of " + grouped_digits(odds.cases) + " builds that meet every objective, at most " +
         grouped_digits(odds.times) + " would be " + stopped.word();
}

Bound unstated(std::string why, bool asymptotic = false) {
  Bound bound;
  bound.because = "none stated: " + std::move(why);
  bound.asymptotic = asymptotic;
  return bound;
}

}  // namespace

Bound denial_bound(const plan::Plan& plan, bool attested) {
  Ledger ledger(plan, attested);
  Chance chance = Cover{};
  Stopped stopped;
  for (std::size_t i = 0; i < plan.rules.size(); ++i) {
    const plan::Decision decision = plan.rules[i].decision;
    if (decision != plan::Decision::deny && decision != plan::Decision::revoke) continue;
    const Chance one = ledger.of_rule(i);
    if (const auto* cover = std::get_if<Cover>(&one); cover != nullptr && cover->shares.empty()) continue;
    (decision == plan::Decision::deny ? stopped.denied : stopped.revoked) = true;
    chance = ledger.of_either(chance, one);
  }
  if (const auto* none = std::get_if<NoLevel>(&chance)) return unstated(none->why, none->asymptotic);
  const Cover& cover = std::get<Cover>(chance);
  if (cover.shares.empty()) return unstated("no rule denies");
  if (cover.alpha >= Rational(1)) return unstated("the error levels of its rules add up to 1 or more");
  Bound bound;
  bound.stated = true;
  bound.alpha = cover.alpha;
  bound.guarantee = cover.guarantee;
  for (const Share& share : cover.shares)
    bound.ledger.push_back({plan.objectives[share.objective].name, std::get<Level>(ledger.level(share.objective)).alpha,
                            share.weight, because_of(share)});
  bound.because = worded(cover, stopped);
  return bound;
}

}  // namespace proofmark::judgement
