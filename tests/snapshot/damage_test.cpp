// Altered and forged snapshots: whatever is done to the bytes, the end is a diagnostic or the same values, never a
// crash. Run under address and undefined-behaviour sanitizers this says that nothing is read that is not there.
#include <gtest/gtest.h>

#include <cstring>

#include "runtime/json/digest.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/zone_map.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

constexpr std::string_view kTelemetry =
    "t,label,n,text,flag,real\n"
    "1970-01-01T00:00:01Z,a,1,one,true,0.5\n"
    "1970-01-01T00:00:02Z,b,,two,false,1.5\n"
    "1970-01-01T00:00:03Z,,300,,true,\n"
    "1970-01-01T00:00:04Z,c,4,four é,,2.5\n";

std::vector<ColumnSpec> specs() {
  using plan::FieldType;
  ColumnSpec time{"t", FieldType::timestamp, 1, true, false};
  return {time,
          {"label", FieldType::label, 1, false, false},
          {"n", FieldType::integer, 1, false, false},
          {"text", FieldType::text, 1, false, false},
          {"flag", FieldType::boolean, 1, false, false},
          {"real", FieldType::real, 1, false, false}};
}

class Damage : public testing::Test {
 protected:
  void SetUp() override {
    const auto created = create_one(directory_.write("t.csv", kTelemetry), out(), specs(), "t");
    ASSERT_TRUE(static_cast<bool>(created)) << first_problem(created.problems());
    arrow_ = contents(out() / "streams/s.arrow");
    manifest_ = contents(out() / "manifest.json");
    zones_ = contents(out() / "zones/s.json");
    values_ = everything();
  }
  fs::path out() const { return directory_.path() / "out"; }
  void write(const std::string& name, std::string_view bytes) const { directory_.write("out/" + name, bytes); }

  // All values as text, or the first problem of opening and verifying.
  std::string everything() const {
    const auto snapshot = Snapshot::open(out());
    if (!snapshot) return first_problem(snapshot.problems());
    const auto verified = verify_everything(*snapshot);
    if (!verified) return first_problem(verified.problems());
    std::string text = "asOf " + std::to_string(snapshot->as_of().value_or(0));
    for (const Stream& stream : snapshot->streams())
      for (const Column& column : stream.columns)
        for (std::uint64_t row = 0; row < stream.rows; ++row)
          text += "\n" + column.name + " " + value_at(column, row).value_or("null");
    return text;
  }
  // What the chunk checks alone say of these Arrow bytes, when the manifest has been made to agree with them.
  std::string forged(std::string arrow, const std::string& column, std::size_t chunk_begin,
                     std::size_t chunk_size) const {
    auto manifest = read_manifest(manifest_, "m");
    for (ColumnRecord& record : manifest->streams[0].columns)
      if (record.name == column)
        record.chunks[0] = xxh3(reinterpret_cast<const std::byte*>(arrow.data()) + chunk_begin, chunk_size);
    manifest->streams[0].sha256 = json::sha256(arrow);
    write("streams/s.arrow", arrow);
    write("manifest.json", write_manifest(*manifest));
    return everything();
  }
  // Where the buffers of a column lie in the file.
  std::pair<std::size_t, std::size_t> chunk_of(const std::string& column) const {
    const auto snapshot = Snapshot::open(out());
    const Chunk& chunk = snapshot->streams()[0].find(column)->chunks[0];
    const Physical physical = snapshot->streams()[0].find(column)->physical;
    std::size_t size =
        physical == Physical::utf8 || physical == Physical::bit ? 64 : padded(chunk.rows * width_bytes(physical));
    const std::byte* begin = chunk.values;
    if (chunk.offsets != nullptr) begin = reinterpret_cast<const std::byte*>(chunk.offsets), size += 64;
    if (chunk.validity != nullptr) size += static_cast<std::size_t>(begin - chunk.validity), begin = chunk.validity;
    const std::string bytes(reinterpret_cast<const char*>(begin), size);
    return {arrow_.find(bytes), size};
  }

  TemporaryDirectory directory_;
  std::string arrow_, manifest_, zones_, values_;
};

