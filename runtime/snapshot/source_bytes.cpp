// Reading a telemetry file: POSIX reads, SHA-256 of what was read, then decompression.
#include "runtime/snapshot/source_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "runtime/json/digest.h"
#include "runtime/snapshot/decompress.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRawBytes = 256 * 1024;
constexpr std::size_t kMagicBytes = 4;  // by which a compressed file is known

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

Result<SourceKind> kind_of_source(const fs::path& file) {
  SourceKind kind;
  fs::path name = lower_case(file.filename().string());
  if (name.extension() == ".gz") kind.compression = Compression::gzip;
  if (name.extension() == ".zst") kind.compression = Compression::zstd;
  if (kind.compression != Compression::none) name = name.stem();
  const std::string suffix = name.extension().string();
  if (suffix == ".csv") {
    kind.format = SourceFormat::csv;
  } else if (suffix != ".ndjson" && suffix != ".jsonl" && suffix != ".json" && suffix != ".log") {
    return file_problem(code::kSourceFormat, file.string(), "the file's suffix does not say how to read it",
                        "name it .csv, or .ndjson, .jsonl, .json or .log for one JSON object a line; then .gz or .zst "
                        "when it is compressed");
  }
  return kind;
}

struct SourceBytes::State {
  std::string name;
  int descriptor = -1;
  Compression compression = Compression::none;
  std::unique_ptr<Decompressor> decompressor;
  std::vector<char> raw = std::vector<char>(kRawBytes);
  std::size_t raw_begin = 0, raw_end = 0;
  bool raw_ended = false;
  std::string head;  // the first bytes, which may come one by one
  std::uint64_t raw_total = 0;
  Amount* read = nullptr;
  json::Sha256 sha256;
  std::int64_t sha256_ns = 0;

  ~State() {
    if (descriptor >= 0) ::close(descriptor);
  }
  Result<std::size_t> read_raw(std::span<char> into);
  Result<std::size_t> read_as_it_is(std::span<char> into);
  Status refill();
  std::optional<Diagnostic> compressed_without_saying(std::string_view bytes) const;
  Diagnostic damaged(const std::string& what) const;
};

Result<SourceBytes> SourceBytes::open(const fs::path& file, Compression compression, Amount* read) {
  const std::string name = file.string();
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR))
    return file_problem(code::kSourceMissing, name, "there is no such telemetry file",
                        "check the path given to `--stream`");
  if (descriptor < 0)
    return file_problem(code::kSourceUnreadable, name,
                        std::string("cannot open the telemetry file: ") + std::strerror(errno));
  auto state = std::make_unique<State>();
  state->descriptor = descriptor;
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode))
    return file_problem(code::kSourceFormat, name, "this is a directory, a stream is read from one file",
                        "name a file inside it");
  state->name = name;
  state->compression = compression;
  state->read = read;
  state->decompressor = make_decompressor(compression);
  return SourceBytes(std::move(state));
}

SourceBytes::SourceBytes(std::unique_ptr<State> state) : state_(std::move(state)) {}
SourceBytes::SourceBytes(SourceBytes&&) noexcept = default;
SourceBytes& SourceBytes::operator=(SourceBytes&&) noexcept = default;
SourceBytes::~SourceBytes() = default;

std::optional<Diagnostic> SourceBytes::State::compressed_without_saying(std::string_view bytes) const {
  const bool gzip = bytes.starts_with("\x1F\x8B"), zstd = bytes.starts_with("\x28\xB5\x2F\xFD");
  if (!gzip && !zstd) return std::nullopt;
  const std::string suffix = gzip ? ".gz" : ".zst";
  return file_problem(
      code::kSourceFormat, name,
      std::string("the file is compressed with ") + (gzip ? "gzip" : "zstd") + ", and its name does not say so",
      "name it " + fs::path(name).filename().string() + suffix);
}

// What lies on the disk, as much as one call gives; 0: the file has ended.
Result<std::size_t> SourceBytes::State::read_raw(std::span<char> into) {
  ssize_t got = 0;
  do {
    got = ::read(descriptor, into.data(), into.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0)
    return file_problem(code::kSourceUnreadable, name,
                        std::string("cannot read the telemetry file: ") + std::strerror(errno));
  const std::string_view bytes(into.data(), static_cast<std::size_t>(got));
  if (head.size() < kMagicBytes && compression == Compression::none) {
    head += bytes.substr(0, kMagicBytes - head.size());
    if (auto compressed = compressed_without_saying(head); compressed) return std::move(*compressed);
  }
  raw_total += bytes.size();
  if (read != nullptr) read->more(bytes.size());
  Stopwatch watch;
  sha256.update(bytes);
  sha256_ns += watch.lap_ns();
  return bytes.size();
}

Status SourceBytes::State::refill() {
  const auto got = read_raw(raw);
  if (!got) return got.problems();
  raw_begin = 0;
  raw_end = *got;
  raw_ended = *got == 0;
  return Done{};
}

// Piece by piece, so that what is hashed is still in the nearest caches.
Result<std::size_t> SourceBytes::State::read_as_it_is(std::span<char> into) {
  std::size_t filled = 0;
  while (filled < into.size() && !raw_ended) {
    const auto got = read_raw(into.subspan(filled, std::min(kRawBytes, into.size() - filled)));
    if (!got) return got.problems();
    filled += *got;
    raw_ended = *got == 0;
  }
  return filled;
}

Diagnostic SourceBytes::State::damaged(const std::string& what) const {
  return file_problem(code::kSourceCompression, name,
                      "the " + std::string(compression_name(compression)) + " file " + what,
                      "fetch the file again; a prefix of a log must not be certified as if it were the log");
}

Result<std::size_t> SourceBytes::read(std::span<char> into) {
  State& state = *state_;
  if (state.compression == Compression::none) return state.read_as_it_is(into);
  std::size_t filled = 0;
  while (filled < into.size()) {
    if (state.raw_begin == state.raw_end && !state.raw_ended)
      if (auto refilled = state.refill(); !refilled) return refilled.problems();
    const std::span<const char> input(state.raw.data() + state.raw_begin, state.raw_end - state.raw_begin);
    const auto step = state.decompressor->step(input, into.subspan(filled));
    if (!step.problem.empty()) return state.damaged("does not decompress: " + step.problem);
    state.raw_begin += step.consumed;
    filled += step.produced;
    if (state.raw_ended && step.produced == 0) {
      if (!state.decompressor->complete() && state.raw_total != 0) return state.damaged("is cut short");
      break;
    }
  }
  return filled;
}

SourceDigest SourceBytes::digest() {
  return {state_->sha256.finish(), state_->raw_total, state_->sha256_ns};
}

}  // namespace proofmark::snapshot
