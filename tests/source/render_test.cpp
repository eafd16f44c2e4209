// How diagnostics look.
#include <gtest/gtest.h>

#include "compiler/source/render.h"
#include "runtime/json/json.h"

namespace proofmark::source {
namespace {

class Render : public ::testing::Test {
 protected:
  // A label on the first `part` of the text; the nth one when asked.
  Label on(const std::string& part, std::string text, int nth = 1) const {
    std::size_t at = file_.text().find(part);
    for (int i = 1; i < nth; ++i) at = file_.text().find(part, at + 1);
    const auto begin = static_cast<std::uint32_t>(at);
    return {file_.place({begin, begin + static_cast<std::uint32_t>(part.size())}), std::move(text)};
  }
  std::string text(const Diagnostic& diagnostic, bool colour = false) const {
    const SourceFile* const files[] = {&file_};
    return render_text({diagnostic}, files, {colour});
  }
  void use(std::string text) { file_ = *SourceFile::from_text("p.pmk", std::move(text)); }

  SourceFile file_ = *SourceFile::from_text("p.pmk", "let a = b\n\n\tlet 漢 = \"日本\" < c\nlast {\n  x\n}\n");
};

Diagnostic problem(Label primary) {
  Diagnostic diagnostic;
  diagnostic.code = "PM0999";
  diagnostic.message = "something is wrong";
  diagnostic.primary = std::move(primary);
  return diagnostic;
}

TEST_F(Render, OneMark) {
  EXPECT_EQ(text(problem(on("b", "this one"))),
            "error[PM0999]: something is wrong\n"
            " --> p.pmk:1:9\n"
            "  |\n"
            "1 | let a = b\n"
            "  |         ^ this one\n");
}

TEST_F(Render, MarksAlignUnderTabsAndWideCharacters) {
  EXPECT_EQ(text(problem(on("\"日本\"", "text"))),
            "error[PM0999]: something is wrong\n"
            " --> p.pmk:3:10\n"
            "  |\n"
            "3 |     let 漢 = \"日本\" < c\n"
            "  |              ^^^^^^ text\n");
}

TEST_F(Render, SeveralMarksOnALineAndLinesLeftOut) {
  Diagnostic diagnostic = problem(on("c", "compared with this"));
  diagnostic.secondary = {on("\"日本\"", "this text"), on("a", "a name"), on("x", "inside")};
  diagnostic.severity = Severity::warning;
  EXPECT_EQ(text(diagnostic),
            "warning[PM0999]: something is wrong\n"
            " --> p.pmk:3:17\n"
            "  |\n"
            "1 | let a = b\n"
            "  |     - a name\n"
            "2 |\n"
            "3 |     let 漢 = \"日本\" < c\n"
            "  |              ------   ^ compared with this\n"
            "  |              |\n"
            "  |              this text\n"
            "4 | last {\n"
            "5 |   x\n"
            "  |   - inside\n");
}

TEST_F(Render, AMarkOverSeveralLinesShowsBothEnds) {
  EXPECT_EQ(text(problem(on("last {\n  x\n}", "this block"))),
            "error[PM0999]: something is wrong\n"
            " --> p.pmk:4:1\n"
            "  |\n"
            "4 | last {\n"
            "  | ^^^^^^ from here\n"
            "5 |   x\n"
            "6 | }\n"
            "  | ^ to here: this block\n");
}

TEST_F(Render, HelpAndTheMendedLine) {
  Diagnostic diagnostic = problem(on("b", ""));
  diagnostic.help = "write the whole word";
  diagnostic.edit = Edit{diagnostic.primary.place, "budget"};
  EXPECT_EQ(text(diagnostic),
            "error[PM0999]: something is wrong\n"
            " --> p.pmk:1:9\n"
            "  |\n"
            "1 | let a = b\n"
            "  |         ^\n"
            "help: write the whole word\n"
            "  |\n"
            "1 | let a = budget\n"
            "  |         ++++++\n");
}

TEST_F(Render, AnEditMayAddLinesAndTakeAway) {
  Diagnostic adds = problem(on("b", ""));
  const Place end = file_.place({9, 9});
  adds.edit = Edit{end, "\nlet b = 1"};
  EXPECT_NE(text(adds).find("help: write\n  |\n1 | let a = b\n2 | let b = 1\n  | +++++++++\n"), std::string::npos)
      << text(adds);
  Diagnostic removes = problem(on("b", ""));
  EXPECT_NE(render_json({adds}).find(R"("replacement":"\nlet b = 1")"), std::string::npos) << render_json({adds});
  removes.edit = Edit{removes.primary.place, ""};
  EXPECT_NE(text(removes).find("help: write\n  |\n1 | let a =\n"), std::string::npos) << text(removes);
}

TEST_F(Render, TheEndOfTheFileHasAPlace) {
  const auto end = static_cast<std::uint32_t>(file_.text().size());
  EXPECT_EQ(text(problem({file_.place({end, end}), "the file ends"})),
            "error[PM0999]: something is wrong\n"
            " --> p.pmk:7:1\n"
            "  |\n"
            "7 |\n"
            "  | ^ the file ends\n");
}

TEST_F(Render, LongLinesAreCutAroundTheMark) {
  use(std::string(1000, 'a') + " here " + std::string(1000, 'b'));
  const std::string shown = text(problem(on("here", "look")));
  const auto line = shown.find("1 | …");
  ASSERT_NE(line, std::string::npos) << shown;
  const auto marks = shown.find('\n', line) + 1;
  EXPECT_LT(marks - line, 200U);
  const std::string excerpt = shown.substr(line + 4 + 3, marks - line);  // behind the gutter and `…`
  EXPECT_EQ(shown.find("^^^^", marks) - marks - 4 - 1, excerpt.find("here"));
}

TEST_F(Render, PlacesWithoutTextShowTheirNameOnly) {
  EXPECT_EQ(text(file_problem("PM0702", "q.pmk", "cannot be read", "look")),
            "error[PM0702]: cannot be read\n"
            " --> q.pmk\n"
            "help: look\n");
  EXPECT_EQ(text(plain_problem("PM0799", "no place")), "error[PM0799]: no place\n");
  Diagnostic beyond = problem(on("b", "x"));
  beyond.primary.place.end_line = beyond.primary.place.line = 99;
  EXPECT_EQ(text(beyond), "error[PM0999]: something is wrong\n --> p.pmk:99:9\n");
}

TEST_F(Render, ColoursAreBalanced) {
  Diagnostic diagnostic = problem(on("b", "text"));
  diagnostic.secondary = {on("a", "name")};
  diagnostic.edit = Edit{diagnostic.primary.place, "c"};
  const std::string coloured = text(diagnostic, true);
  std::string plain;
  std::size_t on_codes = 0, off_codes = 0;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] != '\x1b') {
      plain += coloured[i];
      continue;
    }
    const std::size_t end = coloured.find('m', i);
    (coloured.substr(i, end - i) == "\x1b[0" ? off_codes : on_codes) += 1;
    i = end;
  }
  EXPECT_EQ(plain, text(diagnostic));
  EXPECT_EQ(on_codes, off_codes);
}

