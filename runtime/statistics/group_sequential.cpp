// Between two looks the density is convolved with a normal kernel. Each look's continuation region is cut into panels
// no wider than one standard deviation of the narrower of the kernels before and after it, with eight Gauss-Legendre
// nodes each; kernels are cut off at nine standard deviations.
#include "runtime/statistics/group_sequential.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/gauss_legendre.h"

namespace proofmark::statistics {
namespace {

constexpr double kReach = 9;          // standard deviations of a kernel
constexpr double kMaximumWork = 6e8;  // kernel evaluations of one design
constexpr double kInverseRoot2Pi = 0.39894228040143267794;

// Mass points in ascending order that stand for the density of those not stopped.
struct Region {
  std::vector<double> place, mass;
};

class Motion {
 public:
  explicit Motion(int sides) : sides_(sides), region_{{0}, {1}} {}

  // The next look is at information t.
  void look_at(double t) {
    step_ = std::sqrt(t - t_);
    t_ = t;
  }

  // P(not stopped before, beyond the boundary now).
  double beyond(double boundary) const {
    std::vector<double> parts;
    for (std::size_t i = region_.place.size(); i-- > 0;) {
      const double up = (boundary - region_.place[i]) / step_;
      if (up > 4 * kReach) break;
      parts.push_back(region_.mass[i] * normal_upper(up));
    }
    if (sides_ == 1) return sum(parts);
    return 2 * sum(parts);  // the boundaries are symmetric, and so is the motion
  }

  // Those beyond the boundary stop; the next kernel will have the standard deviation `next_step`.
  void stop_beyond(double boundary, double next_step) {
    const double edge = kReach * std::sqrt(t_);
    const double high = std::min(boundary, edge), low = sides_ == 2 ? -high : -edge;
    const double width = std::min(step_, next_step);
    const auto panels = static_cast<std::size_t>(std::max(1.0, std::ceil((high - low) / width)));
    const double half = (high - low) / static_cast<double>(panels) / 2;
    Region next;
    next.place.reserve(8 * panels);
    next.mass.reserve(8 * panels);
    for (std::size_t panel = 0; panel < panels; ++panel)
      add_panel(low + half * static_cast<double>(2 * panel + 1), half, next);
    region_ = std::move(next);
  }

 private:
  void add_panel(double middle, double half, Region& next) const {
    for (std::size_t i = 0; i < 8; ++i) {
      const Node& node = kGaussLegendre.at(i < 4 ? 3 - i : i - 4);
      const double place = middle + (i < 4 ? -half : half) * node.place;
      next.place.push_back(place);
      next.mass.push_back(half * node.weight * density(place));
    }
  }

  double density(double place) const {
    const auto from = std::lower_bound(region_.place.begin(), region_.place.end(), place - kReach * step_);
    double total = 0;
    for (auto i = static_cast<std::size_t>(from - region_.place.begin()); i < region_.place.size(); ++i) {
      const double z = (place - region_.place[i]) / step_;
      if (z < -kReach) break;
      total += region_.mass[i] * exp_of(-z * z / 2);
    }
    return total * (kInverseRoot2Pi / step_);
  }

