// Samples that calls name by file: CSV of numbers, small enough to read whole.
#pragma once

#include <string>

#include "runtime/methods/method.h"

namespace proofmark::methods {

// A first line with anything but numbers is the header. Every line has as many cells as the first; a cell that is not
// a finite number is PM1206 with its line and column. `name` is taken relative to `directory` and may not leave it when
// one is given.
Result<Table> read_csv(const std::string& directory, const std::string& name);

}  // namespace proofmark::methods
