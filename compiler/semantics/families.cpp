// `require at least 2 of (a >= 1, b <= 2, c <= 3)`: how many of the members have to hold.
#include <fmt/format.h>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {

// A whole number from 1 to `most`; nothing when that was reported, or is not known yet.
std::optional<std::uint32_t> Analyser::least_of(syntax::ExprId id, std::size_t most) {
  const TypedId typed = type(id, {});
  if (sort(typed) == Sort::error) return std::nullopt;
  const auto value = constant(typed);
  if (sort(typed) == Sort::constant && at(typed).type.unit == Unit::number && !value) return 1;  // not bound yet
  if (sort(typed) == Sort::constant && at(typed).type.unit == Unit::number && value->is_integer() &&
      *value >= Rational(1) && *value <= Rational(static_cast<std::int64_t>(most)))
    return static_cast<std::uint32_t>(value->numerator());
  error("PM0434", at(typed).span, fmt::format("at least so many of {} is a whole number from 1 to {}", most, most))
      .help = "write `at least 2 of (…, …, …)`";
  return std::nullopt;
}

void Analyser::family(Objective& objective, const syntax::FamilyClause& clause) {
  const std::size_t before = problems_.size();
  for (const syntax::ExprId member : clause.members) {
    const std::size_t size = objective.requirements.size(), told = problems_.size();
    requirement(objective, member);
    if (objective.requirements.size() == size + 1 || problems_.size() > told) continue;
    error("PM0434", tree_.expr(member).span, "each member of a family is one comparison").help =
        "make an objective of it, and say in `decide` what follows from `any of (a, b) pass`";
  }
  const std::size_t members = objective.requirements.size();
  if (clause.quantifier == syntax::Quantifier::all || problems_.size() > before) return;
  const auto least = clause.least ? least_of(*clause.least, members) : std::optional<std::uint32_t>(1);  // `any of`
  if (!least || *least == members) return;  // all of them, each at alpha
  objective.family_least = *least;
  objective.family_span = clause.span;
}

// Some of several: judged over the whole population, and never by absence.
void Analyser::check_family(const Objective& objective) {
  if (objective.family_least == 0) return;
  if (objective.group_field)
    error("PM0434", *objective.family_span, "`for each` asks that every group holds, and not some of several claims")
        .help = "make an objective of each claim, and say in `decide` what follows from `any of (a, b) pass`";
  if (objective.on_no_data != plan::NoDataVerdict::no_data)
    also(error("PM0434", *objective.family_span, "a claim without data is none of those that hold"),
         *objective.on_no_data_span, "says otherwise");
}

}  // namespace proofmark::semantics
