// The walk keeps, look by look, the probability of each number of bad rows that has not passed yet. States above the
// last boundary that any look could have are not followed: they never pass. Increments and states of less than 1e-45
// are left out; sums of positive terms keep every probability to about 1e-12 relative, and a boundary is accepted only
// if it stays within its allowance by 1e-9 of it. Until a look has passed anything the walk is one binomial
// distribution, whose tail is compared by itself; at the end of the spending that comparison is exact, so that one look
// decides as the fixed-size test does.
#include "runtime/statistics/sequential.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::statistics {
namespace {

constexpr double kLogNegligible = -103.6;  // 1e-45
constexpr double kMaximumWork = 4e9;       // multiplications of one walk
constexpr double kMargin = 1 - 1e-9;

// Probabilities of first, first + 1, ... bad rows.
struct Lattice {
  std::int64_t first = 0;
  std::vector<double> mass;

  std::int64_t last() const { return first + static_cast<std::int64_t>(mass.size()) - 1; }
};

class Rate {
 public:
  explicit Rate(const Rational& bad)
      : bad_(bad.nearest_double()), good_(plan::subtract(Rational(1), bad)->nearest_double()) {}

  double log_mass(std::int64_t k, std::uint64_t n) const {
    return log_binomial_pmf(static_cast<std::uint64_t>(k), n, bad_, good_);
  }

  // The numbers of bad rows among n, between `low` and `high`, that are not negligible.
  Lattice distribution(std::uint64_t n, std::int64_t low, std::int64_t high) const {
    high = std::min(high, static_cast<std::int64_t>(n));
    if (low > high) return {low, {}};
    if (bad_ == 0) return low == 0 ? Lattice{0, {1}} : Lattice{low, {}};
    if (good_ == 0) return high == static_cast<std::int64_t>(n) ? Lattice{high, {1}} : Lattice{low, {}};
    const auto mode = std::clamp(static_cast<std::int64_t>(bad_ * static_cast<double>(n)), low, high);
    const auto heavy = [&](std::int64_t k) { return log_mass(k, n) >= kLogNegligible; };
    if (!heavy(mode)) return {low, {}};
    const std::int64_t from = first_where(low, mode, mode, heavy);
    const std::int64_t to = first_where(mode, high, mode, [&](std::int64_t k) { return k == high || !heavy(k + 1); });
    Lattice result{from, {}};
    result.mass.reserve(static_cast<std::size_t>(to - from + 1));
    for (std::int64_t k = from; k <= to; ++k) result.mass.push_back(exp_of(log_mass(k, n)));
    return result;
  }

  // As many states as `distribution` would list, without listing them.
  double width(std::uint64_t n) const {
    const double expected = bad_ * static_cast<double>(n);
    return std::min(static_cast<double>(n) + 1, 30 * std::sqrt(expected * good_) + 120);
  }

 private:
  double bad_, good_;
};

// The walk of those that have not passed.
class Walk {
 public:
  Walk(const Rational& bad_rate, std::int64_t ceiling) : rate_(bad_rate), ceiling_(ceiling) {}

  void advance(std::uint64_t rows) {
    if (!started_) {
      alive_ = rate_.distribution(rows, 0, ceiling_);
      started_ = true;
    } else if (!alive_.mass.empty()) {
      spread(rate_.distribution(rows - rows_, 0, ceiling_ - alive_.first));
    }
    rows_ = rows;
  }

  // Takes those with at most `bad` bad rows out of the walk and returns their probability.
  double pass(std::int64_t bad) {
    const std::int64_t gone = std::clamp<std::int64_t>(bad - alive_.first + 1, 0, std::ssize(alive_.mass));
    const double passed = sum(std::span(alive_.mass).first(static_cast<std::size_t>(gone)));
    alive_.mass.erase(alive_.mass.begin(), alive_.mass.begin() + gone);
    alive_.first += gone;
    return passed;
  }

  // The largest boundary that passes at most `allowance`.
  std::int64_t boundary(double allowance) const {
    double total = 0;
    std::int64_t bad = alive_.first - 1;
    for (const double mass : alive_.mass) {
      if (total + mass > allowance) return bad;
      total += mass;
      ++bad;
    }
    return ceiling_;  // whoever has more was left behind and never passes
  }

