#include "runtime/models/recorded.h"

namespace proofmark::models {

void recorded_values(const Recorded& recorded, const Stream& stream, std::uint64_t first, std::uint32_t element,
                     double* out, std::size_t count) {
  for (std::size_t done = 0; done < count;) {
    const std::uint64_t round = (first + done) / recorded.independent;
    const RoundOffsets offsets = offsets_of(recorded, stream, round, element);
    const std::uint64_t end = std::min<std::uint64_t>(count, (round + 1) * recorded.independent - first);
    while (done < end) {
      const std::uint64_t trial = (first + done) % recorded.independent;
      const std::uint64_t row = row_of(recorded, offsets, trial, element);
      const std::uint64_t to_turn = recorded.independent - (trial + offsets.turn) % recorded.independent;
      const std::uint64_t run = std::min({end - done, to_turn, recorded.values.size() - row});
      std::copy_n(recorded.values.begin() + static_cast<std::ptrdiff_t>(row), run, out + done);
      done += run;
    }
  }
}

}  // namespace proofmark::models
