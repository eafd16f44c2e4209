// The tree as indented text, for `emit --stage syntax` and for tests: one node a line, its place behind it.
//
// Every field of the tree shows, so that a test which compares this text compares the tree. Numbers are printed as
// exact decimals, strings with their escapes.
#include <type_traits>

#include "compiler/syntax/parse.h"

namespace proofmark::syntax {
namespace {

template <typename... Functions>
struct Match : Functions... {
  using Functions::operator()...;
};

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n')
      text += "\\n";
    else if (c == '\t')
      text += "\\t";
    else
      text += c;
  }
  return text + "\"";
}

std::string_view spelling(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::add:
      return "+";
    case BinaryOperator::subtract:
      return "-";
    case BinaryOperator::multiply:
      return "*";
    case BinaryOperator::divide:
      return "/";
    case BinaryOperator::less:
      return "<";
    case BinaryOperator::at_most:
      return "<=";
    case BinaryOperator::greater:
      return ">";
    case BinaryOperator::at_least:
      return ">=";
    case BinaryOperator::equal:
      return "==";
    case BinaryOperator::not_equal:
      return "!=";
    case BinaryOperator::logical_and:
      return "and";
    case BinaryOperator::logical_or:
      return "or";
    case BinaryOperator::matches:
      return "matches";
  }
  return "";
}

std::string_view spelling(Quantifier quantifier) {
  switch (quantifier) {
    case Quantifier::all:
      return "all";
    case Quantifier::any:
      return "any";
    case Quantifier::at_least:
      return "at least";
    case Quantifier::none:
      return "none";
  }
  return "";
}

std::string_view spelling(OverKind kind) {
  switch (kind) {
    case OverKind::last:
      return "last";
    case OverKind::since:
      return "since";
    case OverKind::at_least:
      return "at least";
  }
  return "";
}

class Printer {
 public:
  Printer(const Tree& tree, const source::SourceFile& file) : tree_(tree), file_(file) {}

  std::string print() {
    if (tree_.edition) line("edition " + tree_.edition->value, tree_.edition->span);
    for (const Policy& policy : tree_.policies) print(policy);
    for (const Test& test : tree_.tests) print(test);
    for (const Comment& comment : tree_.comments) line("comment " + quoted(file_.text(comment.span)), comment.span);
    if (tree_.has_errors) line("incomplete: the file has errors");
    return std::move(text_);
  }

 private:
  // Indents what is printed while it lives.
  class Inside {
   public:
    explicit Inside(Printer& printer) : printer_(printer) { ++printer_.level_; }
    ~Inside() { --printer_.level_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Printer& printer_;
  };

  void line(const std::string& words) {
    text_.append(2 * level_, ' ');
    text_ += words + "\n";
  }
  void line(const std::string& words, Span span) { line(words + "  " + place(span)); }
  std::string place(Span span) const {
    const Place found = file_.place(span);
    return "[" + std::to_string(found.line) + ":" + std::to_string(found.column) + "-" +
           std::to_string(found.end_line) + ":" + std::to_string(found.end_column) + "]";
  }
  std::string named(const Name& name) const { return name.text + " " + place(name.span); }
  std::string named(const Text& text) const { return quoted(text.value) + " " + place(text.span); }
  std::string summed(const std::vector<Name>& names) const {
    std::string text;
    for (const Name& name : names) text += (text.empty() ? "" : " + ") + named(name);
    return text;
  }
  std::string listed(const std::vector<Name>& names) const {
    std::string list;
    for (const Name& name : names) list += (list.empty() ? "" : ", ") + named(name);
    return list;
  }

  void under(const std::string& word, ExprId id) {
    line(word);
    const Inside inside(*this);
    print(id);
  }
  void under(const std::string& word, const std::optional<ExprId>& id) {
    if (id) under(word, *id);
  }

  // ---- policies

