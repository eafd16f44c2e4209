// Diagnostics out, exit codes, whole-file writes.
#include "cli/console.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compiler/source/render.h"

namespace proofmark::cli {
namespace {

// Codes whose exit is not 65.
struct CodeExit {
  std::string_view code;
  Exit exit;
};
constexpr std::array kCodeExits{
    CodeExit{"PM0701", Exit::missing_input}, CodeExit{"PM0702", Exit::io},    CodeExit{"PM0703", Exit::usage},
    CodeExit{"PM0704", Exit::usage},         CodeExit{"PM0705", Exit::usage}, CodeExit{"PM0706", Exit::usage},
    CodeExit{"PM0707", Exit::usage},         CodeExit{"PM0708", Exit::io},    CodeExit{"PM0709", Exit::usage},
    CodeExit{"PM0711", Exit::usage},         CodeExit{"PM0712", Exit::usage}, CodeExit{"PM0713", Exit::usage},
    CodeExit{"PM1201", Exit::usage},         CodeExit{"PM1202", Exit::usage}, CodeExit{"PM1204", Exit::usage},
    CodeExit{"PM0801", Exit::missing_input}, CodeExit{"PM0802", Exit::io},    CodeExit{"PM0821", Exit::io},
    CodeExit{"PM0830", Exit::missing_input}, CodeExit{"PM0831", Exit::io},    CodeExit{"PM0819", Exit::usage},
    CodeExit{"PM0820", Exit::usage},         CodeExit{"PM0828", Exit::usage}, CodeExit{"PM0848", Exit::usage},
};

bool lost_output = false;  // a write to stdout failed

}  // namespace

void Console::report(const Diagnostics& diagnostics, std::span<const source::SourceFile* const> files) const {
  if (diagnostics.empty()) return;
  if (format == Format::json) {
    (void)write_out(STDOUT_FILENO, source::render_json(diagnostics) + "\n");
    return;
  }
  (void)write_out(STDERR_FILENO, source::render_text(diagnostics, files, {.colour = colour_on(STDERR_FILENO)}));
}

bool colour_on(int descriptor) {
  return isatty(descriptor) == 1 && std::getenv("NO_COLOR") == nullptr;
}

Exit exit_for(plan::Decision decision) {
  switch (decision) {
    case plan::Decision::certify:
      return Exit::fine;
    case plan::Decision::hold:
      return Exit::hold;
    case plan::Decision::deny:
      return Exit::deny;
    case plan::Decision::revoke:
      return Exit::revoke;
  }
  return Exit::internal;
}

Exit exit_for(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Severity::error) continue;
    for (const auto& [code, exit] : kCodeExits)
      if (code == diagnostic.code) return exit;
    return Exit::invalid;
  }
  return Exit::fine;
}

Exit worse(Exit a, Exit b) {
  constexpr std::array kOrder{Exit::fine,    Exit::hold,          Exit::deny, Exit::revoke,  Exit::usage,
                              Exit::invalid, Exit::missing_input, Exit::io,   Exit::internal};
  const auto rank = [&](Exit exit) { return std::find(kOrder.begin(), kOrder.end(), exit) - kOrder.begin(); };
  return rank(a) >= rank(b) ? a : b;
}

Status write_out(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      lost_output = lost_output || descriptor == STDOUT_FILENO;
      return plain_problem("PM0708", fmt::format("the output cannot be written: {}", std::strerror(errno)));
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return Done{};
}

Exit after_output(Exit exit) {
  if (!lost_output || worse(exit, Exit::io) == exit) return exit;
  (void)write_out(STDERR_FILENO, "error[PM0708]: the output could not be written\n");
  return Exit::io;
}

namespace {

// A file beside `path` that nobody else writes: of two processes that write one path, one whole text stays.
int open_beside(const std::string& path, std::string& name) {
  const std::string folder = path.substr(0, path.find_last_of('/') + 1);  // npos + 1 is 0
  for (unsigned attempt = 0;; ++attempt) {
    name = fmt::format("{}.proofmark-{}-{}.part", folder, getpid(), attempt);
    const int descriptor = open(name.c_str(), O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0644);
    if (descriptor >= 0 || errno != EEXIST || attempt == 10'000) return descriptor;
  }
}

}  // namespace

Status write_file(const std::string& path, std::string_view text) {
  struct stat target{};
  const bool replaceable = stat(path.c_str(), &target) != 0 || S_ISREG(target.st_mode);
  std::string temporary = path;  // a device or a pipe is written to, not replaced
  const auto failed = [&] {
    const std::string why = std::strerror(errno);
    if (temporary != path) unlink(temporary.c_str());
    return file_problem("PM0708", path, fmt::format("`{}` cannot be written: {}", path, why),
                        "check that the folder exists and has room");
  };
  const int descriptor = replaceable ? open_beside(path, temporary) : open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return failed();
  const bool written = static_cast<bool>(write_out(descriptor, text)) && (!replaceable || fsync(descriptor) == 0);
  if (close(descriptor) != 0 || !written) return failed();
  if (replaceable && rename(temporary.c_str(), path.c_str()) != 0) return failed();
  return Done{};
}

}  // namespace proofmark::cli
