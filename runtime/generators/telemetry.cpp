// Rows to text. Shares become ends on the 64-bit line once a field, so a choice is a comparison of integers.
#include "runtime/generators/telemetry.h"

#include <sleef.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/json/json.h"
#include "runtime/plan/match.h"
#include "runtime/statistics/normal.h"
#include "runtime/statistics/philox4x32.h"

namespace proofmark::generators {
namespace {

// The words of one draw: key by seed and stream, counter by row, block and field.
std::uint64_t draw_bits(std::uint64_t seed, std::uint32_t stream, std::uint32_t block, std::uint32_t field,
                        std::uint64_t row) {
  const statistics::PhiloxKey key{static_cast<std::uint32_t>(seed) ^ stream * 0x85EBCA6BU,
                                  static_cast<std::uint32_t>(seed >> 32)};
  const statistics::PhiloxCounter counter{static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row >> 32), block,
                                          field};
  const statistics::PhiloxCounter words = statistics::philox4x32_10(counter, key);
  return std::uint64_t{words[0]} << 32 | words[1];
}

double inverse(const Draw& draw, double u) {
  switch (draw.family) {
    case Family::uniform:
      return draw.first + (draw.second - draw.first) * u;
    case Family::normal:
      return draw.first + draw.second * statistics::normal_quantile(u);
    case Family::lognormal:
      return Sleef_cinz_expd1_u10purec(draw.first + draw.second * statistics::normal_quantile(u));
    case Family::exponential:
      return -draw.first * Sleef_cinz_log1pd1_u10purec(-u);
    case Family::weibull:
      return draw.first * Sleef_cinz_powd1_u10purec(-Sleef_cinz_log1pd1_u10purec(-u), 1 / draw.second);
    case Family::pareto:
      return draw.first * Sleef_cinz_powd1_u10purec(1 - u, -1 / draw.second);
  }
  return 0;
}

Cell cell(const Draw& draw, std::uint64_t bits) {
  const double value = inverse(draw, statistics::open_unit(bits)) * draw.scale;
  if (!draw.integer) return value;
  constexpr double kLargest = 9.2e18;
  return static_cast<std::int64_t>(std::round(std::fmin(std::fmax(value, -kLargest), kLargest)));
}

// Upper ends of the choices on [0, 2^64]: bits fall into the first choice whose end lies above them, so a choice is
// taken with its share to within 2^-64.
std::vector<plan::UInt128> upper_ends(const std::vector<Choice>& choices) {
  const auto whole = *plan::Rational::make(plan::Int128(1) << 64, 1);
  std::vector<plan::UInt128> ends;
  plan::Rational sum;
  for (const Choice& choice : choices) {
    sum = plan::add(sum, choice.share).value_or(plan::Rational(1));
    ends.push_back(static_cast<plan::UInt128>(plan::multiply(sum, whole).value_or(whole).ceil()));
  }
  return ends;
}

void append_cell(std::string& out, const Cell& value) {
  plan::match(
      value, [&](std::monostate) { out += "null"; }, [&](std::int64_t number) { out += std::to_string(number); },
      [&](double number) {
        char text[32];
        out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
      },
      [&](const std::string& text) { out += json::canonical(json::Value(text)); },
      [&](bool truth) { out += truth ? "true" : "false"; });
}

// The bucket's upper edge, and its lower one with its name.
void append_bucket(std::string& out, const BucketRule& buckets, const Cell& value) {
  const auto upper = std::holds_alternative<std::monostate>(value)
                         ? buckets.edges.end()
                         : std::lower_bound(buckets.edges.begin(), buckets.edges.end(), value);
  const bool unknown = std::holds_alternative<std::monostate>(value);
  append_cell(out, upper == buckets.edges.end() ? Cell{} : *upper);
  out += "," + json::canonical(json::Value(buckets.lower_column)) + ":";
  append_cell(out, unknown || upper == buckets.edges.begin() ? Cell{} : *(upper - 1));
}

class RowWriter {
 public:
  RowWriter(const StreamSpec& spec, const Block& block, std::uint64_t seed, std::uint32_t stream,
            std::uint32_t block_index)
      : spec_(spec), block_(block), seed_(seed), stream_(stream), block_index_(block_index) {
    for (const FieldRule& field : block.fields) {
      names_.push_back(json::canonical(json::Value(field.column)) + ":");
      const auto* choices = std::get_if<std::vector<Choice>>(&field.rule);
      ends_.push_back(choices != nullptr ? upper_ends(*choices) : std::vector<plan::UInt128>{});
    }
    if (spec.time_column) time_name_ = json::canonical(json::Value(*spec.time_column)) + ":";
  }

  void append(std::string& out, std::uint64_t row) const {
    out += '{';
    if (spec_.time_column) {
      const auto offset =
          static_cast<std::int64_t>(plan::Int128(block_.length_ns) * plan::Int128(row + 1) / plan::Int128(block_.rows));
      out += time_name_ + std::to_string(spec_.start_ns + offset);
    }
    for (std::size_t i = 0; i < block_.fields.size(); ++i) {
      if (out.back() != '{') out += ',';
      out += names_[i];
      if (block_.fields[i].buckets)
        append_bucket(out, *block_.fields[i].buckets, value(i, row));
      else
        append_cell(out, value(i, row));
    }
    out += "}\n";
  }

 private:
  Cell value(std::size_t field, std::uint64_t row) const {
    const auto& rule = block_.fields[field].rule;
    const std::uint64_t bits = draw_bits(seed_, stream_, block_index_, static_cast<std::uint32_t>(field), row);
    if (const auto* draw = std::get_if<Draw>(&rule)) return cell(*draw, bits);
    const auto& choices = std::get<std::vector<Choice>>(rule);
    std::size_t chosen = 0;
    while (chosen + 1 < choices.size() && bits >= ends_[field][chosen]) ++chosen;
    return choices[chosen].value;
  }

  const StreamSpec& spec_;
  const Block& block_;
  std::uint64_t seed_;
  std::uint32_t stream_, block_index_;
  std::vector<std::string> names_;
  std::string time_name_;
  std::vector<std::vector<plan::UInt128>> ends_;
};

}  // namespace

std::string to_ndjson(const StreamSpec& spec, std::uint64_t seed, std::uint32_t stream_index) {
  std::string out;
  for (std::uint32_t b = 0; b < spec.blocks.size(); ++b) {
    const RowWriter writer(spec, spec.blocks[b], seed, stream_index, b);
    for (std::uint64_t row = 0; row < spec.blocks[b].rows; ++row) writer.append(out, row);
  }
  return out;
}

}  // namespace proofmark::generators
