"""Models over recorded rows: a million trials over 500 rows claim what 500 rows allow; the same bytes from every way to run
them; facts that rows could not have given are refused."""
import itertools
import json
import random
import re

from program import CERTIFY, DENY, INVALID, ProgramTest, main

POLICY = """edition 2026
policy retried {
  confidence 99%
  param limit : duration
  param version : label
  telemetry calls : events { time from "ts" in rfc3339  duration : duration in ms  version : label }
  let canary = calls where version == VERSION
  model outage {
    seed 7  trials 1_000_000
    draw one ~ sample(canary.duration)
    let over = one > limit
  }
  model twice {
    seed 7  trials 200_000
    draw tries[2] ~ sample(canary.duration)
    draw fails ~ bernoulli(1%)
    let total = sum(tries)
    let over  = all(tries > limit) or fails and max(tries) > limit
  }
  objective single { require probability(outage.over) <= 0.1% }
  objective double { require probability(twice.over) <= 1% }
  objective tail   { require p90(twice.total) <= 250ms }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
""".replace("VERSION", "version_of_calls")


def shuffled(values):
    random.Random(3).shuffle(values)
    return values


def wandering(rows, share, memory=0.999):
    """Durations around 40 ms with a spread of 8 ms, a share of whose variance is an autoregression of order one."""
    draw, at, values = random.Random(11), 0.0, []
    for _ in range(rows):
        at = memory * at + (1 - memory * memory) ** 0.5 * draw.gauss(0, 1)
        values.append(round(40 + 8 * (share ** 0.5 * at + (1 - share) ** 0.5 * draw.gauss(0, 1)), 3))
    return values


