// What runs within a signal may use neither the heap nor a lock: the file's name is looked for in /proc/self/maps, a
// line at a time, by system calls alone.
#include "cli/lost_mapping.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <string_view>

#include "cli/console.h"

namespace proofmark::cli {
namespace {

constexpr std::size_t kLongestLine = 4352;  // a path of 4096 and what stands before it

void say(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// "7f00-7f10 r--p 00000000 08:01 1234   /a/file": the file, when the address lies within.
std::string_view file_at(std::string_view line, std::uintptr_t address) {
  constexpr int kHexadecimal = 16;
  const char* const end = line.data() + line.size();
  std::uintptr_t first = 0, last = 0;
  const auto [dash, no_first] = std::from_chars(line.data(), end, first, kHexadecimal);
  if (no_first != std::errc() || dash == end || *dash != '-') return {};
  if (std::from_chars(dash + 1, end, last, kHexadecimal).ec != std::errc()) return {};
  const std::size_t path = line.find('/');
  return first <= address && address < last && path != std::string_view::npos ? line.substr(path) : std::string_view();
}

struct Line {
  std::array<char, kLongestLine> bytes;
  std::size_t size = 0;
};

// The name of the mapped file that the address lies in, within `line`; empty: in none.
std::string_view mapped_file_at(std::uintptr_t address, Line& line) {
  const int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return {};
  std::array<char, 1024> read_bytes;
  for (ssize_t got = 0; (got = read(maps, read_bytes.data(), read_bytes.size())) > 0;)
    for (const char byte : std::string_view(read_bytes.data(), static_cast<std::size_t>(got))) {
      if (byte != '\n') {
        if (line.size < line.bytes.size()) line.bytes[line.size++] = byte;
        continue;
      }
      const std::string_view file = file_at({line.bytes.data(), line.size}, address);
      if (!file.empty()) {
        close(maps);
        return file;
      }
      line.size = 0;
    }
  close(maps);
  return {};
}

void lost(int signal, siginfo_t* what, void* /*context*/) {
  Line line;
  const std::string_view file = mapped_file_at(reinterpret_cast<std::uintptr_t>(what->si_addr), line);
  if (what->si_code <= 0 || file.empty()) {  // sent by somebody, or a bug: it comes again, and nobody catches it
    std::signal(signal, SIG_DFL);
    raise(signal);
    return;
  }
  static std::atomic_flag told = ATOMIC_FLAG_INIT;  // several threads may lose it at once: one of them says so
  while (told.test_and_set()) pause();
  const auto begin = line.bytes.begin() + (file.data() - line.bytes.data());
  std::replace_if(
      begin, begin + static_cast<std::ptrdiff_t>(file.size()),
      [](char byte) { return static_cast<unsigned char>(byte) < ' '; }, '?');
  say("error[PM0831]: the file can no longer be read: it was cut short while it was in use, or its disk failed\n --> ");
  say(file);
  say("\nhelp: copy the whole snapshot again, and let nobody change its files while they are read; nothing was "
      "decided\n");
  _exit(static_cast<int>(Exit::io));
}

}  // namespace

void end_in_words_when_a_mapping_is_lost() {
  struct sigaction action{};
  action.sa_sigaction = lost;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace proofmark::cli
