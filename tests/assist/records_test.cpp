// Every record of every table is shown where it is meant, with its signature and its summary, and is proposed there.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/assist/completion.h"
#include "compiler/assist/hover.h"
#include "compiler/semantics/model_families.h"
#include "runtime/builtins/builtins.h"
#include "runtime/builtins/deciding_methods.h"
#include "runtime/builtins/words.h"
#include "runtime/plan/spelling.h"

namespace proofmark::assist {
namespace {

std::string policy_with(const std::string& items, const std::string& clauses) {
  return R"(edition 2026
policy p {
  confidence 95%
  param candidate : release
  telemetry requests : events {
    duration : duration in ms  status : int  version : label  region : label  size : bytes
  }
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  )" + items +
         "\n  objective o { " + clauses + " }\n  decide { certify when o passes  deny otherwise }\n}\n";
}

// The page of the word that begins where `marked` has its `|`.
std::string page_at(const std::string& marked) {
  const std::size_t place = marked.find('|');
  std::string text = marked;
  text.erase(place, 1);
  const auto found = hover(read("test.pmk", text), static_cast<std::uint32_t>(place));
  return found ? found->page : "";
}

std::vector<Completion> proposed_at(const std::string& marked) {
  const std::size_t place = marked.find('|');
  std::string text = marked;
  text.erase(place, 1);
  return completions(read("test.pmk", text), static_cast<std::uint32_t>(place));
}

const Completion* labelled(const std::vector<Completion>& items, std::string_view label) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const auto& one) { return one.label == label; });
  return found == items.end() ? nullptr : &*found;
}

bool contains(const std::string& page, std::string_view part) {
  return page.find(part) != std::string::npos;
}

TEST(Records, BuiltinsAreShown) {
  for (const auto& builtin : builtins::all()) {
    const std::string page = page_at(policy_with("", "require |" + std::string(builtin.name) + "(canary"));
    for (const std::string_view part :
         {builtin.signature, builtin.summary, builtin.method, builtin.assumes, builtin.cites, builtin.example})
      EXPECT_TRUE(contains(page, part)) << builtin.name << "\n" << page;
  }
  EXPECT_TRUE(contains(page_at(policy_with("", "require |p999(canary.duration) <= 1s")), "quantile("));
  EXPECT_TRUE(contains(page_at(policy_with("", "require |not_worse(canary.duration")), "worse_by("));
}

TEST(Records, BuiltinsAreProposed) {
  const auto items = proposed_at(policy_with("", "require |"));
  for (const auto& builtin : builtins::all()) {
    const Completion* found = labelled(items, builtin.name);
    ASSERT_NE(found, nullptr) << builtin.name;
    EXPECT_EQ(found->form, builtin.signature);
    EXPECT_EQ(found->summary, builtin.summary);
  }
}

TEST(Records, MethodsAreShownAndProposed) {
  const auto items = proposed_at(policy_with("", "method |"));
  for (const auto& row : builtins::deciding_methods()) {
    const std::string name(plan::spelling(row.method));
    const std::string page = page_at(policy_with("", "require count(canary) >= 1  method |" + name));
    for (const std::string_view part :
         {builtins::form_phrase(row.form), row.summary, row.guarantee, row.assumes, row.cites})
      EXPECT_TRUE(contains(page, part)) << name << "\n" << page;
    EXPECT_NE(labelled(items, name), nullptr) << name;
  }
}

TEST(Records, WordsAreShown) {
  for (const auto& word : builtins::words()) {
    const std::string example(word.example);
    bool shown = false;
    for (std::size_t at = example.find(word.name); at != std::string::npos; at = example.find(word.name, at + 1)) {
      const std::string text = "edition 2026 policy p { param candidate : release\n" + example;
      const auto found = hover(read("test.pmk", text), static_cast<std::uint32_t>(text.size() - example.size() + at));
      shown = shown || (found && contains(found->page, word.form) && contains(found->page, word.summary));
    }
    EXPECT_TRUE(shown) << word.name;
  }
}

TEST(Records, DistributionsAreShownAndProposed) {
  const auto items = proposed_at(policy_with("model m { draw x ~ |", ""));
  for (const auto& family : semantics::model_families()) {
    const std::string page = page_at(policy_with("model m { draw x ~ |" + std::string(family.name) + "(1) }", ""));
    EXPECT_TRUE(contains(page, family.form)) << family.name << "\n" << page;
    for (const auto& parameter : family.parameters)
      EXPECT_TRUE(contains(page, semantics::domain_phrase(parameter.domain))) << page;
    EXPECT_NE(labelled(items, family.name), nullptr) << family.name;
  }
}

// A rule of a domain is told exactly of what is outside of it.
TEST(Records, DomainsAndTheirPhrases) {
  using semantics::ParameterDomain;
  for (const auto& [domain, inside, outside] :
       {std::tuple{ParameterDomain::share, plan::Rational(1), plan::Rational(2)},
        {ParameterDomain::whole, plan::Rational(0), *plan::Rational::make(1, 2)},
        {ParameterDomain::mean_count, *plan::Rational::make(1, 2), plan::Rational(-1)},
        {ParameterDomain::positive, *plan::Rational::make(1, 1000), plan::Rational(0)},
        {ParameterDomain::gamma_shape, *plan::Rational::make(1, 100), *plan::Rational::make(1, 101)},
        {ParameterDomain::beta_shape, *plan::Rational::make(1, 2), *plan::Rational::make(49, 100)}}) {
    EXPECT_EQ(semantics::domain_rule(domain, inside), "");
    EXPECT_EQ(semantics::domain_rule(domain, outside), semantics::domain_phrase(domain));
  }
  EXPECT_EQ(semantics::domain_rule(ParameterDomain::any, plan::Rational(-5)), "");
}

// Wherever a caret may be in whole and cut texts: an answer, within the text.
TEST(Places, AllOfThem) {
  const std::string whole = policy_with("model m { seed 1 trials 10 draw x ~ poisson(mean: 3) let y = max(x, 2) }",
                                        "require fraction(canary, status < 500) >= 99%  method mid_p");
  for (const std::string& text : {whole, whole.substr(0, whole.size() / 2), whole.substr(30)}) {
    const Document document = read("test.pmk", text);
    for (std::uint32_t offset = 0; offset <= text.size() + 1; ++offset) {
      if (const auto found = hover(document, offset)) {
        EXPECT_LE(found->word.begin, offset);
        EXPECT_GE(found->word.end, offset);
        EXPECT_FALSE(found->page.empty());
      }
      const auto declared = definition(document, offset);
      EXPECT_TRUE(!declared || declared->end <= text.size());
      (void)completions(document, offset);
    }
  }
}

}  // namespace
}  // namespace proofmark::assist
