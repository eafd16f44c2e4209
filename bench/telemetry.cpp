// Columns by rule, then a table, then a snapshot.
#include "bench/telemetry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "runtime/snapshot/arrow_write.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/output_file.h"
#include "runtime/snapshot/zone_map.h"

namespace proofmark::bench {
namespace {

using plan::FieldType;
namespace fs = std::filesystem;

// A well-mixed number of a row and a purpose (the finaliser of a linear congruence with odd multipliers).
std::uint64_t hash(std::uint64_t row, std::uint64_t purpose) {
  std::uint64_t x = (row + 1) * 0x9E37'79B9'7F4A'7C15 + purpose * 0xD1B5'4A32'D192'ED03;
  x = (x ^ x >> 32) * 0xD6E8'FEB8'6659'FD93;
  x = (x ^ x >> 32) * 0xD6E8'FEB8'6659'FD93;
  return x ^ x >> 32;
}

// Which of several shares the upper 16 bits of a draw fall into.
template <std::size_t N>
std::uint32_t choose(const std::array<std::uint32_t, N>& shares_of_65536, std::uint64_t draw) {
  std::uint32_t rest = draw & 0xFFFF, chosen = 0;
  while (chosen + 1 < N && rest >= shares_of_65536[chosen]) rest -= shares_of_65536[chosen++];
  return chosen;
}

constexpr std::array<std::uint32_t, kServices> kServiceShares{9831, 13107, 9175, 7864, 6554,
                                                              5898, 5243,  3932, 2621, 1311};
constexpr std::array<std::uint32_t, kVersions> kVersionShares{45875, 13107, 6554};
constexpr std::array<std::uint32_t, kRegions> kRegionShares{22938, 16384, 13107, 7864, 5243};
constexpr std::uint32_t kCanaryShare = 6554;

// A bell from the sum of four uniform draws of 16 bits, in standard deviations: exact arithmetic, no libm.
double bell(std::uint64_t draw) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<double>(draw >> (16 * i) & 0xFFFF) / 65536.0;
  return (sum - 2.0) * 1.7320508;
}

// e^x for |x| < 4 by halving: the third-order series is near enough for made-up data, and the same everywhere.
double raised(double x) {
  const double y = x / 64;
  double e = 1 + y + y * y / 2 + y * y * y / 6;
  for (int i = 0; i < 6; ++i) e *= e;
  return e;
}

std::int64_t duration_ns(std::uint64_t row, std::uint32_t service, bool canary) {
  constexpr std::int64_t kLongestNs = 60'000'000'000;
  const std::uint64_t tail = hash(row, 3);
  double ms = (35.0 + 8.0 * service) * raised(0.85 * bell(hash(row, 2)) + (canary ? 0.03 : 0.0));
  if ((tail & 1023) < 5) ms *= 65536.0 / (static_cast<double>(tail >> 48) + 1);  // one in 200, Pareto of index 1
  return std::min(static_cast<std::int64_t>(ms * 1e6), kLongestNs);
}

std::int64_t status(std::uint64_t row, bool canary) {
  const std::uint64_t draw = hash(row, 4) % 100'000, errors = canary ? 250 : 200;
  if (draw < errors) return draw % 2 == 0 ? 503 : 500;
  if (draw < errors + 1500) return 404;
  return draw < errors + 4000 ? 201 : 200;
}

struct Columns {
  snapshot::IntegerData time, duration, status;
  std::vector<std::uint32_t> service, version, environment, region;

