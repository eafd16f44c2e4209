// The checks, from the outside in: streams, models, then what the leaves of the objectives need of them.
#include "runtime/transcript/check_shape.h"

#include "runtime/transcript/history.h"
#include "runtime/transcript/leaf_shape.h"
#include "runtime/transcript/model_shape.h"
#include "runtime/transcript/shape_checker.h"
#include "runtime/transcript/stream_shape.h"

namespace proofmark::transcript {
namespace {

class Checker : public ShapeChecker {
 public:
  using ShapeChecker::ShapeChecker;

  Status run() {
    const JsonPath root("facts"), scans(root, "scans");
    if (!same_size(scans, facts_.scans.size(), plan_.scans.size())) return *problem();
    for (std::size_t i = 0; i < plan_.scans.size(); ++i)
      if (const auto wrong = misfit_of_stream(plan_, facts_, file_, i)) return *wrong;
    const JsonPath models(root, "models");
    if (!same_size(models, facts_.models.size(), plan_.models.size())) return *problem();
    for (std::size_t i = 0; i < plan_.models.size(); ++i)
      if (const auto wrong = misfit_of(plan_, facts_, plan_.models[i], facts_.models[i])) {
        contradiction(JsonPath(JsonPath(models, i), wrong->member), wrong->what);
        return *problem();
      }
    if (const auto wrong = disagreement_in_leaves(plan_, facts_, file_)) return *wrong;
    return Done{};
  }
};

}  // namespace

Status check_shape(const plan::Plan& plan, const plan::Facts& facts, const std::string& file) {
  if (Status fits = Checker(plan, facts, file).run(); !fits) return fits;
  return check_history(plan, facts, file);
}

}  // namespace proofmark::transcript
