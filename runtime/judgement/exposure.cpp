// Ends from the window, as_of and the time that the stream covers.
#include "runtime/judgement/exposure.h"

#include <algorithm>

#include "runtime/judgement/quantity.h"

namespace proofmark::judgement {
namespace {

using plan::Int128;

constexpr int kTold = 20;  // of two silences one that is a smaller part of the whole is not worth words

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

std::string span_text(Int128 ns) {
  return measured_quantity(plan::to_string(ns), Rounding::half_even, plan::Rational(-1), {plan::Unit::duration, false},
                           3);
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
  // Samples of counters come when they are taken, whatever happens. So does what is set by another stream.
  const bool by_rows = !stream.events;
  if (by_rows && !start) ++exposure.ends_at_rows;
  if (by_rows && stream.covers_to_ns == as_of) ++exposure.ends_at_rows;
  return exposure;
}

std::string silence_text(const Exposure& exposure) {
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
