// Simulation on one thread, in seconds of its processor's time a trial: what bench/peers/models.py does with numpy.
#include <ctime>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "bench/report.h"
#include "runtime/models/run.h"

namespace proofmark::bench {
namespace {

using plan::Model;
using plan::ModelConstant;
using plan::ModelDraw;
using plan::ModelFamily;
using plan::ModelOperation;
using plan::ModelStep;
using plan::Rational;

constexpr std::uint64_t kTrials = 4'000'000;
constexpr int kRounds = 5;

class Maker {
 public:
  Maker() { model_ = {"bench", 0, 42, kTrials, {}, {}, {}}; }
  std::uint32_t constant(const char* text) { return add(ModelConstant{*Rational::parse(text)}); }
  std::vector<std::uint32_t> draw(ModelFamily family, const std::vector<std::uint32_t>& parameters,
                                  std::uint32_t elements = 1) {
    std::vector<std::uint32_t> made;
    for (std::uint32_t i = 0; i < elements; ++i) made.push_back(add(ModelDraw{family, draws_, i, parameters, 1}));
    ++draws_;
    return made;
  }
  std::uint32_t step(ModelOperation operation, std::vector<std::uint32_t> operands) {
    return add(ModelStep{operation, std::move(operands)});
  }
  Model counting(std::uint32_t node) {
    model_.counts = {node};
    return model_;
  }

 private:
  std::uint32_t add(plan::ModelNode node) {
    model_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(model_.nodes.size() - 1);
  }
  Model model_;
  std::uint32_t draws_ = 0;
};

// Three calls one after the other, tried two, two and three times: all have to succeed.
Model retries() {
  Maker make;
  const auto failing = [&](const char* chance, std::uint32_t tries) {
    const auto fails = make.draw(ModelFamily::bernoulli, {make.constant(chance)}, tries);
    std::uint32_t all = fails[0];
    for (std::size_t i = 1; i < fails.size(); ++i) all = make.step(ModelOperation::both, {all, fails[i]});
    return all;
  };
  const std::uint32_t a = failing("0.004", 2), b = failing("0.006", 2), c = failing("0.02", 3);
  return make.counting(make.step(ModelOperation::either, {make.step(ModelOperation::either, {a, b}), c}));
}

// Up to three tries that take `draw`, of which one in a hundred fails and one over 400 is given up: is 1000 exceeded?
Model latency(ModelFamily family, const std::vector<const char*>& parameters) {
  Maker make;
  std::vector<std::uint32_t> of;
  for (const char* text : parameters) of.push_back(make.constant(text));
  const std::uint32_t limit = make.constant("400"), zero = make.constant("0");
  const auto takes = make.draw(family, of, 3);
  const auto fails = make.draw(ModelFamily::bernoulli, {make.constant("0.01")}, 3);
  const char* pauses[] = {"0", "20", "60"};
  std::uint32_t spent = zero, open = 0;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::uint32_t kept = make.step(ModelOperation::minimum, {takes[i], limit});
    const std::uint32_t more = make.step(ModelOperation::add, {kept, make.constant(pauses[i])});
    const std::uint32_t bad =
        make.step(ModelOperation::either, {fails[i], make.step(ModelOperation::greater, {takes[i], limit})});
    spent =
        i == 0 ? more : make.step(ModelOperation::add, {spent, make.step(ModelOperation::choose, {open, more, zero})});
    open = i == 0 ? bad : make.step(ModelOperation::both, {open, bad});
  }
  const std::uint32_t late = make.step(ModelOperation::greater, {spent, make.constant("1000")});
  return make.counting(make.step(ModelOperation::either, {open, late}));
}

// One of 4,096 recorded values against a limit.
Model sampled() {
  Model model{"bench", 0, 42, kTrials, {}, {}, {}, plan::ModelSource{0, 0, 0, 0, 1}};
  model.nodes = {plan::ModelRecorded{0}, ModelConstant{400}, ModelStep{ModelOperation::greater, {0, 1}}};
  model.counts = {2};
  return model;
}

// One draw against a limit.
Model single(ModelFamily family, const std::vector<const char*>& parameters, const char* limit) {
  Maker make;
  std::vector<std::uint32_t> of;
  for (const char* text : parameters) of.push_back(make.constant(text));
  const auto drawn = make.draw(family, of);
  return make.counting(make.step(ModelOperation::greater, {drawn[0], make.constant(limit)}));
}

double seconds_of_thread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

Report measure_models() {
  const std::pair<const char*, Model> models[] = {
      {"model retries", retries()},
      {"model latency lognormal", latency(ModelFamily::lognormal, {"3.9", "1"})},
      {"model latency weibull", latency(ModelFamily::weibull, {"80", "0.8"})},
      {"model poisson", single(ModelFamily::poisson, {"3.5"}, "8")},
      {"model categorical", single(ModelFamily::categorical, {"0.7", "0.2", "0.07", "0.03"}, "2")},
      {"model sample", sampled()},
      {"model beta", single(ModelFamily::beta, {"6", "996"}, "0.01")},
      {"model gamma", single(ModelFamily::gamma, {"2.5", "1.5"}, "10")}};
  std::vector<double> recorded(4096);
  for (std::size_t i = 0; i < recorded.size(); ++i) recorded[i] = static_cast<double>(i * 997 % 4096) / 8;
  Report report;
  for (const auto& [name, model] : models) {
    double best = std::numeric_limits<double>::infinity();
    for (int round = 0; round < kRounds; ++round) {
      const double start = seconds_of_thread();
      const plan::ModelFact fact = models::run(model, {.threads = 1}, recorded, recorded.size());
      if (fact.trials < kTrials - recorded.size()) throw std::runtime_error("trials are missing");
      best = std::min(best, seconds_of_thread() - start);
    }
    report.seconds[name] = best / static_cast<double>(kTrials);
  }
  return report;
}

}  // namespace proofmark::bench
