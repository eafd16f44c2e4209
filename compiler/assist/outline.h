// The parts of a file as an editor lists them: policies with what they declare, and tests.
#pragma once

#include <string>
#include <vector>

#include "compiler/assist/names.h"

namespace proofmark::assist {

struct Part {
  Kind kind = Kind::policy;
  std::string name;  // never empty
  std::string detail;
  Span whole, word;  // the word lies in the whole
  std::vector<Part> parts;
};

std::vector<Part> outline(const Document& document);

}  // namespace proofmark::assist
