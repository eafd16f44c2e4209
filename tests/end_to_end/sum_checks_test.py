"""`check ok + failed = total`: every row is checked where it is read, the snapshot remembers it, and no other is judged."""
import json

from program import CERTIFY, ProgramTest, main

POLICY = """edition 2026
policy p {
  telemetry minutes : events { time from "t" in epoch_s  ok : int  failed : int from "n.failed"  total : int  CHECK }
  objective seen { require sum(minutes.ok) >= 1_000 }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
test "a row that does not add up" {
  policy p
  given minutes { 10 rows { ok = 990  failed = 10  total = TOTAL } }
  expect certify
}
"""
CHECK = "check ok + failed = total"


class SumChecks(ProgramTest):
    def policy(self, name="p.pmk", check=CHECK, total=1000):
        return self.write(name, POLICY.replace("CHECK", check).replace("TOTAL", str(total)))

    def telemetry(self, rows, name="minutes.ndjson"):
        return self.write(name, "".join(json.dumps({"t": 1767225600 + i, "ok": ok, "n": {"failed": failed}, "total": total}) + "\n"
                                        for i, (ok, failed, total) in enumerate(rows)))

    def create(self, code, out, stream, *more):
        return self.expect(code, "snapshot", "create", "--out", out, "--stream", f"minutes={stream}", *more)

    def test_rows_that_do_not_add_up_are_refused_and_named(self):
        policy = self.policy()
        stream = self.telemetry([(990, 10, 1000), (995, 4, 1000), (1, 2, 3), (7, 0, 6)])
        ran = self.refused("PM0850", "snapshot", "create", "--out", self.folder / "bad", "--stream", f"minutes={stream}", "--schema", policy, at="minutes.ndjson:2:1")
        self.assertIn('`ok + "n.failed" = total` does not hold: the left side adds up to 999, the right one to 1000', ran.err)
        self.assertIn("minutes.ndjson:4:1", ran.err)
        self.assertNotIn("minutes.ndjson:3:1", ran.err)

    def test_csv_rows_are_named_by_their_lines(self):
        stream = self.write("minutes.csv", 't,ok,n.failed,total,note\n1,1,1,2,"two\nlines"\n2,1,1,3,x\n')
        self.refused("PM0850", "snapshot", "create", "--out", self.folder / "csv", "--stream", f"minutes={stream}", "--schema", self.policy(), at="minutes.csv:4:1")

    def test_numbers_below_zero_are_no_parts(self):
        stream = self.telemetry([(990, 10, 1000), (199, -99, 100)])
        ran = self.refused("PM0850", "snapshot", "create", "--out", self.folder / "below", "--stream", f"minutes={stream}", "--schema", self.policy(), at="minutes.ndjson:2:1")
        self.assertIn("does not hold: -99 is below 0", ran.err)

    def test_sums_beyond_64_bits_are_exact(self):
        most = 2**63 - 1
        stream = self.telemetry([(most, most, most)])
        ran = self.refused("PM0850", "snapshot", "create", "--out", self.folder / "large", "--stream", f"minutes={stream}", "--schema", self.policy())
        self.assertIn(f"adds up to {2 * most}, the right one to {most}", ran.err)

    def test_skipped_rows_count_against_every_pass(self):
        policy = self.policy()
        stream = self.telemetry([(990, 10, 1000), (995, 4, 1000), (400, 0, 400)])
        self.create(0, self.folder / "skipped", stream, "--schema", policy, "--skip-bad-rows", "1")
        ran = self.run_program("eval", policy, "--snapshot", self.folder / "skipped", "--transcript", self.folder / "skipped.json")
        self.assertNotEqual(ran.code, CERTIFY)
        transcript = json.loads((self.folder / "skipped.json").read_bytes())
        self.assertEqual(transcript["facts"]["scans"][0]["skipped"], 1)

    def test_rows_with_an_unknown_number_are_not_checked(self):
        policy = self.policy()
        stream = self.telemetry([(990, 10, 1000), (995, None, 1000), (400, 0, 400)])
        self.create(0, self.folder / "unknown", stream, "--schema", policy)
        self.expect(CERTIFY, "eval", policy, "--snapshot", self.folder / "unknown")

    def test_the_snapshot_remembers(self):
        policy, without = self.policy(), self.policy("without.pmk", "")
        stream = self.telemetry([(990, 10, 1000), (400, 0, 400)])
        self.create(0, self.folder / "checked", stream, "--schema", policy)
        self.create(0, self.folder / "unchecked", stream, "--schema", without)
        manifest = json.loads((self.folder / "checked" / "manifest.json").read_bytes())
        self.assertEqual(manifest["streams"][0]["quality"]["checks"], [{"left": ["ok", "n.failed"], "right": ["total"]}])
        self.assertIn('in every row ok + "n.failed" = total', self.expect(0, "snapshot", "inspect", self.folder / "checked").out)
        self.refused("PM0614", "eval", policy, "--snapshot", self.folder / "unchecked")
        self.expect(CERTIFY, "eval", without, "--snapshot", self.folder / "checked")

    def test_a_reviewer_sees_it(self):
        policy, transcript = self.policy(), self.folder / "seen.json"
        self.create(0, self.folder / "seen", self.telemetry([(990, 10, 1000), (400, 0, 400)]), "--schema", policy)
        ran = self.expect(CERTIFY, "eval", policy, "--snapshot", self.folder / "seen", "--transcript", transcript)
        self.assertIn('minutes: in every row ok + "n.failed" = total, checked when the snapshot was made', ran.out)
        told = json.loads(transcript.read_bytes())["telemetry"]
        self.assertEqual(told, [{"checks": ['ok + "n.failed" = total'], "headRate": None, "keptBy": None, "sampling": "none", "stream": "minutes", "weightedBy": None}])
        self.expect(0, "verify", transcript, "--policy", policy, "--snapshot", self.folder / "seen")
        self.expect(0, "verify", transcript, "--policy", policy, "--facts-only")
        altered = self.write("altered.json", transcript.read_bytes().replace(b'= total"', b'= other"'))
        self.refused("PM0906", "verify", altered, "--policy", policy, "--facts-only")

    def test_what_is_appended_is_checked(self):
        policy, without = self.policy(), self.policy("without.pmk", "")
        self.create(0, self.folder / "first", self.telemetry([(1990, 10, 2000)]), "--schema", policy)
        good = self.write("good.ndjson", '{"t": 1767225700, "ok": 5, "n": {"failed": 5}, "total": 10}\n')
        bad = self.write("bad.ndjson", '{"t": 1767225700, "ok": 5, "n": {"failed": 5}, "total": 11}\n')
        def append(stream, *more):
            return "snapshot", "append", self.folder / "first", "--stream", f"minutes={stream}", "--out", self.folder / "second", *more
        self.refused("PM0850", *append(bad), at="bad.ndjson:1:1")
        self.refused("PM0850", *append(bad, "--schema", policy))
        self.refused("PM0826", *append(good, "--schema", without))
        self.expect(0, *append(good))
        self.expect(CERTIFY, "eval", policy, "--snapshot", self.folder / "second")
        self.create(0, self.folder / "unchecked_first", self.telemetry([(1990, 10, 2000)]), "--schema", without)
        self.refused("PM0826", "snapshot", "append", self.folder / "unchecked_first", "--stream", f"minutes={good}", "--out", self.folder / "third", "--schema", policy)

    def test_a_policys_tests_are_checked(self):
        self.expect(0, "test", self.policy())
        ran = self.run_program("test", self.policy("off.pmk", total=999))
        self.assertNotEqual(ran.code, 0)
        self.assertIn("PM0850", ran.out + ran.err)

    def test_a_manifest_with_other_checks_is_refused(self):
        self.create(0, self.folder / "true", self.telemetry([(1990, 10, 2000)]), "--schema", self.policy())
        manifest = self.folder / "true" / "manifest.json"
        text = manifest.read_bytes()
        for old, new in ((b'"right":["total"]', b'"right":[]'), (b'"right":["total"]', b'"right":["none"]'), (b'"right":["total"]', b'"right":["t"]'),
                         (b'"right":["total"]', b'"right":"total"'), (b'"checks":[{"left":["ok","n.failed"],"right":["total"]}]', b'"checks":[]')):
            self.assertIn(old, text)
            manifest.write_bytes(text.replace(old, new))
            self.refused("PM0832", "snapshot", "verify", self.folder / "true")
        manifest.write_bytes(text)
        self.expect(0, "snapshot", "verify", self.folder / "true")


if __name__ == "__main__":
    main()
