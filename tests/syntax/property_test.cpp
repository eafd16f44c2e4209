// Properties of reading: whatever the text, it ends, tells the truth about places, and says no more than is wrong.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "compiler/syntax/parse.h"
#include "tests/syntax/invariants.h"
#include "tests/syntax/words_of.h"

namespace proofmark::syntax {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

fs::path golden(const std::string& name) {
  return fs::path(PROOFMARK_SOURCE_DIR) / "tests/syntax/golden" / name;
}

std::vector<std::string> well_formed() {
  std::vector<std::string> texts;
  for (const auto& entry : fs::directory_iterator(golden("trees")))
    if (entry.path().extension() == ".pmk") texts.push_back(contents(entry.path()));
  std::sort(texts.begin(), texts.end());
  return texts;
}

const std::vector<std::string>& lexemes() {
  static const std::vector<std::string> kLexemes = [] {
    std::vector<std::string> words{"{",     "}",   "(",  ")",     "[",      "]",  ",",     ":",     "=",     ".",
                                   "<",     ">=",  "==", "+",     "-",      "*",  "/",     "~",     "not",   "in",
                                   "where", "and", "or", "let",   "policy", "5",  "99.9%", "300ms", "\"x\"", "\"",
                                   "'a'",   "&&",  ";",  "//c\n", "/*c*/",  "/*", "\n",    "x",     "5.",    ".5",
                                   "1.2.3", "é",   "@",  "->",    "≥",      "#"};
    for (const std::string& text : well_formed())
      for (const Word word : words_of(text)) words.push_back(text.substr(word.begin, word.end - word.begin));
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
  }();
  return kLexemes;
}

void holds(const std::string& text) {
  const std::string broken = broken_invariant_of(text);
  if (!broken.empty()) RC_FAIL(broken + " in:\n" + text);
}

std::size_t problems_in(const std::string& text) {
  const auto file = source::SourceFile::from_text("p.pmk", text);
  Diagnostics problems;
  if (file) parse(*file, problems);
  return file ? problems.size() : 1;
}

std::string replaced(const std::string& text, Word word, const std::string& with) {
  return text.substr(0, word.begin) + with + text.substr(word.end);
}

TEST(Properties, ASoupOfWordsIsRead) {
  EXPECT_TRUE(rc::check("soup of words", [] {
    std::string text;
    for (const auto& word : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(lexemes())))
      text += word + " ";
    holds(text);
  }));
}

TEST(Properties, BytesAreRead) {
  EXPECT_TRUE(rc::check("bytes", [](const std::string& bytes) { holds(bytes); }));
}

TEST(Properties, DamagedPoliciesAreRead) {
  const auto texts = well_formed();
  EXPECT_TRUE(rc::check("damaged policies", [&] {
    std::string text = *rc::gen::elementOf(texts);
    const int blows = *rc::gen::inRange(1, 5);
    for (int i = 0; i < blows; ++i) {
      const auto begin = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto length = *rc::gen::inRange<std::size_t>(0, 20);
      text =
          text.substr(0, begin) + *rc::gen::elementOf(lexemes()) + text.substr(std::min(text.size(), begin + length));
    }
    holds(text);
  }));
}

TEST(Properties, AWordMissingIsOneMistake) {
  const std::string text = contents(golden("trees/whole.pmk"));
  ASSERT_EQ(problems_in(text), 0U);
  for (const Word word : words_of(text))
    EXPECT_LE(problems_in(replaced(text, word, "")), 1U)
        << "without `" << text.substr(word.begin, word.end - word.begin) << "` at " << word.begin;
}

TEST(Properties, ASlipOfTheFingerIsOneMistake) {
  const std::string text = contents(golden("trees/whole.pmk"));
  for (const Word word : words_of(text)) {
    const std::string written = text.substr(word.begin, word.end - word.begin);
    if (written.size() < 4 || written[0] < 'a' || written[0] > 'z') continue;
    std::string slipped = written;
    std::swap(slipped[1], slipped[2]);
    EXPECT_LE(problems_in(replaced(text, word, slipped)), 1U) << slipped << " at " << word.begin;
  }
}

TEST(Properties, TwoBrokenObjectivesAreTwoMistakes) {
  const std::string text = contents(golden("trees/whole.pmk"));
  std::string broken = std::regex_replace(text, std::regex("require tail <= 300ms"), "require tail <=");
  broken = std::regex_replace(broken, std::regex("by: 1%\\)"), "by 1%)");
  EXPECT_EQ(problems_in(broken), 2U);
}

