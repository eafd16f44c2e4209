// What is let in as a policy text, and where things are in it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/source/source_file.h"

namespace proofmark::source {
namespace {

SourceFile accepted(std::string text) {
  auto file = SourceFile::from_text("p.pmk", std::move(text));
  EXPECT_TRUE(file);
  return *file;
}

Diagnostic refused(std::string text) {
  const auto file = SourceFile::from_text("p.pmk", std::move(text));
  EXPECT_FALSE(file);
  return file.problems().front();
}

TEST(SourceFile, CountsColumnsInCharacters) {
  const SourceFile file = accepted("a\n\t漢字 x\r\nend");
  const auto x = static_cast<std::uint32_t>(file.text().find('x'));
  const Place place = file.place({x, x + 1});
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 5U);
  EXPECT_EQ(place.end_column, 6U);
  EXPECT_EQ(place.begin, x);
  EXPECT_EQ(file.line(2), "\t漢字 x");
  EXPECT_EQ(file.line(3), "end");
  EXPECT_EQ(file.line_count(), 3U);
}

TEST(SourceFile, ColumnsOfLongLinesAgreeWithCounting) {
  std::string text = "x\n";
  for (int i = 0; i < 3000; ++i) text += i % 3 == 0 ? "é" : "a";
  const SourceFile file = accepted(text);
  std::uint32_t column = 1;
  for (std::uint32_t offset = 2; offset < file.text().size(); ++offset) {
    if ((static_cast<unsigned char>(file.text()[offset]) & 0xC0U) == 0x80U) continue;
    ASSERT_EQ(file.place({offset, offset}).column, column);
    ++column;
  }
  const auto size = static_cast<std::uint32_t>(file.text().size());
  EXPECT_EQ(file.place({size, size}).column, column);
}

TEST(SourceFile, EndsAtBlockBoundariesHaveAPlace) {
  for (const std::size_t size : {1023U, 1024U, 1025U, 2048U}) {
    const SourceFile file = accepted(std::string(size, 'a'));
    const auto end = static_cast<std::uint32_t>(size);
    EXPECT_EQ(file.place({end, end}).column, end + 1);
  }
}

TEST(SourceFile, AcceptsAByteOrderMarkThatBelongsToNoLine) {
  const SourceFile file = accepted("\xEF\xBB\xBFpolicy");
  EXPECT_EQ(file.place({3, 9}).column, 1U);
  EXPECT_EQ(file.line(1), "policy");
}

TEST(SourceFile, OriginNamesTheBasename) {
  const auto file = SourceFile::from_text("dir/sub/p.pmk", "a b");
  ASSERT_TRUE(file);
  const plan::Origin origin = file->origin({2, 3});
  EXPECT_EQ(origin.file, "p.pmk");
  EXPECT_EQ(origin.line, 1U);
  EXPECT_EQ(origin.column, 3U);
}

TEST(SourceFile, RefusesInvalidUtf8AtItsPlace) {
  const Diagnostic problem = refused("ok\né\xFFz");
  EXPECT_EQ(problem.code, "PM0119");
  EXPECT_EQ(problem.message, "byte 0xFF is not valid UTF-8");
  EXPECT_EQ(problem.primary.place.line, 2U);
  EXPECT_EQ(problem.primary.place.column, 2U);
  EXPECT_EQ(problem.primary.place.begin, 5U);
}

TEST(SourceFile, RefusesATruncatedCharacterAndASurrogate) {
  EXPECT_EQ(refused("a\xE2\x82").code, "PM0119");
  EXPECT_EQ(refused("\xED\xA0\x80").code, "PM0119");
}

TEST(SourceFile, RefusesNulAtItsPlace) {
  const Diagnostic problem = refused(std::string("a\nb\0c\xFF", 6));
  EXPECT_EQ(problem.code, "PM0120");
  EXPECT_EQ(problem.primary.place.line, 2U);
  EXPECT_EQ(problem.primary.place.column, 2U);
}

TEST(SourceFile, RefusesWhatHidesText) {
  EXPECT_EQ(refused("// a\rpolicy").code, "PM0129");
  EXPECT_EQ(refused("a\x1B[2J").code, "PM0129");
  EXPECT_EQ(refused("\"\u202E\"").message,
            "the invisible character U+202E makes text appear in another order than it is read");
  EXPECT_EQ(refused("a\xC2\x85").code, "PM0129");
  EXPECT_EQ(refused("a\uFEFF").code, "PM0129");
}

TEST(SourceFile, RefusesMoreThanSixteenMebibytes) {
  EXPECT_TRUE(SourceFile::from_text("p.pmk", std::string(kMaximumFileBytes, ' ')));
  EXPECT_EQ(refused(std::string(kMaximumFileBytes + 1, ' ')).code, "PM0121");
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "proofmark-source-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(SourceFile, ReadsAFile) {
  const Folder folder;
  std::ofstream(folder.file("a.pmk")) << "policy\n";
  const auto file = SourceFile::read(folder.file("a.pmk"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->text(), "policy\n");
  EXPECT_EQ(file->basename(), "a.pmk");
}

TEST(SourceFile, TellsMissingFromUnreadable) {
  const Folder folder;
  EXPECT_EQ(SourceFile::read(folder.file("none.pmk")).problems().front().code, "PM0701");
  const Diagnostic directory = SourceFile::read(folder.path()).problems().front();
  EXPECT_EQ(directory.code, "PM0702");
  EXPECT_NE(directory.message.find("is a directory"), std::string::npos);
  std::ofstream(folder.file("through.pmk")) << "x";
  EXPECT_EQ(SourceFile::read(folder.file("through.pmk") + "/below.pmk").problems().front().code, "PM0701");
  if (::geteuid() == 0) return;  // root reads everything
  std::filesystem::permissions(folder.file("through.pmk"), std::filesystem::perms::none);
  EXPECT_EQ(SourceFile::read(folder.file("through.pmk")).problems().front().code, "PM0702");
}

TEST(SourceFile, RefusesALargeFileByItsRealSize) {
  const Folder folder;
  std::ofstream(folder.file("big.pmk")) << std::string(kMaximumFileBytes + 5, ' ');
  const Diagnostic problem = SourceFile::read(folder.file("big.pmk")).problems().front();
  EXPECT_EQ(problem.code, "PM0121");
  EXPECT_NE(problem.message.find(std::to_string(kMaximumFileBytes + 5)), std::string::npos);
}

}  // namespace
}  // namespace proofmark::source
