// SHA-256 by OpenSSL, which uses the processor's instructions for it where there are any. By its plain functions: the
// newer ones look algorithms up by name, whose tables take a millisecond to build in every run.
#define OPENSSL_API_COMPAT 0x10100000L  // which OpenSSL 3 declares for those who ask
#include "runtime/json/digest.h"

#include <openssl/sha.h>

#include <algorithm>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::json {

struct Sha256::State {
  SHA256_CTX context{};
  State() { PROOFMARK_CHECK(SHA256_Init(&context) == 1); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  PROOFMARK_CHECK(state_ != nullptr);
  PROOFMARK_CHECK(SHA256_Update(&state_->context, bytes.data(), bytes.size()) == 1);
}

void Sha256::update(std::string_view text) {
  update(std::as_bytes(std::span(text)));
}

std::string Sha256::finish() {
  PROOFMARK_CHECK(state_ != nullptr);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  PROOFMARK_CHECK(SHA256_Final(digest, &state_->context) == 1);
  state_.reset();
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "sha256:";
  for (const unsigned char byte : digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.finish();
}

bool is_lower_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_sha256(std::string_view text) {
  return text.starts_with("sha256:") && is_lower_hex(text.substr(7), 64);
}

}  // namespace proofmark::json
