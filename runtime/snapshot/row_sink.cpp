// Typed columns filled row by row.
#include "runtime/snapshot/row_sink.h"

#include <algorithm>
#include <utility>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::snapshot {

Layout Layout::of(std::vector<ColumnPlan> columns, const std::vector<plan::SumCheck>& checks) {
  Layout layout;
  layout.columns = std::move(columns);
  for (std::size_t i = 0; i < layout.columns.size(); ++i)
    layout.slots.emplace(layout.columns[i].name, static_cast<int>(i));
  const auto places_of = [&](const std::vector<std::string>& names) {
    std::vector<std::size_t> places;
    for (const std::string& name : names) {
      const auto found = layout.slots.find(name);
      PROOFMARK_CHECK(found != layout.slots.end());
      places.push_back(static_cast<std::size_t>(found->second));
      PROOFMARK_CHECK(layout.columns[places.back()].reading == Reading::whole);
    }
    return places;
  };
  for (const plan::SumCheck& check : checks)
    layout.checks.push_back({check, places_of(check.left), places_of(check.right)});
  return layout;
}

PartSink::PartSink(const Layout& layout) : layout_(&layout), put_in_(layout.columns.size(), 0) {
  for (const ColumnPlan& plan : layout.columns) piece_.columns.emplace_back(plan);
}

int PartSink::slot_of(std::string_view path) const {
  const auto found = layout_->slots.find(path);
  return found == layout_->slots.end() ? kNoSlot : found->second;
}

std::optional<Sums> PartSink::sums_of(const Layout::Check& check) const {
  Sums sums;
  for (const auto& [places, sum] : {std::pair(&check.left, &sums.left), std::pair(&check.right, &sums.right)})
    for (const std::size_t place : *places) {
      const ColumnPart& column = piece_.columns[place];
      if (put_in_[place] != attempt_ || column.valid[piece_.rows] == 0) return std::nullopt;
      const std::int64_t number = column.integers[piece_.rows];
      if (number < 0 && sums.negative == 0) sums.negative = number;
      *sum += number;
    }
  return sums;
}

std::optional<BadRow> PartSink::first_misfit() const {
  for (const Layout::Check& check : layout_->checks)
    if (const auto sums = sums_of(check); sums && (sums->left != sums->right || sums->negative != 0))
      return describe(check.said, *sums);
  return std::nullopt;
}

void PartSink::put_nulls() {
  for (std::size_t i = 0; i < put_in_.size(); ++i)
    if (put_in_[i] != attempt_) piece_.columns[i].put(piece_.rows, {});
}

void PartSink::bad_row() {
  for (ColumnPart& column : piece_.columns) column.forget(piece_.rows);
  next_row();
}

void PartSink::make_room() {
  targets_.clear();
  room_ = UINT32_MAX;
  for (ColumnPart& column : piece_.columns) {
    const std::size_t rows = column.make_room(piece_.rows);
    room_ = static_cast<std::uint32_t>(std::min<std::size_t>(room_, rows));
    const Reading reading = column.plan().reading;
    Target target;
    if (reading == Reading::whole) target = {column.integers.data(), &column.plan().scale};
    if (reading == Reading::label || reading == Reading::label_or_text)
      target = {.codes = column.codes.data(), .pool = &column.pool};
    targets_.push_back(target);
  }
}

ParsedPiece PartSink::take() {
  for (ColumnPart& column : piece_.columns) column.keep(piece_.rows);
  for (const std::uint32_t attempt : put_in_) piece_.seen.push_back(attempt != 0);
  return std::move(piece_);
}

}  // namespace proofmark::snapshot
