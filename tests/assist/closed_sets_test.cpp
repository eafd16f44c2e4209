// Where only words of a closed set can be meant, exactly those are proposed that the analyser accepts. At each place
// every word is tried that any place proposes, and the analyser itself is asked whether the text has a mistake then.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/assist/completion.h"
#include "compiler/assist/hover.h"
#include "compiler/semantics/model_families.h"
#include "compiler/semantics/test_families.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"
#include "compiler/syntax/literal.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/possible.h"
#include "runtime/builtins/builtins.h"

namespace proofmark::assist {
namespace {

using syntax::NamePlace;
using Kind = Completion::Kind;
using Words = std::set<std::string>;
using Texts = std::vector<std::string>;

constexpr std::string_view kRequirement = "require fraction(canary, status < 500) >= 99%";

// A file around the part that is asked about.
struct Parts {
  std::string telemetry, items, clauses = std::string(kRequirement), rules = "certify when o passes  deny otherwise",
                                test, settings;
};

constexpr std::string_view kPolicy = R"(edition 2026
policy p {
  confidence 95%
  param candidate : release  param rollout : timestamp  param limit : duration  param least : number  param zone : label
  let pause = 30ms
  telemetry requests : events {
    time from "ts" in epoch_s  seen : timestamp in rfc3339  duration : duration in ms  status : int  load : float
    size : bytes  cached : bool  version : label  region : label  note : text
    TELEMETRY
  }
  telemetry buckets : counts {
    count from "n"  duration : histogram from "le" in s buckets { 100ms, 250ms, 500ms }  code : int
  }
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  ITEMS
  objective o {
    CLAUSES
  }
  decide {
    RULES
  }
}
)";
constexpr std::string_view kTest = R"(test "t" {
  policy p with SETTINGS
  given requests { 5 rows over 10m { version = "2" } }
  TEST
}
)";
constexpr std::string_view kSettings =
    R"(candidate = "2", rollout = "2026-01-01T00:00:00Z", limit = 1s, least = 5, zone = "eu")";

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  return text.replace(text.find(part), part.size(), by);
}

std::string file_with(const Parts& parts) {
  std::string text(kPolicy);
  for (const auto& [name, written] : {std::pair{"TELEMETRY", parts.telemetry},
                                      {"ITEMS", parts.items},
                                      {"CLAUSES", parts.clauses},
                                      {"RULES", parts.rules}})
    text = replaced(text, name, written);
  if (parts.test.empty() && parts.settings.empty()) return text;
  const std::string test = replaced(std::string(kTest), "TEST", parts.test.empty() ? "expect deny" : parts.test);
  return text + replaced(test, "SETTINGS", parts.settings.empty() ? kSettings : parts.settings);
}

// What may stand at the `|` of a text. A word is accepted where one of the texts has no mistake with it.
struct Case {
  Kind kind = Kind::word;  // of what is asked about; other things may be meant at the place too
  Texts texts;
};

std::size_t place_in(const std::string& marked) {
  return marked.find('|');
}
std::string with(const std::string& marked, std::string_view word) {
  return replaced(marked, "|", word);
}

Words proposed(const std::string& text, std::size_t place, Kind kind) {
  Words words;
  for (const Completion& one : completions(read("test.pmk", text), static_cast<std::uint32_t>(place))) {
    const bool fresh = one.kind != kind || words.insert(one.label).second;
    EXPECT_TRUE(fresh) << one.label << " twice in\n" << text;
  }
  return words;
}

// That a name, an objective or a draw is never used is no mistake of the word.
bool has_mistake(const Document& document) {
  constexpr std::array<std::string_view, 3> kNeverUsed{"PM0204", "PM0205", "PM0443"};
  return std::any_of(document.problems.begin(), document.problems.end(), [&](const Diagnostic& problem) {
    return problem.severity == Severity::error &&
           std::find(kNeverUsed.begin(), kNeverUsed.end(), problem.code) == kNeverUsed.end();
  });
}

bool is_accepted(const Texts& texts, const std::string& word) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return !has_mistake(read("test.pmk", with(text, word))); });
}

// ---------------------------------------------------------------- the places

