// proofmark language-server: what an editor shows of a policy while it is written. Messages of the Language Server
// Protocol come on stdin and go to stdout, and nothing else does.
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "cli/commands.h"
#include "cli/language_server/frames.h"
#include "cli/language_server/session.h"

namespace proofmark::cli {
namespace {

bool send(const std::vector<std::string>& messages) {
  for (const std::string& message : messages)
    if (!write_out(STDOUT_FILENO, language_server::framed(message))) return false;
  return true;
}

bool something_waits() {
  pollfd in{STDIN_FILENO, POLLIN, 0};
  return poll(&in, 1, 0) > 0;
}

ssize_t read_some(std::vector<char>& buffer) {
  for (;;) {
    const ssize_t length = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (length >= 0 || errno != EINTR) return length;
  }
}

Exit serve() {
  using namespace language_server;
  std::signal(SIGPIPE, SIG_IGN);  // a client that is gone is seen by the write that fails
  Session session(kVersion);
  FrameReader frames;
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    while (const auto content = frames.next()) {
      if (!send(session.receive(*content))) return Exit::io;
      if (session.has_ended()) return session.was_shut_down() ? Exit::fine : Exit::deny;
    }
    if (!frames.fault().empty()) {
      (void)send({refusal(nullptr, Error::parse_error, frames.fault())});
      return Exit::deny;
    }
    if (!something_waits() && !send(session.settle())) return Exit::io;
    const ssize_t length = read_some(buffer);
    if (length < 0) return Exit::io;
    if (length == 0) return session.was_shut_down() ? Exit::fine : Exit::deny;
    frames.feed({buffer.data(), static_cast<std::size_t>(length)});
  }
}

}  // namespace

void add_language_server_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("language-server", "Tell an editor what it asks of a policy (LSP, on stdio)");
  command->footer("An editor starts it: README.md shows how.\nExit code 1: the client left without `shutdown`.");
  command->add_flag("--stdio")->description("The default, and all there is; editors may give it");
  command->callback([&exit] { exit = serve(); });
}

}  // namespace proofmark::cli
