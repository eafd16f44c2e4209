// Earlier looks at the same release, from the decision transcripts that were written of them.
//
// A history is a text with one canonical transcript a line, in the order in which they were made; an empty one is that
// of the first look. It belongs to one subject: a release by the digest of its artifact, or by its label where it has
// none. Within it looks are kept by claim (claims.h), so that what surrounds a claim may change: a title, a reason,
// another objective, a line of the policy. An objective that a look asked otherwise keeps the look, and has no bound
// any more (runtime/judgement/error_level.h): what is asked after looking may have been chosen by what was seen.
//
// Nothing in a history is taken on trust but the telemetry. A line that this plan made, names and texts for people
// aside, must follow from its own facts to the byte. Of a line of another plan every claim that this plan has too is
// judged again from the line's facts, and its numbers must be the same. Every line must itself have been made with the
// lines before it, so that no look can be left out, put in or changed. What a look that nobody wrote down saw, no text
// can tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/transcript/transcript.h"

namespace proofmark::transcript {

// Earlier looks, and at which line of the history each stands.
struct AttestedLooks {
  plan::History looks;
  std::vector<std::uint32_t> lines;
};

// At most `lines` of them. Problems, each at its line: PM0901 to PM0907 (no transcript that verifies), PM0908 (of
// another subject or policy), PM0909 (out of order), PM0910 (made with another history than the lines before it).
Result<AttestedLooks> read_history(const plan::Plan& plan, std::string_view text, const std::string& file,
                                   std::size_t lines);

// Whether the history in the facts can be that of the facts: PM0904 (another shape), PM0905 (counts or bounds that
// cannot be), PM0909 (out of order), PM0911 (rows that an earlier look saw are gone). The facts themselves have passed
// check_shape. `lines`: where in the file each look stands, if it is a history; a transcript is one line.
Status check_history(const plan::Plan& plan, const plan::Facts& facts, const std::string& file,
                     const std::vector<std::uint32_t>& lines = {});

}  // namespace proofmark::transcript