// The same words, laid out in another way: newlines mean nothing.
TEST(Properties, LayoutMeansNothing) {
  const std::regex places(R"(\[[0-9:-]+\])");
  for (const std::string& text : well_formed()) {
    const auto bare = [&](const std::string& laid_out) {
      const auto file = source::SourceFile::from_text("p.pmk", laid_out);
      Diagnostics problems;
      Tree tree = parse(*file, problems);
      EXPECT_TRUE(problems.empty()) << laid_out;
      tree.comments.clear();
      return std::regex_replace(print(tree, *file), places, "");
    };
    std::string one_line, one_word_a_line;
    for (const Word word : words_of(text)) {
      const std::string written = text.substr(word.begin, word.end - word.begin);
      one_line += written + " ";
      one_word_a_line += "\t" + written + " // comment\r\n";
    }
    const std::string expected = bare(text);
    EXPECT_EQ(bare(one_line), expected);
    EXPECT_EQ(bare(one_word_a_line), expected);
  }
}

TEST(Properties, NestingIsLimitedBeforeParsing) {
  const auto wrapped = [](const std::string& expression) {
    return "edition 2026\npolicy p { let x = " + expression + "\n}\n";
  };
  const auto repeated = [](const std::string& part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  const auto code = [&](const std::string& expression) {
    const auto file = source::SourceFile::from_text("p.pmk", wrapped(expression));
    Diagnostics problems;
    parse(*file, problems);
    return problems.empty() ? "" : problems.front().code;
  };
  constexpr int kMany = 100'000;
  EXPECT_EQ(code(repeated("(", 199) + "a" + repeated(")", 199)), "");  // the policy's brace is the 200th level
  EXPECT_EQ(code(repeated("(", 200) + "a" + repeated(")", 200)), "PM0118");
  EXPECT_EQ(code(repeated("(", kMany) + "a" + repeated(")", kMany)), "PM0118");
  EXPECT_EQ(code(repeated("(", kMany)), "PM0118");
  EXPECT_EQ(code(repeated("not ", kMany) + "a"), "PM0118");
  EXPECT_EQ(code(repeated("- ", kMany) + "a"), "PM0118");
  EXPECT_EQ(code(repeated("f(not ", kMany) + "a"), "PM0118");
  EXPECT_EQ(code(repeated("a or ", 999) + "a"), "");
  EXPECT_EQ(code(repeated("a or ", kMany) + "a"), "PM0118");
  EXPECT_EQ(code(repeated("a.", kMany) + "a"), "PM0118");
  EXPECT_EQ(code(repeated("a where ", kMany) + "a"), "PM0118");
  EXPECT_EQ(code(repeated("a < ", kMany) + "a"), "PM0107");
}

TEST(Properties, TwoHundredProblemsAreShownAndTheOthersCounted) {
  std::string text = "edition 2026\npolicy p {\n";
  for (int i = 0; i < 300; ++i) text += "  title 5\n";
  const auto file = source::SourceFile::from_text("p.pmk", text + "}\n");
  Diagnostics problems;
  parse(*file, problems);
  ASSERT_EQ(problems.size(), 201U);
  EXPECT_EQ(problems.back().code, "PM0128");
  EXPECT_EQ(problems.back().message, "the file has 100 more mistakes of syntax");
}

std::string long_policy(int objectives) {
  std::string text = "edition 2026\npolicy p {\n";
  for (int i = 0; i < objectives; ++i)
    text += "  objective o" + std::to_string(i) +
            " \"An objective\" {\n    require fraction(requests where version == release.label and region in { \"eu\", "
            "\"us\" }, "
            "status < 500 or status == 599) >= 99.5%\n    confidence 99%\n    at least 10_000 rows each  // a "
            "comment\n  }\n";
  return text + "}\n";
}

double seconds_to_read(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  problems_in(text);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Ten times the text takes about ten times the time, right or wrong; the bound leaves room for a busy machine.
TEST(Properties, TimeGrowsWithTheText) {
  seconds_to_read(long_policy(10));  // the parser's tables
  const std::string small = long_policy(400), large = long_policy(4000);
  ASSERT_GT(large.size(), 900'000U);
  EXPECT_LT(seconds_to_read(large), 60 * std::max(seconds_to_read(small), 0.01));
  const std::regex require("require ");
  EXPECT_LT(seconds_to_read(std::regex_replace(large, require, "requir ")),
            60 * std::max(seconds_to_read(std::regex_replace(small, require, "requir ")), 0.01));
}

}  // namespace
}  // namespace proofmark::syntax
