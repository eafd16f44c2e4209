"""One case for every exit code that the program documents, and the worst of several."""
import json
import subprocess

from program import (AVAILABILITY, CANARY, CERTIFY, DENY, HOLD, INVALID, IO, LOAD_BEGAN, MISSING, PROGRAM, REVOKE, SOURCE, THREE_NINES,
                     USAGE, RecordedTest, main)

REVOKING = """edition 2026
policy recalled {
  param release : release
  subject { service "checkout"  release release }
  telemetry requests : events { duration : duration from "request_time" in s  version : label }
  let mine = requests where version == release.label
  objective fast { require p99(mine.duration) <= 100ms  confidence 95% }
  decide { revoke when any objective fails  certify for 7d when all objectives pass  deny otherwise }
}
"""


def place_of(policy, words):
    """`file.pmk:line:column` of the first place where the policy says this."""
    before = policy.read_text().split(words)[0]
    return f"{policy.name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


class ExitCodes(RecordedTest):
    def evaluate(self, code, policy, *settings, more=()):
        return self.expect(code, "eval", policy, "--snapshot", self.recorded,
                           *[word for setting in settings for word in ("--set", setting)], *more)

    def test_0_certify_and_fine(self):
        self.evaluate(CERTIFY, CANARY, "candidate=stable_b", "stable=stable")
        self.expect(0, "check", SOURCE / "policies")
        self.expect(0, "--help")
        self.expect(0, "--version")

    def test_1_deny_and_a_failed_test(self):
        self.evaluate(DENY, CANARY, "candidate=canary", "stable=stable")
        wrong = self.write("wrong.pmk", AVAILABILITY.read_text().replace("expect deny", "expect certify", 1))
        ran = self.expect(DENY, "test", wrong)
        self.assertIn("FAIL", ran.out)

    def test_2_hold(self):
        self.evaluate(HOLD, THREE_NINES, "candidate=stable_b", f"rollout={LOAD_BEGAN}")

    def test_3_revoke(self):
        policy = self.write("recalled.pmk", REVOKING)
        self.evaluate(REVOKE, policy, "release=canary")
        self.evaluate(CERTIFY, policy, "release=stable_b")

    def test_the_worst_of_several(self):
        self.write("several/recalled.pmk", REVOKING)
        self.write("several/denied.pmk", REVOKING.replace("recalled", "denied").replace("revoke when", "deny when"))
        self.evaluate(REVOKE, "several", "release=canary")
        self.evaluate(CERTIFY, "several", "release=stable_b", more=("--transcript", self.folder / "transcripts"))
        self.assertEqual(sorted(path.name for path in (self.folder / "transcripts").iterdir()),
                         ["denied.transcript.json", "recalled.transcript.json"])

    def test_parameters_of_several_files(self):
        """Each policy takes the values that it has parameters for; none may be unknown to all of them."""
        self.write("mixed/a.pmk", REVOKING)
        self.write("mixed/b.pmk", REVOKING.replace("recalled", "other").replace("release : release", "build : release")
                   .replace("release release", "release build").replace("release.label", "build.label"))
        self.evaluate(CERTIFY, "mixed", "release=stable_b", "build=stable_b")
        self.expect(0, "check", "mixed", "--set", "build=stable_b")
        given = ("eval", "mixed", "--snapshot", self.recorded, "--transcript", "folder", "--set", "release=stable_b")
        self.refused("PM0703", *given, "--set", "bild=stable_b", code=USAGE)
        self.refused("PM0830", *given[:3], "nowhere", *given[4:], "--set", "build=stable_b", code=MISSING)
        self.assertFalse((self.folder / "folder").exists())
        lines = self.evaluate(CERTIFY, "mixed", "release=stable_b", "build=stable_b", more=("--format", "json", "-q")).out.splitlines()
        self.assertEqual([json.loads(line)["policy"]["name"] for line in lines], ["recalled", "other"])

    def test_quiet(self):
        policy = self.write("quiet.pmk", REVOKING)
        self.assertEqual(self.evaluate(CERTIFY, policy, "release=stable_b", more=("-q",)).out, "")
        self.assertRegex(self.evaluate(REVOKE, policy, "release=canary", more=("-q",)).out, r"^recalled: revoke: .*\n$")

    def test_emit_says_which_stage_has_json(self):
        for stage in ("syntax", "typed", "llvm", "asm"):
            ran = self.expect(USAGE, "emit", CANARY, "--stage", stage, "--format", "json", "--set", "candidate=a", "--set", "stable=b")
            self.assertIn("--stage plan", json.loads(ran.out)["diagnostics"][0]["message"])

    def test_64_commands_that_are_none(self):
        self.assertIn("did you mean `eval`?", self.refused("PM0707", "evl", CANARY, code=USAGE).err)
        self.assertIn("`proofmark snapshot` has no command `creat`", self.refused("PM0707", "snapshot", "creat", code=USAGE).err)
        self.assertIn("it has ", self.refused("PM0707", "certify-everything", code=USAGE).err)

    def test_64_usage(self):
        self.refused("PM0707", "--bogus", code=USAGE)
        self.refused("PM0707", "evaluate", code=USAGE)
        self.refused("PM0707", "eval", code=USAGE)
        self.refused("PM0707", "eval", CANARY, code=USAGE)
        self.refused("PM0707", "eval", CANARY, "--snapshot", self.recorded, "--engine", "quantum", code=USAGE)
        self.refused("PM0707", "eval", CANARY, "--snapshot", self.recorded, "--threads", "-1", code=USAGE)
        self.refused("PM0707", "verify", "x.json", "--policy", CANARY, code=USAGE)
        self.refused("PM0707", "snapshot", "create", "--out", "never", "--stream", "requests", code=USAGE)
        self.refused("PM0707", "snapshot", "create", "--out", "never", "--stream", "requests=a.csv", "--as-of", "noon", code=USAGE)
        self.refused("PM0707", "explain", "PM9999", code=USAGE)

    def test_64_options_say_what_is_wrong(self):
        self.assertIn("has no option `--bogus`", self.refused("PM0707", "--bogus", code=USAGE).err)
        for option, wanted in (("--skip-bad-rows", "N"), ("--out", "DIR")):
            ran = self.refused("PM0707", "snapshot", "create", "--stream", "requests=a.csv", option, code=USAGE)
            self.assertIn(f"`{option}` is given without its value, {wanted}", ran.err)

    def test_64_parameters(self):
        given = ("eval", CANARY, "--snapshot", self.recorded)
        self.refused("PM0704", *given, code=USAGE, at=place_of(CANARY, "candidate, stable"))
        self.refused("PM0704", *given, "--set", "candidate=canary", code=USAGE, at=place_of(CANARY, "stable : release"))
        self.refused("PM0703", *given, "--set", "candidate=canary", "--set", "stable=stable", "--set", "region=eu", code=USAGE,
                     at=place_of(CANARY, "checkout_canary {"))
        self.refused("PM0705", *given, "--set", "candidate=", "--set", "stable=stable", code=USAGE)
        self.refused("PM0707", *given, "--set", "candidate", code=USAGE)

    def test_65_invalid(self):
        self.refused("PM0122", "check", self.write("empty.pmk", ""), at="empty.pmk:1:1")
        self.refused("PM0805", "snapshot", "create", "--out", "never", "--stream", f"requests={self.write('empty.csv', '')}",
                     "--schema", AVAILABILITY, at="empty.csv")
        self.refused("PM0901", "verify", self.write("no.json", "{"), "--policy", CANARY, "--facts-only")

    def test_66_missing(self):
        self.refused("PM0701", "check", "nowhere.pmk", code=MISSING, at="nowhere.pmk")
        self.refused("PM0701", "eval", "nowhere.pmk", "--snapshot", self.recorded, code=MISSING, at="nowhere.pmk")
        self.refused("PM0701", "verify", "nowhere.json", "--policy", CANARY, "--facts-only", code=MISSING, at="nowhere.json")
        self.refused("PM0801", "snapshot", "create", "--out", "never", "--stream", "requests=nowhere.csv", code=MISSING, at="nowhere.csv")
        self.refused("PM0830", "snapshot", "inspect", "nowhere", code=MISSING, at="nowhere")
        self.refused("PM0830", "eval", CANARY, "--snapshot", "nowhere", "--set", "candidate=canary", "--set", "stable=stable",
                     code=MISSING, at="nowhere")

    def test_74_input_and_output(self):
        self.refused("PM0708", "eval", CANARY, "--snapshot", self.recorded, "--set", "candidate=stable_b", "--set", "stable=stable",
                     "--transcript", "no/such/folder/t.json", code=IO, at="t.json")
        with open("/dev/full", "w") as full:
            for arguments in (("eval", CANARY, "--snapshot", self.recorded, "--set", "candidate=stable_b", "--set", "stable=stable"),
                              ("check", CANARY), ("explain",), ("test", AVAILABILITY), ("snapshot", "inspect", self.recorded),
                              ("emit", CANARY, "--stage", "typed")):
                self.expect(IO, *arguments, stdout=full)

    def test_a_transcript_that_cannot_be_written_leaves_nothing(self):
        self.expect(IO, "eval", CANARY, "--snapshot", self.recorded, "--set", "candidate=stable_b", "--set", "stable=stable",
                    "--transcript", "/dev/full/t.json")
        self.assertEqual([path.name for path in self.folder.iterdir() if "part" in path.name], [])

    def test_several_processes_that_write_one_transcript(self):
        small = self.snapshot("small", self.write("small.csv", "status,version\n200,a\n"), AVAILABILITY)
        given = ("eval", AVAILABILITY, "--snapshot", small, "--set", "release=a", "--transcript", "shared.json")
        for _ in range(5):
            several = [subprocess.Popen([str(PROGRAM), *map(str, given)], cwd=self.folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True) for _ in range(4)]
            for process in several:
                self.assertEqual((process.communicate(timeout=120)[1], process.returncode), ("", DENY))
            self.expect(CERTIFY, "verify", "shared.json", "--policy", AVAILABILITY, "--snapshot", small)
        self.assertEqual([path.name for path in self.folder.iterdir() if "part" in path.name], [])

    def test_a_refused_snapshot_leaves_nothing(self):
        broken = self.write("broken.csv", "status,version\n200,a\noops,a\n")
        self.refused("PM0808", "snapshot", "create", "--out", "never", "--stream", f"requests={broken}", "--schema", AVAILABILITY,
                     at="broken.csv:3:1")
        self.assertEqual([path.name for path in self.folder.iterdir() if "never" in path.name], [])


if __name__ == "__main__":
    main()
