#include "runtime/statistics/rank_rule.h"

#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {

std::optional<std::uint64_t> rank_of(const plan::RankRule& rule, std::uint64_t n, std::uint64_t known) {
  if (known == 0 || known > n) return std::nullopt;
  // Unknown values may all lie below: what is counted from below begins after them.
  const auto after_unknown = [unknown = n - known](std::uint64_t rank) { return rank > unknown ? rank - unknown : 0; };
  std::uint64_t rank = 0;
  switch (rule.kind) {
    case plan::RankKind::nearest:
      rank = nearest_rank(known, rule.p);
      break;
    case plan::RankKind::upper:
      rank = upper_rank(n, rule.p, rule.alpha, rule.strict);
      break;
    case plan::RankKind::lower:
      rank = after_unknown(lower_rank(n, rule.p, rule.alpha, rule.strict));
      break;
    case plan::RankKind::nearest_from_below:
      rank = after_unknown(nearest_rank(n, rule.p));
      break;
    case plan::RankKind::nearest_from_above:
      rank = nearest_rank(n, rule.p);
      break;
  }
  return rank >= 1 && rank <= known ? std::optional(rank) : std::nullopt;
}

}  // namespace proofmark::statistics
