// Engines, hand-written limits and DuckDB over the same rows in the same memory, in turns.
#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "bench/duckdb.h"
#include "bench/limits.h"
#include "bench/measures.h"
#include "bench/policies.h"
#include "bench/report.h"
#include "bench/scans.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::bench {
namespace {

template <typename T>
T taken(Result<T>&& result) {
  if (!result) throw std::runtime_error(result.problems().front().message);
  return std::move(*result);
}

constexpr std::string_view kCounted[] = {"duration", "status", "service", "environment"};
constexpr const char* kGroups = " FROM requests GROUP BY service, environment ORDER BY environment, service";
constexpr std::int64_t kFastNs = 300'000'000;

// Of durations in units of so many nanoseconds.
std::string counts_query(std::int64_t unit_ns) {
  return "SELECT environment, service, count(*), count(*) FILTER (status < 500), count(*) FILTER (duration <= " +
         std::to_string(kFastNs / unit_ns) + ")";
}

class Engines {
 public:
  explicit Engines(const EngineOptions& options)
      : options_(options),
        snapshot_(taken(snapshot::Snapshot::open(options.snapshot))),
        data_(*snapshot_.find(kStream)),
        counting_(taken(plan_of(counting_policy())), data_.stream(), kEndNs),
        quantiles_(taken(plan_of(quantile_policy())), data_.stream(), kEndNs),
        varied_(taken(plan_of(varied_policy())), data_.stream(), kEndNs) {
    std::string problem;
    if (!options.duckdb.empty()) duckdb_ = DuckDb::open(options.duckdb, "", problem);
    if (!options.duckdb.empty() && duckdb_ == nullptr) throw std::runtime_error(problem);
    if (duckdb_ != nullptr) duckdb_->load(data_);
  }

  Report run() {
    report_.numbers["rows"] = static_cast<double>(data_.rows());
    report_.numbers["bytes"] = static_cast<double>(counted_bytes());
    report_.numbers["compile_seconds"] = counting_.compile_seconds();
    report_.numbers["native"] = counting_.compiled() ? 1 : 0;
    agree();
    measure_counting();
    measure_quantiles();
    measure_sums();
    return report_;
  }

 private:
  const snapshot::Column& durations() const { return *data_.stream().find("duration"); }
  std::int64_t unit_ns() const { return durations().scale; }
  // The loops are written for nanoseconds.
  bool by_hand() const { return limits_run_here() && durations().physical == snapshot::Physical::i64; }

  std::size_t bytes_of(std::string_view column) const {
    return data_.rows() * snapshot::width_bytes(data_.stream().find(column)->physical) / 256 * 256;
  }
  std::size_t counted_bytes() const {
    std::size_t bytes = 0;
    for (const std::string_view column : kCounted) bytes += bytes_of(column);
    return bytes;
  }
  void read(unsigned threads) {
    for (const std::string_view column : kCounted)
      kept_ = kept_ + read_all(data_.values<std::byte>(column), bytes_of(column), threads);
  }

  // ---- do they say the same

  void agree() {
    for (const auto& [name, scan] :
         {std::pair{"counting", &counting_}, {"quantiles", &quantiles_}, {"varied", &varied_}}) {
      const std::string reference = text_of(scan->interpreted(1));
      bool same = text_of(scan->interpreted(3)) == reference;
      for (const unsigned threads : {1U, 2U, 5U})
        same = same && (!scan->compiled() || text_of(scan->native(threads)) == reference);
      report_.agree[std::string("engines, ") + name] = same;
    }
    const AllCounted ours = counted(counting_.interpreted(0));
    if (by_hand()) report_.agree["by hand, counts"] = ours == count_by_hand(data_, 2);
    if (duckdb_ == nullptr) return;
    report_.agree["DuckDB, counts"] = ours == counted(duckdb_->query(counts_query(unit_ns()) + kGroups));
    report_.agree["DuckDB, p99 and its bounds"] = order_statistics_agree();
  }

