// JSON values: a strict reader (RFC 8259, I-JSON) and the canonical writer (RFC 8785, JCS).
//
// Numbers of consequence are decimal strings in our formats; a JSON number here is an integer of magnitude
// <= 2^53 - 1 (written without fraction or exponent), or a double that the writer prints as ECMAScript does.
// Reading refuses duplicate keys, invalid UTF-8, a byte order mark, lone surrogates, trailing text, NaN, numbers
// that a double cannot hold, integers that it would silently change, and nesting deeper than kMaximumDepth; each
// refusal names line and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::json {

inline constexpr int kMaximumDepth = 64;
inline constexpr std::int64_t kMaximumInteger = (std::int64_t{1} << 53) - 1;

class Value;
struct Member;  // key, value
struct Entry;   // the same, as written in braces
using Array = std::vector<Value>;

// Members in the order they were added, found and written in the order of their UTF-16 code units, as JCS asks.
class Object {
 public:
  Object();
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();
  Object(std::initializer_list<Entry> entries);
  void set(std::string key, Value value);  // replaces
  const Value* find(std::string_view key) const;
  const std::vector<Member>& members() const { return members_; }
  const std::vector<std::uint32_t>& canonical_order() const { return order_; }  // places in members()
  std::size_t size() const { return order_.size(); }
  friend bool operator==(const Object&, const Object&);  // whatever the order of insertion

  // All members at once; on success nothing is returned, else the place of the first member whose key an
  // earlier member has, and the object is left empty.
  std::optional<std::size_t> assign(std::vector<Member> members);

 private:
  std::vector<std::uint32_t>::const_iterator place_of(std::string_view key) const;

  std::vector<Member> members_;
  std::vector<std::uint32_t> order_;  // places in members_, sorted by key
};

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(std::int64_t{value}) {}
  Value(unsigned value) : data_(std::int64_t{value}) {}
  Value(std::int64_t value);             // |value| <= 2^53 - 1, checked
  Value(std::uint64_t value);            // likewise
  Value(double value) : data_(value) {}  // finite, checked when written
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data_); }
  const double* as_real() const { return std::get_if<double>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  std::string_view kind() const;  // "null", "a boolean", "an integer", "a number", "a string", "an array", "an object"
  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

struct Member {
  std::string key;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

// What stands in the braces is moved into the object: copying it would copy a document once a level.
struct Entry {
  mutable std::string key;
  mutable Value value;
};

// Here because a vector of members can be made, moved and destroyed only where a member is complete.
inline Object::Object() = default;
inline Object::Object(const Object&) = default;
inline Object::Object(Object&&) noexcept = default;
inline Object& Object::operator=(const Object&) = default;
inline Object& Object::operator=(Object&&) noexcept = default;
inline Object::~Object() = default;

// Strict parse of the whole text. `file` names it in diagnostics; `code` is the diagnostic's code.
Result<Value> parse(std::string_view text, std::string_view file, std::string_view code);

// RFC 8785. A non-finite double or a string that is not UTF-8 breaks an invariant.
std::string canonical(const Value& value);
// The same value with two-space indentation and keys in canonical order, for people.
std::string pretty(const Value& value);

}  // namespace proofmark::json
