// The analyser of test blocks: what it knows and its parts. Private to this room; typed_test.h is the door.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/semantics/typed_test.h"

namespace proofmark::semantics {

struct TestFamily;

class TestAnalyser {
 public:
  TestAnalyser(const syntax::Tree& tree, const std::vector<Policy>& policies, const source::SourceFile& file,
               Diagnostics& problems)
      : tree_(tree), policies_(policies), file_(file), problems_(problems) {}
  std::optional<Test> run(const syntax::Test& syntax_test);

 private:
  struct Quantity {
    Rational value;
    Unit unit = Unit::number;
  };

  // tests.cpp
  void own_name(const syntax::Test& syntax_test);
  Diagnostic& error(std::string_view code, Span span, std::string message);
  void closest(Diagnostic& diagnostic, Span span, const std::vector<std::string>& candidates) const;
  void settings(Test& test, const syntax::Test& syntax_test);
  void setting(Test& test, const syntax::Setting& setting);
  bool is_number(syntax::ExprId id) const;
  std::optional<std::string> setting_text(const Test& test, syntax::ExprId id);
  void expect(Test& test, const syntax::Expectation& expectation);

  // test_rows.cpp
  std::optional<Quantity> quantity(syntax::ExprId id);  // a number with its unit, possibly negative
  std::optional<std::uint64_t> whole(syntax::ExprId id, std::uint64_t maximum, std::string_view what);
  void seed(Test& test, syntax::ExprId id);
  void given(Test& test, const syntax::Given& given);
  std::optional<generators::Block> rows(const Stream& stream, const syntax::RowsBlock& syntax_block);
  static generators::BucketRule bucket_rule(const plan::Field& field, const Bucketed& bucketed,
                                            const std::string& lower_column);
  static void one_event_a_row(const Stream& stream, generators::Block& block);
  void field(const Stream& stream, const syntax::FieldGenerator& generator, generators::Block& block);
  std::optional<std::vector<generators::Choice>> choices(const plan::Field& field,
                                                         const syntax::ConstantGenerator& constant);
  std::optional<generators::Cell> cell(const plan::Field& field, syntax::ExprId id);

  // test_draws.cpp
  const TestFamily* family_of(syntax::ExprId id);
  std::optional<generators::Draw> draw(const plan::Field& field, const syntax::DistributionGenerator& generator);
  bool arguments(const TestFamily& family, const syntax::Call& call, generators::Draw& draw, std::optional<Unit>& unit);

  const syntax::Tree& tree_;
  const std::vector<Policy>& policies_;
  const source::SourceFile& file_;
  Diagnostics& problems_;
  const Policy* policy_ = nullptr;
};

}  // namespace proofmark::semantics
