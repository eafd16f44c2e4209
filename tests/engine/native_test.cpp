// The native engine's parts: the program's shape, the object loader, falling back, and the text that `emit` shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <random>

#include "runtime/engine/codegen_plugin.h"
#include "runtime/engine/emit.h"
#include "runtime/engine/kernel_program.h"
#include "runtime/engine/native_object.h"
#include "tests/engine/facts_text.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

using plan::Comparison;
using plan::FieldType;

Table requests(std::size_t rows) {
  std::vector<Cell> times, statuses, versions, waits, truths;
  for (std::size_t row = 0; row < rows; ++row) {
    times.push_back(cell(1000 + static_cast<std::int64_t>(row)));
    statuses.push_back(row % 11 == 0 ? Cell(Null{}) : cell(row % 7 == 0 ? 500 : 200));
    versions.push_back(std::string(row % 3 == 0 ? "2.4.0" : row % 3 == 1 ? "2.3.0" : "2.2.0"));
    waits.push_back(static_cast<double>(row % 100) / 4.0);
    truths.push_back(row % 5 == 0);
  }
  Table table = table_of({column("time", FieldType::timestamp, times), column("status", FieldType::integer, statuses),
                          column("version", FieldType::label, versions), column("wait", FieldType::real, waits),
                          column("ok", FieldType::boolean, truths)});
  table.time = "time";
  return table;
}

struct Release {
  std::string version = "2.4.0";
  std::int64_t status = 500;
  plan::Rational wait = *plan::Rational::make(25, 2);
  std::int64_t window = 700;
};

plan::Scan canary_scan(const Table& table, const Release& release) {
  ScanBuilder builder(table);
  const Id recent = builder.window({plan::WindowKind::last, release.window, 0});
  const Id canary = builder.mask(plan::Both{recent, builder.atom({plan::OneOf{2, {release.version}}, false})});
  const Id good = builder.compare(builder.value("status"), Comparison::less, release.status);
  const Id fast = builder.compare(builder.value("wait"), Comparison::at_most, release.wait);
  builder.count(canary);
  builder.count(builder.mask(plan::Both{canary, good}));
  builder.count(builder.mask(plan::Both{canary, fast}));
  builder.count(builder.mask(plan::Except{canary, builder.atom({plan::IsTrue{4}, true})}));
  builder.count(canary, builder.grouping("version", builder.window()));
  builder.collect(builder.mask(plan::Both{canary, good}), builder.value("wait"));
  return std::move(builder.scan);
}

std::vector<proofmark_kernel_instruction> program_of(const Table& table, const plan::Scan& scan, std::int64_t as_of) {
  const MadeStream made(table);
  const auto bound = bind(scan, made.stream(), as_of);
  const auto groupings = find_groups(*bound, 1);
  return kernel_program(Collector{*bound, *groupings}).instructions;
}

bool same(const std::vector<proofmark_kernel_instruction>& a, const std::vector<proofmark_kernel_instruction>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0;
}

Options natively() {
  Options options;
  options.engine = Options::Choice::native;
  return options;
}