TEST_F(Damage, NothingIsWrongAtFirst) {
  EXPECT_EQ(values_.substr(0, 40), "asOf 4000000000\nt 1000000000\nt 200000000");
}

TEST_F(Damage, ArrowFileCutAtEveryByte) {
  for (std::size_t size = 0; size < arrow_.size(); ++size) {
    write("streams/s.arrow", std::string_view(arrow_).substr(0, size));
    const auto snapshot = Snapshot::open(out());
    ASSERT_FALSE(static_cast<bool>(snapshot)) << size;
    ASSERT_EQ(snapshot.problems()[0].code, "PM0834") << size;
  }
}

TEST_F(Damage, EveryBitOfTheArrowFile) {
  int refused_before_digest = 0;
  for (std::size_t bit = 0; bit < arrow_.size() * 8; ++bit) {
    std::string altered = arrow_;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    write("streams/s.arrow", altered);
    const std::string found = everything();
    ASSERT_TRUE(found.starts_with("PM08")) << bit << " " << found;
    refused_before_digest += found.starts_with("PM0842") ? 0 : 1;
  }
  EXPECT_GT(refused_before_digest, 1000);
}

TEST_F(Damage, EveryBitOfTheZoneMapAndTheManifest) {
  for (std::size_t bit = 0; bit < zones_.size() * 8; ++bit) {
    std::string altered = zones_;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    write("zones/s.json", altered);
    ASSERT_EQ(everything().substr(0, 6), "PM0842");
  }
  write("zones/s.json", zones_);
  const std::string id = Snapshot::open(out())->id();
  for (std::size_t bit = 0; bit < manifest_.size() * 8; ++bit) {
    std::string altered = manifest_;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    write("manifest.json", altered);
    const auto snapshot = Snapshot::open(out());
    if (!snapshot) continue;
    ASSERT_NE(snapshot->id(), id) << bit;  // the manifest is the root: what it says has another name now
  }
}

TEST_F(Damage, MissingAndStrayFiles) {
  write("streams/other.arrow", "x");
  EXPECT_EQ(everything(), "PM0843 the manifest does not name this file");
  fs::remove(out() / "streams/other.arrow");
  EXPECT_EQ(everything(), values_);
  for (const auto& [name, problem] : std::vector<std::pair<std::string, std::string>>{
           {"zones/s.json", "PM0833 the snapshot lacks this file, its manifest names it"},
           {"streams/s.arrow", "PM0833 the snapshot lacks this file, its manifest names it"},
           {"manifest.json", "PM0830 the directory is no snapshot: it has no `manifest.json`"}}) {
    fs::remove(out() / name);
    EXPECT_EQ(everything(), problem);
  }
  fs::remove_all(out());
  EXPECT_EQ(everything(), "PM0830 there is no such snapshot");
  directory_.write("out", "x");
  EXPECT_EQ(everything(), "PM0830 a snapshot is a directory, this is not one");
}

