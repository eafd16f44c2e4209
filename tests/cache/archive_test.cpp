// Values come back equal; bytes that are cut or odd come back as nothing, and never as a crash.
#include "runtime/cache/archive.h"

#include <gtest/gtest.h>

namespace proofmark::cache {
namespace {

enum class Colour : std::uint8_t { red, green };
struct Nothing {
  friend bool operator==(const Nothing&, const Nothing&) = default;
};
struct Inner {
  std::string name;
  std::optional<std::uint32_t> number;
  friend bool operator==(const Inner&, const Inner&) = default;
};
struct Outer {
  Colour colour = Colour::red;
  bool yes = false;
  std::variant<Nothing, Inner, std::int64_t> choice;
  std::vector<Inner> list;
  std::pair<double, std::string> pair;
  std::optional<Inner> none;
  friend bool operator==(const Outer&, const Outer&) = default;
};

Outer sample() {
  return {Colour::green, true, Inner{"chosen", 7}, {{"a", 1}, {"", std::nullopt}}, {0.5, std::string("x\0y", 3)}, {}};
}

TEST(Archive, CountsMembers) {
  EXPECT_EQ(proofmark::members::number_of_members<Nothing>(), 0U);
  EXPECT_EQ(proofmark::members::number_of_members<Inner>(), 2U);
  EXPECT_EQ(proofmark::members::number_of_members<Outer>(), 6U);
}

TEST(Archive, BringsBackWhatWasPut) {
  EXPECT_EQ(unarchived<Outer>(archived(sample())), sample());
  EXPECT_EQ(unarchived<Outer>(archived(Outer{})), Outer{});
  Outer other = sample();
  other.choice = Nothing{};
  other.none = Inner{"there", {}};
  EXPECT_EQ(unarchived<Outer>(archived(other)), other);
  __extension__ const __int128 large = static_cast<__int128>(INT64_MAX) * 1000;
  EXPECT_TRUE(unarchived<std::vector<__int128>>(archived(std::vector<__int128>{large, -large})) ==
              (std::vector<__int128>{large, -large}));
}

TEST(Archive, TakesTheWholeOrNothing) {
  const std::string bytes = archived(sample());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(unarchived<Outer>(std::string_view(bytes).substr(0, length))) << length;
  EXPECT_FALSE(unarchived<Outer>(bytes + "x"));
}

TEST(Archive, SurvivesDamage) {
  const std::string bytes = archived(sample());
  std::size_t refused = 0;
  for (std::size_t place = 0; place < bytes.size(); ++place)
    for (const int value : {0, 1, 2, 0x7f, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[place] = static_cast<char>(value);
      refused += unarchived<Outer>(damaged) ? 0 : 1;
    }
  EXPECT_GT(refused, bytes.size()) << "lengths, indices and truths are bounded";
}

struct Positive {
  explicit Positive(int number) : value(number) {}
  Positive() : Positive(1) {}
  int value;
};

}  // namespace

template <>
struct Archived<Positive> {
  using Plain = int;
  static Plain plain(const Positive& of) { return of.value; }
  static std::optional<Positive> made(int value) { return value > 0 ? std::optional(Positive(value)) : std::nullopt; }
};

namespace {

TEST(Archive, LetsAClassRefuse) {
  EXPECT_EQ(unarchived<Positive>(archived(Positive(7)))->value, 7);
  EXPECT_FALSE(unarchived<Positive>(archived(-7)));
}

}  // namespace
}  // namespace proofmark::cache
