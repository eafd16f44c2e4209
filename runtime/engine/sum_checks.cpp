#include "runtime/engine/sum_checks.h"

#include <algorithm>

namespace proofmark::engine {

Diagnostics unchecked_sums(const plan::Plan& plan, const snapshot::Snapshot& snapshot) {
  Diagnostics problems;
  for (const plan::StreamPromise& promise : plan.streams) {
    const bool is_read = std::any_of(plan.scans.begin(), plan.scans.end(),
                                     [&](const plan::Scan& scan) { return scan.stream == promise.stream; });
    const snapshot::Stream* stream = is_read ? snapshot.find(promise.stream) : nullptr;
    if (stream == nullptr) continue;  // without the stream the scan has its own problem
    const std::vector<plan::SumCheck>& checked = stream->origin.checks;
    for (const std::string& check : promise.checks)
      if (std::none_of(checked.begin(), checked.end(),
                       [&](const plan::SumCheck& one) { return plan::spelled(one) == check; }))
        problems.push_back(plain_problem(
            "PM0614", "the rows of stream `" + promise.stream + "` were read without `check " + check + "`",
            "create the snapshot with this policy as its `--schema`, which checks every "
            "row"));
  }
  return problems;
}

}  // namespace proofmark::engine
