"""`calc --cases`: each case has its own answer or its own error, whatever is wrong with the others; never a crash, never NaN.

The cases are made of the methods' own examples, one argument spoilt at a time by what a person or a program may write: numbers out
of range or beyond what a double holds, words for numbers, empty and equal samples, names that nobody knows."""
import json
import random
import re

from program import INVALID, ProgramTest, main

SPOILT = ["NaN", "Infinity", "-Infinity", None, -1, 0, 1, 0.5, 2, 1.5, 1e308, -1e308, 1e-308, 5e-324, 10**11, 10**13 + 1, 2**64, -2**63, "abc", "",
          "1/3", "99.9%", "0.99999999999999999999999", [], [[]], {}, {"a": 1}, True, [1], [1, 1, 1], [0, 0], ["NaN", 1], [None], [1e308, -1e308],
          [1e308] * 5, [[1, 2], [3]], [[1, 2, 3, 4]], [[0, 0, 0, 0]], "missing.csv", "../etc/passwd", "two-sided"]


def raw(value):
    """JSON text, with the bare words that programs write for what JSON has no number for."""
    return re.sub(r'"(NaN|-?Infinity)"', r"\1", json.dumps(value))


class Cases(ProgramTest):
    def answers(self, cases, name="cases.json", text=None):
        path = self.write(name, text if text is not None else json.dumps({"schema": "stats-oracle/1", "cases": cases}))
        ran = self.run_program("calc", "--cases", path)
        lines = [json.loads(line, parse_constant=self.fail) for line in ran.out.splitlines()]
        self.assertEqual(ran.code, INVALID if any("error" in line for line in lines) else 0, str(ran))
        return lines

    def examples(self):
        """Method -> its arguments, as `explain` shows them."""
        found = {}
        for line in self.expect(0, "calc", "--list").out.splitlines():
            method = line.split("(")[0].strip()
            found[method] = [part.split(":")[0].strip() for part in line[line.index("(") + 1:line.rindex(")")].split(", ") if ":" in part]
        return found

    def test_a_method_goes_by_the_last_parts_of_its_name(self):
        inputs = {"k1": 9, "n1": 10, "k2": 3, "n2": 10}
        names = ["two_proportion.difference_ci.newcombe", "difference_ci.newcombe", "newcombe"]
        cases = [{"id": name, "method": name, "inputs": inputs, "params": {"confidence": 0.95}} for name in names]
        whole, *others = [line["result"] for line in self.answers(cases)]
        self.assertEqual(others, [whole, whole])
        [unknown] = self.answers([{**cases[0], "id": "cut", "method": "ci.newcombe"}])
        self.assertIn("there is no method `ci.newcombe`", json.dumps(unknown))

    def test_one_bad_case_leaves_the_others(self):
        good = {"id": "good", "method": "binomial_ci.wilson", "inputs": {"k": 81, "n": 263}, "params": {"confidence": 0.95}}
        bad = {
            "k > n": {"k": 264}, "negative": {"k": -1}, "not whole": {"k": 1.5}, "no trials": {"n": 0}, "nan": {"k": float("nan")},
            "infinite": {"n": float("inf")}, "too large": {"n": 2**70}, "word": {"k": "many"}, "list": {"k": [1]}, "null": {"k": None},
        }
        cases = [good] + [{**good, "id": name, "inputs": {**good["inputs"], **change}} for name, change in bad.items()]
        for confidence in (0, 1, -0.5, 1.5, float("nan"), "high"):
            cases.append({**good, "id": f"confidence {confidence}", "params": {"confidence": confidence}})
        cases += [{**good, "id": "unknown", "method": "binomial_ci.nobody"}, {"id": "no method", "inputs": {}}, {**good, "id": "unheard", "inputs": {"q": 3}}, 7]
        cases += [{**good, "id": f"tolerance {tolerance}", "tol": tolerance} for tolerance in ({"abs": float("inf")}, {"rel": 1}, {"rel": -1}, {"rel": "wide"})]
        cases += [good]
        answers = self.answers(cases)
        self.assertEqual(len(answers), len(cases))
        self.assertIn("result", answers[0])
        self.assertIn("result", answers[-1])
        for case, answer in zip(cases[1:-1], answers[1:-1]):
            self.assertIn("error", answer, case)
            self.assertRegex(answer["error"]["code"], r"^PM120[1235]$")

    def test_nothing_comes_of_nothing(self):
        empty = [("mean_ci.student_t", {"sample": []}), ("mean_ci.student_t", {"sample": [5]}), ("quantile.point", {"sample": [], "p": 0.5}),
                 ("poisson_ci.exact", {"events": 3, "exposure": 0}), ("two_mean.welch_t", {"sample1": [1, 1], "sample2": [2, 2]}),
                 ("dependence.cluster_ratio", {"clusters": [[5, 10]]}), ("dependence.cluster_bound", {"clusters": [[5, 10], [4, 8]], "design_effect": 0.5}),
                 ("stratified_2x2.score_difference", {"tables": [[0, 0, 3, 4]]}),
                 ("guard.sample_ratio_mismatch", {"observed": [0, 0], "expected_fraction": [0.5, 0.5]}), ("dependence.ljung_box", {"series": [3, 3, 3, 3, 3, 3], "lag": 2})]
        for (method, inputs), answer in zip(empty, self.answers([{"id": method, "method": method, "inputs": inputs} for method, inputs in empty])):
            self.assertIn("error", answer, (method, inputs))

    def test_of_nothing_every_value_remains(self):
        """A bound of no rows is the end of the range, a test of none rejects nothing; and a row that cannot be is refused as ever."""
        of_none = [
            ("verdict.quantile_le", {"sample": [], "p": 0.99, "threshold": 20, "confidence": 0.95}, {"verdict": "inconclusive", "n": 0, "p_value_pass": 1}),
            ("quantile_ci.order_statistic", {"sample": [], "p": 0.5, "confidence": 0.9},
             {"lower": "-Infinity", "upper": "Infinity", "rank_lower": 0, "rank_upper": 1, "type7": None, "n": 0}),
            ("mean_ci.hoeffding", {"sample": [], "range": [2, 7], "confidence": 0.9}, {"mean": None, "lower": 2, "upper": 7}),
            ("mean_ci.empirical_bernstein", {"sample": [], "range": [2, 7], "confidence": 0.9}, {"mean": None, "lower": 2, "upper": 7}),
            ("mean_ci.empirical_bernstein", {"sample": [3], "range": [2, 7], "confidence": 0.9}, {"mean": 3, "lower": 2, "upper": 7}),
            ("two_proportion.fisher_exact", {"k1": 0, "n1": 0, "k2": 3, "n2": 5, "confidence": 0.9}, {"p_value": 1, "odds_ratio": None, "lower": 0, "upper": "Infinity"}),
            ("two_proportion.barnard", {"k1": 2, "n1": 3, "k2": 0, "n2": 0}, {"p_value": 1, "z": None}),
            ("two_proportion.boschloo", {"k1": 0, "n1": 0, "k2": 0, "n2": 0}, {"p_value": 1, "fisher_p": 1}),
            ("sequential.sprt_run", {"p0": 0.1, "p1": 0.5, "alpha": 0.05, "beta": 0.1, "failures_at": [], "n": 0}, {"decision": "continue", "stop_at": None, "llr": 0}),
        ]
        for (method, inputs, expected), answer in zip(of_none, self.answers([{"id": method, "method": method, "inputs": inputs} for method, inputs, _ in of_none])):
            self.assertIn("result", answer, method)
            self.assertEqual({name: answer["result"][name] for name in expected}, expected, method)
        refused = [("two_proportion.fisher_exact", {"k1": 1, "n1": 0, "k2": 3, "n2": 5}), ("two_proportion.odds_ratio_conditional", {"k1": 0, "n1": 0, "k2": 3, "n2": 5, "confidence": 0.9}),
                   ("mean_ci.hoeffding", {"sample": [], "range": [7, 2], "confidence": 0.9}), ("mean_ci.hoeffding", {"sample": [8], "range": [2, 7], "confidence": 0.9}),
                   ("drift.chi_squared", {"expected_counts": [0, 1], "actual_counts": [1, 1]}), ("drift.chi_squared", {"expected_counts": [3, 0, 1], "actual_counts": [1, 0, 1]})]
        for (method, inputs), answer in zip(refused, self.answers([{"id": method, "method": method, "inputs": inputs} for method, inputs in refused])):
            self.assertEqual(answer.get("error", {}).get("code"), "PM1203", (method, answer))

    def test_refusals_name_what_is_wrong(self):
        """The argument that is wrong, its value, and why."""
        dd, native = {"relative_accuracy": 0.01, "buckets": [[1, 5]]}, {"schema": 3, "buckets": [[1, 5]]}
        edges = {"upper_edges1": [1, 2], "counts1": [3, 4], "upper_edges2": [1, 2], "counts2": [3, 4]}
        equal = [[5 + i, 10, 4 + i, 10] for i in range(10)]
        far = [-1e308, 1e308]
        huge, minute = [1e200, -1e200, 1e200], [1e-200, 2e-200, 3e-200]
        refused = [
            ("histogram.comparison", {**edges, "counts2": [0, 0]}, r"`counts2` counts no value"),
            ("histogram.comparison", {**edges, "upper_edges1": []}, r"`upper_edges1` is \[\]"),
            ("histogram.comparison", {**edges, "lowest_edge": 1}, r"`lowest_edge` is 1, and the first edge of `upper_edges1`, 1, does not exceed it"),
            ("histogram.comparison", {**edges, "upper_edges2": [2, 2]}, r"edge 2 of `upper_edges2`, 2, does not exceed the one before it, 2"),
            ("histogram.comparison", {**edges, "upper_edges2": ["-Infinity", 2]}, r"the first edge of `upper_edges2` is -Infinity"),
            ("histogram.comparison", {**edges, "counts2": [1]}, r"2 edges in `upper_edges2`, but 1 counts in `counts2`"),
            ("histogram.quantile_ci_bounds", {"upper_edges": [1, 2], "counts": [0, 0], "p": 0.5, "confidence": 0.9}, r"`counts` counts no value"),
            ("histogram.merge", {**edges, "upper_edges2": [1, 3]}, r"different edges"),
            ("histogram.merge_sketches", {"kind": "ddsketch", "sketch1": dd, "sketch2": {**dd, "relative_accuracy": 0.02}}, r"differ in `relative_accuracy`"),
            ("histogram.merge_sketches", {"kind": "native", "sketch1": native, "sketch2": {**native, "schema": 2}}, r"differ in `schema`"),
            ("histogram.merge_sketches", {"kind": "native", "sketch1": native, "sketch2": {**native, "zero_width": 0.5}}, r"differ in `zero_width`"),
            ("histogram.merge_sketches", {"kind": "hdr", "sketch1": {"significant_digits": 2, "buckets": []}, "sketch2": {"significant_digits": 2, "lowest": 8, "buckets": []}}, r"differ in `lowest`"),
            ("histogram.merge_sketches", {"kind": "hdr", "sketch1": dd, "sketch2": dd}, r"`sketch1` has no `relative_accuracy`"),
            ("histogram.sketch_quantile_ci", {"kind": "ddsketch", "sketch": {**dd, "buckets": []}, "p": 0.5, "confidence": 0.9}, r"`sketch` is empty"),
            ("histogram.sketch_quantile_ci", {"kind": "ddsketch", "sketch": {**dd, "buckets": [[10**9, 1]]}, "p": 0.5, "confidence": 0.9}, r"the bucket \[1000000000,1\]"),
            ("histogram.sketch_quantile_ci", {"kind": "ddsketch", "sketch": 3, "p": 0.5, "confidence": 0.9}, r"`sketch` is 3, but a sketch is expected"),
            ("histogram.sketch_quantile_ci", {"kind": "native", "sketch": {**native, "zero_width": 2}, "p": 0.5, "confidence": 0.9}, r"bucket 1 within the zero bucket"),
            ("histogram.guarantee", {"source": "kll"}, r"`rank_error` of kll is not given"),
            ("verdict.rank_sketch_quantile_le", {"n": 10, "rank": 11, "rank_error": 0.01, "p": 0.5, "confidence": 0.9}, r"`rank` is not from 0 to `n`"),
            ("verdict.rank_sketch_quantile_le", {"n": 10, "rank": 9, "rank_error": 0.01, "p": 0.5, "confidence": 0.9, "rank_error_alpha": 0.1}, r"leaves nothing"),
            ("compose.parallel_lower_bound", {"components": [[9, 10]], "confidence": 0.9}, r"not declared that the services fail independently"),
            ("compose.joint_confidence", {"confidences": [0.9, 1]}, r"`confidences` holds"),
            ("compose.validity", {"expiries": ["2027-02-29"]}, r'`expiries` holds "2027-02-29"'),
            ("drift.e_detector", {"values": [1], "mean": 0, "low": -1e308, "high": 1e308}, r"wider than a double holds"),
            ("drift.e_detector", {"values": [1], "mean": 0, "low": 2, "high": -2}, r"`low` is 2, which is not below `high`, -2"),
            ("drift.e_detector", {"values": [1], "mean": 7}, r"`mean` is 7, which lies not between `low`, 0, and `high`, 1"),
            ("drift.cusum_tabular", {"values": [1, 2], "target": 1e308, "K": 1, "H": 5}, r"`target` is 1e\+308"),
            ("quantile_ci.difference", {"sample1": far * 9, "sample2": far * 9, "p": 0.5, "confidence": 0.8}, r"further apart than a double holds"),
            ("dependence.paired_buckets", {"buckets": equal}, r"all 10 buckets show the same difference"),
            ("dependence.paired_buckets", {"buckets": [[0, 10, 0, 10]] * 12}, r"all 12 buckets show the same difference, 0"),
            ("dependence.paired_buckets", {"buckets": equal[:9]}, r"there are 9 buckets"),
            ("missing.proportion", {"successes": 3, "trials": 9, "expected": 8, "threshold": 0.9, "confidence": 0.9}, r"9 rows came, but 8 were expected"),
            ("missing.mean_bounds", {"sample": [2], "expected": 3, "range": [0, 1], "confidence": 0.9}, r"`sample` holds 2, which lies outside `range`"),
            ("monte_carlo.worst_corner", {"corners": [[3, 100]], "threshold": 0.5, "confidence": 0.9, "input_alpha": 0.1}, r"leaves nothing"),
            ("monte_carlo.worst_corner", {"corners": [[3, 2]], "threshold": 0.5, "confidence": 0.9, "input_alpha": 0.01}, r"corner 1 has 3 breaches of 2"),
            ("monte_carlo.weighted_lt", {"values": [0, 3], "heaviest": 2, "threshold": 0.5, "confidence": 0.9}, r"`values` holds 3"),
            ("verdict.defects_le", {"population": 10, "sample": 5, "found": 1, "max_defects": 10, "confidence": 0.9}, r"`max_defects` is not below `population`"),
            ("binomial_ci.weighted_clopper_pearson", {"bad_weight": 1e-308, "total_weight": 20000, "heaviest": 100, "confidence": 0.95}, r"the bad rows weigh 1e-308"),
            ("binomial_ci.weighted_clopper_pearson", {"bad_weight": 3, "total_weight": 1e300, "heaviest": 100, "confidence": 0.95}, r"more than 1e13 rows"),
            ("plan.two_proportion_n", {"p1": 0.1, "p2": 0.2, "power": "0.99999999999999999999"}, r"`power` is nearer to 1 than a double holds"),
            ("poisson_ci.exact", {"events": 3, "exposure": 5e-324, "confidence": 0.95}, r"the exposure, 5e-324, is too small"),
            ("poisson_ci.quasi", {"counts": [3, 9, 1, 14, 6, 2, 8, 11, 4, 7], "length": 1e-308, "confidence": 0.95}, r"the times are too short"),
            ("bayes.gamma_poisson", {"events": 3, "exposure": 5e-324, "credibility": 0.95}, r"larger than a double holds"),
            ("bootstrap.exhaustive_percentile", {"sample": [1e308, -1e308], "statistic": "mean"}, r"larger than a double holds"),
            ("histogram.tdigest_quantile", {"centroids": [["1e309", 1]], "q": 0.5}, r'`centroids` is "1e309", but a finite number in every cell is expected'),
            *[("mean_ci.student_t", {"sample": [x, -x, x], "confidence": 0.95}, r"too large for their squares") for x in (1e155, 1e160, 1e180, 1e200, 1.7e308)],
            ("summary.mean_sd", {"sample": huge}, r"too large for their squares"),
            ("mean_ci.student_t", {"sample": minute, "confidence": 0.95}, r"differ by too little for their squares"),
            ("summary.mean_sd", {"sample": minute}, r"differ by too little for their squares"),
            ("mean_ci.empirical_bernstein", {"sample": minute, "confidence": 0.95, "range": [0, 1e-199]}, r"differ by too little for their squares"),
            ("monte_carlo.weighted_lt", {"values": minute, "heaviest": 1e-199, "threshold": 0.5, "confidence": 0.9}, r"differ by too little for their squares"),
            ("two_mean.welch_t", {"sample1": huge, "sample2": [1, 2, 3]}, r"so large that their variance"),
            ("effect_size.cohens_d", {"sample1": huge, "sample2": [1, 2, 3]}, r"so large that their variance"),
            ("equivalence.tost_mean", {"sample1": [1, 2, 3], "sample2": huge, "low": -1, "upp": 1}, r"so large that their variance"),
            ("effect_size.cohens_d", {"sample1": [1.2e154, 0, 0], "sample2": [1.2e154, 0, 0]}, r"so large that their variance"),
            ("equivalence.tost_mean", {"sample1": [1.2e154, 0, 0], "sample2": [1.2e154, 0, 0], "low": -1, "upp": 1, "variance": "pooled"}, r"so large that their variance"),
            ("two_mean.welch_t", {"sample1": minute, "sample2": minute}, r"differ by so little that their variance"),
            ("two_mean.welch_t", {"sample1": [1e-200] * 3, "sample2": [2e-200] * 3}, r"all values of each sample are equal"),
            ("plan.success_run", {"reliability": 0.9999999999999999, "confidence": 0.95}, r"more than 1e13 trials would be needed"),
            ("plan.success_run", {"reliability": 0.999999999999999, "confidence": 0.95, "population": 1000}, r"more than 1e13 trials would be needed"),
            ("plan.quantile_upper_bound_n", {"p": 0.9999999999999999, "confidence": 0.99}, r"more than 1e13 values would be needed"),
            ("plan.quantile_upper_bound_n", {"p": 1e-16, "confidence": 0.99, "side": "lower"}, r"more than 1e13 values would be needed"),
            ("hodges_lehmann.shift_ci", {"sample1": [1e308, 1e308, 1e308, 1.1e308], "sample2": [-1e308, -1e308, -1e308, -1.1e308], "confidence": 0.8}, r"further apart than a double holds"),
            ("hodges_lehmann.shift_ci", {"sample1": [0] * 9 + [1.7e308], "sample2": [0] * 9 + [-1.7e308], "confidence": 0.999999}, r"further apart than a double holds"),
            ("anderson_darling_k", {"samples": [[1, 2], [3, 4]], "sample1": [1, 2, 3], "sample2": [4, 5, 6]}, r"`samples` and `sample1` or `sample2` contradict each other"),
            ("anderson_darling_k", {"samples_files": [[1, 2], [3, 4]], "sample1": [1, 2, 3]}, r"contradict each other"),
            ("anderson_darling_k", {}, r"0 samples are given"),
            ("anderson_darling_k", {"sample2": [1, 2]}, r"1 sample is given"),
            ("bootstrap.ci", {"sample": [1e308, -1e308, 1e308]}, r"the statistic of a resample is larger than a double holds"),
            ("bootstrap.ci", {"sample": huge}, r"the statistics of the resamples are too large for their squares"),
            ("bootstrap.ci", {"sample": minute}, r"differ by too little for their squares"),
            ("permutation_test.mean_difference", {"sample1": [1e308, 1e308], "sample2": [-1e308, -1e308]}, r"their sums are larger than a double holds"),
            ("permutation_test.mean_difference", {"sample1": [1e308], "sample2": [-1e308, 1e307]}, r"their sums are larger than a double holds"),
            ("mean_ci.hoeffding", {"sample": [1, 2], "range": far, "confidence": 0.9}, r"the ends of `range` lie further apart than a double holds"),
            ("mean_ci.empirical_bernstein", {"sample": [1, 2], "range": far, "confidence": 0.9}, r"the ends of `range` lie further apart than a double holds"),
            ("missing.mean_bounds", {"sample": [2], "expected": 3, "range": far, "confidence": 0.9}, r"the ends of `range` lie further apart than a double holds"),
            ("multiple_comparison.retry", {"alpha": 0.05, "attempt": 0}, r"`attempt` is 0"),
        ]
        answers = self.answers([{"id": method, "method": method, "inputs": inputs} for method, inputs, _ in refused])
        for (method, inputs, why), answer in zip(refused, answers):
            self.assertRegex(answer.get("error", {}).get("message", ""), why, (method, inputs, answer))

    def test_a_large_part_of_a_population_is_told_of(self):
        hinted = [("verdict.proportion_ge", {"successes": 300, "trials": 300, "threshold": 0.9, "confidence": 0.95, "population": 1000}, "verdict.defects_le"),
                  ("verdict.proportion_le", {"successes": 0, "trials": 300, "threshold": 0.1, "confidence": 0.95, "population": 1000}, "verdict.defects_le"),
                  ("plan.success_run", {"reliability": 0.99, "confidence": 0.95, "population": 1000}, "audit.sample_size"),
                  ("plan.success_run", {"reliability": 0.99, "confidence": 0.95, "population": 200}, "the population has fewer"),
                  ("binomial_ci.clopper_pearson", {"successes": 3, "trials": 300, "confidence": 0.95, "population": 1000}, "audit.defects_ci"),
                  ("audit.detect_probability", {"population": 1000, "defects": 5, "sample": 100}, "too low"),
                  ("audit.sample_size", {"population": 1000, "max_defects": 5, "confidence": 0.95}, "more than needed")]
        for (method, inputs, word), answer in zip(hinted, self.answers([{"id": method, "method": method, "inputs": inputs} for method, inputs, _ in hinted])):
            self.assertIn(word, answer["result"]["hint"], (method, answer))
        small = [(method, {**inputs, "population": 10_000_000}) for method, inputs, _ in hinted[:-1]]
        small += [("audit.sample_size", {"population": 10_000_000, "max_defects": 50_000, "confidence": 0.95})]
        for (method, inputs), answer in zip(small, self.answers([{"id": method, "method": method, "inputs": inputs} for method, inputs in small])):
            self.assertNotIn("hint", answer["result"], (method, answer))

    def test_clusters_that_cannot_be_resampled_are_refused(self):
        good = {"id": "good", "method": "bootstrap.ci",
                "inputs": {"sample": list(range(30)), "clusters": [i // 3 for i in range(30)], "statistic": "mean", "confidence": 0.9}}
        bad = {"nine": {"clusters": [i // 4 for i in range(30)][:27] + [0] * 3}, "too few labels": {"clusters": list(range(29))}, "no list": {"clusters": "a.csv"},
               "a list for a label": {"clusters": [[1]] + list(range(29))}, "null": {"clusters": [None] + list(range(29))}, "NaN": {"clusters": [float("nan")] + list(range(29))},
               "nan": {"clusters": ["nan"] + [f"user {i}" for i in range(29)]}, "blocks too": {"block": 2},
               "tail in few clusters": {"statistic": "quantile", "p": 0.66}, "too fine": {"p": "0." + "123456789" * 3}}
        cases = [good] + [{**good, "id": name, "inputs": {**good["inputs"], **change}} for name, change in bad.items()]
        answers = self.answers(cases)
        self.assertIn("result", answers[0], answers[0])
        for case, answer in zip(cases[1:], answers[1:]):
            self.assertEqual(answer.get("error", {}).get("code"), "PM1203", (case, answer))
        # Numbers and texts are labels alike, and which labels they are does not show.
        renamed = {**good, "inputs": {**good["inputs"], "clusters": [f"user {i // 3}" for i in range(30)]}}
        self.assertEqual(self.answers([renamed])[0]["result"], answers[0]["result"])

    def test_any_argument_spoilt(self):
        chance = random.Random(2026)
        lines = []
        for method, arguments in self.examples().items():
            for name in arguments:
                for value in chance.sample(SPOILT, 12):
                    inputs = {other: chance.choice([3, 0.5, 10, [1, 2, 3.5, 7], "two-sided"]) for other in arguments if other != name}
                    lines.append(raw({"id": len(lines), "method": method, "inputs": {**inputs, name: value}}))
        answers = self.answers(None, text='{"schema":"stats-oracle/1","cases":[\n' + ",\n".join(lines) + "]}")
        self.assertEqual([answer["id"] for answer in answers], list(range(len(lines))))
        self.assertGreater(len(lines), 3_000)

    def test_a_file_that_is_none_is_refused(self):
        for name, text in (("empty.json", ""), ("list.json", "[]"), ("other.json", '{"schema": "other/1", "cases": [1]}'), ("cut.json", '{"cases": [{"id": 1')):
            self.refused("PM1205", "calc", "--cases", self.write(name, text))

    def test_a_file_that_is_large_is_read_and_one_that_is_too_large_says_so(self):
        case = {"id": "a", "method": "plan.success_run", "params": {"reliability": 0.999, "confidence": 0.95}, "expected": {"n": 2995}}
        large = self.write("large.json", json.dumps([case]) + " " * (17 << 20))
        self.expect(0, "calc", "--cases", large, "--check")
        large.unlink()
        with open(self.folder / "larger.json", "wb") as file:
            file.truncate((1 << 28) + 1)
        ran = self.refused("PM1205", "calc", "--cases", self.folder / "larger.json", at="larger.json")
        (self.folder / "larger.json").unlink()
        self.assertIn("256 MiB", ran.err)

    def test_numbers_in_messages_are_those_that_were_given(self):
        ran = self.run_program("calc", "bootstrap.ci(sample: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], statistic: quantile, p: 99%, confidence: 95%, replicates: 999, seed: 1)")
        self.assertIn("0.1 of the 10 values lie beyond the quantile", ran.err)

    def test_only_prometheus_says_nan(self):
        ran = self.expect(0, "calc", 'prometheus_classic_quantile(buckets: [[0.1, 0], ["+Inf", 0]], q: 0.5)')
        self.assertIn("value = NaN", ran.out)
        self.assertIn("no other result is ever NaN", " ".join(self.expect(0, "explain", "prometheus_classic_quantile").out.split()))

    def test_a_budget_that_is_spent(self):
        answer = self.expect(0, "calc", "exhaustion_probability(bad: 2, total: 10_000, budget_remaining: 0, future_total: 1000)").out
        self.assertIn("is = posterior prediction", answer)
        self.assertIn("prob_spent = 1\n", answer)
        self.assertIn("prob_exhaust = 0.2120278222213", answer)
        alone = self.expect(0, "calc", "exhaustion_probability(bad: 60, total: 100_000, budget_remaining: 80, future_total: 100_000)").out
        together = self.expect(0, "calc", "exhaustion_probability(bad: 60, total: 100_000, budget_remaining: 80, future_total: 100_000, design_effect: 2)").out
        self.assertIn("prob_exhaust = 0.0416244", alone)
        self.assertIn("prob_exhaust = 0.1053236", together)

    def test_check_says_what_falls_short(self):
        case = {"id": "a", "method": "plan.success_run", "params": {"reliability": 0.999, "confidence": 0.95}, "expected": {"n": 2995}}
        self.expect(0, "calc", "--cases", self.write("good.json", json.dumps([case])), "--check")
        ran = self.expect(INVALID, "calc", "--cases", self.write("bad.json", json.dumps([case, {**case, "expected": {"n": 2996}}, {**case, "expected": {}}])), "--check")
        self.assertIn("1 of 3", ran.out + ran.err)


if __name__ == "__main__":
    main()
