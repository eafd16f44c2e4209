// What every stage of reading one file shares: the text, where the parser's characters are in it, the problems found.
//
// The generated parser counts characters, the rest of Proofmark counts bytes; this is the one place that knows both.
#pragma once

#include <antlr4-runtime.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/source/source_file.h"

namespace proofmark::syntax {

using source::Span;

inline constexpr std::size_t kMostProblems = 200;

class Reading {
 public:
  Reading(const source::SourceFile& file, Diagnostics& problems);

  const source::SourceFile& file() const { return file_; }
  Span span(const antlr4::Token* token) const;
  Span span(const antlr4::ParserRuleContext* context) const;  // of a rule that matched at least one token
  Span between(const antlr4::Token* first, const antlr4::Token* last) const;
  std::string_view text(const antlr4::Token* token) const { return file_.text(span(token)); }

  // Adds a problem; the reference is good until the next one is added.
  Diagnostic& report(std::string_view code, Span place, std::string message, std::string label = {});
  const Diagnostics& problems() const { return problems_; }
  // From here on problems are counted, not explained: explaining may take time in proportion to the file.
  bool more_than_anybody_reads() const { return problems_.size() > kMostProblems; }
  Label label(Span place, std::string text) const { return {file_.place(place), std::move(text)}; }
  Edit edit(Span place, std::string replacement) const { return {file_.place(place), std::move(replacement)}; }

 private:
  std::uint32_t byte(std::size_t character) const {
    return static_cast<std::uint32_t>(bytes_.empty() ? character : bytes_[character]);
  }

  const source::SourceFile& file_;
  Diagnostics& problems_;
  std::vector<std::uint32_t> bytes_;  // where each character begins, and the end; empty when each is one byte
};

}  // namespace proofmark::syntax
