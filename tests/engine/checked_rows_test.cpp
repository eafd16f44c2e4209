// Rows are checked before they are read: all of them, or, of a file that was checked before, those that are read.
#include "runtime/engine/checked_rows.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "runtime/snapshot/create.h"
#include "tests/cache/scratch_folder.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

namespace fs = std::filesystem;
using plan::FieldType;

constexpr int kRows = 200'000;  // four batches, no two stretches of which are alike
constexpr std::size_t kBatches = 4;

class Checked : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream csv(scratch_.path() / "requests.csv");
    csv << "time,status\n";
    for (int row = 0; row < kRows; ++row)
      csv << 1'700'000'000 + row << ',' << 200 + static_cast<unsigned>(row) * 2'654'435'761U % 301 << '\n';
    csv.close();
    snapshot::StreamSource source{.name = "requests", .file = scratch_.path() / "requests.csv", .time_column = "time"};
    source.columns = {{"time", FieldType::timestamp, 1'000'000'000}, {"status", FieldType::integer}};
    const auto created = snapshot::create({.out = scratch_.path() / "snap", .streams = {source}});
    ASSERT_TRUE(static_cast<bool>(created));
    Table table = table_of({column("time", FieldType::timestamp, {}), column("status", FieldType::integer, {})});
    table.name = "requests";
    table.time = "time";
    ScanBuilder builder(table);
    builder.count(builder.compare(builder.value("status"), plan::Comparison::less, 500));
    scan_ = builder.scan;
  }

  // With file times that have settled.
  snapshot::Snapshot open() const {
    for (;; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
      auto opened = snapshot::Snapshot::open(scratch_.path() / "snap");
      EXPECT_TRUE(static_cast<bool>(opened));
      if (opened->streams().front().file.settled) return std::move(*opened);
    }
  }
  CheckedRows rows(const snapshot::Snapshot& snapshot, std::size_t least_batches = 1) const {
    auto rows = CheckedRows::of(scan_, snapshot, {&cache_, least_batches});
    EXPECT_TRUE(static_cast<bool>(rows));
    return *rows;
  }
  // A byte of the batch's share of `status`, behind the back of whoever has the file open.
  void damage(const snapshot::Snapshot& snapshot, std::size_t batch) const {
    const snapshot::Column* status = snapshot.streams().front().find("status");
    const std::string file = proofmark::testing::file_bytes(arrow());
    const auto* values = reinterpret_cast<const char*>(status->chunks[batch].values);
    const std::size_t place =
        file.find(std::string(values, status->chunks[batch].rows * width_bytes(status->physical)));
    ASSERT_NE(place, std::string::npos);
    const int descriptor = ::open(arrow().c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(::pwrite(descriptor, "\xFF", 1, static_cast<off_t>(place)), 1);
    ::close(descriptor);
  }
  fs::path arrow() const { return scratch_.path() / "snap" / "streams" / "requests.arrow"; }

  proofmark::testing::ScratchFolder scratch_;
  cache::Cache cache_{(scratch_.path() / "cache").string()};
  plan::Scan scan_;
};

TEST_F(Checked, AFileIsKnownAgainOnceAllItsColumnsWereChecked) {
  {
    const auto snapshot = open();
    auto first = rows(snapshot);
    EXPECT_FALSE(first.may_wait());
    first.remember();  // of what was not checked nothing
    EXPECT_FALSE(rows(snapshot).may_wait());
    EXPECT_TRUE(static_cast<bool>(first.check_all()));
    EXPECT_FALSE(rows(snapshot).may_wait());
    first.remember();
  }
  EXPECT_TRUE(rows(open()).may_wait());
  EXPECT_FALSE(rows(open(), kBatches + 1).may_wait());  // too short for anything to be kept
  fs::last_write_time(arrow(), fs::last_write_time(arrow()) + std::chrono::seconds(1));
  EXPECT_FALSE(rows(open()).may_wait());
  remember_checked(open(), {&cache_, 1});
  EXPECT_TRUE(rows(open()).may_wait());
  fs::copy(scratch_.path() / "snap", scratch_.path() / "copy", fs::copy_options::recursive);
  fs::remove_all(scratch_.path() / "snap");
  fs::rename(scratch_.path() / "copy", scratch_.path() / "snap");
  EXPECT_FALSE(rows(open()).may_wait());
}

TEST_F(Checked, WhatIsReadIsCheckedInEveryRun) {
  const auto snapshot = open();
  remember_checked(snapshot, {&cache_, 1});
  damage(snapshot, 2);  // it was opened before, and does not know
  auto some = rows(snapshot);
  ASSERT_TRUE(some.may_wait());
  EXPECT_TRUE(static_cast<bool>(some.check({0, 1, 3})));
  const Status damaged = some.check({1, 2});
  ASSERT_FALSE(static_cast<bool>(damaged));
  EXPECT_EQ(damaged.problems().front().code, "PM0840");
  EXPECT_NE(damaged.problems().front().message.find("chunk 2,"), std::string::npos);
  EXPECT_FALSE(static_cast<bool>(some.check_all()));
}

TEST_F(Checked, ADamagedFileIsNotKnownAgain) {
  remember_checked(open(), {&cache_, 1});
  EXPECT_TRUE(rows(open()).may_wait());
  const auto times = fs::last_write_time(arrow());
  damage(open(), 1);
  fs::last_write_time(arrow(), times);  // whoever puts the time back changes another one
  const auto snapshot = open();
  EXPECT_FALSE(rows(snapshot).may_wait());
  auto damaged = rows(snapshot);
  EXPECT_FALSE(static_cast<bool>(damaged.check_all()));
  damaged.remember();
  EXPECT_FALSE(rows(snapshot).may_wait());
}

TEST_F(Checked, AFileThatHasJustBeenWrittenMayChangeUnnoticed) {
  const int descriptor = ::open((scratch_.path() / "new").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  int fresh = 0;
  for (int i = 0; i < 50; ++i) {  // between a write and a look the clock ticks now and then
    ASSERT_EQ(::write(descriptor, "x", 1), 1);
    fresh += snapshot::identity_of(descriptor).settled ? 0 : 1;
  }
  EXPECT_GT(fresh, 0);
  const auto written = snapshot::identity_of(descriptor);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto later = snapshot::identity_of(descriptor);
  ::close(descriptor);
  EXPECT_TRUE(later.settled || later.changed_ns % 1'000'000'000 == 0);
  EXPECT_EQ(later.changed_ns, written.changed_ns);
  EXPECT_EQ(later.bytes, 50U);
  EXPECT_FALSE(snapshot::identity_of(-1).settled);
}

}  // namespace
}  // namespace proofmark::engine::testing
