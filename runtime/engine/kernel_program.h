// The counting part of a bound scan as a kernel program (runtime/plan/codegen_abi.h), and what goes in and out of it.
//
// Whatever a mask of 64 rows can say is compiled: comparisons of stored columns, label codes, validity, windows on the
// time column, logic, counts, counts by group where the groups are few. Everything else passes by the kernel: atoms
// that it cannot do come in as words that the interpreter made, masks whose rows are collected go out as words. Codes,
// thresholds and times are arguments; they become part of the shape only where a test is settled for all rows (a
// threshold that the column's width cannot reach, a label that the dictionary has not).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "runtime/engine/collect.h"
#include "runtime/engine/wanted_counts.h"
#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

// Where input words come from, block by block.
struct RowsThatTakePart {};  // state.present: input 0 of every program
struct WindowWords {
  plan::Id window;
};  // settled by the zone map, or by the interpreter for the few mixed blocks
struct AtomWords {
  plan::Id atom;
};
using KernelInput = std::variant<RowsThatTakePart, WindowWords, AtomWords>;

// What a counter of the program counts.
struct RowsOf {
  plan::Id accumulator;
  std::uint32_t group;
};
struct UndeclaredRowsOf {
  plan::Id grouping;
};
struct FutureRows {};
struct UntimedRows {};
using KernelCounter = std::variant<RowsOf, UndeclaredRowsOf, FutureRows, UntimedRows>;
// Equal masks are counted once, for whoever wants to know, and what follows from other counts is not counted.
struct CountedBy {
  KernelCounter what;
  Difference rows;
};

// Counts of a group that are wanted step by step of time, and not in all (series.h); nothing: of no row.
struct CountedInSteps {
  plan::Id accumulator;
  std::uint32_t group = 0;
  std::optional<Difference> rows, part;
};
// A series whose steps can be told by what accumulators have counted, row by row, of each group when the step began and
// when it ended.
struct ToldByCounts {
  plan::Id accumulator;
  plan::Id rows, part;  // CountRows of the same groups
};

struct KernelProgram {
  std::vector<proofmark_kernel_instruction> instructions;
  std::vector<const snapshot::Column*> columns;
  std::vector<std::int64_t> arguments;
  std::vector<KernelInput> inputs;
  std::vector<plan::Id> outputs;  // masks
  std::vector<CountedBy> counters;
  std::vector<CountedInSteps> series;
  std::vector<ToldByCounts> told_series;
  std::size_t counter_count = 0;
  bool times_inside = false;             // the kernel itself reads the time column: input 0 is the existing rows
  Needs prepared;                        // windows, values and atoms that must be there before the kernel
  std::vector<bool> counted;             // accumulators that are settled by the counters, or told by counts
  std::vector<bool> undeclared_counted;  // groupings, likewise
};

KernelProgram kernel_program(const Collector& collector);

constexpr bool compares(const proofmark_kernel_instruction& instruction) {
  return instruction.code >= PROOFMARK_AT_MOST && instruction.code <= PROOFMARK_NUMBER;
}

}  // namespace proofmark::engine
