// What a literal token says: numbers with their attached unit, strings with their escapes.
//
// Nothing here knows the parser; positions are byte offsets into the token's text, so that the caller can point at
// them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/number.h"

namespace proofmark::syntax {

enum class NumberFault { none, underscore, too_precise, unknown_unit, exponent };

struct NumberReading {
  plan::Rational value;
  std::string unit;            // as the tree has it: `µs` is `us`; empty: none
  std::size_t unit_begin = 0;  // where the unit stands in the token; its end is the token's
  NumberFault fault = NumberFault::none;
  std::string suggestion;  // for unknown_unit and exponent: what to write instead of the unit / of the token
};

// `text` is a NUMBER token: digits with `_` between them, perhaps a fraction, perhaps a unit.
NumberReading read_number(std::string_view text);

// ns us ms s m h d w B kB MB GB KiB MiB GiB % ppm
const std::vector<std::string>& units();
// The unit that someone who writes `msec`, `hours` or `Mib` means, or empty.
std::string suggested_unit(std::string_view wrong);

enum class EscapeFault { unknown_escape, unclosed_code_point, no_such_character };

struct StringFault {
  EscapeFault kind = EscapeFault::unknown_escape;
  std::size_t begin = 0, end = 0;
};

struct StringReading {
  std::string value;
  std::vector<StringFault> faults;
};

// `text` is a STRING token with its quotes: \" \\ \n \t \u{…}.
StringReading read_string(std::string_view text);

}  // namespace proofmark::syntax
