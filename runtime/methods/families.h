// The tables that make up the whole, one a family.
#pragma once

#include <span>

#include "runtime/methods/method.h"

namespace proofmark::methods {

std::span<const Method> kernel_methods();                // the distributions everything stands on
std::span<const Method> proportion_methods();            // intervals and tests of one proportion
std::span<const Method> rate_methods();                  // rates of events: intervals, tests and ratios
std::span<const Method> counted_time_methods();          // events in times of one length
std::span<const Method> mean_methods();                  // means of samples
std::span<const Method> verdict_methods();               // verdicts against a threshold
std::span<const Method> planning_methods();              // sample sizes and power
std::span<const Method> bayes_methods();                 // posteriors under declared priors
std::span<const Method> budget_methods();                // burn rates, error budgets
std::span<const Method> composition_methods();           // certificates together
std::span<const Method> missing_methods();               // what was expected and did not come
std::span<const Method> simulation_methods();            // corners of parameters, weighted draws
std::span<const Method> exceedance_methods();            // two samples' distributions, with guarantees
std::span<const Method> sketch_methods();                // sketches built elsewhere
std::span<const Method> audit_methods();                 // samples of populations whose size is known
std::span<const Method> random_methods();                // the random number generator and Monte Carlo
std::span<const Method> two_proportion_methods();        // two proportions: differences, ratios, tests
std::span<const Method> two_proportion_exact_methods();  // two proportions: exact tests, the odds ratio
std::span<const Method> stratified_methods();            // two proportions within strata; the split of rows on groups
std::span<const Method> comparison_methods();            // two samples: means, equivalence, effect size, permutations
std::span<const Method> distribution_comparison_methods();  // samples by ranks and distribution functions
std::span<const Method> sequential_methods();               // looking more than once
std::span<const Method> ratio_test_methods();               // probability ratio tests
std::span<const Method> betting_methods();                  // bounded means, looked at as often as one likes
std::span<const Method> sequence_methods();                 // looking as often as one likes
std::span<const Method> dependence_methods();               // clusters, time series
std::span<const Method> cluster_methods();                  // proportions of clustered rows
std::span<const Method> paired_bucket_methods();            // two arms by buckets of time
std::span<const Method> detector_methods();                 // change of a bounded mean, with a run length
std::span<const Method> drift_methods();                    // change over time
std::span<const Method> multiplicity_methods();             // several tests at once
std::span<const Method> quantile_methods();                 // quantiles of samples
std::span<const Method> histogram_methods();                // histograms and sketches
std::span<const Method> histogram_pair_methods();           // two histograms
std::span<const Method> censored_methods();                 // censored samples
std::span<const Method> bootstrap_methods();                // resampling

}  // namespace proofmark::methods
