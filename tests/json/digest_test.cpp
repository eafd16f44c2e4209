// SHA-256 against the examples of FIPS 180, whole and in pieces.
#include "runtime/json/digest.h"

#include <gtest/gtest.h>

namespace proofmark::json {
namespace {

TEST(Sha256, StandardExamples) {
  EXPECT_EQ(sha256(""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
            "sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesMakeTheWhole) {
  Sha256 digest;
  digest.update("a");
  Sha256 moved = std::move(digest);
  moved.update(std::string_view());
  moved.update("bc");
  EXPECT_EQ(moved.finish(), sha256("abc"));
}

}  // namespace
}  // namespace proofmark::json
