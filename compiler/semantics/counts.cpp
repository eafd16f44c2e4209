// Telemetry whose rows stand for many events: which column says how many, and what cannot be asked of such rows.
//
// Everything that counts rows counts events then (runtime/plan/plan.h, Scan::weight), so that claims mean what they
// mean of events one by one. The count itself is nothing that an event has, and is no value of a condition or an
// estimate.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"

namespace proofmark::semantics {

using builtins::Kind;

bool Analyser::declared_count(Stream& stream, const syntax::FieldDecl& decl, plan::FieldType type) {
  if (type != plan::FieldType::integer || decl.optional) {
    error("PM0450", decl.name.span,
          decl.optional ? "the count of a row of counts cannot be optional"
                        : fmt::format("the count of a row is declared `{}`", plan::field_type_name(type)))
        .help = "write `count from \"column\"`: a whole number that every row has";
    return false;
  }
  if (decl.cumulative_from && !counts_from_zero(stream, *decl.cumulative_from)) return false;
  stream.weight_field = static_cast<std::uint32_t>(stream.fields.size());
  stream.cumulative = decl.cumulative;
  return true;
}

bool Analyser::counts_from_zero(Stream& stream, syntax::ExprId from) {
  const TypedId start = type(from, {});
  if (sort(start) == Sort::error) return false;
  const auto value = constant(start);
  stream.from_zero = at(start).type.unit == Unit::number && value && value->is_zero();
  if (!stream.from_zero)
    error("PM0450", at(start).span, "a counter that begins begins at 0").help =
        "write `cumulative from 0`, or `cumulative` where the first total of a series may hold older events";
  return stream.from_zero;
}

// Clauses that only some fields have.
bool Analyser::fits_field(const Stream& stream, const syntax::FieldDecl& decl) {
  if (decl.cumulative && !(stream.counts && decl.name.text == "count")) {
    error("PM0450", *decl.cumulative,
          stream.counts
              ? fmt::format("`{}` is not the count of the rows: only totals of events are differenced", decl.name.text)
              : fmt::format("a row of `{}` is one event: it has no total that grows", stream.name))
        .help = "write `count from \"total\" cumulative` in telemetry of kind `counts`";
    return false;
  }
  if (!decl.buckets_span || is_histogram(decl)) return true;
  error("PM0454", *decl.buckets_span, fmt::format("`{}` is no histogram: it has no buckets", decl.name.text)).help =
      "write `duration : histogram from \"le\" in s  buckets { 100ms, 250ms }`";
  return false;
}

// The whole block has been read: what was counted at the door stands in a column of its own, so that totals and
// cumulative buckets that nobody has taken apart are never added up.
void Analyser::check_counts(Stream& stream) {
  if (!stream.counts || tree_.has_errors) return;
  if (!stream.weight_field) {
    if (!stream.is_broken("count"))
      error("PM0450", stream.span,
            fmt::format("telemetry `{}` holds counts, and does not say how many events a row stands for", stream.name))
          .help = "declare the column that says it: `count from \"n\"`";
    return;
  }
  if (stream.cumulative && !stream.time_field && !stream.is_broken("time"))
    error("PM0450", *stream.cumulative, "totals are differenced in the order of their times, and no time is declared")
        .help = "declare `time from \"COLUMN\" in epoch_s` (or epoch_ms, epoch_us, epoch_ns, rfc3339)";
  std::string& source = stream.fields[*stream.weight_field].source;
  stream.weight_source = source;
  const bool bucketed =
      std::any_of(stream.bucketed.begin(), stream.bucketed.end(), [](const auto& one) { return one.has_value(); });
  if (stream.cumulative)
    source += stream.from_zero ? ".added_from_0" : ".added";
  else if (bucketed)
    source += ".events";
}

bool Analyser::is_of_an_event(const Stream& stream, std::uint32_t field, Span span) {
  if (stream.weight_field != field) return true;
  auto& problem = error("PM0451", span,
                        fmt::format("`{}` is how many events a row of `{}` stands for: no event has it",
                                    stream.fields[field].name, stream.name));
  also(problem, stream.field_spans[field], "declared here");
  problem.help = "events are counted wherever rows are: `count(requests where …)`, `fraction(requests, …)`";
  return false;
}

// Doubles are added up in the order of the events, and rows of counts have lost it.
bool Analyser::adds_up_in_counts(const Stream& stream, std::uint32_t field, const builtins::Builtin& builtin,
                                 Span span) {
  const bool adds_up = builtin.kind == Kind::sum || builtin.kind == Kind::mean;
  if (!stream.counts || !adds_up || stream.fields[field].type != plan::FieldType::real) return true;
  auto& problem = error("PM0452", span,
                        fmt::format("the `{}` of a `float` over counts is not reproducible to the bit", builtin.name));
  also(problem, stream.field_spans[field], "declared here");
  problem.help = "declare it `int`, `duration` or `bytes` where it is whole in a smaller unit, or require a quantile";
  return false;
}

}  // namespace proofmark::semantics
