// Means: a value in a range that is declared, because no number of rows bounds the mean of a value that has none.
#include <fmt/format.h>

#include <limits>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"
#include "runtime/builtins/reach.h"

namespace proofmark::semantics {
namespace {

constexpr std::string_view kRangeHelp =
    "declare the least and the greatest value that can occur: `mean(requests.duration, low: 0s, high: 30s)`";

bool fits_int64(plan::Int128 value) {
  return value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max();
}

// Two values at least that the field can have, and that the engines can tell apart.
bool holds_values(const Rational& low, const Rational& high, plan::FieldType type) {
  if (!plan::is_integer_valued(type)) return low.nearest_double() < high.nearest_double();
  return low.ceil() < high.floor() && fits_int64(low.ceil()) && fits_int64(high.floor());
}

}  // namespace

TypedId Analyser::type_mean(const builtins::Builtin& builtin, const syntax::Call& call, Span span) {
  LeafNode node;
  node.builtin = &builtin;
  std::size_t values = 0;
  for (const auto& argument : call.arguments) {
    if (!argument.label) {
      ++values;
      continue;
    }
    const auto place = kMeanArguments.place_of(argument.label->text);
    auto& end = place == 0 ? node.low : node.high;
    if (!place || end) {
      error("PM0305", argument.label->span,
            fmt::format("`mean` takes {} named argument `{}`", place ? "only one" : "no", argument.label->text))
          .help = fmt::format("its form is {}", builtin.signature);
      return error_node(span);
    }
    end = type(argument.value, {});
    if (sort(*end) == Sort::error) return error_node(span);
    if (sort(*end) != Sort::constant) return wrong_sort(at(*end).span, *end, "a constant such as `30s`");
  }
  if (!node.low || !node.high) {
    error("PM0425", span,
          fmt::format("the mean of a value without a {} can be moved anywhere by a single row", node.low ? "highest end"
                                                                                                : node.high
                                                                                                    ? "lowest end"
                                                                                                    : "declared range"))
        .help = kRangeHelp;
    return error_node(span);
  }
  if (values != 1 || call.arguments.front().label) {
    error("PM0305", span, fmt::format("`mean` takes the values of a field first, and nothing else without a name"))
        .help = fmt::format("its form is {}", builtin.signature);
    return error_node(span);
  }
  return type_values_leaf(node, call, span);
}

bool Analyser::range_fits(const LeafNode& mean, const plan::Field& field, Unit unit, Span span) {
  for (const TypedId end : {*mean.low, *mean.high}) {
    const Unit found = at(end).type.unit;
    const bool plain = found == Unit::number || found == Unit::ratio;
    if (found == unit || (plain && (unit == Unit::number || unit == Unit::ratio))) continue;
    error("PM0301", at(end).span,
          fmt::format("units do not match: `{}` is {}, `{}` is {}", field.name, unit_phrase(unit), text(at(end).span),
                      unit_phrase(found)));
    return false;
  }
  const auto low = constant(*mean.low), high = constant(*mean.high);
  if (!low || !high || holds_values(*low, *high, field.type)) return true;
  error("PM0425", span,
        fmt::format("there is no range of `{}` from {} to {}", field.name, show(*low, unit), show(*high, unit)))
      .help = "`low` lies below `high`, and both within what the field can hold";
  return false;
}

// A threshold at an end of the range or beyond it asks for nothing, or for what never is.
void Analyser::check_mean_claim(const ShareClaim& claim, const LeafNode& mean) {
  const auto low = constant(*mean.low), high = constant(*mean.high);
  if (!low || !high) return;
  if (*low < claim.threshold && claim.threshold < *high) return check_mean_reachable(claim, *low, *high);
  const Unit unit = at(*mean.low).type.unit;
  const bool nothing = claim.at_least ? claim.threshold <= *low : claim.threshold >= *high;
  error("PM0426", at(claim.requirement.threshold).span,
        fmt::format("the mean of values from {} to {} lies between these: this {}", show(*low, unit), show(*high, unit),
                    nothing ? "requires nothing" : "can never pass"))
      .help = "the threshold lies within the declared range, both ends excluded";
}

// Values that all lie at the better end show the most that so many rows can.
void Analyser::check_mean_reachable(const ShareClaim& claim, const Rational& low, const Rational& high) {
  if (claim.objective.method == plan::Method::student_t) return;  // whose bound may be as near as it likes
  const auto distance = claim.at_least ? plan::subtract(high, claim.threshold) : plan::subtract(claim.threshold, low);
  const auto width = plan::subtract(high, low);
  const auto room = distance && width ? plan::divide(*distance, *width) : std::nullopt;
  const auto alpha = alpha_to_reach(claim);
  if (room && alpha)
    check_rows_suffice(claim, builtins::fewest_rows_for_mean(claim.objective.method, *room, *alpha),
                       claim.at_least ? "rows at the highest end of the range" : "rows at the lowest end of the range");
}

// What no test of a mean reckons with.
void Analyser::check_means(const Objective& objective) {
  for (const Requirement& requirement : objective.requirements)
    for (const TypedId id : form_of(policy_, requirement.estimate).leaves) {
      if (std::get<LeafNode>(at(id).node).builtin->kind != builtins::Kind::mean) continue;
      if (objective.clusters)
        also(error("PM0421", at(id).span, "a mean has no test for rows in clusters"), objective.clusters->span,
             "the clusters");
    }
}

}  // namespace proofmark::semantics
