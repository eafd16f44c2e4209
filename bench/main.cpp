// proofmark_bench: makes the data, measures a part, prints JSON. bench/run.py puts the parts together.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/policies.h"
#include "bench/report.h"
#include "bench/telemetry.h"
#include "runtime/memory/large_pages.h"

namespace proofmark::bench {

std::string Report::json() const {
  std::string text = "{";
  const auto section = [&](const char* name, const auto& entries, auto value) {
    text += fmt::format("{}\"{}\":{{", text.size() > 1 ? "," : "", name);
    bool first = true;
    for (const auto& [key, entry] : entries) {
      text += fmt::format("{}\"{}\":{}", first ? "" : ",", key, value(entry));
      first = false;
    }
    text += "}";
  };
  const auto number = [](double value) { return fmt::format("{:.9g}", value); };
  section("seconds", seconds, number);
  section("numbers", numbers, number);
  section("agree", agree, [](bool same) { return same ? "true" : "false"; });
  return text + "}";
}

namespace {

constexpr const char* kUsage =
    "usage: proofmark_bench make ROWS DIRECTORY [OF|milliseconds] | policy "
    "counting|quantiles|varied|copied|statistical|thresholds "
    "[NUMBER]\n"
    "     | engines DIRECTORY [ROUNDS [DUCKDB-LIBRARY]] | judging | models | repeat DIRECTORY POLICY THREADS ROUNDS\n"
    "     | together DIRECTORY | text DIRECTORY FOLDER ROWS | duckdb-ingest LIBRARY DATABASE FILE\n"
    "     | columns DIRECTORY FOLDER | duckdb-make DIRECTORY LIBRARY DATABASE | duckdb-query LIBRARY DATABASE "
    "UNIT-NS\n";

int make(const std::vector<std::string>& arguments) {
  Made wanted{std::stoull(arguments[1]), std::stoull(arguments[1])};
  if (arguments.size() == 4 && arguments[3] == "milliseconds")
    wanted.unit_ns = 1'000'000;
  else if (arguments.size() == 4)
    wanted.of = std::stoull(arguments[3]);
  const Status made = write_snapshot(wanted, arguments[2]);
  if (!made) fmt::print(stderr, "{}\n", made.problems().front().message);
  return made ? 0 : 1;
}

std::string policy_of(const std::string& kind, std::size_t number = 0) {
  if (kind == "counting") return counting_policy();
  if (kind == "quantiles") return quantile_policy();
  if (kind == "statistical") return statistical_policy(number);
  if (kind == "thresholds") return threshold_policy(number);
  return kind == "varied" ? varied_policy() : copied_policy(number);
}

int run(const std::vector<std::string>& arguments) {
  const std::size_t count = arguments.size();
  const std::string command = count == 0 ? "" : arguments[0];
  if (command == "make" && (count == 3 || count == 4)) return make(arguments);
  if (command == "policy" && count >= 2) {
    fmt::print("{}", policy_of(arguments[1], count > 2 ? std::stoull(arguments[2]) : 0));
    return 0;
  }
  if (command == "columns" && count == 3) return write_columns(arguments[1], arguments[2]), 0;
  if (command == "duckdb-make" && count == 4) return write_duckdb(arguments[1], arguments[2], arguments[3]), 0;
  if (command == "duckdb-query" && count == 4)
    return query_duckdb(arguments[1], arguments[2], std::stoll(arguments[3])), 0;
  if (command == "repeat" && count == 5) {
    repeat_scan(arguments[1], policy_of(arguments[2]), static_cast<unsigned>(std::stoul(arguments[3])),
                std::stoi(arguments[4]));
    return 0;
  }
  if (command == "engines" && count >= 2) {
    EngineOptions options{arguments[1], count > 3 ? arguments[3] : ""};
    if (count > 2) options.rounds = std::stoi(arguments[2]);
    const Report report = measure_engines(options);
    fmt::print("{}\n", report.json());
    return std::all_of(report.agree.begin(), report.agree.end(), [](const auto& one) { return one.second; }) ? 0 : 1;
  }
  if (command == "text" && count == 4) return write_text(arguments[1], arguments[2], std::stoull(arguments[3])), 0;
  if (command == "duckdb-ingest" && count == 4) return ingest_by_duckdb(arguments[1], arguments[2], arguments[3]), 0;
  if (command == "together" && count == 2) {
    fmt::print("{}\n", measure_together(arguments[1]).json());
    return 0;
  }
  if (command == "judging" && count == 1) {
    fmt::print("{}\n", measure_judging().json());
    return 0;
  }
  if (command == "models" && count == 1) {
    fmt::print("{}\n", measure_models().json());
    return 0;
  }
  fmt::print(stderr, "{}", kUsage);
  return 64;
}

}  // namespace
}  // namespace proofmark::bench

int main(int count, char** arguments) {
  proofmark::memory::keep_freed_memory();  // as the program itself does
  try {
    return proofmark::bench::run({arguments + 1, arguments + count});
  } catch (const std::exception& problem) {
    fmt::print(stderr, "proofmark_bench: {}\n", problem.what());
    return 70;
  }
}
