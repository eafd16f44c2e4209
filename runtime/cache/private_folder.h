// The folder as the operating system shows it: opened without following a link, ours, and closed to everybody else.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "runtime/cache/cache.h"

namespace proofmark::cache {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

struct OpenedFolder {
  Descriptor folder{-1};  // none, and `refused` empty: it is not there
  std::string refused;
};
OpenedFolder open_folder(const std::string& path);
// Makes it first, and the folders above it, when they are not there.
OpenedFolder open_or_make_folder(const std::string& path);

// A whole file of the folder.
Found read_private(const Descriptor& folder, const std::string& name);
// To a temporary file of its own, then renamed. Why not, or empty.
std::string write_private(const Descriptor& folder, const std::string& name, std::string_view bytes);

inline constexpr std::string_view kTemporaryPrefix = ".new-";
inline constexpr std::size_t kMostFileBytes = std::size_t{64} << 20;

}  // namespace proofmark::cache
