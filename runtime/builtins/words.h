// Words of the language that are no estimates of rows: kinds of telemetry, what a model draws and claims, clauses of an
// objective. One record each, for `proofmark explain WORD`; a record without summary, warning or example does not
// compile.
#pragma once

#include <span>
#include <string_view>

namespace proofmark::builtins {

struct Word {
  std::string_view name;
  std::string_view form;     // "count from \"column\" cumulative"
  std::string_view summary;  // what it means
  std::string_view mind;     // what it takes for granted, and what it refuses
  std::string_view chapter;  // of docs/language.md
  std::string_view example;  // what stands in a policy with a parameter `candidate : release`
  std::string_view since;    // edition
};

std::span<const Word> words();
const Word* word_named(std::string_view name);

}  // namespace proofmark::builtins
