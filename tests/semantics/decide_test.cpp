// The proof that absence never certifies, against brute force: random `decide` blocks, judged by a second reading of
// the language that knows nothing of the compiler's (its own tree, its own evaluation, every assignment of verdicts).
//
// Up to six objectives that are named apart the compiler enumerates, and must agree exactly about which rules certify
// nothing (PM0503) and which are never reached (PM0502). Beyond that it may refuse more, and must never accept a
// policy that can certify without any measured pass.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "compiler/semantics/analyse.h"
#include "compiler/syntax/parse.h"

namespace proofmark {
namespace {

enum class Verdict { pass, fail, inconclusive, no_data, empty_pass };
enum class OnNoData { no_data, fail, pass };

// A condition of `decide`: its text and its meaning, made together.
struct Condition {
  std::string text;
  std::function<bool(const std::vector<Verdict>&)> holds;
};

struct Rule {
  bool certifies = false;
  std::string text;
  std::function<bool(const std::vector<Verdict>&)> holds;
};

struct Case {
  std::vector<OnNoData> objectives;
  std::vector<Rule> rules;
};

struct State {
  std::string_view word;
  std::vector<Verdict> verdicts;
};
const std::vector<State> kStates{{"pass", {Verdict::pass, Verdict::empty_pass}},
                                 {"fail", {Verdict::fail}},
                                 {"inconclusive", {Verdict::inconclusive}},
                                 {"no_data", {Verdict::no_data}},
                                 {"undecided", {Verdict::inconclusive, Verdict::no_data}}};

bool among(Verdict verdict, const State& state) {
  return std::find(state.verdicts.begin(), state.verdicts.end(), verdict) != state.verdicts.end();
}

class CaseMaker {
 public:
  CaseMaker(std::uint32_t seed, std::size_t most_objectives) : random_(seed), most_objectives_(most_objectives) {}

  Case make() {
    Case result;
    const std::size_t count = 1 + below(most_objectives_);
    for (std::size_t i = 0; i < count; ++i) {
      const auto kind = below(6);  // mostly the default
      result.objectives.push_back(kind == 0 ? OnNoData::pass : kind == 1 ? OnNoData::fail : OnNoData::no_data);
    }
    objectives_ = count;
    const std::size_t rules = 1 + below(4);
    for (std::size_t i = 0; i < rules; ++i) {
      const bool certifies = below(2) == 0;
      const Condition condition = this->condition(3);
      result.rules.push_back(
          {certifies, (certifies ? "certify when " : "deny when ") + condition.text, condition.holds});
    }
    const bool certifies = below(8) == 0;
    result.rules.push_back(
        {certifies, certifies ? "certify otherwise" : "deny otherwise", [](const auto&) { return true; }});
    return result;
  }

 private:
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }

  Condition condition(int depth) {
    if (depth == 0 || below(3) == 0) return atom();
    const Condition left = condition(depth - 1);
    switch (below(3)) {
      case 0: {
        return {"not (" + left.text + ")", [left](const auto& verdicts) { return !left.holds(verdicts); }};
      }
      case 1: {
        const Condition right = condition(depth - 1);
        return {"(" + left.text + ") and (" + right.text + ")",
                [left, right](const auto& verdicts) { return left.holds(verdicts) && right.holds(verdicts); }};
      }
      default: {
        const Condition right = condition(depth - 1);
        return {"(" + left.text + ") or (" + right.text + ")",
                [left, right](const auto& verdicts) { return left.holds(verdicts) || right.holds(verdicts); }};
      }
    }
  }

  Condition atom() {
    const State& state = kStates[below(kStates.size())];
    switch (below(5)) {
      case 0:
        return quantified("all objectives are ", everyone(), state, 0);
      case 1:
        return quantified("any objective is ", everyone(), state, 1);
      case 2:
        return quantified("no objective is ", everyone(), state, 2);
      case 3: {
        const std::size_t kind = below(3);
        const std::vector<std::size_t> some = sample();
        std::string names;
        for (const std::size_t objective : some) names += (names.empty() ? "o" : ", o") + std::to_string(objective);
        return quantified((kind == 0   ? "all of ("
                           : kind == 1 ? "any of ("
                                       : "none of (") +
                              names + ") are ",
                          some, state, kind);
      }
      default: {
        const std::size_t objective = below(objectives_);
        return quantified("o" + std::to_string(objective) + " is ", {objective}, state, 0);
      }
    }
  }

  static Condition quantified(const std::string& text, const std::vector<std::size_t>& objectives, const State& state,
                              std::size_t kind) {
    return {text + std::string(state.word), [objectives, &state, kind](const std::vector<Verdict>& verdicts) {
              std::size_t meeting = 0;
              for (const std::size_t objective : objectives) meeting += among(verdicts[objective], state) ? 1 : 0;
              return kind == 0 ? meeting == objectives.size() : kind == 1 ? meeting > 0 : meeting == 0;
            }};
  }

  std::vector<std::size_t> everyone() const {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < objectives_; ++i) all.push_back(i);
    return all;
  }

  std::vector<std::size_t> sample() {
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < objectives_; ++i)
      if (below(2) == 0) some.push_back(i);
    if (some.empty()) some.push_back(below(objectives_));
    return some;
  }

  std::mt19937 random_;
  std::size_t most_objectives_, objectives_ = 0;
};

