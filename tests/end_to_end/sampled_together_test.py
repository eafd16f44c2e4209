"""`sampling head 1% by FIELD`: rows that were kept together are judged as clusters, as if the objective had said so."""
import json
import random

from program import INVALID, ProgramTest, main, objective

POLICY = """edition 2026
policy traced {
  confidence 95%
  telemetry spans : events { status : int  duration : duration in ms  trace : text  user : label  sampling SAMPLING }
  objective available { require fraction(spans, status < 500) >= 97%  CLAUSE }
  objective fast      { require p90(spans.duration) <= 400ms  CLAUSE }
  decide { certify for 7d when all objectives pass  hold when any objective is undecided  deny otherwise }
  looks once
}
"""
TOGETHER, APART = "head 1% by trace", "head 1%"


class SampledTogether(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(5)
        rows = []
        for trace in range(300):
            failing, size = draw.random() < 0.025, draw.randint(1, 60)
            rows += [{"status": 503 if failing else 200, "duration": draw.randint(1, 500), "trace": f"t{trace}", "user": f"u{trace % 50}"} for _ in range(size)]
        cls.rows = rows

    def judged(self, sampling, clause):
        source = self.write("spans.ndjson", "".join(json.dumps(row) + "\n" for row in self.rows))
        policy = self.write("traced.pmk", POLICY.replace("SAMPLING", sampling).replace("CLAUSE", clause))
        snapshot = self.folder / "snapshot"
        if not snapshot.exists():
            self.expect(0, "snapshot", "create", "--out", snapshot, "--stream", f"spans={source}", "--schema", policy, "--quiet")
        out = self.folder / "t.json"
        ran = self.run_program("eval", policy, "--snapshot", snapshot, "--transcript", out)
        return ran, json.loads(out.read_bytes())

    def test_as_if_clustered(self):
        ran, implied = self.judged(TOGETHER, "")
        _, said = self.judged(APART, "clustered by trace")
        self.assertEqual(implied["facts"], said["facts"])
        self.assertEqual([{**one, "origin": None} for one in implied["objectives"]], [{**one, "origin": None} for one in said["objectives"]])
        self.assertIn("trace", ran.out)

    def test_rows_by_themselves_would_claim_more(self):
        _, implied = self.judged(TOGETHER, "")
        _, apart = self.judged(APART, "")
        _, independent = self.judged(TOGETHER, 'assume independent because "a span a trace"')
        _, coarser = self.judged(TOGETHER, "clustered by user")
        _, by_user = self.judged(APART, "clustered by user")
        self.assertNotEqual(objective(implied, "available"), objective(apart, "available"))
        self.assertNotEqual(objective(independent, "available"), objective(implied, "available"))
        self.assertEqual(coarser["facts"], by_user["facts"])

    def test_engines_agree(self):
        self.judged(TOGETHER, "")
        texts = set()
        for engine in ("interpreter", "native"):
            out = self.folder / f"{engine}.json"
            self.run_program("eval", self.folder / "traced.pmk", "--snapshot", self.folder / "snapshot", "--engine", engine, "--transcript", out, "--quiet")
            texts.add(out.read_bytes())
        self.assertEqual(len(texts), 1)
        self.assertIn("verified", self.expect(0, "verify", out, "--policy", self.folder / "traced.pmk", "--snapshot", self.folder / "snapshot").out)

    def test_a_reviewer_sees_how_events_were_kept(self):
        nothing = {"headRate": None, "keptBy": None, "weightedBy": None, "checks": [], "stream": "spans"}
        for sampling, told, words in ((TOGETHER, {"sampling": "head", "headRate": "1/100", "keptBy": "trace"}, "spans: sampling head 1 % by trace"),
                                      (APART, {"sampling": "head", "headRate": "1/100"}, "spans: sampling head 1 %"),
                                      ("tail", {"sampling": "tail"}, "spans: sampling tail"), ("unknown", {"sampling": "unknown"}, "spans: sampling unknown")):
            with self.subTest(sampling):
                ran, parsed = self.judged(sampling, "")
                self.assertEqual(parsed["telemetry"], [{**nothing, **told}])
                self.assertIn(words + "\n", ran.out)
                transcript, policy = self.folder / "t.json", self.folder / "traced.pmk"
                self.expect(0, "verify", transcript, "--policy", policy, "--facts-only")
                del parsed["telemetry"]
                other = self.write("other.json", json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
                self.refused("PM0906", "verify", other, "--policy", policy, "--facts-only")
        self.assertNotIn("telemetry", self.judged("none", "")[1])

    def test_what_has_no_test_is_refused_with_an_answer(self):
        policy = self.write("sums.pmk", POLICY.replace("SAMPLING", TOGETHER).replace("CLAUSE", "").replace(
            "p90(spans.duration) <= 400ms", "mean(spans.duration, low: 0s, high: 1s) <= 400ms"))
        ran = self.refused("PM0421", "check", policy, code=INVALID)
        self.assertIn("assume independent because", ran.err)
        self.assertIn("sampling head 1% by trace", ran.err)


if __name__ == "__main__":
    main()
