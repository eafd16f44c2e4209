// gzip files may have several members and zstd files several frames, as log rotation and parallel compressors write
// them; each is followed by the next until the bytes end.
#include "runtime/snapshot/decompress.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

namespace proofmark::snapshot {
namespace {

class Gzip : public Decompressor {
 public:
  Gzip() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    PROOFMARK_CHECK(inflateInit2(&stream_, kGzipOnly) == Z_OK);
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { inflateEnd(&stream_); }

  Step step(std::span<const char> input, std::span<char> output) override {
    if (ended_) {
      if (input.empty()) return {};
      PROOFMARK_CHECK(inflateReset(&stream_) == Z_OK);
      ended_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    Step step{input.size() - stream_.avail_in, output.size() - stream_.avail_out, {}};
    ended_ = outcome == Z_STREAM_END;
    if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
      step.problem = stream_.msg != nullptr ? stream_.msg : "not gzip data";
    return step;
  }
  bool complete() const override { return ended_; }

 private:
  z_stream stream_ = {};
  bool ended_ = false;
};

class Zstd : public Decompressor {
 public:
  Zstd() { PROOFMARK_CHECK(context_ != nullptr); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
  ~Zstd() override { ZSTD_freeDStream(context_); }

  Step step(std::span<const char> input, std::span<char> output) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const std::size_t outcome = ZSTD_decompressStream(context_, &out, &in);
    Step step{in.pos, out.pos, {}};
    if (ZSTD_isError(outcome) != 0) {
      step.problem = ZSTD_getErrorName(outcome);
    } else if (in.pos != 0 || out.pos != 0) {
      complete_ = outcome == 0;
    }
    return step;
  }
  bool complete() const override { return complete_; }

 private:
  ZSTD_DStream* context_ = ZSTD_createDStream();
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<Decompressor> make_decompressor(Compression compression) {
  switch (compression) {
    case Compression::none:
      break;
    case Compression::gzip:
      return std::make_unique<Gzip>();
    case Compression::zstd:
      return std::make_unique<Zstd>();
  }
  return nullptr;
}

}  // namespace proofmark::snapshot