TEST(KernelProgram, ANewReleaseHasTheSameShape) {
  Table table = requests(1000);
  for (const bool zones : {true, false}) {
    table.zones = zones;
    const auto before = program_of(table, canary_scan(table, {}), 1900);
    const auto after = program_of(table, canary_scan(table, {"2.3.0", 404, 7, 123}), 1800);
    EXPECT_TRUE(same(before, after));
    const auto settled = program_of(table, canary_scan(table, {"2.3.0", 100'000, 7, 123}), 1800);
    EXPECT_FALSE(same(before, settled)) << "a threshold that 16 bits cannot reach is settled for all rows";
  }
}

TEST(KernelProgram, SharesWhatMasksShare) {
  const Table table = requests(10);
  ScanBuilder builder(table);
  const Id status = builder.value("status");
  const Id low = builder.compare(status, Comparison::less, 500), window = builder.window();
  for (int i = 0; i < 5; ++i) builder.count(builder.mask(plan::Both{window, low}));
  const auto program = program_of(table, builder.scan, 5000);
  const auto compares =
      std::count_if(program.begin(), program.end(), [](const proofmark_kernel_instruction& instruction) {
        return instruction.code == PROOFMARK_AT_MOST && instruction.physical == PROOFMARK_U16;
      });
  EXPECT_EQ(compares, 1);
}

TEST(NativeEngine, SaysWhyItFellBack) {
  const Table table = requests(100);
  const MadeStream made(table);
  ScanBuilder nothing_to_count(table);
  nothing_to_count.distinct(nothing_to_count.window(), "version");
  const auto ran = run_scan(nothing_to_count.scan, made.stream(), 5000, natively());
  ASSERT_TRUE(static_cast<bool>(ran));
  EXPECT_FALSE(ran->native);
  ASSERT_EQ(ran->notes.size(), 1U);
  EXPECT_EQ(ran->notes[0], "interpreted, as the scan counts nothing that native code would count");
  EXPECT_EQ(counted(ran->facts, 0), 3U);
}

TEST(NativeEngine, InterpretsSmallStreamsUnlessAskedOtherwise) {
  const Table table = requests(5000);
  const MadeStream made(table);
  const auto ran = run_scan(canary_scan(table, {}), made.stream(), 5000, {});
  ASSERT_TRUE(static_cast<bool>(ran));
  EXPECT_FALSE(ran->native);
  EXPECT_TRUE(ran->notes.empty());
}

#ifdef PROOFMARK_HAS_NATIVE_ENGINE

TEST(NativeEngine, CountsWithAndWithoutZones) {
  for (const bool zones : {true, false})
    for (const std::size_t rows : {1U, 64U, 4095U, 4096U, 4097U, 10'000U}) {
      Table table = requests(rows);
      table.zones = zones;
      const MadeStream made(table);
      const auto scan = canary_scan(table, {"2.4.0", 500, 20, 3000});
      const auto native = run_scan(scan, made.stream(), 9000, natively());
      const auto interpreted = run_scan(scan, made.stream(), 9000, {});
      ASSERT_TRUE(static_cast<bool>(native));
      EXPECT_TRUE(native->native);
      EXPECT_EQ(text_of(native->facts), text_of(interpreted->facts));
    }
}

plan::Scan scan_of_many(const Table& table, std::size_t counts) {
  ScanBuilder builder(table);
  const Id wait = builder.value("wait"), status = builder.value("status"), window = builder.window();
  for (std::size_t i = 0; i < counts; ++i) {
    const auto threshold = static_cast<std::int64_t>(i);
    const Id slow = builder.compare(wait, Comparison::at_least, *plan::Rational::make(threshold, 40));
    const Id good = builder.compare(status, Comparison::less, 1 + threshold % 600);
    builder.count(builder.mask(plan::Both{window, builder.mask(plan::Except{slow, good})}));
  }
  return std::move(builder.scan);
}

// Their loops are cut into blocks, comparisons and counts become loops over tables, and beyond some length all is
// compiled with less effort.
TEST(NativeEngine, CompilesLongPrograms) {
  const Table table = requests(5000);
  const MadeStream made(table);
  for (const std::size_t counts : {50U, 127U, 128U, 129U, 300U, 1000U, 5000U}) {
    const auto scan = scan_of_many(table, counts);
    const auto native = run_scan(scan, made.stream(), 9000, natively());
    EXPECT_TRUE(native->native) << (native->notes.empty() ? "" : native->notes[0]);
    EXPECT_EQ(text_of(native->facts), text_of(run_scan(scan, made.stream(), 9000, {})->facts));
  }
}

// A count of each comparison is made where the comparison lies; of one column by several codes, beside other masks.
TEST(NativeEngine, CountsComparisonsThatAreLoops) {
  const Table table = requests(5000);
  const MadeStream made(table);
  ScanBuilder builder(table);
  const Id wait = builder.value("wait"), status = builder.value("status"), window = builder.window();
  for (std::int64_t i = 0; i < 150; ++i) {
    const Id least = builder.compare(wait, Comparison::at_least, *plan::Rational::make(i, 6));
    const Id most = builder.compare(status, Comparison::at_most, 150 + 3 * i);
    for (const Id rows : {least, most, builder.compare(status, Comparison::greater, 100 + 3 * i)}) builder.count(rows);
    builder.count(builder.mask(plan::Both{window, builder.mask(plan::Either{least, most})}));
  }
  const std::string interpreted = text_of(run_scan(builder.scan, made.stream(), 9000, {})->facts);
  for (const auto linker : {Options::Linker::object, Options::Linker::orc})
    for (const int level : {0, 1}) {
      Options options = natively();
      options.linker = linker;
      options.codegen_level = level;
      const auto native = run_scan(builder.scan, made.stream(), 9000, options);
      EXPECT_TRUE(native->native);
      EXPECT_EQ(text_of(native->facts), interpreted);
    }
}

// Known to be long before anything is compiled: by instructions, not by a clock. Only the number of rows is made up.
TEST(NativeEngine, FallsBackWhereCodeWouldTakeTooLong) {
  const Table table = requests(5000);
  MadeStream made(table);
  made.stream().rows = 1'000'000'000;
  const auto scan = scan_of_many(table, 12'000);
  const auto automatic = run_scan(scan, made.stream(), 9000, {});
  EXPECT_FALSE(automatic->native);
  EXPECT_THAT(automatic->notes, ::testing::ElementsAre("interpreted, as its code would take over a second to generate; "
                                                       "`--engine native` does it"));
  const auto native = run_scan(scan, made.stream(), 9000, natively());
  EXPECT_TRUE(native->native);
  EXPECT_TRUE(native->notes.empty());
  EXPECT_EQ(text_of(native->facts), text_of(automatic->facts));
  const auto shorter = run_scan(scan_of_many(table, 600), made.stream(), 9000, {});
  EXPECT_TRUE(shorter->native);
  EXPECT_TRUE(shorter->notes.empty());
}

// Memory whose last byte is followed by a page that may not be touched.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t bytes) : pages_((bytes + kPage - 1) / kPage * kPage) {
    base_ = static_cast<std::byte*>(
        mmap(nullptr, pages_ + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base_ + pages_, kPage, PROT_NONE);
    start_ = base_ + pages_ - bytes;
  }
  ~GuardedMemory() { munmap(base_, pages_ + kPage); }
  std::byte* start() { return start_; }

 private:
  static constexpr std::size_t kPage = 4096;
  std::size_t pages_;
  std::byte* base_;
  std::byte* start_;
};

// Kernels read 64 rows a step; none of it may lie past the last row, where a mapped file may end.
TEST(NativeEngine, ReadsNothingPastTheLastRow) {
  for (const std::size_t rows : {1U, 63U, 65U, 4096U + 3U}) {
    const std::vector<std::int64_t> numbers(rows, INT64_MAX - 1);
    const Table table = table_of({column("x", FieldType::integer, std::vector<Cell>(numbers.begin(), numbers.end()))});
    ScanBuilder builder(table);
    const Id high = builder.count(builder.compare(builder.value("x"), Comparison::greater, 0));
    MadeStream made(table);
    GuardedMemory memory(rows * sizeof(std::int64_t));
    std::memcpy(memory.start(), numbers.data(), rows * sizeof(std::int64_t));
    made.stream().columns[0].chunks[0].values = memory.start();
    for (const Options& options : {natively(), Options{}}) {
      const auto ran = run_scan(builder.scan, made.stream(), {}, options);
      ASSERT_TRUE(static_cast<bool>(ran));
      EXPECT_EQ(ran->native, options.engine == Options::Choice::native);
      EXPECT_EQ(counted(ran->facts, high), rows);
    }
  }
}

std::string compiled_object() {
  const Table table = requests(100);
  return generate_code({program_of(table, canary_scan(table, {}), 5000), PROOFMARK_OBJECT, "host", 1}).bytes;
}

TEST(NativeObject, LoadsWhatTheGeneratorMakes) {
  std::string problem;
  const auto loaded = NativeObject::load(compiled_object(), problem);
  ASSERT_NE(loaded, nullptr) << problem;
  EXPECT_NE(loaded->kernel(), nullptr);
}

TEST(NativeObject, RefusesEveryTruncation) {
  const std::string object = compiled_object();
  for (std::size_t size = 0; size < object.size(); ++size) {
    std::string problem;
    EXPECT_EQ(NativeObject::load(std::string_view(object).substr(0, size), problem), nullptr) << size;
    EXPECT_FALSE(problem.empty());
  }
}

// A flipped bit may leave a loadable object (code is not checked by the loader), but never a wild read or write.
TEST(NativeObject, SurvivesDamage) {
  const std::string object = compiled_object();
  std::mt19937_64 random(1);
  std::size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = object;
    for (int flips = 0; flips < 1 + i % 4; ++flips)
      damaged[random() % damaged.size()] ^= static_cast<char>(1U << (random() % 8));
    std::string problem;
    if (NativeObject::load(damaged, problem) == nullptr) ++refused;
  }
  EXPECT_GT(refused, 100U);
}

TEST(Codegen, RefusesMalformedPrograms) {
  using Program = std::vector<proofmark_kernel_instruction>;
  for (const Program& program :
       {Program{}, Program{{PROOFMARK_COUNT, 0, 0, 0}}, Program{{PROOFMARK_ALL, 0, 0, 0}, {PROOFMARK_AND, 0, 0, 1}},
        Program{{99, 0, 0, 0}}, Program{{PROOFMARK_AT_MOST, PROOFMARK_F64, 0, 0}},
        Program{{PROOFMARK_NUMBER, PROOFMARK_I8, 0, 0}},
        Program{{PROOFMARK_AT_MOST, PROOFMARK_I8, 0, 0}, {PROOFMARK_AT_LEAST, PROOFMARK_I16, 0, 1}},
        Program((1U << 16) + 1, {PROOFMARK_ALL, 0, 0, 0})}) {
    const auto answer = generate_code({program, PROOFMARK_OBJECT, "host", 1});
    EXPECT_TRUE(answer.bytes.empty());
    EXPECT_NE(answer.problem.find("malformed"), std::string::npos) << answer.problem;
  }
}

TEST(Emit, ShowsTheCodeWithoutASnapshot) {
  const Table table = requests(10);
  plan::Plan plan;
  plan.scans.push_back(canary_scan(table, {}));
  const auto llvm = emit(plan, nullptr, Stage::llvm, {});
  ASSERT_TRUE(static_cast<bool>(llvm));
  EXPECT_EQ(llvm->rfind("; stream requests\n", 0), 0U);
  EXPECT_NE(llvm->find("define void @proofmark_kernel(ptr"), std::string::npos);
  EXPECT_EQ(llvm->find("to <64 x i1>"), std::string::npos) << "never bits to a vector of bits";
  Options baseline;
  baseline.cpu = "baseline";
  const auto assembly = emit(plan, nullptr, Stage::assembly, baseline);
  ASSERT_TRUE(static_cast<bool>(assembly));
  EXPECT_NE(assembly->find("proofmark_kernel:"), std::string::npos);
  EXPECT_EQ(assembly->find("zmm"), std::string::npos);
  EXPECT_EQ(*assembly, *emit(plan, nullptr, Stage::assembly, baseline));
}

#endif

}  // namespace
}  // namespace proofmark::engine::testing
