// Names, header items, telemetry, subject, the policy's window and looks.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

template <typename T>
const T* as(const syntax::PolicyItem& item) {
  return std::get_if<T>(&item);
}

}  // namespace

void Analyser::declare(const syntax::Name& name, Symbol symbol) {
  symbol.span = name.span;
  const auto [found, fresh] = symbols_.emplace(name.text, symbol);
  if (fresh) return;
  found->second.unusable = found->second.unusable || found->second.kind != symbol.kind;
  also(error("PM0202", name.span, fmt::format("`{}` is declared twice: a name means one thing in a policy", name.text),
             "again here"),
       found->second.span, "first here");
}

void Analyser::declare_names() {
  for (const auto& item : syntax_.items) {
    if (const auto* param = as<syntax::ParamItem>(item))
      for (const auto& name : param->names) parameter(name, param->type);
    if (const auto* let = as<syntax::LetItem>(item))
      declare(let->name, {.kind = Symbol::Kind::let, .value = let->value, .span = {}});
    if (const auto* sli = as<syntax::SliItem>(item))
      declare(sli->name, {.kind = Symbol::Kind::sli, .value = sli->value, .span = {}});
    if (const auto* stream = as<syntax::TelemetryItem>(item)) {
      // Streams are numbered in source order; telemetry() fills them in the same order.
      const auto index = static_cast<std::uint32_t>(policy_.streams.size());
      policy_.streams.push_back({.name = stream->name.text, .span = stream->name.span});
      declare(stream->name, {.kind = Symbol::Kind::stream, .index = index, .span = {}});
    }
    if (const auto* model = as<syntax::ModelItem>(item)) {
      const auto index = static_cast<std::uint32_t>(policy_.models.size());
      policy_.models.push_back({.name = model->name.text, .span = model->name.span});
      declare(model->name, {.kind = Symbol::Kind::model, .index = index, .span = {}});
    }
    if (const auto* decide_item = as<syntax::DecideItem>(item);
        decide_item != nullptr && once("`decide`", decide_item->span))
      decide_item_ = decide_item;
  }
}

