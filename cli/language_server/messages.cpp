#include "cli/language_server/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "compiler/assist/hover.h"
#include "runtime/json/utf8.h"

namespace proofmark::language_server {
namespace {

using json::Array;
using json::Object;
using json::Value;

// Of the formats that a client can show it names the one it likes best first.
bool prefers_markdown(const Value* formats) {
  const Array* array = formats == nullptr ? nullptr : formats->as_array();
  if (array == nullptr || array->empty()) return false;
  const std::string* first = array->front().as_string();
  return first != nullptr && *first == "markdown";
}

Value place(Position position) {
  return Object{{"line", position.line}, {"character", position.character}};
}

// Numbers of SymbolKind and CompletionItemKind are the protocol's own.
int symbol_kind(assist::Kind kind) {
  enum : int {
    module = 2,
    class_ = 5,
    method = 6,
    property = 7,
    field = 8,
    function = 12,
    variable = 13,
    constant = 14,
    struct_ = 23,
    event = 24
  };
  switch (kind) {
    case assist::Kind::policy:
      return module;
    case assist::Kind::parameter:
      return constant;
    case assist::Kind::let:
    case assist::Kind::draw:
      return variable;
    case assist::Kind::sli:
      return function;
    case assist::Kind::telemetry:
      return struct_;
    case assist::Kind::field:
      return field;
    case assist::Kind::model:
      return class_;
    case assist::Kind::objective:
      return property;
    case assist::Kind::decide:
      return event;
    case assist::Kind::test:
      return method;
  }
  return variable;
}

int completion_kind(assist::Completion::Kind kind) {
  enum : int {
    method = 2,
    function = 3,
    field = 5,
    variable = 6,
    class_ = 7,
    module = 9,
    property = 10,
    unit = 11,
    keyword = 14,
    enum_member = 20,
    type = 25
  };
  switch (kind) {
    case assist::Completion::Kind::keyword:
      return keyword;
    case assist::Completion::Kind::function:
      return function;
    case assist::Completion::Kind::method:
      return method;
    case assist::Completion::Kind::distribution:
      return class_;
    case assist::Completion::Kind::type:
      return type;
    case assist::Completion::Kind::unit:
      return unit;
    case assist::Completion::Kind::word:
      return enum_member;
    case assist::Completion::Kind::argument:
      return property;
    case assist::Completion::Kind::value:
      return variable;
    case assist::Completion::Kind::field:
      return field;
    case assist::Completion::Kind::objective:
      return property;
    case assist::Completion::Kind::policy:
      return module;
  }
  return keyword;
}

// A list without nesting names what each part stands in.
void flat_symbols(const std::vector<assist::Part>& parts, const std::string& container, const Text& text, Array& into) {
  for (const assist::Part& part : parts) {
    Object symbol{{"name", part.name}, {"kind", symbol_kind(part.kind)}, {"location", text.location(part.whole)}};
    if (!container.empty()) symbol.set("containerName", container);
    into.emplace_back(std::move(symbol));
    flat_symbols(part.parts, part.name, text, into);
  }
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

// How to mend it, as a sentence that names what the edit writes; empty: nobody knows.
std::string mend_of(const Diagnostic& problem) {
  const std::string& help = problem.help;
  if (!problem.edit) return help;
  if (problem.edit->replacement.empty()) return help.empty() ? "remove it" : help;
  const std::string_view written = without_blanks(problem.edit->replacement);
  const std::string shown = written.empty() ? "a space" : json::in_backticks(written);
  if (help.empty() || help == "write") return "write " + shown;
  return !written.empty() && help.find(written) != std::string::npos ? help : help + ": write " + shown;
}

}  // namespace

const Value* at(const Value* value, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    const Object* object = value == nullptr ? nullptr : value->as_object();
    value = object == nullptr ? nullptr : object->find(key);
  }
  return value;
}

const std::string* text_at(const Value* value, std::initializer_list<std::string_view> path) {
  const Value* found = at(value, path);
  return found == nullptr ? nullptr : found->as_string();
}

bool true_at(const Value* value, std::initializer_list<std::string_view> path) {
  const Value* found = at(value, path);
  return found != nullptr && found->as_bool() != nullptr && *found->as_bool();
}

bool lists(const Value* array, std::string_view word) {
  const Array* elements = array == nullptr ? nullptr : array->as_array();
  return elements != nullptr && std::any_of(elements->begin(), elements->end(), [&](const Value& one) {
           return one.as_string() != nullptr && *one.as_string() == word;
         });
}

std::optional<Position> position_of(const Value* value) {
  const auto number = [&](std::string_view key) -> std::optional<std::uint32_t> {
    const Value* found = at(value, {key});
    const std::int64_t* integer = found == nullptr ? nullptr : found->as_integer();
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();  // `uinteger` of the protocol
    if (integer == nullptr || *integer < 0 || *integer > kMost) return std::nullopt;
    return static_cast<std::uint32_t>(*integer);
  };
  const auto line = number("line"), character = number("character");
  return line && character ? std::optional(Position{*line, *character}) : std::nullopt;
}

Client client_of(const Value* capabilities) {
  const Value* document = at(capabilities, {"textDocument"});
  Client client;
  if (lists(at(capabilities, {"general", "positionEncodings"}), "utf-8")) client.encoding = Encoding::utf8;
  client.hovers_in_markdown = prefers_markdown(at(document, {"hover", "contentFormat"}));
  client.completes_in_markdown =
      prefers_markdown(at(document, {"completion", "completionItem", "documentationFormat"}));
  client.related_places = true_at(document, {"publishDiagnostics", "relatedInformation"});
  client.nested_symbols = true_at(document, {"documentSymbol", "hierarchicalDocumentSymbolSupport"});
  client.code_actions = at(document, {"codeAction", "codeActionLiteralSupport"}) != nullptr;
  return client;
}

std::string response(const Value& id, Value result) {
  return json::canonical(Object{{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

std::string refusal(const Value& id, Error code, std::string_view message) {
  return json::canonical(Object{
      {"jsonrpc", "2.0"}, {"id", id}, {"error", Object{{"code", static_cast<int>(code)}, {"message", message}}}});
}

std::string notification(std::string_view method, Value params) {
  return json::canonical(Object{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

Value capabilities(const Client& client) {
  constexpr int kIncremental = 2;
  return Object{{"positionEncoding", client.encoding == Encoding::utf8 ? "utf-8" : "utf-16"},
                {"textDocumentSync", Object{{"openClose", true}, {"change", kIncremental}}},
                {"hoverProvider", true},
                {"completionProvider", Object{{"triggerCharacters", Array{"."}}}},
                {"definitionProvider", true},
                {"documentSymbolProvider", true},
                {"codeActionProvider", Object{{"codeActionKinds", Array{"quickfix"}}}}};
}

Value Text::range(std::uint64_t begin, std::uint64_t end) const {
  return Object{{"start", place(lines.position(text, begin, client.encoding))},
                {"end", place(lines.position(text, end, client.encoding))}};
}

Value Text::location(source::Span span) const {
  return Object{{"uri", uri}, {"range", range(span)}};
}

Value diagnostic(const Diagnostic& problem, const Text& text) {
  const Place& where = problem.primary.place;
  std::string message = problem.message;
  if (const std::string mend = mend_of(problem); !mend.empty()) message += "\nhelp: " + mend;
  Object value{{"range", text.range(where.begin, where.end)},
               {"severity", problem.severity == Severity::error ? 1 : 2},
               {"code", problem.code},
               {"source", "proofmark"},
               {"message", std::move(message)}};
  Array related;
  const auto relate = [&](const Label& label) {
    if (label.text.empty()) return;
    related.emplace_back(
        Object{{"location", Object{{"uri", text.uri}, {"range", text.range(label.place.begin, label.place.end)}}},
               {"message", label.text}});
  };
  relate(problem.primary);
  for (const Label& label : problem.secondary) relate(label);
  if (text.client.related_places && !related.empty()) value.set("relatedInformation", std::move(related));
  return value;
}

Value quick_fix(const Diagnostic& problem, const Text& text) {
  const Edit& edit = *problem.edit;
  const Value change = Object{{"range", text.range(edit.place.begin, edit.place.end)}, {"newText", edit.replacement}};
  return Object{{"title", mend_of(problem)},
                {"kind", "quickfix"},
                {"diagnostics", Array{diagnostic(problem, text)}},
                {"isPreferred", true},
                {"edit", Object{{"changes", Object{{text.uri, Array{change}}}}}}};
}

Value symbols(const std::vector<assist::Part>& parts, const Text& text) {
  Array list;
  if (!text.client.nested_symbols) {
    flat_symbols(parts, "", text, list);
    return list;
  }
  for (const assist::Part& part : parts) {
    Object symbol{{"name", part.name},
                  {"kind", symbol_kind(part.kind)},
                  {"range", text.range(part.whole)},
                  {"selectionRange", text.range(part.word)},
                  {"children", symbols(part.parts, text)}};
    if (!part.detail.empty()) symbol.set("detail", part.detail);
    list.emplace_back(std::move(symbol));
  }
  return list;
}

Value completion(const assist::Completion& item, const Client& client) {
  Object value{{"label", item.label}, {"kind", completion_kind(item.kind)}};
  if (!item.form.empty()) value.set("detail", item.form);
  if (!item.summary.empty()) value.set("documentation", markup(item.summary, client.completes_in_markdown));
  return value;
}

Value markup(const std::string& page, bool as_markdown) {
  return Object{{"kind", as_markdown ? "markdown" : "plaintext"},
                {"value", as_markdown ? assist::markdown(page) : page}};
}

}  // namespace proofmark::language_server
