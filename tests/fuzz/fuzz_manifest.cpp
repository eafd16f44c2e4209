// Any bytes as a manifest and as a zone map: refused, or written back as the same bytes.
#include <cstdint>

#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/zone_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace snapshot = proofmark::snapshot;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto manifest = snapshot::read_manifest(text, "manifest.json"))
    PROOFMARK_CHECK(snapshot::write_manifest(*manifest) == text);
  for (const std::uint64_t rows : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{3} * snapshot::kBlockRows})
    if (const auto zones = snapshot::read_zone_map(text, "zones.json", rows))
      PROOFMARK_CHECK(snapshot::write_zone_map(*zones) == text);
  return 0;
}
