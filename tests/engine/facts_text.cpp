// One line a fact; doubles by their bits, so that -0.0, rounding and infinities show.
#include "tests/engine/facts_text.h"

#include <bit>
#include <cstdio>

#include "runtime/plan/match.h"

namespace proofmark::engine::testing {
namespace {

std::string bits_of(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.17g#%016llx", value,
                static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(value)));
  return text;
}

std::string show(const plan::Number& number) {
  return plan::match(
      number, [](std::int64_t value) { return std::to_string(value); }, [](double value) { return bits_of(value); });
}

std::string show(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "-";
}
std::string show(const std::optional<plan::Number>& value) {
  return value ? show(*value) : "-";
}

std::string show_sum(const std::optional<std::variant<plan::Int128, double>>& sum) {
  if (!sum) return "-";
  return plan::match(
      *sum, [](plan::Int128 value) { return plan::to_string(value); }, [](double value) { return bits_of(value); });
}

std::string show(const plan::ValueSummary& summary) {
  std::string text = "known " + std::to_string(summary.known) + " sum " + show_sum(summary.sum) + " min " +
                     show(summary.minimum) + " max " + show(summary.maximum) + " distinct " +
                     (summary.distinct ? std::to_string(*summary.distinct) : "-");
  for (const auto& rank : summary.ranks)
    text += " rank " + (rank ? std::to_string(rank->rank) + "=" + show(rank->value) : "-");
  return text;
}

template <typename Series>
std::string stretch_of(const Series& series) {
  return std::to_string(series.step_ns) + " ns from " + show(series.first_ns) + " to " + show(series.last_ns);
}

std::string show(const std::vector<plan::MomentSums>& moments) {
  std::string text;
  for (const plan::MomentSums& one : moments)
    text += "  known " + std::to_string(one.known) + " outside " + std::to_string(one.below) + "/" +
            std::to_string(one.above) + " sum " + show_sum(one.sum) + " squares " + show_sum(one.squares) + "\n";
  return text;
}

std::string show(const plan::Fact& fact) {
  return plan::match(
      fact,
      [](const plan::CountFact& counts) {
        std::string text = "counts";
        for (const std::uint64_t count : counts.counts) text += " " + std::to_string(count);
        return text + "\n";
      },
      [](const plan::ValuesFact& values) {
        std::string text = "values\n";
        for (const auto& group : values.groups) text += "  " + show(group) + "\n";
        return text;
      },
      [](const plan::ClustersFact& clusters) {
        std::string text = "clusters\n";
        for (const auto& one : clusters.groups)
          text += "  " + std::to_string(one.clusters) + " of " + std::to_string(one.rows) + "/" +
                  std::to_string(one.part) + " with " + std::to_string(one.with_part) + "/" +
                  std::to_string(one.with_rest) + " largest " + std::to_string(one.largest) + " squares " +
                  plan::to_string(one.rows_rows) + " " + plan::to_string(one.rows_part) + " " +
                  plan::to_string(one.part_part) + "\n";
        return text;
      },
      [](const plan::MomentsFact& moments) { return "moments\n" + show(moments.groups); },
      [](const plan::ContrastFact& contrasts) {
        std::string text = "contrasts\n";
        for (const auto& one : contrasts.groups)
          text += "  " + std::to_string(one.first) + " " + std::to_string(one.second) + " above " +
                  plan::to_string(one.above) + " below " + plan::to_string(one.below) + " wins " +
                  plan::to_string(one.wins) + "\n";
        return text;
      },
      [](const plan::SeriesFact& series) {
        std::string text = "series of " + stretch_of(series);
        for (const auto& steps : series.groups) {
          text += "\n";
          for (const auto& step : steps) text += " " + std::to_string(step.rows) + "/" + std::to_string(step.part);
        }
        return text + "\n";
      },
      [](const plan::MomentSeriesFact& series) {
        std::string text = "series of moments of " + stretch_of(series);
        for (const auto& steps : series.groups) text += "\n" + show(steps);
        return text;
      });
}

}  // namespace

std::string text_of(const plan::StreamFacts& facts) {
  std::string text = facts.stream + " rows " + std::to_string(facts.rows) +
                     (facts.events ? " of " + std::to_string(*facts.events) + " events" : "") + " skipped " +
                     std::to_string(facts.skipped) + (facts.late > 0 ? " late " + std::to_string(facts.late) : "") +
                     " future " + std::to_string(facts.future) + " untimed " + std::to_string(facts.untimed) +
                     " covers " + show(facts.covers_from_ns) + " " + show(facts.covers_to_ns) + "\n";
  for (std::size_t g = 0; g < facts.groups.size(); ++g) {
    text += "grouping undeclared " + std::to_string(facts.undeclared.at(g)) + ":";
    for (const plan::GroupKey& key : facts.groups[g]) text += key ? " [" + *key + "]" : " null";
    text += "\n";
  }
  for (std::size_t i = 0; i < facts.facts.size(); ++i) text += std::to_string(i) + " " + show(facts.facts[i]);
  return text;
}

}  // namespace proofmark::engine::testing
