// A policy's text as its writer has it open: what the compiler makes of it without any parameter's value, which is what
// `proofmark check` does. The functions of this room answer what an editor asks of it; each is a function of the
// document and a byte offset, and none keeps anything.
#pragma once

#include <optional>
#include <string>

#include "compiler/compile.h"

namespace proofmark::assist {

struct Document {
  std::optional<Compilation> compiled;  // nothing: it is no text that a policy can be
  Diagnostics problems;                 // those of `proofmark check`
};

Document read(const std::string& name, const std::string& text);

}  // namespace proofmark::assist
