#include "compiler/assist/closed_sets.h"

#include <algorithm>

#include "compiler/semantics/model_families.h"
#include "compiler/semantics/test_families.h"
#include "compiler/semantics/typed_test.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"

namespace proofmark::assist {
namespace {

using semantics::Unit;
using semantics::words_of;
using syntax::BlockKind;
using syntax::NamePlace;
using Words = std::vector<std::string>;

class Place {
 public:
  Place(const syntax::Possible& possible, const semantics::Policy* policy) : possible_(possible), policy_(policy) {}

  Words words(NamePlace place) const {
    switch (place) {
      case NamePlace::stream_kind:
        return words_of(semantics::kStreamKinds);
      case NamePlace::field_type:
        return field_types();
      case NamePlace::parameter_type:
        return semantics::parameter_kind_words();
      case NamePlace::decision:
        return words_of(semantics::kDecisions);
      case NamePlace::argument:
        return arguments();
      case NamePlace::sampling_mode:
        return words_of(semantics::kSamplingModes);
      case NamePlace::field_unit:
        return field_units();
      case NamePlace::rate_unit:
        return semantics::unit_words(Unit::duration);
      case NamePlace::drawn_unit:
        return possible_.block == BlockKind::model ? model_units() : test_units();
      case NamePlace::unknown_as:
        return words_of(semantics::kUnknownAs);
      case NamePlace::no_data_verdict:
        return words_of(semantics::kNoDataVerdicts);
      case NamePlace::assumption:
        return words_of(semantics::kAssumptions);
      case NamePlace::standing:
        return standings();
      case NamePlace::verdict:
        return words_of(semantics::kStandings);
      case NamePlace::setting_value:
        return setting_values();
      case NamePlace::generated_value:
        return generated_values();
      case NamePlace::distribution:
        return possible_.block == BlockKind::model ? Words() : test_distributions();
      case NamePlace::value:
      case NamePlace::constant:
      case NamePlace::member:
      case NamePlace::method:
      case NamePlace::objective:
      case NamePlace::field:
      case NamePlace::telemetry:
      case NamePlace::policy:
      case NamePlace::parameter:
        return {};
    }
    return {};
  }

 private:
  // The word so many behind the one that the item under way begins with; empty: there is none.
  std::string_view word(std::size_t behind) const {
    const std::size_t at = possible_.item + behind;
    return at < possible_.words.size() ? std::string_view(possible_.words[at].text) : std::string_view();
  }
  std::string_view word_before(std::size_t back) const {
    return back <= possible_.words.size() ? std::string_view(possible_.words[possible_.words.size() - back].text)
                                          : std::string_view();
  }

  const semantics::Stream* stream(std::string_view name) const {
    if (policy_ == nullptr) return nullptr;
    const auto found = std::find_if(policy_->streams.begin(), policy_->streams.end(),
                                    [&](const semantics::Stream& one) { return one.name == name; });
    return found == policy_->streams.end() ? nullptr : &*found;
  }

  Words field_types() const {
    Words words = semantics::field_type_words();
    const semantics::Stream* stream = this->stream(possible_.block_name);
    if (stream == nullptr) return words;
    if (!stream->counts) std::erase(words, semantics::kHistogram);
    const auto implied = semantics::implied_type(word_before(1), true);
    if (stream->counts && implied == plan::FieldType::integer)  // how many events a row stands for
      std::erase_if(words, [&](const std::string& word) { return semantics::field_type(word) != implied; });
    return words;
  }

  // `duration : duration from "ms" in |`, `time from "ts" in |`: the item begins where a type or a source says so, and
  // `time in |` does not look like one.
  Words field_units() const {
    const std::string_view type = word(1);
    if (const auto implied = semantics::implied_type(word_before(2), true); implied && type != word_before(2))
      return semantics::field_unit_words(*implied);
    if (type == semantics::kHistogram) return semantics::histogram_unit_words();
    if (const auto known = semantics::field_type(type)) return semantics::field_unit_words(*known);
    const auto implied = semantics::implied_type(word(0), true);
    return implied ? semantics::field_unit_words(*implied) : Words();
  }

  static bool measures(Unit unit) { return unit != Unit::number && unit != Unit::ratio; }

  bool a_number_has_a_unit() const {
    return std::any_of(possible_.units.begin(), possible_.units.end(), [](const std::string& word) {
      const auto unit = semantics::unit_word(word);
      return unit && measures(unit->unit);
    });
  }

  // A unit is said once: by a number, by a name of the policy, or behind the distribution.
  bool unit_is_said() const {
    const auto is_said_by = [&](const syntax::Name& name) {
      if (policy_ == nullptr) return false;
      for (const semantics::Definition& one : policy_->definitions)
        if (one.name == name.text) return measures(policy_->at(one.typed).type.unit);
      for (const semantics::Parameter& one : policy_->parameters)
        if (one.name == name.text) return one.kind == semantics::Parameter::Kind::duration;
      return false;
    };
    return a_number_has_a_unit() || std::any_of(possible_.words.begin() + static_cast<std::ptrdiff_t>(possible_.item),
                                                possible_.words.end(), is_said_by);
  }

