#include "cli/language_server/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/language_server/frames.h"
#include "compiler/assist/completion.h"
#include "compiler/assist/hover.h"
#include "compiler/assist/outline.h"
#include "runtime/json/utf8.h"

namespace proofmark::language_server {

using json::Array;
using json::Object;
using json::Value;

namespace {

constexpr std::string_view kNoPosition = "`position` has no `line` and `character` that are whole numbers";

}  // namespace

// ---------------------------------------------------------------- messages

std::vector<std::string> Session::receive(std::string_view content) {
  out_.clear();
  const auto message = json::parse(content, "message", "");
  if (!message) return {refusal(nullptr, Error::parse_error, message.problems().front().message)};
  const Value* whole = &*message;
  const std::string* version = text_at(whole, {"jsonrpc"});
  const std::string* method = text_at(whole, {"method"});
  const Value* id = at(whole, {"id"});
  const bool is_response = at(whole, {"method"}) == nullptr && id != nullptr &&
                           (at(whole, {"result"}) != nullptr || at(whole, {"error"}) != nullptr);
  if (is_response) return {};  // we ask nothing
  const bool good_id = id == nullptr || id->as_string() != nullptr || id->as_integer() != nullptr;
  if (version == nullptr || *version != "2.0" || method == nullptr || !good_id)
    return {refusal(good_id && id != nullptr ? *id : Value(), Error::invalid_request,
                    "a message is an object with `jsonrpc` \"2.0\", a `method`, and of a request an `id`")};
  const Value* params = at(whole, {"params"});
  std::vector<std::string> told;
  if (id == nullptr)
    notify(*method, params);
  else if (auto answer = request(*id, *method, params))
    told.push_back(std::move(*answer));
  told.insert(told.end(), std::make_move_iterator(out_.begin()), std::make_move_iterator(out_.end()));
  return told;
}

std::optional<std::string> Session::request(const Value& id, const std::string& method, Params params) {
  using Handler = Answer (Session::*)(Params);
  static constexpr std::array<std::pair<std::string_view, Handler>, 5> kHandlers{
      {{"textDocument/hover", &Session::hover},
       {"textDocument/completion", &Session::complete},
       {"textDocument/definition", &Session::define},
       {"textDocument/documentSymbol", &Session::symbols_of},
       {"textDocument/codeAction", &Session::code_actions}}};
  const auto reply = [&](Answer answer) {
    if (auto* wrong = std::get_if<std::string>(&answer)) return refusal(id, Error::invalid_params, *wrong);
    return response(id, std::move(std::get<Value>(answer)));
  };
  if (method == "initialize" && state_ == State::fresh) return reply(initialize(params));
  if (state_ == State::fresh) return refusal(id, Error::not_initialized, "the first request is `initialize`");
  if (method == "initialize") return refusal(id, Error::invalid_request, "`initialize` is requested once");
  if (state_ != State::running) return refusal(id, Error::invalid_request, "nothing is answered after `shutdown`");
  if (method == "shutdown") {
    state_ = State::shut_down;
    was_shut_down_ = true;
    return response(id, nullptr);
  }
  const auto found =
      std::find_if(kHandlers.begin(), kHandlers.end(), [&](const auto& handler) { return handler.first == method; });
  if (found == kHandlers.end())
    return refusal(id, Error::method_not_found, fmt::format("there is no request {}", json::in_backticks(method)));
  return reply((this->*found->second)(params));
}

void Session::notify(const std::string& method, Params params) {
  if (method == "exit") {
    state_ = State::ended;
    return;
  }
  if (state_ != State::running) return;
  const bool good = method == "textDocument/didOpen"     ? did_open(params)
                    : method == "textDocument/didChange" ? did_change(params)
                    : method == "textDocument/didClose"  ? did_close(params)
                                                         : true;  // what we do not know is none of our business
  if (!good) complain(method, "its parameters are not those of the protocol, or its text is not open; it is ignored");
}

// Nobody waits for an answer to a notification.
void Session::complain(std::string_view method, std::string_view message) {
  constexpr int kError = 1;
  out_.push_back(
      notification("window/logMessage", Object{{"type", kError}, {"message", fmt::format("{}: {}", method, message)}}));
}

Session::Answer Session::initialize(Params params) {
  if (params == nullptr || params->as_object() == nullptr) return std::string("`initialize` has no parameters");
  client_ = client_of(at(params, {"capabilities"}));
  state_ = State::running;
  return Value(Object{{"capabilities", capabilities(client_)},
                      {"serverInfo", Object{{"name", "proofmark"}, {"version", version_}}}});
}

// ---------------------------------------------------------------- texts

bool Session::did_open(Params params) {
  const std::string* uri = text_at(params, {"textDocument", "uri"});
  const std::string* text = text_at(params, {"textDocument", "text"});
  const Value* version = at(params, {"textDocument", "version"});
  if (uri == nullptr || text == nullptr) return false;
  Open open{*text, {}, Lines(*text), {}, false};
  if (version != nullptr && version->as_integer() != nullptr) open.version = *version->as_integer();
  open_.insert_or_assign(*uri, std::move(open));
  return true;
}

bool Session::did_change(Params params) {
  const std::string* uri = text_at(params, {"textDocument", "uri"});
  const Value* changes = at(params, {"contentChanges"});
  const Value* version = at(params, {"textDocument", "version"});
  const auto found = uri == nullptr ? open_.end() : open_.find(*uri);
  if (found == open_.end() || changes == nullptr || changes->as_array() == nullptr) return false;
  Open& open = found->second;
  Open changed{open.text, open.version, open.lines, {}, false};  // all changes are made, or none
  if (version != nullptr && version->as_integer() != nullptr) changed.version = *version->as_integer();
  const Array& list = *changes->as_array();
  if (!std::all_of(list.begin(), list.end(), [&](const Value& one) { return change(changed, one); })) return false;
  open = std::move(changed);
  return true;
}

// The whole text, or what stands in a range of it as the changes before left it.
bool Session::change(Open& open, const Value& change) const {
  const std::string* text = text_at(&change, {"text"});
  const Value* range = at(&change, {"range"});
  if (text == nullptr) return false;
  if (range == nullptr) {
    open.text = *text;
  } else {
    const auto start = position_of(at(range, {"start"})), end = position_of(at(range, {"end"}));
    if (!start || !end) return false;
    const auto [begin, behind] = std::minmax(
        {open.lines.offset(open.text, *start, client_.encoding), open.lines.offset(open.text, *end, client_.encoding)});
    // Places have 32 bits, and edits could make any text of a small one.
    if (open.text.size() - (behind - begin) + text->size() > kMostContentBytes) return false;
    open.text.replace(begin, behind - begin, *text);
  }
  open.lines = Lines(open.text);
  return true;
}

bool Session::did_close(Params params) {
  const std::string* uri = text_at(params, {"textDocument", "uri"});
  if (uri == nullptr || open_.erase(*uri) == 0) return false;
  out_.push_back(notification("textDocument/publishDiagnostics", Object{{"uri", *uri}, {"diagnostics", Array()}}));
  return true;
}

const assist::Document& Session::document(const std::string& uri, Open& open) const {
  if (!open.read) open.read = assist::read(uri, open.text);
  return *open.read;
}

std::vector<std::string> Session::settle() {
  std::vector<std::string> told;
  for (auto& [uri, open] : open_) {
    if (open.told) continue;
    Array diagnostics;
    for (const Diagnostic& problem : document(uri, open).problems)
      diagnostics.push_back(diagnostic(problem, text_of(uri, open)));
    Object params{{"uri", uri}, {"diagnostics", std::move(diagnostics)}};
    if (open.version) params.set("version", *open.version);
    told.push_back(notification("textDocument/publishDiagnostics", std::move(params)));
    open.told = true;
  }
  return told;
}

// ---------------------------------------------------------------- questions

Session::Asked Session::asked(Params params, bool with_position) {
  Asked asked;
  asked.uri = text_at(params, {"textDocument", "uri"});
  const auto found = asked.uri == nullptr ? open_.end() : open_.find(*asked.uri);
  const auto position = position_of(at(params, {"position"}));
  if (asked.uri == nullptr) {
    asked.wrong = "`textDocument` has no `uri`";
  } else if (found == open_.end()) {
    asked.wrong = fmt::format("{} is not open", json::in_backticks(*asked.uri));
  } else if (with_position && !position) {
    asked.wrong = kNoPosition;
  } else {
    asked.open = &found->second;
    if (position) asked.offset = asked.open->lines.offset(asked.open->text, *position, client_.encoding);
  }
  return asked;
}

Session::Answer Session::hover(Params params) {
  const Asked asked = this->asked(params, true);
  if (!asked.wrong.empty()) return asked.wrong;
  const auto found = assist::hover(document(*asked.uri, *asked.open), asked.offset);
  if (!found) return Value();
  return Value(Object{{"contents", markup(found->page, client_.hovers_in_markdown)},
                      {"range", text_of(*asked.uri, *asked.open).range(found->word)}});
}

Session::Answer Session::complete(Params params) {
  const Asked asked = this->asked(params, true);
  if (!asked.wrong.empty()) return asked.wrong;
  Array items;
  for (const assist::Completion& item : assist::completions(document(*asked.uri, *asked.open), asked.offset))
    items.push_back(completion(item, client_));
  return Value(std::move(items));
}

Session::Answer Session::define(Params params) {
  const Asked asked = this->asked(params, true);
  if (!asked.wrong.empty()) return asked.wrong;
  const auto found = assist::definition(document(*asked.uri, *asked.open), asked.offset);
  return found ? text_of(*asked.uri, *asked.open).location(*found) : Value();
}

Session::Answer Session::symbols_of(Params params) {
  const Asked asked = this->asked(params, false);
  if (!asked.wrong.empty()) return asked.wrong;
  return symbols(assist::outline(document(*asked.uri, *asked.open)), text_of(*asked.uri, *asked.open));
}

Session::Answer Session::code_actions(Params params) {
  const Asked asked = this->asked(params, false);
  if (!asked.wrong.empty()) return asked.wrong;
  const auto start = position_of(at(params, {"range", "start"})), end = position_of(at(params, {"range", "end"}));
  if (!start || !end) return std::string("`range` has no `start` and `end`");
  const Value* only = at(params, {"context", "only"});
  Array fixes;
  if (!client_.code_actions || (only != nullptr && !only->is_null() && !lists(only, "quickfix") && !lists(only, "")))
    return Value(fixes);
  const Open& open = *asked.open;
  const std::uint32_t begin = open.lines.offset(open.text, *start, client_.encoding);
  const std::uint32_t behind = open.lines.offset(open.text, *end, client_.encoding);
  for (const Diagnostic& problem : document(*asked.uri, *asked.open).problems)
    if (problem.edit && problem.primary.place.begin <= behind && begin <= problem.primary.place.end)
      fixes.push_back(quick_fix(problem, text_of(*asked.uri, open)));
  return Value(std::move(fixes));
}

}  // namespace proofmark::language_server
