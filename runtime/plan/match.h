// Exhaustive matching over the plan's variants: `match(node, [](const A&) …, [](const B&) …)`. There is no
// default case, so a new kind of node breaks the build in every place that must say what it means.
#pragma once

#include <utility>
#include <variant>

namespace proofmark::plan {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <typename Variant, typename... Cases>
decltype(auto) match(Variant&& variant, Cases&&... cases) {
  return std::visit(Overloaded{std::forward<Cases>(cases)...}, std::forward<Variant>(variant));
}

}  // namespace proofmark::plan
