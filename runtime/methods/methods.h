// The table of all statistical methods, and how one is called.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/methods/method.h"

namespace proofmark::methods {

std::span<const Method* const> all();  // in the order of their names

// By its whole name, or by its last parts where only one method has them. PM1201 names the closest otherwise.
Result<const Method*> find(std::string_view name);

// Where arguments that name a CSV file are read from; empty: the working directory.
struct Data {
  std::string directory;
};

// Checks the arguments against the method's parameters, fills defaults in, reads files, runs. PM1202 for an argument
// that is missing, unknown or of another kind; PM1203 for what the method refuses; PM1206 for a data file.
Answer call(const Method& method, const json::Object& arguments, const Data& data);

// "clopper_pearson(successes: 2994, trials: 2995, confidence: 95%)": a method's name and its arguments, by name or in
// the order of its parameters. Exact numbers that a double cannot hold become strings such as "1/3". PM1204 with the
// column when the text cannot be read.
inline constexpr std::string_view kCallName = "call";  // the file of its diagnostics
struct Call {
  const Method* method = nullptr;
  json::Object arguments;
};
Result<Call> read_call(std::string_view text);

// A result on one line, in the order of its fields, reals with 17 significant digits.
std::string spelled(const json::Value& value);

}  // namespace proofmark::methods
