// Telemetry in, snapshot out: what is read, how it is typed and ordered, and that nothing else shows.
#include "runtime/snapshot/create.h"

#include <gtest/gtest.h>

#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
using plan::FieldType;
using Values = std::vector<std::optional<std::string>>;

Snapshot opened(const std::filesystem::path& directory) {
  auto snapshot = Snapshot::open(directory);
  EXPECT_TRUE(static_cast<bool>(snapshot)) << first_problem(snapshot.problems());
  return std::move(*snapshot);
}

constexpr std::string_view kRequests =
    "{\"at\":\"2026-01-31T12:00:01Z\",\"status\":200,\"ms\":1.5,\"ok\":true,\"region\":\"eu\",\"http\":{\"bytes\":70000}}\n"
    "{\"at\":\"2026-01-31T12:00:00.000000001Z\",\"status\":503,\"ms\":2,\"ok\":false,\"region\":null,\"http\":{\"bytes\":5}}\r\n"
    "\n"
    "{\"at\":\"2026-01-31T13:00:02+01:00\",\"status\":-1,\"ms\":null,\"ok\":true,\"region\":\"\\u00e9u\"}";

TEST(Create, InfersTypesSortsByTimeAndReadsBack) {
  const TemporaryDirectory directory;
  const auto created = create_one(directory.write("requests.ndjson", kRequests), directory.path() / "out");
  ASSERT_TRUE(static_cast<bool>(created)) << first_problem(created.problems());
  EXPECT_EQ(created->streams[0].rows, 3U);
  EXPECT_TRUE(created->warnings.empty());

  const Snapshot snapshot = opened(directory.path() / "out");
  EXPECT_EQ(snapshot.id(), created->id);
  EXPECT_EQ(snapshot.as_of(), 1769860802000000000);
  const Stream& stream = *snapshot.find("s");
  EXPECT_EQ(stream.time_column, 0U);
  EXPECT_EQ(stream.covers_from, 1769860800000000001);
  EXPECT_EQ(values_of(stream, "at"), (Values{"1769860800000000001", "1769860801000000000", "1769860802000000000"}));
  EXPECT_EQ(values_of(stream, "status"), (Values{"503", "200", "-1"}));
  EXPECT_EQ(values_of(stream, "ms"), (Values{"2", "1.5", std::nullopt}));
  EXPECT_EQ(values_of(stream, "ok"), (Values{"false", "true", "true"}));
  EXPECT_EQ(values_of(stream, "region"), (Values{std::nullopt, "eu", "éu"}));
  EXPECT_EQ(values_of(stream, "http.bytes"), (Values{"5", "70000", std::nullopt}));
  EXPECT_EQ(stream.find("status")->physical, Physical::i16);
  EXPECT_EQ(stream.find("http.bytes")->physical, Physical::u32);
  EXPECT_EQ(stream.find("region")->type, FieldType::label);
  EXPECT_EQ(stream.find("http"), nullptr);
  EXPECT_EQ(stream.zones.size(), 1U);
  EXPECT_EQ(stream.zones[0].maximum, 1769860802000000000);
  const auto verified = verify_everything(snapshot);
  EXPECT_TRUE(static_cast<bool>(verified)) << first_problem(verified.problems());
}

}  // namespace
}  // namespace proofmark::snapshot