  int sides_;
  double t_ = 0, step_ = 0;
  Region region_;
};

double gap_after(std::span<const double> t, std::size_t look) {
  return look + 1 < t.size() ? std::sqrt(t[look + 1] - t[look]) : std::sqrt(t[look]);
}

double work_of(std::span<const double> t) {
  double work = 0, nodes = 1, before = 0;
  for (std::size_t look = 0; look + 1 < t.size(); ++look) {
    const double step = std::sqrt(t[look] - before), width = std::min(step, gap_after(t, look));
    const double next = 8 * (2 * kReach * std::sqrt(t[look]) / width + 1);
    work += next * std::min(nodes, 2 * kReach * 8 * std::max(1.0, step / width));
    nodes = next;
    before = t[look];
  }
  return work;
}

// The critical z in [-8, 8] beyond which `share` is spent at this look, or infinity.
double critical_for(const Motion& motion, double t, double share) {
  const double scale = std::sqrt(t);
  double low = -kLargestCriticalZ, high = kLargestCriticalZ;
  if (!(motion.beyond(high * scale) < share)) return HUGE_VAL;
  for (int step = 0; step < 54; ++step) {
    const double middle = (low + high) / 2;
    (motion.beyond(middle * scale) > share ? low : high) = middle;
  }
  return high;
}

std::vector<double> by_spending(std::span<const double> t, double alpha, int sides, const SpendingRule& rule) {
  Motion motion(sides);
  std::vector<double> critical;
  double spent = 0;
  for (std::size_t look = 0; look < t.size(); ++look) {
    motion.look_at(t[look]);
    const double share = alpha_spent(rule.spending, t[look], alpha, rule.gamma, sides) - spent;
    const double z = share > 1e-14 * alpha ? critical_for(motion, t[look], share) : HUGE_VAL;
    critical.push_back(z);
    if (std::isfinite(z)) spent += motion.beyond(z * std::sqrt(t[look]));
    if (look + 1 < t.size()) motion.stop_beyond(z * std::sqrt(t[look]), gap_after(t, look));
  }
  return critical;
}

// What a list of critical values spends, look by look.
std::vector<double> spent_by(std::span<const double> t, std::span<const double> critical, int sides) {
  Motion motion(sides);
  std::vector<double> result;
  double spent = 0;
  for (std::size_t look = 0; look < t.size(); ++look) {
    motion.look_at(t[look]);
    const double boundary = critical[look] * std::sqrt(t[look]);
    if (std::isfinite(boundary)) spent += motion.beyond(boundary);
    result.push_back(spent);
    if (look + 1 < t.size()) motion.stop_beyond(boundary, gap_after(t, look));
  }
  return result;
}

std::vector<double> shaped(std::span<const double> t, double constant, double delta) {
  std::vector<double> critical;
  for (const double fraction : t) critical.push_back(constant * pow_of(fraction / t.back(), delta - 0.5));
  return critical;
}

// False position with Illinois' halving: what is spent falls with the constant.
std::vector<double> by_shape(std::span<const double> t, double alpha, int sides, double delta) {
  const auto excess = [&](double constant) { return spent_by(t, shaped(t, constant, delta), sides).back() - alpha; };
  double low = normal_upper_quantile(alpha / sides), high = low + 1, above = excess(low), below = excess(high);
  for (int step = 0; step < 20 && below > 0; ++step) below = excess(high += 1);
  for (int step = 0; step < 60 && high - low > 1e-12 && above > 1e-15; ++step) {
    const double constant = low + (high - low) * (above / (above - below));
    const double here = excess(constant);
    if (std::fabs(here) < 1e-14) return shaped(t, constant, delta);
    if (here > 0) {
      low = constant, above = here, below /= 2;
    } else {
      high = constant, below = here, above /= 2;
    }
  }
  return shaped(t, above <= 1e-15 ? low : high, delta);
}

}  // namespace

std::optional<GroupDesign> group_design(std::span<const double> information, double alpha, int sides,
                                        const std::variant<BoundaryShape, SpendingRule>& rule) {
  const auto* shape = std::get_if<BoundaryShape>(&rule);
  if (work_of(information) * (shape != nullptr ? 12 : 2) > kMaximumWork) return std::nullopt;
  GroupDesign design;
  design.critical_z = shape != nullptr ? by_shape(information, alpha, sides, shape->delta)
                                       : by_spending(information, alpha, sides, std::get<SpendingRule>(rule));
  design.alpha_spent = spent_by(information, design.critical_z, sides);
  for (const double z : design.critical_z) design.stage_levels.push_back(std::isfinite(z) ? normal_upper(z) : 0);
  return design;
}

}  // namespace proofmark::statistics
