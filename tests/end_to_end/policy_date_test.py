"""`eval --policy-dated`: data from before the policy was fixed are warned of and stand in the transcript, which verifies; a time that
cannot be read decides nothing."""
import json
import subprocess

from program import CERTIFY, INVALID, PROGRAM, USAGE, ProgramTest, main

HEAD = """edition 2026
policy checkout {
  telemetry requests : events { time from "ts" in epoch_s  status : int }
"""
TAIL = "  decide { certify for 7d when all objectives pass  deny otherwise }\n}\n"
WHOLE = "  objective available { require fraction(requests, status < 500) >= 99%  confidence 95% }\n"
SINCE = "  objective available { require fraction(requests, status < 500) >= 99%  confidence 95%  over since rollout }\n"
LAST = "  objective available { require fraction(requests, status < 500) >= 99%  confidence 95%  over last 10m }\n"
UNTIMED = "  telemetry checks : events { passed : bool }\n  objective sound { require fraction(checks, passed) >= 99%  confidence 95% }\n"
AS_OF = 1_800_003_600  # 2027-01-15T09:00:00Z


class PolicyDate(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "requests.csv").write_text("ts,status\n" + "".join(f"{AS_OF - 3600 + i},200\n" for i in range(3601)))
        (cls.folder / "checks.csv").write_text("passed\n" + "true\n" * 500)
        schema = cls.folder / "schema.pmk"
        schema.write_text(HEAD + WHOLE + UNTIMED + TAIL)
        subprocess.run([PROGRAM, "snapshot", "create", "--out", "snap", "--stream", "requests=requests.csv", "--stream", "checks=checks.csv",
                        "--schema", schema, "--as-of", "2027-01-15T09:00:00Z", "--quiet"], cwd=cls.folder, check=True)

    def dated(self, objectives, date, *more, history=None):
        since = "rollout" in objectives
        policy = self.write("policy.pmk", HEAD.replace("{\n", "{\n  param rollout : timestamp\n", since) + objectives + TAIL)
        dated = [] if date is None else ["--policy-dated", date]
        setting = ["--set", "rollout=2027-01-15T08:40:00Z"] if since else []
        ran = self.expect(CERTIFY, "eval", policy, "--snapshot", "snap", *setting, *dated, "--transcript", "t.json", *more)
        for way in (["--facts-only"], ["--snapshot", "snap", *(["--history", history] if history else [])]):
            self.expect(0, "verify", "t.json", "--policy", policy, *way)
        return ran, json.loads((self.folder / "t.json").read_text())

    def test_without_a_date_nothing_is_said(self):
        ran, transcript = self.dated(WHOLE, None)
        self.assertNotIn("PM0459", ran.err)
        self.assertNotIn("policyDated", transcript["inputs"])
        self.assertNotIn("policyDate", transcript)

    def test_data_from_after_the_date(self):
        for date in ("2027-01-15T08:00:00Z", "2027-01-15T09:00:00+01:00", "2026-12-24T00:00:00Z"):
            ran, transcript = self.dated(WHOLE, date)
            self.assertNotIn("PM0459", ran.err, date)
            self.assertEqual(transcript["policyDate"], {"dated": transcript["policyDate"]["dated"], "dataBefore": [], "note": None})
        self.assertEqual(transcript["policyDate"]["dated"], "2026-12-24T00:00:00Z")
        self.assertEqual(transcript["inputs"]["policyDated"], "1798070400" + "0" * 9)

    def test_data_from_before_the_date(self):
        for date in ("2027-01-15T08:00:00.000000001Z", "2027-01-15T08:30:00Z", "2027-03-01T00:00:00Z"):
            ran, transcript = self.dated(WHOLE, date)
            self.assertIn("warning[PM0459]", ran.err, date)
            self.assertEqual(transcript["policyDate"]["dataBefore"], [{"stream": "requests", "from": "2027-01-15T08:00:00Z"}])
            self.assertIn("begin at 2027-01-15T08:00:00Z", transcript["policyDate"]["note"])
            self.assertIn(" ".join(transcript["policyDate"]["note"].split()), " ".join(ran.out.split()))
        self.assertEqual(transcript["decision"]["outcome"], "certify")

    def test_the_window_counts_and_not_what_lies_before_it(self):
        for objectives, begins in ((SINCE, "2027-01-15T08:40:00Z"), (LAST, "2027-01-15T08:50:00Z")):
            self.assertEqual(self.dated(objectives, begins)[1]["policyDate"]["dataBefore"], [])
            before = self.dated(objectives, begins.replace("0:00Z", "0:01Z"))[1]["policyDate"]["dataBefore"]
            self.assertEqual(before, [{"stream": "requests", "from": begins}])
        both = LAST + SINCE.replace("available", "since")
        self.assertEqual(self.dated(both, "2027-01-15T08:45:00Z")[1]["policyDate"]["dataBefore"], [{"stream": "requests", "from": "2027-01-15T08:40:00Z"}])

    def test_data_without_a_time_are_said_to_have_none(self):
        ran, transcript = self.dated(WHOLE + UNTIMED, "2026-12-24T00:00:00Z")
        self.assertIn("warning[PM0459]", ran.err)
        self.assertEqual(transcript["policyDate"]["dataBefore"], [{"stream": "checks", "from": None}])

    def test_the_pages_say_it(self):
        note = "its thresholds may have been chosen after looking at them"
        self.assertIn(note, self.dated(WHOLE, "2027-03-01T00:00:00Z", "--format", "markdown")[0].out)
        self.assertNotIn(note, self.dated(WHOLE, "2027-03-01T00:00:00Z", "--quiet")[0].err)

    def test_a_time_that_is_none_decides_nothing(self):
        policy = self.write("policy.pmk", HEAD + WHOLE + TAIL)
        for date in ("", "yesterday", "2027-01-15", "2027-01-15T08:00:00", "1767225600"):
            self.refused("PM0707", "eval", policy, "--snapshot", "snap", "--policy-dated", date, code=USAGE)

    # Files are fixed at different times; the rows of a matrix are of one file.
    def test_a_date_is_of_one_file(self):
        policy, other = self.write("policy.pmk", HEAD + WHOLE + TAIL), self.write("other.pmk", HEAD.replace("checkout", "other") + WHOLE + TAIL)
        dated = ["--snapshot", "snap", "--policy-dated", "2027-03-01T00:00:00Z"]
        ran = self.refused("PM0707", "eval", policy, other, *dated, "--transcript", "both", code=USAGE)
        self.assertIn("`--policy-dated` is of one policy file", ran.err)
        self.assertFalse((self.folder / "both").exists())
        self.expect(CERTIFY, "eval", policy, other, "--snapshot", "snap", "--quiet")
        asked = self.write("asked.pmk", HEAD.replace("{\n", "{\n  param rollout : timestamp\n", 1) + SINCE + TAIL)
        matrix = self.write("matrix.csv", "rollout\n2027-01-15T08:40:00Z\n2027-01-15T08:30:00Z\n")
        self.expect(CERTIFY, "eval", asked, *dated, "--matrix", matrix, "--transcript", "rows", "--quiet")
        notes = [json.loads(path.read_text())["policyDate"]["dataBefore"] for path in sorted((self.folder / "rows").iterdir())]
        self.assertEqual(sorted(note[0]["from"] for note in notes), ["2027-01-15T08:30:00Z", "2027-01-15T08:40:00Z"])

    # An earlier look is judged again from its transcript, the date of its policy among its inputs.
    def test_a_dated_look_is_one_of_a_history(self):
        looks = "  looks at most 3\n" + SINCE
        self.write("none.jsonl", "")
        self.dated(looks, "2027-03-01T00:00:00Z", "--history", "none.jsonl", history="none.jsonl")
        self.write("looks.jsonl", (self.folder / "t.json").read_text() + "\n")
        more = self.write("more.csv", f"ts,status\n{AS_OF + 60},200\n")
        self.expect(0, "snapshot", "append", "snap", "--out", "later", "--stream", f"requests={more}", "--schema", "schema.pmk", "--quiet")
        self.expect(CERTIFY, "eval", "policy.pmk", "--snapshot", "later", "--set", "rollout=2027-01-15T08:40:00Z", "--history", "looks.jsonl", "--policy-dated", "2027-03-01T00:00:00Z", "--quiet")

    def test_an_altered_date_does_not_verify(self):
        self.dated(WHOLE, "2027-03-01T00:00:00Z")
        whole = (self.folder / "t.json").read_text()
        date = '"policyDated":"1803859200000000000"'
        altered = {
            "earlier": ("PM0906", whole.replace(date, '"policyDated":"1803859199000000000"')),
            "other spelling": ("PM0903", whole.replace(date, '"policyDated":"2027-03-01T00:00:00Z"')),
            "a number": ("PM0903", whole.replace(date, '"policyDated":1803859200')),
            "left out": ("PM0906", whole.replace(date + ",", "")),
            "another note": ("PM0906", whole.replace("its thresholds may have been", "its thresholds have not been")),
        }
        for name, (code, text) in altered.items():
            self.assertNotEqual(text, whole, name)
            file = self.write("altered.json", text)
            self.refused(code, "verify", file, "--policy", self.folder / "policy.pmk", "--facts-only", code=INVALID)
            self.refused(code, "verify", file, "--policy", self.folder / "policy.pmk", "--snapshot", "snap", code=INVALID)


if __name__ == "__main__":
    main()
