// One column a source, in its type's widest form.
#include "runtime/engine/canonical_layout.h"

#include <algorithm>

namespace proofmark::engine {
namespace {

using plan::FieldType;
using snapshot::Physical;

// Never read, as there are no rows; it says that there may be nulls.
constexpr std::byte kValidity[64] = {};
constexpr std::size_t kByteCodes = 256;

Physical widest(FieldType type) {
  switch (type) {
    case FieldType::label:
      return Physical::u8;
    case FieldType::real:
      return Physical::f64;
    case FieldType::boolean:
      return Physical::bit;
    case FieldType::text:
      return Physical::utf8;
    case FieldType::integer:
    case FieldType::duration:
    case FieldType::bytes:
    case FieldType::timestamp:
      break;
  }
  return Physical::i64;
}

// The labels that the scan names for any field that reads the column.
std::vector<std::string> named_labels(const plan::Scan& scan, const std::string& source) {
  std::vector<std::string> labels;
  const auto add = [&](const std::vector<std::string>& more) { labels.insert(labels.end(), more.begin(), more.end()); };
  for (const plan::Field& field : scan.fields)
    if (field.source == source) add(field.declared);
  for (const plan::Atom& atom : scan.atoms)
    if (const auto* test = std::get_if<plan::OneOf>(&atom.test);
        test != nullptr && scan.fields[test->field].source == source)
      add(test->values);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

}  // namespace

CanonicalStream canonical_layout(const plan::Scan& scan) {
  CanonicalStream made;
  made.stream.name = scan.stream;
  for (const plan::Field& field : scan.fields) {
    const auto same = [&](const snapshot::Column& column) { return column.name == field.source; };
    if (std::any_of(made.stream.columns.begin(), made.stream.columns.end(), same)) continue;
    snapshot::Column column;
    column.name = field.source;
    column.type = field.type;
    column.physical = widest(field.type);
    column.chunks.push_back({0, 0, kValidity, kValidity, nullptr});
    if (field.type == FieldType::label) {
      made.dictionaries.push_back(std::make_unique<std::vector<std::string>>(named_labels(scan, field.source)));
      column.dictionary.assign(made.dictionaries.back()->begin(), made.dictionaries.back()->end());
      if (column.dictionary.size() > kByteCodes) column.physical = Physical::u32;
    }
    made.stream.columns.push_back(std::move(column));
  }
  return made;
}

}  // namespace proofmark::engine
