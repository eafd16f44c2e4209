// Diagnostics for people and for machines.
#pragma once

#include <span>
#include <string>

#include "compiler/source/source_file.h"
#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::source {

struct RenderOptions {
  bool colour = false;
};

// Rust-like: `error[PM0312]: message`, ` --> file:line:column`, the line with an underline and labels (both places when
// there are several), `help:` with the edited line shown. Files whose text is not among `files` get no excerpt.
std::string render_text(const Diagnostics& diagnostics, std::span<const SourceFile* const> files,
                        RenderOptions options);

// One JSON document (canonical, one line): {"diagnostics":[{code, severity, message, file, line, column, endLine,
// endColumn, labels, help, edit:{file, begin, end, line, column, replacement}}]}.
std::string render_json(const Diagnostics& diagnostics);

// The name among `candidates` closest to `wrong` (Damerau–Levenshtein, at most a third of its length away), or empty.
std::string closest(std::string_view wrong, std::span<const std::string> candidates);

}  // namespace proofmark::source
