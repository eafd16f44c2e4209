// The records. Each example is put into a policy and checked by a test.
#include "runtime/builtins/words.h"

#include <algorithm>
#include <array>

namespace proofmark::builtins {
namespace {

constexpr std::array kWords{
    Word{"clustered", "clustered by FIELD, and perhaps: design effect NUMBER",
         "Rows with one value of the field hang together: a session, a user, an instance. The spread between clusters "
         "is "
         "measured, and the test reckons with so many fewer rows.",
         "Clusters are independent of each other. Fewer than ten decide nothing; with fewer than ten that fail, whole "
         "clusters are counted, or the declared design effect is reckoned with.",
         "14. Rows that are not independent",
         "telemetry requests : events { status : int  version : label  session : label }\n"
         "objective available {\n"
         "  require fraction(requests where version == candidate.label, status < 500) >= 99%\n"
         "  clustered by session design effect 2\n"
         "}\n",
         "2026"},
    Word{"counts", "telemetry NAME : counts { count from \"column\"  … }",
         "Telemetry that is counted already: a row stands for as many events as its field `count` says, and whatever "
         "counts rows counts events. The verdict is the one that the events would have given.",
         "The count is a whole number, at least 0, that every row has. Events are independent of each other, as rows "
         "are "
         "elsewhere.",
         "4. Telemetry",
         "telemetry requests : counts { count from \"n\"  code : int  version : label }\n"
         "objective available {\n"
         "  require fraction(requests where version == candidate.label, code < 500) >= 99.5%\n"
         "}\n",
         "2026"},
    Word{
        "cumulative", "count from \"column\" cumulative",
        "The column holds totals that only grow, sample upon sample, as of a Prometheus counter. A row then stands for "
        "what was added since the sample before in its series; a total below the one before is a reset.",
        "A series is what all declared fields but the count, the buckets and the time have in common: declare every "
        "label that tells series apart. The first sample of a series only starts it. Snapshots are made with "
        "`--schema`.",
        "4. Telemetry",
        "telemetry requests : counts {\n"
        "  time from \"ts\" in epoch_s  count from \"total\" cumulative  code : int  version : label  instance : "
        "label\n"
        "}\n"
        "objective available {\n"
        "  require fraction(requests where version == candidate.label, code < 500) >= 99.5%\n"
        "}\n",
        "2026"},
    Word{
        "histogram", "FIELD : histogram from \"column\" in UNIT buckets { EDGE, EDGE, … }",
        "A row holds buckets: how many events lie above one edge and up to the next. A comparison with a constant is "
        "exact where the constant is an edge, and unknown of the bucket that it lies within: `inconclusive "
        "(quantised)` "
        "if that bucket decides.",
        "Nothing is interpolated. Distributions are compared wherever in their buckets the values lie. Means, sums and "
        "extremes want the values themselves and are refused.",
        "4. Telemetry",
        "telemetry latency : counts {\n"
        "  count from \"n\"  duration : histogram from \"le\" in s buckets { 100ms, 250ms, 500ms }  version : label\n"
        "}\n"
        "objective fast { require p99((latency where version == candidate.label).duration) <= 250ms }\n",
        "2026"},
    Word{"looks", "looks once; looks at most K; looks every D for T; looks unlimited",
         "How often the question may be asked of one release. Asking until the answer is yes gets a yes in the end, so "
         "a "
         "policy that can `hold` says it; alpha is shared among the looks, or spent by an exact boundary over a "
         "history; without a limit the j-th retry has alpha / 2^j, where no test is valid at any time.",
         "More than one look needs a window that only grows, `over since …`. The certificate of several looks states a "
         "bound only with `eval --history`.",
         "13. Looks",
         "telemetry requests : events { time from \"ts\" in epoch_s  status : int  version : label }\n"
         "objective available {\n"
         "  require fraction(requests where version == candidate.label, status < 500) >= 99%\n"
         "  over since \"2026-11-22T08:00:00Z\"\n"
         "}\n"
         "looks at most 5\n",
         "2026"},
    Word{"probability", "probability(model.condition) -> ratio",
         "How often a condition of a model holds: the share of its trials in which it does. Required by itself, "
         "against a "
         "constant, without window or groups.",
         "Judged by Clopper and Pearson's test over the trials, which is the error of the simulation only. Nothing "
         "judges "
         "what the model supposes: a pass is no measurement, and rules that certify on it alone are refused.",
         "17. Models",
         "telemetry requests : events { status : int  version : label }\n"
         "model outage {\n"
         "  seed 7  trials 10_000\n"
         "  draw fails[3] ~ bernoulli(0.5%)\n"
         "  let breached = all(fails)\n"
         "}\n"
         "objective available { require fraction(requests where version == candidate.label, status < 500) >= 99% }\n"
         "objective survives  { require probability(outage.breached) <= 1% }\n",
         "2026"},
    Word{"sample", "draw NAME ~ sample(population.field), or draw NAME[k] ~ …",
         "A model draws the values of recorded rows instead of a supposed distribution. Trials run in rounds that take "
         "no "
         "row twice, so that a million trials over 500 rows claim what 500 rows allow; one alpha bounds both errors.",
         "Rows are independent of each other, which is not looked at here; a trial that takes an unknown value is "
         "unknown. "
         "One numeric field of one population a model.",
         "17. Models",
         "telemetry calls : events { duration : duration in ms  version : label }\n"
         "model retries {\n"
         "  seed 7  trials 10_000\n"
         "  draw tries[2] ~ sample((calls where version == candidate.label).duration)\n"
         "  let both = all(tries > 250ms)\n"
         "}\n"
         "objective survives { require probability(retries.both) <= 1% }\n",
         "2026"},
    Word{"sampling",
         "sampling none; sampling head SHARE; sampling head SHARE by FIELD; sampling tail; sampling tail weighted by "
         "FIELD; "
         "sampling unknown",
         "Which events were recorded. Of `head` the rows kept count and are never scaled up; `by` a field they are "
         "clusters.",
         "With `tail` or `unknown` what was kept may depend on how it went: no pass and no fail is possible. With "
         "`weighted by` a field says for how many events each row was kept, and decides shares and quantiles.",
         "4. Telemetry",
         "telemetry requests : events { status : int  version : label  sampling head 1% }\n"
         "objective available { require fraction(requests where version == candidate.label, status < 500) >= 99% }\n",
         "2026"},
    Word{
        "stratified", "stratified by FIELD",
        "A difference of two shares, or their odds ratio, is compared within every value of the field and added up, so "
        "that an arm is not blamed for serving more of what fails more often.",
        "The difference, or the ratio, is one in all strata: a test of that stands in the transcript and never "
        "chooses. "
        "Right in the limit of many rows: no certificate's bound is stated.",
        "7. Estimates",
        "telemetry requests : events { status : int  version : label  region : label }\n"
        "let canary   = requests where version == candidate.label\n"
        "let baseline = requests where version == \"stable\"\n"
        "expect split canary : baseline = 10 : 90\n"
        "objective alike {\n"
        "  require fraction(canary, status >= 500) - fraction(baseline, status >= 500) <= 0.5%\n"
        "  stratified by region\n"
        "}\n",
        "2026"},
    Word{"timeout", "FIELD : duration timeout 30s", "What was given up is recorded as so long, and took longer.",
         "Limits at or beyond the timeout, and means, sums and greatest values, are refused; counting below it is "
         "exact.",
         "4. Telemetry",
         "telemetry requests : events { duration : duration in ms timeout 30s  version : label }\n"
         "objective fast { require p99((requests where version == candidate.label).duration) <= 300ms }\n",
         "2026"},
};

consteval bool every_record_is_documented() {
  return std::all_of(kWords.begin(), kWords.end(), [](const Word& word) {
    return !word.form.empty() && !word.summary.empty() && !word.mind.empty() && !word.chapter.empty() &&
           !word.example.empty() && !word.since.empty();
  });
}
static_assert(every_record_is_documented(), "a word lacks its form, summary, warning, chapter, example or edition");

}  // namespace

std::span<const Word> words() {
  return kWords;
}

const Word* word_named(std::string_view name) {
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const Word& word) { return word.name == name; });
  return found == kWords.end() ? nullptr : &*found;
}

}  // namespace proofmark::builtins
