// Tree to typed policy.
#pragma once

#include <optional>

#include "compiler/semantics/typed_policy.h"

namespace proofmark::semantics {

// Appends every mistake to `problems`. The result is whole (fit for lowering) only when no error was appended.
Policy analyse(const syntax::Tree& tree, const syntax::Policy& policy, const source::SourceFile& file,
               const Bindings& bindings, Diagnostics& problems);

// `emit --stage typed`: the typed policy as indented text; stable.
std::string print(const Policy& policy, const source::SourceFile& file);

}  // namespace proofmark::semantics
