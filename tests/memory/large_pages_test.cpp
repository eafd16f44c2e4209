// What a program that links the room gets from `new`.
#include "runtime/memory/large_pages.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace proofmark::memory {
namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20, kLargeBlock = std::size_t{4} << 20;

#ifndef PROOFMARK_PLAIN_NEW
TEST(Memory, LargeBlocksLieAtLargePages) {
  keep_freed_memory();
  for (const std::size_t bytes : {kLargeBlock, kLargeBlock + 1, 3 * kLargeBlock - 1, std::size_t{100'000'000}}) {
    const auto block = std::make_unique<char[]>(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.get()) % kLargePage, 0U) << bytes;
    block[bytes - 1] = 1;
  }
}

// By what the kernel notes of the heap's range: `hg`, large pages are advised.
TEST(Memory, TheHeapBeginsWithLargePages) {
  if (!std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled")) GTEST_SKIP() << "the system has none";
  keep_freed_memory();
  std::ifstream ranges("/proc/self/smaps");
  bool heap = false, advised = false;
  for (std::string line; std::getline(ranges, line);) {
    if (line.find("[heap]") != std::string::npos) heap = true;
    if (heap && line.starts_with("VmFlags:")) {
      advised = advised || line.find(" hg") != std::string::npos;
      heap = false;
    }
  }
  EXPECT_TRUE(advised);
}

TEST(Memory, WhatIsImpossibleIsRefused) {
  for (const std::size_t bytes : {SIZE_MAX, SIZE_MAX - kLargePage, SIZE_MAX / 2 + 1}) {
    volatile std::size_t asked = bytes;  // no compiler shall see it
    EXPECT_THROW(::operator delete(::operator new(asked)), std::bad_alloc) << bytes;
    EXPECT_EQ(::operator new(asked, std::nothrow), nullptr) << bytes;
  }
}
#endif

TEST(Memory, BlocksOfAnySizeAreApartAndCanBeWrittenByManyThreads) {
  keep_freed_memory();
  const auto work = [](char mark) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{5000}, kLargeBlock - 1, kLargeBlock}) {
      std::vector<std::vector<char>> blocks(3, std::vector<char>(bytes, mark));
      for (const auto& block : blocks)
        EXPECT_EQ(std::count(block.begin(), block.end(), mark), static_cast<std::ptrdiff_t>(bytes));
    }
  };
  std::vector<std::thread> threads;
  for (const char mark : {1, 2, 3}) threads.emplace_back(work, mark);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace proofmark::memory