  void print(const Policy& policy) {
    line("policy " + named(policy.name), policy.span);
    const Inside inside(*this);
    for (const PolicyItem& item : policy.items) std::visit([this](const auto& each) { print(each); }, item);
  }
  void print(const TitleItem& item) { line("title " + named(item.text)); }
  void print(const RevisionItem& item) { line("revision " + item.number.to_decimal(), item.span); }
  void print(const OwnerItem& item) { line("owner " + named(item.text)); }
  void print(const RunbookItem& item) { line("runbook " + named(item.text)); }
  void print(const LetItem& item) { under("let " + named(item.name), item.value); }
  void print(const SliItem& item) { under("sli " + named(item.name), item.value); }
  void print(const ParamItem& item) { line("param " + listed(item.names) + " : " + named(item.type)); }
  void print(const SubjectItem& item) {
    line("subject", item.span);
    const Inside inside(*this);
    for (const SubjectEntry& entry : item.entries) under(named(entry.key), entry.value);
  }
  void print(const TelemetryItem& item) {
    line("telemetry " + named(item.name) + " : " + named(item.kind));
    const Inside inside(*this);
    for (const FieldDecl& field : item.fields) print(field);
    for (const SamplingClause& clause : item.sampling) {
      line("sampling " + named(clause.mode) + (clause.weighted_by ? " weighted by " + named(*clause.weighted_by) : "") +
               (clause.by ? " by " + named(*clause.by) : ""),
           clause.span);
      const Inside deeper(*this);
      under("rate", clause.rate);
    }
    for (const ExpectClause& clause : item.expects) {
      line("expect at least", clause.span);
      const Inside deeper(*this);
      under("per " + named(clause.at_least.per) + "  " + place(clause.at_least.span), clause.at_least.count);
    }
    for (const ExpectEveryClause& clause : item.expects_every) line("expect every " + named(clause.field), clause.span);
    for (const SumClause& clause : item.checks)
      line("check " + summed(clause.left) + " = " + summed(clause.right), clause.span);
  }
  void print(const FieldDecl& field) {
    std::string words = "field " + named(field.name);
    if (field.type) words += " : " + named(*field.type);
    if (field.from) words += " from " + named(*field.from);
    if (field.unit) words += " in " + named(*field.unit);
    if (field.declared_span) words += " in {";
    for (const Text& value : field.declared) words += " " + named(value);
    if (field.declared_span) words += " } " + place(*field.declared_span);
    line(words + (field.optional ? " optional" : "") + (field.cumulative ? " cumulative" : ""));
    const Inside deeper(*this);
    if (field.timeout) under("timeout  " + place(field.timeout_span), *field.timeout);
    if (field.cumulative_from) under("from", *field.cumulative_from);
    for (const ExprId edge : field.buckets) under("bucket up to", edge);
  }

  void print(const ModelItem& item) {
    line("model " + named(item.name), item.span);
    const Inside inside(*this);
    for (const ExprId seed : item.seeds) under("seed", seed);
    for (const ExprId trials : item.trials) under("trials", trials);
    for (const auto& part : item.parts) std::visit([this](const auto& each) { print(each); }, part);
  }
  void print(const DrawItem& item) {
    line("draw " + named(item.name) + (item.unit ? " as " + named(*item.unit) : ""), item.span);
    const Inside inside(*this);
    under("length", item.length);
    under("from", item.distribution);
  }

  // ---- objectives

  void print(const ObjectiveItem& item) {
    line("objective " + named(item.name) + (item.title ? " " + named(*item.title) : ""), item.span);
    const Inside inside(*this);
    for (const ObjectiveClause& clause : item.clauses) std::visit([this](const auto& each) { print(each); }, clause);
  }
  void print(const RequireClause& clause) { under("require  " + place(clause.span), clause.condition); }
  void print(const FamilyClause& clause) {
    line("require " + std::string(spelling(clause.quantifier)) + " of", clause.span);
    const Inside inside(*this);
    under("least", clause.least);
    for (const ExprId member : clause.members) under("member", member);
  }
  void print(const SplitItem& item) {
    line("expect split", item.span);
    const Inside inside(*this);
    for (const ExprId arm : item.arms) under("arm", arm);
    for (const ExprId share : item.shares) under("share", share);
  }
  void print(const ConfidenceClause& clause) { under("confidence  " + place(clause.span), clause.value); }
  void print(const OverClause& clause) {
    under("over " + std::string(spelling(clause.kind)) + "  " + place(clause.span), clause.value);
  }
  void print(const RowsClause& clause) {
    under(std::string("at least rows") + (clause.each ? " each" : "") + "  " + place(clause.span), clause.count);
  }
  void print(const ForEachClause& clause) { line("for each " + listed(clause.fields), clause.span); }
  void print(const UnknownClause& clause) {
    line("unknown counts as " + named(clause.as) + (clause.because ? " because " + named(*clause.because) : ""),
         clause.span);
  }
  void print(const OnNoDataClause& clause) { line("on no_data " + named(clause.verdict), clause.span); }
  void print(const ClusteredClause& clause) {
    line(clause.field ? "clustered by " + named(*clause.field) : "blocks", clause.span);
    const Inside inside(*this);
    under("of", clause.block);
    under("design effect", clause.design_effect);
  }
  void print(const AssumeClause& clause) {
    line("assume " + named(clause.what) + (clause.because ? " because " + named(*clause.because) : ""), clause.span);
  }
  void print(const MethodClause& clause) { line("method " + named(clause.method), clause.span); }
  void print(const StratifiedClause& clause) { line("stratified by " + named(clause.field), clause.span); }
  void print(const LooksClause& clause) {
    line("looks " + named(clause.kind), clause.span);
    const Inside inside(*this);
    under("at most", clause.count);
    under("every", clause.every);
    under("for", clause.total);
  }

  // ---- decide

