// Work spread over threads whose results are taken in the order in which the work was handed out, so that the number
// of threads never shows.
#pragma once

#include <algorithm>
#include <deque>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace proofmark::snapshot {

// next() gives pieces on the calling thread until it gives nothing; work(piece) runs anywhere; take(result) gets the
// results on the calling thread, in order, and stops everything by returning false.
template <typename Next, typename Work, typename Take>
void run_in_order(unsigned threads, Next next, Work work, Take take) {
  using Piece = typename decltype(next())::value_type;
  using Outcome = decltype(work(std::declval<Piece>()));
  auto piece = next();
  if (!piece) return;
  auto following = next();
  if (!following || threads < 2) {  // nothing to share
    while (take(work(std::move(*piece))) && following) {
      piece = std::move(following);
      following = next();
    }
    return;
  }
  std::deque<std::future<Outcome>> running;
  const auto start = [&](Piece one) {
    running.push_back(
        std::async(std::launch::async, [&work, held = std::move(one)]() mutable { return work(std::move(held)); }));
  };
  start(std::move(*piece));
  for (piece = std::move(following); piece || !running.empty();) {
    if (piece && running.size() < threads + 1) {
      start(std::move(*piece));
      piece = next();
      continue;
    }
    if (!take(running.front().get())) break;
    running.pop_front();
  }
  while (!running.empty()) {  // after a stop: no thread may outlive its work
    running.front().wait();
    running.pop_front();
  }
}

}  // namespace proofmark::snapshot
