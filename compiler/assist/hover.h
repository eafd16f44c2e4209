// What is known of the word at a place: of a declared name what it is and where it is declared; of a word of the
// language its record.
#pragma once

#include <optional>
#include <string>

#include "compiler/assist/document.h"

namespace proofmark::assist {

struct Hover {
  source::Span word;
  std::string page;  // for a terminal: as `proofmark explain` prints it
};

// Nothing: no word stands there, or nothing is known of it at that place.
std::optional<Hover> hover(const Document& document, std::uint32_t offset);

// The page as Markdown, whose lines would else run into one.
std::string markdown(const std::string& page);

// Where the name that stands there is declared.
std::optional<source::Span> definition(const Document& document, std::uint32_t offset);

}  // namespace proofmark::assist
