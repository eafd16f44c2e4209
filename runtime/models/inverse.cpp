#include "runtime/models/inverse.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "runtime/models/variate.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/normal.h"

namespace proofmark::models {
namespace {

using plan::ModelFamily;

constexpr double kAllowedError = 1e-8;
constexpr std::size_t kMostCounts = 1U << 16;
constexpr std::size_t kFewestParts = 1U << 10, kMostParts = 1U << 13;
constexpr std::uint64_t kDrawsWorthATable = 1U << 14;

double edge(std::size_t cell) {
  return std::bit_cast<double>(kLowestBits + (std::uint64_t{cell} << kCellShift));
}

double normal_density(double z) {
  constexpr double kOneOverRootTwoPi = 0.3989422804014327;
  return kOneOverRootTwoPi * statistics::exp_of(-z * z / 2);
}

}  // namespace

bool Inverse::helps(ModelFamily family, std::uint64_t draws) {
  if (family == ModelFamily::bernoulli || family == ModelFamily::uniform) return false;
  return is_count(family) || draws >= kDrawsWorthATable;
}

Inverse::Inverse(ModelFamily family, std::vector<double> parameters)
    : family_(family), parameters_(std::move(parameters)) {
  if (!in_domain(family_, parameters_)) return;
  if (family_ == ModelFamily::gamma) {
    log_whole_ = statistics::log_gamma(parameters_[0]);
    shape_ = statistics::GammaShape(parameters_[0]);
  }
  if (family_ == ModelFamily::beta) log_whole_ = statistics::log_beta(parameters_[0], parameters_[1]);
  if (is_count(family_))
    tabulate_counts();
  else
    tabulate_cubics();
  find_range();
}

double Inverse::exact(double u) const {
  return variate(family_, parameters_, u);
}

// The derivative of the inverse at u, where it is x: 1 over the density. `rest` is 1 - u.
double Inverse::slope(double u, double rest, double x) const {
  using statistics::exp_of;
  using statistics::log_of;
  const std::vector<double>& of = parameters_;
  switch (family_) {
    case ModelFamily::normal:
      return of[1] / normal_density(statistics::normal_quantile(u));
    case ModelFamily::lognormal:
      return x * of[1] / normal_density(statistics::normal_quantile(u));
    case ModelFamily::exponential:
      return of[0] / rest;
    case ModelFamily::weibull:
      return x / (of[1] * -statistics::log1p_of(-u) * rest);
    case ModelFamily::pareto:
      return x / (of[1] * rest);
    case ModelFamily::gamma: {
      const double y = x / of[1];
      return of[1] / exp_of((of[0] - 1) * log_of(y) - y - log_whole_);
    }
    case ModelFamily::beta:
      return 1 / exp_of((of[0] - 1) * log_of(x) + (of[1] - 1) * statistics::log1p_of(-x) - log_whole_);
    case ModelFamily::bernoulli:
    case ModelFamily::binomial:
    case ModelFamily::poisson:
    case ModelFamily::uniform:
    case ModelFamily::categorical:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

// The logarithmic derivative of the density of gamma or beta.
double Inverse::bend(double x) const {
  const double a = parameters_[0], b = parameters_[1];
  return (a - 1) / x - (family_ == ModelFamily::gamma ? 1 / b : (b - 1) / (1 - x));
}

void Inverse::tabulate_counts() {
  least_ = exact(0x1p-53);
  const double most = exact(1 - 0x1p-53);
  if (most - least_ >= static_cast<double>(kMostCounts)) return;
  double sum = 0;  // of the categories before
  if (family_ == ModelFamily::categorical)
    for (double k = 0; k < least_; ++k) sum += parameters_[static_cast<std::size_t>(k)];
  for (double k = least_; k < most; ++k) {
    const auto count = static_cast<std::uint64_t>(k);
    if (family_ == ModelFamily::categorical)
      chances_.push_back(sum += parameters_[count]);
    else if (family_ == ModelFamily::poisson)
      chances_.push_back(statistics::poisson_lower(count, parameters_[0]));
    else
      chances_.push_back(statistics::binomial_lower(count, static_cast<std::uint64_t>(parameters_[0]),
                                                    statistics::Chance{parameters_[1], 1 - parameters_[1]}));
  }
  chances_.push_back(1);
  guide();
}

void Inverse::guide() {
  const std::size_t parts = std::clamp(std::bit_ceil(16 * chances_.size()), kFewestParts, kMostParts);
  shift_ = 32 - std::countr_zero(parts);
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    while (chances_[first] <= static_cast<double>(i) / static_cast<double>(parts)) ++first;
    guide_.push_back(first);
    const bool same = chances_[first] >= static_cast<double>(i + 1) / static_cast<double>(parts);
    parts_.push_back(same ? least_ + first : std::numeric_limits<double>::quiet_NaN());
  }
}

// The first value whose chance is at least u, which lies between w / 2^32 and (w + 1) / 2^32 for the word w.
double Inverse::count(const Stream& stream, std::uint32_t trial, std::uint32_t draw, std::uint32_t word) const {
  const auto beyond = [&](std::uint32_t value) { return chances_[value] * 0x1p32 - word; };  // of w / 2^32; exact
  std::uint32_t value = guide_[word >> shift_];
  while (beyond(value) <= 0) ++value;
  if (beyond(value) >= 1) return least_ + value;
  const double rest = further_uniform(stream, trial, draw);
  while (beyond(value) < rest) ++value;
  return least_ + value;
}

double Inverse::exact_near(double tail, bool right, double guess) const {
  const double u = right ? 1 - tail : tail;
  if (!is_by_search()) return exact(u);
  constexpr int kSteps = 6;
  constexpr double kSettled = 1e-5;  // of what changes the tail by a factor; the next error is about its cube
  double x = guess;
  for (int step = 0; step < kSteps && x > 0 && (family_ == ModelFamily::gamma || x < 1); ++step) {
    const double off = right ? tail - tail_at(x, true) : tail_at(x, false) - tail;
    const double steep = slope(u, right ? tail : 1 - u, x), newton = off * steep;
    const double move = newton / (1 - newton * bend(x) / 2);  // Halley
    x -= move;
    if (std::fabs(move) <= kSettled * std::min(x, tail * steep)) return x;
  }
  return exact(u);
}

// Before the table: from its edge by the power, or for the right of gamma the exponential, that the tail is there.
double Inverse::exact_beyond(double u) const {
  if (!is_by_search()) return exact(u);
  const bool right = u > 0.5;
  const double tail = right ? 1 - u : u, edge_x = edges_[right ? 0 : 1].x, rate = edges_[right ? 0 : 1].rate;
  const double way = statistics::log_of(tail / edge(0));
  if (right && family_ == ModelFamily::gamma) return exact_near(tail, right, edge_x + rate * way);
  const double from = right ? 1 - edge_x : edge_x, power = (right ? -rate : rate) / from;
  const double left = from * statistics::exp_of(power * way);
  return exact_near(tail, right, right ? 1 - left : left);
}

// The distribution function, or what is left of 1.
double Inverse::tail_at(double x, bool right) const {
  const double a = parameters_[0], b = parameters_[1];
  if (family_ == ModelFamily::gamma)
    return right ? statistics::gamma_upper(shape_, x / b) : statistics::gamma_lower(shape_, x / b);
  return right ? statistics::beta_upper(a, b, x) : statistics::beta_lower(a, b, x);
}

bool Inverse::fits(const Cubic& cubic, double tail, bool right) const {
  const double shown = ((cubic.c3 * 0.5 + cubic.c2) * 0.5 + cubic.c1) * 0.5 + cubic.c0;
  if (!std::isfinite(shown)) return false;
  const double exact = exact_near(tail, right, shown);
  return std::fabs(shown - exact) <= kAllowedError * std::fabs(exact);
}

// A cell between `near` and `far` of u, or of 1 - u for the right tail, with the slopes of the inverse at its ends.
void Inverse::tabulate_cubics() {
  cells_.reserve(2 * kCellsOfATail);
  for (const bool right : {true, false}) {
    const double sign = right ? -1 : 1;
    const auto steepness = [&](double tail, double x) {
      return sign * slope(right ? 1 - tail : tail, right ? tail : 1 - tail, x);
    };
    double near = exact(right ? 1 - edge(0) : edge(0)), near_slope = steepness(edge(0), near);
    edges_.push_back({near, edge(0) * near_slope});
    for (std::size_t i = 0; i < kCellsOfATail; ++i) {
      const double begin = edge(i), end = edge(i + 1), width = end - begin, first = width * near_slope;
      const double curved = is_by_search() ? -first * first * bend(near) / 2 : 0;
      const double far = exact_near(end, right, near + first + curved), far_slope = steepness(end, far);
      const double last = width * far_slope;
      Cubic cubic{near, first, 3 * (far - near) - 2 * first - last, first + last - 2 * (far - near)};
      if (!fits(cubic, begin + width / 2, right)) {
        cubic.c0 = std::numeric_limits<double>::quiet_NaN();
        whole_ = false;
      }
      cells_.push_back(cubic);
      near = far;
      near_slope = far_slope;
    }
  }
}

// What can come out: of the formula between its ends, and of a cubic no more than its coefficients allow.
void Inverse::find_range() {
  double low = exact(0x1p-53), high = exact(1 - 0x1p-53);
  for (const Cubic& cell : cells_) {
    if (!(cell.c0 == cell.c0)) continue;
    low = std::min(low, cell.c0 + std::min(cell.c1, 0.0) + std::min(cell.c2, 0.0) + std::min(cell.c3, 0.0));
    high = std::max(high, cell.c0 + std::max(cell.c1, 0.0) + std::max(cell.c2, 0.0) + std::max(cell.c3, 0.0));
  }
  if (!is_count(family_)) {  // what rounding and the formula's own error may add
    constexpr double kSlack = 1e-9;
    low -= std::fabs(low) * kSlack;
    high += std::fabs(high) * kSlack;
  }
  range_ = {low, high, std::isfinite(low) && std::isfinite(high)};
}

double Inverse::at(double u) const {
  const double from_half = u - 0.5;
  const std::uint64_t place = std::bit_cast<std::uint64_t>(0.5 - std::fabs(from_half)) - kLowestBits;
  if (place >> 63 != 0) return exact_beyond(u);
  const Cubic& cubic = cells_[(place >> kCellShift) + (std::signbit(from_half) ? kCellsOfATail : 0)];
  // Where the cell begins its place is 0, and where it ends 1.
  const double within = std::bit_cast<double>((place << kCellBits & kMantissaBits) | kOneBits) - 1;
  const double shown = ((cubic.c3 * within + cubic.c2) * within + cubic.c1) * within + cubic.c0;
  return shown == shown ? shown : exact(u);
}

double Inverse::drawn(const Stream& stream, std::uint32_t trial, std::uint32_t draw, std::uint32_t word) const {
  return parts_.empty() ? at(uniform_of_word(stream, trial, draw, word)) : count(stream, trial, draw, word);
}

void Inverse::drawn(const Stream& stream, std::uint32_t first, std::uint32_t draw, const std::uint32_t* words,
                    const Kernels& kernels, double* out) const {
  std::array<std::uint64_t, kWordsOfBits> missed;
  if (!parts_.empty())
    kernels.parts(parts_.data(), shift_, words, out, missed.data());
  else
    kernels.cubics[whole_ ? 1 : 0](cells_.data(), words, out, missed.data());
  for (std::size_t k = 0; k < kWordsOfBits; ++k)
    for (std::uint64_t left = missed[k]; left != 0; left &= left - 1) {
      const std::size_t i = 64 * k + static_cast<std::size_t>(std::countr_zero(left));
      out[i] = drawn(stream, first + static_cast<std::uint32_t>(i), draw, words[i]);
    }
}

}  // namespace proofmark::models
