// Formulas against their truth tables: whatever is simplified must hold of the same rows.
#include "runtime/engine/mask_algebra.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/truth_table.h"

namespace proofmark::engine::testing {
namespace {

std::uint32_t table_of(const MaskAlgebra& algebra, Literal literal) {
  std::uint32_t table = 0;
  for (std::uint32_t a = 0; a < kAssignments; ++a) table |= holds(algebra, literal, a) ? 1U << a : 0;
  return table;
}

TEST(MaskAlgebra, KeepsTheMeaningOfRandomFormulas) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    MaskAlgebra algebra;
    std::vector<Literal> made{MaskAlgebra::all(), MaskAlgebra::none()};
    std::vector<std::uint32_t> tables{~0U, 0};
    for (std::uint32_t v = 0; v < kVariables; ++v) {
      made.push_back(algebra.primitive());
      tables.push_back(table_of(algebra, made.back()));
    }
    for (int step = 0; step < 40; ++step) {
      const std::size_t a = random() % made.size(), b = random() % made.size();
      const auto operation = random() % 4;
      const Literal result = operation == 0   ? algebra.both(made[a], made[b])
                             : operation == 1 ? algebra.either(made[a], made[b])
                             : operation == 2 ? algebra.except(made[a], made[b])
                                              : ~made[a];
      const std::uint32_t table = operation == 0   ? tables[a] & tables[b]
                                  : operation == 1 ? tables[a] | tables[b]
                                  : operation == 2 ? tables[a] & ~tables[b]
                                                   : ~tables[a];
      ASSERT_EQ(table_of(algebra, result), table) << "round " << round << ", step " << step;
      made.push_back(result);
      tables.push_back(table);
    }
  }
}

// What a plan asks of every condition of a population: who meets it, who does not, of whom nobody knows.
TEST(MaskAlgebra, FindsWhatIsOneMaskOrNone) {
  MaskAlgebra algebra;
  const Literal present = algebra.primitive(), a = algebra.primitive(), b = algebra.primitive(),
                x = algebra.primitive();
  const Literal population = algebra.both(present, algebra.both(a, b));
  const Literal good = algebra.both(population, x), bad = algebra.except(population, x);
  EXPECT_EQ(algebra.either(good, bad), population);
  EXPECT_EQ(algebra.except(population, algebra.either(good, bad)), MaskAlgebra::none());
  const Literal outside = algebra.either(algebra.except(present, a), algebra.except(present, b));
  EXPECT_EQ(algebra.except(algebra.except(present, population), outside), MaskAlgebra::none());
  EXPECT_EQ(algebra.except(population, good), bad);
  EXPECT_EQ(algebra.conjunction(bad.node()).size(), 4U) << "three factors and a complement, in one conjunction";
}

}  // namespace
}  // namespace proofmark::engine::testing
