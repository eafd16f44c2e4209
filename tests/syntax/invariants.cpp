// One walk over the tree from the leaves up: children come before their parents.
#include "tests/syntax/invariants.h"

#include <algorithm>
#include <vector>

#include "compiler/source/render.h"
#include "compiler/syntax/parse.h"

namespace proofmark::syntax {
namespace {

template <typename... Functions>
struct Match : Functions... {
  using Functions::operator()...;
};

std::vector<ExprId> children(const Expr& expr) {
  return std::visit(Match{[](const Member& each) { return std::vector<ExprId>{each.base}; },
                          [](const Call& each) {
                            std::vector<ExprId> ids;
                            for (const Argument& argument : each.arguments) ids.push_back(argument.value);
                            return ids;
                          },
                          [](const Unary& each) { return std::vector<ExprId>{each.operand}; },
                          [](const Binary& each) { return std::vector<ExprId>{each.left, each.right}; },
                          [](const InSet& each) {
                            std::vector<ExprId> ids = each.members;
                            ids.push_back(each.value);
                            return ids;
                          },
                          [](const Where& each) { return std::vector<ExprId>{each.population, each.condition}; },
                          [](const auto&) { return std::vector<ExprId>{}; }},
                    expr.node);
}

std::string broken_tree(const Tree& tree, const source::SourceFile& file) {
  std::vector<std::uint32_t> depths;
  for (std::size_t i = 0; i < tree.exprs.size(); ++i) {
    const Expr& expr = tree.exprs[i];
    if (expr.span.begin > expr.span.end || expr.span.end > file.text().size())
      return "an expression lies outside of the file";
    std::uint32_t depth = 1;
    for (const ExprId child : children(expr)) {
      if (child >= i) return "an expression stands before its part";
      depth = std::max(depth, depths[child] + 1);
    }
    if (depth > kMaximumDepth) return "an expression is too deep";
    depths.push_back(depth);
  }
  for (std::size_t i = 1; i < tree.comments.size(); ++i)
    if (tree.comments[i].span.begin < tree.comments[i - 1].span.end) return "comments overlap or are out of order";
  return {};
}

std::string broken_problem(const Diagnostic& problem, const source::SourceFile& file) {
  if (!problem.code.starts_with("PM01") || problem.code.size() != 6) return "a problem has the code " + problem.code;
  if (problem.message.empty()) return problem.code + " says nothing";
  if (problem.message.find('\n') != std::string::npos) return problem.code + " has a message of several lines";
  std::vector<Place> places{problem.primary.place};
  for (const Label& label : problem.secondary) places.push_back(label.place);
  if (problem.edit) places.push_back(problem.edit->place);
  for (const Place& place : places)
    if (place.file != file.name() || place.begin > place.end || place.end > file.text().size() ||
        place.end_line > file.line_count())
      return problem.code + " lies outside of the file";
  return {};
}

}  // namespace

std::string broken_invariant_of(const std::string& text) {
  const auto file = source::SourceFile::from_text("p.pmk", text);
  if (!file) return source::render_text(file.problems(), {}, {}).empty() ? "a refusal says nothing" : "";
  Diagnostics problems;
  const Tree tree = parse(*file, problems);
  if (tree.has_errors != !problems.empty()) return "`has_errors` and the problems disagree";
  for (const Diagnostic& problem : problems)
    if (std::string broken = broken_problem(problem, *file); !broken.empty()) return broken;
  if (std::string broken = broken_tree(tree, *file); !broken.empty()) return broken;
  const source::SourceFile* const files[] = {&*file};
  if (source::render_text(problems, files, {true}).empty() != problems.empty()) return "problems render to nothing";
  if (source::render_json(problems).empty()) return "the JSON is empty";
  if (print(tree, *file).empty() && !tree.has_errors) return "a well-formed file has an empty tree";
  return {};
}

}  // namespace proofmark::syntax
