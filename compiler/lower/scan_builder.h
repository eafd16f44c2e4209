// Builds one scan: fields, values, atoms, masks and accumulators, each kept once however often it is asked for.
//
// Kleene logic ends here: a condition becomes two masks, the rows where it is known to hold and the rows where it is
// known to fail; the rest is unknown.
#pragma once

#include <map>
#include <string>

#include "compiler/semantics/typed_policy.h"
#include "runtime/plan/plan.h"

namespace proofmark::lower {

using plan::Id;
using semantics::TypedId;

struct Known {  // masks
  Id holds = 0, fails = 0;
};

class ScanBuilder {
 public:
  ScanBuilder(const semantics::Policy& policy, std::uint32_t stream);

  Id field(std::uint32_t stream_field);
  Id value(TypedId row_value);
  Id field_value(std::uint32_t stream_field);
  Id window_id(const plan::Window& window);  // in the scan's windows
  Id window(const plan::Window& window);     // a mask
  Known condition(TypedId id);
  Known known(std::uint32_t stream_field);  // is the field known?
  Known compare(Id value, plan::Comparison op, const plan::Rational& bound);
  // Of a field that is known by its bucket: holds and fails where the whole bucket does.
  Known compare_buckets(std::uint32_t stream_field, plan::Comparison op, const plan::Rational& bound);
  Id lower_edge(std::uint32_t stream_field);  // a value
  Id both(Id left, Id right);
  Id either(Id left, Id right);
  Id except(Id left, Id right);
  Id grouping(std::uint32_t stream_field, Id universe);
  Id count(Id mask, std::optional<Id> grouping);
  Id accumulate(plan::Accumulator accumulator);

  std::optional<std::uint32_t> time_field() const { return stream_.time_field; }
  const semantics::Stream& stream() const { return stream_; }
  plan::Scan take() { return std::move(scan_); }

 private:
  Id add_value(const plan::RowValue& value, const std::string& key);
  Id atom(plan::Atom node, const std::string& key);  // the mask where it holds
  Known test(const decltype(plan::Atom::test)& what, const std::string& key);
  Id mask(const plan::Mask& node, const std::string& key);
  Known one_of(const semantics::OneOfNode& node);
  Known number_in(const semantics::NumberInNode& node);
  Known comparison(const semantics::CompareNode& node);
  Known truth(bool value);
  Id row_field(TypedId field_node);

  const semantics::Policy& policy_;
  const semantics::Stream& stream_;
  plan::Scan scan_;
  std::map<std::uint32_t, Id> fields_;
  std::map<std::string, Id> values_, atoms_, masks_, groupings_, accumulators_;
};

}  // namespace proofmark::lower
