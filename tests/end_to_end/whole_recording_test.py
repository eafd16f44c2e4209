"""The whole recording, where it lies beside the source tree: counts, quantiles, ranks and exact intervals against answers
that were computed by SciPy from the raw rows. Without it the test is skipped (ctest shows it as such)."""
import gzip
import json
import sys

from program import CERTIFY, SOURCE, ProgramTest, main, objective

RECORDING = SOURCE.parent / "shared" / "telemetry" / "nginx-canary-runA"
SKIPPED = 77
VERSIONS = ("stable", "stable_b", "canary")
SHARES = ("50", "95", "99", "999")

# One-sided 97.5 %, so that the two ends together are the exact two-sided 95 % interval. The claims are loose: what is
# compared is not the verdict but the numbers beside it.
POLICY = """edition 2026
policy measured {
  confidence 97.5%
  param release : release
  subject { service "front"  release release }
  telemetry requests : events {
    time     from "msec" in epoch_s
    duration : duration from "request_time" in s
    status   : int
    version  : label
  }
  let all_of_it = requests where version == release.label
  let answered  = all_of_it where status != 499
  let good      = all_of_it where status == 200
  objective total           { require count(all_of_it) >= 1 }
  objective ok              { require count(all_of_it, status == 200) >= 1 }
  objective hung_up         { require count(all_of_it, status == 499) >= 1 }
  objective broken          { require count(all_of_it, status == 500) >= 1 }
  objective availability    { require fraction(answered, status == 200) >= 50% }
  objective strict          { require fraction(all_of_it, status == 200) >= 50% }
  objective quick           { require fraction(answered, duration <= 50ms) >= 50% }
  objective good_both       { require fraction(answered, status == 200 and duration <= 50ms) >= 50% }
  objective slowest         { require max(answered.duration) <= 10s }
  objective distinct_values { require distinct(answered.duration) <= 100000 }
QUANTILES
  decide { certify for 1d when all objectives pass  deny otherwise }
}
""".replace("QUANTILES", "\n".join(
    f"  objective {name}_p{share} {{ require p{share}({name}.duration) <= 10s }}" for name in ("answered", "good") for share in SHARES))


class WholeRecording(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.answers = json.loads((RECORDING / "answers.json").read_text())["answers"]["whole_run"]
        test = cls("setUp")
        policy = test.write("measured.pmk", POLICY)
        snapshot = test.snapshot("whole", RECORDING / "access.ndjson.gz", policy)
        cls.transcripts = {}
        for version in VERSIONS:
            text, cls.transcripts[version] = test.judge(CERTIFY, policy, snapshot, release=version)
            assert test.judge(CERTIFY, policy, snapshot, "--engine", "native", "--threads", "7", release=version)[0] == text

    def each(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                yield self.answers[version], self.transcripts[version]

    def test_counts(self):
        for answer, transcript in self.each():
            count = lambda name: int(float(objective(transcript, name)["estimate"]))
            self.assertEqual(count("total"), answer["requests_total"])
            self.assertEqual({"200": count("ok"), "499": count("hung_up"), "500": count("broken")}, answer["status_counts"])
            self.assertEqual(count("distinct_values"), answer["request_time"]["distinct_values"])
            self.assertEqual(int(objective(transcript, "slowest")["estimate"]), round(answer["request_time"]["max"] * 1000) * 10**6)

    def test_exact_intervals(self):
        names = {"availability": "availability", "strict": "availability_if_499_counts_as_failure", "quick": "latency_sli_50ms",
                 "good_both": "good_both"}
        for answer, transcript in self.each():
            for name, slice_name in names.items():
                found, expected = objective(transcript, name), answer[slice_name]
                self.assertEqual((found["n"], found["good"]), (expected["n"], expected["k"]), name)
                lower, upper = expected["clopper_pearson_95"]
                # Printed bounds are rounded outward at ten digits or more.
                self.assertLessEqual(float(found["lower"]), lower * (1 + 1e-12), name)
                self.assertGreaterEqual(float(found["upper"]), upper * (1 - 1e-12), name)
                self.assertAlmostEqual(float(found["lower"]), lower, delta=2e-10, msg=name)
                self.assertAlmostEqual(float(found["upper"]), upper, delta=2e-10, msg=name)

    def test_quantiles_and_their_order_statistics(self):
        for answer, transcript in self.each():
            facts = [values for scan in transcript["facts"]["scans"] for fact in scan["facts"] for values in fact.get("values", [])]
            for population, slice_name in (("answered", "request_time"), ("good", "request_time_200_only")):
                for share in SHARES:
                    found = objective(transcript, f"{population}_p{share}")
                    expected = answer[slice_name]["p99.9" if share == "999" else f"p{share}"]
                    ns = lambda seconds: round(seconds * 1000) * 10**6
                    self.assertEqual(int(found["estimate"]), ns(expected["q_type1"]))
                    self.assertEqual([int(found["lower"]), int(found["upper"])], [ns(end) for end in expected["ci95"]])
                    ranks = {entry["rank"] for values in facts if values["known"] == answer[slice_name]["n"] for entry in values["ranks"]}
                    self.assertLessEqual(set(expected["ranks"]), ranks, f"{population} p{share}")

    def test_the_committed_part_is_the_recording(self):
        committed = SOURCE / "policies/checkout_canary/telemetry/access.ndjson.gz"
        with gzip.open(RECORDING / "access.ndjson.gz", "rt") as whole, gzip.open(committed, "rt") as part:
            for line, kept in zip(whole, part, strict=True):
                row = json.loads(kept)
                self.assertEqual({name: json.loads(line)[name] for name in row}, row)


if __name__ == "__main__":
    if not RECORDING.exists():
        print(f"{RECORDING} is not here: nothing to compare with")
        sys.exit(SKIPPED)
    main()
