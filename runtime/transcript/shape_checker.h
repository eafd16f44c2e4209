// What every check of a transcript's facts starts from: the plan they must have the shape of, and the words in which
// the first thing that is wrong is told. Every check says whether all is well.
#pragma once

#include <optional>
#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"
#include "runtime/transcript/json_path.h"

namespace proofmark::transcript {

class ShapeChecker {
 public:
  ShapeChecker(const plan::Plan& plan, const plan::Facts& facts, const std::string& file)
      : plan_(plan), facts_(facts), file_(file) {}
  const std::optional<Diagnostic>& problem() const { return problem_; }

 protected:
  bool refuse(const char* code, const JsonPath& path, std::string what) {
    problem_ = file_problem(code, file_, "`" + path.text() + "` " + std::move(what),
                            "the facts belong to another policy, or the file was altered");
    return false;
  }
  bool misfit(const JsonPath& path, std::string what) { return refuse("PM0904", path, std::move(what)); }
  bool contradiction(const JsonPath& path, std::string what) { return refuse("PM0905", path, std::move(what)); }

  bool same_size(const JsonPath& path, std::size_t found, std::size_t wanted) {
    return found == wanted ||
           misfit(path, "has " + std::to_string(found) + " entries, and the plan has " + std::to_string(wanted));
  }

  const plan::Plan& plan_;
  const plan::Facts& facts_;
  const std::string& file_;

 private:
  std::optional<Diagnostic> problem_;
};

}  // namespace proofmark::transcript
