// Running a plan over a snapshot: in go a plan and telemetry, out come facts.
//
// Two engines, one meaning. The interpreter is the reference: one small kernel an operation, blocks of 4096 rows. The
// native engine has the counting part of a scan compiled (compiler/codegen, opened lazily as a plugin) and shares all
// the rest with the interpreter. Facts are the same, byte for byte, for either engine, for any number of threads and
// on any processor; so neither shows in a transcript. When native code cannot be had the run falls back to the
// interpreter and says why in `notes`. Nothing here judges.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/cache/cache.h"
#include "runtime/diagnostic/diagnostic.h"
#include "runtime/engine/measures.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

struct Options {
  enum class Choice : std::uint8_t { automatic, interpreter, native };
  Choice engine = Choice::automatic;
  unsigned threads = 0;      // 0: as many as the machine has
  std::string cpu = "host";  // of native code: "host", "v4", "v3" or "baseline" (x86-64 levels)
  int codegen_level = 1;     // of native code: 0 to 3, LLVM's code generation effort
  enum class Linker : std::uint8_t { orc, object };
  Linker linker = Linker::object;  // an object file, loaded without LLVM (native_object.h); or LLVM's ORC in the plugin
  const cache::Cache* objects = nullptr;  // where compiled objects are kept; null: nowhere
  const cache::Cache* facts = nullptr;    // where facts of rows that were seen are kept (kept_facts.h); null: nowhere
  std::size_t fact_unit_batches = 4;      // of so many record batches together
  Measures* measures = nullptr;           // filled while running; null: nobody asked
};

struct Ran {
  plan::Facts facts;
  std::string engine = "interpreter";  // or "native": at least one scan ran compiled code
  std::size_t kept = 0;                // scans whose compiled code was found in the cache
  std::vector<std::string> notes;      // for people: why native code was declined, stream by stream
  Diagnostics warnings;                // PM0608
};

// Binds every scan, checks the chunks of the columns that it reads, then scans. Errors: PM06xx (the snapshot is not
// what the policy's telemetry block says), whatever verify_chunks reports.
Result<Ran> run(const plan::Plan& plan, const snapshot::Snapshot& snapshot, const Options& options);

// The same for several plans, with one pass over a stream for all that read it: it costs what is distinct in them. Each
// has the facts that it has alone; problems are each plan's own.
std::vector<Result<Ran>> run_together(std::span<const plan::Plan* const> plans, const snapshot::Snapshot& snapshot,
                                      const Options& options);

struct RanScan {
  plan::StreamFacts facts;
  bool native = false;
  bool kept = false;  // its compiled code was found in the cache
  std::vector<std::string> notes;
  Diagnostics warnings;
};

// One scan over one stream that is already in memory and holds what verify_chunks makes sure of; `run` is this for
// every scan of a plan.
Result<RanScan> run_scan(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of_ns,
                         const Options& options);

}  // namespace proofmark::engine
