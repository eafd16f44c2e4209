// Small constructors for diagnostics without a span, and the end of the road for our own bugs.
#include "runtime/diagnostic/diagnostic.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace proofmark {

Diagnostic file_problem(std::string_view code, std::string file, std::string message, std::string help) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.primary.place.file = std::move(file);
  diagnostic.help = std::move(help);
  return diagnostic;
}

Diagnostic plain_problem(std::string_view code, std::string message, std::string help) {
  return file_problem(code, {}, std::move(message), std::move(help));
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; });
}

void broken_invariant(const char* invariant, const char* file, int line) {
  const char* base = std::strrchr(file, '/');
  std::fprintf(stderr,
               "proofmark: internal error: `%s` does not hold (%s:%d)\n"
               "This is a bug in Proofmark, not in your input. No decision was made.\n",
               invariant, base != nullptr ? base + 1 : file, line);
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace proofmark
