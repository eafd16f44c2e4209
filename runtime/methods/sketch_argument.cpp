#include "runtime/methods/sketch_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/methods/exact_value.h"
#include "runtime/methods/methods.h"
#include "runtime/methods/names.h"
#include "runtime/statistics/sketches.h"

namespace proofmark::methods {
namespace {

using statistics::BucketCounts;
using statistics::Sketch;
using statistics::SketchKind;
using statistics::SketchLayout;

constexpr std::int64_t kMostIndex = 1'000'000'000'000'000;
constexpr std::uint64_t kMostCount = 10'000'000'000'000;

std::string_view keys_of(SketchKind kind) {
  switch (kind) {
    case SketchKind::ddsketch:
      return "relative_accuracy|buckets|negative|zero|zero_width|collapsed_below";
    case SketchKind::hdr:
      return "significant_digits|lowest|buckets";
    case SketchKind::native:
      return "schema|buckets|negative|zero|zero_width";
  }
  return "";
}

std::optional<std::int64_t> whole_of(const json::Value& value, std::int64_t least, std::int64_t most) {
  const auto number = exact_of(value);
  if (!number || !number->is_integer() || *number < Rational(least) || *number > Rational(most)) return std::nullopt;
  return static_cast<std::int64_t>(number->numerator());
}

// One sketch's object; `name` is the argument's.
class Reader {
 public:
  Reader(std::string_view name, SketchKind kind, const json::Object& object)
      : name_(name), kind_(kind), object_(object) {}

  Result<Sketch> read() const {
    if (auto problem = unknown_key()) return std::move(*problem);
    Sketch sketch;
    sketch.layout.kind = kind_;
    if (auto problem = read_layout(sketch.layout)) return std::move(*problem);
    if (auto problem = read_counts(sketch)) return std::move(*problem);
    if (statistics::total(sketch) > kMostCount)
      return wrong("counts more than 1e13 values", "at most 1e13 are weighed");
    return sketch;
  }

 private:
  Diagnostic wrong(std::string_view what, std::string help) const {
    return refused(fmt::format("`{}` {}", name_, what), std::move(help));
  }

  std::optional<Diagnostic> unknown_key() const {
    const auto keys = split(keys_of(kind_), '|');
    for (const auto& [key, value] : object_.members()) {
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      const auto best = closest_name(key, keys);
      return wrong(fmt::format("has no `{}`", key),
                   best ? fmt::format("did you mean `{}`?", *best) : fmt::format("it has {}", fmt::join(keys, ", ")));
    }
    return std::nullopt;
  }

  // A whole number in a range; the fallback where it is not given.
  std::optional<Diagnostic> read_whole(std::string_view key, std::int64_t least, std::int64_t most,
                                       std::int64_t& into) const {
    const json::Value* value = object_.find(key);
    if (value == nullptr) return std::nullopt;
    const auto number = whole_of(*value, least, most);
    if (!number)
      return wrong(fmt::format("has `{}` {}", key, spelled(*value)),
                   fmt::format("give a whole number from {} to {}", least, most));
    into = *number;
    return std::nullopt;
  }

  std::optional<Diagnostic> needs(std::string_view key, std::string help) const {
    if (object_.find(key) != nullptr) return std::nullopt;
    return wrong(fmt::format("does not say its `{}`", key), std::move(help));
  }

