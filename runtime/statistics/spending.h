// Alpha spending: how much of the chance of a false pass may have been used up by a given share of the information.
//
// A schedule of looks decided in advance may be moved as long as the share spent at each look depends only on the
// information fraction reached (Lan & DeMets 1983). Fractions of 1 or more spend all of alpha.
#pragma once

#include <cstdint>

namespace proofmark::statistics {

enum class Spending : std::uint8_t {
  obrien_fleming,     // 2 - 2 Phi(z_{alpha/2} / sqrt t): little early, nearly all at the end (Lan & DeMets 1983)
  pocock,             // alpha ln(1 + (e - 1) t): about evenly (Lan & DeMets 1983)
  power,              // alpha t^gamma, gamma > 0 (Kim & DeMets 1987)
  hwang_shih_decani,  // alpha (1 - e^{-gamma t}) / (1 - e^{-gamma}), any gamma (Hwang, Shih & DeCani 1990)
};

// Spent by the fraction t >= 0 in all, 0 < alpha < 1. With two sides the O'Brien-Fleming type spends on each side what
// a one-sided design of alpha/2 would; the other types do not depend on the number of sides.
double alpha_spent(Spending spending, double fraction, double alpha, double gamma = 1, int sides = 1);

}  // namespace proofmark::statistics
