"""Models over recorded rows: a million trials over 500 rows claim what 500 rows allow; the same bytes from every way to run
them; facts that rows could not have given are refused."""
import itertools
import json

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


class Models(ProgramTest):
    def setUp(self):
        super().setUp()
        self.policy = self.write("retried.pmk", POLICY.replace("param version : label", "param version_of_calls : label"))

    def recorded_rows(self, name, values):
        rows = "".join(f"2026-01-01T00:{i // 60 % 60:02}:{i % 60:02}Z,{value},a\n" for i, value in enumerate(values))
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
        snapshot = self.recorded_rows("enough", [i % 97 for i in range(5000)])
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

    def test_every_way_to_run_gives_the_same_bytes(self):
        snapshot = self.recorded_rows("bytes", [(i * i) % 257 for i in range(3001)])
        wanted = self.decided(snapshot, "--engine", "interpreter", "--threads", "1")
        for engine, threads in itertools.product(("auto", "native"), ("1", "2", "5")):
            self.assertEqual(self.decided(snapshot, "--engine", engine, "--threads", threads), wanted, f"{engine} {threads}")
        for cpu in ("baseline", "v3"):
            self.assertEqual(self.decided(snapshot, "--cpu", cpu), wanted, cpu)

    def test_facts_that_the_rows_could_not_give_are_refused(self):
        snapshot = self.recorded_rows("altered", [i % 97 for i in range(5000)])
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


if __name__ == "__main__":
    main()
