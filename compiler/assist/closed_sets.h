// Where the grammar has a name and only words of a closed set can be meant: those that the analyser takes there, from
// the tables that it looks them up in.
//
// Which they are may depend on what stands before: the units of a field on its type, the names of arguments on the
// function. Of what is not known yet, such as the kind of telemetry whose header is broken, all are told.
#pragma once

#include <string>
#include <vector>

#include "compiler/semantics/typed_policy.h"
#include "compiler/syntax/possible.h"

namespace proofmark::assist {

// Nothing for a place of other names: they are declared, or have records.
std::vector<std::string> closed_set(syntax::NamePlace place, const syntax::Possible& possible,
                                    const semantics::Policy* policy);

}  // namespace proofmark::assist
