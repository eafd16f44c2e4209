// Reading a file once or twice: an undeclared file is first read for its types, then for its values.
#include "runtime/snapshot/ingest.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <thread>

#include "runtime/diagnostic/closest_name.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/column_gather.h"
#include "runtime/snapshot/csv_rows.h"
#include "runtime/snapshot/infer.h"
#include "runtime/snapshot/ndjson_rows.h"
#include "runtime/snapshot/ordered_pipeline.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/record_chunks.h"
#include "runtime/snapshot/summary.h"
#include "runtime/snapshot/tally.h"

namespace proofmark::snapshot {
namespace {

using plan::FieldType;

constexpr double kSpareRows = 1.0625;  // of what the first rows let expect

Reading reading_of(const ColumnSpec& spec) {
  switch (spec.type) {
    case FieldType::integer:
    case FieldType::duration:
    case FieldType::bytes:
      return Reading::whole;
    case FieldType::timestamp:
      return spec.text_time ? Reading::time_text : Reading::whole;
    case FieldType::real:
      return Reading::real;
    case FieldType::boolean:
      return Reading::boolean;
    case FieldType::label:
      return Reading::label;
    case FieldType::text:
      return Reading::text;
  }
  return Reading::text;
}

std::vector<ColumnPlan> plans_of(const std::vector<ColumnSpec>& specs) {
  std::vector<ColumnPlan> plans;
  for (const ColumnSpec& spec : specs)
    plans.push_back({spec.source, spec.type, reading_of(spec), Scale(spec.scale), spec.unit, spec.arrays, spec.counts});
  return plans;
}

struct InferredPiece {
  std::vector<ColumnNotes> notes;
  BadRows bad;  // reported by the second reading, or when there is none
  std::uint64_t lines = 0;
};

class Ingest {
 public:
  Ingest(const StreamSource& stream, const IngestTuning& tuning)
      : stream_(stream),
        file_(stream.file.string()),
        chunk_bytes_(tuning.chunk_bytes),
        threads_(tuning.threads != 0 ? tuning.threads : std::max(1U, std::thread::hardware_concurrency())),
        measures_(tuning.measures) {}
  Result<Ingested> run();

 private:
  bool read_all();
  bool plan_columns();
  // A pipe has each byte once: opened again, it would be waited for forever.
  bool can_be_read_again() const {
    std::error_code unknown;
    const auto kind = std::filesystem::status(stream_.file, unknown).type();
    using Kind = std::filesystem::file_type;
    return kind != Kind::fifo && kind != Kind::character && kind != Kind::socket;
  }
  bool infer(Inference& inference);
  bool read_values();
  template <typename Work, typename Take>
  bool over_pieces(Work work, Take take);
  bool prepare_first(TextChunk& chunk);
  std::vector<int> slots_by_header() const;
  bool take(const ParsedPiece& piece);
  void expect_rows();
  void enter(Stage stage);
  bool check_columns_are_there();
  bool check_there_are_rows();
  bool finish_columns();
  void note_negative_values(const ColumnData& column);
  bool tally();
  bool choose_time_column();
  void sort_by_time();
  bool refuse(const Diagnostics& problems) {
    problems_.insert(problems_.end(), problems.begin(), problems.end());
    return false;
  }
  bool refuse(std::string_view code, std::string message, std::string help) {
    problems_.push_back(file_problem(code, file_, std::move(message), std::move(help)));
    return false;
  }