  void print(const DecideItem& item) {
    line("decide", item.span);
    const Inside inside(*this);
    for (const DecideRule& rule : item.rules) {
      line(named(rule.decision) + (rule.when ? " when" : " otherwise"), rule.span);
      const Inside deeper(*this);
      under("for", rule.valid_for);
      if (rule.when) condition(*rule.when);
    }
  }
  void condition(ConditionId id) {
    const ConditionNode& node = tree_.condition(id);
    const auto pair = [&](const char* word, ConditionId left, ConditionId right) {
      line(word, node.span);
      const Inside inside(*this);
      condition(left);
      condition(right);
    };
    std::visit(
        Match{[&](const QuantifiedCondition& each) {
                line(std::string(spelling(each.quantifier)) +
                         (each.objectives.empty() ? " objectives" : " of (" + listed(each.objectives) + ")") + " are " +
                         named(each.state),
                     node.span);
                const Inside inside(*this);
                under("least", each.least);
              },
              [&](const NamedCondition& each) { line(named(each.objective) + " is " + named(each.state), node.span); },
              [&](const OtherCondition& each) { line("other condition on " + named(each.subject), node.span); },
              [&](const AndCondition& each) { pair("and", each.left, each.right); },
              [&](const OrCondition& each) { pair("or", each.left, each.right); },
              [&](const NotCondition& each) {
                line("not", node.span);
                const Inside inside(*this);
                condition(each.operand);
              }},
        node.node);
  }

  // ---- tests

  void print(const Test& test) {
    line("test " + named(test.name), test.span);
    const Inside inside(*this);
    line("policy " + named(test.policy));
    for (const Setting& setting : test.settings) under("with " + named(setting.name), setting.value);
    under("seed", test.seed);
    for (const Given& given : test.givens) {
      line("given " + named(given.stream), given.span);
      const Inside deeper(*this);
      for (const RowsBlock& block : given.blocks) print(block);
    }
    for (const Expectation& expectation : test.expectations)
      std::visit(Match{[&](const ExpectDecision& each) { line("expect " + named(each.decision)); },
                       [&](const ExpectObjective& each) {
                         line("expect objective " + named(each.objective) + " is " + named(each.verdict));
                       }},
                 expectation);
  }
  void print(const RowsBlock& block) {
    line("rows", block.span);
    const Inside inside(*this);
    under("count", block.count);
    under("over", block.over);
    for (const FieldGenerator& field : block.fields) {
      line("field " + named(field.field));
      const Inside deeper(*this);
      std::visit([this](const auto& each) { print(each); }, field.generator);
    }
  }
  void print(const ConstantGenerator& generator) {
    for (const Alternative& alternative : generator.alternatives) {
      under("value", alternative.value);
      under("at", alternative.share);
    }
  }
  void print(const DistributionGenerator& generator) {
    under("drawn" + (generator.unit ? " as " + named(*generator.unit) : ""), generator.distribution);
  }

  // ---- expressions

  void print(ExprId id) {
    const Expr& expr = tree_.expr(id);
    line(std::visit([this](const auto& each) { return head(each); }, expr.node), expr.span);
    const Inside inside(*this);
    std::visit([this](const auto& each) { children(each); }, expr.node);
  }

  std::string head(const NumberLiteral& each) const {
    return "number " + each.value.to_decimal() + (each.unit.text.empty() ? "" : " " + named(each.unit));
  }
  std::string head(const StringLiteral& each) const { return "string " + quoted(each.value); }
  std::string head(const BooleanLiteral& each) const { return each.value ? "true" : "false"; }
  std::string head(const Reference& each) const { return "name " + each.name.text; }
  std::string head(const Member& each) const { return "member " + named(each.member); }
  std::string head(const Call& each) const { return "call " + named(each.function); }
  std::string head(const Unary& each) const {
    return (each.op == UnaryOperator::negate ? "negate " : "not ") + place(each.op_span);
  }
  std::string head(const Binary& each) const { return std::string(spelling(each.op)) + " " + place(each.op_span); }
  std::string head(const InSet& each) const { return each.negated ? "not in" : "in"; }
  std::string head(const Where&) const { return "where"; }

  void children(const NumberLiteral&) {}
  void children(const StringLiteral&) {}
  void children(const BooleanLiteral&) {}
  void children(const Reference&) {}
  void children(const Member& each) { print(each.base); }
  void children(const Call& each) {
    for (const Argument& argument : each.arguments) {
      if (argument.label)
        under(named(*argument.label) + ":", argument.value);
      else
        print(argument.value);
      under("until", argument.until);
    }
  }
  void children(const Unary& each) { print(each.operand); }
  void children(const Binary& each) {
    print(each.left);
    print(each.right);
  }
  void children(const InSet& each) {
    print(each.value);
    for (const ExprId member : each.members) print(member);
  }
  void children(const Where& each) {
    print(each.population);
    print(each.condition);
  }

  const Tree& tree_;
  const source::SourceFile& file_;
  std::string text_;
  std::size_t level_ = 0;
};

}  // namespace

std::string print(const Tree& tree, const source::SourceFile& file) {
  return Printer(tree, file).print();
}

}  // namespace proofmark::syntax
