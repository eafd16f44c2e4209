// Cells to samples, samples to what was added, and the table of it.
#include "runtime/snapshot/tally.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "runtime/json/json.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/interleaved_totals.h"
#include "runtime/snapshot/late_series.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/tally_cells.h"

namespace proofmark::snapshot {
namespace {

// A histogram at one time, or a plain count: then there is one bucket without edges.
struct Sample {
  std::uint32_t row = 0;  // of the source, whose other columns are the sample's
  std::uint32_t series = 0, layout = 0;
  std::vector<std::uint64_t> counts;  // of each bucket
};

struct Event {
  std::uint32_t row = 0;  // of the source
  std::uint64_t events = 0;
  std::optional<std::uint32_t> layout;  // else nothing is known of the value
  std::uint32_t bucket = 0;
};

std::string counted(std::uint64_t number, const std::string& noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

class Tallying {
 public:
  Tallying(Table& table, const Tally& tally, const std::optional<std::string>& time_column, const std::string& file)
      : table_(table), tally_(tally), file_(file), count_(place_of(tally.count)) {
    if (tally.edges) edges_ = place_of(tally.edges->source);
    if (time_column) time_ = place_of(*time_column);
  }

  Result<Tallied> run();
  // The first row of the late series that begins first in the file, where events of such are in doubt.
  std::optional<std::uint32_t> first_late_row() const { return first_late_row_; }

 private:
  bool refuse(std::string_view code, std::uint64_t row, const std::string& message, std::string help) {
    problems_.push_back(file_problem(code, file_, "row " + std::to_string(row + 1) + ": " + message, std::move(help)));
    return problems_.size() < kMostProblems;
  }

  std::size_t place_of(const std::string& name) const {
    const auto found = std::find_if(table_.columns.begin(), table_.columns.end(),
                                    [&](const ColumnData& column) { return column.name == name; });
    return static_cast<std::size_t>(found - table_.columns.begin());
  }

  bool columns_can_be_read();
  void find_series();
  void read_samples();
  bool read_whole_histogram(std::uint32_t row);
  bool read_bucket(std::uint32_t row);
  bool join_buckets();
  std::uint32_t layout_of(const std::vector<std::int64_t>& edges);
  void take_differences();
  bool edges_change_once(std::uint32_t series, const std::vector<std::size_t>& samples);
  void refuse_turns(const std::vector<std::size_t>& samples);
  std::string labels_of(std::uint32_t row) const;
  void difference(const std::vector<std::size_t>& samples, bool late);
  bool counts_first_total(const Sample& first);
  void add_events(const Sample& sample, const std::vector<std::uint64_t>& added);
  std::optional<std::int64_t> time_of(std::uint32_t row) const;
  std::string cell(std::size_t column, std::uint32_t row) const {
    return std::string(text_of_row(std::get<TextData>(table_.columns[column].values), row));
  }
  void write_table();

  static constexpr std::size_t kMostProblems = 20;

  // One bucket of a histogram that comes a bucket a row.
  struct Piece {
    std::uint32_t row = 0;
    std::optional<std::int64_t> edge;  // nothing: +Inf
    std::uint64_t upto = 0;            // events up to the edge
  };

  Table& table_;
  const Tally& tally_;
  const std::string& file_;
  std::size_t count_;
  std::optional<std::size_t> edges_, time_;
  std::vector<std::uint32_t> series_;  // of each row
  std::uint32_t series_count_ = 0;
  std::map<std::vector<std::int64_t>, std::uint32_t> layouts_;
  std::vector<const std::vector<std::int64_t>*> layout_edges_;
  std::map<std::pair<std::uint32_t, std::optional<std::int64_t>>, std::vector<Piece>> pieces_;  // series and time
  std::optional<bool> arrays_;  // whether histograms come whole
  std::vector<Sample> samples_;
  std::map<std::uint32_t, std::vector<std::pair<std::uint32_t, std::uint32_t>>> stretches_;  // rows of a series' edges
  std::vector<Event> events_;
  Tallied tallied_;
  std::optional<std::uint32_t> first_late_row_;
  Diagnostics problems_;
};

bool Tallying::columns_can_be_read() {
  for (const std::optional<std::size_t>& place : {std::optional(count_), edges_})
    if (place && !std::holds_alternative<TextData>(table_.columns[*place].values))
      return refuse(code::kBuckets, 0,
                    "column " + json::in_backticks(table_.columns[*place].name) +
                        " is read by another field too, and as something else",
                    "leave the other field out"),
             false;
  return true;
}

std::optional<std::int64_t> Tallying::time_of(std::uint32_t row) const {
  if (!time_) return std::nullopt;
  const ColumnData& column = table_.columns[*time_];
  if (!column.valid.empty() && column.valid[row] == 0) return std::nullopt;
  return std::get<IntegerData>(column.values)[row];
}

// Numbered by first appearance.
void Tallying::find_series() {
  std::unordered_map<std::string, std::uint32_t> known;
  std::string key;
  for (std::uint32_t row = 0; row < table_.rows; ++row) {
    key.clear();
    for (std::size_t i = 0; i < table_.columns.size(); ++i)
      if (i != count_ && edges_ != i && time_ != i) append_identity(key, table_.columns[i], row);
    series_.push_back(known.emplace(key, static_cast<std::uint32_t>(known.size())).first->second);
  }
  series_count_ = static_cast<std::uint32_t>(known.size());
}

std::uint32_t Tallying::layout_of(const std::vector<std::int64_t>& edges) {
  const auto [found, fresh] = layouts_.emplace(edges, static_cast<std::uint32_t>(layouts_.size()));
  if (fresh) layout_edges_.push_back(&found->first);
  return found->second;
}

bool Tallying::read_whole_histogram(std::uint32_t row) {
  const auto edges = read_edges(cell(*edges_, row), *tally_.edges);
  const auto counts = read_counts(cell(count_, row));
  if (!edges)
    return refuse(code::kBuckets, row, edges.problems().front().message,
                  "upper edges stand in ascending order, without the last, unbounded bucket");
  if (!counts) return refuse(code::kCount, row, counts.problems().front().message, std::string(kCountHelp));
  if (counts->size() != edges->size() + 1)
    return refuse(code::kBuckets, row,
                  counted(edges->size(), "edge") + (edges->size() == 1 ? " stands" : " stand") + " beside " +
                      counted(counts->size(), "count"),
                  "a histogram has one count more than edges: the last one is of what lies above all edges");
  samples_.push_back({row, series_[row], layout_of(*edges), *counts});
  return true;
}

bool Tallying::read_bucket(std::uint32_t row) {
  const auto edge = read_edge(cell(*edges_, row), *tally_.edges);
  const auto count = read_count(cell(count_, row));
  if (!edge)
    return refuse(code::kBuckets, row, edge.problems().front().message, "an edge is a number, or `+Inf` of the last");
  if (!count) return refuse(code::kCount, row, count.problems().front().message, std::string(kCountHelp));
  pieces_[{series_[row], time_of(row)}].push_back({row, *edge, *count});
  return true;
}

void Tallying::read_samples() {
  for (std::uint32_t row = 0; row < table_.rows; ++row) {
    bool more = true;
    if (!edges_) {
      const auto count = read_count(cell(count_, row));
      if (count)
        samples_.push_back({row, series_[row], 0, {*count}});
      else
        more = refuse(code::kCount, row, count.problems().front().message, std::string(kCountHelp));
    } else {
      const bool whole = is_array(cell(*edges_, row));
      if (arrays_.value_or(whole) != whole)
        more = refuse(code::kBuckets, row, "histograms come whole in some rows and a bucket a row in others",
                      "write them one way");
      else
        more = whole ? read_whole_histogram(row) : read_bucket(row);
      arrays_ = arrays_.value_or(whole);
    }
    if (!more) return;
  }
}

// Buckets of one series and time, each holding those below it, become a histogram in its first row's place.
bool Tallying::join_buckets() {
  for (auto& [key, pieces] : pieces_) {
    const std::uint32_t row = pieces.front().row;
    std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
      return a.edge && b.edge ? *a.edge < *b.edge : a.edge.has_value() && !b.edge;
    });
    std::vector<std::int64_t> edges;
    Sample sample{row, key.first, 0, {}};
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const Piece& piece = pieces[i];
      if (i > 0 && pieces[i - 1].edge == piece.edge)
        return refuse(code::kSampleTwice, piece.row, "the series has this bucket at this time already",
                      std::string(kSeriesHelp)),
               false;
      if (piece.upto < before)
        return refuse(code::kBuckets, piece.row,
                      "the bucket counts " + counted(piece.upto, "event") + ", and the one below it " +
                          std::to_string(before),
                      "the count of a bucket is of all events up to its edge, those of lower buckets among them"),
               false;
      if (piece.edge) edges.push_back(*piece.edge);
      sample.counts.push_back(piece.upto - before);
      before = piece.upto;
    }
    if (pieces.back().edge)
      return refuse(code::kBuckets, row, "the histogram has no bucket `+Inf`",
                    "without it nobody knows how many events lie above all edges"),
             false;
    sample.layout = layout_of(edges);
    samples_.push_back(std::move(sample));
  }
  std::sort(samples_.begin(), samples_.end(), [](const Sample& a, const Sample& b) { return a.row < b.row; });
  return true;
}

