// The tail of the limit is an integral along a vertical line c + it of exp(-s x) M(s) / s, where
// M(s) = D(s)^(-df/2) and D(s) = product of 1 - 2s/(j(j+1)) = -cos(pi/2 sqrt(1 + 8s)) / (2 pi s).
// With 0 < c < 1 (the first zero of D) it is the upper tail; with c < 0 the lower one. On a line at a real c near the
// least of exp(-c x) M(c) / c, the trapezoidal rule converges exponentially: its error is exp(-2 pi d / step) of the
// whole, d the distance to the nearer of 0 and 1, and small tails keep their digits.
#include <algorithm>
#include <cmath>
#include <complex>

#include "runtime/statistics/distribution_tests.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

using Complex = std::complex<double>;
constexpr double kPi = 3.141592653589793;

Complex times(const Complex& a, const Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
Complex over(const Complex& a, const Complex& b) {
  const double norm = b.real() * b.real() + b.imag() * b.imag();
  return {(a.real() * b.real() + a.imag() * b.imag()) / norm, (a.imag() * b.real() - a.real() * b.imag()) / norm};
}
Complex root_of(const Complex& z) {  // in the right half-plane
  const double size = std::sqrt(z.real() * z.real() + z.imag() * z.imag());
  const double larger = std::sqrt((size + std::fabs(z.real())) / 2);
  if (larger == 0) return {0, 0};
  const double smaller = z.imag() / (2 * larger);
  if (z.real() >= 0) return {larger, smaller};
  return {std::fabs(smaller), std::copysign(larger, z.imag())};
}

// ln |D(s)| apart, and D(s) / |D(s)|: D grows beyond the doubles far to the left.
struct Scaled {
  double log_size = 0;
  Complex direction = {1, 0};
};
Scaled transform_base(const Complex& s) {
  const Complex angle = root_of({1 + 8 * s.real(), 8 * s.imag()});
  const double a = kPi / 2 * angle.real(), b = std::fabs(kPi / 2 * angle.imag());
  const double sign = angle.imag() < 0 ? -1 : 1, shrunk = exp_of(-2 * b);
  // cos(a + ib) / exp(b)
  const Complex cosine = {cos_of(a) * (1 + shrunk) / 2, -sign * sin_of(a) * (1 - shrunk) / 2};
  const Complex base = over({-cosine.real(), -cosine.imag()}, {2 * kPi * s.real(), 2 * kPi * s.imag()});
  const double size = std::sqrt(base.real() * base.real() + base.imag() * base.imag());
  return {b + log_of(size), {base.real() / size, base.imag() / size}};
}

// ln of exp(-c x) M(c) / |c|, c real.
double log_height(double c, double x, double df) {
  return -c * x - df / 2 * transform_base({c, 0}).log_size - log_of(std::fabs(c));
}

double lowest_between(double low, double high, double x, double df) {
  constexpr double kGolden = 0.6180339887498949;
  for (int step = 0; step < 60; ++step) {
    const double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
    (log_height(a, x, df) < log_height(b, x, df) ? high : low) = log_height(a, x, df) < log_height(b, x, df) ? b : a;
  }
  return (low + high) / 2;
}

// The integral over the line through c, without its sign.
double along_line(double c, double x, double df) {
  constexpr double kDecades = 36;  // exp(-36) is below the rounding
  constexpr int kMaximumSteps = 2'000'000;
  const double step = 2 * kPi * std::min(std::fabs(c), 1 - c) / kDecades, height = log_height(c, x, df);
  Complex direction = {1, 0};  // of D^(1/2), continued along the line from its positive value at c
  double total = 0.5;
  for (int i = 1; i < kMaximumSteps; ++i) {
    const Complex s = {c, i * step};
    const Scaled base = transform_base(s);
    Complex next = root_of(base.direction);
    if (next.real() * direction.real() + next.imag() * direction.imag() < 0) next = {-next.real(), -next.imag()};
    direction = next;
    Complex term = {cos_of(-s.imag() * x), sin_of(-s.imag() * x)};
    for (double power = 0; power < df; ++power) term = times(term, {direction.real(), -direction.imag()});
    term = over(term, s);
    const double size = exp_of(-c * x - df / 2 * base.log_size - height);
    total += size * term.real() * (c > 0 ? 1 : -1);
    if (size / std::fabs(s.imag()) < 1e-17 * std::fabs(total)) break;
  }
  return std::max(0.0, total * exp_of(height) * step / kPi);
}

struct Pooled {
  std::vector<double> values;           // distinct, ascending
  std::vector<std::uint64_t> multiple;  // of each
  std::uint64_t n = 0;
};

Pooled pool(std::span<const std::vector<double>> samples) {
  std::vector<double> all;
  for (const auto& sample : samples) all.insert(all.end(), sample.begin(), sample.end());
  std::sort(all.begin(), all.end());
  Pooled pooled;
  pooled.n = all.size();
  for (const double value : all) {
    if (pooled.values.empty() || pooled.values.back() != value)
      pooled.values.push_back(value), pooled.multiple.push_back(0);
    ++pooled.multiple.back();
  }
  return pooled;
}

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

// One sample's part of A^2, before (N - 1)/N where that applies. Counts are doubled: midranks are then whole.
double part_of(std::vector<double> sample, const Pooled& pooled, Ties ties) {
  std::sort(sample.begin(), sample.end());
  const double n = as_double(pooled.n), own = as_double(sample.size());
  std::vector<double> terms;
  std::uint64_t passed = 0;
  std::size_t of_sample = 0;
  for (std::size_t j = 0; j < pooled.values.size(); ++j) {
    const std::size_t before = of_sample;
    while (of_sample < sample.size() && sample[of_sample] == pooled.values[j]) ++of_sample;
    const double weight = as_double(pooled.multiple[j]);
    passed += pooled.multiple[j];
    const bool midrank = ties == Ties::midrank;
    if (!midrank && passed == pooled.n) break;  // both distribution functions are 1
    const double b = midrank ? as_double(2 * passed - pooled.multiple[j]) / 2 : as_double(passed);
    const double m = midrank ? as_double(before + of_sample) / 2 : as_double(of_sample);
    const double gap = n * m - own * b, spread = b * (n - b) - (midrank ? n * weight / 4 : 0);
    terms.push_back(weight / n * gap * gap / spread);
  }
  return sum(terms) / own;
}

// The standard deviation of A^2 under the null (Scholz & Stephens 1987, eq. 4).
double deviation(std::span<const std::vector<double>> samples, double n) {
  double inverse_sizes = 0, h = 0, g = 0;
  for (const auto& sample : samples) inverse_sizes += 1 / as_double(sample.size());
  const auto count = static_cast<std::uint64_t>(n);
  for (std::uint64_t i = count - 1; i >= 1; --i) {  // h is then the sum of 1/j over j > i
    if (i + 2 <= count) g += h / (n - as_double(i));
    h += 1 / as_double(i);
  }
  const double k = as_double(samples.size()), big_h = inverse_sizes;
  const double a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * big_h;
  const double b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * big_h - 8 * h + 4 * g - 6;
  const double c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * big_h + 4 * h;
  const double d = (2 * h + 6) * k * k - 4 * h * k;
  return std::sqrt(((a * n + b) * n + c) * n + d) / std::sqrt((n - 1) * (n - 2) * (n - 3));
}

}  // namespace

