// A whole file mapped for reading. The mapping is private and never written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/file_identity.h"

namespace proofmark::snapshot {

class MappedFile {
 public:
  // `name` is what diagnostics call the file. An empty file gives an empty span.
  static Result<MappedFile> open(const std::filesystem::path& file, std::string_view name);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {begin_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(begin_), size_}; }
  const FileIdentity& identity() const { return identity_; }  // when it was opened
  // Copies the bytes from `offset` on; false when the system does not give them all.
  bool read(std::size_t offset, std::span<std::byte> into) const;

 private:
  MappedFile(int descriptor, const std::byte* begin, std::size_t size, const FileIdentity& identity)
      : descriptor_(descriptor), begin_(begin), size_(size), identity_(identity) {}

  int descriptor_ = -1;  // -1: too many are open, it is read where it is mapped
  const std::byte* begin_ = nullptr;
  std::size_t size_ = 0;
  FileIdentity identity_;
};

}  // namespace proofmark::snapshot
