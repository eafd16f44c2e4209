// Kernels kept from run to run: hits, what is a miss, and what damage does (nothing).
#include "runtime/engine/object_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "runtime/engine/host.h"
#include "runtime/engine/kernel_program.h"
#include "tests/cache/scratch_folder.h"
#include "tests/engine/facts_text.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

using plan::FieldType;
using proofmark::testing::file_bytes;
using proofmark::testing::put_bytes;
using proofmark::testing::ScratchFolder;
namespace fs = std::filesystem;

CodegenRequest request_of(const std::vector<proofmark_kernel_instruction>& program, const std::string& cpu = "host") {
  return {program, PROOFMARK_OBJECT, cpu, 1};
}

const std::vector<proofmark_kernel_instruction> kCountAll{{PROOFMARK_INPUT, 0, 0, 0}, {PROOFMARK_COUNT, 0, 0, 0}};
const std::vector<proofmark_kernel_instruction> kCountNone{{PROOFMARK_NONE, 0, 0, 0}, {PROOFMARK_COUNT, 0, 0, 0}};

TEST(ObjectKey, HoldsAllThatCodeDependsOn) {
  const std::string key = object_key(request_of(kCountAll), "zen", "build 1").hex();
  EXPECT_EQ(object_key(request_of(kCountAll), "zen", "build 1").hex(), key);
  EXPECT_NE(object_key(request_of(kCountNone), "zen", "build 1").hex(), key);
  EXPECT_NE(object_key(request_of(kCountAll), "skylake", "build 1").hex(), key);
  EXPECT_NE(object_key(request_of(kCountAll), "zen", "build 2").hex(), key);
  EXPECT_NE(object_key(request_of(kCountAll, "v3"), "zen", "build 1").hex(), key);
  EXPECT_EQ(object_key(request_of(kCountAll, "v3"), "zen", "build 1").hex(),
            object_key(request_of(kCountAll, "v3"), "skylake", "build 1").hex());
  CodegenRequest other = request_of(kCountAll);
  other.level = 0;
  EXPECT_NE(object_key(other, "zen", "build 1").hex(), key);
}

TEST(Host, IsTheSameEveryTime) {
  EXPECT_EQ(processor_identity(), processor_identity());
  EXPECT_GT(processor_identity().size(), 100U);
}

TEST(Host, FindsItsOwnBuildIdInMemory) {
  EXPECT_EQ(own_build_id(), build_id("/proc/self/exe"));
}

TEST(Host, ReadsNoBuildIdOfWhatHasNone) {
  EXPECT_EQ(build_id(""), "");
  EXPECT_EQ(build_id("/no/such/file"), "");
  EXPECT_EQ(build_id("/proc/self/cmdline"), "");
  ScratchFolder scratch;
  std::string header = file_bytes("/proc/self/exe").substr(0, 4096);
  for (std::size_t length = 0; length < header.size(); length += 7) {
    put_bytes(scratch.path() / "cut", header.substr(0, length));
    (void)build_id((scratch.path() / "cut").string());  // whatever it says, it comes back
  }
}

#ifdef PROOFMARK_HAS_NATIVE_ENGINE

class ObjectCache : public ::testing::Test {
 protected:
  ObjectCache() : cache_((scratch_.path() / "cache").string()) {}

  CompiledObject get() const { return compiled_object(request_of(kCountAll), &cache_); }
  fs::path only_file() const {
    const auto entries = cache_.list().entries;
    EXPECT_EQ(entries.size(), 1U);
    return fs::path(cache_.folder()) / entries.at(0).name;
  }
  static std::uint64_t count(const CompiledObject& compiled) {
    const std::array<std::uint64_t, PROOFMARK_STEP_WORDS> words{0xff00ff};
    const std::uint64_t* inputs[] = {words.data()};
    std::array<std::uint64_t, PROOFMARK_COUNTER_LANES> lanes{};
    const std::uint64_t strides[] = {1};
    alignas(64) std::array<std::uint64_t, PROOFMARK_STEP_WORDS> scratch{};
    const proofmark_kernel_call call{nullptr, nullptr, nullptr,      inputs,         strides,
                                     strides, nullptr, lanes.data(), scratch.data(), words.size()};
    compiled.object->kernel()(&call);
    return std::accumulate(lanes.begin(), lanes.end(), std::uint64_t{0});
  }

