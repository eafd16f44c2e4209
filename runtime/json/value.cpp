// Building JSON values in memory. Integers are held to what every JSON reader keeps exactly.
#include <algorithm>
#include <numeric>

#include "runtime/json/json.h"
#include "runtime/json/utf8.h"

namespace proofmark::json {

Object::Object(std::initializer_list<Entry> entries) {
  members_.reserve(entries.size());
  order_.reserve(entries.size());
  for (const Entry& entry : entries) set(std::move(entry.key), std::move(entry.value));
}

std::vector<std::uint32_t>::const_iterator Object::place_of(std::string_view key) const {
  return std::lower_bound(order_.begin(), order_.end(), key, [this](std::uint32_t place, std::string_view wanted) {
    return less_in_utf16(members_[place].key, wanted);
  });
}

void Object::set(std::string key, Value value) {
  const auto at = place_of(key);
  if (at != order_.end() && members_[*at].key == key) {
    members_[*at].value = std::move(value);
    return;
  }
  order_.insert(at, static_cast<std::uint32_t>(members_.size()));
  members_.push_back({std::move(key), std::move(value)});
}

std::optional<std::size_t> Object::assign(std::vector<Member> members) {
  members_ = std::move(members);
  order_.resize(members_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return less_in_utf16(members_[a].key, members_[b].key) || (members_[a].key == members_[b].key && a < b);
  });
  std::optional<std::size_t> repeated;
  for (std::size_t i = 1; i < order_.size(); ++i)
    if (members_[order_[i - 1]].key == members_[order_[i]].key && (!repeated || order_[i] < *repeated))
      repeated = order_[i];
  if (repeated) {
    members_.clear();
    order_.clear();
  }
  return repeated;
}

const Value* Object::find(std::string_view key) const {
  const auto at = place_of(key);
  return at != order_.end() && members_[*at].key == key ? &members_[*at].value : nullptr;
}

bool operator==(const Object& a, const Object& b) {
  return std::equal(a.order_.begin(), a.order_.end(), b.order_.begin(), b.order_.end(),
                    [&](std::uint32_t in_a, std::uint32_t in_b) { return a.members_[in_a] == b.members_[in_b]; });
}

Value::Value(std::int64_t value) : data_(value) {
  PROOFMARK_CHECK(value >= -kMaximumInteger && value <= kMaximumInteger);
}

Value::Value(std::uint64_t value) : data_(static_cast<std::int64_t>(value)) {
  PROOFMARK_CHECK(value <= static_cast<std::uint64_t>(kMaximumInteger));
}

std::string_view Value::kind() const {
  constexpr std::string_view kKinds[] = {"null",     "a boolean", "an integer", "a number",
                                         "a string", "an array",  "an object"};
  return kKinds[data_.index()];
}

}  // namespace proofmark::json
