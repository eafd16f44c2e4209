// Wording.
#include "runtime/engine/scan_warnings.h"

#include "runtime/engine/named_list.h"

namespace proofmark::engine {

using plan::Id;

Diagnostics undeclared_warnings(const plan::Scan& scan, const plan::StreamFacts& facts) {
  Diagnostics warnings;
  for (Id id = 0; id < scan.groupings.size(); ++id) {
    if (facts.undeclared[id] == 0) continue;
    const plan::Field& field = scan.fields[scan.groupings[id].field];
    warnings.push_back(plain_problem(
        "PM0608",
        std::to_string(facts.undeclared[id]) + " rows of stream `" + scan.stream + "` have a `" + field.name +
            "` outside the declared values " + named_list(field.declared) + ", and belong to no group",
        "declare the missing values (a null belongs to none); a list that only `for each` uses may be dropped, to "
        "group by whatever occurs, one that `expect every` asks for may not"));
    warnings.back().severity = Severity::warning;
  }
  return warnings;
}

}  // namespace proofmark::engine
