#include "cli/method_page.h"

#include <fmt/format.h>

namespace proofmark::cli {

std::string method_page(const methods::Method& method) {
  std::string text =
      fmt::format("# {}\n\n    {}\n\n{}\n\nArguments:\n", method.name, methods::signature(method), method.summary);
  for (const methods::Parameter& parameter : method.parameters) {
    text += fmt::format("  {:<16} {}", parameter.name, parameter.meaning);
    if (!parameter.aliases.empty()) text += fmt::format(" (also `{}`)", parameter.aliases);
    text += "\n";
  }
  return text + fmt::format(
                    "\nYields: {}\nAssumes: {}\nGuarantee: {}\nSource: {}\n\nExample:\n\n    proofmark calc "
                    "'{}'\n",
                    method.yields, method.assumes, methods::spelling(method.guarantee), method.cites, method.example);
}

}  // namespace proofmark::cli