  const StreamSource& stream_;
  std::string file_;
  std::size_t chunk_bytes_;
  unsigned threads_;
  Measures* measures_;
  FileMeasure measure_;
  SourceKind kind_;
  bool empty_ = true;                // the file has no bytes
  std::optional<CsvHeader> header_;  // CSV, once its first piece was seen
  std::vector<ColumnPlan> plans_;
  Layout layout_;
  std::vector<ColumnGatherer> gatherers_;
  std::vector<bool> seen_;   // a column each: whether the file names it
  std::uint64_t lines_ = 0;  // taken so far in the current reading
  std::uint64_t bytes_ = 0;  // likewise, of text whose values were read
  std::uint64_t expected_rows_ = 0;
  BadRows unread_;  // of the reading for types
  Ingested result_;
  Diagnostics problems_;
};

// Before the first piece of a CSV file is parsed, its header is taken off.
bool Ingest::prepare_first(TextChunk& chunk) {
  empty_ = false;
  lines_ = 0;
  if (kind_.format != SourceFormat::csv) return true;
  auto header = read_csv_header(chunk.text(), file_);
  if (!header) return refuse(header.problems());
  header_ = std::move(*header);
  lines_ = header_->lines;
  chunk.begin += header_->bytes;
  return true;
}

// One reading of the whole file: work(chunk) on any thread, take(result) in order. A problem about a record knows
// its line only once everything before it was taken.
template <typename Work, typename Take>
bool Ingest::over_pieces(Work work, Take take) {
  auto source =
      SourceBytes::open(stream_.file, kind_.compression, measures_ == nullptr ? nullptr : &measures_->source_bytes);
  if (!source) return refuse(source.problems());
  RecordChunks chunks(std::move(*source), kind_.format, chunk_bytes_);
  Diagnostics stopped;
  bool first = true;
  const bool refused = !problems_.empty();  // from now on they belong to whoever takes
  const auto next = [&]() -> std::optional<TextChunk> {
    if (refused) return std::nullopt;
    auto chunk = chunks.next();
    if (!chunk) stopped = chunk.problems();
    if (!chunk || !*chunk) return std::nullopt;
    if (std::exchange(first, false) && !prepare_first(**chunk)) return std::nullopt;
    return std::move(*chunk);
  };
  run_in_order(threads_, next, work, take);
  for (Diagnostic& problem : stopped) {
    problem.primary.place.file = file_;
    if (problem.primary.place.line != 0) problem.primary.place.line += static_cast<std::uint32_t>(lines_);
    problem.primary.place.end_line = problem.primary.place.line;
    problem.primary.place.end_column = problem.primary.place.column;
  }
  refuse(stopped);
  if (!problems_.empty()) return false;
  SourceDigest digest = chunks.digest();
  result_.source.sha256 = std::move(digest.sha256);
  result_.source.bytes = digest.bytes;
  measure_.sha256_ns += digest.ns;
  return true;
}

bool Ingest::infer(Inference& inference) {
  const auto work = [&](const TextChunk& chunk) {
    InferredPiece piece;
    if (kind_.format == SourceFormat::csv) {
      InferSink sink(header_->names);
      std::vector<int> slots(header_->names.size());
      std::iota(slots.begin(), slots.end(), 0);
      parse_csv(chunk.text(), slots, sink, piece.bad, piece.lines);
      piece.notes = sink.take();
    } else {
      InferSink sink;
      parse_ndjson(chunk.text(), sink, piece.bad, piece.lines);
      piece.notes = sink.take();
    }
    return piece;
  };
  return over_pieces(work, [&](InferredPiece piece) {
    unread_.append(std::move(piece.bad), lines_);
    lines_ += piece.lines;
    inference.add(std::move(piece.notes));
    return !inference.too_many_columns();
  });
}

bool Ingest::plan_columns() {
  if (!stream_.columns.empty()) {
    plans_ = plans_of(stream_.columns);
    std::vector<std::string_view> names;
    for (const ColumnPlan& plan : plans_) names.push_back(plan.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    return twice == names.end() || refuse(code::kHeader, "column " + json::in_backticks(*twice) + " is declared twice",
                                          "declare each column once");
  }
  if (!can_be_read_again())
    return refuse(code::kSourceFormat,
                  "this is a pipe, and without a policy a file is read twice: for the types of its columns, and for "
                  "their values",
                  "pass the policy that reads it with `--schema`, or write the rows into a file first");
  Inference inference;
  if (!infer(inference)) return false;
  if (inference.too_many_columns())
    return refuse(code::kTooMuch, "the file has more than " + std::to_string(kMaximumColumns) + " columns",
                  "declare the columns that matter in a policy and pass it with `--schema`");
  plans_ = inference.plans(file_, result_.warnings);
  const bool no_header = kind_.format == SourceFormat::csv && !header_;
  if (plans_.empty() && unread_.count() != 0) return refuse(unread_.diagnostics(file_, Severity::error));
  if (plans_.empty() || no_header)
    return refuse(code::kSourceEmpty, empty_ ? "the file is empty" : "the file has no row that names a column",
                  "an empty file is no evidence that nothing happened: give the file that holds the telemetry");
  return true;
}

std::vector<int> Ingest::slots_by_header() const {
  std::vector<int> slots;
  for (const std::string& name : header_->names) {
    const auto found = layout_.slots.find(name);
    slots.push_back(found == layout_.slots.end() ? kNoSlot : found->second);
  }
  return slots;
}

bool Ingest::read_values() {
  layout_ = Layout::of(plans_, stream_.checks);
  seen_.assign(plans_.size(), false);
  for (const ColumnPlan& plan : layout_.columns) gatherers_.emplace_back(plan);
  const auto work = [&](const TextChunk& chunk) {
    PartSink sink(layout_);
    BadRows bad;
    std::uint64_t lines = 0;
    if (kind_.format == SourceFormat::csv) {
      parse_csv(chunk.text(), slots_by_header(), sink, bad, lines);
    } else {
      parse_ndjson(chunk.text(), sink, bad, lines);
    }
    ParsedPiece piece = sink.take();
    piece.bad = std::move(bad);
    piece.lines = lines;
    piece.bytes = chunk.text().size();
    return piece;
  };
  return over_pieces(work, [&](const ParsedPiece& piece) { return take(piece); });
}

bool Ingest::take(const ParsedPiece& piece) {
  if (result_.table.rows + piece.rows > UINT32_MAX)
    return refuse(code::kTooMuch, "the file has more than 4294967295 rows", "split it into several streams");
  for (std::size_t i = 0; i < gatherers_.size(); ++i) {
    gatherers_[i].add(piece.columns[i], piece.rows);
    if (piece.seen[i]) seen_[i] = true;
  }
  result_.table.rows += piece.rows;
  measure_.rows += piece.rows;
  if (measures_ != nullptr) measures_->rows_read.fetch_add(piece.rows, std::memory_order_relaxed);
  result_.bad.append(piece.bad, lines_);
  lines_ += piece.lines;
  bytes_ += piece.bytes;
  if (result_.table.rows + piece.rows > expected_rows_) expect_rows();
  return true;
}

// Room for all rows of the file, by those that were read: it is address space until it is written to. Not where rows
// are so short, or so many of their columns missing, that the columns were far larger than the file.
void Ingest::expect_rows() {
  constexpr std::uint64_t kLargestOfFile = 8;
  const std::uint64_t size = kind_.compression == Compression::none ? size_or_zero(stream_.file) : 0;
  if (bytes_ == 0 || size <= bytes_) return;
  const double files = static_cast<double>(size) / static_cast<double>(bytes_);
  const auto rows = static_cast<std::uint64_t>(static_cast<double>(result_.table.rows) * files * kSpareRows);
  std::uint64_t bytes_a_row = 0;
  for (const ColumnGatherer& gatherer : gatherers_) bytes_a_row += gatherer.bytes_a_row();
  if (rows > UINT32_MAX || rows * bytes_a_row > size * kLargestOfFile) return;
  expected_rows_ = rows;
  for (ColumnGatherer& gatherer : gatherers_) gatherer.expect(rows);
}

bool Ingest::check_there_are_rows() {
  const bool declared = !stream_.columns.empty();
  if (empty_ && (kind_.format == SourceFormat::csv || !declared))
    return refuse(code::kSourceEmpty, "the file is empty",
                  "an empty file is no evidence that nothing happened: give the file that holds the telemetry");
  if (result_.table.rows != 0 || result_.bad.count() != 0) return true;
  Diagnostic warning = file_problem(code::kNoRows, file_, "the file has no rows, so what it should show is `no_data`",
                                    "check that the telemetry of this stream was exported");
  warning.severity = Severity::warning;
  result_.warnings.push_back(std::move(warning));
  return true;
}

bool Ingest::check_columns_are_there() {
  if (kind_.format == SourceFormat::csv && header_)
    for (const std::string& name : header_->names)
      if (const auto found = layout_.slots.find(name); found != layout_.slots.end())
        seen_[static_cast<std::size_t>(found->second)] = true;
  const bool nothing_to_see = kind_.format == SourceFormat::ndjson && result_.table.rows == 0;
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < stream_.columns.size() && !nothing_to_see; ++i)
    if (!seen_[i] && !stream_.columns[i].optional) missing.push_back(i);
  if (missing.empty()) return true;
  std::vector<std::string> names;
  Inference inference;
  if (header_) names = header_->names;
  if (!header_ && can_be_read_again() && infer(inference)) names = inference.names();
  for (const std::size_t place : missing) {
    const auto near = closest_name(plans_[place].name, names);
    refuse(code::kColumnMissing,
           "column " + json::in_backticks(plans_[place].name) + " of stream " + json::in_backticks(stream_.name) +
               " is nowhere in the file",
           near ? "did you mean " + json::in_backticks(*near) + "?"
                : "name a column that the file has, or declare the field `optional`");
  }
  return false;
}

bool Ingest::finish_columns() {
  std::size_t started = 0;
  const auto next = [&]() -> std::optional<ColumnGatherer*> {
    if (started == gatherers_.size()) return std::nullopt;
    return &gatherers_[started++];
  };
  run_in_order(
      threads_, next, [this](ColumnGatherer* gatherer) { return gatherer->finish(file_); },
      [this](Result<ColumnData> column) {
        if (!column) return refuse(column.problems());
        result_.table.columns.push_back(std::move(*column));
        note_negative_values(result_.table.columns.back());
        return true;
      });
  return problems_.empty();
}

// Time does not run backwards and no file is smaller than empty, but clocks are set and counters wrap: such a value is
// kept as it was recorded, and said.
void Ingest::note_negative_values(const ColumnData& column) {
  if (column.type != FieldType::duration && column.type != FieldType::bytes) return;
  const auto& values = std::get<IntegerData>(column.values);  // a null is held as zero
  const auto negative = std::count_if(values.begin(), values.end(), [](std::int64_t value) { return value < 0; });
  if (negative == 0) return;
  result_.negative_values += static_cast<std::uint64_t>(negative);
  Diagnostic warning =
      file_problem(code::kNegativeValues, file_,
                   "column " + json::in_backticks(column.name) + " holds " + std::to_string(negative) + " negative " +
                       (column.type == FieldType::duration ? "duration" : "size") + (negative == 1 ? "" : "s") +
                       ", the least is " + value_text(column.type, *std::min_element(values.begin(), values.end())) +
                       (column.type == FieldType::bytes ? " bytes" : ""),
                   "they are kept as recorded, and are small to every comparison; mend the clock or counter that wrote "
                   "them, or leave "
                   "them out with `where`");
  warning.severity = Severity::warning;
  result_.warnings.push_back(std::move(warning));
}

// Without a row of theirs nobody knows what the others have counted.
bool Ingest::tally() {
  if (!stream_.tally) return true;
  if (result_.bad.count() != 0) return refuse(result_.bad.diagnostics(file_, Severity::error));
  auto tallied = tally_samples(result_.table, *stream_.tally, stream_.time_column, file_, result_.warnings);
  if (!tallied) return refuse(tallied.problems());
  result_.tallied = *tallied;
  return true;
}

bool Ingest::choose_time_column() {
  const auto& columns = result_.table.columns;
  const auto place_of = [&](auto matches) -> std::optional<std::size_t> {
    const auto found = std::find_if(columns.begin(), columns.end(), matches);
    return found == columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - columns.begin()));
  };
  if (!stream_.time_column) {
    if (stream_.columns.empty())
      result_.time_column = place_of([](const ColumnData& column) { return column.type == FieldType::timestamp; });
    return true;
  }
  const std::string& wanted = *stream_.time_column;
  const auto place = place_of([&](const ColumnData& column) { return column.name == wanted; });
  if (!place) {
    std::vector<std::string> names;
    for (const ColumnData& column : columns) names.push_back(column.name);
    const auto near = closest_name(wanted, names);
    return refuse(code::kTimeColumn,
                  "the time column " + json::in_backticks(wanted) + " is not among the stream's columns",
                  near ? "did you mean " + json::in_backticks(*near) + "?" : "name a column that holds times");
  }
  if (columns[*place].type != FieldType::timestamp)
    return refuse(code::kTimeColumn,
                  "the time column " + json::in_backticks(wanted) + " holds no times, its type is " +
                      std::string(plan::field_type_name(columns[*place].type)),
                  "declare its unit in a policy (`time from \"" + json::printable(wanted) +
                      "\" in epoch_s`) and pass the policy with `--schema`");
  result_.time_column = place;
  return true;
}

