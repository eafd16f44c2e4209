// SHA-256, as every digest in our formats is written: "sha256:" and 64 lower-case hex digits.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace proofmark::json {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);
  std::string finish();  // "sha256:<hex>"; the object is spent

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(std::string_view bytes);

// "sha256:" and 64 lower-case hexadecimal digits.
bool is_sha256(std::string_view text);
bool is_lower_hex(std::string_view text, std::size_t digits);

}  // namespace proofmark::json