  std::optional<Diagnostic> read_accuracy(Rational& into) const {
    if (auto problem = needs("relative_accuracy", "such as 0.01")) return problem;
    const json::Value& value = *object_.find("relative_accuracy");
    const auto number = exact_of(value);
    if (!number || *number < *Rational::make(1, 1'000'000'000) || *number >= Rational(1))
      return wrong(fmt::format("has `relative_accuracy` {}", spelled(value)),
                   "give a number from 1e-9 to below 1; sketches use 0.001 to 0.05");
    into = *number;
    return std::nullopt;
  }

  std::optional<Diagnostic> read_zero_width(double& into) const {
    const json::Value* value = object_.find("zero_width");
    if (value == nullptr) return std::nullopt;
    const auto number = exact_of(*value);
    if (!number || number->is_negative() || *number > Rational(1'000'000'000))
      return wrong(fmt::format("has `zero_width` {}", spelled(*value)),
                   "give the largest size that counts as zero, from 0 to 1e9");
    into = number->nearest_double();
    return std::nullopt;
  }

  std::optional<Diagnostic> read_layout(SketchLayout& layout) const {
    if (kind_ != SketchKind::hdr)
      if (auto problem = read_zero_width(layout.zero_width)) return problem;
    if (kind_ == SketchKind::ddsketch) return read_accuracy(layout.relative_accuracy);
    std::int64_t number = 0;
    if (kind_ == SketchKind::native) {
      if (auto problem = needs("schema", "a whole number from -4 to 8")) return problem;
      auto problem = read_whole("schema", -4, 8, number);
      layout.schema = static_cast<int>(number);
      return problem;
    }
    if (auto problem = needs("significant_digits", "a whole number from 0 to 5")) return problem;
    if (auto problem = read_whole("significant_digits", 0, 5, number)) return problem;
    layout.digits = static_cast<int>(number);
    number = 1;
    auto problem = read_whole("lowest", 1, std::int64_t{1} << 53, number);
    layout.lowest = static_cast<std::uint64_t>(number);
    return problem;
  }

  std::optional<Diagnostic> read_buckets(std::string_view key, const SketchLayout& layout, BucketCounts& into) const {
    const json::Value* value = object_.find(key);
    if (value == nullptr) return std::nullopt;
    const json::Array* rows = value->as_array();
    if (rows == nullptr) return wrong(fmt::format("has `{}` {}", key, spelled(*value)), "give [[index, count], …]");
    for (const json::Value& row : *rows) {
      const json::Array* pair = row.as_array();
      const bool is_pair = pair != nullptr && pair->size() == 2;
      const auto index = is_pair ? whole_of(pair->front(), -kMostIndex, kMostIndex) : std::nullopt;
      const auto count = is_pair ? whole_of(pair->back(), 0, kMostCount) : std::nullopt;
      if (!index || !count || !statistics::has_edges(layout, *index))
        return wrong(fmt::format("has the bucket {} in `{}`", spelled(row), key),
                     "give [index, count]: whole numbers, an index whose edges are doubles, a count from 0 to 1e13");
      if (into.size() >= kMostBuckets) return wrong("has more than 1e6 buckets", "no sketch has so many");
      std::uint64_t& held = into[place_of(layout, *index)];
      if (held + static_cast<std::uint64_t>(*count) > kMostCount)
        return wrong("counts more than 1e13 values", "at most 1e13 are weighed");
      held += static_cast<std::uint64_t>(*count);
    }
    return std::nullopt;
  }

  // An HdrHistogram's bucket goes by its first value.
  static std::int64_t place_of(const SketchLayout& layout, std::int64_t index) {
    if (layout.kind != SketchKind::hdr) return index;
    return static_cast<std::int64_t>(
        statistics::HdrLayout(layout.lowest, layout.digits).first_of_bucket(static_cast<std::uint64_t>(index)));
  }

  std::optional<Diagnostic> read_counts(Sketch& sketch) const {
    if (auto problem = needs("buckets", "[[index, count], …]; [] where it holds no value")) return problem;
    if (auto problem = read_buckets("buckets", sketch.layout, sketch.positive)) return problem;
    if (auto problem = read_buckets("negative", sketch.layout, sketch.negative)) return problem;
    std::int64_t number = 0;
    if (auto problem = read_whole("zero", 0, kMostCount, number)) return problem;
    sketch.zero = static_cast<std::uint64_t>(number);
    if (object_.find("collapsed_below") != nullptr) {
      if (auto problem = read_whole("collapsed_below", -kMostIndex, kMostIndex, number)) return problem;
      sketch.collapsed_below = number;
    }
    return in_zero_bucket(sketch);
  }

  // A native histogram that widens its zero bucket takes the buckets in it along.
  std::optional<Diagnostic> in_zero_bucket(const Sketch& sketch) const {
    for (const BucketCounts* counts : {&sketch.positive, &sketch.negative})
      for (const auto& [index, count] : *counts)
        if (count > 0 && sketch.layout.zero_width > 0 &&
            statistics::edges_of_index(sketch.layout, index).upper <= sketch.layout.zero_width)
          return wrong(
              fmt::format("has bucket {} within the zero bucket, which is {} wide", index, sketch.layout.zero_width),
              "count its values in `zero`");
    return std::nullopt;
  }

  static constexpr std::size_t kMostBuckets = 1'000'000;

  std::string_view name_;
  SketchKind kind_;
  const json::Object& object_;
};

SketchKind kind_of(const Arguments& call) {
  const std::string& word = call.word("kind");
  return word == "hdr" ? SketchKind::hdr : word == "native" ? SketchKind::native : SketchKind::ddsketch;
}

}  // namespace

Result<statistics::Sketch> sketch_of(const Arguments& call, std::string_view name) {
  const json::Object* object = call.value(name).as_object();
  if (object == nullptr)
    return refused(fmt::format("`{}` is {}, but a sketch is expected", name, spelled(call.value(name))),
                   fmt::format("an object with {}", fmt::join(split(keys_of(kind_of(call)), '|'), ", ")));
  return Reader(name, kind_of(call), *object).read();
}

}  // namespace proofmark::methods
