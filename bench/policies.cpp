#include "bench/policies.h"

#include "bench/telemetry.h"
#include "compiler/compile.h"

namespace proofmark::bench {
namespace {

constexpr std::string_view kDecide = "  decide { certify for 7d when all objectives pass  deny otherwise }\n}\n";

std::string head(const std::string& name) {
  return "edition 2026\npolicy " + name + R"( {
  title "A benchmark"
  confidence 95%
  subject { service "shop" }
  telemetry requests : events {
    time        : timestamp
    duration    : duration
    status      : int
    service     : label
    version     : label
    environment : label
    region      : label
  }
)";
}

std::string both_environments(const std::string& name, const std::string& latency) {
  std::string text = head(name);
  for (std::size_t s = 0; s < kServices; ++s)
    for (const char* environment : {"canary", "stable"}) {
      const std::string rows = environment + std::to_string(s);
      text += "  let " + rows + " = requests where service == \"s" + std::to_string(s) + "\" and environment == \"" +
              environment + "\"\n  objective o_" + rows + " { require fraction(" + rows +
              ", status < 500) >= 99.5% and " + latency + "  }\n";
      const auto place = text.rfind("ROWS");
      text.replace(place, 4, rows);
    }
  return text + std::string(kDecide);
}

}  // namespace

std::string counting_policy() {
  return both_environments("counting", "fraction(ROWS, duration <= 300ms) >= 90%");
}

std::string quantile_policy() {
  return both_environments("quantiles", "p99(ROWS.duration) <= 900ms");
}

std::string varied_policy() {
  std::string text = head("varied");
  constexpr std::string_view kWindows[] = {"", "over last 1h", "over last 6h", "over last 36h"};
  for (std::size_t i = 0; i < 16; ++i) {
    const std::string n = std::to_string(i), rows = "rows" + n;
    text += "  let " + rows + " = requests where service == \"s" + std::to_string(i % kServices) +
            "\" and version == \"v" + std::to_string(i % kVersions) + "\"\n  objective o" + n + " { require " +
            (i % 2 == 0 ? "fraction(" + rows + ", status < 500) >= 99%" : "p95(" + rows + ".duration) <= 300ms") + " " +
            std::string(kWindows[i % 4]) + " }\n";
  }
  text +=
      "  objective by_region { require fraction(requests, status < 500) >= 99% for each region }\n"
      "  objective by_service { require fraction(requests, duration <= 1s) >= 99% over last 6h for each service }\n"
      "  objective tail_by_region { require p99(requests.duration) <= 2s for each region }\n"
      "  objective seen { require count(requests) >= 1_000 }\n";
  return text + std::string(kDecide);
}

std::string threshold_policy(std::size_t rules) {
  std::string text = head("thresholds");
  for (std::size_t i = 0; i < rules; ++i)
    text += "  objective o" + std::to_string(i) + " { require count(requests, status < " + std::to_string(200 + i) +
            ") >= " + std::to_string(100 + i) + " }\n";
  return text + std::string(kDecide);
}

std::string statistical_policy(std::size_t objectives) {
  std::string text = head("statistical");
  for (std::size_t i = 0; i < objectives; ++i)
    text += "  objective o" + std::to_string(i) + " { require fraction(requests, status < " + std::to_string(201 + i) +
            ") >= 99% }\n";
  return text + std::string(kDecide);
}

std::string copied_policy(std::size_t number) {
  std::string text = head("copied" + std::to_string(number));
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string service = std::to_string((number + i) % kServices), n = std::to_string(i);
    text += "  let rows" + n + " = requests where service == \"s" + service + "\"\n  objective o" + n +
            " { require fraction(rows" + n + ", status < 500) >= " + std::to_string(90 + number % 9) + "% }\n";
  }
  return text + std::string(kDecide);
}

Result<plan::Plan> plan_of(std::string text) {
  auto file = source::SourceFile::from_text("bench.pmk", std::move(text));
  if (!file) return file.problems();
  Compilation compilation = compile(std::move(*file), {{}, true}, Stage::plan);
  for (const Diagnostic& diagnostic : compilation.diagnostics)
    if (diagnostic.severity == Severity::error) return compilation.diagnostics;
  return std::move(compilation.plans.front());
}

}  // namespace proofmark::bench
