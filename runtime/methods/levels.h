// What the methods that may be asked at any time share: the chance ever to err, and an interval as a result.
#pragma once

#include <string_view>

#include "runtime/methods/method.h"

namespace proofmark::methods {

inline double level(const Arguments& call, std::string_view name = "alpha") {
  return call.exact(name).nearest_double();
}

inline json::Object span_of(double lower, double upper) {
  json::Object result;
  result.set("lower", number(lower));
  result.set("upper", number(upper));
  return result;
}

}  // namespace proofmark::methods
