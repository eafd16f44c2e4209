// The names that a policy declares: what each is, where it is declared, and which one a place of the text means.
//
// What a name means was found by the analyser, which kept it (`Policy::uses`); nothing is looked up anew but the names
// of tests, which have no scopes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/assist/document.h"

namespace proofmark::assist {

using source::Span;

// Parts of a file; `decide` and tests declare no name.
enum class Kind : std::uint8_t { policy, parameter, let, sli, telemetry, field, model, draw, objective, decide, test };

struct Declaration {
  Kind kind = Kind::let;
  std::string name;
  Span span;                            // of the name
  Span whole;                           // of the declaration
  std::string title;                    // of a policy or an objective, as written with its quotes
  std::string form;                     // how it is declared, on one line
  std::string meaning;                  // what it is, with type and unit; empty where that is not known
  std::size_t policy = 0;               // of the file
  std::string owner;                    // the telemetry of a field, the model of a draw or of its let
  std::optional<std::uint32_t> stream;  // of a population: its telemetry
};

class Names {
 public:
  explicit Names(const Compilation& compilation);

  const std::vector<Declaration>& declarations() const { return declarations_; }
  struct Named {
    Span span;
    const Declaration* declaration;
  };
  std::optional<Named> at(std::uint32_t offset) const;  // the name that stands there, or ends there
  // What an expression of the policy means by a name, fields and names of models left aside.
  const Declaration* named(std::size_t policy, std::string_view name) const;

 private:
  void test(const syntax::Test& test);
  const Declaration* declared(Span span) const;
  const Declaration* find(std::size_t policy, Kind kind, std::string_view name, std::string_view owner = {}) const;

  std::vector<Declaration> declarations_;
  std::vector<semantics::NameUse> uses_;
};

}  // namespace proofmark::assist