  bool touched() const { return touched_; }
  void touch() { touched_ = true; }

 private:
  void spread(const Lattice& step) {
    if (step.mass.empty()) {
      alive_.mass.clear();
      return;
    }
    Lattice next{alive_.first + step.first, {}};
    const std::int64_t last = std::min(ceiling_, alive_.last() + step.last());
    next.mass.assign(static_cast<std::size_t>(std::max<std::int64_t>(0, last - next.first + 1)), 0.0);
    for (std::size_t i = 0; i < alive_.mass.size(); ++i) {
      const double mass = alive_.mass[i];
      const std::size_t end = next.mass.size() > i ? std::min(step.mass.size(), next.mass.size() - i) : 0;
      for (std::size_t j = 0; j < end; ++j) next.mass[i + j] += mass * step.mass[j];
    }
    alive_ = std::move(next);
    drop_negligible();
  }

  void drop_negligible() {
    const auto heavy = [](double mass) { return mass > 1e-45; };
    auto& mass = alive_.mass;
    mass.erase(std::find_if(mass.rbegin(), mass.rend(), heavy).base(), mass.end());
    const auto begin = std::find_if(mass.begin(), mass.end(), heavy);
    alive_.first += begin - mass.begin();
    mass.erase(mass.begin(), begin);
  }

  Rate rate_;
  std::int64_t ceiling_;
  Lattice alive_;
  std::uint64_t rows_ = 0;
  bool started_ = false, touched_ = false;
};

bool walkable(std::span<const std::uint64_t> looks, const Rational& bad_rate, std::int64_t ceiling) {
  const Rate rate(bad_rate);
  double work = 0;
  std::uint64_t before = 0;
  for (const std::uint64_t rows : looks) {
    const double states = std::min(rate.width(rows), static_cast<double>(ceiling) + 1);
    work += states * (before == 0 ? 1 : std::min(rate.width(rows - before), static_cast<double>(ceiling) + 1));
    before = rows;
  }
  return work <= kMaximumWork;
}

// The largest k with question(k), which holds for k = -1 and, once it fails, fails for all larger k.
template <typename Question>
std::int64_t largest(std::uint64_t n, std::int64_t guess, const Question& question) {
  const auto end = static_cast<std::int64_t>(n);
  return first_where<std::int64_t>(0, end, guess, [&](std::int64_t k) { return k == end || !question(k); }) - 1;
}

std::int64_t largest_within(std::uint64_t n, const Rational& bad_rate, double allowance) {
  if (!(allowance > 0)) return kNeverPasses;  // a tail may vanish in doubles, too
  return largest(n, static_cast<std::int64_t>(bad_rate.nearest_double() * static_cast<double>(n)), [&](std::int64_t k) {
    return lower_tail(static_cast<std::uint64_t>(k), n, bad_rate) <= allowance * kMargin;
  });
}

struct Plan {
  std::span<const std::uint64_t> looks;
  const Rational& bad_rate;
  const Rational& alpha;
};

// Boundaries of looks that have passed nothing before: the tail by itself.
std::int64_t first_boundary(const Plan& plan, std::size_t look, double allowed, bool all) {
  return all ? single_look_boundary(plan.looks[look], plan.bad_rate, plan.alpha)
             : largest_within(plan.looks[look], plan.bad_rate, allowed);
}

double tail_of(std::int64_t bad, std::uint64_t n, const Rational& bad_rate) {
  return bad < 0 ? 0 : lower_tail(static_cast<std::uint64_t>(bad), n, bad_rate);
}

void by_union_bound(const Plan& plan, LookBoundaries& result) {
  double spent = 0;
  for (std::size_t look = 0; look < plan.looks.size(); ++look) {
    const double allowed = result.allowed[look], earlier = look == 0 ? 0 : result.allowed[look - 1];
    const std::int64_t bad = earlier == 0
                                 ? first_boundary(plan, look, allowed, allowed == plan.alpha.nearest_double())
                                 : largest_within(plan.looks[look], plan.bad_rate, std::max(0.0, allowed - earlier));
    const std::int64_t before = look == 0 ? kNeverPasses : result.max_bad.back();
    if (bad > before) spent += tail_of(bad, plan.looks[look], plan.bad_rate);
    result.max_bad.push_back(std::max(bad, before));  // bad rows only grow: those who had more then have more now
    result.spent.push_back(spent);
  }
}

void by_walking(const Plan& plan, std::int64_t ceiling, LookBoundaries& result) {
  Walk walk(plan.bad_rate, ceiling);
  double spent = 0;
  for (std::size_t look = 0; look < plan.looks.size(); ++look) {
    const double allowed = result.allowed[look];
    std::int64_t bad = kNeverPasses;
    if (!walk.touched()) {
      bad = first_boundary(plan, look, allowed, allowed == plan.alpha.nearest_double());
      if (bad != kNeverPasses) {
        walk.advance(plan.looks[look]);
        walk.pass(bad);
        walk.touch();
        spent = tail_of(bad, plan.looks[look], plan.bad_rate);
      }
    } else {
      walk.advance(plan.looks[look]);
      bad = std::min(ceiling, std::max(result.max_bad.back(), walk.boundary(allowed * kMargin - spent)));
      spent += walk.pass(bad);
    }
    result.max_bad.push_back(bad);
    result.spent.push_back(spent);
  }
}

}  // namespace

