// Published vectors, read from beside the project when they are there: RFC 8785's own and JSONTestSuite.
// Where we are stricter than a published positive, it is listed here with the reason.
#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "runtime/json/json.h"

namespace proofmark::json {
namespace {

namespace fs = std::filesystem;

const fs::path kVectors = fs::path(PROOFMARK_SOURCE_DIR) / ".." / "shared" / "vectors";

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Result<Value> read(const fs::path& file) {
  return parse(contents(file), file.filename().string(), "PM0000");
}

class Published : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kVectors)) GTEST_SKIP() << "no published vectors beside the project";
  }
};

TEST_F(Published, CanonicalFormsOfRfc8785) {
  int compared = 0;
  for (const auto& entry : fs::directory_iterator(kVectors / "rfc8785/testdata/input")) {
    const auto value = read(entry.path());
    ASSERT_TRUE(static_cast<bool>(value)) << entry.path() << value.problems().front().message;
    EXPECT_EQ(canonical(*value), contents(kVectors / "rfc8785/testdata/output" / entry.path().filename()));
    ++compared;
  }
  EXPECT_EQ(compared, 6);
}

TEST_F(Published, HundredThousandDoubles) {
  const std::string command = "gzip -dc '" + (kVectors / "rfc8785/es6-100000.txt.gz").string() + "'";
  FILE* lines = popen(command.c_str(), "r");
  ASSERT_NE(lines, nullptr);
  int compared = 0;
  char line[128];
  while (std::fgets(line, sizeof line, lines) != nullptr) {
    std::string_view text(line);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    const auto comma = text.find(',');
    std::uint64_t bits = 0;
    std::from_chars(text.data(), text.data() + comma, bits, 16);
    ASSERT_EQ(canonical(std::bit_cast<double>(bits)), text.substr(comma + 1)) << text;
    ++compared;
  }
  pclose(lines);
  EXPECT_EQ(compared, 100'000);
}

TEST_F(Published, WhatRfc8785Forbids) {
  for (const auto& entry : fs::directory_iterator(kVectors / "rfc8785/negative-selfwritten"))
    EXPECT_FALSE(static_cast<bool>(read(entry.path()))) << entry.path();
}

TEST_F(Published, NumbersAtTheEdge) {
  // Stricter than JCS: an integer that a double would silently change is refused, not rounded.
  const std::string_view refused[] = {"9007199254740993", "1152921504606846976", "295147905179352825856"};
  const auto cases = read(kVectors / "rfc8785/number-edge-selfwritten.json");
  ASSERT_TRUE(static_cast<bool>(cases));
  for (const Value& one : *cases->as_array()) {
    const std::string& in = *one.as_object()->find("in")->as_string();
    const auto value = parse(in, "t", "PM0000");
    const bool expected_refusal = std::find(std::begin(refused), std::end(refused), in) != std::end(refused);
    ASSERT_EQ(static_cast<bool>(value), !expected_refusal) << in;
    if (!value) continue;
    EXPECT_EQ(canonical(*value), *one.as_object()->find("jcs")->as_string());
  }
}

TEST_F(Published, JsonTestSuite) {
  const std::map<std::string, std::string_view> stricter = {
      {"y_object_duplicated_key.json", "the key"},
      {"y_object_duplicated_key_and_value.json", "the key"},
  };
  int taken = 0, refused = 0;
  for (const auto& entry : fs::directory_iterator(kVectors / "jsontestsuite/test_parsing")) {
    const std::string name = entry.path().filename().string();
    const auto value = read(entry.path());
    if (const auto known = stricter.find(name); known != stricter.end()) {
      ASSERT_FALSE(static_cast<bool>(value)) << name;
      EXPECT_EQ(value.problems().front().message.substr(0, known->second.size()), known->second);
    } else if (name[0] == 'y') {
      ++taken;
      EXPECT_TRUE(static_cast<bool>(value)) << name << ": " << value.problems().front().message;
    } else if (name[0] == 'n') {
      ++refused;
      EXPECT_FALSE(static_cast<bool>(value)) << name;
    }
  }
  EXPECT_EQ(taken, 93);
  EXPECT_EQ(refused, 188);
}

}  // namespace
}  // namespace proofmark::json
