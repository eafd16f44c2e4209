// Which numbers a node can have: a trial need not be asked for what is finite whatever was drawn.
#pragma once

namespace proofmark::models {

struct Range {
  double low = 0, high = 0;
  bool finite = false;  // always a finite number within [low, high]; else nothing is known
};

}  // namespace proofmark::models
