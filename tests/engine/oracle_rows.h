// The rows of a table as a scan means them: every question asked of one row at a time.
#pragma once

#include <optional>
#include <vector>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"
#include "tests/engine/table.h"

namespace proofmark::engine::testing {

using MaybeNumber = std::optional<plan::Number>;

// The cells of all fields of all rows, read once.
class Rows {
 public:
  Rows(const plan::Scan& scan, const Table& table, std::optional<std::int64_t> as_of);

  std::size_t count() const { return count_; }
  const Cell& cell(plan::Id field, std::size_t row) const { return cells_[field][row]; }
  bool known(plan::Id field, std::size_t row) const { return !std::holds_alternative<Null>(cell(field, row)); }

  std::optional<std::int64_t> time(std::size_t row) const {
    if (!scan_.time_field || !known(*scan_.time_field, row)) return std::nullopt;
    return std::get<std::int64_t>(cell(*scan_.time_field, row));
  }
  bool future(std::size_t row) const { return time(row) && *time(row) > *as_of_; }

  MaybeNumber value(plan::Id id, std::size_t row) const;
  bool atom(plan::Id id, std::size_t row) const;
  bool in_window(plan::Id id, std::size_t row) const;
  bool mask(plan::Id id, std::size_t row) const;

 private:
  // What a three-valued question about a row came to.
  enum class Truth { no, yes, unknown };
  static Truth truth(bool holds) { return holds ? Truth::yes : Truth::no; }

  MaybeNumber compute(const plan::ComputedValue& node, bool real, std::size_t row) const;
  Truth ask(const plan::CompareBound& test, std::size_t row) const;
  Truth ask(const plan::CompareValues& test, std::size_t row) const;
  Truth ask(const plan::OneOf& test, std::size_t row) const;
  Truth ask(const plan::Matches& test, std::size_t row) const;
  Truth ask(const plan::IsTrue& test, std::size_t row) const;
  Truth ask(const plan::IsKnown& test, std::size_t row) const;

  const plan::Scan& scan_;
  std::optional<std::int64_t> as_of_;
  std::size_t count_;
  std::vector<std::vector<Cell>> cells_;
};

}  // namespace proofmark::engine::testing