class Models(ProgramTest):
    def setUp(self):
        super().setUp()
        self.policy = self.write("retried.pmk", POLICY.replace("param version : label", "param version_of_calls : label"))

    def recorded_rows(self, name, values):
        rows = "".join(f"2026-01-0{1 + i // 86400}T{i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02}Z,{value},a\n" for i, value in enumerate(values))
        path = self.write(f"{name}.csv", "ts,duration,version\n" + rows)
        self.expect(0, "snapshot", "create", "--out", self.folder / name, "--stream", f"calls={path}", "--schema", self.policy)
        return self.folder / name

    def decided(self, snapshot, *more, code=DENY, limit="200ms", version="a"):
        out = self.folder / "t.json"
        self.expect(code, "eval", self.policy, "--snapshot", snapshot, "--set", f"limit={limit}", "--set",
                    f"version_of_calls={version}", "--transcript", out, "--quiet", *more)
        return out.read_bytes()

    @staticmethod
    def objectives(transcript):
        return {one["name"]: one for one in json.loads(transcript)["objectives"]}

    def test_a_million_trials_over_500_rows_claim_what_500_rows_allow(self):
        snapshot = self.recorded_rows("few", [i % 97 for i in range(500)])
        single = self.objectives(self.decided(snapshot))["single"]
        self.assertEqual((single["verdict"], single["reason"]), ("inconclusive", "too_few"))
        numbers = single["groups"][0]["requirements"][0]
        self.assertEqual((numbers["n"], numbers["good"], numbers["independentTrials"]), (1_000_000, 0, 500))
        self.assertAlmostEqual(float(numbers["upper"]), 1 - 0.01 ** (1 / 500), places=7)
        self.assertEqual(int(numbers["samplesNeeded"]), 4603 - 500)
        self.assertEqual(numbers["guarantee"], "model")

    def test_enough_rows_pass_and_state_no_bound(self):
        snapshot = self.recorded_rows("enough", shuffled([i % 97 for i in range(5000)]))
        transcript = self.decided(snapshot, code=CERTIFY)
        self.assertEqual({one["verdict"] for one in self.objectives(transcript).values()}, {"pass"})
        self.assertIsNone(json.loads(transcript)["decision"]["bound"]["alpha"])
        out = self.folder / "t.json"
        self.expect(0, "verify", out, "--policy", self.policy, "--snapshot", snapshot)
        self.expect(0, "verify", out, "--policy", self.policy, "--facts-only")

    def test_what_is_over_the_limit_is_shown(self):
        snapshot = self.recorded_rows("slow", [300 if i % 5 == 0 else 40 for i in range(5000)])
        self.assertEqual({name: one["verdict"] for name, one in self.objectives(self.decided(snapshot)).items()},
                         {"single": "fail", "double": "fail", "tail": "fail"})

    def test_no_rows_are_no_data_and_one_row_makes_no_trial_of_two(self):
        snapshot = self.recorded_rows("one", [5])
        verdicts = self.objectives(self.decided(snapshot))
        self.assertEqual((verdicts["double"]["verdict"], verdicts["double"]["reason"]), ("inconclusive", "too_few"))
        self.assertEqual(verdicts["single"]["verdict"], "inconclusive")
        for one in self.objectives(self.decided(snapshot, version="b")).values():
            self.assertEqual((one["verdict"], one["reason"]), ("no_data", "no_rows"))

    def test_unknown_values_count_against_every_verdict(self):
        snapshot = self.recorded_rows("unknown", ["" if i < 60 else i % 97 for i in range(5000)])
        single = self.objectives(self.decided(snapshot))["single"]
        self.assertEqual((single["verdict"], single["reason"]), ("inconclusive", "unknown_rows"))
        self.expect(0, "verify", self.folder / "t.json", "--policy", self.policy, "--snapshot", snapshot)
        self.expect(0, "verify", self.folder / "t.json", "--policy", self.policy, "--facts-only")

    def test_rows_that_depend_on_those_before_them_are_fewer(self):
        independent = self.objectives(self.decided(self.recorded_rows("independent", wandering(5000, 0)), code=CERTIFY))
        for name, one in independent.items():
            self.assertEqual(one["verdict"], "pass", name)
            self.assertFalse(one["requirements"][0]["dependence"][0]["significant"], name)
        snapshot = self.recorded_rows("wandering", wandering(5000, 1))
        dependent = self.objectives(self.decided(snapshot))
        for name, one in dependent.items():
            self.assertEqual((one["verdict"], one["reason"]), ("inconclusive", "dependent"), name)
            measured = one["requirements"][0]["dependence"][0]
            self.assertTrue(measured["significant"], name)
            self.assertGreater(float(measured["designEffect"]), 50)
            self.assertIn("its rows depend on those before them", one["because"])
        for check in (("--facts-only",), ("--snapshot", snapshot), ("--snapshot", snapshot, "--engine", "interpreter")):
            self.expect(0, "verify", self.folder / "t.json", "--policy", self.policy, *check)

    def test_a_reason_answers_for_rows_that_depend_on_each_other(self):
        text = re.sub(r"(objective \w+ *\{)", r'\1 assume independent because "a slow drift"', self.policy.read_text())
        self.policy = self.write("answered.pmk", text)
        transcript = self.decided(self.recorded_rows("answered", wandering(5000, 1)), code=CERTIFY)
        single = self.objectives(transcript)["single"]
        self.assertEqual(single["independentBecause"], "a slow drift")
        self.assertTrue(single["requirements"][0]["dependence"][0]["significant"])

    # Of 100,000 rows that wander a little, enough count as independent for 1 %, and too few for 0.1 %.
    def test_what_stands_among_fewer_rows_stands(self):
        verdicts = self.objectives(self.decided(self.recorded_rows("many", wandering(100_000, 0.008, memory=0.9998))))
        self.assertEqual((verdicts["double"]["verdict"], verdicts["tail"]["verdict"]), ("pass", "pass"))
        self.assertTrue(verdicts["double"]["requirements"][0]["dependence"][0]["significant"])
        self.assertEqual((verdicts["single"]["verdict"], verdicts["single"]["reason"]), ("inconclusive", "dependent"))

    def test_every_way_to_run_gives_the_same_bytes(self):
        snapshot = self.recorded_rows("bytes", [(i * i) % 257 for i in range(3001)])
        wanted = self.decided(snapshot, "--engine", "interpreter", "--threads", "1")
        for engine, threads in itertools.product(("auto", "native"), ("1", "2", "5")):
            self.assertEqual(self.decided(snapshot, "--engine", engine, "--threads", threads), wanted, f"{engine} {threads}")
        for cpu in ("baseline", "v3"):
            self.assertEqual(self.decided(snapshot, "--cpu", cpu), wanted, cpu)

    def test_facts_that_the_rows_could_not_give_are_refused(self):
        snapshot = self.recorded_rows("altered", shuffled([i % 97 for i in range(5000)]))
        self.decided(snapshot, code=CERTIFY)
        whole = json.loads((self.folder / "t.json").read_text())
        for path, value in ((("recorded", "rows"), 5001), (("recorded", "independent"), 2000), (("trials",), 195_001)):
            altered = json.loads(json.dumps(whole))
            where = altered["facts"]["models"][1]
            for key in path[:-1]:
                where = where[key]
            where[path[-1]] = value
            file = self.write("altered.json", json.dumps(altered))
            self.expect(INVALID, "verify", file, "--policy", self.policy, "--facts-only")

    def test_a_series_of_other_rows_is_refused(self):
        self.decided(self.recorded_rows("forged", shuffled([i % 97 for i in range(5000)])), code=CERTIFY)
        whole = json.loads((self.folder / "t.json").read_text())
        facts = whole["facts"]["scans"][0]["facts"]
        series = [fact["momentSeries"]["groups"] for fact in facts if "momentSeries" in fact]
        self.assertEqual(len(series), 1)
        series[0][0]["known"][0] += 1
        file = self.write("forged.json", json.dumps(whole))
        self.expect(INVALID, "verify", file, "--policy", self.policy, "--facts-only")


if __name__ == "__main__":
    main()
