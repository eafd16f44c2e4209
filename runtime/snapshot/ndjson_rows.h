// One JSON object a line. Every line is checked against the whole of JSON's grammar, also where its values are not
// wanted: a line that is half a line must not count as a row. Nested objects name columns with dots.
#pragma once

#include <string_view>

#include "runtime/snapshot/bad_rows.h"

namespace proofmark::snapshot {

// `text`: whole lines, with kTextPadding readable bytes behind. Adds its lines to `lines`. Sink: row_sink.h.
template <typename Sink>
void parse_ndjson(std::string_view text, Sink& sink, BadRows& bad, std::uint64_t& lines);

}  // namespace proofmark::snapshot
