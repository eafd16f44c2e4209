// Ends from the window, as_of and the time that the stream covers.
#include "runtime/judgement/exposure.h"

#include <algorithm>

#include "runtime/judgement/quantity.h"

namespace proofmark::judgement {
namespace {

using plan::Int128;

constexpr int kTold = 20;  // of two silences one that is a smaller part of the whole is not worth words
constexpr double kUnbelievable = 1e-3;

std::optional<Int128> window_start(const plan::Window& window, std::int64_t as_of) {
  switch (window.kind) {
    case plan::WindowKind::last:
      return Int128(as_of) - window.length_ns;
    case plan::WindowKind::since:
      return Int128(window.anchor_ns);
    case plan::WindowKind::whole:
      break;
  }
  return std::nullopt;
}

// Of n rows the first and the last are the ends, and the n - 2 between lie anywhere: of the n - 1 gaps some one is more
// than the share g of the whole with a chance of at most (n - 1) (1 - g)^(n - 2) (Fisher 1929; equal for g >= 1/2).
// Stops where it is clear. Pre: n >= 2, g > 1/2.
bool is_believable(std::uint64_t n, double g) {
  double chance = static_cast<double>(n - 1);
  for (std::uint64_t i = 2; i < n && chance >= kUnbelievable; ++i) chance *= 1 - g;
  return chance >= kUnbelievable;
}

// Whether no group has a row in the step.
bool is_empty(const plan::SeriesFact& series, std::size_t step) {
  return std::all_of(series.groups.begin(), series.groups.end(),
                     [&](const std::vector<plan::SeriesStep>& steps) { return steps[step].rows == 0; });
}

// Rows outside of the declared values are in no group, and so in no series by group: what was recorded when is not
// told.
bool leaves_rows_out(const FactView& facts, const plan::FactRef& series) {
  const auto& grouping = facts.plan().scans[series.scan].accumulators[series.accumulator].grouping;
  return grouping && facts.stream(series.scan).undeclared[*grouping] > 0;
}

// The longest time in steps that hold no row of any group; 0 where it is no longer than it may be.
Int128 unbelievable_gap(const plan::SeriesFact& series) {
  std::size_t longest = 0, run = 0;
  for (std::size_t step = 0; !series.groups.empty() && step < series.groups.front().size(); ++step) {
    run = is_empty(series, step) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::uint64_t rows = plan::rows_over_time(series);
  if (rows < 2 || !series.first_ns || !series.last_ns) return 0;
  const Int128 all = Int128(*series.last_ns) - *series.first_ns, gap = Int128(longest) * series.step_ns;
  if (2 * gap <= all) return 0;
  return is_believable(rows, static_cast<double>(gap) / static_cast<double>(all)) ? Int128(0) : gap;
}

}  // namespace

std::optional<Exposure> exposure_of(const Question& question, const plan::Rate& leaf) {
  const plan::StreamFacts& stream = question.facts.stream(leaf.population.scan);
  const std::optional<std::int64_t>& as_of = question.facts.facts().as_of_ns;
  if (!as_of || !stream.covers_from_ns) return std::nullopt;
  const Int128 first = *stream.covers_from_ns, end = *as_of;
  const Int128 last = std::min(end, Int128(stream.covers_to_ns.value_or(*as_of)));
  const auto start = window_start(question.objective.window, *as_of);
  const Int128 longest_from = start.value_or(first), shortest_from = std::max(first, longest_from);
  if (longest_from >= end) return std::nullopt;
  Exposure exposure;
  exposure.longest_ns = end - longest_from;
  exposure.shortest_ns = std::max(Int128(0), last - shortest_from);
  exposure.silent_before_ns = std::min(shortest_from, end) - longest_from;
  exposure.silent_after_ns = end - std::max(last, longest_from);
  if (!start && !stream.events && leaf.series && !leaves_rows_out(question.facts, *leaf.series))
    exposure.gap_ns = unbelievable_gap(std::get<plan::SeriesFact>(question.facts.fact(*leaf.series)));
  // Samples of counters come when they are taken, whatever happens. So does what is set by another stream.
  const bool by_rows = !stream.events;
  if (by_rows && !start) ++exposure.ends_at_rows;
  if (by_rows && stream.covers_to_ns == as_of) ++exposure.ends_at_rows;
  return exposure;
}

std::string silence_text(const Exposure& exposure) {
  if (exposure.gap_ns > 0)
    return "for " + span_text(exposure.gap_ns) + " of the " + span_text(exposure.shortest_ns) +
           " from its first row to its last one there is none, which says more of the recording than of the rate; say "
           "`over` which time it is asked of";
  const Int128 told = exposure.longest_ns / kTold;
  const bool before = exposure.silent_before_ns > std::min(told, exposure.silent_after_ns);
  const bool after =
      exposure.silent_after_ns > 0 && exposure.silent_after_ns >= std::min(told, exposure.silent_before_ns);
  std::string text = "its rows ";
  if (before) text += "begin " + span_text(exposure.silent_before_ns) + " into the window";
  if (before && after) text += " and ";
  if (after) text += "end " + span_text(exposure.silent_after_ns) + " before the snapshot does";
  return text + ", and nobody knows whether there was nothing or nothing recorded";
}

}  // namespace proofmark::judgement