  // `draw waits[n] ~ lognormal(…) as |`
  Words model_units() const {
    const semantics::FamilyRecord* family = nullptr;
    for (std::size_t i = 2; family == nullptr && !word(i).empty(); ++i) family = semantics::model_family(word(i));
    if (family == nullptr || family->truth || unit_is_said()) return {};  // no family: recorded values, with their unit
    return semantics::unit_words();
  }

  // The field that a test gives a value: one that values can be made for.
  const plan::Field* generated_field() const {
    const semantics::Stream* stream = this->stream(possible_.around_name);
    const auto index = stream == nullptr ? std::nullopt : stream->find(word(0));
    if (!index || stream->time_field == index) return nullptr;
    const auto& bucketed = stream->bucketed[*index];
    return bucketed && bucketed->edges.empty() ? nullptr : &stream->fields[*index];
  }

  // The same where values can be drawn for it; nobody can say the unit of times.
  const plan::Field* drawn_field() const {
    const plan::Field* field = generated_field();
    const bool drawn = field != nullptr && plan::is_numeric(field->type) && field->type != plan::FieldType::timestamp;
    return drawn ? field : nullptr;
  }

  Words test_units() const {
    const plan::Field* field = drawn_field();
    if (field == nullptr || a_number_has_a_unit()) return {};
    return semantics::unit_words(semantics::unit_of(field->type));
  }

  Words test_distributions() const {
    Words words;
    if (drawn_field() == nullptr) return words;
    for (const semantics::TestFamily& one : semantics::kTestFamilies) words.emplace_back(one.name);
    return words;
  }

  // Directly behind `=` or `else`; behind `at` stands a share.
  Words generated_values() const {
    const plan::Field* field = generated_field();
    if (field == nullptr || (possible_.before != "=" && possible_.before != "else")) return {};
    Words words{std::string(semantics::kNoValue)};
    if (field->type == plan::FieldType::boolean)
      for (const std::string_view truth : {syntax::BooleanLiteral::kTrue, syntax::BooleanLiteral::kFalse})
        words.emplace_back(truth);
    return words;
  }

  // `policy p with rollout = |`
  Words setting_values() const {
    if (policy_ == nullptr || possible_.before != "=") return {};
    for (semantics::Parameter parameter : policy_->parameters)
      if (parameter.name == word_before(1))
        return bind_value(parameter, semantics::show_timestamp(semantics::kTestStartNs))
                   ? words_of(semantics::kTestMoments)
                   : Words();
    return {};
  }

  static Words standings() {
    Words words = words_of(semantics::kStandings);
    for (std::string& form : words_of(semantics::kStandingForms)) words.push_back(std::move(form));
    return words;
  }

  Words arguments() const {
    if (!possible_.call) return {};
    const syntax::OpenCall& call = *possible_.call;
    if (possible_.block == BlockKind::rows) {
      for (const semantics::TestFamily& one : semantics::kTestFamilies)
        if (one.name == call.function) return parameters_left({one.first, one.second});
      return {};
    }
    if (possible_.block == BlockKind::model) {
      const semantics::FamilyRecord* family = semantics::model_family(call.function);
      if (family == nullptr || family->family == plan::ModelFamily::categorical) return {};  // it has no end of them
      std::vector<std::string_view> names;
      for (const semantics::FamilyParameter& one : family->parameters) names.push_back(one.name);
      return parameters_left(names);
    }
    for (const semantics::NamedArguments& row : semantics::kNamedArguments)
      if (row.function == call.function) return named_left(row);
    return {};
  }

  // Of the parameters of a distribution, of which each is given once, by its name or in its place.
  Words parameters_left(const std::vector<std::string_view>& parameters) const {
    Words words;
    const std::vector<std::string>& given = possible_.call->arguments;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const bool in_place = i < given.size() && given[i].empty();
      const bool by_name = std::find(given.begin(), given.end(), parameters[i]) != given.end();
      if (!parameters[i].empty() && !in_place && !by_name) words.emplace_back(parameters[i]);
    }
    return words;
  }

  Words named_left(const semantics::NamedArguments& row) const {
    const std::vector<std::string>& given = possible_.call->arguments;
    if (given.size() < row.behind) return {};
    for (std::size_t i = 0; i < given.size(); ++i)
      if (given[i].empty() != (i < row.behind)) return {};
    Words words = words_of(row.names);
    std::erase_if(words, [&](const std::string& name) { return std::count(given.begin(), given.end(), name) > 0; });
    return words;
  }

  const syntax::Possible& possible_;
  const semantics::Policy* policy_;
};

}  // namespace

std::vector<std::string> closed_set(syntax::NamePlace place, const syntax::Possible& possible,
                                    const semantics::Policy* policy) {
  return Place(possible, policy).words(place);
}

}  // namespace proofmark::assist
