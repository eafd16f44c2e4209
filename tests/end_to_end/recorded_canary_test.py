"""The recorded canary, judged: every count and quantile against the raw rows and against the table in the telemetry's
README, every verdict against the truth that was injected."""
import collections
import functools
import math
import re

from program import (CANARY, CERTIFY, DENY, HOLD, LOAD_BEGAN, POLICIES, THREE_NINES, RecordedTest, main, objective,
                     recorded_rows)

VERSIONS = ("stable", "stable_b", "canary")


def documented_rows():
    """The README's table: version -> (rows, {status: rows}, {share: ms}, {ms: rows at most that long})."""
    text = (POLICIES / "checkout_canary" / "telemetry" / "README.md").read_text()
    found = {}
    for line in text.splitlines():
        cells = [cell.strip(" `") for cell in line.strip("|").split("|")]
        if len(cells) == 11 and cells[0] in VERSIONS:
            numbers = [int(re.sub(r" ms$", "", cell)) for cell in cells[1:]]
            rows, ok, hung_up, failed, p50, p95, p99, p999, within_50, within_100 = numbers
            found[cells[0]] = (rows, {200: ok, 499: hung_up, 500: failed},
                               {"0.5": p50, "0.95": p95, "0.99": p99, "0.999": p999}, {50: within_50, 100: within_100})
    return found


@functools.cache
def measured_rows():
    """The same from the raw rows, without the program."""
    by_version = collections.defaultdict(list)
    for row in recorded_rows():
        by_version[row["version"]].append(row)
    found = {}
    for version, rows in by_version.items():
        ms = sorted(round(row["request_time"] * 1000) for row in rows)
        shares = {text: ms[math.ceil(share * len(ms) / 1000) - 1]
                  for text, share in (("0.5", 500), ("0.95", 950), ("0.99", 990), ("0.999", 999))}
        found[version] = (len(rows), dict(collections.Counter(row["status"] for row in rows)), shares,
                          {limit: sum(value <= limit for value in ms) for limit in (50, 100)})
    return found


class RecordedCanary(RecordedTest):
    def test_the_readme_says_what_was_recorded(self):
        self.assertEqual(documented_rows(), measured_rows())

    def judged(self, code, version):
        return self.judge(code, CANARY, self.recorded, candidate=version, stable="stable")[1]

    def test_the_stable_release_under_another_name_is_certified(self):
        transcript = self.judged(CERTIFY, "stable_b")
        self.assertEqual(transcript["decision"]["outcome"], "certify")
        self.assertEqual({row["name"]: row["verdict"] for row in transcript["objectives"]},
                         {"available": "pass", "fast": "pass", "quick_enough": "pass", "baseline_seen": "pass"})

    def test_the_long_tail_is_denied(self):
        transcript = self.judged(DENY, "canary")
        self.assertEqual(transcript["decision"]["outcome"], "deny")
        self.assertEqual({row["name"]: row["verdict"] for row in transcript["objectives"]},
                         {"available": "pass", "fast": "fail", "quick_enough": "fail", "baseline_seen": "pass"})

    def test_counts_and_quantiles_are_those_of_the_rows(self):
        for version, code in (("stable_b", CERTIFY), ("canary", DENY)):
            rows, statuses, shares, within = measured_rows()[version]
            transcript = self.judged(code, version)
            available, fast, quick = (objective(transcript, name) for name in ("available", "fast", "quick_enough"))
            self.assertEqual((available["n"], available["good"]), (rows, rows - statuses[500]))
            self.assertEqual((fast["n"], fast["good"]), (rows, within[100]))
            self.assertEqual((quick["n"], quick["good"]), (rows, within[50]))
            self.assertEqual(int(fast["estimate"]), shares["0.99"] * 1_000_000)
            self.assertEqual(float(objective(transcript, "baseline_seen")["estimate"]), measured_rows()["stable"][0])

    def test_bounds_hold_the_injected_truth(self):
        # The p99 of the injected delay is 50.7 ms and 130.2 ms, of which the log keeps whole milliseconds.
        for version, code, p99_ms in (("stable_b", CERTIFY, 50.7), ("canary", DENY, 130.2)):
            fast = objective(self.judged(code, version), "fast")
            self.assertLessEqual(int(fast["lower"]), (p99_ms + 1) * 1e6)
            self.assertGreaterEqual(int(fast["upper"]), (p99_ms - 1) * 1e6)
        # 99.9 % succeed. (The canary had 122 failures where 142 were to be expected: its bound is one of the 5 in 100 that
        # miss, so nothing is asked of it here.)
        available = objective(self.judged(CERTIFY, "stable_b"), "available")
        self.assertLessEqual(float(available["lower"]), 0.999)
        self.assertGreaterEqual(float(available["upper"]), 0.999)

    def test_three_nines_cannot_be_told(self):
        transcript = self.judge(HOLD, THREE_NINES, self.recorded, candidate="stable_b", rollout=LOAD_BEGAN)[1]
        available = objective(transcript, "available")
        self.assertEqual((transcript["decision"]["outcome"], available["verdict"]), ("hold", "inconclusive"))
        self.assertLess(float(available["lower"]), 0.999)
        self.assertGreater(float(available["upper"]), 0.999)

    def test_a_version_without_traffic_is_not_certified(self):
        transcript = self.judged(DENY, "2.4.0")
        self.assertEqual(objective(transcript, "available")["verdict"], "no_data")


if __name__ == "__main__":
    main()
