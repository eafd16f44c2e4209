// Goldens: policies with what Proofmark says of them beside them.
//
// golden/mistakes/NAME.pmk is wrong; NAME.expected holds the diagnostics as people see them. golden/trees/NAME.pmk is
// well formed; NAME.expected holds its tree. `syntax_golden_test --bless` rewrites the expectations; the reviewer reads
// the difference. Every code of this room must have a golden that shows it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "compiler/source/render.h"
#include "compiler/syntax/parse.h"

namespace proofmark::syntax {
namespace {

namespace fs = std::filesystem;

bool bless = false;

const fs::path kGolden = fs::path(PROOFMARK_SOURCE_DIR) / "tests/syntax/golden";

std::string contents(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<fs::path> policies(const std::string& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kGolden / folder))
    if (entry.path().extension() == ".pmk") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

struct Reading {
  std::string text;  // what the golden holds
  Diagnostics problems;
};

Reading read(const fs::path& path) {
  Reading reading;
  const auto file = source::SourceFile::from_text(path.filename(), contents(path));
  if (!file) return {source::render_text(file.problems(), {}, {}), file.problems()};
  const Tree tree = parse(*file, reading.problems);
  EXPECT_EQ(tree.has_errors, !reading.problems.empty()) << path;
  const source::SourceFile* const files[] = {&*file};
  reading.text = reading.problems.empty() ? print(tree, *file) : source::render_text(reading.problems, files, {});
  return reading;
}

void compare(const fs::path& path, const Reading& reading) {
  fs::path expected = path;
  expected.replace_extension(".expected");
  if (bless) std::ofstream(expected, std::ios::binary) << reading.text;
  EXPECT_EQ(reading.text, contents(expected)) << path << " (bless with --bless when the change is meant)";
}

TEST(Golden, Mistakes) {
  const auto paths = policies("mistakes");
  ASSERT_FALSE(paths.empty());
  for (const fs::path& path : paths) {
    const Reading reading = read(path);
    EXPECT_FALSE(reading.problems.empty()) << path;
    compare(path, reading);
  }
}

TEST(Golden, Trees) {
  const auto paths = policies("trees");
  ASSERT_FALSE(paths.empty());
  for (const fs::path& path : paths) {
    const Reading reading = read(path);
    EXPECT_TRUE(reading.problems.empty()) << path;
    compare(path, reading);
  }
}

// Each code that the sources of this room mention is shown by a golden and has a page.
TEST(Golden, EveryCodeIsShown) {
  std::set<std::string> shown;
  for (const fs::path& path : policies("mistakes"))
    for (const Diagnostic& problem : read(path).problems) shown.insert(problem.code);
  const std::set<std::string> elsewhere{"PM0121", "PM0128", "PM0701", "PM0702"};  // tests/source, property_test.cpp
  const std::regex code("\"(PM0[17][0-9][0-9])\"");
  for (const char* folder : {"compiler/syntax", "compiler/source"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(PROOFMARK_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".cpp") continue;
      const std::string text = contents(entry.path());
      for (std::sregex_iterator found(text.begin(), text.end(), code), end; found != end; ++found) {
        const std::string name = (*found)[1];
        EXPECT_TRUE(shown.contains(name) || elsewhere.contains(name)) << name << " has no golden";
        EXPECT_TRUE(fs::exists(fs::path(PROOFMARK_SOURCE_DIR) / "docs/errors" / (name + ".md")))
            << name << " has no page";
      }
    }
  }
}

}  // namespace
}  // namespace proofmark::syntax

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  proofmark::syntax::bless = argc > 1 && std::string(argv[1]) == "--bless";
  return RUN_ALL_TESTS();
}
