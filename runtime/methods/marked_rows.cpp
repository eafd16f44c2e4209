#include "runtime/methods/marked_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace proofmark::methods {
namespace {

constexpr std::uint64_t kMaximumRows = 100'000'000;

Result<std::vector<std::uint64_t>> row_numbers(std::string_view name, const json::Value& value) {
  const json::Array* items = value.as_array();
  if (items == nullptr) return refused(fmt::format("`{}` is not a list of row numbers", name));
  std::vector<std::uint64_t> rows;
  for (const json::Value& item : *items) {
    if (item.as_integer() == nullptr || *item.as_integer() < 1)
      return refused(fmt::format("`{}` holds something else than whole numbers from 1", name), "rows count from 1");
    rows.push_back(static_cast<std::uint64_t>(*item.as_integer()));
  }
  std::sort(rows.begin(), rows.end());
  if (const auto twice = std::adjacent_find(rows.begin(), rows.end()); twice != rows.end())
    return refused(fmt::format("`{}` holds row {} twice", name, *twice));
  return rows;
}

}  // namespace

Result<MarkedRows> marked_rows(const Arguments& call) {
  const bool fail = call.has("failures_at");
  if (fail == call.has("successes_at"))
    return refused("one of `successes_at` and `failures_at` is needed", "name the rows of one kind; the others follow");
  const std::string_view name = fail ? "failures_at" : "successes_at";
  auto rows = row_numbers(name, call.value(name));
  if (!rows) return rows.problems();
  const std::uint64_t last = rows->empty() ? 0 : rows->back(), n = call.has("n") ? call.count("n") : last;
  if (n < last) return refused(fmt::format("`{}` holds row {} of {}", name, last, n), "`n` counts all rows");
  if (n > kMaximumRows) return refused(fmt::format("there are {} rows", n), "at most 1e8 are run through one by one");
  return MarkedRows{n, std::move(*rows), fail};
}

Result<std::vector<double>> unit_values(const Arguments& call) {
  std::vector<double> values;
  if (call.has("values")) {
    if (call.has("failures_at")) return refused("`values` and `failures_at` are both given", "give one of them");
    values = call.reals("values");
    for (const double value : values)
      if (!(value >= 0 && value <= 1))
        return refused(fmt::format("the value {} lies outside [0, 1]", value),
                       "the range is declared beforehand; divide by it first");
  } else {
    const auto rows = marked_rows(call);
    if (!rows) return rows.problems();
    if (rows->n == 0) return refused("there are no rows", "give `n`");
    values.assign(rows->n, rows->marked_fail ? 1.0 : 0.0);
    for (const std::uint64_t row : rows->marked) values[row - 1] = rows->marked_fail ? 0.0 : 1.0;
  }
  if (!call.has("t")) return values;
  if (call.count("t") == 0 || call.count("t") > values.size())
    return refused(fmt::format("`t` is {} of {} values", call.count("t"), values.size()),
                   "look after 1 ... all values");
  values.resize(call.count("t"));
  return values;
}

}  // namespace proofmark::methods
