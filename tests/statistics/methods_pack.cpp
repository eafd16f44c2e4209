// Every statistical method by its own example, and by every case of the files named: the answers are printed with all
// their digits, so that builds by other compilers can be compared to the bit.
// usage: methods_pack [CASES DATA]…: a file of cases and the folder that its samples lie in. The examples must be read
// and answered; a case may be refused, which is printed like an answer.
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "runtime/methods/cases.h"

namespace {

using namespace proofmark;

// How many examples are wrong.
int answer_examples() {
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
  return wrong;
}

// Whether the file holds cases.
bool answer_cases(const std::string& file, const std::string& data) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  const auto cases = methods::read_cases(text.view(), file);
  if (!cases) {
    std::printf("%s: %s\n", file.c_str(), cases.problems().front().message.c_str());
    return false;
  }
  for (const methods::Case& the_case : *cases) {
    const auto answer = methods::run(the_case, {data});
    std::printf("%s %s %s\n", methods::spelled(the_case.id).c_str(), the_case.method.c_str(),
                answer ? methods::spelled(*answer).c_str() : answer.problems().front().message.c_str());
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  int wrong = answer_examples();
  for (int i = 1; i + 1 < count; i += 2)
    if (!answer_cases(arguments[i], arguments[i + 1])) ++wrong;
  return wrong == 0 ? 0 : 1;
}
