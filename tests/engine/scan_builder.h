// Scans written down shortly: fields named after a table's columns, nodes appended as they are needed.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "runtime/engine/engine.h"
#include "tests/engine/table.h"

namespace proofmark::engine::testing {

using plan::Id;

struct ScanBuilder {
  plan::Scan scan;

  // Every column becomes a field of its own name and type; the table's time column the time field.
  explicit ScanBuilder(const Table& table) {
    scan.stream = table.name;
    for (const TableColumn& column : table.columns) {
      scan.fields.push_back({column.name, column.name, column.type, 1, false, {}});
      if (table.time == column.name) scan.time_field = static_cast<Id>(scan.fields.size() - 1);
    }
  }
  Id field(const std::string& name) const {
    for (Id id = 0; id < scan.fields.size(); ++id)
      if (scan.fields[id].name == name) return id;
    ADD_FAILURE() << "no field " << name;
    return 0;
  }
  Id value(const std::string& name) {
    const Id id = field(name);
    return value({plan::FieldValue{id}, scan.fields[id].type == plan::FieldType::real});
  }
  Id value(const plan::RowValue& node) {
    scan.values.push_back(node);
    return static_cast<Id>(scan.values.size() - 1);
  }
  Id mask(plan::Mask node) {
    scan.masks.push_back(node);
    return static_cast<Id>(scan.masks.size() - 1);
  }
  Id atom(plan::Atom node) {
    scan.atoms.push_back(std::move(node));
    return mask(plan::AtomHolds{static_cast<Id>(scan.atoms.size() - 1)});
  }
  Id compare(Id value_id, plan::Comparison op, plan::Rational bound, bool negated = false) {
    return atom({plan::CompareBound{value_id, op, bound}, negated});
  }
  Id window(plan::Window node = {}) {
    scan.windows.push_back(node);
    return mask(plan::InWindow{static_cast<Id>(scan.windows.size() - 1)});
  }
  Id grouping(const std::string& name, Id universe) {
    scan.groupings.push_back({field(name), universe});
    return static_cast<Id>(scan.groupings.size() - 1);
  }
  Id accumulate(plan::Accumulator node) {
    scan.accumulators.push_back(std::move(node));
    return static_cast<Id>(scan.accumulators.size() - 1);
  }
  Id count(Id mask_id, std::optional<Id> grouping_id = {}) {
    return accumulate({plan::CountRows{mask_id}, grouping_id});
  }
  Id distinct(Id mask_id, const std::string& name, std::optional<Id> grouping_id = {}) {
    return accumulate({plan::CountDistinct{mask_id, field(name)}, grouping_id});
  }
  // Everything a CollectValues can be asked for; its population is the mask itself.
  Id collect(Id mask_id, Id value_id, std::vector<plan::RankRule> ranks = {}, std::optional<Id> grouping_id = {}) {
    const Id population = count(mask_id, grouping_id);
    return accumulate(
        {plan::CollectValues{mask_id, value_id, population, true, true, true, std::move(ranks)}, grouping_id});
  }
};

inline plan::StreamFacts facts_of(const plan::Scan& scan, const Table& table, std::optional<std::int64_t> as_of = {}) {
  const MadeStream made(table);
  auto ran = run_scan(scan, made.stream(), as_of, {});
  EXPECT_TRUE(static_cast<bool>(ran)) << (ran ? "" : ran.problems().front().message);
  return ran ? ran->facts : plan::StreamFacts{};
}

inline std::uint64_t counted(const plan::StreamFacts& facts, Id accumulator, std::size_t group = 0) {
  return std::get<plan::CountFact>(facts.facts.at(accumulator)).counts.at(group);
}

inline const plan::ValueSummary& summary(const plan::StreamFacts& facts, Id accumulator, std::size_t group = 0) {
  return std::get<plan::ValuesFact>(facts.facts.at(accumulator)).groups.at(group);
}

inline TableColumn column(std::string name, plan::FieldType type, std::vector<Cell> cells) {
  return {std::move(name), type, std::move(cells), {}, false, {}};
}

inline Table table_of(std::vector<TableColumn> columns) {
  Table table;
  table.columns = std::move(columns);
  return table;
}

}  // namespace proofmark::engine::testing
