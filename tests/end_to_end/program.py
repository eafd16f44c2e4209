"""What the end-to-end tests share: the built program, a fresh folder a test class, the recorded canary.

ctest gives the places: PROOFMARK (the program), PROOFMARK_SOURCE, PROOFMARK_BUILD. Whatever a test does, the program must
not end by a signal nor say that it has a bug: `run` asserts both, so every call in every test checks them.
"""
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

PROGRAM = pathlib.Path(os.environ["PROOFMARK"])
SOURCE = pathlib.Path(os.environ["PROOFMARK_SOURCE"])
BUILD = pathlib.Path(os.environ["PROOFMARK_BUILD"])
POLICIES = SOURCE / "policies"
CANARY = POLICIES / "checkout_canary" / "checkout_canary.pmk"
THREE_NINES = POLICIES / "checkout_canary" / "three_nines.pmk"
THIRD_PARTY = POLICIES / "third_party" / "third_party.pmk"
AVAILABILITY = POLICIES / "availability" / "availability.pmk"
TELEMETRY = POLICIES / "checkout_canary" / "telemetry" / "access.ndjson.gz"
LOAD_BEGAN = "2026-11-22T08:26:38Z"  # just before the first request of the recorded telemetry

CERTIFY, DENY, HOLD, REVOKE = 0, 1, 2, 3
USAGE, INVALID, MISSING, OUR_BUG, IO = 64, 65, 66, 70, 74
# Requests of a canary and of what it is to replace, and how often each of them fails.
TWO_RELEASES = """  telemetry requests : events {
    time from "ts" in epoch_s  version : label  session : label  duration : duration in ms  status : int  region : label
  }
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  expect split canary : baseline = 30 : 70
  sli one = fraction(canary, status >= 500)
  sli two = fraction(baseline, status >= 500)
"""


class Ran:
    """One finished run of the program."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __str__(self):
        return f"exit code {self.code}\n{self.out}{self.err}"


class ProgramTest(unittest.TestCase):
    """A test that runs the program in a folder of its own below the build."""

    @classmethod
    def setUpClass(cls):
        cls.folder = BUILD / "tests" / "end_to_end" / cls.__name__
        shutil.rmtree(cls.folder, ignore_errors=True)
        cls.folder.mkdir(parents=True)

    def run_program(self, *arguments, cwd=None, env=None, timeout=120, **options):
        done = subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=cwd or self.folder, timeout=timeout,
                              env={**os.environ, "PROOFMARK_CACHE": str(self.folder / "cache"), **(env or {})}, capture_output="stdout" not in options, text=True, **options)
        ran = Ran(done)
        self.assertGreaterEqual(ran.code, 0, f"ended by a signal: {arguments}\n{ran}")
        self.assertNotEqual(ran.code, OUR_BUG, f"a bug: {arguments}\n{ran}")
        return ran

    def expect(self, code, *arguments, **options):
        ran = self.run_program(*arguments, **options)
        self.assertEqual(ran.code, code, f"{' '.join(map(str, arguments))}\n{ran}")
        return ran

    def refused(self, diagnostic, *arguments, code=INVALID, at=None, **options):
        """The program refuses with this diagnostic, says where (the end of a text that follows `-->`, perhaps
        with line and column), and decides nothing."""
        ran = self.expect(code, *arguments, **options)
        self.assertIn(f"error[{diagnostic}]: ", ran.err, str(ran))
        if at is not None:
            places = re.findall(r"^ *--> (.*)$", ran.err, re.M)
            self.assertTrue(any(re.search(re.escape(at) + r"(:\d+:\d+)?$", place) for place in places), f"no place is {at}\n{ran}")
        for word in ("certify", "verified", "ok:"):
            self.assertNotIn(word, ran.out, str(ran))
        return ran

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def snapshot(self, name, stream_file, schema, *more):
        """Makes a snapshot with one stream `requests`; returns its folder."""
        self.expect(0, "snapshot", "create", "--out", name, "--stream", f"requests={stream_file}", "--schema", schema, *more)
        return self.folder / name

    def judge(self, code, policy, snapshot, *more, **parameters):
        """Evaluates with a transcript; returns the transcript's bytes and its parsed form."""
        transcript = self.folder / "transcript.json"
        transcript.unlink(missing_ok=True)
        settings = [word for name, value in parameters.items() for word in ("--set", f"{name}={value}")]
        self.expect(code, "eval", policy, "--snapshot", snapshot, *settings, "--transcript", transcript, "--quiet", *more)
        text = transcript.read_bytes()
        return text, json.loads(text)


class RecordedTest(ProgramTest):
    """A test over the recorded canary; `self.recorded` is its snapshot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recorded = cls.folder / "recorded"
        subprocess.run([PROGRAM, "snapshot", "create", "--out", cls.recorded, "--stream", f"requests={TELEMETRY}",
                        "--schema", CANARY, "--quiet"], check=True)


def recorded_rows(path=TELEMETRY):
    """The recorded rows, read without the program."""
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


def objective(transcript, name):
    return next(row for row in transcript["objectives"] if row["name"] == name)


def main():
    unittest.main(verbosity=1)
