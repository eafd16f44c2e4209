// Labels get their final codes only at the end, by the order of their bytes: then they do not depend on which row
// came first.
#include "runtime/snapshot/column_gather.h"

#include <algorithm>
#include <numeric>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

constexpr std::size_t kMaximumInferredLabels = 65'536;
constexpr std::uint64_t kAlwaysLabels = 64;  // so many distinct values are labels in a file of any length
constexpr std::uint32_t kUnmapped = UINT32_MAX;

template <typename Values>
void append(Values& all, const Values& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

void ColumnGatherer::expect(std::uint64_t rows) {
  if (!valid_.empty()) valid_.reserve(rows);
  switch (plan_.reading) {
    case Reading::whole:
    case Reading::time_text:
      return integers_.reserve(rows);
    case Reading::real:
      return reals_.reserve(rows);
    case Reading::boolean:
      return booleans_.reserve(rows);
    case Reading::label:
    case Reading::label_or_text:
      if (!as_text_) return codes_.reserve(rows);
      break;
    case Reading::text:
      break;
  }
  text_.ends.reserve(rows);
  if (rows_ != 0) text_.bytes.reserve((text_.bytes.size() / rows_ + 1) * rows);
}

std::uint64_t ColumnGatherer::bytes_a_row() const {
  switch (plan_.reading) {
    case Reading::whole:
    case Reading::time_text:
    case Reading::real:
      return 8;
    case Reading::boolean:
      return 1;
    case Reading::label:
    case Reading::label_or_text:
      if (!as_text_) return 4;
      break;
    case Reading::text:
      break;
  }
  return 8 + (rows_ == 0 ? 0 : text_.bytes.size() / rows_);
}

void ColumnGatherer::add(const ColumnPart& part, std::uint32_t rows) {
  if (part.has_nulls() && valid_.empty()) valid_.assign(rows_, 1);
  if (part.has_nulls()) {
    append(valid_, part.valid);
  } else if (!valid_.empty()) {
    valid_.resize(rows_ + rows, 1);
  }
  switch (plan_.reading) {
    case Reading::whole:
    case Reading::time_text:
      append(integers_, part.integers);
      break;
    case Reading::real:
      append(reals_, part.reals);
      break;
    case Reading::boolean:
      append(booleans_, part.booleans);
      break;
    case Reading::label:
    case Reading::label_or_text:
      add_codes(part, rows);
      break;
    case Reading::text:
      add_text(part, rows);
      break;
  }
  rows_ += rows;
}

// Only codes that a good row uses enter the pool: a bad row leaves nothing behind.
void ColumnGatherer::add_codes(const ColumnPart& part, std::uint32_t rows) {
  if (as_text_) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (part.valid[row] != 0) text_.bytes += part.pool[part.codes[row]];
      text_.ends.push_back(text_.bytes.size());
    }
    return;
  }
  std::vector<std::uint32_t> mapped(part.pool.size(), kUnmapped);
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (part.valid[row] == 0) {
      codes_.push_back(0);
      continue;
    }
    std::uint32_t& code = mapped[part.codes[row]];
    if (code == kUnmapped) code = pool_.code_of(part.pool[part.codes[row]]);
    codes_.push_back(code);
  }
  const bool too_many = pool_.size() > kMaximumInferredLabels || pool_.bytes() > kMaximumBatchText;
  if (plan_.reading == Reading::label_or_text && too_many) {
    rows_ += rows;
    turn_into_text();
    rows_ -= rows;
  }
}

void ColumnGatherer::add_text(const ColumnPart& part, std::uint32_t rows) {
  const std::uint64_t before = text_.bytes.size();
  text_.bytes += part.text_bytes;
  for (std::uint32_t row = 0; row < rows; ++row) text_.ends.push_back(before + part.text_ends[row]);
}

void ColumnGatherer::turn_into_text() {
  as_text_ = true;
  text_.ends.reserve(rows_);
  for (std::uint64_t row = 0; row < rows_; ++row) {
    if (valid_.empty() || valid_[row] != 0) text_.bytes += pool_[codes_[row]];
    text_.ends.push_back(text_.bytes.size());
  }
  codes_ = {};
  pool_ = {};
}

bool ColumnGatherer::is_label() const {
  if (plan_.reading == Reading::label) return true;
  return !as_text_ && pool_.size() <= std::max(kAlwaysLabels, rows_ / 4);
}

LabelData ColumnGatherer::label() {
  std::vector<std::uint32_t> sorted(pool_.size());
  std::iota(sorted.begin(), sorted.end(), 0U);
  std::sort(sorted.begin(), sorted.end(), [this](std::uint32_t a, std::uint32_t b) { return pool_[a] < pool_[b]; });
  std::vector<std::uint32_t> rank(pool_.size());
  LabelData label;
  for (std::uint32_t i = 0; i < sorted.size(); ++i) {
    rank[sorted[i]] = i;
    label.dictionary.emplace_back(pool_[sorted[i]]);
  }
  for (std::uint64_t row = 0; row < rows_; ++row)
    codes_[row] = !valid_.empty() && valid_[row] == 0 ? 0 : rank[codes_[row]];
  label.codes = std::move(codes_);
  return label;
}

Result<ColumnData> ColumnGatherer::finish(const std::string& file) {
  ColumnData data;
  data.name = plan_.name;
  data.type = plan_.type;
  data.unit = plan_.unit;
  switch (plan_.reading) {
    case Reading::whole:
    case Reading::time_text:
      data.values = std::move(integers_);
      break;
    case Reading::real:
      data.values = std::move(reals_);
      break;
    case Reading::boolean:
      data.values = BooleanData{std::move(booleans_)};
      break;
    case Reading::text:
      data.values = std::move(text_);
      break;
    case Reading::label:
    case Reading::label_or_text:
      if (pool_.bytes() > kMaximumBatchText)
        return file_problem(code::kTooMuch, file,
                            "the distinct labels of column `" + json::printable(plan_.name) + "` exceed 1 GiB",
                            "declare the column as text");
      if (is_label()) {
        data.values = label();
      } else {
        if (!as_text_) turn_into_text();
        data.type = plan::FieldType::text;
        data.values = std::move(text_);
      }
      break;
  }
  data.valid = std::move(valid_);
  return data;
}

}  // namespace proofmark::snapshot
