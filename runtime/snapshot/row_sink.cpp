// Typed columns filled row by row.
#include "runtime/snapshot/row_sink.h"

#include <algorithm>

namespace proofmark::snapshot {

Layout Layout::of(std::vector<ColumnPlan> columns) {
  Layout layout;
  layout.columns = std::move(columns);
  for (std::size_t i = 0; i < layout.columns.size(); ++i)
    layout.slots.emplace(layout.columns[i].name, static_cast<int>(i));
  return layout;
}

PartSink::PartSink(const Layout& layout) : layout_(&layout), put_in_(layout.columns.size(), 0) {
  for (const ColumnPlan& plan : layout.columns) piece_.columns.emplace_back(plan);
}

int PartSink::slot_of(std::string_view path) const {
  const auto found = layout_->slots.find(path);
  return found == layout_->slots.end() ? kNoSlot : found->second;
}

CellProblem PartSink::put(int slot, const Cell& cell) {
  const auto place = static_cast<std::size_t>(slot);
  if (put_in_[place] == attempt_) return CellProblem::repeated;
  put_in_[place] = attempt_;
  ++put_count_;
  return piece_.columns[place].put(piece_.rows, cell);
}

void PartSink::good_row() {
  if (put_count_ != put_in_.size())
    for (std::size_t i = 0; i < put_in_.size(); ++i)
      if (put_in_[i] != attempt_) piece_.columns[i].put(piece_.rows, {});
  ++piece_.rows;
  bad_row();
}

void PartSink::bad_row() {
  ++attempt_;
  put_count_ = 0;
}

ParsedPiece PartSink::take() {
  for (ColumnPart& column : piece_.columns) column.keep(piece_.rows);
  for (const std::uint32_t attempt : put_in_) piece_.seen.push_back(attempt != 0);
  return std::move(piece_);
}

}  // namespace proofmark::snapshot
