// Frames in any slices.
#include "cli/language_server/frames.h"

#include <gtest/gtest.h>

#include <vector>

namespace proofmark::language_server {
namespace {

std::vector<std::string> read_in_slices(const std::string& bytes, std::size_t slice, std::string* fault = nullptr) {
  FrameReader reader;
  std::vector<std::string> contents;
  for (std::size_t i = 0; i < bytes.size(); i += slice) {
    reader.feed(std::string_view(bytes).substr(i, slice));
    while (auto content = reader.next()) contents.push_back(std::move(*content));
  }
  if (fault != nullptr) *fault = reader.fault();
  return contents;
}

TEST(Frames, InAnySlices) {
  std::string bytes;
  std::vector<std::string> sent;
  for (std::size_t size = 0; size < 300; size += 7) {
    sent.emplace_back(size, '\n');
    bytes += framed(sent.back());
  }
  for (const std::size_t slice : {1, 2, 3, 17, 100, 100'000}) EXPECT_EQ(read_in_slices(bytes, slice), sent) << slice;
}

TEST(Frames, BoundsAreExact) {
  std::string fault;
  read_in_slices("Content-Length: " + std::to_string(kMostContentBytes) + "\r\n\r\n", 1000, &fault);
  EXPECT_EQ(fault, "");
  read_in_slices("Content-Length: " + std::to_string(kMostContentBytes + 1) + "\r\n\r\n", 1000, &fault);
  EXPECT_EQ(fault, "`Content-Length` is 33554433, and a message has at most 33554432 bytes");
  read_in_slices(std::string(kMostHeaderBytes - 1, 'a'), 1, &fault);
  EXPECT_EQ(fault, "");
  read_in_slices(std::string(kMostHeaderBytes, 'a'), 1, &fault);
  EXPECT_NE(fault, "");
}

TEST(Frames, NothingIsReadBehindAFault) {
  std::string fault;
  EXPECT_EQ(read_in_slices(framed("a") + "Content-Length: b\r\n\r\n" + framed("c"), 1000, &fault),
            std::vector<std::string>{"a"});
  EXPECT_EQ(fault, "`Content-Length` is `b`, which is no number of bytes");
}

}  // namespace
}  // namespace proofmark::language_server
