// Group-sequential tests of a normal statistic: critical values for a planned schedule of looks.
//
// In: information fractions t_1 < ... < t_K and either a shape of the boundary or a spending function. Out: the
// critical z of each look. The score is a Brownian motion observed at the fractions and stopped above its boundary; its
// density among those not yet stopped is carried from look to look by quadrature on fixed nodes (Armitage, McPherson &
// Rowe 1969; Jennison & Turnbull 2000, chapter 19). Critical values are good to about 1e-9. Assumes independent normal
// increments: for counts use the exact boundaries of sequential.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "runtime/statistics/spending.h"

namespace proofmark::statistics {

// Critical values c t^(delta - 1/2), t relative to the last look, c chosen so that alpha is spent in all (Wang &
// Tsiatis 1987): delta 0 is O'Brien & Fleming's boundary, 1/2 Pocock's.
struct BoundaryShape {
  double delta = 0;
};
struct SpendingRule {
  Spending spending = Spending::obrien_fleming;
  double gamma = 1;
};

// Beyond this a look cannot reject in any realistic sense: its critical value is given as infinity and spends nothing.
inline constexpr double kLargestCriticalZ = 8;

struct GroupDesign {
  std::vector<double> critical_z;    // reject when z (two sides: |z|) reaches this
  std::vector<double> alpha_spent;   // by this look, in all
  std::vector<double> stage_levels;  // 1 - Phi(critical z)
};

// information: ascending strictly, above 0. sides 1 or 2. Nothing when the schedule is too fine to be integrated within
// seconds (hundreds of looks, or looks a millionth apart).
std::optional<GroupDesign> group_design(std::span<const double> information, double alpha, int sides,
                                        const std::variant<BoundaryShape, SpendingRule>& rule);

}  // namespace proofmark::statistics
