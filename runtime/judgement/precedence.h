// Which of several verdicts stands for all of them: fail, then no_data, then inconclusive, then pass. A family, an
// objective and the reason of a decision go by the same order.
#pragma once

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// 0 comes first.
constexpr int precedence(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return 0;
    case Verdict::no_data:
      return 1;
    case Verdict::inconclusive:
      return 2;
    case Verdict::pass:
      return 3;
  }
  return 3;
}

}  // namespace proofmark::judgement
