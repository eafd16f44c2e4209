// Every statistical method by its own example: the call must be read and answered, and the answers are printed with all
// their digits, so that builds by other compilers can be compared to the bit.
#include <cstdio>
#include <string>

#include "runtime/methods/methods.h"

int main() {
  using namespace proofmark;
  int wrong = 0;
  for (const methods::Method* method : methods::all()) {
    const auto call = methods::read_call(method->example);
    const methods::Answer answer =
        call ? methods::call(*call->method, call->arguments, {}) : methods::Answer(call.problems());
    const bool own = call && call->method == method;
    if (!answer || !own) {
      ++wrong;
      std::printf("%s: %s\n", std::string(method->name).c_str(),
                  answer ? "its example calls another method" : answer.problems().front().message.c_str());
      continue;
    }
    std::printf("%s %s\n", std::string(method->name).c_str(), methods::spelled(*answer).c_str());
  }
  return wrong == 0 ? 0 : 1;
}
