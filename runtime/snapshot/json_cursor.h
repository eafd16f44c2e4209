// The lexical half of JSON, over one line of a telemetry file: strings, numbers and words, each checked in full.
// Unlike json::parse it builds nothing, because most of what it passes over is not wanted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/snapshot/text_scan.h"

namespace proofmark::snapshot {

class JsonCursor {
 public:
  // The line from `begin` to the newline at `end`; behind it kTextPadding bytes can be read.
  void start(const char* begin, const char* end);

  // Where the string at the cursor has no escapes, and so lies in the line as it is, takes it and returns its closing
  // quote; otherwise takes nothing. (A pointer: two halves that are stored apart are slow to read back as one.)
  const char* take_plain_string() {
    const char* stop = find_string_stop(at_ + 1);
    if (*stop != '"') return nullptr;
    at_ = stop + 1;
    return stop;
  }
  // Each takes its token at the cursor and says whether there was a valid one. The text of a string without escapes
  // lies in the line, otherwise in `scratch`.
  bool take_string(std::string_view& text, std::string& scratch) {
    const char* begin = ++at_;
    at_ = find_string_stop(at_);
    if (*at_ != '"') return take_long_string(begin, text, scratch);
    text = {begin, static_cast<std::size_t>(at_ - begin)};
    ++at_;
    return true;
  }
  bool take_number();
  bool take_word(std::string_view word);
  bool take(const ExpectedText& text) {
    if (!text.stands_at(at_)) return false;
    at_ += text.size();
    return true;
  }
  bool take(char c) {
    if (*at_ != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (*at_ == ' ' || *at_ == '\t' || *at_ == '\r') ++at_;
  }

  void go_to(const char* at) { at_ = at; }
  bool at_end() const { return at_ == end_; }
  char next() const { return *at_; }
  const char* at() const { return at_; }
  std::string found() const;  // what stands at the cursor, for a message

  bool refuse(std::string what) { return refuse_at(at_, std::move(what)); }
  bool refuse_at(const char* at, std::string what);
  const std::string& problem() const { return problem_; }
  const char* problem_at() const { return problem_at_; }

 private:
  bool take_long_string(const char* begin, std::string_view& text, std::string& scratch);
  bool take_escape(std::string& text);
  bool take_code_unit(std::uint32_t& unit);
  bool take_digits();

  const char *at_ = nullptr, *end_ = nullptr;
  std::string problem_;
  const char* problem_at_ = nullptr;
};

}  // namespace proofmark::snapshot
