"""Differences of quantiles: rows that hang together by the minute certify nothing, independent ones do as before."""
import json
import random

from program import ProgramTest, main, objective

POLICY = """edition 2026
policy calculated {{
  confidence 95%
  telemetry requests : {stream}
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  expect split canary : baseline = 50 : 50
  objective asked {{ require {claim} }}
  decide {{ certify for 7d when all objectives pass  deny otherwise }}
}}
"""
EVENTS = 'events { time from "ts" in epoch_s  version : label  d : float }'
HISTOGRAM = """counts {
    time from "ts" in epoch_s  count from "n"  version : label
    d : histogram from "bounds" in ms buckets { 100ms, 250ms, 500ms }
  }"""
START, MINUTES, ROWS = 1_767_225_600, 60, 50
CLAIMS = ("quantile_shift(canary.d, baseline.d, 50%) < 0", "p90(canary.d) / p90(baseline.d) < 1")


class CalculatedQuantiles(ProgramTest):
    def telemetry(self, seed, shared, faster=0.0):
        """An hour of two arms alike, but for what the canary is `faster` by. Rows of a minute share a level, or not."""
        rng, lines = random.Random(seed), ["ts,version,d"]
        for minute in range(MINUTES):
            level = {version: rng.gauss(100, 20) for version in "12"}
            for row in range(ROWS):
                for version in "21":
                    value = level[version] if shared else rng.gauss(100, 20)
                    value += rng.random() - faster * (version == "2")
                    lines.append(f"{START + 60 * minute + 1.2 * row:.1f},{version},{value:.3f}")
        return self.write("r.csv", "\n".join(lines) + "\n")

    def judged(self, claim, rows, stream=EVENTS, name="snap"):
        """The transcript, which verifies from its facts and from its rows."""
        policy = self.write("p.pmk", POLICY.format(claim=claim, stream=stream))
        snapshot = self.snapshot(name, rows, policy)
        told = ("--transcript", "transcript.json", "--quiet")
        code = self.run_program("eval", policy, "--snapshot", snapshot, *told).code
        for how in (("--facts-only",), ("--snapshot", snapshot, "--engine", "interpreter")):
            self.expect(0, "verify", "transcript.json", "--policy", policy, *how)
        transcript = json.loads((self.folder / "transcript.json").read_text())
        self.assertEqual(code, 0 if objective(transcript, "asked")["verdict"] == "pass" else 1)
        return transcript

    def test_rows_that_hang_together_certify_nothing(self):
        for place, claim in enumerate(CLAIMS):
            for seed in range(12):
                transcript = self.judged(claim, self.telemetry(seed, True), name=f"shared{place}-{seed}")
                asked = objective(transcript, "asked")
                self.assertNotEqual(asked["verdict"], "pass", f"{claim}, seed {seed}")
                for measured in asked["requirements"][0]["dependence"]:
                    self.assertTrue(measured["significant"], f"{claim}, seed {seed}")
                    self.assertGreater(float(measured["designEffect"]), 10)

    def test_a_clear_difference_of_them_is_undecided_too(self):
        transcript = self.judged(CLAIMS[0], self.telemetry(1, True, faster=60), name="clear")
        asked = objective(transcript, "asked")
        self.assertEqual((asked["verdict"], asked["reason"]), ("inconclusive", "dependent"))
        self.assertFalse(transcript["decision"]["bound"]["stated"])

    def test_independent_rows_are_hardly_ever_alarmed(self):
        alarmed = 0
        for seed in range(20):
            transcript = self.judged(CLAIMS[seed % 2], self.telemetry(seed, False, faster=10), name=f"apart{seed}")
            asked = objective(transcript, "asked")
            alarms = [one["significant"] for one in asked["requirements"][0]["dependence"]]
            alarmed += any(alarms)
            self.assertEqual(asked["verdict"], "inconclusive" if any(alarms) else "pass", asked)
            self.assertEqual(transcript["decision"]["bound"]["stated"], not any(alarms))
        self.assertLessEqual(alarmed, 1)

    def test_ranks_that_were_never_collected_are_found_out(self):
        transcript = self.judged(CLAIMS[0], self.telemetry(3, True), name="altered")
        facts = transcript["facts"]["scans"][0]["facts"]
        place = next(i for i, fact in enumerate(facts) if "momentSeries" in fact)
        for column in facts[place]["momentSeries"]["groups"][0].values():
            column[0], column[30] = column[30], column[0]
            column[1], column[44] = column[44], column[1]
        text = json.dumps(transcript, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        policy = self.folder / "p.pmk"
        for how in (("--facts-only",), ("--snapshot", self.folder / "altered")):
            ran = self.expect(65, "verify", self.write("altered.json", text), "--policy", policy, *how)
            self.assertRegex(ran.err, r"error\[PM09\d\d\]: ")

    def test_between_edges_neither_over_nor_under(self):
        lines = [json.dumps({"ts": START + 60 * minute, "version": version, "bounds": [100, 250, 500],
                             "n": [30, 65 + minute % 2, 5 - minute % 2, 0]})
                 for minute in range(MINUTES) for version in "12"]
        rows = self.write("h.ndjson", "\n".join(lines) + "\n")
        transcript = self.judged("p90(canary.d) - p90(baseline.d) <= 100ms", rows, HISTOGRAM, "edges")
        asked = objective(transcript, "asked")
        self.assertEqual((asked["verdict"], asked["reason"]), ("inconclusive", "quantised"))
        self.assertIn("is between -150ms and 150ms over 6,000 events", asked["because"])
        self.assertNotIn("over the", asked["because"])
        for measured in asked["requirements"][0]["dependence"]:
            self.assertIs(measured["significant"], False)
        self.assertEqual(objective(self.judged("p90(canary.d) - p90(baseline.d) <= 150ms", rows, HISTOGRAM, "edges2"),
                                   "asked")["verdict"], "pass")


if __name__ == "__main__":
    main()