void add_telemetry(std::vector<Case>& cases) {
  const auto add = [&](Kind kind, std::initializer_list<std::string> parts, bool of_policy = false) {
    Case one{kind, {}};
    for (const std::string& part : parts)
      one.texts.push_back(of_policy ? file_with({.items = part}) : file_with({.telemetry = part}));
    cases.push_back(one);
  };
  add(Kind::type, {"telemetry x : | { status : int }", "telemetry x : | { count from \"n\"  code : int }"}, true);
  add(Kind::type, {"extra : |"});
  add(Kind::type, {"telemetry x : counts { count from \"n\"  extra : | }"}, true);
  add(Kind::type, {"telemetry x : counts { count : |  code : int }"}, true);
  add(Kind::type, {"param extra : |"}, true);
  add(Kind::word, {"sampling |", "sampling | 1%"});
  for (const std::string& type : semantics::field_type_words()) {
    if (type == semantics::kHistogram) continue;
    add(Kind::unit, {"extra : " + type + " in |"});
    add(Kind::unit, {"extra : " + type + " from \"x\" optional in |"});
  }
  add(Kind::unit, {"telemetry x : counts { count from \"n\"  extra : histogram from \"le\" in | }"}, true);
  add(Kind::unit, {"telemetry x : counts { count from \"n\" in |  code : int }"}, true);
  add(Kind::unit, {"telemetry x : events { status : int  time in | }"}, true);
  add(Kind::unit, {"telemetry x : events { status : int  time from \"ts\" in | }"}, true);
  add(Kind::unit, {"telemetry x : events { time : duration in |  status : int }"}, true);
  add(Kind::unit, {"expect at least 5/|"});
  add(Kind::unit, {"expect at least 5 / |"});
}

void add_objectives(std::vector<Case>& cases) {
  const std::string requirement = std::string(kRequirement) + "  ";
  const auto clauses = [&](Kind kind, std::initializer_list<std::string> written) {
    Case one{kind, {}};
    for (const std::string& clause : written) one.texts.push_back(file_with({.clauses = clause}));
    cases.push_back(one);
  };
  clauses(Kind::word, {requirement + "unknown counts as | because \"…\""});
  for (const std::string no_data : {"on no_data |", "on_no_data |"})
    cases.push_back({Kind::word, {file_with({.clauses = requirement + no_data, .rules = "deny otherwise"})}});
  cases.push_back({Kind::word,
                   {file_with({.clauses = requirement + "assume | because \"…\""}),
                    file_with({.clauses = "require rate(canary, per: 1h) <= 5  assume | because \"…\""}),
                    file_with({.clauses = "require fraction(canary, status < 500) - fraction(baseline, status < 500) "
                                          ">= -1%  assume | because \"…\""})}});
  for (const std::string condition : {"o is |", "objective o is |", "all objectives are |", "any objective is |",
                                      "no objective is |", "all of (o) are |", "none of (o) are |", "not (o is |)"})
    cases.push_back({Kind::word, {file_with({.rules = "deny when " + condition + "  deny otherwise"})}});
  clauses(Kind::argument, {"require rate(canary, |: 1h) <= 5", "require rate(canary, |: 1h, per: 1h) <= 5"});
  clauses(Kind::argument, {"require rate(canary, per: 1h, |: 10m) <= 5"});
  clauses(Kind::argument, {"require rate(canary, per: 1h, buckets: 10m, |: 10m) <= 5"});
  clauses(Kind::argument, {"require mean(canary.duration, |: 0s, high: 30s) <= 1s",
                           "require mean(canary.duration, |: 30s, low: 0s) <= 1s"});
  clauses(Kind::argument, {"require mean(canary.duration, low: 0s, |: 30s) <= 1s"});
  clauses(Kind::argument, {"require mean(|: canary.duration, low: 0s, high: 30s) <= 1s"});
  clauses(Kind::argument, {"require not_worse(canary.duration, baseline.duration, |: 2%)"});
  clauses(Kind::argument, {"require not_worse(canary.duration, |: baseline.duration, by: 2%)"});
  clauses(Kind::argument, {"require equivalent(canary.duration, baseline.duration, |: 2%)"});
  clauses(Kind::argument, {"require fraction(canary, |: status < 500) >= 99%"});
  clauses(Kind::argument, {"require (rate((canary), |: 1h)) <= 5", "require (rate((canary), |: 1h, per: 1h)) <= 5"});
  clauses(Kind::method, {requirement + "method |"});
  clauses(Kind::method, {"require p99(canary.duration) <= 300ms  method |"});
}

// A value that a parameter can have, and that is above that of the parameter before.
std::string value_of(semantics::ParameterDomain domain, std::size_t index) {
  return domain == semantics::ParameterDomain::share ? "50%" : std::to_string(index + 2);
}

