// Any bytes as what a client sends, and as the text that it has open: messages that can be read again, places within
// the text.
#include <cstdint>

#include "cli/language_server/frames.h"
#include "cli/language_server/session.h"
#include "compiler/assist/completion.h"
#include "compiler/assist/hover.h"
#include "compiler/assist/outline.h"
#include "runtime/json/utf8.h"

namespace {

using namespace proofmark;
using namespace proofmark::language_server;

void check(const std::vector<std::string>& messages) {
  for (const std::string& message : messages)
    PROOFMARK_CHECK(static_cast<bool>(json::parse(message, "message", "PM0000")));
}

void as_session(std::string_view bytes) {
  Session session("1");
  FrameReader frames;
  frames.feed(bytes);
  while (const auto content = frames.next()) {
    check(session.receive(*content));
    if (session.has_ended()) return;
  }
  check(session.settle());
}

json::Value place(const Lines& lines, const std::string& text, std::size_t offset) {
  const Position at = lines.position(text, offset, Encoding::utf16);
  return json::Object{{"line", at.line}, {"character", at.character}};
}

// The text is put in by an edit, so that edits are met as well.
void as_text(const std::string& text) {
  Session session("1");
  const auto send = [&](json::Object message) {
    message.set("jsonrpc", "2.0");
    check(session.receive(json::canonical(message)));
  };
  const json::Object document{{"uri", "u"}, {"version", 1}, {"text", "\U0001F680\r\n"}};
  send({{"id", 1}, {"method", "initialize"}, {"params", json::Object{{"capabilities", json::Object{}}}}});
  send({{"method", "textDocument/didOpen"}, {"params", json::Object{{"textDocument", document}}}});
  const json::Object end{{"line", 0}, {"character", 2}};
  const json::Object change{{"range", json::Object{{"start", end}, {"end", end}}}, {"text", text}};
  send({{"method", "textDocument/didChange"},
        {"params", json::Object{{"textDocument", document}, {"contentChanges", json::Array{change}}}}});
  check(session.settle());
  const Lines lines(text);
  for (std::size_t offset = 0; offset <= text.size(); offset += 1 + text.size() / 8)
    for (const char* question :
         {"textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/documentSymbol"})
      send({{"id", 2},
            {"method", question},
            {"params", json::Object{{"textDocument", document}, {"position", place(lines, text, offset)}}}});
  const assist::Document read = assist::read("u", text);
  for (std::uint32_t offset = 0; offset <= text.size(); offset += 1 + static_cast<std::uint32_t>(text.size() / 8)) {
    const auto found = assist::hover(read, offset);
    PROOFMARK_CHECK(!found || (found->word.begin <= found->word.end && found->word.end <= text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  as_session(bytes);
  if (!json::first_invalid_utf8(bytes)) as_text(bytes);
  return 0;
}
