// Timing that a shared, drifting machine cannot spoil: what is to be compared runs in turns, and of each the fastest
// round counts.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace proofmark::bench {

inline double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Contestant {
  std::string name;
  std::function<void()> work;
  int rounds = 1;  // of this many in all it takes part; slow ones in fewer
};

// Name to seconds of the fastest round. Every contestant runs once before, untimed.
inline std::map<std::string, double> measure(const std::vector<Contestant>& contestants) {
  std::map<std::string, double> best;
  int rounds = 0;
  for (const Contestant& contestant : contestants) {
    if (contestant.rounds > 1) contestant.work();
    best[contestant.name] = std::numeric_limits<double>::infinity();
    rounds = std::max(rounds, contestant.rounds);
  }
  for (int round = 0; round < rounds; ++round)
    for (const Contestant& contestant : contestants)
      if (round < contestant.rounds)
        best[contestant.name] = std::min(best[contestant.name], seconds_of(contestant.work));
  return best;
}

}  // namespace proofmark::bench
