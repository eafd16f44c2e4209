// Messages of the protocol and our values: reading what a client sent, and writing what it is told.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/language_server/lines.h"
#include "compiler/assist/completion.h"
#include "compiler/assist/outline.h"
#include "runtime/diagnostic/diagnostic.h"
#include "runtime/json/json.h"

namespace proofmark::language_server {

// ---------------------------------------------------------------- what a client sent

// The value at the end of a path of keys, or null.
const json::Value* at(const json::Value* value, std::initializer_list<std::string_view> path);
const std::string* text_at(const json::Value* value, std::initializer_list<std::string_view> path);
bool true_at(const json::Value* value, std::initializer_list<std::string_view> path);
bool lists(const json::Value* array, std::string_view word);  // among its elements
std::optional<Position> position_of(const json::Value* value);

// What a client can show and how it counts, as it said when it began.
struct Client {
  Encoding encoding = Encoding::utf16;
  bool hovers_in_markdown = false, completes_in_markdown = false;
  bool related_places = false;  // beside a diagnostic
  bool nested_symbols = false;
  bool code_actions = false;  // as literals: there are no commands to run
};
Client client_of(const json::Value* capabilities);

// ---------------------------------------------------------------- what it is told

enum class Error : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  not_initialized = -32002
};

std::string response(const json::Value& id, json::Value result);
std::string refusal(const json::Value& id, Error code, std::string_view message);
std::string notification(std::string_view method, json::Value params);
json::Value capabilities(const Client& client);

// One text of a client, for saying places in it.
struct Text {
  const std::string& uri;
  const std::string& text;
  const Lines& lines;
  const Client& client;

  json::Value range(std::uint64_t begin, std::uint64_t end) const;
  json::Value range(source::Span span) const { return range(span.begin, span.end); }
  json::Value location(source::Span span) const;
};

json::Value diagnostic(const Diagnostic& problem, const Text& text);
json::Value quick_fix(const Diagnostic& problem, const Text& text);  // pre: it has an edit
json::Value symbols(const std::vector<assist::Part>& parts, const Text& text);
json::Value completion(const assist::Completion& item, const Client& client);
json::Value markup(const std::string& page, bool as_markdown);

}  // namespace proofmark::language_server
