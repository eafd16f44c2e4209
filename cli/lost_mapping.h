// A mapped file that is cut short while it is read, or whose disk fails, answers with a signal instead of an error.
#pragma once

namespace proofmark::cli {

// From now on such a signal ends the program as other errors of reading do: the file is named on stderr, the exit code
// is `io`, nothing is decided. A signal that is about no mapped file stays what it was.
void end_in_words_when_a_mapping_is_lost();

}  // namespace proofmark::cli
