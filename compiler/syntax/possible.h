// What may stand at a place of a text, by the grammar: which keywords, and what a name there would name.
//
// This is what an editor asks, of a word that is being written (which are there to choose from?) and of one that is
// written (what is it?). Only what stands before the place counts, so that the text may be broken behind it; before it
// the innermost block that is open, and in it as many items as are well formed. Where a keyword before the place might
// be a name instead, it is the keyword: behind `sampling` stands a way of sampling, and not what follows a field that
// is called so. A text that says nothing of the place, such as the inside of a string, gives neither keywords nor
// names.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/block_kind.h"
#include "compiler/syntax/syntax_tree.h"

namespace proofmark::syntax {

enum class NamePlace : std::uint8_t {
  value,            // in an expression: a declared name, a field, a function
  constant,         // where only a value of the policy's own can be meant: `confidence LEVEL`
  member,           // behind a point
  method,           // behind `method`
  objective,        // in `decide`, or what a test expects
  field,            // where only a field can be meant: `for each FIELD`
  telemetry,        // what a test gives
  policy,           // what a test is of
  parameter,        // what a test sets
  distribution,     // behind `~`
  stream_kind,      // `telemetry NAME : KIND`
  field_type,       // `FIELD : TYPE`
  parameter_type,   // `param NAME : TYPE`
  decision,         // what a test expects
  argument,         // before the colon of an argument
  sampling_mode,    // behind `sampling`
  field_unit,       // `FIELD : TYPE in UNIT`
  rate_unit,        // `expect at least 50/UNIT`
  drawn_unit,       // `~ DISTRIBUTION(…) as UNIT`
  unknown_as,       // `unknown counts as …`
  no_data_verdict,  // `on no_data …`
  assumption,       // behind `assume`
  standing,         // in `decide`, behind `is` or `are`
  verdict,          // likewise in what a test expects
  setting_value,    // what a test sets a parameter to
  generated_value   // what a test gives a field
};

// A call whose parenthesis is open, and the arguments before this one: by which name each is given; empty: by none.
struct OpenCall {
  std::string function;
  std::vector<std::string> arguments;
};

struct Possible {
  Span word;                       // the word around the place, or the place
  std::set<std::string> keywords;  // those that mean something there, and are not names alone
  std::set<NamePlace> names;
  BlockKind block = BlockKind::file;
  std::string block_name;   // as written: `available` of `objective available "…" {`; empty where blocks have none
  std::vector<Name> words;  // names and keywords of the items of this block before the place, in order
  std::size_t item = 0;     // the first of them that belongs to the item under way
  std::vector<std::string> units;  // of the numbers in the item under way; empty: of one that has none
  std::string before;              // what stands directly before the place: a word, a mark or a literal
  std::string around_name;         // of the block around this one: in a test's rows, what they are given of
  std::optional<OpenCall> call;
};

Possible possible_at(const source::SourceFile& file, std::uint32_t offset);

}  // namespace proofmark::syntax
