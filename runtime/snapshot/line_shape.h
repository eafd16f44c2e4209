// What lines of one program have in common: all that stands between their values. A line is taken apart by JSON's
// grammar once; others like it are compared with its shape, and only their values are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "runtime/snapshot/text_scan.h"

namespace proofmark::snapshot {

// Whether a short way that cannot be gone everywhere is worth trying on.
class Tries {
 public:
  bool worth_it() const { return missed_ < met_ + kPatience; }
  void met() { ++met_; }
  void missed() { ++missed_; }

 private:
  static constexpr std::uint64_t kPatience = 64;
  std::uint64_t met_ = 0, missed_ = 0;
};

class LineShape {
 public:
  // A value of the line that the shape is made of.
  struct Value {
    const char *begin = nullptr, *end = nullptr;
    int slot = 0;
    bool object = false;  // no text: the object that begins here is itself put into the slot
  };
  struct Step {
    FixedText before;  // from the value before, or the line's begin, to the value
    int slot = 0;      // below 0: nobody asked
    bool object = false;
  };

  LineShape() = default;
  LineShape(const char* begin, const std::vector<Value>& values, const char* behind_newline) {
    for (const Value& value : values) {
      steps.push_back({FixedText({begin, static_cast<std::size_t>(value.begin - begin)}), value.slot, value.object});
      if (value.slot >= 0) slots.push_back(value.slot);
      begin = value.end;
    }
    tail = FixedText({begin, static_cast<std::size_t>(behind_newline - begin)});
  }

  std::vector<Step> steps;
  std::vector<int> slots;  // that the line puts, each once
  FixedText tail;          // with the newline
};

// The shapes that are tried, as long as trying them pays.
class LineShapes {
 public:
  // The one to try at `attempt` for a line, the likeliest first; null: no more of them.
  const LineShape* at(std::size_t attempt) const {
    return attempt < shapes_.size() ? &shapes_[(likeliest_ + attempt) % shapes_.size()] : nullptr;
  }
  void met(std::size_t attempt) {
    if (attempt != 0) likeliest_ = (likeliest_ + attempt) % shapes_.size();
    tries_.met();
  }
  void missed() { tries_.missed(); }  // a line that none of them has met
  bool worth_it() const { return tries_.worth_it(); }
  void add(LineShape shape) {
    if (shapes_.size() < kMost) {
      shapes_.push_back(std::move(shape));
    } else {
      shapes_[oldest_++ % kMost] = std::move(shape);
    }
  }

 private:
  static constexpr std::size_t kMost = 4;

  std::vector<LineShape> shapes_;
  std::size_t likeliest_ = 0, oldest_ = 0;
  Tries tries_;
};

}  // namespace proofmark::snapshot
