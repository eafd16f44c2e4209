#include "runtime/transcript/history_json.h"

#include "runtime/transcript/json_parts.h"

namespace proofmark::transcript {

using namespace parts;

namespace {

Value text_or_null(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

Value earlier_count_to_json(const plan::EarlierCount& one) {
  return Object{{"rows", list(one.rows, count_to_json)},
                {"bad", nullable(one.bad, count_to_json)},
                {"lower", text_or_null(one.lower)},
                {"upper", text_or_null(one.upper)}};
}

Value earlier_claim_to_json(const plan::EarlierClaim& claim) {
  const auto group = [](const plan::EarlierGroup& one) {
    return Object{{"group", key_to_json(one.key)}, {"requirements", list(one.requirements, earlier_count_to_json)}};
  };
  return Object{{"differs", text_or_null(claim.differs)}, {"groups", list(claim.groups, group)}};
}

bool earlier_count(FactsReader& reader, const Value& value, const JsonPath& path, plan::EarlierCount& out) {
  const Object* object = reader.members(value, path, {"rows", "bad", "lower", "upper"});
  return object != nullptr &&
         reader.items(member(*object, "rows"), JsonPath(path, "rows"), out.rows, &FactsReader::count) &&
         reader.optional_count(member(*object, "bad"), JsonPath(path, "bad"), out.bad) &&
         reader.optional_text(member(*object, "lower"), JsonPath(path, "lower"), out.lower) &&
         reader.optional_text(member(*object, "upper"), JsonPath(path, "upper"), out.upper);
}

bool earlier_group(FactsReader& reader, const Value& value, const JsonPath& path, plan::EarlierGroup& out) {
  const Object* object = reader.members(value, path, {"group", "requirements"});
  return object != nullptr && reader.key(member(*object, "group"), JsonPath(path, "group"), out.key) &&
         reader.items(member(*object, "requirements"), JsonPath(path, "requirements"), out.requirements, earlier_count);
}

bool earlier_claim(FactsReader& reader, const Value& value, const JsonPath& path, plan::EarlierClaim& out) {
  const Object* object = reader.members(value, path, {"differs", "groups"});
  return object != nullptr &&
         reader.optional_text(member(*object, "differs"), JsonPath(path, "differs"), out.differs) &&
         reader.items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, earlier_group);
}

}  // namespace

Value earlier_to_json(const plan::EarlierLook& look) {
  return Object{{"transcript", look.transcript},
                {"asOf", std::to_string(look.as_of_ns)},
                {"objectives", list(look.objectives, earlier_claim_to_json)},
                {"decidedOtherwise", look.decided_otherwise}};
}

bool read_earlier_look(FactsReader& reader, const Value& value, const JsonPath& path, plan::EarlierLook& out) {
  const Object* object = reader.members(value, path, {"transcript", "asOf", "objectives", "decidedOtherwise"});
  std::optional<std::int64_t> as_of;
  if (object == nullptr ||
      !reader.string(member(*object, "transcript"), JsonPath(path, "transcript"), out.transcript) ||
      !reader.instant(member(*object, "asOf"), JsonPath(path, "asOf"), as_of))
    return false;
  if (!as_of) return reader.refuse(JsonPath(path, "asOf"), "is null where an instant belongs");
  out.as_of_ns = *as_of;
  if (!reader.truth(member(*object, "decidedOtherwise"), JsonPath(path, "decidedOtherwise"), out.decided_otherwise))
    return false;
  return reader.items(member(*object, "objectives"), JsonPath(path, "objectives"), out.objectives, earlier_claim);
}

}  // namespace proofmark::transcript
