// The strict reader of manifests and zone maps: every key missing, every key too much, every value of another kind.
#include "runtime/snapshot/manifest.h"

#include <gtest/gtest.h>

#include "runtime/json/json.h"
#include "runtime/snapshot/zone_map.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
using json::Array;
using json::Object;
using json::Value;

Manifest sample() {
  ColumnRecord time{"at", plan::FieldType::timestamp, Physical::i64, 1, 0, {std::string(32, 'a')}, {}};
  ColumnRecord label{"region",
                     plan::FieldType::label,
                     Physical::u8,
                     1,
                     1,
                     {std::string(32, 'b')},
                     DictionaryRecord{2, std::string(32, 'c')}};
  StreamRecord stream;
  stream.name = "requests";
  stream.sha256 = "sha256:" + std::string(64, '0');
  stream.rows = 3;
  stream.time_column = "at";
  stream.covers_from = 0;
  stream.covers_to = 1'500'000'000;
  stream.columns = {time, label};
  stream.zones_sha256 = "sha256:" + std::string(64, '1');
  stream.sources = {{"r.csv", "csv", "none", "sha256:" + std::string(64, '2'), 17}};
  return {1'500'000'000, {stream}};
}

std::string outcome(const std::string& text) {
  const auto manifest = read_manifest(text, "manifest.json");
  return manifest ? "read" : first_problem(manifest.problems());
}

// Of the text with `other` in the place of `old`.
std::string outcome_with(std::string text, const std::string& old, const std::string& other) {
  const std::size_t place = text.find(old);
  EXPECT_NE(place, std::string::npos) << old;
  return outcome(text.replace(place, old.size(), other));
}

TEST(Manifest, ReadsWhatItWrites) {
  const std::string text = write_manifest(sample());
  const auto manifest = read_manifest(text, "manifest.json");
  ASSERT_TRUE(static_cast<bool>(manifest)) << first_problem(manifest.problems());
  EXPECT_EQ(write_manifest(*manifest), text);
  EXPECT_NE(text.find("\"coverage\":{\"from\":\"1970-01-01T00:00:00Z\",\"to\":\"1970-01-01T00:00:01.500Z\"}"),
            std::string::npos);
}

TEST(Manifest, SaysInWhichUnitDurationsAreStored) {
  Manifest manifest = sample();
  manifest.streams[0].columns.push_back(
      {"wait", plan::FieldType::duration, Physical::u16, 1'000'000, 0, {std::string(32, 'd')}, {}});
  const std::string text = write_manifest(manifest);
  const auto read = read_manifest(text, "manifest.json");
  ASSERT_TRUE(static_cast<bool>(read)) << first_problem(read.problems());
  EXPECT_EQ(write_manifest(*read), text);
  const auto with = [&](const std::string& old, const std::string& other) { return outcome_with(text, old, other); };
  const std::string wrong =
      "PM0832 `streams[0].columns[2].resolution` is no unit that a column of its type and width is stored in";
  EXPECT_EQ(with("\"resolution\":\"ms\"", "\"resolution\":\"us\""), "read");
  for (const char* other : {"ns", "m", "", "MS"})
    EXPECT_EQ(with("\"resolution\":\"ms\"", "\"resolution\":\"" + std::string(other) + "\""), wrong) << other;
  EXPECT_EQ(with("\"physical\":\"u16\"", "\"physical\":\"i64\""), wrong);
  EXPECT_EQ(with("\"type\":\"duration\"", "\"type\":\"int\""), wrong);
}

TEST(Manifest, SaysWhatCountersCameTo) {
  Manifest manifest = sample();
  manifest.streams[0].quality.tallied =
      Tallied{.samples = 9, .series = 3, .resets = 1, .late_series = 2, .late_events = 7};
  const std::string text = write_manifest(manifest);
  const auto read = read_manifest(text, "manifest.json");
  ASSERT_TRUE(static_cast<bool>(read)) << first_problem(read.problems());
  EXPECT_EQ(write_manifest(*read), text);
  const auto with = [&](const std::string& old, const std::string& other) { return outcome_with(text, old, other); };
  EXPECT_NE(
      with("\"lateEvents\":7,", "").find("must have `samples`, `series`, `resets`, `lateSeries` and `lateEvents`"),
      std::string::npos);
  EXPECT_NE(with("\"lateSeries\":2", "\"lateSeries\":4").find("must not be more than all series"), std::string::npos);
  EXPECT_NE(with("\"lateSeries\":2", "\"lateSeries\":0").find("must be 0 where no series began late"),
            std::string::npos);
}

TEST(Manifest, NamesAllFilesOfAStream) {
  Manifest manifest = sample();
  EXPECT_EQ(write_manifest(manifest).find("moreSources"), std::string::npos);
  const SourceFile more{"s.ndjson", "ndjson", "gzip", "sha256:" + std::string(64, '3'), 5};
  manifest.streams[0].sources.push_back(more);
  std::string text = write_manifest(manifest);
  const auto read = read_manifest(text, "manifest.json");
  ASSERT_TRUE(static_cast<bool>(read)) << first_problem(read.problems());
  ASSERT_EQ(read->streams[0].sources.size(), 2U);
  EXPECT_EQ(read->streams[0].sources[1].name, "s.ndjson");
  EXPECT_EQ(write_manifest(*read), text);
  const std::string list = text.substr(text.find("\"moreSources\":["),
                                       text.find(']', text.find("moreSources")) - text.find("\"moreSources\":[") + 1);
  const auto with = [&](std::string_view instead) {
    std::string changed = text;
    return outcome(changed.replace(changed.find(list), list.size(), instead));
  };
  EXPECT_NE(with("\"moreSources\":[]").find("is left out where there are none"), std::string::npos);
  EXPECT_NE(with("\"moreSources\":5").find("must be an array"), std::string::npos);
  EXPECT_NE(with("\"moreSources\":[5]").find("moreSources[0]` must be an object"), std::string::npos);
}

TEST(Manifest, KeepsTheUnitOfAColumn) {
  Manifest manifest = sample();
  EXPECT_EQ(write_manifest(manifest).find("\"unit\""), std::string::npos);
  manifest.streams[0].columns[0].unit = "epoch_ms";
  const auto read = read_manifest(write_manifest(manifest), "manifest.json");
  ASSERT_TRUE(static_cast<bool>(read)) << first_problem(read.problems());
  EXPECT_EQ(read->streams[0].columns[0].unit, "epoch_ms");
  for (const char* wrong : {"ms", "parsec"}) {
    manifest.streams[0].columns[0].unit = wrong;
    EXPECT_NE(outcome(write_manifest(manifest)).find("PM0832"), std::string::npos) << wrong;
  }
}

// Calls `visit` with a copy of the document in which one member of one object has been changed by `change`.
template <typename Change>
std::vector<std::string> changed_everywhere(const Value& value, Change change) {
  std::vector<std::string> all;
  if (const Object* object = value.as_object()) {
    for (const auto& [key, member] : object->members()) {
      for (const auto& altered : change(*object, key)) all.push_back(json::canonical(altered));
      for (const std::string& inner : changed_everywhere(member, change)) {
        Object copy = *object;
        copy.set(key, *json::parse(inner, "t", "PM0000"));
        all.push_back(json::canonical(copy));
      }
    }
  }
  if (const Array* array = value.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      for (const std::string& inner : changed_everywhere((*array)[i], change)) {
        Array copy = *array;
        copy[i] = *json::parse(inner, "t", "PM0000");
        all.push_back(json::canonical(copy));
      }
  }
  return all;
}

TEST(Manifest, SaysWhatToDoAboutOneThatWasCutOff) {
  const std::string whole = write_manifest(sample());
  for (const std::size_t kept : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    const auto read = read_manifest(std::string_view(whole).substr(0, kept), "manifest.json");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.problems().front().code, "PM0832");
    EXPECT_NE(read.problems().front().help.find("copy the snapshot's folder again"), std::string::npos);
  }
}