void add_models(std::vector<Case>& cases) {
  const auto model = [](const std::string& parts) {
    return file_with({.items = "model m { seed 7  trials 10_000  " + parts + " }"});
  };
  Case distributions{Kind::distribution, {}};
  for (const std::string arguments : {"50%", "3, 50%", "3", "2, 3", "50%, 50%", "canary.duration"})
    distributions.texts.push_back(model("draw x ~ |(" + arguments + ")"));
  cases.push_back(distributions);
  for (const std::string drawn :
       {"lognormal(mu: 4, sigma: 0.5)", "bernoulli(5%)", "exponential(mean: 30)", "exponential(mean: 30ms)",
        "exponential(mean: pause)", "exponential(mean: limit)", "exponential(mean: least)", "beta(2, 3)",
        "sample(canary.duration)", "uniform(1KiB, 2KiB)", "categorical(50%, 50%)"}) {
    cases.push_back({Kind::unit, {model("draw y ~ normal(1ms, 2ms)  draw x[3] ~ " + drawn + " as |")}});
  }
  for (const semantics::FamilyRecord& family : semantics::model_families()) {
    Case first{Kind::argument, {}}, second{Kind::argument, {}};
    for (std::size_t i = 0; i < family.parameters.size(); ++i) {
      std::string others;
      for (std::size_t j = 0; j < family.parameters.size(); ++j)
        if (j != i)
          others += ", " + std::string(family.parameters[j].name) + ": " + value_of(family.parameters[j].domain, j);
      const std::string value = value_of(family.parameters[i].domain, i),
                        before = value_of(family.parameters[0].domain, 0);
      first.texts.push_back(model("draw x ~ " + std::string(family.name) + "(|: " + value + others + ")"));
      second.texts.push_back(model("draw x ~ " + std::string(family.name) + "(" + before + ", |: " + value + ")"));
    }
    cases.push_back(first);
    cases.push_back(second);
  }
  cases.push_back(
      {Kind::function,
       {model("draw x[3] ~ bernoulli(50%)  let y = |(x)"), model("draw x[3] ~ normal(1, 2)  let y = |(x)")}});
  cases.push_back({Kind::field, {file_with({.items = "subject { release candidate.| }"})}});
  cases.push_back({Kind::field, {file_with({.items = "let x = requests where version == candidate.|"})}});
  cases.push_back({Kind::field, {file_with({.items = "let x = requests where version == zone.|"})}});
}

void add_tests(std::vector<Case>& cases) {
  const auto rows = [](const std::string& fields) {
    return file_with({.test = "given requests { 5 rows over 10m { status = 200  " + fields + " } }  expect deny"});
  };
  const auto counted = [](const std::string& fields) {
    return file_with({.test = "given buckets { 5 rows over 10m { " + fields + " } }  expect deny"});
  };
  cases.push_back({Kind::word, {file_with({.test = "expect |"})}});
  cases.push_back({Kind::word, {file_with({.test = "expect objective o is |"})}});
  for (const auto& [name, value] : {std::pair{"candidate", "\"2\""},
                                    {"rollout", "\"2026-01-01T00:00:00Z\""},
                                    {"limit", "1s"},
                                    {"least", "5"},
                                    {"zone", "\"eu\""}})
    cases.push_back({Kind::word,
                     {file_with({.settings = replaced(std::string(kSettings), std::string(name) + " = " + value,
                                                      std::string(name) + " = |")})}});
  cases.push_back({Kind::word, {file_with({.settings = replaced(std::string(kSettings), "1s", "1s + |")})}});
  for (const auto& [field, unit] : {std::pair{"time", ""},
                                    {"seen", ""},
                                    {"duration", " as ms"},
                                    {"load", ""},
                                    {"size", " as B"},
                                    {"cached", ""},
                                    {"version", ""},
                                    {"note", ""},
                                    {"unheard", ""}}) {
    const std::string name(field);
    cases.push_back({Kind::word, {rows(name + " = |")}});
    cases.push_back({Kind::unit, {rows(name + " ~ lognormal(mu: 4, sigma: 0.5) as |")}});
    cases.push_back({Kind::distribution, {rows(name + " ~ |(2, 3)" + unit), rows(name + " ~ |(2)" + unit)}});
  }
  cases.push_back({Kind::word, {rows("cached = null at 1% else |")}});
  cases.push_back({Kind::word, {rows("cached = null at |")}});
  cases.push_back({Kind::unit, {rows("duration ~ exponential(mean: 20ms) as |")}});
  for (const std::string field : {"count", "duration", "code"})
    cases.push_back({Kind::word, {counted(field + " = |")}});
  cases.push_back({Kind::unit, {counted("duration ~ lognormal(mu: 4, sigma: 0.5) as |")}});
  for (const semantics::TestFamily& family : semantics::kTestFamilies) {
    const std::string name = "load ~ " + std::string(family.name);
    const std::string first(family.first), second(family.second);
    if (second.empty()) {
      cases.push_back({Kind::argument, {rows(name + "(|: 2)")}});
      continue;
    }
    cases.push_back(
        {Kind::argument, {rows(name + "(|: 2, " + second + ": 3)"), rows(name + "(|: 3, " + first + ": 2)")}});
    cases.push_back({Kind::argument, {rows(name + "(2, |: 3)")}});
  }
}

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = [] {
    std::vector<Case> all;
    add_telemetry(all);
    add_objectives(all);
    add_models(all);
    add_tests(all);
    return all;
  }();
  return kCases;
}

