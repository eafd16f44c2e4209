// Reading `name(argument: value, …)`. Values: numbers with `_`, %, ppm and a/b; words; "text"; lists; {name: value}.
#include <fmt/format.h>

#include <cmath>

#include "runtime/json/number_text.h"
#include "runtime/methods/methods.h"

namespace proofmark::methods {
namespace {

constexpr int kMaximumDepth = 16;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The nearest thing that JSON can carry: an integer, a double that spells the same number, or its text.
json::Value carried(const Rational& number) {
  if (number.is_integer() && number.numerator() <= json::kMaximumInteger &&
      number.numerator() >= -json::kMaximumInteger)
    return static_cast<std::int64_t>(number.numerator());
  const double nearest = number.nearest_double();
  if (const auto back = Rational::parse(json::ecmascript_number(nearest)); back && *back == number) return nearest;
  return number.to_string();
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Call> read() {
    const std::string name = dotted_name();
    if (name.empty()) return wrong("a method's name is expected");
    const auto method = find(name);
    if (!method) return method.problems();
    Call call{*method, {}};
    if (!take('(')) return wrong(fmt::format("`(` is expected after `{}`", name));
    if (!arguments(call)) return std::move(*problem_);
    skip_spaces();
    if (at_ != text_.size()) return wrong("nothing is expected after the call");
    return call;
  }

 private:
  bool arguments(Call& call) {
    constexpr char close = ')';
    std::vector<json::Member> members;
    std::size_t position = 0;
    if (take(close)) return true;
    while (true) {
      const std::size_t start = at_;
      std::string name = argument_name();
      if (name.empty()) {
        at_ = start;
        if (position >= call.method->parameters.size()) return fail(wrong("there are more arguments than parameters"));
        name = call.method->parameters[position].name;
      }
      ++position;
      auto item = value(0);
      if (!item) return false;
      members.push_back({std::move(name), std::move(*item)});
      if (take(close)) break;
      if (!take(',')) return fail(wrong(fmt::format("`,` or `{}` is expected", close)));
      if (take(close)) break;
    }
    if (const auto twice = call.arguments.assign(std::move(members))) return fail(wrong("an argument is given twice"));
    return true;
  }

  // "name:" ahead, else nothing (and the caller goes back).
  std::string argument_name() {
    skip_spaces();
    std::string name;
    while (at_ < text_.size() && (is_letter(text_[at_]) || (!name.empty() && is_digit(text_[at_]))))
      name += text_[at_++];
    if (name.empty() || !take(':')) return {};
    return name;
  }

  std::optional<json::Value> value(int depth) {
    skip_spaces();
    if (depth > kMaximumDepth) return none(wrong("the value is nested too deeply"));
    if (at_ == text_.size()) return none(wrong("a value is expected"));
    const char c = text_[at_];
    if (c == '[') return list(depth);
    if (c == '{') return object(depth);
    if (c == '"') return quoted();
    if (is_digit(c) || c == '.' ||
        ((c == '-' || c == '+') && at_ + 1 < text_.size() && (is_digit(text_[at_ + 1]) || text_[at_ + 1] == '.')))
      return number();
    return word();
  }

  std::optional<json::Value> list(int depth) {
    ++at_;
    json::Array array;
    if (take(']')) return array;
    while (true) {
      auto item = value(depth + 1);
      if (!item) return std::nullopt;
      array.push_back(std::move(*item));
      if (take(']')) return array;
      if (!take(',')) return none(wrong("`,` or `]` is expected"));
    }
  }

  std::optional<json::Value> object(int depth) {
    ++at_;
    json::Object result;
    while (!take('}')) {
      const std::string name = argument_name();
      if (name.empty()) return none(wrong("`name:` is expected"));
      auto item = value(depth + 1);
      if (!item) return std::nullopt;
      if (result.find(name) != nullptr) return none(wrong(fmt::format("`{}` is given twice", name)));
      result.set(name, std::move(*item));
      if (!take(',') && at_ < text_.size() && text_[at_] != '}') return none(wrong("`,` or `}` is expected"));
      if (at_ == text_.size()) return none(wrong("`}` is expected"));
    }
    return result;
  }

  std::optional<json::Value> quoted() {
    const std::size_t end = text_.find('"', at_ + 1);
    if (end == std::string_view::npos) return none(wrong("the text has no closing quote"));
    std::string content(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return content;
  }

  std::optional<json::Value> word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '-' ||
                                  text_[at_] == '.' || text_[at_] == '+'))
      ++at_;
    const std::string_view found = text_.substr(start, at_ - start);
    if (found.empty()) return none(wrong("a value is expected"));
    if (found == "true" || found == "false") return found == "true";
    return found;
  }

  std::optional<json::Value> number() {
    const std::size_t start = at_;
    std::string digits;
    const auto plain = [this] {
      return at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '_' || text_[at_] == '.');
    };
    if (text_[at_] == '-' || text_[at_] == '+') digits += text_[at_++] == '-' ? "-" : "";
    const auto take_digits = [&] {
      for (; plain(); ++at_)
        if (text_[at_] != '_') digits += text_[at_];
    };
    take_digits();
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      digits += text_[at_++];
      if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) digits += text_[at_++];
      take_digits();
    } else if (at_ < text_.size() && text_[at_] == '/') {
      digits += text_[at_++];
      take_digits();
    }
    return scaled(start, digits);
  }

  std::optional<json::Value> scaled(std::size_t start, const std::string& digits) {
    auto exact = Rational::parse(digits);
    const std::int64_t below = take_suffix("ppm") ? 1'000'000 : take_suffix("%") ? 100 : 1;
    if (exact && below != 1) exact = plan::divide(*exact, Rational(below));
    if (exact) return carried(*exact);
    auto wide = json::parse(digits, "", "PM1204");  // 1e-300: more than 128 bits hold
    if (wide && below == 1 && wide->as_real() != nullptr) return *wide;
    at_ = start;
    const std::size_t power = digits.find_first_of("eE");
    const bool is_number = power != std::string::npos && power + 1 < digits.size() && is_digit(digits.back()) &&
                           Rational::parse(digits.substr(0, power));
    return none(wrong(fmt::format("`{}` is {}", digits, is_number ? "beyond what a double holds" : "not a number")));
  }

  std::string dotted_name() {
    skip_spaces();
    std::string name;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.'))
      name += text_[at_++];
    return name;
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  bool take(char expected) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  bool take_suffix(std::string_view suffix) {
    if (!text_.substr(at_).starts_with(suffix)) return false;
    at_ += suffix.size();
    return true;
  }

  Diagnostic wrong(std::string message) const {
    Diagnostic problem =
        plain_problem("PM1204", std::move(message),
                      "write for example: clopper_pearson(successes: 2994, trials: 2995, confidence: 95%)");
    Place& place = problem.primary.place;
    place.file = kCallName;
    place.begin = std::min(at_, text_.size());
    place.end = std::min(at_ + 1, text_.size());
    place.line = place.end_line = 1;
    place.column = static_cast<std::uint32_t>(at_) + 1;
    place.end_column = place.column + 1;
    return problem;
  }

  bool fail(Diagnostic problem) {
    problem_ = std::move(problem);
    return false;
  }
  std::nullopt_t none(Diagnostic problem) {
    problem_ = std::move(problem);
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Diagnostic> problem_;
};

}  // namespace

Result<Call> read_call(std::string_view text) {
  Reader reader(text);
  return reader.read();
}

}  // namespace proofmark::methods
