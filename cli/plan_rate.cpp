#include "cli/plan_rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/judgement/decimal.h"
#include "runtime/judgement/quantity.h"
#include "runtime/outlook/rates.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::cli {
namespace {

constexpr std::uint64_t kCurvePoints = 48;
constexpr double kLongestNs = 9e18;

std::optional<double> length_ns(const semantics::Policy& policy, const std::optional<semantics::TypedId>& id) {
  const auto* node = id ? std::get_if<semantics::ConstantNode>(&policy.at(*id).node) : nullptr;
  return node != nullptr && node->value ? std::optional(node->value->nearest_double()) : std::nullopt;
}

std::string number_text(double value) {
  const auto exact = judgement::exact_rational(value);
  if (!exact) return "0";
  return judgement::measured_quantity(judgement::decimal(*exact, 10, judgement::Rounding::half_even),
                                      judgement::Rounding::half_even, Rational(-1), {plan::Unit::number, false}, 3);
}

Rational whole_ns(double ns) {
  return Rational(static_cast<std::int64_t>(std::ceil(ns)));
}

// What decides a rate, asked for both verdicts: chances and times, in units of `per`.
class RateTest {
 public:
  RateTest(const RoughQuestion& question, double per_ns, double bucket_ns)
      : question_(question), per_ns_(per_ns), bucket_(bucket_ns / per_ns) {}

  bool at_most() const { return !question_.at_least; }
  double threshold() const { return question_.threshold.nearest_double(); }
  double per_ns() const { return per_ns_; }
  // The unit of the curve: a bucket at least where buckets decide.
  double step() const { return question_.poisson ? 0 : bucket_; }

  double chance(bool to_pass, double truth, double dispersion, double time) const {
    if (question_.poisson) return outlook::poisson_rate_chance(bound(to_pass), truth, time);
    const auto buckets = static_cast<std::uint64_t>(std::floor(time / bucket_ * (1 + 1e-12)));
    return outlook::bucket_rate_chance({bound(to_pass), bucket_, dispersion}, truth, buckets);
  }

  std::optional<double> time(bool to_pass, double truth, double dispersion) const {
    const double power = (to_pass ? question_.pass_power : question_.fail_power).nearest_double();
    if (question_.poisson) return outlook::time_for_rate(bound(to_pass), truth, power);
    const auto buckets = outlook::buckets_for_rate({bound(to_pass), bucket_, dispersion}, truth, power);
    return buckets ? std::optional(static_cast<double>(*buckets) * bucket_) : std::nullopt;
  }

 private:
  outlook::RateBound bound(bool to_pass) const {
    const Rational& alpha = to_pass ? question_.pass_alpha : question_.fail_alpha;
    return {at_most() == to_pass, threshold(), alpha.nearest_double()};
  }

  const RoughQuestion& question_;
  double per_ns_, bucket_;
};

void add_line(RoughClaim& claim, const RoughQuestion& question, std::string truth, bool to_pass,
              std::optional<double> ns) {
  RoughClaim::Line line{std::move(truth), to_pass, {}, {}, true};
  if (ns && *ns < kLongestNs) line.ns = whole_ns(*ns);
  if (line.ns && to_pass) line.ns = std::max(*line.ns, question.arrival.minimum_ns);
  if (line.ns && question.arrival.window_ns) line.fits = *line.ns <= *question.arrival.window_ns;
  claim.lines.push_back(std::move(line));
}

// Ten buckets that hold an event, and no more of them than that takes.
void tell_best(RoughClaim& claim, const RoughQuestion& question) {
  const auto ns = outlook::shortest_time_to_pass(*question.outline);
  if (!ns) return;
  add_line(claim, question, "at the best that can come", true, static_cast<double>(*ns));
  claim.best = claim.lines.back();
  claim.lines.pop_back();
}

// Half as long again as the longer verdict takes, and no longer than the window.
void add_curve(RoughClaim& claim, const RoughQuestion& question, const RateTest& test, double better, double worse) {
  double last = 0;
  for (const RoughClaim::Line& line : claim.lines)
    if (line.ns && (line.truth == claim.better || line.truth == claim.worse))
      last = std::max(last, line.ns->nearest_double() * 1.5);
  if (question.arrival.window_ns) last = std::min(last, question.arrival.window_ns->nearest_double());
  double step = last / test.per_ns() / kCurvePoints;
  if (test.step() > 0) step = std::max(1.0, std::ceil(step / test.step() * (1 - 1e-12))) * test.step();
  if (!(step > 0) || step * test.per_ns() * kCurvePoints > kLongestNs) return;
  claim.curve_step_ns = whole_ns(step * test.per_ns());
  for (std::uint64_t i = 1; static_cast<double>(i) * step * test.per_ns() <= last * (1 + 1e-12); ++i) {
    const double time = static_cast<double>(i) * step;
    const bool too_short = time * test.per_ns() < question.arrival.minimum_ns.nearest_double();
    outlook::CurvePoint point;
    point.rows = i;
    point.better.pass = too_short ? 0 : test.chance(true, better, 1, time);
    point.better.undecided = 1 - point.better.pass;
    point.worse = {0, test.chance(false, worse, 1, time), 0};
    point.worse.undecided = 1 - point.worse.fail;
    claim.curve.push_back(point);
  }
}

}  // namespace

std::optional<RoughClaim> rate_claim(const RoughQuestion& question, const semantics::LeafNode& leaf) {
  const auto per_ns = length_ns(question.policy, leaf.per);
  if (!per_ns || question.threshold <= Rational()) return std::nullopt;
  const RateTest test(question, *per_ns, length_ns(question.policy, leaf.bucket).value_or(*per_ns));
  const double t = test.threshold(), better = test.at_most() ? t / 2 : 2 * t, worse = test.at_most() ? 2 * t : t / 2;
  const auto in_ns = [&](std::optional<double> time) { return time ? std::optional(*time * *per_ns) : std::nullopt; };
  RoughClaim claim;
  claim.in_time = true;
  claim.exact = question.poisson;
  claim.pass_power = question.pass_power;
  claim.fail_power = question.fail_power;
  claim.about = question.poisson ? "time that the telemetry covers"
                                 : "time that the telemetry covers, until ten buckets hold an event too; events that "
                                   "come in groups take more";
  if (question.outline && !question.poisson) tell_best(claim, question);
  if (test.at_most() && question.poisson)
    add_line(claim, question, "no event comes", true,
             in_ns(-statistics::log_of(question.pass_alpha.nearest_double()) / t));
  const auto add = [&](double truth, bool to_pass, double together, const std::string& how) {
    std::string text = "it is " + number_text(truth) + how;
    if (together == 1) (to_pass ? claim.better : claim.worse) = text;
    add_line(claim, question, std::move(text), to_pass, in_ns(test.time(to_pass, truth, together)));
  };
  const std::string one_by_one = question.poisson ? "" : ", events by themselves";
  add(better, true, 1, one_by_one);
  add(worse, false, 1, one_by_one);
  if (!question.poisson) {
    add(better, true, 4, ", in groups of four");
    add(worse, false, 4, ", in groups of four");
  }
  add_curve(claim, question, test, better, worse);
  return claim;
}

}  // namespace proofmark::cli
