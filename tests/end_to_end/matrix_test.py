"""Many questions in one pass: several policies, and a table of parameters. Every transcript is the one that its question
has alone, to the byte."""
import json

from program import CANARY, CERTIFY, DENY, INVALID, LOAD_BEGAN, MISSING, THREE_NINES, USAGE, RecordedTest, main


class Matrix(RecordedTest):
    def table(self, text):
        path = self.folder / "releases.csv"
        path.write_text(text)
        return path

    def alone(self, policy, *settings):
        out = self.folder / "alone.json"
        self.run_program("eval", policy, "--snapshot", self.recorded, *(part for s in settings for part in ("--set", s)),
                         "--transcript", out, "--quiet")
        return out.read_bytes()

    def test_each_row_is_judged_as_it_would_be_alone(self):
        table = self.table('candidate,stable\nstable_b,stable\n\ncanary,stable\r\n"no ""such"", release",stable\n')
        out = self.folder / "rows"
        for engine in ("interpreter", "native"):
            ran = self.expect(DENY, "eval", CANARY, "--snapshot", self.recorded, "--matrix", table, "--transcript", out,
                              "--engine", engine)
            self.assertEqual([line.split()[0] for line in ran.out.splitlines()], ["certify", "deny", "deny"])
            for line, release in ((2, "stable_b"), (4, "canary"), (5, 'no "such", release')):
                self.assertEqual((out / f"checkout_canary.{line}.transcript.json").read_bytes(),
                                 self.alone(CANARY, f"candidate={release}", "stable=stable"), release)

    def test_a_small_matrix_is_kept(self):
        table = self.table("candidate\nstable_b\ncanary\n")
        ask = lambda: self.expect(DENY, "eval", CANARY, "--snapshot", self.recorded, "--set", "stable=stable", "--matrix", table,
                                  "--stats", env={"PROOFMARK_CACHE": str(self.folder / "kept")})
        first, second = ask(), ask()
        self.assertIn("(0 of 2 from the cache)", first.err)
        self.assertIn("(2 of 2 from the cache)", second.err)
        self.assertEqual(first.out, second.out)

    def test_several_policies_share_a_pass_and_keep_their_bytes(self):
        out = self.folder / "several"
        self.run_program("eval", CANARY, THREE_NINES, "--snapshot", self.recorded, "--transcript", out, "--quiet",
                         "--set", "candidate=stable_b", "--set", "stable=stable", "--set", f"rollout={LOAD_BEGAN}")
        self.assertEqual((out / "checkout_canary.transcript.json").read_bytes(),
                         self.alone(CANARY, "candidate=stable_b", "stable=stable"))
        self.assertEqual((out / "three_nines.transcript.json").read_bytes(),
                         self.alone(THREE_NINES, "candidate=stable_b", f"rollout={LOAD_BEGAN}"))

    def test_json_is_a_transcript_a_line(self):
        table = self.table("candidate\nstable_b\ncanary\n")
        ran = self.expect(DENY, "eval", CANARY, "--snapshot", self.recorded, "--set", "stable=stable", "--matrix", table,
                          "--format", "json")
        self.assertEqual([json.loads(line)["decision"]["outcome"] for line in ran.out.splitlines()], ["certify", "deny"])

    def test_one_policy_that_does_not_fit_spoils_no_other(self):
        other = self.folder / "other.pmk"
        other.write_text(CANARY.read_text().replace("policy checkout_canary {", "policy other {").replace('"request_time"', '"no_such_column"')
                         .replace("policy checkout_canary with", "policy other with"))
        out = self.folder / "spoilt"
        ran = self.expect(INVALID, "eval", other, CANARY, "--snapshot", self.recorded, "--transcript", out, "--quiet",
                          "--set", "candidate=stable_b", "--set", "stable=stable")
        self.assertIn("PM0602", ran.err)
        self.assertEqual((out / "checkout_canary.transcript.json").read_bytes(),
                         self.alone(CANARY, "candidate=stable_b", "stable=stable"))

    def test_wrong_tables(self):
        for text, place in (("", ""), ("candidate,stable\n", ""), ("candidate,candidate\na,b\n", ":1:11"),
                            ("candidate,\na,b\n", ":1:11"), ("candidate,stable\na\n", ":2:1"), ("candidate,stable\na,\n", ":2:3"),
                            ('candidate,stable\na,"b\n', ":2:"), ('candidate,stable\na"b,c\n', ":2:2"), ('candidate,stable\n"a"b,c\n', ":2:4")):
            ran = self.run_program("eval", CANARY, "--snapshot", self.recorded, "--matrix", self.table(text))
            self.assertEqual(ran.code, INVALID, text)
            self.assertIn("PM0714", ran.err, text)
            self.assertIn("releases.csv" + place, ran.err, text)
        twice = self.run_program("eval", CANARY, "--snapshot", self.recorded, "--set", "stable=stable", "--matrix",
                                 self.table("candidate,stable\na,b\n"))
        self.assertIn("PM0714", twice.err)
        unknown = self.run_program("eval", CANARY, "--snapshot", self.recorded, "--matrix", self.table("candidate,stable,colour\na,b,c\n"))
        self.assertEqual(unknown.code, USAGE)
        self.assertIn("releases.csv:2", unknown.err)
        self.expect(MISSING, "eval", CANARY, "--snapshot", self.recorded, "--matrix", "nowhere.csv")


if __name__ == "__main__":
    main()
