// A whole run over a snapshot on disk: streams found by name, columns checked, facts of every scan.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/engine/emit.h"
#include "runtime/snapshot/create.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

namespace fs = std::filesystem;
using plan::FieldType;

class Run : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(PROOFMARK_BINARY_DIR) / "tests" / "engine-run";
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::ofstream csv(folder_ / "requests.csv");
    csv << "time,status,version\n";
    for (int row = 0; row < 100; ++row)
      csv << 1700000000 + row << ',' << (row % 10 == 0 ? 500 : 200) << ",v" << row % 2 << '\n';
  }
  void TearDown() override { fs::remove_all(folder_); }

  snapshot::Snapshot make_snapshot() {
    snapshot::CreateOptions options;
    options.out = folder_ / "snap";
    snapshot::StreamSource source;
    source.name = "requests";
    source.file = folder_ / "requests.csv";
    source.columns = {{"time", FieldType::timestamp, 1'000'000'000, false, false},
                      {"status", FieldType::integer, 1, false, false},
                      {"version", FieldType::label, 1, false, false}};
    source.time_column = "time";
    options.streams = {source};
    const auto created = snapshot::create(options);
    EXPECT_TRUE(static_cast<bool>(created)) << (created ? "" : created.problems().front().message);
    auto opened = snapshot::Snapshot::open(options.out);
    EXPECT_TRUE(static_cast<bool>(opened)) << (opened ? "" : opened.problems().front().message);
    return std::move(*opened);
  }

  static plan::Plan make_plan(const std::string& stream) {
    Table table = table_of({column("time", FieldType::timestamp, {}), column("status", FieldType::integer, {}),
                            column("version", FieldType::label, {})});
    table.name = stream;
    table.time = "time";
    ScanBuilder builder(table);
    const Id recent = builder.window({plan::WindowKind::last, 50'000'000'000, 0});
    const Id good = builder.compare(builder.value("status"), plan::Comparison::less, 500);
    builder.count(builder.mask(plan::Both{recent, good}), builder.grouping("version", recent));
    plan::Plan plan;
    plan.scans.push_back(std::move(builder.scan));
    return plan;
  }

  fs::path folder_;
};

TEST_F(Run, CountsWhatAFileHolds) {
  const auto snapshot = make_snapshot();
  const auto ran = run(make_plan("requests"), snapshot, {});
  ASSERT_TRUE(static_cast<bool>(ran)) << ran.problems().front().message;
  EXPECT_EQ(ran->engine, "interpreter");
  EXPECT_EQ(ran->facts.as_of_ns, 1'700'000'099'000'000'000);
  ASSERT_EQ(ran->facts.scans.size(), 1U);
  const auto& facts = ran->facts.scans[0];
  EXPECT_EQ(facts.rows, 100U);
  EXPECT_EQ(facts.covers_from_ns, 1'700'000'000'000'000'000);
  EXPECT_EQ(facts.groups[0], (std::vector<plan::GroupKey>{"v0", "v1"}));
  EXPECT_EQ(counted(facts, 0, 0), 20U);  // rows 50..99: 25 even ones, five of them 500
  EXPECT_EQ(counted(facts, 0, 1), 25U);
}

TEST_F(Run, NamesTheStreamThatWasMeant) {
  const auto snapshot = make_snapshot();
  const auto ran = run(make_plan("request"), snapshot, {});
  ASSERT_FALSE(static_cast<bool>(ran));
  EXPECT_EQ(ran.problems().front().code, "PM0601");
  EXPECT_NE(ran.problems().front().help.find("did you mean `requests`?"), std::string::npos);
}

TEST_F(Run, RefusesAColumnThatWasAltered) {
  auto snapshot = make_snapshot();
  const fs::path arrow = folder_ / "snap" / "streams" / "requests.arrow";
  const auto size = fs::file_size(arrow);
  std::size_t refused = 0;
  for (std::uintmax_t at = 0; at < size; at += 61) {
    std::fstream file(arrow, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char before = static_cast<char>(file.get());
    const auto put = [&](char value) {
      file.seekp(static_cast<std::streamoff>(at));
      file.put(value);
      file.flush();
    };
    put(static_cast<char>(before ^ 0x10));
    const auto opened = snapshot::Snapshot::open(folder_ / "snap");
    if (!opened || !run(make_plan("requests"), *opened, {})) ++refused;
    put(before);
  }
  EXPECT_GT(refused, 5U);
  const auto opened = snapshot::Snapshot::open(folder_ / "snap");
  ASSERT_TRUE(static_cast<bool>(opened));
  EXPECT_TRUE(static_cast<bool>(run(make_plan("requests"), *opened, {})));
}

#ifdef PROOFMARK_HAS_NATIVE_ENGINE
TEST_F(Run, EmitsTheCodeThatWouldRun) {
  const auto snapshot = make_snapshot();
  const auto text = emit(make_plan("requests"), &snapshot, Stage::llvm, {});
  ASSERT_TRUE(static_cast<bool>(text)) << text.problems().front().message;
  EXPECT_NE(text->find("icmp ule <32 x i16>"), std::string::npos) << "status has 16 bits and no sign in this snapshot";
  EXPECT_FALSE(static_cast<bool>(emit(make_plan("request"), &snapshot, Stage::llvm, {})));
}
#endif

}  // namespace
}  // namespace proofmark::engine::testing
