// Work spread over threads whose results are taken in the order in which the work was handed out, so that the number
// of threads never shows. The threads stay until the end: starting one for each piece cost a stack's pages each time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace proofmark::snapshot {

// The threads of one run: pieces go in, results are taken by whichever thread has made the one that is next.
template <typename Piece, typename Work, typename Take>
class OrderedWorkers {
 public:
  using Outcome = decltype(std::declval<Work&>()(std::declval<Piece>()));

  OrderedWorkers(unsigned threads, Work& work, Take& take)
      : work_(work), take_(take), threads_(threads), finished_(threads * 2 + 2) {}
  OrderedWorkers(const OrderedWorkers&) = delete;
  OrderedWorkers& operator=(const OrderedWorkers&) = delete;
  ~OrderedWorkers() { join(); }

  // Waits while enough are on their way. False: nothing more is wanted.
  bool hand_out(Piece piece) {
    std::unique_lock lock(mutex_);
    moved_on_.wait(lock, [&] { return stopped_ || handed_out_ - taken_ < finished_.size(); });
    if (stopped_) return false;
    pieces_.push_back(std::move(piece));
    ++handed_out_;
    if (running_.size() < threads_) running_.emplace_back([this] { run(); });
    lock.unlock();
    piece_there_.notify_one();
    return true;
  }

  // Returns when everything was taken, or the taking was stopped; what a thread has thrown is thrown here.
  void finish() {
    join();
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  void join() {
    {
      const std::scoped_lock lock(mutex_);
      complete_ = true;
    }
    piece_there_.notify_all();
    for (std::thread& thread : running_) thread.join();
    running_.clear();
  }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      piece_there_.wait(lock, [&] { return stopped_ || complete_ || !pieces_.empty(); });
      if (stopped_ || pieces_.empty()) return;
      const std::size_t number = begun_++;
      Piece piece = std::move(pieces_.front());
      pieces_.pop_front();
      try {
        lock.unlock();
        Outcome outcome = work_(std::move(piece));
        lock.lock();
        finished_[number % finished_.size()] = std::move(outcome);
        take_finished(lock);
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        if (!thrown_) thrown_ = std::current_exception();
        stop();
      }
    }
  }

  // Whoever takes also takes what others finish meanwhile.
  void take_finished(std::unique_lock<std::mutex>& lock) {
    if (std::exchange(taking_, true)) return;
    while (!stopped_ && finished_[taken_ % finished_.size()]) {
      Outcome outcome = std::move(*finished_[taken_ % finished_.size()]);
      finished_[taken_ % finished_.size()].reset();
      lock.unlock();
      const bool more = take_(std::move(outcome));
      lock.lock();
      ++taken_;
      if (!more) stop();
      moved_on_.notify_one();
    }
    taking_ = false;
  }

  void stop() {
    stopped_ = true;
    moved_on_.notify_all();
    piece_there_.notify_all();
  }

  Work& work_;
  Take& take_;
  unsigned threads_;
  std::mutex mutex_;
  std::condition_variable piece_there_, moved_on_;
  std::deque<Piece> pieces_;
  std::vector<std::optional<Outcome>> finished_;  // a ring: the result of piece n lies at n
  std::size_t handed_out_ = 0, begun_ = 0, taken_ = 0;
  bool taking_ = false, complete_ = false, stopped_ = false;
  std::exception_ptr thrown_;
  std::vector<std::thread> running_;
};

// next() gives pieces on the calling thread until it gives nothing; work(piece) runs anywhere; take(result) gets the
// results in order, one after the other but on any thread, and stops everything by returning false.
template <typename Next, typename Work, typename Take>
void run_in_order(unsigned threads, Next next, Work work, Take take) {
  using Piece = typename decltype(next())::value_type;
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
  OrderedWorkers<Piece, Work, Take> workers(threads, work, take);
  bool wanted = workers.hand_out(std::move(*piece));
  for (piece = std::move(following); piece && wanted; piece = wanted ? next() : std::nullopt)
    wanted = workers.hand_out(std::move(*piece));
  workers.finish();
}

}  // namespace proofmark::snapshot