std::string policy_text(const Case& one) {
  std::string text = "edition 2026\npolicy p {\n  confidence 95%\n  telemetry r : events { ok : bool }\n";
  for (std::size_t i = 0; i < one.objectives.size(); ++i) {
    text += "  objective o" + std::to_string(i) + " { require fraction(r, ok) >= " + std::to_string(50 + i) + "%";
    if (one.objectives[i] == OnNoData::pass) text += "  on_no_data pass";
    if (one.objectives[i] == OnNoData::fail) text += "  on_no_data fail";
    text += " }\n";
  }
  text += "  decide {\n";
  for (const Rule& rule : one.rules) text += "    " + rule.text + "\n";
  return text + "  }\n}\n";
}

struct Truth {
  std::set<std::size_t> certify_nothing, never_reached;  // rules
};

Truth brute_force(const Case& one) {
  Truth truth;
  for (std::size_t i = 0; i + 1 < one.rules.size(); ++i) truth.never_reached.insert(i);
  std::vector<Verdict> verdicts(one.objectives.size(), Verdict::pass);
  const std::function<void(std::size_t)> assign = [&](std::size_t index) {
    if (index < verdicts.size()) {
      const Verdict absent = one.objectives[index] == OnNoData::pass   ? Verdict::empty_pass
                             : one.objectives[index] == OnNoData::fail ? Verdict::fail
                                                                       : Verdict::no_data;
      for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::inconclusive, absent}) {
        verdicts[index] = verdict;
        assign(index + 1);
      }
      return;
    }
    std::size_t first = 0;
    while (!one.rules[first].holds(verdicts)) ++first;
    truth.never_reached.erase(first);
    const bool measured = std::find(verdicts.begin(), verdicts.end(), Verdict::pass) != verdicts.end();
    if (one.rules[first].certifies && !measured) truth.certify_nothing.insert(first);
  };
  assign(0);
  return truth;
}

// The rules (by line) that the compiler reports under a code.
std::set<std::size_t> reported(const Case& one, const std::string& text, std::string_view code) {
  const auto file = source::SourceFile::from_text("p.pmk", text);
  EXPECT_TRUE(static_cast<bool>(file));
  Diagnostics problems;
  const syntax::Tree tree = syntax::parse(*file, problems);
  EXPECT_TRUE(problems.empty()) << text;
  semantics::analyse(tree, tree.policies.front(), *file, {}, problems);
  std::set<std::size_t> rules;
  const std::size_t first_line = 6 + one.objectives.size();
  for (const Diagnostic& problem : problems) {
    EXPECT_TRUE(problem.code == "PM0502" || problem.code == "PM0503" || problem.code == "PM0205")
        << text << problem.message;
    if (problem.code == code) rules.insert(problem.primary.place.line - first_line);
  }
  return rules;
}

std::size_t named_apart(const Case& one, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < one.objectives.size(); ++i) {
    const std::string decide = text.substr(text.find("decide"));
    const bool named = decide.find("o" + std::to_string(i) + " is") != std::string::npos ||
                       decide.find("o" + std::to_string(i) + ",") != std::string::npos ||
                       decide.find("o" + std::to_string(i) + ")") != std::string::npos;
    count += named || one.objectives[i] != OnNoData::no_data ? 1 : 0;
  }
  return count;
}

TEST(Decide, AgreesWithBruteForceAboutEveryRule) {
  std::size_t vacuous = 0, unreached = 0, clean = 0;
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    const Case one = CaseMaker(seed, 4).make();
    const std::string text = policy_text(one);
    const Truth truth = brute_force(one);
    ASSERT_EQ(reported(one, text, "PM0503"), truth.certify_nothing) << "seed " << seed << "\n" << text;
    ASSERT_EQ(reported(one, text, "PM0502"), truth.never_reached) << "seed " << seed << "\n" << text;
    vacuous += truth.certify_nothing.empty() ? 0 : 1;
    unreached += truth.never_reached.empty() ? 0 : 1;
    clean += truth.certify_nothing.empty() && truth.never_reached.empty() ? 1 : 0;
  }
  EXPECT_GT(vacuous, 300U);  // the random policies are of all kinds
  EXPECT_GT(unreached, 300U);
  EXPECT_GT(clean, 100U);
}

TEST(Decide, NeverAcceptsAbsenceAmongManyObjectives) {
  std::size_t beyond = 0, accepted = 0;
  for (std::uint32_t seed = 1; seed <= 1000; ++seed) {
    const Case one = CaseMaker(seed, 8).make();
    const std::string text = policy_text(one);
    const Truth truth = brute_force(one);
    const std::set<std::size_t> refused = reported(one, text, "PM0503");
    for (const std::size_t rule : truth.certify_nothing)
      ASSERT_TRUE(refused.contains(rule)) << "seed " << seed << ", rule " << rule << "\n" << text;
    if (named_apart(one, text) <= 6) {
      ASSERT_EQ(refused, truth.certify_nothing) << "seed " << seed << "\n" << text;
    } else {
      ++beyond;
      accepted += refused.empty() ? 1 : 0;
    }
  }
  EXPECT_GT(beyond, 30U);
  EXPECT_GT(accepted, 3U);
}

}  // namespace
}  // namespace proofmark
