// Altered Arrow files. The inputs are patches to a real small file made at the start, so that most of them get past
// the magic; what is read and passes the chunk checks must then be readable value by value.
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/arrow_read.h"
#include "runtime/snapshot/chunk_check.h"
#include "runtime/snapshot/create.h"
#include "runtime/snapshot/summary.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

namespace snapshot = proofmark::snapshot;
namespace fs = std::filesystem;

std::string make_real_file() {
  using proofmark::plan::FieldType;
  const fs::path directory = fs::temp_directory_path() / ("proofmark-fuzz-arrow-" + std::to_string(::getpid()));
  fs::create_directory(directory);
  std::ofstream(directory / "t.csv") << "t,label,n,text,flag,real\n1970-01-01T00:00:01Z,a,1,one,true,0.5\n1970-01-"
                                        "01T00:00:02Z,b,,two,false,1.5\n,,300,,,\n";
  snapshot::StreamSource stream{"s", directory / "t.csv", {}, "t"};
  stream.columns = {{"t", FieldType::timestamp, 1, true, false},   {"label", FieldType::label, 1, false, false},
                    {"n", FieldType::integer, 1, false, false},    {"text", FieldType::text, 1, false, false},
                    {"flag", FieldType::boolean, 1, false, false}, {"real", FieldType::real, 1, false, false}};
  PROOFMARK_CHECK(static_cast<bool>(snapshot::create({directory / "out", {stream}, std::nullopt, 0})));
  std::stringstream bytes;
  bytes << std::ifstream(directory / "out/streams/s.arrow", std::ios::binary).rdbuf();
  fs::remove_all(directory);
  return bytes.str();
}

const std::string& real_file() {
  static const std::string bytes = make_real_file();
  return bytes;
}

void read_values(const snapshot::ArrowContents& contents) {
  for (const snapshot::ArrowColumn& column : contents.columns) {
    bool sound = true;
    for (std::size_t i = 0; i < column.chunks.size(); ++i) {
      const std::string digest =
          snapshot::xxh3(column.chunks[i].begin, column.chunks[i].size);  // as if the manifest agreed
      sound = !snapshot::check_chunk(column.column, column.column.chunks[i], column.chunks[i], digest) && sound;
    }
    if (!sound) continue;
    (void)snapshot::summarise(column.column);
    std::uint64_t rows = 0;
    for (const std::uint64_t batch : contents.batch_rows) rows += batch;
    const std::vector<snapshot::Zone> zones((rows + snapshot::kBlockRows - 1) / snapshot::kBlockRows);
    if (column.column.type != proofmark::plan::FieldType::timestamp) continue;
    std::vector<snapshot::Zone> found(zones.size());
    std::vector<snapshot::ChunkTimes> times;
    rows = 0;
    for (const snapshot::Chunk& chunk : column.column.chunks) {
      times.push_back(snapshot::read_times(chunk, found.data() + rows / snapshot::kBlockRows));
      rows += chunk.rows;
    }
    (void)snapshot::check_times(times, found, zones);
  }
}

}  // namespace

// Starts from the real file, and goes on from it with patches of a few bytes that keep most of it alone.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  const std::string& real = real_file();
  if ((size < 8 || seed % 64 == 0) && real.size() <= max_size) {
    std::memcpy(data, real.data(), real.size());
    size = real.size();
  }
  if (seed % 16 == 1 || size < 32) return LLVMFuzzerMutate(data, size, max_size);
  std::uint64_t state = seed * 0x9E3779B97F4A7C15ULL;
  const auto next = [&] { return state = state * 6364136223846793005ULL + 1442695040888963407ULL, state >> 33; };
  // Metadata are small numbers and offsets near the front and the end: prefer both.
  const std::size_t window = std::min<std::size_t>(size, 1400), from_end = next() % 2;
  const std::size_t at = from_end != 0 ? size - window + next() % (window - 8) : next() % (size - 8);
  LLVMFuzzerMutate(data + at, 8, 8);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A heap block of exactly this size, so that one byte too far is seen.
  std::vector<std::byte> bytes(size);
  if (size != 0) std::memcpy(bytes.data(), data, size);
  if (const auto contents = snapshot::read_arrow(bytes, "f.arrow")) read_values(*contents);
  return 0;
}
