// Tables of inverse distribution functions. Counts: the distribution function at every value that has a chance, and a
// binary search. Gamma and beta: octaves of u (and of 1 - u) in 64 cells each, a cubic a cell through the exact values
// and slopes at its ends; 1 - u is exact, because u is a multiple of 2^-53.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "runtime/models/variate.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::models {
namespace {

using plan::ModelFamily;

constexpr int kCellBits = 6;                            // 64 cells an octave
constexpr int kOctaves = 16;                            // u from 2^-17 to 1/2; beyond, the exact inverse
constexpr std::uint64_t kHalf = 0x3FE0000000000000ULL;  // 1/2
constexpr std::uint64_t kLowest = kHalf - (std::uint64_t{kOctaves} << 52);
constexpr int kCellShift = 52 - kCellBits;
constexpr std::size_t kCells = std::size_t{kOctaves} << kCellBits;
constexpr double kAllowedError = 1e-8;
constexpr std::size_t kMostCounts = 1U << 16;

std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}
double edge(std::size_t cell) {
  return std::bit_cast<double>(kLowest + (std::uint64_t{cell} << kCellShift));
}

double density(ModelFamily family, const std::vector<double>& of, double x) {
  using statistics::log_of;
  if (!(x > 0)) return 0;
  if (family == ModelFamily::gamma)
    return statistics::exp_of((of[0] - 1) * log_of(x) - x - statistics::log_gamma(of[0]));
  if (!(x < 1)) return 0;
  return statistics::exp_of((of[0] - 1) * log_of(x) + (of[1] - 1) * statistics::log1p_of(-x) -
                            statistics::log_beta(of[0], of[1]));
}

}  // namespace

bool Inverse::helps(ModelFamily family) {
  return family == ModelFamily::gamma || family == ModelFamily::beta || family == ModelFamily::binomial ||
         family == ModelFamily::poisson;
}

Inverse::Inverse(ModelFamily family, std::vector<double> parameters)
    : family_(family), parameters_(std::move(parameters)) {
  if (!in_domain(family_, parameters_)) return;
  if (family_ == ModelFamily::gamma || family_ == ModelFamily::beta)
    tabulate_cubics();
  else
    tabulate_counts();
}

double Inverse::exact(double u) const {
  return variate(family_, parameters_, u);
}

void Inverse::tabulate_counts() {
  const bool poisson = family_ == ModelFamily::poisson;
  least_ = exact(0x1p-53);
  const double most = exact(1 - 0x1p-53);
  if (most - least_ >= static_cast<double>(kMostCounts)) return;
  const double p = poisson ? 0 : parameters_[1];
  for (double k = least_; k < most; ++k) {
    const auto count = static_cast<std::uint64_t>(k);
    chances_.push_back(poisson ? statistics::poisson_lower(count, parameters_[0])
                               : statistics::binomial_lower(count, static_cast<std::uint64_t>(parameters_[0]),
                                                            statistics::Chance{p, 1 - p}));
  }
  chances_.push_back(1);
}

// A cell between `near` and `far` of u, or of 1 - u for the right tail, with the slopes of the inverse at its ends.
void Inverse::tabulate_cubics() {
  const double scale = family_ == ModelFamily::gamma ? parameters_[1] : 1;
  const auto value = [&](double tail, bool right) {
    return right ? variate(family_, parameters_, 1 - tail) : variate(family_, parameters_, tail);
  };
  for (const bool right : {false, true}) {
    std::vector<Cubic>& cells = right ? right_ : left_;
    double near = value(edge(0), right);
    for (std::size_t i = 0; i < kCells; ++i) {
      const double begin = edge(i), end = edge(i + 1), width = (right ? -1 : 1) * (end - begin);
      const double far = value(end, right);
      const double first = width * scale / density(family_, parameters_, near / scale);
      const double last = width * scale / density(family_, parameters_, far / scale);
      Cubic cubic{near, first, 3 * (far - near) - 2 * first - last, first + last - 2 * (far - near)};
      const double middle = value(begin + (end - begin) / 2, right);
      const double shown = ((cubic.c3 * 0.5 + cubic.c2) * 0.5 + cubic.c1) * 0.5 + cubic.c0;
      if (!(std::fabs(shown - middle) <= kAllowedError * std::fabs(middle)))
        cubic.c0 = std::numeric_limits<double>::quiet_NaN();
      cells.push_back(cubic);
      near = far;
    }
  }
}

double Inverse::at(double u) const {
  if (!chances_.empty())
    return least_ + static_cast<double>(std::lower_bound(chances_.begin(), chances_.end(), u) - chances_.begin());
  if (left_.empty()) return exact(u);
  const bool right = u >= 0.5;
  const double tail = right ? 1 - u : u;
  const std::uint64_t place = bits(tail) - kLowest;
  if (place >= std::uint64_t{kOctaves} << 52) return exact(u);  // below the table, or 1/2
  const Cubic& cubic = (right ? right_ : left_)[place >> kCellShift];
  // Where the cell begins its place is 0, and where it ends 1.
  const double within = std::bit_cast<double>((place << kCellBits & 0x000FFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL) - 1;
  const double shown = ((cubic.c3 * within + cubic.c2) * within + cubic.c1) * within + cubic.c0;
  return shown == shown ? shown : exact(u);
}

}  // namespace proofmark::models