  // The plan's facts in the order of the policy: services, each its canary and its stable rows, each with its total,
  // its good and its fast ones; the rest (rows unknown, first and last times) does not matter here.
  AllCounted counted(const plan::StreamFacts& facts) const {
    const plan::Plan plan = taken(plan_of(counting_policy()));
    AllCounted all;
    for (std::size_t i = 0; i < plan.objectives.size(); ++i) {
      const auto& requirements = plan.objectives[i].requirements;
      const auto rows = [&](const plan::FactRef& fact) {
        return std::get<plan::CountFact>(facts.facts[fact.accumulator]).counts.front();
      };
      const auto& errors = std::get<plan::Proportion>(requirements[0].leaves.front().what);
      const auto& speed = std::get<plan::Proportion>(requirements[1].leaves.front().what);
      (i % 2 == 0 ? all.canary : all.stable)[i / 2] = {rows(errors.population), rows(errors.good), rows(speed.good)};
    }
    return all;
  }

  AllCounted counted(const std::vector<std::vector<std::string>>& rows) const {
    AllCounted all;
    const std::uint32_t canary = data_.code("environment", "canary");
    for (const auto& row : rows)
      (std::stoul(row[0]) == canary ? all.canary : all.stable)[std::stoul(row[1])] = {
          std::stoull(row[2]), std::stoull(row[3]), std::stoull(row[4])};
    return all;
  }

  // Every order statistic of the facts against DuckDB's value at the same rank: (rank - 1/2) / n is between two ranks.
  bool order_statistics_agree() {
    const plan::Plan plan = taken(plan_of(quantile_policy()));
    const plan::StreamFacts facts = quantiles_.interpreted(0);
    for (std::size_t i = 0; i < plan.objectives.size(); ++i) {
      const auto& leaf = std::get<plan::Quantile>(plan.objectives[i].requirements[1].leaves.front().what);
      const auto& summary = std::get<plan::ValuesFact>(facts.facts[leaf.values.accumulator]).groups.front();
      std::string wanted;
      std::vector<std::string> values;
      for (const auto& ranked : summary.ranks) {
        if (!ranked) continue;
        wanted += (wanted.empty() ? "" : ", ") + std::string("quantile_disc(duration, ") +
                  std::to_string(ranked->rank) + " - 0.5 :: DOUBLE) / " + std::to_string(summary.known) + ")";
        values.push_back(std::to_string(std::get<std::int64_t>(ranked->value) / unit_ns()));
      }
      if (!same_values(i, wanted, values, summary.known)) return false;
    }
    return true;
  }

  bool same_values(std::size_t objective, std::string wanted, const std::vector<std::string>& values,
                   std::uint64_t known) {
    if (values.empty()) return true;
    for (auto at = wanted.find("duration, "); at != std::string::npos; at = wanted.find("duration, ", at + 11))
      wanted.insert(at + 10, "(");
    const std::uint32_t environment = data_.code("environment", objective % 2 == 0 ? "canary" : "stable");
    const auto rows = duckdb_->query("SELECT count(*), " + wanted +
                                     " FROM requests WHERE service = " + std::to_string(objective / 2) +
                                     " AND environment = " + std::to_string(environment));
    return rows[0][0] == std::to_string(known) && std::equal(values.begin(), values.end(), rows[0].begin() + 1);
  }

  // ---- how long do they take

  void measure_counting() {
    std::vector<Contestant> contestants;
    for (const unsigned threads : {1U, 2U}) {
      const std::string n = " " + std::to_string(threads);
      if (limits_run_here()) contestants.push_back({"read" + n, [this, threads] { read(threads); }, options_.rounds});
      if (by_hand())
        contestants.push_back({"limit" + n, [this, threads] { count_by_hand(data_, threads); }, options_.rounds});
      if (counting_.compiled())
        contestants.push_back({"native" + n, [this, threads] { counting_.native(threads); }, options_.rounds});
      contestants.push_back({"interpreter" + n, [this, threads] { counting_.interpreted(threads); }, options_.rounds});
      if (varied_.compiled())
        contestants.push_back({"varied native" + n, [this, threads] { varied_.native(threads); }, options_.rounds});
    }
    if (duckdb_ != nullptr)
      contestants.push_back(
          {"duckdb counts", [this] { duckdb_->query(counts_query(unit_ns()) + kGroups); }, options_.rounds / 2 + 1});
    report_.add(measure(contestants));
  }

  void measure_quantiles() {
    std::vector<Contestant> contestants;
    for (const unsigned threads : {1U, 2U})
      if (quantiles_.compiled())
        contestants.push_back({"native p99 " + std::to_string(threads), [this, threads] { quantiles_.native(threads); },
                               options_.rounds});
    contestants.push_back({"interpreter p99 2", [this] { quantiles_.interpreted(2); }, 2});
    if (duckdb_ != nullptr)
      contestants.push_back(
          {"duckdb p99",
           [this] { duckdb_->query(counts_query(unit_ns()) + ", quantile_disc(duration, 0.99)" + kGroups); }, 3});
    report_.add(measure(contestants));
  }

