// Large blocks in large pages, and what is freed is kept for what comes next.
//
// A page that is touched for the first time costs a fault, in a virtual machine several microseconds: to take a file of
// 250 MB in, more than half of the time went into faults. Two mebibytes at a time, or in pages that the program has
// already, the same memory costs next to nothing.
#include "runtime/memory/large_pages.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20;
constexpr std::size_t kLargeBlock = 2 * kLargePage;  // from here on the last page that is begun weighs little
constexpr std::size_t kHeapAtOnce = std::size_t{32} << 20;

}  // namespace

#ifndef PROOFMARK_PLAIN_NEW
namespace {

void* large_block(std::size_t bytes) {
  const std::size_t whole = (bytes + kLargePage - 1) / kLargePage * kLargePage;
  void* memory = whole < bytes ? nullptr : std::aligned_alloc(kLargePage, whole);
  if (memory != nullptr) ::madvise(memory, whole, MADV_HUGEPAGE);  // refused: pages of the usual size
  return memory;
}

void* block(std::size_t bytes) {
  return bytes < kLargeBlock ? std::malloc(bytes == 0 ? 1 : bytes) : large_block(bytes);
}

}  // namespace

// Out of line: where an allocation is freed in the same place, what this file does must not be seen.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  for (;;) {
    if (void* memory = block(bytes)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}
#endif

namespace proofmark::memory {

void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, static_cast<int>(kLargeBlock));
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  ::mallopt(M_TOP_PAD, static_cast<int>(kHeapAtOnce));
  // The heap begins anywhere: what little a small command needs lies mostly before its first large page.
  const auto before = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  void* volatile begun = std::malloc(kLargeBlock / 2);  // seen by none, the two calls would be left out
  std::free(begun);
  const auto after = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  const std::uintptr_t first = (before + kLargePage - 1) / kLargePage * kLargePage;
  if (after != UINTPTR_MAX && first < after)
    ::madvise(reinterpret_cast<void*>(first), after - first, MADV_HUGEPAGE);  // NOLINT(performance-no-int-to-ptr)
}

}  // namespace proofmark::memory
