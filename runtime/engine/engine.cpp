// Scans of all plans over their streams of the snapshot; those that can be one are.
#include "runtime/engine/engine.h"

#include <algorithm>
#include <memory>

#include "runtime/engine/checked_rows.h"
#include "runtime/engine/recorded_values.h"
#include "runtime/engine/scan.h"
#include "runtime/engine/scan_warnings.h"
#include "runtime/engine/sum_checks.h"
#include "runtime/models/run.h"
#include "runtime/plan/fuse.h"
#include "runtime/plan/same_scans.h"

namespace proofmark::engine {
namespace {

Result<RanScan> run_checked(const plan::Scan& scan, const snapshot::Snapshot& snapshot, const Options& options) {
  auto rows = CheckedRows::of(scan, snapshot, {options.facts, options.fact_unit_batches});
  if (!rows) return rows.problems();
  const bool reads_all = scan.weight || !scan.groupings.empty();
  if (reads_all || !(rows->may_wait() || rows->in_passing()))
    if (const Status checked = rows->check_all(); !checked) return checked.problems();
  return run_scan(scan, *rows, snapshot.as_of(), options);
}

void add(Diagnostics& into, const Diagnostics& more) {
  into.insert(into.end(), more.begin(), more.end());
}

// A scan of one of the plans, and what became of it, which scans that are the same have in common.
struct Asked {
  const plan::Scan* scan = nullptr;
  std::shared_ptr<Result<RanScan>> ran;
};

// Scans that one pass over their stream can serve.
using Company = std::vector<Asked*>;

std::vector<Company> companies_of(std::vector<std::vector<Asked>>& asked) {
  std::vector<Company> companies;
  for (std::vector<Asked>& scans : asked)
    for (Asked& one : scans) {
      const auto found = std::find_if(companies.begin(), companies.end(), [&](const Company& company) {
        return plan::may_fuse(*company.front()->scan, *one.scan);
      });
      if (found != companies.end())
        found->push_back(&one);
      else
        companies.push_back({&one});
    }
  return companies;
}

// Of each of several scans that may be fused, what became of it.
std::vector<Result<RanScan>> run_fused(std::span<const plan::Scan* const> scans, const snapshot::Snapshot& snapshot,
                                       const Options& options) {
  const plan::FusedScan fused = plan::fuse(scans);
  const Result<RanScan> whole = run_checked(fused.scan, snapshot, options);
  std::vector<Result<RanScan>> ran;
  if (!whole) return ran;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    RanScan part{plan::facts_of(*scans[i], fused.parts[i], whole->facts), whole->native, whole->kept, whole->notes, {}};
    part.warnings = undeclared_warnings(*scans[i], part.facts);
    ran.emplace_back(std::move(part));
  }
  return ran;
}

// One pass for all. What is wrong with any of them is wrong with the whole: then each runs by itself, and says so.
std::vector<Result<RanScan>> run_distinct(std::span<const plan::Scan* const> scans, const snapshot::Snapshot& snapshot,
                                          const Options& options) {
  std::vector<Result<RanScan>> ran;
  if (scans.size() > 1) ran = run_fused(scans, snapshot, options);
  if (ran.empty())
    for (const plan::Scan* scan : scans) ran.push_back(run_checked(*scan, snapshot, options));
  return ran;
}

void run_company(const Company& company, const snapshot::Snapshot& snapshot, const Options& options) {
  std::vector<const plan::Scan*> scans;
  for (const Asked* asked : company) scans.push_back(asked->scan);
  const plan::SameScans same = plan::same_scans(scans);
  std::vector<std::shared_ptr<Result<RanScan>>> ran;
  for (Result<RanScan>& one : run_distinct(same.distinct, snapshot, options))
    ran.push_back(std::make_shared<Result<RanScan>>(std::move(one)));
  for (std::size_t i = 0; i < company.size(); ++i) company[i]->ran = ran[same.place[i]];
}

// Models run in as wide registers as native code may use.
statistics::Lanes lanes_of(const std::string& cpu) {
  const statistics::Lanes allowed = cpu == "baseline" ? statistics::Lanes::two
                                    : cpu == "v3"     ? statistics::Lanes::four
                                                      : statistics::Lanes::eight;
  return std::min(allowed, statistics::widest_lanes());
}

std::string tier_of(const models::Way& way) {
  return way.reference ? "one trial at a time" : std::to_string(1U << static_cast<unsigned>(way.lanes)) + " wide";
}

Result<plan::ModelFact> simulated(const plan::Model& model, const models::Way& way, const plan::Plan& plan,
                                  const snapshot::Snapshot& snapshot, const plan::Facts& facts) {
  if (!model.source) return models::run(model, way);
  const auto recorded = recorded_values(plan, *model.source, snapshot, facts, models::rows_worth_keeping(model));
  if (!recorded) return recorded.problems();
  return models::run(model, way, recorded->values, recorded->rows);
}

// The models of a plan whose scans are done.
Result<std::vector<plan::ModelFact>> simulated(const plan::Plan& plan, const snapshot::Snapshot& snapshot,
                                               const plan::Facts& facts, const Options& options) {
  const models::Way way{.reference = options.engine == Options::Choice::interpreter,
                        .threads = options.threads,
                        .lanes = lanes_of(options.cpu),
                        .done = options.measures == nullptr ? nullptr : &options.measures->trials_done};
  std::vector<plan::ModelFact> all;
  for (const plan::Model& model : plan.models) {
    Stopwatch watch;
    auto fact = simulated(model, way, plan, snapshot, facts);
    if (!fact) return fact.problems();
    if (options.measures != nullptr)
      options.measures->models.push_back({model.name, tier_of(way), fact->trials, watch.lap_ns()});
    all.push_back(std::move(*fact));
  }
  return all;
}

Result<Ran> gathered(const plan::Plan& plan, const std::vector<Asked>& asked, const snapshot::Snapshot& snapshot,
                     const Options& options) {
  Ran ran;
  ran.facts.as_of_ns = snapshot.as_of();
  Diagnostics problems = unchecked_sums(plan, snapshot);
  for (const Asked& one : asked) {
    Result<RanScan>& result = *one.ran;
    if (!result) {
      add(problems, result.problems());
      continue;
    }
    ran.facts.scans.share({one.ran, &result->facts});
    add(ran.warnings, result->warnings);
    for (const std::string& note : result->notes) ran.notes.push_back("stream `" + one.scan->stream + "`: " + note);
    if (result->native) ran.engine = "native";
    if (result->kept) ++ran.kept;
  }
  if (!problems.empty()) return problems;
  auto models = simulated(plan, snapshot, ran.facts, options);
  if (!models) return models.problems();
  ran.facts.models = std::move(*models);
  return ran;
}

}  // namespace

Result<Ran> run(const plan::Plan& plan, const snapshot::Snapshot& snapshot, const Options& options) {
  const plan::Plan* only = &plan;
  return std::move(run_together({&only, 1}, snapshot, options).front());
}

std::vector<Result<Ran>> run_together(std::span<const plan::Plan* const> plans, const snapshot::Snapshot& snapshot,
                                      const Options& options) {
  std::vector<std::vector<Asked>> asked;
  for (const plan::Plan* plan : plans) {
    asked.emplace_back();
    for (const plan::Scan& scan : plan->scans) asked.back().push_back({&scan, nullptr});
  }
  for (const Company& company : companies_of(asked)) run_company(company, snapshot, options);
  std::vector<Result<Ran>> all;
  for (std::size_t i = 0; i < plans.size(); ++i) all.push_back(gathered(*plans[i], asked[i], snapshot, options));
  return all;
}

}  // namespace proofmark::engine