  explicit Columns(std::uint64_t rows)
      : time(rows), duration(rows), status(rows), service(rows), version(rows), environment(rows), region(rows) {}
  void fill(std::uint64_t from, std::uint64_t to, const Made& made);
};

void Columns::fill(std::uint64_t from, std::uint64_t to, const Made& made) {
  const double step_ns = static_cast<double>(kSpanNs) / static_cast<double>(made.of);
  for (std::uint64_t row = from; row < to; ++row) {
    const std::uint64_t labels = hash(row, 1);
    service[row] = choose(kServiceShares, labels);
    version[row] = choose(kVersionShares, labels >> 16);
    region[row] = choose(kRegionShares, labels >> 32);
    const bool canary = (labels >> 48) < kCanaryShare;
    environment[row] = canary ? 0 : 1;
    duration[row] = duration_ns(row, service[row], canary) / made.unit_ns * made.unit_ns;
    status[row] = bench::status(row, canary);
    const double jitter = static_cast<double>(hash(row, 5) >> 40) / 16'777'216.0;
    time[row] = kEndNs - kSpanNs + static_cast<std::int64_t>((static_cast<double>(row) + jitter) * step_ns);
  }
}

std::vector<std::string> numbered(const std::string& stem, std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(stem + std::to_string(i));
  return names;
}

// Labels that no row uses must not be in a dictionary: few rows may have drawn few of them.
snapshot::LabelData label(std::vector<std::uint32_t>&& codes, std::vector<std::string> names) {
  std::vector<std::uint32_t> used(names.size());
  for (const std::uint32_t code : codes) used[code] = 1;
  std::vector<std::string> kept;
  std::vector<std::uint32_t> renumbered(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    renumbered[i] = static_cast<std::uint32_t>(kept.size());
    if (used[i] != 0) kept.push_back(names[i]);
  }
  for (std::uint32_t& code : codes) code = renumbered[code];
  return {std::move(codes), std::move(kept)};
}

snapshot::Table make_table(const Made& made) {
  const std::uint64_t rows = made.rows;
  Columns columns(rows);
  const std::size_t workers = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < workers; ++t)
    threads.emplace_back([&, t] { columns.fill(rows * t / workers, rows * (t + 1) / workers, made); });
  for (std::thread& thread : threads) thread.join();
  snapshot::Table table;
  table.rows = rows;
  table.columns.push_back({"time", FieldType::timestamp, std::move(columns.time)});
  table.columns.push_back({"duration", FieldType::duration, std::move(columns.duration)});
  table.columns.push_back({"status", FieldType::integer, std::move(columns.status)});
  table.columns.push_back({"service", FieldType::label, label(std::move(columns.service), numbered("s", kServices))});
  table.columns.push_back({"version", FieldType::label, label(std::move(columns.version), numbered("v", kVersions))});
  table.columns.push_back(
      {"environment", FieldType::label, label(std::move(columns.environment), {"canary", "stable"})});
  table.columns.push_back({"region", FieldType::label, label(std::move(columns.region), numbered("r", kRegions))});
  return table;
}

Result<snapshot::WrittenFile> write_text(const fs::path& file, std::string_view text) {
  auto out = snapshot::OutputFile::create(file);
  if (!out) return out.problems();
  out->write(text);
  return out->finish();
}

}  // namespace

Status write_snapshot(const Made& made, const fs::path& directory) {
  auto out = snapshot::OutputDirectory::create(directory);
  if (!out) return out.problems();
  for (const char* folder : {"streams", "zones"}) fs::create_directory(out->path() / folder);
  const snapshot::Table table = make_table(made);
  snapshot::StreamRecord record;
  record.name = kStream;
  record.rows = made.rows;
  record.sources = {{"made", "csv", "none", "sha256:" + std::string(64, '0'), 0}};
  auto arrow = snapshot::OutputFile::create(out->path() / snapshot::arrow_file_of(record.name));
  if (!arrow) return arrow.problems();
  record.columns = snapshot::write_arrow(*arrow, table);
  const auto written = arrow->finish();
  if (!written) return written.problems();
  record.sha256 = written->sha256;
  record.time_column = table.columns.front().name;
  const auto& times = std::get<snapshot::IntegerData>(table.columns.front().values);
  record.covers_from = times.front();
  record.covers_to = times.back();
  const auto zones = write_text(out->path() / snapshot::zone_file_of(record.name),
                                snapshot::write_zone_map(snapshot::zones_of(table, table.columns.front())));
  if (!zones) return zones.problems();
  record.zones_sha256 = zones->sha256;
  const snapshot::Manifest manifest{kEndNs, {record}};
  if (const auto text = write_text(out->path() / "manifest.json", snapshot::write_manifest(manifest)); !text)
    return text.problems();
  return out->publish();
}

}  // namespace proofmark::bench
