// Writes telemetry with every type and width to DIR/sample.ndjson, and its snapshot to DIR/snapshot.
#include <cstdio>
#include <fstream>

#include "runtime/snapshot/create.h"

namespace {

using proofmark::plan::FieldType;
using proofmark::plan::Rational;
namespace snapshot = proofmark::snapshot;

constexpr int kRows = 70'001;  // two batches, the last one not a multiple of 64

std::string seconds(std::int64_t ns) {
  char text[40];
  std::snprintf(text, sizeof text, "%lld.%09lld", static_cast<long long>(ns / 1'000'000'000),
                static_cast<long long>(ns % 1'000'000'000));
  return text;
}

std::string row(std::int64_t i) {
  const std::int64_t shuffled = i * 7919 % kRows;
  std::string text = "{\"at\":\"" + seconds(1'767'225'600'000'000'000 + shuffled / 3 * 1'000'001) + "\"";
  text += ",\"duration\":\"" + seconds(shuffled * 30'000 + 1) + "\",\"long\":\"" +
          seconds(shuffled * 1'000'000'000'001) + "\",\"waited\":\"" + seconds(shuffled % 60'000 * 1'000'000) + "\"";
  text += ",\"u8\":" + std::to_string(i % 256) + ",\"i8\":" + std::to_string(i % 256 - 128);
  if (i % 3 != 0) text += ",\"u16\":" + std::to_string(i % 65'536);
  text += ",\"i16\":" + std::to_string(i % 65'536 - 32'768) + ",\"u32\":" + std::to_string(i * 60'000) +
          ",\"i32\":" + std::to_string(i * 60'000 - 2'100'000'000);
  text += ",\"i64\":\"" + std::to_string(i * 130'000'000'000'000 - 9'000'000'000'000'000'000) +
          "\",\"kib\":" + std::to_string(i);
  text += i % 7 == 0 ? ",\"real\":null" : ",\"real\":" + std::to_string(i) + ".1e-3";
  if (i % 5 != 0) text += i % 2 == 0 ? ",\"flag\":true" : ",\"flag\":false";
  if (i % 11 != 0) text += ",\"label\":\"région " + std::to_string(i % 13) + "\"";
  text += ",\"many\":\"client-" + std::to_string(i % 1000) + "\"";
  if (i % 4 != 0) text += ",\"text\":\"row " + std::to_string(i) + " \\u00e9\\ud83d\\ude00 \\\"quoted\\\"\"";
  return text + "}\n";
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 64;
  const std::filesystem::path directory = arguments[1];
  {
    std::ofstream out(directory / "sample.ndjson", std::ios::binary);
    for (int i = 0; i < kRows; ++i) out << row(i);
  }
  const Rational second = 1'000'000'000;
  snapshot::StreamSource stream{"sample", directory / "sample.ndjson", {}, "at"};
  const auto add = [&](const char* name, FieldType type, Rational scale = 1) {
    stream.columns.push_back({name, type, scale, false, false});
  };
  add("at", FieldType::timestamp, second);
  add("duration", FieldType::duration, second);
  add("long", FieldType::duration, second);
  add("waited", FieldType::duration, second);
  for (const char* name : {"u8", "i8", "u16", "i16", "u32", "i32", "i64"}) add(name, FieldType::integer);
  add("kib", FieldType::bytes, 1024);
  add("real", FieldType::real);
  add("flag", FieldType::boolean);
  add("label", FieldType::label);
  add("many", FieldType::label);
  add("text", FieldType::text);
  const auto created = snapshot::create({directory / "snapshot", {std::move(stream)}, std::nullopt, 0});
  if (created) return 0;
  for (const proofmark::Diagnostic& problem : created.problems())
    std::fprintf(stderr, "%s %s\n", problem.code.c_str(), problem.message.c_str());
  return 1;
}
