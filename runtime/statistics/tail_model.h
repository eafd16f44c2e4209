// The generalised Pareto distribution fitted to what exceeds a threshold: an extrapolation of the far tail.
//
// In: the exceedances y = x - threshold > 0. Out: scale and shape of greatest likelihood and the quantile they imply.
// The likelihood is profiled onto one parameter, ratio = shape / scale (Grimshaw 1993): shape = mean log(1 + ratio y),
// so that the search is a fixed grid and then a golden section on a line — deterministic, no start values, bounded
// work. Assumption: beyond the threshold the tail is generalised Pareto (Balkema & de Haan 1974; Pickands 1975). No
// number of rows proves that, hence never a certificate's bound unless the model is declared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace proofmark::statistics {

struct ParetoTail {
  double scale = 1, shape = 0;
  double negative_log_likelihood = 0;
};

// The local maximum of the likelihood with shape > -1 (beyond, it is unbounded). At least two distinct exceedances, all
// above 0. Nothing when the likelihood grows towards the edge of the region: the data have no such maximum.
std::optional<ParetoTail> fit_pareto_tail(std::span<const double> exceedances);

// The value exceeded with probability `share` by rows of which a part `beyond` exceeds the threshold; share <= beyond.
double pareto_tail_quantile(const ParetoTail& tail, double threshold, double beyond, double share);

}  // namespace proofmark::statistics
