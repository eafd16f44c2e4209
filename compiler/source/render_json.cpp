// Diagnostics for machines: one canonical JSON document on one line.
#include <limits>

#include "compiler/source/render.h"
#include "runtime/json/json.h"
#include "runtime/json/utf8.h"

namespace proofmark::source {
namespace {

// A path need not be UTF-8, JSON must be.
json::Value text(const std::string& bytes) {
  return json::printable(bytes, std::numeric_limits<std::size_t>::max());
}

json::Object place_members(const Place& place) {
  return {{"file", text(place.file)},
          {"line", place.line},
          {"column", place.column},
          {"endLine", place.end_line},
          {"endColumn", place.end_column}};
}

json::Value label(const Label& label, bool primary) {
  json::Object object = place_members(label.place);
  object.set("text", text(label.text));
  object.set("primary", primary);
  return object;
}

json::Value diagnostic_value(const Diagnostic& diagnostic) {
  json::Object object = place_members(diagnostic.primary.place);
  object.set("code", text(diagnostic.code));
  object.set("severity", diagnostic.severity == Severity::error ? "error" : "warning");
  object.set("message", text(diagnostic.message));
  object.set("help", text(diagnostic.help));
  json::Array labels{label(diagnostic.primary, true)};
  for (const Label& each : diagnostic.secondary) labels.push_back(label(each, false));
  object.set("labels", std::move(labels));
  if (diagnostic.edit) {
    json::Object edit = place_members(diagnostic.edit->place);
    edit.set("begin", diagnostic.edit->place.begin);
    edit.set("end", diagnostic.edit->place.end);
    const std::string& replacement = diagnostic.edit->replacement;  // to be put in as it is, line ends and all
    edit.set("replacement", json::first_invalid_utf8(replacement) ? text(replacement) : json::Value(replacement));
    object.set("edit", std::move(edit));
  }
  return object;
}

}  // namespace

std::string render_json(const Diagnostics& diagnostics) {
  json::Array list;
  for (const Diagnostic& diagnostic : diagnostics) list.push_back(diagnostic_value(diagnostic));
  return json::canonical(json::Object{{"diagnostics", std::move(list)}});
}

}  // namespace proofmark::source
