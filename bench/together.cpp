// Many policies over one snapshot: what a pass for all of them costs beside one for the few that ask for the same rows.
#include <algorithm>
#include <stdexcept>

#include "bench/measures.h"
#include "bench/policies.h"
#include "bench/report.h"
#include "runtime/engine/engine.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::bench {
namespace {

constexpr std::size_t kMany = 1'000, kFew = 10;  // ten ask for all that a thousand of these do
constexpr int kRounds = 5;

std::vector<plan::Plan> plans(std::size_t count) {
  std::vector<plan::Plan> made;
  for (std::size_t i = 0; i < count; ++i) {
    auto plan = plan_of(copied_policy(i));
    if (!plan) throw std::runtime_error(plan.problems().front().message);
    made.push_back(std::move(*plan));
  }
  return made;
}

void run(const std::vector<plan::Plan>& all, const snapshot::Snapshot& snapshot) {
  std::vector<const plan::Plan*> pointers;
  for (const plan::Plan& plan : all) pointers.push_back(&plan);
  const auto ran = engine::run_together(pointers, snapshot, {});
  if (!std::all_of(ran.begin(), ran.end(), [](const auto& one) { return static_cast<bool>(one); }))
    throw std::runtime_error("a policy was not evaluated");
}

}  // namespace

Report measure_together(const std::string& snapshot) {
  const auto opened = snapshot::Snapshot::open(snapshot);
  if (!opened) throw std::runtime_error(opened.problems().front().message);
  const std::vector<plan::Plan> many = plans(kMany), few = plans(kFew);
  Report report;
  report.add(measure({{"1000 policies together", [&] { run(many, *opened); }, kRounds},
                      {"10 policies together", [&] { run(few, *opened); }, kRounds}}));
  return report;
}

}  // namespace proofmark::bench