void Ingest::sort_by_time() {
  if (!result_.time_column) return;
  const ColumnData& column = result_.table.columns[*result_.time_column];
  const auto& times = std::get<IntegerData>(column.values);
  const auto is_null = [&](std::uint32_t row) { return !column.valid.empty() && column.valid[row] == 0; };
  result_.out_of_order_rows = out_of_order_rows(column, std::nullopt);
  bool null_before = false, null_within = false;
  for (std::uint32_t row = 0; row < result_.table.rows && !column.valid.empty(); ++row) {
    null_within = null_within || (null_before && !is_null(row));
    null_before = null_before || is_null(row);
  }
  if (result_.out_of_order_rows == 0 && !null_within) return;
  auto& order = result_.table.order;
  order.resize(result_.table.rows);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {  // equal times in file order
    const bool null_a = is_null(a), null_b = is_null(b);
    if (null_a != null_b) return null_b;
    return null_a || times[a] == times[b] ? a < b : times[a] < times[b];
  });
}

void Ingest::enter(Stage stage) {
  if (measures_ != nullptr) measures_->stage = stage;
}

bool Ingest::read_all() {
  auto kind = kind_of_source(stream_.file);
  if (!kind) return refuse(kind.problems());
  kind_ = *kind;
  enter(Stage::reading);
  Stopwatch watch;
  if (!plan_columns()) return false;
  measure_.types_ns = watch.lap_ns();
  if (!read_values() || !check_there_are_rows() || !check_columns_are_there()) return false;
  measure_.read_ns = watch.lap_ns();
  enter(Stage::ordering);
  if (!finish_columns() || !tally() || !choose_time_column()) return false;
  measure_.columns_ns = watch.lap_ns();
  sort_by_time();
  measure_.order_ns = watch.lap_ns();
  result_.counts = std::any_of(plans_.begin(), plans_.end(), [](const ColumnPlan& plan) { return plan.counts; });
  result_.file = file_;
  result_.source.name = stream_.file.filename().string();
  result_.source.format = format_name(kind_.format);
  result_.source.compression = compression_name(kind_.compression);
  return true;
}

Result<Ingested> Ingest::run() {
  if (!read_all()) return std::move(problems_);
  measure_.stream = stream_.name;
  measure_.file = result_.source.name;
  measure_.bytes = result_.source.bytes;
  if (measures_ != nullptr) measures_->files.push_back(std::move(measure_));
  return std::move(result_);
}

}  // namespace

std::uint64_t out_of_order_rows(const ColumnData& times, std::optional<std::int64_t> latest_before) {
  const auto& values = std::get<IntegerData>(times.values);
  std::int64_t latest = latest_before.value_or(INT64_MIN);
  std::uint64_t count = 0;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!times.valid.empty() && times.valid[row] == 0) continue;
    if (values[row] < latest) ++count;
    latest = std::max(latest, values[row]);
  }
  return count;
}

Result<Ingested> ingest(const StreamSource& stream, const IngestTuning& tuning) {
  return Ingest(stream, tuning).run();
}

}  // namespace proofmark::snapshot