void Tallying::add_events(const Sample& sample, const std::vector<std::uint64_t>& added) {
  const std::size_t before = events_.size();
  for (std::uint32_t bucket = 0; bucket < added.size(); ++bucket)
    if (added[bucket] > 0 || !edges_)
      events_.push_back({sample.row, added[bucket], edges_ ? std::optional(sample.layout) : std::nullopt, bucket});
  if (events_.size() == before) events_.push_back({sample.row, 0, std::nullopt, 0});  // that it was looked is known
}

// Whether all of the first total of a late series were added since it began. Else they are in doubt; of more than a
// manifest can say, and far more than is reckoned with (PM0612), it says so many.
bool Tallying::counts_first_total(const Sample& first) {
  std::uint64_t room = static_cast<std::uint64_t>(json::kMaximumInteger) - tallied_.late_events, total = 0;
  for (const std::uint64_t count : first.counts) {
    const std::uint64_t some = std::min(count, room);
    total += some;
    room -= some;
  }
  if (total == 0) return true;
  ++tallied_.late_series;
  if (tally_.from_zero) return true;
  tallied_.late_events += total;
  first_late_row_ = std::min(first_late_row_.value_or(first.row), first.row);
  return false;
}

void Tallying::difference(const std::vector<std::size_t>& samples, bool late) {
  const Sample* before = nullptr;
  for (const std::size_t place : samples) {
    const Sample& now = samples_[place];
    if (before != nullptr && time_of(before->row) == time_of(now.row)) {
      refuse(code::kSampleTwice, now.row, "the series has a sample at this time already", std::string(kSeriesHelp));
      return;
    }
    std::vector<std::uint64_t> added(now.counts.size());
    if (before != nullptr && falls(before->counts, now.counts)) {
      ++tallied_.resets;
      added = now.counts;
    } else if (before == nullptr) {
      if (late && counts_first_total(now)) added = now.counts;
    } else {
      for (std::size_t i = 0; i < added.size(); ++i) added[i] = now.counts[i] - before->counts[i];
    }
    add_events(now, added);
    before = &now;
  }
  refuse_turns(samples);
}