double anderson_darling_upper(double x, std::uint64_t df) {
  if (x <= 0) return 1;
  const double freedom = as_double(df);
  constexpr double kVanishing = 700;  // the tail falls as exp(-x)
  if (x > kVanishing + 8 * freedom) return 0;
  // Nearer to 1 the steps would be many and the gain small.
  const double nearest = std::max(0.8, 1 - 4 / x);
  if (x >= freedom) return std::min(1.0, along_line(lowest_between(1e-9, nearest, x, freedom), x, freedom));
  // Far below the mean the least lies far to the left: some df^2 / x^2.
  const double far = -4 * (freedom * freedom + freedom) / (x * x) - 4;
  return std::max(0.0, 1 - along_line(lowest_between(far, -1e-9, x, freedom), x, freedom));
}

std::optional<AndersonDarling> anderson_darling(std::span<const std::vector<double>> samples, Ties ties) {
  const Pooled pooled = pool(samples);
  if (pooled.values.size() < 2 || pooled.n < 4) return std::nullopt;
  std::vector<double> parts;
  for (const auto& sample : samples) parts.push_back(part_of(sample, pooled, ties));
  const double n = as_double(pooled.n), df = as_double(samples.size() - 1);
  AndersonDarling test;
  test.statistic = sum(parts) * (ties == Ties::midrank ? (n - 1) / n : 1);
  test.standardised = (test.statistic - df) / deviation(samples, n);
  const double limit_deviation = std::sqrt(2 * df * (kPi * kPi / 3 - 3));
  test.p_value = anderson_darling_upper(df + limit_deviation * test.standardised, samples.size() - 1);
  return test;
}

}  // namespace proofmark::statistics
