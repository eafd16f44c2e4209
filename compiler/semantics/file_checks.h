// What concerns a policy file as a whole: its edition, the names of its policies, its tests.
#pragma once

#include <vector>

#include "compiler/semantics/typed_policy.h"

namespace proofmark::semantics {

// Edition present and known; at least one policy; policy names distinct.
void check_file(const syntax::Tree& tree, const source::SourceFile& file, Diagnostics& problems);

// The bindings that concern one of several policies of a file: a name that another policy declares is not its own; a
// name that none declares stays, so that it is reported.
// The parameters of all policies of the file.
std::vector<std::string> declared_parameters(const syntax::Tree& tree);

Bindings bindings_of(const syntax::Policy& policy, const syntax::Tree& tree, const Bindings& all);

}  // namespace proofmark::semantics
