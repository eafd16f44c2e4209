// Files of a snapshot while it is made: written once from front to back, hashed on the way, synced before the
// directory gets its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/json/digest.h"
#include "runtime/snapshot/measures.h"

namespace proofmark::snapshot {

// Whether what is written must still be there when the power has failed: for what is thrown away in a moment nobody
// waits for the disk.
enum class Lasting : std::uint8_t { yes, no };

struct WrittenFile {
  std::string sha256;
  std::uint64_t bytes = 0;
  std::int64_t sha256_ns = 0;
};

class OutputFile {
 public:
  static Result<OutputFile> create(const std::filesystem::path& file, Lasting lasting = Lasting::yes);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  void write(std::span<const std::byte> bytes);  // a failure is kept until finish()
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  // Hashed here, and written by a thread of the file while the next bytes are laid out and hashed.
  void write_beside(std::vector<std::byte> bytes);
  std::uint64_t position() const { return position_; }
  Result<WrittenFile> finish();  // syncs what shall last, and closes

 private:
  class Writer;
  OutputFile(std::filesystem::path file, int descriptor, Lasting lasting);
  void hash(std::span<const std::byte> bytes);

  std::filesystem::path file_;
  int descriptor_ = -1;
  Lasting lasting_ = Lasting::yes;
  int error_ = 0;                   // errno of the first failure
  std::unique_ptr<Writer> writer_;  // once there was something to write beside
  std::uint64_t position_ = 0;
  json::Sha256 digest_;
  std::int64_t digest_ns_ = 0;
};

// A directory that appears under its name complete or not at all: until publish() it is a hidden sibling, and it is
// removed when it is never published.
class OutputDirectory {
 public:
  // `name` must not exist, or be an empty directory.
  static Result<OutputDirectory> create(const std::filesystem::path& name, Lasting lasting = Lasting::yes);
  OutputDirectory(OutputDirectory&& other) noexcept;
  OutputDirectory& operator=(OutputDirectory&&) = delete;
  ~OutputDirectory();

  // A directory, with the same permissions, to take the place of one that is there.
  static Result<OutputDirectory> beside(const std::filesystem::path& name);

  const std::filesystem::path& path() const { return temporary_; }
  Status publish();
  // Swaps the two in one step and removes the old one.
  Status replace(const std::filesystem::path& name);

 private:
  OutputDirectory(std::filesystem::path name, std::filesystem::path temporary, Lasting lasting)
      : name_(std::move(name)), temporary_(std::move(temporary)), lasting_(lasting) {}
  static Result<OutputDirectory> make_for(const std::filesystem::path& target, Lasting lasting);
  Status sync() const;

  std::filesystem::path name_, temporary_;  // temporary_ is empty once there is nothing to remove
  Lasting lasting_ = Lasting::yes;
};

}  // namespace proofmark::snapshot
