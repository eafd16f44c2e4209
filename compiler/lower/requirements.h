// Requirements to leaves, terms and the facts they need.
#pragma once

#include <memory>
#include <vector>

#include "compiler/lower/scan_builder.h"
#include "compiler/semantics/typed_policy.h"
#include "compiler/source/source_file.h"

namespace proofmark::lower {

// The scans of a plan, one for each stream that an objective speaks of, in order of first use.
class Scans {
 public:
  explicit Scans(const semantics::Policy& policy) : policy_(policy) {}
  Id index(std::uint32_t stream);
  ScanBuilder& at(Id scan) { return *builders_[scan]; }
  const std::vector<std::uint32_t>& streams() const { return streams_; }
  std::vector<plan::Scan> take();

 private:
  const semantics::Policy& policy_;
  std::vector<std::uint32_t> streams_;
  std::vector<std::unique_ptr<ScanBuilder>> builders_;
};

// `objective` already has its confidence, window, looks; its grouping is set here.
plan::Requirement lower_requirement(const semantics::Policy& policy, const semantics::Objective& typed,
                                    plan::Objective& objective, const semantics::Requirement& requirement,
                                    const source::SourceFile& file, Scans& scans);

// The rows that a model's `sample` draws from: a count of them, which the objective rests on, and where their values
// are.
struct RecordedRows {
  plan::Leaf leaf;
  plan::ModelSource source;
};
RecordedRows lower_recorded_rows(const semantics::Policy& policy, const semantics::Objective& typed,
                                 plan::Objective& objective, const semantics::TypedId values,
                                 const source::SourceFile& file, Scans& scans);

}  // namespace proofmark::lower
