// Plain values to bytes and back, so that they can be kept.
//
// An aggregate is its members in order, found by the compiler: a member added to a struct is archived without a word
// here. The bytes are for the program that wrote them (the key names its build) and mean nothing to any other; reading
// stays within them whatever they are. A class with a state of its own says how it is made of plain values by a
// specialisation of Archived.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/members/over_members.h"

namespace proofmark::cache {

// For T: `using Plain = …; static Plain plain(const T&); static std::optional<T> made(const Plain&);`
template <typename T>
struct Archived;

namespace archive {

template <typename T>
concept HasOwn = requires { typename Archived<T>::Plain; };

template <typename T>
concept IsNumber = std::is_arithmetic_v<T> || std::is_enum_v<T> || sizeof(T) * !std::is_class_v<T> == 16;  // __int128

using members::over_members;

}  // namespace archive

class ArchiveWriter {
 public:
  template <typename T>
  void put(const T& value) {
    if constexpr (archive::HasOwn<T>)
      put(Archived<T>::plain(value));
    else if constexpr (archive::IsNumber<T>)
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    else
      archive::over_members(value, [&](const auto&... member) { (put(member), ...); });
  }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    bytes_ += text;
  }
  template <typename T>
  void put(const std::vector<T>& list) {
    put(std::uint64_t{list.size()});
    for (const auto& element : list) put(element);
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <typename... Ts>
  void put(const std::variant<Ts...>& value) {
    put(static_cast<std::uint8_t>(value.index()));
    std::visit([&](const auto& held) { put(held); }, value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Every get says whether there was one; after a false the rest means nothing.
class ArchiveReader {
 public:
  explicit ArchiveReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  bool get(T& value) {
    if constexpr (archive::HasOwn<T>) {
      typename Archived<T>::Plain plain{};
      if (!get(plain)) return false;
      auto made = Archived<T>::made(plain);
      if (made) value = std::move(*made);
      return made.has_value();
    } else if constexpr (std::is_same_v<T, bool>) {
      std::uint8_t byte = 0;
      if (!get(byte) || byte > 1) return false;
      value = byte == 1;
      return true;
    } else if constexpr (archive::IsNumber<T>) {
      if (bytes_.size() < sizeof value) return false;
      std::memcpy(&value, bytes_.data(), sizeof value);
      bytes_.remove_prefix(sizeof value);
      return true;
    } else {
      return archive::over_members(value, [&](auto&... member) { return (get(member) && ...); });
    }
  }
  bool get(std::string& text) {
    std::uint64_t size = 0;
    if (!get(size) || size > bytes_.size()) return false;
    text.assign(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return true;
  }
  template <typename T>
  bool get(std::vector<T>& list) {
    std::uint64_t size = 0;
    if (!get(size) || size > bytes_.size()) return false;
    list.resize(size);
    for (T& element : list)
      if (!get(element)) return false;
    return true;
  }
  template <typename T>
  bool get(std::optional<T>& value) {
    bool there = false;
    if (!get(there)) return false;
    value.reset();
    return !there || get(value.emplace());
  }
  template <typename... Ts>
  bool get(std::variant<Ts...>& value) {
    std::uint8_t index = 0;
    return get(index) && index < sizeof...(Ts) && get_held(value, index, std::index_sequence_for<Ts...>{});
  }
  bool finished() const { return bytes_.empty(); }

 private:
  template <typename Variant, std::size_t... Is>
  bool get_held(Variant& value, std::size_t index, std::index_sequence<Is...>) {
    bool got = false;
    ((Is == index ? void(got = get(value.template emplace<Is>())) : void()), ...);
    return got;
  }

  std::string_view bytes_;
};

template <typename T>
std::string archived(const T& value) {
  ArchiveWriter writer;
  writer.put(value);
  return writer.take();
}

// The whole of the bytes, or nothing.
template <typename T>
std::optional<T> unarchived(std::string_view bytes) {
  ArchiveReader reader(bytes);
  std::optional<T> value(std::in_place);
  if (!reader.get(*value) || !reader.finished()) return std::nullopt;
  return value;
}

}  // namespace proofmark::cache