// "`status` 200 and `zone` `eu`"
std::string Tallying::labels_of(std::uint32_t row) const {
  std::string text;
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    if (i == count_ || edges_ == i || time_ == i) continue;
    text += (text.empty() ? "" : ", ") + json::in_backticks(table_.columns[i].name) + " " +
            value_text(table_.columns[i], row);
  }
  return text.empty() ? "without labels" : "with " + text;
}

// What came of totals of several counters would be counted many times over.
void Tallying::refuse_turns(const std::vector<std::size_t>& samples) {
  std::vector<const Totals*> totals;
  for (const std::size_t place : samples) totals.push_back(&samples_[place].counts);
  const std::optional<Interleaving> found = interleaving_of(totals);
  if (!found) return;
  const auto &before = samples_[samples[found->first]], &low = samples_[samples[found->first + 1]],
             &back = samples_[samples[found->first + found->counters]];
  std::size_t bucket = 0;
  while (low.counts[bucket] >= before.counts[bucket]) ++bucket;
  const auto total = [&](const Sample& sample) {
    return std::to_string(sample.counts[bucket]) + " (row " + std::to_string(sample.row + 1) + ")";
  };
  refuse(code::kSampleTwice, low.row,
         "the series " + labels_of(low.row) + " holds totals of " + std::to_string(found->counters) +
             " counters that take turns: " + (edges_ ? "a bucket's " : "") + total(before) + " falls to " + total(low) +
             " and is back at " + total(back) +
             (found->counters == 2 ? "" : ", " + std::to_string(found->counters) + " samples later") + ", and so are " +
             std::to_string(found->come_back) + " of its " + counted(found->falls, "fall"),
         std::string(kTurnsHelp));
}

// A program that starts anew may have other edges, and its samples are a series of their own. Where samples with one
// and with other edges take turns, both would count the same events.
bool Tallying::edges_change_once(std::uint32_t series, const std::vector<std::size_t>& samples) {
  const std::uint32_t first = samples_[samples.front()].row, last = samples_[samples.back()].row;
  for (const auto& [from, to] : stretches_[series])
    if (*time_of(first) <= *time_of(to) && *time_of(from) <= *time_of(last))
      return refuse(
                 code::kBuckets, std::max(first, from),
                 "samples of the series with other edges lie before it and behind",
                 "totals of different buckets cannot be subtracted: leave out the edges that not every sample has, or "
                 "tell the series apart by a label"),
             false;
  stretches_[series].emplace_back(first, last);
  return true;
}

