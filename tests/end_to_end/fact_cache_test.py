"""Counts of rows that were seen are kept from run to run, and no transcript shows it: cold, warm, damaged, unusable, over a snapshot
that has grown, with several writers at once. `verify` counts anew."""
import gzip
import json
import os
import re
import shutil
import subprocess

from program import (CERTIFY, PROGRAM, TELEMETRY, ProgramTest, main)

POLICY = """edition 2026
policy growing {
  confidence 95%
  param candidate : release
  subject { service "checkout"  release candidate }
  telemetry requests : events {
    time     from "msec" in epoch_s
    duration : duration from "request_time" in s
    status   : int
    version  : label
  }
  let mine = requests where version == candidate.label
  objective available { require fraction(mine, status < 500) >= 99% }
  objective quick { require fraction(mine, duration <= 500ms) >= 98% }
  objective recent { require fraction(mine, status < 500) >= 90%  over since "2026-11-22T08:26:38Z" }
  decide { certify for 7d when all objectives pass   deny otherwise }
}
"""
COUNTED = re.compile(r"\(([\d,]+) counted before\)")


class KeptFacts(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.folder / "growing.pmk"
        cls.policy.write_text(POLICY)
        with gzip.open(TELEMETRY, "rt") as lines:
            rows = lines.readlines()
        for name, part in (("one", rows[:290_000]), ("two", rows[290_000:])):
            (cls.folder / f"{name}.ndjson").write_text("".join(part))
        run = lambda *words: subprocess.run([PROGRAM, "snapshot", *words, "--quiet"], cwd=cls.folder, check=True)
        run("create", "--out", "short", "--stream", "requests=one.ndjson", "--schema", "growing.pmk")
        run("append", "short", "--stream", "requests=two.ndjson", "--out", "long")

    def setUp(self):
        self.cache = self.folder / "cache"
        shutil.rmtree(self.cache, ignore_errors=True)

    def judged(self, snapshot, *words, candidate="canary", **options):
        """The transcript's bytes, and how many rows were not counted anew."""
        ran = self.expect(CERTIFY, "eval", self.policy, "--snapshot", snapshot, "--set", f"candidate={candidate}", "--format", "json", "--stats", *words, **options)
        found = COUNTED.search(ran.err)
        return ran.out, int(found[1].replace(",", "")) if found else 0

    def entries(self, kind):
        return sorted(path for path in (self.cache / "facts").glob(f"{kind}-*")) if self.cache.exists() else []

    def test_no_transcript_shows_it(self):
        cold, counted = self.judged("short")
        self.assertEqual(counted, 0)
        self.assertTrue(self.entries("facts"))
        for words in ((), ("--engine", "interpreter", "--threads", "3"), ("--engine", "native", "--threads", "1")):
            warm, counted = self.judged("short", *words)
            self.assertEqual(warm, cold)
            self.assertEqual(counted, 262_144)
        for words in (("--no-fact-cache",), ("--no-cache",)):
            without, counted = self.judged("short", *words)
            self.assertEqual((without, counted), (cold, 0))
        self.assertNotIn("counted", cold)
        self.assertEqual(self.judged("short", candidate="stable")[1], 0)  # another argument

    def test_a_snapshot_that_has_grown(self):
        self.judged("short")
        grown, counted = self.judged("long")
        self.assertEqual(counted, 262_144)
        self.assertEqual(grown, self.judged("long", "--no-fact-cache")[0])
        self.assertNotEqual(json.loads(grown)["facts"], json.loads(self.judged("short")[0])["facts"])

    def test_no_fact_cache_keeps_nothing(self):
        self.judged("short", "--no-fact-cache")
        self.assertEqual(self.entries("facts"), [])

    def test_verify_counts_anew(self):
        transcript = self.folder / "decision.json"
        self.expect(CERTIFY, "eval", self.policy, "--snapshot", "short", "--set", "candidate=canary", "--transcript", transcript, "--quiet")
        for path in self.entries("facts"):
            path.unlink()
        self.expect(0, "verify", transcript, "--policy", self.policy, "--snapshot", "short")
        self.assertEqual(self.entries("facts"), [])

    def test_whatever_lies_there(self):
        cold, _ = self.judged("short")
        good = {path: path.read_bytes() for path in self.entries("facts")}
        for change in (lambda b: b[:-1], lambda b: b + b"x", lambda b: b"", lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:],
                       lambda b: b[:-9] + bytes([b[-9] ^ 128]) + b[-8:], lambda b: bytes(len(b))):
            for path, content in good.items():
                path.write_bytes(change(content))
            self.assertEqual(self.judged("short"), (cold, 0))
            self.assertEqual(self.judged("short"), (cold, 262_144))  # kept anew
        for path in good:  # closed to others no more
            path.chmod(0o644)
        self.assertEqual(self.judged("short"), (cold, 0))
        for path in self.entries("facts"):
            path.unlink()
            path.symlink_to("/dev/zero")
        self.assertEqual(self.judged("short"), (cold, 0))

    def test_folders_that_cannot_be_used(self):
        cold, _ = self.judged("short", "--no-cache")
        facts = self.cache / "facts"
        facts.mkdir(parents=True)
        self.cache.chmod(0o700)
        facts.chmod(0o755)
        self.assertEqual(self.judged("short"), (cold, 0))
        self.assertEqual(self.judged("short"), (cold, 0))
        facts.chmod(0o700)
        facts.rmdir()
        facts.write_text("no folder")
        self.assertEqual(self.judged("short"), (cold, 0))
        facts.unlink()
        self.assertEqual(self.judged("short", env={"PROOFMARK_CACHE": ""}), (cold, 0))
        self.assertEqual(self.judged("short", env={"PROOFMARK_CACHE": "/proc/nowhere"}), (cold, 0))

    def test_a_damaged_snapshot_is_refused_all_the_same(self):
        self.judged("short")
        shutil.copytree(self.folder / "short", self.folder / "damaged", dirs_exist_ok=True)
        arrow = self.folder / "damaged/streams/requests.arrow"
        content = bytearray(arrow.read_bytes())
        content[len(content) // 3] ^= 1
        arrow.write_bytes(content)
        self.refused("PM0840", "eval", self.policy, "--snapshot", "damaged", "--set", "candidate=canary")

    def test_a_file_that_was_checked_before_and_is_damaged_now(self):
        shutil.rmtree(self.folder / "damaged", ignore_errors=True)
        shutil.copytree(self.folder / "short", self.folder / "damaged")
        self.expect(0, "snapshot", "verify", "damaged")
        self.judged("damaged")
        self.assertEqual(self.judged("damaged")[1], 262_144)
        arrow = self.folder / "damaged/streams/requests.arrow"
        times = arrow.stat()
        with open(arrow, "r+b") as file:
            file.seek(times.st_size // 3)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        os.utime(arrow, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.refused("PM0840", "eval", self.policy, "--snapshot", "damaged", "--set", "candidate=canary")

    def test_several_writers_and_killed_ones(self):
        cold, _ = self.judged("short", "--no-cache")
        command = [PROGRAM, "eval", self.policy, "--snapshot", "short", "--set", "candidate=canary", "--format", "json"]
        environment = {**os.environ, "PROOFMARK_CACHE": str(self.cache)}
        for _ in range(3):
            shutil.rmtree(self.cache, ignore_errors=True)
            running = [subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(6)]
            running[0].kill()
            for one in running[1:]:
                self.assertEqual(one.communicate()[0], cold)
            running[0].communicate()
        self.assertEqual(self.judged("short"), (cold, 262_144))

    def test_the_cache_command_knows_them(self):
        self.judged("short")
        self.assertRegex(self.expect(0, "cache", "list").out, r"(?m)^facts +\d+  facts-[0-9a-f]{64}$")
        self.expect(0, "cache", "clear")
        self.assertEqual(self.entries("facts"), [])
        self.assertIn("0 entries", self.expect(0, "cache", "list").out)

    def test_a_matrix(self):
        self.write("releases.csv", "candidate\ncanary\nstable\nstable_b\n")
        words = ("eval", self.policy, "--matrix", "releases.csv", "--format", "json")
        self.run_program(*words, "--snapshot", "short")
        warm = self.run_program(*words, "--snapshot", "long", "--stats")
        self.assertIn("(262,144 counted before)", warm.err)
        self.assertEqual(warm.out, self.run_program(*words, "--snapshot", "long", "--no-fact-cache").out)


if __name__ == "__main__":
    main()
