// A test block with its names resolved: which policy, with which parameters, over which generated telemetry, and what
// must come out.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "compiler/semantics/typed_policy.h"
#include "runtime/generators/telemetry.h"

namespace proofmark::semantics {

// `start` of every test; generated rows lie in (start, start + over].
inline constexpr std::int64_t kTestStartNs = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z

struct DecisionExpected {
  plan::Decision decision = plan::Decision::deny;
};
struct ObjectiveExpected {
  std::string objective;
  std::string verdict;
};  // pass, fail, inconclusive, no_data, undecided

struct Test {
  std::string name;
  std::size_t policy = 0;  // index into the file's policies
  Bindings bindings;
  std::uint64_t seed = 1;
  std::int64_t as_of_ns = kTestStartNs;  // the end of the longest block
  std::vector<generators::StreamSpec> streams;
  std::vector<std::variant<DecisionExpected, ObjectiveExpected>> expectations;
  std::vector<Span> expectation_spans;
  Span span;
};

// Streams of the policy that a test does not give are generated empty. Appends every mistake to `problems`.
std::vector<Test> analyse_tests(const syntax::Tree& tree, const std::vector<Policy>& policies,
                                const source::SourceFile& file, Diagnostics& problems);

}  // namespace proofmark::semantics
