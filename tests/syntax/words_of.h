// A text as the places of its words, marks and literals; comments and blanks between them. Simple on purpose and not
// made of the parser that it helps to test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proofmark::syntax {

struct Word {
  std::size_t begin = 0, end = 0;
};

std::vector<Word> words_of(std::string_view text);

}  // namespace proofmark::syntax