void Analyser::header_items() {
  policy_.edition = tree_.edition ? tree_.edition->value : "";
  for (const auto& item : syntax_.items) {
    if (const auto* title = as<syntax::TitleItem>(item); title != nullptr && once("`title`", title->text.span))
      policy_.title = title->text.value;
    if (const auto* owner = as<syntax::OwnerItem>(item); owner != nullptr && once("`owner`", owner->text.span))
      policy_.owner = owner->text.value;
    if (const auto* runbook = as<syntax::RunbookItem>(item);
        runbook != nullptr && once("`runbook`", runbook->text.span))
      policy_.runbook = runbook->text.value;
    if (const auto* revision = as<syntax::RevisionItem>(item);
        revision != nullptr && once("`revision`", revision->span)) {
      if (!revision->number.is_integer() || revision->number <= Rational(0) ||
          revision->number > Rational(1'000'000'000))
        error("PM0308", revision->span, "a revision is a whole number from 1 to 1000000000");
      else
        policy_.revision = static_cast<std::uint64_t>(revision->number.numerator());
    }
  }
}

void Analyser::telemetry(const syntax::TelemetryItem& item) {
  const auto found = std::find_if(policy_.streams.begin(), policy_.streams.end(),
                                  [&](const Stream& stream) { return stream.span == item.name.span; });
  Stream& stream = *found;
  stream.promise.stream = stream.name;
  const auto counts = meaning_of(kStreamKinds, item.kind.text);
  stream.counts = counts.value_or(false);
  if (!counts)
    suggest_closest(error("PM0307", item.kind.span, fmt::format("`{}` is not a kind of telemetry", item.kind.text)),
                    item.kind.span, words_of(kStreamKinds));
  for (const auto& decl : item.fields) field(stream, decl);
  if (item.fields.empty() && !tree_.has_errors)
    error("PM0206", item.name.span,
          fmt::format("telemetry `{}` has no field: nothing can be said of its rows", stream.name));
  if (!item.fields.empty()) check_counts(stream);
  stream_clauses(stream, item);
}

void Analyser::field(Stream& stream, const syntax::FieldDecl& decl) {
  if (const auto twice = stream.find(decl.name.text)) {
    also(error("PM0202", decl.name.span,
               fmt::format("field `{}` is declared twice in `{}`", decl.name.text, stream.name), "again here"),
         stream.field_spans[*twice], "first here");
    return;
  }
  stream.broken_fields.push_back(decl.name.text);  // until it is found to be whole
  plan::Field field;
  field.name = decl.name.text;
  field.source = decl.from ? decl.from->value : decl.name.text;
  field.optional = decl.optional;
  const auto type = declared_type(stream, decl);
  if (!type || !fits_field(stream, decl)) return;
  const bool histogram = is_histogram(decl);
  if (histogram && !declared_histogram(stream, decl)) return;
  field.type = *type;
  if (!declared_unit(field, decl)) return;
  if (!declared_values(field, decl)) return;
  if (stream.counts && decl.name.text == "count" && !declared_count(stream, decl, *type)) return;
  if (*type == plan::FieldType::timestamp && decl.name.text == "time")
    stream.time_field = static_cast<std::uint32_t>(stream.fields.size());
  if (const auto outer = symbols_.find(decl.name.text); outer != symbols_.end())
    also(error("PM0203", decl.name.span,
               fmt::format("field `{}` shadows the {} of the same name", decl.name.text, kind_word(outer->second.kind)),
               "this field"),
         outer->second.span, "this name");
  std::optional<Timeout> timeout;
  if (decl.timeout && !declared_timeout(field, decl, timeout)) return;
  Bucketed bucketed;
  if (histogram && !declared_edges(decl, unit_of(*type), bucketed)) return;
  stream.broken_fields.pop_back();
  stream.fields.push_back(std::move(field));
  stream.timeouts.push_back(timeout);
  stream.field_spans.push_back(decl.name.span);
  stream.bucketed.emplace_back();
  if (histogram) add_lower_edges(stream, std::move(bucketed));
}

std::optional<plan::FieldType> Analyser::declared_type(const Stream& stream, const syntax::FieldDecl& decl) {
  if (const auto implied = implied_type(decl.name.text, stream.counts); implied && !decl.type) return implied;
  if (is_histogram(decl)) return histogram_type(decl.unit ? decl.unit->text : "");
  const auto type = decl.type ? field_type(decl.type->text) : std::nullopt;
  if (type) return type;
  if (decl.type && is_sketch(*decl.type)) return std::nullopt;
  const Span span = decl.type ? decl.type->span : decl.name.span;
  auto& problem = error("PM0307", span,
                        decl.type ? fmt::format("`{}` is not a field type", decl.type->text)
                                  : fmt::format("field `{}` has no type", decl.name.text));
  if (decl.type)
    suggest_closest(problem, span, field_type_words());
  else
    problem.help =
        fmt::format("write `{} : int`, or one of float, duration, bytes, timestamp, label, text, bool", decl.name.text);
  return std::nullopt;
}

bool Analyser::declared_unit(plan::Field& field, const syntax::FieldDecl& decl) {
  if (!decl.unit) {  // not said: the snapshot's column must know its own unit
    if (field.type == plan::FieldType::timestamp || field.type == plan::FieldType::duration)
      field.scale = plan::Rational(0);
    return true;
  }
  const auto unit = field_unit(decl.unit->text, field.type);
  if (!unit) {
    suggest_closest(error("PM0306", decl.unit->span,
                          fmt::format("`{}` is not a unit that a field of type `{}` can be written in", decl.unit->text,
                                      plan::field_type_name(field.type))),
                    decl.unit->span, field_unit_words(field.type));
    return false;
  }
  field.scale = unit->text_time ? Rational(0) : Rational(unit->scale);
  return true;
}

bool Analyser::declared_values(plan::Field& field, const syntax::FieldDecl& decl) {
  if (!decl.declared.empty() && field.type != plan::FieldType::label) {
    error("PM0307", decl.declared_span.value_or(decl.name.span), "only a label can declare its values");
    return false;
  }
  std::set<std::string_view> seen;
  for (const auto& value : decl.declared) {
    if (!seen.insert(value.value).second)
      error("PM0202", value.span, fmt::format("\"{}\" is declared twice", value.value)).help = "remove it";
    else
      field.declared.push_back(value.value);
  }
  std::sort(field.declared.begin(), field.declared.end());
  return true;
}

std::optional<std::uint32_t> Stream::find(std::string_view field) const {
  for (std::uint32_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == field) return i;
  return std::nullopt;
}

bool Stream::is_broken(std::string_view field) const {
  return std::find(broken_fields.begin(), broken_fields.end(), field) != broken_fields.end();
}

void Analyser::stream_clauses(Stream& stream, const syntax::TelemetryItem& item) {
  if (item.sampling.size() > 1)
    also(error("PM0210", item.sampling[1].span, "`sampling` is given twice", "again here"), item.sampling[0].span,
         "first here");
  if (item.expects.size() > 1)
    also(error("PM0210", item.expects[1].span, "`expect at least` is given twice", "again here"), item.expects[0].span,
         "first here");
  for (const auto& clause : item.sampling) sampling(stream, clause);
  for (const auto& clause : item.expects) expected_traffic(stream, clause);
  for (const auto& clause : item.expects_every) expected_values(stream, clause);
  for (const auto& clause : item.checks) sum_check(stream, clause);
}

void Analyser::sampling(Stream& stream, const syntax::SamplingClause& clause) {
  const std::string& written = clause.mode.text;
  const auto mode = meaning_of(kSamplingModes, written);
  if (!mode) {
    suggest_closest(error("PM0307", clause.mode.span, fmt::format("`{}` is not a way of sampling", written)),
                    clause.mode.span, words_of(kSamplingModes));
    return;
  }
  stream.promise.sampling = *mode;
  stream.sampling_span = clause.span;
  if (clause.by) sampled_together(stream, clause);
  if (clause.weighted_by)
    inclusion_weights(stream, clause);
  else if (mode == Sampling::tail || mode == Sampling::unknown)
    warning("PM0411", clause.span,
            fmt::format("telemetry sampled by `{}` decides nothing: which rows were kept may depend on their outcome",
                        written))
        .help = fmt::format(
        "record every row, or a share chosen at the start of each request (`sampling head 1%`){}",
        mode == Sampling::tail ? ", or say what each row stands for: `sampling tail weighted by FIELD`" : "");
  if (clause.rate && mode == Sampling::head) {
    head_rate(stream, *clause.rate);
  } else if (clause.rate) {
    error("PM0305", tree_.expr(*clause.rate).span, fmt::format("`sampling {}` has no rate", written)).help =
        "remove it";
  } else if (mode == Sampling::head) {
    error("PM0305", clause.span, "`sampling head` needs its rate").help = "write `sampling head 1%`";
  }
}

void Analyser::head_rate(Stream& stream, syntax::ExprId id) {
  const TypedId rate = type(id, {});
  const auto share = constant(rate);
  if (sort(rate) == Sort::error) return;
  const Unit unit = at(rate).type.unit;
  if ((unit != Unit::ratio && unit != Unit::number) || (share && (*share <= Rational(0) || *share > Rational(1))))
    error("PM0301", at(rate).span, "a sampling rate is a share above 0% and at most 100%");
  else if (share)
    stream.promise.head_rate = *share;
}

void Analyser::expected_traffic(Stream& stream, const syntax::ExpectClause& clause) {
  const auto per = unit_word(clause.at_least.per.text);
  const TypedId count = type(clause.at_least.count, {});
  const auto value = constant(count);
  if (sort(count) == Sort::error) return;
  if (!per || per->unit != Unit::duration || at(count).type.unit != Unit::number || (value && *value <= Rational(0))) {
    error("PM0306", clause.span, "expected traffic is a positive number of rows per duration").help =
        "write `expect at least 50/s`";
    return;
  }
  stream.expect_span = clause.span;
  if (value) stream.rows_per_ns = plan::divide(*value, Rational(per->multiplier));
}

void Analyser::expected_values(Stream& stream, const syntax::ExpectEveryClause& clause) {
  const std::string& name = clause.field.text;
  const auto found = stream.find(name);
  if (!found) {
    unknown_name(clause.field, {&stream});
    return;
  }
  for (const ExpectedValues& earlier : stream.expected_values)
    if (earlier.field == *found) {
      also(error("PM0210", clause.span, fmt::format("`expect every {}` is given twice", name), "again here"),
           earlier.span, "first here");
      return;
    }
  uses(clause.field.span, stream.field_spans[*found]);
  const plan::Field& field = stream.fields[*found];
  if (field.declared.empty()) {
    const bool label = field.type == plan::FieldType::label;
    auto& problem =
        error("PM0437", clause.field.span,
              label ? fmt::format("`{}` declares no values, so that none of them can be found missing", name)
                    : fmt::format("`{}` is declared `{}`: `expect every` needs a label that declares its values", name,
                                  plan::field_type_name(field.type)));
    also(problem, stream.field_spans[*found], "declared here");
    problem.help = fmt::format("declare which values it is to have: `{} : label in {{ \"a\", \"b\" }}`", name);
    return;
  }
  stream.expected_values.push_back({*found, clause.span});
}

void Analyser::subject(const syntax::SubjectItem& item) {
  if (!once("`subject`", item.span)) return;
  for (const auto& entry : item.entries) {
    for (const auto& earlier : item.entries)
      if (&earlier < &entry && earlier.key.text == entry.key.text) {
        also(error("PM0210", entry.key.span, fmt::format("`{}` is given twice in the subject", entry.key.text),
                   "again here"),
             earlier.key.span, "first here");
        break;
      }
    const TypedId value = type(entry.value, {});
    if (sort(value) == Sort::error) continue;
    if (sort(value) != Sort::label && sort(value) != Sort::release) {
      wrong_sort(at(value).span, value, "a text or a release");
      continue;
    }
    policy_.subject.push_back({entry.key.text, value});
  }
}

void Analyser::policy_window_and_looks() {
  for (const auto& item : syntax_.items) {
    if (const auto* clause = as<syntax::OverClause>(item)) {
      if (clause->kind == syntax::OverKind::at_least) {
        if (once("`over at least`", clause->span))
          default_covers_ = duration_constant(clause->value, "the time to cover");
      } else if (once("`over`", clause->span))
        default_window_ = window(*clause);
    }
    if (const auto* clause = as<syntax::LooksClause>(item); clause != nullptr && once("`looks`", clause->span))
      looks(*clause);
    if (const auto* clause = as<syntax::ConfidenceClause>(item);
        clause != nullptr && once("`confidence`", clause->span)) {
      default_confidence_ = confidence(*clause);
      default_confidence_broken_ = !default_confidence_;
    }
  }
}

void Analyser::looks(const syntax::LooksClause& clause) {
  policy_.looks_span = clause.span;
  const std::string& kind = clause.kind.text;
  if (kind == "once") return;
  if (kind == "unlimited") {
    policy_.looks.kind = plan::LooksKind::unlimited;
    return;
  }
  policy_.looks.kind = plan::LooksKind::at_most;
  if (kind == "at") {
    const TypedId count = type(*clause.count, {});
    const auto value = constant(count);
    if (value && (!value->is_integer() || *value < Rational(1) || *value > Rational(1'000'000) ||
                  at(count).type.unit != Unit::number))
      error("PM0418", at(count).span, "the number of looks is a whole number from 1 to 1000000");
    else if (value)
      policy_.looks.maximum = static_cast<std::uint64_t>(value->numerator());
    return;
  }
  if (kind != "every") {
    suggest_closest(
        error("PM0307", clause.kind.span, fmt::format("`{}` does not say how often this may be asked", kind)),
        clause.kind.span, {"once", "at most", "every", "unlimited"});
    return;
  }
  const auto every = duration_constant(*clause.every, "the time between looks");
  const auto total = duration_constant(*clause.total, "the time that looks go on");
  policy_.looks_total = total;
  const auto step = every ? constant(*every) : std::nullopt, whole = total ? constant(*total) : std::nullopt;
  if (!step || !whole) return;
  const auto count = plan::divide(*whole, *step);
  if (!count || count->floor() < 1 || count->floor() > 1'000'000) {
    error("PM0418", clause.span, "the looks must be at least one and at most 1000000");
    return;
  }
  policy_.looks.maximum = static_cast<std::uint64_t>(count->floor());
  policy_.looks.every_ns = static_cast<std::int64_t>(step->numerator());
}

}  // namespace proofmark::semantics