  ScratchFolder scratch_;
  cache::Cache cache_;
};

TEST_F(ObjectCache, CompilesOnce) {
  const CompiledObject first = get();
  ASSERT_NE(first.object, nullptr) << first.problem;
  EXPECT_FALSE(first.was_kept);
  EXPECT_EQ(first.note, "");
  const CompiledObject second = get();
  EXPECT_TRUE(second.was_kept);
  EXPECT_EQ(count(first), count(second));
  EXPECT_FALSE(compiled_object(request_of(kCountNone), &cache_).was_kept);
}

TEST_F(ObjectCache, NeverRunsDamage) {
  ASSERT_NE(get().object, nullptr);
  const fs::path file = only_file();
  const std::string sound = file_bytes(file);
  for (std::size_t byte = 0; byte < sound.size(); byte += byte < 400 ? 1 : 97) {
    std::string damaged = sound;
    damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << (byte % 8)));
    put_bytes(file, damaged);
    ASSERT_FALSE(cache_.find(object_key(request_of(kCountAll), processor_identity(), generator_identity())).bytes);
  }
  const CompiledObject again = get();
  EXPECT_FALSE(again.was_kept);
  EXPECT_THAT(again.note, ::testing::HasSubstr("damaged"));
  EXPECT_EQ(count(again), 16U);
  EXPECT_TRUE(get().was_kept) << "and mended";
}

// Whole, well signed, and no kernel: the loader is the second line.
TEST_F(ObjectCache, CompilesWhatTheLoaderRefuses) {
  const auto key = object_key(request_of(kCountAll), processor_identity(), generator_identity());
  ASSERT_EQ(cache_.keep(key, "no object at all"), "");
  const CompiledObject compiled = get();
  EXPECT_FALSE(compiled.was_kept);
  EXPECT_THAT(compiled.note, ::testing::HasSubstr("refused"));
  EXPECT_EQ(count(compiled), 16U);
}

TEST_F(ObjectCache, DoesWithoutAFolder) {
  const cache::Cache nowhere("/proc/no/such/folder");
  const CompiledObject compiled = compiled_object(request_of(kCountAll), &nowhere);
  EXPECT_EQ(count(compiled), 16U);
  EXPECT_THAT(compiled.note, ::testing::HasSubstr("was not kept"));
  EXPECT_EQ(count(compiled_object(request_of(kCountAll), nullptr)), 16U);
}

TEST_F(ObjectCache, ANewCandidateIsAHit) {
  Table table = table_of({column("version", FieldType::label, {std::string("1"), std::string("2"), std::string("2")}),
                          column("status", FieldType::integer, {cell(200), cell(500), cell(200)})});
  const MadeStream made(table);
  std::vector<std::uint64_t> counts;
  for (const char* version : {"1", "2"}) {
    ScanBuilder builder(table);
    const Id mine = builder.atom({plan::OneOf{0, {version}}, false});
    const Id rows = builder.count(builder.mask(plan::Both{builder.window(), mine}));
    Options options;
    options.engine = Options::Choice::native;
    options.objects = &cache_;
    const auto ran = run_scan(builder.scan, made.stream(), {}, options);
    EXPECT_TRUE(ran->native);
    EXPECT_EQ(ran->kept, std::string(version) == "2");
    counts.push_back(counted(ran->facts, rows));
  }
  EXPECT_THAT(counts, ::testing::ElementsAre(1U, 2U));
}

#endif

}  // namespace
}  // namespace proofmark::engine::testing