// ---------------------------------------------------------------- what is held of them

// What the analyser looks up, by the kind that it is proposed as.
std::map<Kind, Words> words_of_tables() {
  std::map<Kind, Words> words;
  const auto add = [&](Kind kind, const auto& table) {
    for (const auto& word : table) words[kind].insert(std::string(word));
  };
  const auto add_meanings = [&](Kind kind, const auto& table) { add(kind, semantics::words_of(table)); };
  add_meanings(Kind::type, semantics::kStreamKinds);
  add(Kind::type, semantics::field_type_words());
  add(Kind::type, semantics::parameter_kind_words());
  add_meanings(Kind::word, semantics::kSamplingModes);
  add_meanings(Kind::word, semantics::kUnknownAs);
  add_meanings(Kind::word, semantics::kNoDataVerdicts);
  add_meanings(Kind::word, semantics::kAssumptions);
  add_meanings(Kind::word, semantics::kDecisions);
  add_meanings(Kind::word, semantics::kStandings);
  add_meanings(Kind::word, semantics::kStandingForms);
  add_meanings(Kind::word, semantics::kTestMoments);
  add(Kind::word, Words{std::string(semantics::kNoValue), std::string(syntax::BooleanLiteral::kTrue),
                        std::string(syntax::BooleanLiteral::kFalse)});
  add(Kind::unit, semantics::unit_words());
  for (const plan::SourceUnit& unit : plan::kSourceUnits) words[Kind::unit].insert(std::string(unit.word));
  for (const semantics::NamedArguments& row : semantics::kNamedArguments) add(Kind::argument, row.names);
  add_meanings(Kind::field, semantics::kReleaseMembers);
  add(Kind::function, semantics::kModelFunctions);
  return words;
}

// By kind, what is looked up or proposed of it anywhere, and some of what is not.
std::map<Kind, Words> words_to_try() {
  std::map<Kind, Words> tried = words_of_tables();
  for (const Case& one : cases())
    for (const std::string& text : one.texts)
      tried[one.kind].merge(proposed(text.substr(0, place_in(text)), place_in(text), one.kind));
  const std::map<Kind, Words> own = tried;
  for (auto& [kind, words] : tried) {
    for (const auto& [other, others] : own)
      if (other != kind) words.insert({*others.begin(), *others.rbegin()});
    words.insert({"seconds", "Pass", "quantile", "o", "canary", "status", "objective", "weighted", "sketch"});
  }
  return tried;
}

std::set<NamePlace> places_at(const std::string& text) {
  const auto file = source::SourceFile::from_text("test.pmk", text.substr(0, place_in(text)));
  return syntax::possible_at(*file, static_cast<std::uint32_t>(place_in(text))).names;
}

TEST(ClosedSets, AreProposedAsTheyAreAccepted) {
  const auto words = words_to_try();
  std::set<NamePlace> seen{NamePlace::constant,  NamePlace::objective, NamePlace::field,
                           NamePlace::telemetry, NamePlace::policy,    NamePlace::parameter};  // declared names alone
  for (const Case& one : cases()) {
    Words accepted;
    for (const std::string& word : words.at(one.kind))
      if (is_accepted(one.texts, word)) accepted.insert(word);
    for (const std::string& text : one.texts) {
      const std::size_t place = place_in(text);
      const std::string before = text.substr(0, place);
      EXPECT_EQ(proposed(before, place, one.kind), accepted) << "at the end of\n" << before;
      EXPECT_EQ(proposed(with(text, ""), place, one.kind), accepted) << "in\n" << text;
      if (!accepted.empty()) seen.merge(places_at(text));
    }
  }
  for (int place = 0; place <= static_cast<int>(NamePlace::generated_value); ++place)
    EXPECT_TRUE(seen.contains(static_cast<NamePlace>(place))) << "no word is accepted at any place of kind " << place;
}

