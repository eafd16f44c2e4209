// Two arms side by side, compared by buckets of time.
#include "runtime/statistics/paired_buckets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/clustered_decision.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::methods {
namespace {

constexpr std::array kPairedParameters{
    Parameter{"buckets", "table", Kind::table,
              "one row [y1, n1, y2, n2] a bucket: sum of the values (successes of a share) and rows of either arm"},
    Parameter{"margin", "delta", Kind::real, "the difference that is tested, in the unit of the values", "0"},
    Parameter{"confidence", "", Kind::level, "of the two-sided interval", "0.95"},
    kAlternative,
};

Result<std::vector<statistics::BucketPair>> buckets_of(const Table& table) {
  if (table.columns.size() < 4)
    return refused(fmt::format("`buckets` has {} columns", table.columns.size()), "give rows [y1, n1, y2, n2]");
  const std::size_t first = table.columns.size() - 4;  // a column before them may name the bucket
  std::vector<statistics::BucketPair> buckets;
  for (std::size_t i = 0; i < table.columns[first].size(); ++i) {
    const auto at = [&](std::size_t column) { return table.columns[first + column][i]; };
    for (const std::size_t rows : {1U, 3U})
      if (!(at(rows) >= 1 && at(rows) <= 1e13 && at(rows) == std::floor(at(rows))))
        return refused(fmt::format("bucket {} has {} rows of an arm", i + 1, at(rows)),
                       "both arms have rows in every bucket: join it with its neighbour, or take longer buckets");
    if (std::fabs(at(0)) > 1e150 || std::fabs(at(2)) > 1e150)
      return refused(fmt::format("a sum of bucket {} exceeds 1e150", i + 1), "give the values in another unit");
    buckets.push_back({at(0), at(1), at(2), at(3)});
  }
  if (buckets.size() < statistics::kFewestClusters)
    return refused(fmt::format("there are {} buckets", buckets.size()),
                   fmt::format("fewer than {} show nothing of how they vary", statistics::kFewestClusters));
  return buckets;
}

double p_of(Alternative alternative, double t, double df) {
  if (alternative == Alternative::less) return statistics::student_t_cdf(t, df);
  if (alternative == Alternative::greater) return statistics::student_t_upper(t, df);
  return std::min(1.0, 2 * statistics::student_t_upper(std::fabs(t), df));
}

Answer paired_buckets(const Arguments& call) {
  if (std::fabs(call.real("margin")) > 1e150)
    return refused(fmt::format("`margin` is {}, which exceeds 1e150", call.real("margin")), "give another unit");
  const auto buckets = buckets_of(call.table("buckets"));
  if (!buckets) return buckets.problems();
  const auto found = statistics::paired_difference(*buckets);
  constexpr double kRounding = 1e-12;  // of the shares whose differences are squared
  if (!(found.std_error > kRounding * (std::fabs(found.first) + std::fabs(found.second))))
    return refused(fmt::format("all {} buckets show the same difference, {}", buckets->size(), found.difference),
                   "a variance of 0 is no evidence: it tells not how far the difference may be off");
  const double df = static_cast<double>(buckets->size() - 1);
  const double alpha = plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
  const double half = statistics::student_t_upper_quantile(alpha / 2, df) * found.std_error;
  const double t = (found.difference - call.real("margin")) / found.std_error;
  json::Object result;
  result.set("difference", number(found.difference));
  result.set("lower", number(found.difference - half));
  result.set("upper", number(found.difference + half));
  result.set("std_error", number(found.std_error));
  result.set("t", number(t));
  result.set("df", number(df));
  result.set("p_value", number(p_of(direction_of(call), t, df)));
  result.set("first", number(found.first));
  result.set("second", number(found.second));
  result.set("correlation", number(found.correlation));
  result.set("unpaired_std_error", number(found.unpaired_error));
  return result;
}

constexpr std::array kMethods{
    Method{
        "dependence.paired_buckets", "The difference of two arms that ran side by side, by buckets of time.",
        kPairedParameters,
        "difference: first less second, lower, upper: its Student t interval; std_error; t, df, p_value: of the test "
        "of `margin`; first, second: means (shares) of the arms; correlation: of the arms between buckets; "
        "unpaired_std_error: without the pairing",
        "buckets are independent of each other and longer than what one row brings on the next; rows within one "
        "may depend, and both arms on the same load",
        Guarantee::asymptotic, "Cochran 1977, section 6.3; Student 1908",
        "paired_buckets(buckets: [[97, 100, 93, 95], [88, 90, 84, 90], [101, 110, 99, 112], [95, 96, 90, 93], "
        "[79, 88, 70, 85], [90, 91, 92, 94], [85, 97, 80, 96], [99, 100, 96, 99], [92, 95, 88, 94], "
        "[71, 84, 69, 86]])",
        paired_buckets},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> paired_bucket_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
