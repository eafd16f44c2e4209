#include "bench/scans.h"

#include <stdexcept>

#include "bench/measures.h"
#include "runtime/json/json.h"
#include "runtime/transcript/facts_json.h"

namespace proofmark::bench {
namespace {

template <typename T>
T taken(Result<T>&& result) {
  if (!result) throw std::runtime_error(result.problems().front().message);
  return std::move(*result);
}

}  // namespace

ReadyScan::ReadyScan(const plan::Plan& plan, const snapshot::Stream& stream, std::int64_t as_of_ns)
    : plan_(plan),
      bound_(taken(engine::bind(plan_.scans.front(), stream, as_of_ns))),
      groupings_(taken(engine::find_groups(bound_, 0))) {
  engine::Options options;
  options.engine = engine::Options::Choice::native;
  compile_seconds_ = seconds_of([&] { engine::add_code(native_, collector_, options); });
}

std::string text_of(const plan::StreamFacts& facts) {
  plan::Facts all;
  all.scans.push_back(facts);
  return json::canonical(transcript::facts_to_json(all));
}

}  // namespace proofmark::bench
