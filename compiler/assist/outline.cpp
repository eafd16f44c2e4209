#include "compiler/assist/outline.h"

#include <algorithm>

namespace proofmark::assist {
namespace {

Part part_of(const Declaration& declaration) {
  return {declaration.kind,  declaration.name, declaration.title.empty() ? declaration.meaning : declaration.title,
          declaration.whole, declaration.span, {}};
}

bool in_order(const Part& a, const Part& b) {
  return a.word.begin < b.word.begin;
}

void add_decide(Part& policy, const syntax::Policy& written) {
  constexpr std::string_view kWord = "decide";
  for (const auto& item : written.items)
    if (const auto* decide = std::get_if<syntax::DecideItem>(&item)) {
      const Span word{decide->span.begin, decide->span.begin + static_cast<std::uint32_t>(kWord.size())};
      policy.parts.push_back({Kind::decide, std::string(kWord), "", decide->span, word, {}});
    }
  std::sort(policy.parts.begin(), policy.parts.end(), in_order);
}

}  // namespace

std::vector<Part> outline(const Document& document) {
  std::vector<Part> parts;
  if (!document.compiled) return parts;
  const syntax::Tree& tree = document.compiled->tree;
  const Names names(*document.compiled);
  for (const Declaration& one : names.declarations()) {  // what holds others stands before them
    if (one.kind == Kind::policy)
      parts.push_back(part_of(one));
    else if (one.owner.empty())
      parts.back().parts.push_back(part_of(one));
    else
      parts.back().parts.back().parts.push_back(part_of(one));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) add_decide(parts[i], tree.policies[i]);
  for (const syntax::Test& test : tree.tests) {
    const bool blank = test.name.value.find_first_not_of(" \t\r\n") == std::string::npos;
    parts.push_back({Kind::test, blank ? "test" : test.name.value, "", test.span, test.name.span, {}});
  }
  std::sort(parts.begin(), parts.end(), in_order);
  return parts;
}

}  // namespace proofmark::assist
