// Whether a word of the language is meant is told by the grammar, at the place where it stands: `mean` before a
// parenthesis is the builtin, and before the colon of an argument it is not.
#include "compiler/assist/hover.h"

#include <fmt/format.h>

#include "compiler/assist/names.h"
#include "compiler/assist/pages.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"
#include "compiler/syntax/possible.h"

namespace proofmark::assist {
namespace {

using syntax::NamePlace;

bool is_called(std::string_view text, std::size_t end) {
  const std::size_t next = text.find_first_not_of(" \t\r\n", end);
  return next != std::string_view::npos && text[next] == '(';
}

std::string function_page(std::string_view word) {
  if (const auto* builtin = builtin_called(word)) return page(*builtin);
  const auto* record = builtins::word_named(word);
  return record != nullptr ? page(*record) : "";
}

std::string distribution_page(std::string_view word) {
  if (const auto* family = semantics::model_family(word)) return page(*family);
  return word == "sample" ? page(*builtins::word_named(word)) : "";
}

std::string record_page(const syntax::Possible& possible, std::string_view word, bool called) {
  const auto may_be = [&](NamePlace place) { return possible.names.contains(place); };
  const bool is_keyword = possible.keywords.contains(std::string(word));
  const bool is_word = is_keyword ||
                       (may_be(NamePlace::stream_kind) && semantics::meaning_of(semantics::kStreamKinds, word)) ||
                       (may_be(NamePlace::field_type) && word == semantics::kHistogram);
  if (const auto* record = word_record(word, is_keyword); is_word && record != nullptr) return page(*record);
  if (may_be(NamePlace::method)) return deciding_page(word);
  const bool in_model = possible.block == syntax::BlockKind::model;  // its functions go by the same names
  if (may_be(NamePlace::distribution) && in_model) return distribution_page(word);
  if (may_be(NamePlace::value) && called && !in_model) return function_page(word);
  return "";
}

// What a writer made up stands in the lines that Markdown shows as they are.
std::string page_of(const Declaration& declaration, const source::SourceFile& file) {
  std::string text = fmt::format("    {}\n", declaration.form);
  if (declaration.kind == Kind::policy && !declaration.title.empty())
    text += fmt::format("    title {}\n", declaration.title);
  return text + fmt::format("\n{}{}Declared at line {}\n", declaration.meaning, declaration.meaning.empty() ? "" : "\n",
                            file.place(declaration.span).line);
}

}  // namespace

std::optional<Hover> hover(const Document& document, std::uint32_t offset) {
  if (!document.compiled) return std::nullopt;
  const source::SourceFile& file = document.compiled->file;
  const Names names(*document.compiled);
  if (const auto found = names.at(offset)) return Hover{found->span, page_of(*found->declaration, file)};
  const syntax::Possible possible = syntax::possible_at(file, offset);
  const std::string_view word = file.text(possible.word);
  std::string text = word.empty() ? "" : record_page(possible, word, is_called(file.text(), possible.word.end));
  if (text.empty()) return std::nullopt;
  return Hover{possible.word, std::move(text)};
}

std::string markdown(const std::string& page) {
  std::string text;
  for (std::size_t begin = 0; begin < page.size();) {
    const std::size_t end = std::min(page.find('\n', begin), page.size());
    const std::string line = page.substr(begin, end - begin);
    const bool runs_on =
        !line.empty() && line.front() != ' ' && line.front() != '#' && end + 1 < page.size() && page[end + 1] != '\n';
    text += line + (runs_on ? "  \n" : "\n");  // two spaces: the line ends here
    begin = end + 1;
  }
  return text;
}

std::optional<source::Span> definition(const Document& document, std::uint32_t offset) {
  if (!document.compiled) return std::nullopt;
  const Names names(*document.compiled);
  const auto found = names.at(offset);
  return found ? std::optional(found->declaration->span) : std::nullopt;
}

}  // namespace proofmark::assist
