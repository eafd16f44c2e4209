// What may be written at a place: keywords that the grammar allows there, and of what names may name there those that
// are declared or have a record, and the words of a closed set where only these can be meant. As far as is cheaply
// known: a population is proposed where a number is wanted.
#pragma once

#include <string>
#include <vector>

#include "compiler/assist/document.h"

namespace proofmark::assist {

struct Completion {
  enum class Kind : std::uint8_t {
    keyword,
    function,
    method,
    distribution,
    type,
    unit,
    word,      // of another closed set: a way of sampling, a verdict
    argument,  // what stands before its colon
    value,
    field,
    objective,
    policy
  };
  std::string label;
  Kind kind = Kind::keyword;
  std::string form;     // its signature, or how it is declared; may be empty
  std::string summary;  // what it means; may be empty
};

// All that may stand there, whatever the word there begins with: an editor narrows them down as it is written.
std::vector<Completion> completions(const Document& document, std::uint32_t offset);

}  // namespace proofmark::assist
