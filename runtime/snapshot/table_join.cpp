// Columns are appended in file order; only the order to write them in is merged.
#include "runtime/snapshot/table_join.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "runtime/plan/match.h"
#include "runtime/snapshot/kept_batches.h"

namespace proofmark::snapshot {
namespace {

template <typename Values>
void append(Values& into, const Values& more) {
  into.insert(into.end(), more.begin(), more.end());
}

void append_text(TextData& into, const TextData& more) {
  const std::uint64_t before = into.bytes.size();
  into.bytes += more.bytes;
  for (const std::uint64_t end : more.ends) into.ends.push_back(before + end);
}

void join_labels(ColumnData& into, ColumnData& more) {
  auto& label = std::get<LabelData>(into.values);
  JoinedDictionary joined = join_dictionaries(label.dictionary, std::get<LabelData>(more.values).dictionary);
  recode(into, joined.first);
  recode(more, joined.second);
  label.dictionary = std::move(joined.entries);
  append(label.codes, std::get<LabelData>(more.values).codes);
}

void join_validity(ColumnData& into, const ColumnData& more, std::uint64_t rows, std::uint64_t more_rows) {
  if (into.valid.empty() && more.valid.empty()) return;
  into.valid.resize(rows, 1);
  if (more.valid.empty()) {
    into.valid.resize(rows + more_rows, 1);
  } else {
    append(into.valid, more.valid);
  }
}

void join_values(ColumnData& into, ColumnData& more) {
  plan::match(
      into.values, [&](IntegerData& values) { append(values, std::get<IntegerData>(more.values)); },
      [&](RealData& values) { append(values, std::get<RealData>(more.values)); },
      [&](BooleanData& data) { append(data.values, std::get<BooleanData>(more.values).values); },
      [&](LabelData&) { join_labels(into, more); },
      [&](TextData& text) { append_text(text, std::get<TextData>(more.values)); });
}

std::vector<std::uint32_t> order_of(const Table& table, std::uint64_t shift) {
  std::vector<std::uint32_t> order = table.order;
  if (order.empty()) {
    order.resize(table.rows);
    std::iota(order.begin(), order.end(), 0U);
  }
  for (std::uint32_t& row : order) row += static_cast<std::uint32_t>(shift);
  return order;
}

// `times` is the joined column.
std::vector<std::uint32_t> merged(const ColumnData& times, const std::vector<std::uint32_t>& first,
                                  const std::vector<std::uint32_t>& second) {
  const auto& values = std::get<IntegerData>(times.values);
  const auto is_null = [&](std::uint32_t row) { return !times.valid.empty() && times.valid[row] == 0; };
  std::vector<std::uint32_t> order;
  order.reserve(first.size() + second.size());
  std::merge(
      first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(order),
      [&](std::uint32_t a, std::uint32_t b) { return is_null(a) || is_null(b) ? !is_null(a) : values[a] < values[b]; });
  return order;
}

std::vector<std::uint32_t> moved(const std::vector<std::string>& entries, const std::vector<std::string>& all) {
  std::vector<std::uint32_t> codes;
  bool same = true;
  std::size_t at = 0;
  for (const std::string& entry : entries) {
    while (all[at] != entry) ++at;
    same = same && at == codes.size();
    codes.push_back(static_cast<std::uint32_t>(at));
  }
  return same ? std::vector<std::uint32_t>() : codes;
}

}  // namespace

JoinedDictionary join_dictionaries(const std::vector<std::string>& first, const std::vector<std::string>& second) {
  JoinedDictionary joined;
  std::set_union(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(joined.entries));
  joined.first = moved(first, joined.entries);
  joined.second = moved(second, joined.entries);
  return joined;
}

void join(Table& into, Table&& more, std::optional<std::size_t> time_column) {
  const std::vector<std::uint32_t> first = order_of(into, 0), second = order_of(more, into.rows);
  for (std::size_t i = 0; i < into.columns.size(); ++i) {
    join_values(into.columns[i], more.columns[i]);
    join_validity(into.columns[i], more.columns[i], into.rows, more.rows);
  }
  into.rows += more.rows;
  into.order.clear();
  if (time_column) into.order = merged(into.columns[*time_column], first, second);
}

}  // namespace proofmark::snapshot
