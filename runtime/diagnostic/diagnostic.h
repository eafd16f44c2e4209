// A diagnostic is a value: what a user got wrong, where, and how to mend it.
//
// Every room reports a user's mistake (in a policy, a snapshot, a transcript, a command line) as a
// Diagnostic with a stable code; the same value feeds the terminal, JSON and later editors. A fault of
// the environment (a disk, a missing file) is a diagnostic too, of class Environment. Our own bugs are
// not: they end in PROOFMARK_CHECK.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace proofmark {

enum class Severity : std::uint8_t { error, warning };

// Where in a text. Lines and columns count from 1; a column counts Unicode code points. An empty `file`
// says "no place"; line 0 says "the file as a whole".
struct Place {
  std::string file;         // as the user named it
  std::uint64_t begin = 0;  // byte offsets, end exclusive
  std::uint64_t end = 0;
  std::uint32_t line = 0, column = 0;
  std::uint32_t end_line = 0, end_column = 0;
};

struct Label {
  Place place;
  std::string text;
};

// Replacing the bytes of `place` with `replacement` mends the mistake.
struct Edit {
  Place place;
  std::string replacement;
};

struct Diagnostic {
  std::string code;     // "PM0312"; every code has a page in docs/errors
  std::string message;  // lower case, no full stop, names in backticks: what was found and the rule
  Label primary;
  std::vector<Label> secondary;  // other places that explain it
  std::string help;              // how to mend it; may be empty when `edit` says all
  std::optional<Edit> edit;
  Severity severity = Severity::error;
};

using Diagnostics = std::vector<Diagnostic>;

// Either a value or the diagnostics that say why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Diagnostic problem) : state_(Diagnostics{std::move(problem)}) {}
  Result(Diagnostics problems) : state_(std::move(problems)) {}

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T& operator*() { return std::get<T>(state_); }
  const T& operator*() const { return std::get<T>(state_); }
  T* operator->() { return &std::get<T>(state_); }
  const T* operator->() const { return &std::get<T>(state_); }
  const Diagnostics& problems() const { return std::get<Diagnostics>(state_); }

 private:
  std::variant<T, Diagnostics> state_;
};

struct Done {};
using Status = Result<Done>;

// A diagnostic about a whole file (unreadable, empty, altered): no line.
Diagnostic file_problem(std::string_view code, std::string file, std::string message, std::string help = {});
// A diagnostic with no place at all (a command line, a missing parameter).
Diagnostic plain_problem(std::string_view code, std::string message, std::string help = {});

bool has_errors(const Diagnostics& diagnostics);

// Ends the program with exit code 70 after naming the broken invariant. For our bugs only.
[[noreturn]] void broken_invariant(const char* invariant, const char* file, int line);

}  // namespace proofmark

#define PROOFMARK_CHECK(condition)                                                   \
  do {                                                                               \
    if (!(condition)) ::proofmark::broken_invariant(#condition, __FILE__, __LINE__); \
  } while (false)
