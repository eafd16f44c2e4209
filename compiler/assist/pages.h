// The records of the language as pages for people: of builtins, words, methods that may decide, distributions. What
// `proofmark explain` prints and what an editor shows are the same text.
#pragma once

#include <string>
#include <string_view>

#include "compiler/semantics/model_families.h"
#include "runtime/builtins/builtins.h"
#include "runtime/builtins/words.h"

namespace proofmark::assist {

std::string page(const builtins::Builtin& builtin);
std::string page(const builtins::Word& word);
std::string page(const semantics::FamilyRecord& family);
// What `method NAME` means, for each form of requirement that the method decides, or why it may decide none; empty:
// there is no such method.
std::string deciding_page(std::string_view name);

// The record behind a function: also of p99, and of a claim that is written out of another builtin.
const builtins::Builtin* builtin_called(std::string_view name);
// What `proofmark explain` says of a word where it is a keyword or, if not, one of a set of names: `counts` is a kind
// of telemetry, and a keyword only of `unknown counts as`, which has no record.
const builtins::Word* word_record(std::string_view word, bool is_keyword);
// The claims: not_worse, equivalent, quantile_shift.
std::span<const std::string_view> claims();

}  // namespace proofmark::assist
