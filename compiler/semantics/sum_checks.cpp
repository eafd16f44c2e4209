// `check ok + failed = total`: counts that are recorded beside their sum and do not add up were not all recorded, or
// count other things than they are taken for (docs/lints.md, S20). It is checked of every row where rows are read into
// a snapshot; here it is made sure that it can be.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"

namespace proofmark::semantics {
namespace {

// Held as integers of base units, so that sums are exact.
bool is_whole(plan::FieldType type) {
  return type == plan::FieldType::integer || type == plan::FieldType::duration || type == plan::FieldType::bytes;
}

bool is_made_at_the_door(const Stream& stream) {
  return stream.cumulative || std::any_of(stream.bucketed.begin(), stream.bucketed.end(),
                                          [](const auto& bucketed) { return bucketed.has_value(); });
}

}  // namespace

std::optional<std::uint32_t> Analyser::summed_field(const Stream& stream, const syntax::Name& name) {
  const auto found = stream.find(name.text);
  if (!found) {
    if (!stream.is_broken(name.text)) unknown_name(name, {&stream});
    return std::nullopt;
  }
  uses(name.span, stream.field_spans[*found]);
  const plan::FieldType type = stream.fields[*found].type;
  if (is_whole(type)) return found;
  auto& problem = error("PM0463", name.span,
                        fmt::format("`{}` is declared `{}`: what adds up exactly is an `int`, a `duration` or `bytes`",
                                    name.text, plan::field_type_name(type)));
  also(problem, stream.field_spans[*found], "declared here");
  if (type == plan::FieldType::real) problem.help = "declare it `int` where its numbers are whole";
  return std::nullopt;
}

void Analyser::sum_check(Stream& stream, const syntax::SumClause& clause) {
  if (is_made_at_the_door(stream)) {
    error("PM0463", clause.span,
          fmt::format("rows of `{}` are made of counters or histograms, and are not those that were recorded",
                      stream.name))
        .help = "compare what they count: `require count(requests, …) - count(requests, …) <= 0`";
    return;
  }
  plan::SumCheck check;
  std::vector<std::uint32_t> seen;
  bool whole = true;
  for (const std::vector<syntax::Name>* side : {&clause.left, &clause.right})
    for (const syntax::Name& name : *side) {
      const auto field = summed_field(stream, name);
      whole = whole && field;
      if (!field) continue;
      if (std::find(seen.begin(), seen.end(), *field) != seen.end()) {
        whole = false;
        error("PM0463", name.span, fmt::format("`{}` stands in this check twice", name.text)).help =
            "name each field once: parts on one side, what they add up to on the other";
      } else if (!seen.empty() && stream.fields[seen.front()].type != stream.fields[*field].type) {
        whole = false;
        also(error("PM0463", name.span,
                   fmt::format("`{}` is of type `{}`, and what it is added to or compared with is not", name.text,
                               plan::field_type_name(stream.fields[*field].type))),
             stream.field_spans[seen.front()],
             fmt::format("this one is `{}`", plan::field_type_name(stream.fields[seen.front()].type)));
      }
      seen.push_back(*field);
      (side == &clause.left ? check.left : check.right).push_back(stream.fields[*field].source);
    }
  if (!whole) return;
  const std::string words = plan::spelled(check);
  if (std::find(stream.promise.checks.begin(), stream.promise.checks.end(), words) != stream.promise.checks.end()) {
    error("PM0210", clause.span, fmt::format("`check {}` is given twice", words)).help = "remove it";
    return;
  }
  stream.promise.checks.push_back(words);
  stream.checks.push_back(std::move(check));
}

}  // namespace proofmark::semantics