TEST(Manifest, NoKeyMayBeMissingOrUnknown) {
  const Value document = *json::parse(write_manifest(sample()), "t", "PM0000");
  const auto without = changed_everywhere(document, [](const Object& object, const std::string& key) {
    Object less, more = object;
    for (const auto& [name, value] : object.members())
      if (name != key) less.set(name, value);
    more.set(key + "X", 1);
    return std::vector<Value>{less, more};
  });
  EXPECT_EQ(without.size(), 2U * 37U);
  for (const std::string& text : without) EXPECT_EQ(outcome(text).substr(0, 6), "PM0832") << text;
}

TEST(Manifest, NoValueMayBeOfAnotherKind) {
  const Value document = *json::parse(write_manifest(sample()), "t", "PM0000");
  const auto altered = changed_everywhere(document, [](const Object& object, const std::string& key) {
    std::vector<Value> all;
    for (const Value& wrong :
         {Value(true), Value(-1), Value(0.5), Value("?"), Value(Array{1}), Value(Object{{"a", 1}})}) {
      // Any text will do as the name of a column, and for what is only said about the source.
      const bool of_source = object.find("bytes") != nullptr && key != "sha256",
                 of_column = object.find("physical") != nullptr && key == "name";
      if ((of_source || of_column) && wrong.as_string() != nullptr) continue;
      Object copy = object;
      copy.set(key, wrong);
      all.push_back(copy);
    }
    return all;
  });
  for (const std::string& text : altered) EXPECT_EQ(outcome(text).substr(0, 6), "PM0832") << text;
}