std::int64_t single_look_boundary(std::uint64_t n, const Rational& bad_rate, const Rational& alpha) {
  const auto guess = static_cast<std::int64_t>(bad_rate.nearest_double() * static_cast<double>(n));
  return largest(n, guess, [&](std::int64_t k) {
    const Against against = compare_lower_tail(static_cast<std::uint64_t>(k), n, bad_rate, alpha);
    return against == Against::below || against == Against::equal;
  });
}

LookBoundaries look_boundaries(std::span<const std::uint64_t> looks, std::span<const double> fractions,
                               const Rational& bad_rate, const Rational& alpha, Spending spending) {
  PROOFMARK_CHECK(!looks.empty() && looks.front() > 0 && looks.back() <= kMaximumRows);
  PROOFMARK_CHECK(std::adjacent_find(looks.begin(), looks.end(), std::greater_equal<>()) == looks.end());
  PROOFMARK_CHECK(fractions.size() == looks.size() && std::is_sorted(fractions.begin(), fractions.end()));
  LookBoundaries result;
  for (const double fraction : fractions)
    result.allowed.push_back(alpha_spent(spending, fraction, alpha.nearest_double()));
  const std::int64_t ceiling = single_look_boundary(looks.back(), bad_rate, alpha);
  const Plan plan{looks, bad_rate, alpha};
  result.lattice = walkable(looks, bad_rate, ceiling);
  if (result.lattice)
    by_walking(plan, ceiling, result);
  else
    by_union_bound(plan, result);
  return result;
}

LookBoundaries look_boundaries(std::span<const std::uint64_t> looks, const Rational& bad_rate, const Rational& alpha,
                               Spending spending, std::uint64_t planned) {
  PROOFMARK_CHECK(!looks.empty() && looks.front() > 0);
  const double end = static_cast<double>(planned == 0 ? looks.back() : planned);
  std::vector<double> fractions;
  for (const std::uint64_t rows : looks) fractions.push_back(static_cast<double>(rows) / end);
  return look_boundaries(looks, fractions, bad_rate, alpha, spending);
}

std::optional<Crossing> crossing(std::span<const std::uint64_t> looks, std::span<const std::int64_t> max_bad,
                                 const Rational& bad_rate) {
  PROOFMARK_CHECK(!looks.empty() && looks.size() == max_bad.size());
  const std::int64_t ceiling = *std::max_element(max_bad.begin(), max_bad.end());
  if (ceiling < 0) return Crossing{};
  if (!walkable(looks, bad_rate, ceiling)) return std::nullopt;
  Walk walk(bad_rate, ceiling);
  Crossing result;
  for (std::size_t look = 0; look < looks.size(); ++look) {
    walk.advance(looks[look]);
    const double passed = walk.pass(max_bad[look]);
    result.probability += passed;
    result.mean_rows += passed * static_cast<double>(looks[look]);
  }
  if (result.probability > 0) result.mean_rows /= result.probability;
  return result;
}

}  // namespace proofmark::statistics
