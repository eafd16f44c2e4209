// The closed sets of words that the grammar reads as names: what may stand behind `sampling`, `assume` or `is`, behind
// the point of a release, or before the colon of an argument. One table each. The analyser looks up in it what was
// written, and an editor proposes what is in it, so that neither knows a word that the other does not.
//
// Types, units, methods and distributions are such sets too, and have tables of their own: words.h, model_families.h,
// test_families.h, runtime/builtins/deciding_methods.h.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::semantics {

template <typename Meaning>
struct WordFor {
  std::string_view word;
  Meaning meaning;
};

template <typename Meaning, std::size_t N>
constexpr std::optional<Meaning> meaning_of(const std::array<WordFor<Meaning>, N>& table, std::string_view word) {
  for (const WordFor<Meaning>& row : table)
    if (row.word == word) return row.meaning;
  return std::nullopt;
}

template <typename Meaning, std::size_t N>
std::vector<std::string> words_of(const std::array<WordFor<Meaning>, N>& table) {
  std::vector<std::string> words;
  for (const WordFor<Meaning>& row : table) words.emplace_back(row.word);
  return words;
}

inline std::vector<std::string> words_of(std::span<const std::string_view> words) {
  return {words.begin(), words.end()};
}

// `telemetry NAME : KIND`; true: a row stands for many events.
inline constexpr std::array kStreamKinds{WordFor{"events", false}, WordFor{"counts", true}};

using Sampling = plan::StreamPromise::Sampling;
inline constexpr std::array kSamplingModes{WordFor{"none", Sampling::none}, WordFor{"head", Sampling::head},
                                           WordFor{"tail", Sampling::tail}, WordFor{"unknown", Sampling::unknown}};

// `unknown counts as …`; without the clause they count against whatever is claimed.
inline constexpr std::array kUnknownAs{WordFor{"good", plan::UnknownAs::good}, WordFor{"bad", plan::UnknownAs::bad},
                                       WordFor{"excluded", plan::UnknownAs::excluded}};

// `on no_data …`
inline constexpr std::array kNoDataVerdicts{WordFor{"pass", plan::NoDataVerdict::pass},
                                            WordFor{"fail", plan::NoDataVerdict::fail},
                                            WordFor{"no_data", plan::NoDataVerdict::no_data}};

enum class Assumption : std::uint8_t { independent, poisson, split };
inline constexpr std::array kAssumptions{WordFor{"independent", Assumption::independent},
                                         WordFor{"poisson", Assumption::poisson}, WordFor{"split", Assumption::split}};

// The first word of a rule, and what a test expects.
inline constexpr std::array kDecisions{WordFor{"certify", plan::Decision::certify},
                                       WordFor{"hold", plan::Decision::hold}, WordFor{"deny", plan::Decision::deny},
                                       WordFor{"revoke", plan::Decision::revoke}};

// What an objective is, behind `is` and `are` in a rule and in what a test expects.
inline constexpr std::array kStandings{WordFor{"pass", plan::Standing::pass}, WordFor{"fail", plan::Standing::fail},
                                       WordFor{"undecided", plan::Standing::undecided},
                                       WordFor{"inconclusive", plan::Standing::inconclusive},
                                       WordFor{"no_data", plan::Standing::no_data}};
// In a rule also so; the first of each pair is a keyword that needs no `is`.
inline constexpr std::array kStandingForms{
    WordFor{"passes", plan::Standing::pass}, WordFor{"passed", plan::Standing::pass},
    WordFor{"fails", plan::Standing::fail}, WordFor{"failed", plan::Standing::fail}};

enum class ReleaseMember : std::uint8_t { label, digest };
inline constexpr std::array kReleaseMembers{WordFor{"label", ReleaseMember::label},
                                            WordFor{"digest", ReleaseMember::digest}};

// What a test may set a parameter to, beside literals: the first and the last moment of its telemetry.
enum class TestMoment : std::uint8_t { start, end };
inline constexpr std::array kTestMoments{WordFor{"start", TestMoment::start}, WordFor{"end", TestMoment::end}};

// A value that a test's row does not have.
inline constexpr std::string_view kNoValue = "null";

// The functions of a model; builtins go by the same names and are others.
inline constexpr std::array<std::string_view, 6> kModelFunctions{"all", "any", "count", "sum", "min", "max"};

// Arguments that are given by name, behind as many that are not. The parameters of a distribution are told by its own
// table: each may be given by name or in its place.
struct NamedArguments {
  std::string_view function;
  std::size_t behind = 1;
  std::span<const std::string_view> names;

  constexpr std::optional<std::size_t> place_of(std::string_view name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names.begin()));
  }
};
inline constexpr std::array<std::string_view, 2> kRateNames{"per", "buckets"};
inline constexpr std::array<std::string_view, 2> kMeanNames{"low", "high"};
inline constexpr std::array<std::string_view, 1> kNotWorseNames{"by"};
inline constexpr std::array<std::string_view, 1> kEquivalentNames{"within"};
inline constexpr NamedArguments kRateArguments{"rate", 1, kRateNames};
inline constexpr NamedArguments kMeanArguments{"mean", 1, kMeanNames};
inline constexpr NamedArguments kNotWorseArguments{"not_worse", 2, kNotWorseNames};
inline constexpr NamedArguments kEquivalentArguments{"equivalent", 2, kEquivalentNames};
inline constexpr std::array kNamedArguments{kRateArguments, kMeanArguments, kNotWorseArguments, kEquivalentArguments};

}  // namespace proofmark::semantics
