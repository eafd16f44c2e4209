// Preloaded into a program, makes it stop (SIGSTOP) each time that it has worked for PROOFMARK_TEST_WORKS milliseconds
// of its own processor time; whoever started it sees that and lets it go on. So work of a moment takes long on every
// machine, however busy: what counts is the program's own time, and not when somebody else gets a turn.
#include <sys/time.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string_view>

namespace {

void stop_here(int) {
  (void)std::raise(SIGSTOP);
}

__attribute__((constructor)) void begin() {
  const char* const works = std::getenv("PROOFMARK_TEST_WORKS");
  if (works == nullptr) return;
  const std::string_view text(works);
  long milliseconds = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), milliseconds).ec != std::errc() || milliseconds <= 0)
    std::abort();
  struct sigaction action{};
  action.sa_handler = stop_here;
  action.sa_flags = SA_RESTART;
  const timeval each{milliseconds / 1000, milliseconds % 1000 * 1000};
  const itimerval timer{each, each};
  if (sigaction(SIGPROF, &action, nullptr) != 0 || setitimer(ITIMER_PROF, &timer, nullptr) != 0) std::abort();
}

}  // namespace