  // A column of doubles, summed by the engine and without any order.
  void measure_sums();

  EngineOptions options_;
  snapshot::Snapshot snapshot_;
  Resident data_;
  ReadyScan counting_, quantiles_, varied_;
  std::unique_ptr<DuckDb> duckdb_;
  Report report_;
  volatile std::int64_t kept_ = 0;
};

void Engines::measure_sums() {
  if (!by_hand()) return;
  const LargePages memory = allocate(data_.rows() * sizeof(double));
  auto* values = reinterpret_cast<double*>(memory.get());
  const auto* durations = data_.values<std::int64_t>("duration");
  for (std::size_t row = 0; row < data_.rows(); ++row) values[row] = static_cast<double>(durations[row]) / 1e9;
  snapshot::Stream stream = data_.stream();
  stream.columns.resize(1);
  stream.columns.push_back({"seconds", plan::FieldType::real, snapshot::Physical::f64, 1, "", {}, {}});
  std::uint64_t from = 0;
  for (const std::uint64_t rows : stream.batch_rows) {
    stream.columns.back().chunks.push_back(
        {rows, 0, nullptr, reinterpret_cast<const std::byte*>(values + from), nullptr});
    from += rows;
  }
  const ReadyScan scan(taken(plan_of("edition 2026\npolicy sums { confidence 95%\n  subject { service \"shop\" }\n"
                                     "  telemetry requests : events { seconds : float }\n"
                                     "  objective o { require sum(requests.seconds) >= 1 }\n"
                                     "  decide { certify for 7d when all objectives pass  deny otherwise } }\n")),
                       stream, kEndNs);
  volatile double kept = 0;
  report_.add(measure({{"sum in any order", [&] { kept = sum_in_any_order(values, data_.rows()); }, options_.rounds},
                       {"sum in fixed shape", [&] { scan.interpreted(1); }, options_.rounds}}));
}

}  // namespace

Report measure_engines(const EngineOptions& options) {
  return Engines(options).run();
}

void write_columns(const std::string& snapshot, const std::string& folder) {
  const auto opened = taken(snapshot::Snapshot::open(snapshot));
  for (const std::string_view name : kCounted) {
    const snapshot::Column& column = *opened.find(kStream)->find(name);
    std::ofstream out(folder + "/" + std::string(name) + ".bin", std::ios::binary);
    for (const snapshot::Chunk& chunk : column.chunks)
      out.write(reinterpret_cast<const char*>(chunk.values),
                static_cast<std::streamsize>(chunk.rows * snapshot::width_bytes(column.physical)));
  }
}

namespace {

std::unique_ptr<DuckDb> opened_duckdb(const std::string& library, const std::string& database) {
  std::string problem;
  auto duckdb = DuckDb::open(library, database, problem);
  if (duckdb == nullptr) throw std::runtime_error(problem);
  return duckdb;
}

}  // namespace

void write_duckdb(const std::string& snapshot, const std::string& library, const std::string& database) {
  const auto opened = taken(snapshot::Snapshot::open(snapshot));
  const auto duckdb = opened_duckdb(library, database);
  duckdb->load(Resident(*opened.find(kStream)));
  duckdb->query("CHECKPOINT");
}

void query_duckdb(const std::string& library, const std::string& database, std::int64_t unit_ns) {
  const auto rows = opened_duckdb(library, database)->query(counts_query(unit_ns) + kGroups);
  if (rows.size() != 2 * kServices) throw std::runtime_error("DuckDB found other groups");
}

void repeat_scan(const std::string& snapshot, const std::string& policy, unsigned threads, int rounds) {
  const auto opened = taken(snapshot::Snapshot::open(snapshot));
  const Resident data(*opened.find(kStream));
  const ReadyScan scan(taken(plan_of(policy)), data.stream(), kEndNs);
  const auto once = [&] { threads == 0 ? scan.interpreted(1) : scan.native(threads); };
  const auto seconds = measure({{"", once, rounds}});
  fmt::print("fastest {:.3f} ms\n", 1e3 * seconds.at(""));
}

}  // namespace proofmark::bench