// What the reader of the file says that it expects is every word of the set, where it names one.
TEST(ClosedSets, AreExpectedAsAWhole) {
  const auto said = [](const std::string& text) {
    const Document document = read("test.pmk", text);
    return document.problems.empty() ? "" : document.problems.front().message;
  };
  const auto expect_all = [](const std::string& message, const auto& table) {
    for (const std::string& word : semantics::words_of(table))
      EXPECT_NE(message.find("`" + word + "`"), std::string::npos) << word << ": " << message;
  };
  expect_all(said(file_with({.telemetry = "sampling 1%"})), semantics::kSamplingModes);
  expect_all(said(file_with({.clauses = "unknown counts as 5"})), semantics::kUnknownAs);
  expect_all(said(file_with({.items = "telemetry x : 5 { }"})), semantics::kStreamKinds);
}

// The reader of numbers and the analyser have the same units.
TEST(ClosedSets, UnitsAreThoseOfNumbers) {
  Words names(syntax::units().begin(), syntax::units().end());
  EXPECT_EQ(names.erase("%"), 1U);
  const std::vector<std::string> words = semantics::unit_words();
  EXPECT_EQ(Words(words.begin(), words.end()), names);
}

// A builtin's signature has the arguments that are given by name, and no builtin has others.
TEST(ClosedSets, ArgumentsAreThoseOfSignatures) {
  for (const builtins::Builtin& builtin : builtins::all()) {
    Words named;
    const std::string_view form = builtin.signature.substr(0, builtin.signature.find(')'));
    for (std::size_t at = form.find(':'); at != std::string_view::npos; at = form.find(':', at + 1)) {
      const std::size_t begin = form.find_last_of(" (", at) + 1;
      named.insert(std::string(form.substr(begin, at - begin)));
    }
    Words known;
    for (const semantics::NamedArguments& row : semantics::kNamedArguments)
      if (row.function == builtin.name) known = Words(row.names.begin(), row.names.end());
    EXPECT_EQ(named, known) << builtin.name;
  }
}

// `counts` behind the colon of telemetry has a page; that of `unknown counts as` is another word.
TEST(ClosedSets, PagesAreThoseOfTheWordThatIsMeant) {
  const auto page_at = [](const std::string& text) {
    const auto found = hover(read("test.pmk", with(text, "")), static_cast<std::uint32_t>(place_in(text)));
    return found ? found->page : "";
  };
  const auto form_of = [](const std::string& text, std::string_view label) {
    for (const Completion& one :
         completions(read("test.pmk", with(text, "")), static_cast<std::uint32_t>(place_in(text))))
      if (one.label == label) return one.form;
    return std::string("not proposed");
  };
  EXPECT_NE(page_at(file_with({.items = "telemetry x : |counts { count from \"n\" }"})).find("# counts"),
            std::string::npos);
  EXPECT_NE(page_at(file_with({.telemetry = "x : |histogram"})).find("# histogram"), std::string::npos);
  EXPECT_EQ(page_at(file_with({.telemetry = "x : |timeout"})), "");
  EXPECT_EQ(page_at(file_with({.clauses = "unknown |counts as good"})), "");
  EXPECT_EQ(form_of(file_with({.clauses = "unknown |"}), "counts"), "");
  EXPECT_EQ(form_of(file_with({.items = "telemetry x : |"}), "counts"),
            "telemetry NAME : counts { count from \"column\"  … }");
}

// Nearly every keyword may be a name; where it is one of the language's own clauses, what follows a name is not
// proposed.
TEST(ClosedSets, KeywordsAreNotTakenForNames) {
  const auto keywords = [](const std::string& text) {
    return proposed(text.substr(0, place_in(text)), place_in(text), Kind::keyword);
  };
  for (const std::string part :
       {"sampling |", "check |", "expect at |", "timeout |", "buckets |", "sampling tail weighted |"}) {
    const Words found = keywords(file_with({.telemetry = part}));
    EXPECT_FALSE(found.contains("from") || found.contains("in")) << part;
  }
  for (const std::string part : {"all |", "any |", "no |", "none |", "at |", "objective |", "any objective |"}) {
    const Words found = keywords(file_with({.rules = "deny when " + part}));
    EXPECT_EQ(found.contains("is") || found.contains("are"), part == "any objective |") << part;
  }
  EXPECT_EQ(keywords(file_with({.test = "expect objective |"})), Words());
  // … and is one where nothing else can be meant.
  EXPECT_TRUE(keywords(file_with({.telemetry = "sampling : duration |"})).contains("in"));
  EXPECT_TRUE(keywords(file_with({.rules = "deny when evidence |"})).contains("is"));
  EXPECT_TRUE(keywords(file_with({.rules = "deny when hold |"})).contains("is"));
}

}  // namespace
}  // namespace proofmark::assist
