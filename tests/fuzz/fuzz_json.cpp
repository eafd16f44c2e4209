// Any bytes: refused with a place inside the text, or read into a value whose canonical form is a fixed point.
#include <cstdint>

#include "runtime/json/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = proofmark::json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::parse(text, "f", "PM0000");
  if (!value) {
    const proofmark::Place& place = value.problems().front().primary.place;
    PROOFMARK_CHECK(place.begin <= place.end && place.end <= size && place.line >= 1 && place.column >= 1);
    return 0;
  }
  const std::string once = json::canonical(*value);
  const auto again = json::parse(once, "f", "PM0000");
  PROOFMARK_CHECK(static_cast<bool>(again));
  PROOFMARK_CHECK(json::canonical(*again) == once);
  const auto pretty = json::parse(json::pretty(*value), "f", "PM0000");
  PROOFMARK_CHECK(static_cast<bool>(pretty) && json::canonical(*pretty) == once);
  return 0;
}