TEST_F(Render, JsonHoldsEverything) {
  Diagnostic diagnostic = problem(on("b", "text"));
  diagnostic.help = "mend";
  diagnostic.secondary = {on("a", "name")};
  diagnostic.edit = Edit{diagnostic.primary.place, "c"};
  EXPECT_EQ(
      render_json({diagnostic}),
      R"({"diagnostics":[{"code":"PM0999","column":9,"edit":{"begin":8,"column":9,"end":9,"endColumn":10,"endLine":1,)"
      R"("file":"p.pmk","line":1,"replacement":"c"},"endColumn":10,"endLine":1,"file":"p.pmk","help":"mend","labels":[)"
      R"({"column":9,"endColumn":10,"endLine":1,"file":"p.pmk","line":1,"primary":true,"text":"text"},)"
      R"({"column":5,"endColumn":6,"endLine":1,"file":"p.pmk","line":1,"primary":false,"text":"name"}],)"
      R"("line":1,"message":"something is wrong","severity":"error"}]})");
  EXPECT_EQ(render_json({}), R"({"diagnostics":[]})");
  EXPECT_TRUE(json::parse(render_json({file_problem("PM0702", "\xFF.pmk", "cannot be read")}), "x", "PM0999"));
}

TEST(Closest, FindsSlipsOfTheFinger) {
  const std::string names[] = {"objective", "owner", "over", "for", "fail"};
  EXPECT_EQ(closest("objectve", names), "objective");
  EXPECT_EQ(closest("obejctive", names), "objective");
  EXPECT_EQ(closest("Objective", names), "objective");
  EXPECT_EQ(closest("fr", names), "for");
  EXPECT_EQ(closest("onwer", names), "owner");
  EXPECT_EQ(closest("threshold", names), "");
  EXPECT_EQ(closest("over", std::span<const std::string>()), "");
  EXPECT_EQ(closest(std::string(100, 'o'), names), "");
}

}  // namespace
}  // namespace proofmark::source