void Tallying::take_differences() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>> by_series;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    if (!time_of(samples_[i].row)) {
      refuse(code::kSampleTwice, samples_[i].row, "the sample has no time", std::string(kSeriesHelp));
      return;
    }
    by_series[{samples_[i].series, samples_[i].layout}].push_back(i);
  }
  tallied_.series = by_series.size();
  std::vector<SeriesTimes> times;
  for (auto& [series, samples] : by_series) {
    std::stable_sort(samples.begin(), samples.end(), [&](std::size_t a, std::size_t b) {
      return *time_of(samples_[a].row) < *time_of(samples_[b].row);
    });
    if (!edges_change_once(series.first, samples)) return;
    times.push_back({series.first, {}});
    for (const std::size_t place : samples) times.back().times.push_back(*time_of(samples_[place].row));
  }
  const std::vector<bool> late = late_series(times);
  std::size_t place = 0;
  for (const auto& [series, samples] : by_series) {
    difference(samples, late[place++]);
    if (problems_.size() >= kMostProblems) return;
  }
  std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.row < b.row; });
}

void Tallying::write_table() {
  std::vector<std::uint32_t> rows;
  IntegerData counts;
  std::optional<EdgeColumns> edges;
  if (edges_) edges.emplace(*tally_.edges);
  for (const Event& event : events_) {
    rows.push_back(event.row);
    counts.push_back(static_cast<std::int64_t>(event.events));
    if (!edges) continue;
    if (!event.layout) {
      edges->add(std::nullopt, std::nullopt);
      continue;
    }
    const std::vector<std::int64_t>& of = *layout_edges_[*event.layout];
    edges->add(event.bucket > 0 ? std::optional(of[event.bucket - 1]) : std::nullopt,
               event.bucket < of.size() ? std::optional(of[event.bucket]) : std::nullopt);
  }
  std::vector<ColumnData> columns;
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    if (i == count_) {
      const char* suffix = !tally_.cumulative ? ".events" : tally_.from_zero ? ".added_from_0" : ".added";
      columns.push_back({tally_.count + suffix, plan::FieldType::integer, counts});
    } else if (edges_ == i) {
      for (ColumnData& column : edges->take()) columns.push_back(std::move(column));
    } else {
      columns.push_back(taken(table_.columns[i], rows));
    }
  }
  table_.columns = std::move(columns);
  table_.rows = rows.size();
}

Result<Tallied> Tallying::run() {
  if (!columns_can_be_read()) return problems_;
  find_series();
  read_samples();
  if (problems_.empty() && arrays_ == false) join_buckets();
  if (!problems_.empty()) return problems_;
  tallied_.samples = samples_.size();
  tallied_.series = series_count_;
  if (tally_.cumulative)
    take_differences();
  else
    for (const Sample& sample : samples_) add_events(sample, sample.counts);
  if (!problems_.empty()) return problems_;
  if (events_.size() > UINT32_MAX)
    return file_problem(code::kTooMuch, file_, "the buckets come to more than 4294967295 rows",
                        "split the file into several streams");
  write_table();
  return tallied_;
}

Diagnostic late_warning(const std::string& file, const Tallied& tallied, std::uint32_t row) {
  const bool one = tallied.late_series == 1;
  Diagnostic warning = file_problem(
      code::kLateSeries, file,
      std::to_string(tallied.late_series) + (one ? " series begins" : " series begin") + " later than others, " +
          (one ? "" : "the first ") + "in row " + std::to_string(row + 1) + ", with " +
          counted(tallied.late_events, "event") + " in " + (one ? "its first total" : "their first totals") +
          ": how many of them fell into the telemetry is not known, and they count against every verdict",
      "export every label value from the start, with 0; or say `cumulative from 0`, where counters begin with their "
      "process and processes are sampled from their start");
  warning.severity = Severity::warning;
  return warning;
}

}  // namespace

Result<Tallied> tally_samples(Table& table, const Tally& tally, const std::optional<std::string>& time_column,
                              const std::string& file, Diagnostics& warnings) {
  Tallying tallying(table, tally, time_column, file);
  auto tallied = tallying.run();
  if (tallied && tallying.first_late_row())
    warnings.push_back(late_warning(file, *tallied, *tallying.first_late_row()));
  return tallied;
}

}  // namespace proofmark::snapshot