TEST_F(Damage, AManifestThatSaysOtherThanTheFile) {
  const auto changed = [&](auto change) {
    auto manifest = read_manifest(manifest_, "m");
    change(manifest->streams[0]);
    write("manifest.json", write_manifest(*manifest));
    return everything();
  };
  EXPECT_EQ(changed([](StreamRecord& s) { s.rows = 5; }), "PM0839 the manifest says 5 rows, the file has 4");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns.pop_back(); }),
            "PM0839 the manifest and the file have different numbers of columns");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns[1].name = "lebal"; }),
            "PM0839 the manifest has column `lebal` where the file has `label`");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns[2].physical = Physical::i16; }),
            "PM0839 column `n` has another type in the manifest");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns[2].nulls = 0; }),
            "PM0839 column `n` has another number of nulls in the manifest");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns[2].chunks.push_back(s.columns[2].chunks[0]); }),
            "PM0839 column `n` has another number of chunks in the manifest");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns[1].dictionary->entries = 9; }),
            "PM0839 column `label` has another number of labels in the manifest");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns[1].dictionary->xxh3 = std::string(32, '0'); }),
            "PM0840 column `label`, dictionary, is altered: its digest is not the one that the manifest records");
  EXPECT_EQ(changed([](StreamRecord& s) { s.columns[5].chunks[0] = std::string(32, '0'); }),
            "PM0840 column `real`, chunk 0, is altered: its digest is not the one that the manifest records");
  const std::string covered =
      "PM0844 the zone map covers 1970-01-01T00:00:01Z to 1970-01-01T00:00:04Z, the manifest says ";
  EXPECT_EQ(changed([](StreamRecord& s) { s.covers_from = 0; }),
            covered + "1970-01-01T00:00:00Z to 1970-01-01T00:00:04Z");
  EXPECT_EQ(changed([](StreamRecord& s) { s.covers_to = 5'000'000'000; }),
            covered + "1970-01-01T00:00:01Z to 1970-01-01T00:00:05Z");
  EXPECT_EQ(changed([](StreamRecord& s) { s.covers_from = s.covers_to = std::nullopt; }), covered + "no time");
  EXPECT_EQ(changed([](StreamRecord&) {}), values_);
}

TEST_F(Damage, ForgedValuesWithMatchingDigests) {
  const auto alter = [&](const std::string& column, auto change) {
    const auto [begin, size] = chunk_of(column);
    std::string arrow = arrow_;
    change(arrow.data() + begin);
    return forged(arrow, column, begin, size);
  };
  // label, n, text, flag, real: 64 bytes of validity come first; the time column has none
  EXPECT_EQ(alter("label", [](char* at) { at[64] = 3; }),
            "PM0841 column `label`, chunk 0, holds a code that its dictionary does not have");
  write("streams/s.arrow", arrow_), write("manifest.json", manifest_);
  EXPECT_EQ(alter("label", [](char* at) { at[0] = 1; }),
            "PM0841 column `label`, chunk 0, has another number of nulls than it states");
  write("streams/s.arrow", arrow_), write("manifest.json", manifest_);
  EXPECT_EQ(alter("n", [](char* at) { at[0] = static_cast<char>(at[0] | 0x40); }),
            "PM0841 column `n`, chunk 0, has another number of nulls than it states");
  write("streams/s.arrow", arrow_), write("manifest.json", manifest_);
  EXPECT_EQ(alter("flag", [](char* at) { at[64] = static_cast<char>(at[64] | 0x10); }),
            "PM0841 column `flag`, chunk 0, has bits beyond its last row");
  for (const std::int32_t offset : {-1, 100, 7, INT32_MAX}) {
    write("streams/s.arrow", arrow_), write("manifest.json", manifest_);
    EXPECT_EQ(alter("text", [&](char* at) { std::memcpy(at + 64 + 4, &offset, 4); }),
              "PM0841 column `text`, chunk 0, holds text whose offsets or UTF-8 are not valid");
  }
  write("streams/s.arrow", arrow_), write("manifest.json", manifest_);
  EXPECT_EQ(alter("text", [](char* at) { at[128] = '\xFF'; }),
            "PM0841 column `text`, chunk 0, holds text whose offsets or UTF-8 are not valid");
  write("streams/s.arrow", arrow_), write("manifest.json", manifest_);
  EXPECT_EQ(alter("t", [](char* at) { std::swap_ranges(at, at + 8, at + 8); }),
            "PM0841 column `t` is not sorted with nulls last");
  write("streams/s.arrow", arrow_), write("manifest.json", manifest_);
  EXPECT_EQ(alter("t", [](char* at) { ++*at; }), "PM0844 column `t` does not agree with block 0 of the zone map");
}

TEST_F(Damage, AskingForWhatIsNotThere) {
  const auto snapshot = Snapshot::open(out());
  const std::string_view names[] = {"nothing"};
  EXPECT_EXIT((void)snapshot->verify_chunks("s", names), testing::ExitedWithCode(70), "column != nullptr");
  EXPECT_EXIT((void)snapshot->verify_chunks("x", names), testing::ExitedWithCode(70), "stream != nullptr");
  EXPECT_EQ(snapshot->find("x"), nullptr);
}

}  // namespace
}  // namespace proofmark::snapshot
