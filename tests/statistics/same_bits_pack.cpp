// Prints the bits of a few thousand results of the statistics room, one call a line, and hashes of many more.
// same_bits.sh compares the output of several compilers, optimisation levels and pretended processors byte for byte.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/special_functions.h"

namespace {

using namespace proofmark::statistics;

void print(const char* what, double value) {
  std::printf("%s %016llx\n", what, static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(value)));
}

void print(const char* what, std::uint64_t value) {
  std::printf("%s %llu\n", what, static_cast<unsigned long long>(value));
}

void print_counts(std::uint64_t k, std::uint64_t n, const Rational& t, const Rational& alpha) {
  std::printf("%llu of %llu, %s, %s\n", static_cast<unsigned long long>(k), static_cast<unsigned long long>(n),
              t.to_string().c_str(), alpha.to_string().c_str());
  const ProportionClaim claim = {true, t};
  const auto decision = decide_proportion({k, 0, n}, claim, alpha);
  print("outcome", static_cast<std::uint64_t>(decision.outcome));
  print("p_pass", decision.p_pass);
  print("p_fail", decision.p_fail);
  const auto bounds = report_bounds({k, 0, n}, claim, alpha, decision.outcome);
  std::printf("bounds %s %s\n", bounds.lower.c_str(), bounds.upper.c_str());
  const auto interval = clopper_pearson(k, 0, n, alpha);
  print("lower", interval.lower);
  print("upper", interval.upper);
  print("further", further_rows_to_pass({k, 0, n}, claim, alpha).value_or(0));
}

void print_sample(std::uint64_t n, const Rational& t, const Rational& alpha) {
  print("lower rank", lower_rank(n, t, alpha, true));
  print("upper rank", upper_rank(n, t, alpha, false));
  const double rows = static_cast<double>(n), mean = rows * t.nearest_double();
  for (const double z : {-6.0, -1.7, -0.4, 0.0, 0.5, 1.6, 2.4}) {
    const double k = std::floor(mean + z * std::sqrt(rows - mean));
    if (k >= 0 && k <= rows) print_counts(static_cast<std::uint64_t>(k), n, t, alpha);
  }
  print_counts(n, n, t, alpha);
}

// A processor's own exp and log differ in one result of two to twenty thousand: many tails, hashed.
void print_sweep(std::uint64_t n, const Rational& p) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const std::uint64_t middle = nearest_rank(n, p), width = 5000;
  for (std::uint64_t k = middle - width; k < middle + width; ++k)
    hash = (hash ^ std::bit_cast<std::uint64_t>(upper_tail(k, n, p))) * 0x100000001b3;
  print("sweep", hash);
}

}  // namespace

int main() {
  for (const char* share : {"0.3", "0.9", "0.99", "0.999"})
    for (const std::uint64_t n : {6'000'000ULL, 17'000'000ULL, 90'000'000ULL, 1'000'000'000ULL})
      print_sweep(n, *Rational::parse(share));
  for (const char* threshold : {"0.5", "0.9", "0.99", "0.999", "0.99995", "1/3"})
    for (const char* alpha : {"0.05", "0.01", "0.000001"}) {
      const Rational t = *Rational::parse(threshold), level = *Rational::parse(alpha);
      print("success run", smallest_n_to_pass({true, t}, level).value_or(0));
      for (const std::uint64_t n :
           {7ULL, 250ULL, 5000ULL, 123'456ULL, 8'000'000ULL, 2'000'000'000ULL, 100'000'000'000ULL})
        print_sample(n, t, level);
    }
  for (const double a : {0.5, 2.5, 90.5, 1e6})
    for (const double x : {1e-9, 0.01, 0.3, 0.5}) {
      print("incomplete beta", incomplete_beta(point_from_left(a, 7.5, x)));
      print("inverse", inverse_incomplete_beta(a, 7.5, x, 1 - x).x);
    }
  return 0;
}
