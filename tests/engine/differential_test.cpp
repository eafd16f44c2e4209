// Random scans over random telemetry: the oracle, the interpreter and every number of threads say the same, to the bit.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "runtime/engine/engine.h"
#include "runtime/plan/fuse.h"
#include "tests/engine/facts_text.h"
#include "tests/engine/oracle.h"
#include "tests/engine/random_case.h"
#include "tests/engine/weighted_case.h"

namespace proofmark::engine::testing {
namespace {

// The same cases on every run, unless RC_PARAMS asks for others.
const int kSeeded = setenv("RC_PARAMS", "seed=20260101 max_success=150", 0);

CaseSize any_size() {
  CaseSize size;
  size.seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto upto = [](std::size_t n) { return *rc::gen::resize(100, rc::gen::inRange<std::size_t>(0, n)); };
  const std::size_t some = *rc::gen::element<std::size_t>(0, 1, 65, 200, 1000, 4095, 4096, 4097, 9000);
  size.rows = some > 1000 ? some : upto(some + 1);
  size.values = upto(8);
  size.atoms = upto(12);
  size.masks = upto(12);
  size.accumulators = upto(10);
  return size;
}

std::string run_as(const Case& made, const snapshot::Stream& stream, const Options& options) {
  auto ran = run_scan(made.scan, stream, made.as_of_ns, options);
  if (!ran) return ran.problems().front().message;
  return text_of(ran->facts);
}

TEST(Differential, InterpreterIsTheOracleWithAnyThreads) {
  ASSERT_EQ(kSeeded, 0);
  EXPECT_TRUE(rc::check("interpreter = oracle", [] {
    const Case made = random_case(any_size());
    const MadeStream stream(made.table);
    const std::string expected = text_of(naive_facts(made.scan, made.table, made.as_of_ns));
    for (const unsigned threads : {1U, 2U, 5U}) {
      Options options;
      options.engine = Options::Choice::interpreter;
      options.threads = threads;
      RC_ASSERT(run_as(made, stream.stream(), options) == expected);
    }
  }));
}

TEST(Differential, RowsThatStandForEventsCountAsTheEvents) {
  EXPECT_TRUE(rc::check("weighted = written out", [] {
    const Case made = random_weighted_case(any_size());
    const MadeStream stream(made.table);
    const std::string expected = text_of(facts_of_events(made));
    for (const unsigned threads : {1U, 2U, 5U}) {
      Options options;
      options.engine = Options::Choice::interpreter;
      options.threads = threads;
      RC_ASSERT(run_as(made, stream.stream(), options) == expected);
    }
  }));
}

// Parts of one random scan, over one stream: fused, each has the facts that it has alone.
TEST(Differential, FusedScansHaveTheFactsOfEach) {
  EXPECT_TRUE(rc::check("fused = alone", [] {
    const Case made = *rc::gen::arbitrary<bool>() ? random_case(any_size()) : random_weighted_case(any_size());
    const MadeStream stream(made.table);
    std::vector<plan::Scan> scans;
    for (std::size_t i = 0; i < 3; ++i) {
      plan::Scan scan = made.scan;
      if (i > 0) scan.accumulators.resize(*rc::gen::inRange<std::size_t>(0, scan.accumulators.size() + 1));
      for (plan::Accumulator& accumulator : scan.accumulators)
        if (auto* values = std::get_if<plan::CollectValues>(&accumulator.what); values != nullptr && i == 2) {
          values->sum = !values->sum && (!scan.weight || !scan.values[values->value].real);
          std::reverse(values->ranks.begin(), values->ranks.end());
        }
      scans.push_back(std::move(scan));
    }
    const std::vector<const plan::Scan*> together{scans.data(), &scans[1], &scans[2]};
    for (const plan::Scan* scan : together) RC_ASSERT(plan::may_fuse(scans[0], *scan));
    const plan::FusedScan fused = plan::fuse(together);
    RC_ASSERT(fused.scan.masks.size() <= scans[0].masks.size());
    RC_ASSERT(fused.scan.accumulators.size() <= scans[0].accumulators.size());
    Options options;
    options.engine = *rc::gen::element(Options::Choice::interpreter, Options::Choice::native);
    const auto ran = run_scan(fused.scan, stream.stream(), made.as_of_ns, options);
    RC_ASSERT(static_cast<bool>(ran));
    for (std::size_t i = 0; i < scans.size(); ++i)
      RC_ASSERT(text_of(plan::facts_of(scans[i], fused.parts[i], ran->facts)) ==
                run_as(Case{made.table, scans[i], made.as_of_ns}, stream.stream(), options));
  }));
}

#ifdef PROOFMARK_HAS_NATIVE_ENGINE
TEST(Differential, NativeIsTheInterpreter) {
  std::size_t compiled = 0;
  EXPECT_TRUE(rc::check("native = interpreter", [&] {
    const Case made = *rc::gen::inRange(0, 4) > 0 ? random_case(any_size()) : random_weighted_case(any_size());
    const MadeStream stream(made.table);
    Options options;
    options.engine = Options::Choice::interpreter;
    options.threads = 1;
    const std::string expected = run_as(made, stream.stream(), options);
    options.engine = Options::Choice::native;
    for (const int level : {0, 2}) {
      options.codegen_level = level;
      options.threads = *rc::gen::element(1U, 2U, 5U);
      options.cpu = *rc::gen::element<std::string>("host", "v4", "v3", "baseline");
      options.linker = *rc::gen::element(Options::Linker::orc, Options::Linker::object);
      auto ran = run_scan(made.scan, stream.stream(), made.as_of_ns, options);
      RC_ASSERT(static_cast<bool>(ran));
      compiled += ran->native ? 1 : 0;
      RC_ASSERT(text_of(ran->facts) == expected);
    }
  }));
  EXPECT_GT(compiled, 100U);
}
#endif

}  // namespace
}  // namespace proofmark::engine::testing