TEST(Manifest, Refusals) {
  const auto refused = [](auto change) {
    Manifest manifest = sample();
    change(manifest);
    return outcome(write_manifest(manifest));
  };
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].name = "../x"; }),
            "PM0832 `streams[0].name` must be letters, digits, `_` and `-`, a letter or `_` first");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].columns[1].name = "at"; }),
            "PM0832 `streams[0].columns` names `at` twice");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].columns[0].physical = Physical::u8; }),
            "PM0832 `streams[0].columns[0].physical` is no width that a column of its type has");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].columns[1].dictionary.reset(); }),
            "PM0832 `streams[0].columns[1]` must have a `dictionary` exactly when its type is label");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].columns[1].nulls = 4; }),
            "PM0832 `streams[0].columns[1].nulls` exceeds the stream's rows");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].time_column = "region"; }),
            "PM0832 `streams[0].timeColumn` must name a column of type timestamp");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].zones_sha256.reset(); }),
            "PM0832 `streams[0].zones` must be there exactly when there is a time column");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].covers_from = 2'000'000'000; }),
            "PM0832 `streams[0].coverage` ends before it starts");
  EXPECT_EQ(refused([](Manifest& m) { m.streams.push_back(m.streams[0]); }),
            "PM0832 `streams[1].name` must follow the name before it");
  EXPECT_EQ(refused([](Manifest& m) { m.streams[0].sha256.back() = 'A'; }),
            "PM0832 `streams[0].sha256` must be `sha256:` and 64 lower-case hexadecimal digits");
}

TEST(Manifest, OnlyCanonicalBytes) {
  const std::string text = write_manifest(sample());
  EXPECT_EQ(outcome(text + "\n"), "PM0832 the manifest is not in canonical form (RFC 8785)");
  EXPECT_EQ(outcome(json::pretty(*json::parse(text, "t", "PM0000"))),
            "PM0832 the manifest is not in canonical form (RFC 8785)");
  EXPECT_EQ(outcome(text.substr(0, 40)).substr(0, 20), "manifest.json:1:36 P");
  std::string offset = text;
  offset.replace(offset.find("1970-01-01T00:00:01.500Z"), 24, "1970-01-01T01:00:01+01:0");
  EXPECT_EQ(outcome(offset), "PM0832 `asOf` must be a time such as `2026-01-31T12:00:00.250Z`");
  std::string version = text;
  version.replace(version.find("snapshot/1"), 10, "snapshot/2");
  EXPECT_EQ(outcome(version), "PM0832 `format` must be `proofmark-snapshot/1`, it is `proofmark-snapshot/2`");
}

TEST(ZoneMap, ReadsWhatItWritesAndNothingElse) {
  for (const std::vector<Zone>& some : {std::vector<Zone>{}, {{0, 0}}, {{INT64_MIN, 0}, {std::nullopt, std::nullopt}}})
    EXPECT_EQ(write_zone_map(*read_zone_map(write_zone_map(some), "z.json", some.size() * 4096)), write_zone_map(some));
  const std::vector<Zone> zones{{-5, 7}, {7, INT64_MAX}, {std::nullopt, std::nullopt}};
  const std::string text = write_zone_map(zones);
  const auto again = read_zone_map(text, "z.json", 2 * 4096 + 1);
  ASSERT_TRUE(static_cast<bool>(again)) << first_problem(again.problems());
  EXPECT_EQ(write_zone_map(*again), text);
  EXPECT_FALSE(static_cast<bool>(read_zone_map(text, "z.json", 2 * 4096)));
  EXPECT_FALSE(static_cast<bool>(read_zone_map(text + " ", "z.json", 2 * 4096 + 1)));
  EXPECT_FALSE(static_cast<bool>(read_zone_map(write_zone_map({{8, 7}}), "z.json", 1)));
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"\"-5\"", "\"-05\""},
                                                                                 {"\"-5\"", "\"-0\""},
                                                                                 {"\"-5\"", "\"+5\""},
                                                                                 {"\"-5\"", "\"\""},
                                                                                 {"\"-5\"", "\"-\""},
                                                                                 {"\"-5\"", "\"-5"},
                                                                                 {"\"-5\"", "\"-5x\""},
                                                                                 {"\"-5\",", "\"-5\" ,"},
                                                                                 {"\"7\"", "\"07\""},
                                                                                 {",null", ""},
                                                                                 {",null", ",null,null"},
                                                                                 {"],", ",],"},
                                                                                 {"\"-5\"", "-5"},
                                                                                 {"\"-5\"", "null"},
                                                                                 {"\"-5\"", "\"99999999999999999999\""},
                                                                                 {"zones/1", "zones/2"},
                                                                                 {"4096", "4095"},
                                                                                 {"maximum", "maximun"}}) {
    std::string altered = text;
    altered.replace(altered.find(from), from.size(), to);
    const auto value = read_zone_map(altered, "z.json", 2 * 4096 + 1);
    ASSERT_FALSE(static_cast<bool>(value)) << altered;
    EXPECT_EQ(value.problems()[0].code, "PM0844");
  }
}

}  // namespace
}  // namespace proofmark::snapshot
