// Earlier looks at the same question, from the decision transcripts that were written of them.
//
// A history is a text with one canonical transcript a line, in the order in which they were made; an empty one is that
// of the first look. Nothing in it is taken on trust but the telemetry: every line must be of this plan (policy,
// parameters, artifact), must follow from its own facts, and must itself have been made with the lines before it, so
// that no look can be left out, put in or changed. What a look that nobody wrote down saw, no text can tell.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/transcript/transcript.h"

namespace proofmark::transcript {

// At most `lines` of them. Problems, each at its line: PM0901 to PM0906 (no transcript that verifies), PM0908 (of
// another question), PM0909 (out of order), PM0910 (made with another history than the lines before it).
Result<plan::History> read_history(const plan::Plan& plan, std::string_view text, const std::string& file,
                                   std::size_t lines);

// Whether the history in the facts can be that of the facts: PM0904 (another shape), PM0905 (more bad rows than rows),
// PM0909 (out of order), PM0911 (rows that an earlier look saw are gone). The facts themselves have passed check_shape.
Status check_history(const plan::Plan& plan, const plan::Facts& facts, const std::string& file);

}  // namespace proofmark::transcript
