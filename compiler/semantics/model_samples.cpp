// `draw d ~ sample(canary.duration)`: values of recorded rows. All draws of a model are from one field of one
// population, because rows that two populations share would be taken for independent of themselves.
#include <fmt/format.h>

#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/model_typer.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {

std::optional<ModelValue> ModelTyper::recorded(const syntax::DrawItem& item, const syntax::Call& call,
                                               std::size_t length) {
  if (!recorded_source(call, span(item.distribution))) return std::nullopt;
  if (item.unit) {
    error("PM0441", item.unit->span, "recorded values have a unit already").help = "leave it out";
    return std::nullopt;
  }
  ModelValue value;
  value.unit = analyser_.at(*model_.recorded).type.unit;
  for (std::size_t i = 0; i < length; ++i) value.nodes.push_back(add(plan::ModelRecorded{model_.recorded_elements++}));
  return value;
}

bool ModelTyper::recorded_source(const syntax::Call& call, Span place) {
  if (call.arguments.size() != 1 || call.arguments[0].label || call.arguments[0].until) {
    error("PM0446", place, "`sample` takes the recorded values of one field").help =
        "write `sample(canary.duration)`, with `let canary = requests where …`";
    return false;
  }
  const TypedId id = analyser_.type(call.arguments[0].value, {});
  if (analyser_.sort(id) == Sort::error) {
    model_.wrong = true;
    return false;
  }
  const auto* values = std::get_if<ValuesNode>(&analyser_.at(id).node);
  const Span written = span(call.arguments[0].value);
  if (values == nullptr) {
    error("PM0446", written, fmt::format("`{}` is not the recorded values of a field", analyser_.text(written))).help =
        "write `sample(canary.duration)`, with `let canary = requests where …`";
    return false;
  }
  const auto& rows = std::get<PopulationNode>(analyser_.at(values->population).node);
  const Stream& stream = analyser_.policy_.streams[rows.stream];
  const plan::FieldType type = stream.fields[values->field].type;
  if (!plan::is_numeric(type) || type == plan::FieldType::timestamp) {
    analyser_.also(error("PM0446", written,
                         fmt::format("`{}` is declared `{}`: a model calculates with numbers, durations and bytes",
                                     analyser_.text(written), plan::field_type_name(type))),
                   stream.field_spans[values->field], "declared here");
    return false;
  }
  if (stream.counts) {
    analyser_.also(
        error("PM0446", written,
              fmt::format("a row of `{}` stands for many events, and a model samples them one by one", stream.name)),
        stream.span, "declared here");
    return false;
  }
  if (const auto& timeout = stream.timeouts[values->field]) {
    analyser_.also(error("PM0435", written,
                         fmt::format("`{}` is cut off at a timeout of {}: what took longer is not recorded",
                                     analyser_.text(written), show(timeout->limit, Unit::duration))),
                   timeout->span, "the timeout");
    return false;
  }
  if (!model_.recorded) {
    model_.recorded = id;
    return true;
  }
  const std::string first = leaf_key(analyser_.policy_, *model_.recorded), again = leaf_key(analyser_.policy_, id);
  // Whether two conditions on parameters are the same is told once these have their values.
  const bool open = !analyser_.bindings_.require_all && (first + again).find('?') != std::string::npos;
  if (first == again || open) return true;
  auto& problem = error("PM0446", written, "a model samples one field of one population");
  analyser_.also(problem, analyser_.at(*model_.recorded).span, "this one");
  problem.help =
      "rows that both hold would be taken for independent of each other; make two models, or state a distribution for "
      "one of the two";
  return false;
}

}  // namespace proofmark::semantics
