// Characters to bytes, and problems with their places.
#include "compiler/syntax/reading.h"

#include <algorithm>

namespace proofmark::syntax {

Reading::Reading(const source::SourceFile& file, Diagnostics& problems) : file_(file), problems_(problems) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // which the lexer's stream leaves out
  const std::string_view text = file.text();
  const auto starts = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
  if (std::all_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80U; })) return;
  for (std::uint32_t i = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; i < text.size(); ++i)
    if (starts(text[i])) bytes_.push_back(i);
  bytes_.push_back(static_cast<std::uint32_t>(text.size()));
}

Span Reading::between(const antlr4::Token* first, const antlr4::Token* last) const {
  const auto end = static_cast<std::uint32_t>(file_.text().size());
  if (first->getType() == antlr4::Token::EOF) return {end, end};
  return {byte(first->getStartIndex()), byte(last->getStopIndex() + 1)};
}

Span Reading::span(const antlr4::Token* token) const {
  return between(token, token);
}
Span Reading::span(const antlr4::ParserRuleContext* context) const {
  return between(context->start, context->stop);
}

Diagnostic& Reading::report(std::string_view code, Span place, std::string message, std::string label) {
  Diagnostic problem;
  problem.code = code;
  problem.message = std::move(message);
  problem.primary = this->label(place, std::move(label));
  problems_.push_back(std::move(problem));
  return problems_.back();
}

}  // namespace proofmark::syntax
