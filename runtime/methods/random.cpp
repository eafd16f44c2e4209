// The random number generator, and Monte Carlo: replications that anyone can repeat, judged as trials.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/methods/verdict_fields.h"
#include "runtime/statistics/monte_carlo.h"
#include "runtime/statistics/philox4x32.h"
#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::methods {
namespace {

using statistics::PhiloxKey64;
using statistics::PhiloxStream;
using statistics::PhiloxWords;

constexpr std::uint64_t kMostWords = 1'000'000;
constexpr std::uint64_t kMostDraws = 500'000'000;  // some seconds
constexpr std::string_view kNumPy = "numpy: counter is incremented BEFORE each block";
constexpr std::string_view kModel =
    "X = ((U1+U2)+U3) > 2.7, three consecutive doubles per replication, numpy Philox4x64 stream, counter 0";

constexpr Parameter kKey{"key", "seed", Kind::words, "two words of 64 bits, hexadecimal"};
constexpr Parameter kCounter{"counter", "", Kind::words,
                             "four words of 64 bits, hexadecimal, the least significant first"};

constexpr std::array kAnswerParameters{
    Parameter{"generator", "", Kind::word, "which function", "philox4x64-10", "philox4x32-10|philox4x64-10"},
    Parameter{"counter", "", Kind::words, "four words, hexadecimal, the least significant first"},
    Parameter{"key", "", Kind::words, "two words, hexadecimal"}};
constexpr std::array kBlockParameters{
    kKey, kCounter, Parameter{"blocks", "", Kind::count, "number of blocks of four words", "1"},
    Parameter{"counter_convention", "", Kind::word, "whether the first block is that of counter + 1 or of counter",
              kNumPy,
              "numpy: counter is incremented BEFORE each block|random123: counter is incremented AFTER each block"}};
constexpr std::array kUniformParameters{kKey, kCounter, Parameter{"count", "n", Kind::count, "number of doubles", "1"},
                                        Parameter{"rule", "", Kind::word, "how a word becomes a double in [0, 1)",
                                                  "(word >> 11) * 2^-53", "(word >> 11) * 2^-53"}};
constexpr Parameter kReplications{"replications", "n|trials", Kind::count, "number of replications, fixed in advance"};
constexpr std::array kProbabilityParameters{
    Parameter{"breaches", "k|successes", Kind::count, "replications in which it happened"}, kReplications,
    Parameter{"threshold", "", Kind::proportion, "what the probability is claimed not to exceed"}, kConfidence};
constexpr std::array kSeededParameters{
    kKey,
    kReplications,
    kConfidence,
    Parameter{"model", "", Kind::word, "what counts as a breach: a sum of consecutive doubles above a level", kModel},
};

template <std::size_t n, typename Word>
Result<std::array<Word, n>> words_of(const Arguments& call, std::string_view name) {
  const std::vector<std::string>& texts = call.words(name);
  const auto problem = [&](std::string_view found) {
    return refused(fmt::format("`{}` {}", name, found),
                   fmt::format("give {} hexadecimal words of {} bits, such as \"{:0{}x}\"", n, 8 * sizeof(Word), 7,
                               2 * sizeof(Word)));
  };
  if (texts.size() != n) return problem(fmt::format("holds {} words", texts.size()));
  std::array<Word, n> words{};
  for (std::size_t i = 0; i < n; ++i) {
    const char* const end = texts[i].data() + texts[i].size();
    const auto [rest, error] = std::from_chars(texts[i].data(), end, words[i], 16);
    if (error != std::errc() || rest != end) return problem("holds something else than hexadecimal words");
  }
  return words;
}

template <typename Words>
json::Value hexadecimal(const Words& words) {
  json::Array texts;
  for (const auto word : words) texts.push_back(fmt::format("{:0{}x}", word, 2 * sizeof(word)));
  return texts;
}

json::Object words_field(json::Value words) {
  json::Object result;
  result.set("words", std::move(words));
  return result;
}

Answer known_answer(const Arguments& call) {
  if (call.word("generator") == "philox4x32-10") {
    const auto counter = words_of<4, std::uint32_t>(call, "counter");
    if (!counter) return counter.problems();
    const auto key = words_of<2, std::uint32_t>(call, "key");
    if (!key) return key.problems();
    return words_field(hexadecimal(statistics::philox4x32_10(*counter, *key)));
  }
  const auto counter = words_of<4, std::uint64_t>(call, "counter");
  if (!counter) return counter.problems();
  const auto key = words_of<2, std::uint64_t>(call, "key");
  if (!key) return key.problems();
  return words_field(hexadecimal(statistics::philox4x64_10(*counter, *key)));
}

Answer blocks(const Arguments& call) {
  auto counter = words_of<4, std::uint64_t>(call, "counter");
  if (!counter) return counter.problems();
  const auto key = words_of<2, std::uint64_t>(call, "key");
  if (!key) return key.problems();
  if (call.count("blocks") > kMostWords / 4) return refused("`blocks` exceeds 250000", "ask from a later counter on");
  std::vector<std::uint64_t> words;
  PhiloxWords at = *counter;
  for (std::uint64_t i = 0; i < call.count("blocks"); ++i) {
    if (call.word("counter_convention") == kNumPy || i > 0) at = statistics::next_counter(at);
    const PhiloxWords block = statistics::philox4x64_10(at, *key);
    words.insert(words.end(), block.begin(), block.end());
  }
  return words_field(hexadecimal(words));
}

Answer uniform_double(const Arguments& call) {
  const auto counter = words_of<4, std::uint64_t>(call, "counter");
  if (!counter) return counter.problems();
  const auto key = words_of<2, std::uint64_t>(call, "key");
  if (!key) return key.problems();
  if (call.count("count") > kMostWords) return refused("`count` exceeds 1e6", "ask from a later counter on");
  PhiloxStream stream(*key, *counter);
  std::vector<double> values(call.count("count"));
  for (double& value : values) value = stream.next_double();
  json::Object result;
  result.set("values", numbers(values));
  return result;
}

Answer probability_lt(const Arguments& call) {
  const statistics::ProportionCounts counts{call.count("breaches"), 0, call.count("replications")};
  if (counts.good > counts.n)
    return refused("`breaches` exceeds `replications`", "breaches are among the replications");
  if (auto problem = undecidable(call)) return std::move(*problem);
  json::Object result;
  set_verdict(result, counts, {false, call.exact("threshold")}, statistics::alpha_of(call.exact("confidence")));
  set_one_sided_bounds(result, counts, call.exact("confidence"));
  return result;
}

// "X = ((U1+U2)+U3) > 2.7", a comma and any remark.
struct Model {
  unsigned terms = 0;
  double level = 0;
};

std::optional<Model> model_of(std::string_view text) {
  std::string sum = "U1";
  for (unsigned terms = 1; terms <= statistics::kMaximumTerms; ++terms) {
    if (terms > 1) sum = fmt::format("({}+U{})", sum, terms);
    const std::string start = fmt::format("X = {} > ", sum);
    if (!text.starts_with(start)) continue;
    text.remove_prefix(start.size());
    const auto level = Rational::parse(text.substr(0, text.find(',')));
    if (!level || level->is_negative() || *level > Rational(terms)) return std::nullopt;
    return Model{terms, level->nearest_double()};
  }
  return std::nullopt;
}

Answer seeded(const Arguments& call) {
  const auto key = words_of<2, std::uint64_t>(call, "key");
  if (!key) return key.problems();
  const auto model = model_of(call.word("model"));
  if (!model)
    return refused("`model` is not a sum of uniform draws above a level", "write it as \"X = ((U1+U2)+U3) > 2.7\"");
  const std::uint64_t replications = call.count("replications");
  if (replications > kMostDraws / model->terms)
    return refused("more than 5e8 draws would be needed", "ask for fewer replications");
  const std::uint64_t breaches =
      statistics::sums_above(PhiloxStream(*key, {0, 0, 0, 0}), replications, model->terms, model->level);
  const auto bounds =
      statistics::exact_interval({breaches, replications}, statistics::tail_level(call.exact("confidence"), true));
  json::Object result;
  result.set("breaches", static_cast<std::int64_t>(breaches));
  result.set("lower", bounds.lower);
  result.set("upper", bounds.upper);
  result.set("exact_probability", statistics::sum_above_probability(model->terms, model->level));
  return result;
}

constexpr std::string_view kNothing = "nothing: a function of key and counter";
constexpr std::string_view kSalmon = "Salmon, Moraes, Dror & Shaw 2011";

constexpr std::array kMethods{
    Method{"rng.known_answer", "One block of a counter-based generator, as its authors publish it.", kAnswerParameters,
           "words: four, hexadecimal", kNothing, Guarantee::exact, kSalmon,
           "known_answer(generator: philox4x32-10, counter: [\"243f6a88\", \"85a308d3\", \"13198a2e\", \"03707344\"], "
           "key: [\"a4093822\", \"299f31d0\"])",
           known_answer},
    Method{"rng.philox4x64_10", "Successive blocks of Philox4x64-10.", kBlockParameters,
           "words: four a block, hexadecimal", kNothing, Guarantee::exact, kSalmon,
           "philox4x64_10(key: [\"0\", \"0\"], counter: [\"0\", \"0\", \"0\", \"0\"], blocks: 2)", blocks},
    Method{"rng.uniform_double", "Uniform doubles of 53 bits from Philox4x64-10.", kUniformParameters,
           "values: in [0, 1)", kNothing, Guarantee::exact, kSalmon,
           "uniform_double(key: [\"1\", \"0\"], counter: [\"0\", \"0\", \"0\", \"0\"], count: 8)", uniform_double},
    Method{
        "monte_carlo.probability_lt", "Decides the claim that a simulated probability is at most the threshold.",
        kProbabilityParameters,
        "verdict: pass, fail or inconclusive; p_value_pass, p_value_fail: of the tests that would show it; lower, "
        "upper: the one-sided bounds",
        "replications are independent and their number was fixed in advance; the model is right: this bounds the error "
        "of the simulation, not of its inputs",
        Guarantee::assumed, "Clopper & Pearson 1934; Metropolis & Ulam 1949",
        "probability_lt(breaches: 3, replications: 100_000, threshold: 0.01%, confidence: 95%)", probability_lt},
    Method{"monte_carlo.seeded", "A simulation with a known answer: how often a sum of uniform draws exceeds a level.",
           kSeededParameters,
           "breaches: replications above it; lower, upper: the two-sided exact interval; exact_probability", kNothing,
           Guarantee::finite_sample, "Irwin 1927; Hall 1927; Salmon, Moraes, Dror & Shaw 2011",
           "seeded(key: [\"7\", \"7\"], replications: 100_000, confidence: 95%)", seeded},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> random_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
