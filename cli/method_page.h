// A statistical method's record as a page for people.
#pragma once

#include <string>

#include "runtime/methods/methods.h"

namespace proofmark::cli {

std::string method_page(const methods::Method& method);

}  // namespace proofmark::cli
