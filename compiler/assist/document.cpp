#include "compiler/assist/document.h"

namespace proofmark::assist {

Document read(const std::string& name, const std::string& text) {
  auto file = source::SourceFile::from_text(name, text);
  if (!file) return {std::nullopt, file.problems()};
  Document document{compile(std::move(*file), {}, Stage::typed), {}};
  document.problems = std::move(document.compiled->diagnostics);
  return document;
}

}  // namespace proofmark::assist
