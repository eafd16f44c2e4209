"""A long run says on a terminal how far it is, takes that away again, and says nothing elsewhere."""
import contextlib
import gzip
import itertools
import os
import pty
import re
import signal
import subprocess
import threading
import time
import unittest

import program
from program import PROGRAM

ROWS, PATTERNS = 400_000, 64
ERASED = "\r\x1b[K"
LINE = re.compile(r"^([\d,]+) of 400,000 rows, ([\d,]+|\d+ million) rows a second(, \d+ s left)?$")
TRIALS = 60_000
TRIALS_LINE = re.compile(r"^(([\d,]+) of 60,000 trials, ([\d,]+|\d+ million) trials a second(, \d+ s left)?|(\d) of \5 rows, \d+ rows a second)$")


@contextlib.contextmanager
def resting(run, at_most, seconds=0.3):
    """Lets a program that stops itself (stops_itself.cpp) rest each time, and go on. Where it is slow by itself, the rests come to
    an end."""

    def let_rest():
        for stop in itertools.count():
            if os.waitid(os.P_PID, run.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT).si_code != os.CLD_STOPPED:
                return
            time.sleep(seconds if stop < at_most else 0)
            run.send_signal(signal.SIGCONT)

    rester = threading.Thread(target=let_rest)
    rester.start()
    try:
        yield
    finally:
        rester.join()


class OnATerminal(program.ProgramTest):
    """What a terminal is sent for stderr."""

    def told(self, command, works=None, rests=60):
        """The exit code, stdout, and what the terminal was sent for stderr; `works`: how many milliseconds of its processor time it
        works between rests, of which there are so many at the most."""
        ours, theirs = pty.openpty()
        page = self.folder / "page"
        env = None
        if works:
            env = {**os.environ, "LD_PRELOAD": os.environ["STOPS_ITSELF"], "PROOFMARK_TEST_WORKS": str(works),
                   "ASAN_OPTIONS": "verify_asan_link_order=0"}
        with page.open("wb") as out, subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=theirs, env=env) as run, \
                (resting(run, rests) if works else contextlib.nullcontext()):
            os.close(theirs)
            sent = b""
            while True:
                try:
                    piece = os.read(ours, 4096)
                except OSError:  # EIO: nobody has the other end any more
                    break
                if not piece:
                    break
                sent += piece
        os.close(ours)
        return run.returncode, page.read_bytes(), sent.decode()

    def on_a_terminal(self, *more):
        """The transcript, and what the terminal was sent for stderr."""
        code, transcript, sent = self.told(self.command(*more))
        self.assertEqual(code, 1 if b'"outcome":"deny"' in transcript else 0)
        return transcript, sent


class Progress(OnATerminal):
    """A policy that looks for many expressions in every row: it takes seconds on any machine of today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        words = [f"{row * 7919 % 1_000_003:07d} the {row % 97}th request of session {row * 31 % 4099} ended" for row in range(ROWS)]
        (cls.folder / "rows.csv").write_text("message\n" + "".join(f"{word * 4}\n" for word in words))
        claims = "".join(f"  objective o{i} {{ require count(requests, message matches \"[0-9]+.*session.*{i}[13579].*request.*{i}5 ended$\") "
                         "<= 1_000_000 }\n" for i in range(PATTERNS))
        (cls.folder / "slow.pmk").write_text(
            "edition 2026\npolicy slow {\n  subject { service \"shop\" }\n  telemetry requests : events { message : text }\n" + claims +
            "  decide { certify for 1d when all objectives pass  deny otherwise }\n}\n")
        subprocess.run([PROGRAM, "snapshot", "create", "--out", "snap", "--stream", "requests=rows.csv", "--schema", "slow.pmk",
                        "--quiet"], cwd=cls.folder, check=True, capture_output=True)

    def command(self, *more):
        return [str(PROGRAM), "eval", "slow.pmk", "--snapshot", "snap", "--engine", "interpreter", "--threads", "1", "--format", "json",
                "--no-cache", *more]

    def test_a_terminal_is_told_and_left_clean(self):
        transcript, sent = self.on_a_terminal()
        self.assertTrue(sent.endswith(ERASED), repr(sent))
        lines = [line for line in sent.split(ERASED) if line]
        self.assertGreaterEqual(len(lines), 2, repr(sent))
        done = []
        for line in lines:
            self.assertRegex(line, LINE)
            done.append(int(LINE.match(line).group(1).replace(",", "")))
        self.assertEqual(done, sorted(done))
        self.assertGreater(done[-1], done[0])
        self.assertTrue(all(rows <= ROWS for rows in done))
        self.assertTrue(any("s left" in line for line in lines), repr(sent))
        elsewhere = subprocess.run(self.command(), cwd=self.folder, capture_output=True)
        self.assertEqual(elsewhere.stderr, b"")
        self.assertEqual(elsewhere.stdout, transcript)

    def test_quiet_is_quiet(self):
        _, sent = self.on_a_terminal("--quiet")
        self.assertEqual(sent, "")


class ModelProgress(OnATerminal):
    """A model whose trials take seconds: gammas with drawn shapes, each found by iteration."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "rows.csv").write_text("status\n200\n200\n500\n")
        (cls.folder / "slow.pmk").write_text(
            f"""edition 2026
policy slow {{
  confidence 95%
  telemetry requests : events {{ status : int }}
  model waits {{
    seed 7  trials {TRIALS}
    draw shape ~ uniform(1, 3)
    draw wait[40] ~ gamma(shape, 2)
    let long = sum(wait) > 200
  }}
  objective seldom {{ require probability(waits.long) <= 90% }}
  objective seen   {{ require count(requests) >= 1 }}
  decide {{ certify for 1d when all objectives pass  deny otherwise }}
}}
""")
        subprocess.run([PROGRAM, "snapshot", "create", "--out", "snap", "--stream", "requests=rows.csv", "--schema", "slow.pmk",
                        "--quiet"], cwd=cls.folder, check=True, capture_output=True)

    def command(self, *more):
        return [str(PROGRAM), "eval", "slow.pmk", "--snapshot", "snap", "--threads", "1", "--format", "json", "--no-cache", *more]

    def test_trials_are_told_as_rows_are(self):
        transcript, sent = self.on_a_terminal("--stats")
        lines = [line for line in sent.split(ERASED) if line]
        self.assertGreaterEqual(len(lines), 3, repr(sent))
        *progress, stats = lines
        for line in progress:
            self.assertRegex(line, TRIALS_LINE)
        done = [int(TRIALS_LINE.match(line).group(2).replace(",", "")) for line in progress if "trials" in line]
        self.assertEqual(done, sorted(done))
        self.assertGreater(done[-1], done[0])
        self.assertTrue(all(trials <= TRIALS for trials in done))
        self.assertRegex(stats, r"stats: model `waits`: 60,000 trials, [\d.]+ ms \(\d wide\), [\d,]+ trials a second\r\n$")
        elsewhere = subprocess.run(self.command(), cwd=self.folder, capture_output=True)
        self.assertEqual(elsewhere.stderr, b"")
        self.assertEqual(elsewhere.stdout, transcript)


RATE = r"([\d,]+|\d+ million) {} a second(, \d+ s left)?"
READ = re.compile(r"^([\d,]+) of ([\d,]+) bytes read(, [\d,]+ rows)?, (" + RATE.format("bytes") + r"|putting them in order)$")
WRITTEN = re.compile(r"^([\d,]+) of ([\d,]+) rows written, " + RATE.format("rows") + "$")
HASHED = re.compile(r"^([\d,]+) of ([\d,]+) bytes hashed, " + RATE.format("bytes") + "$")
CHECKED = re.compile(r"^([\d,]+) of ([\d,]+) bytes of columns checked, " + RATE.format("bytes") + "$")
ROWS_DONE = re.compile(r"^([\d,]+) of ([\d,]+) rows, " + RATE.format("rows") + "$")


def number(text):
    return int(text.replace(",", ""))


class SnapshotProgress(OnATerminal):
    """Making, growing and checking snapshots, and verifying over them, with many rests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = [f"{row},{row * 7919 % 1_000_003},{row * 31 % 4099 / 8},the {row % 97}th request of session {row * 31 % 4099}\n"
                for row in range(ROWS)]
        head = "ts,bytes,cost,message\n"
        (cls.folder / "rows.csv").write_text(head + "".join(rows))
        (cls.folder / "more.csv.gz").write_bytes(gzip.compress((head + "".join(rows[::2])).encode(), 1))
        (cls.folder / "p.pmk").write_text("""edition 2026
policy p {
  subject { service "shop" }
  telemetry requests : events {
    time from "ts" in epoch_s  size : bytes from "bytes" in B  cost : float  message : text
  }
  objective o { require count(requests, message matches "[0-9]+.*session.*7[13579]$" and cost >= 3) <= 1_000_000 }
  decide { certify for 1d when all objectives pass  deny otherwise }
}
""")
        cls.snapshot("create", "--out", "snap", "--stream", "requests=rows.csv", "--schema", "p.pmk")

    @classmethod
    def snapshot(cls, *arguments):
        done = subprocess.run(cls.command("snapshot", *arguments), cwd=cls.folder, check=True, capture_output=True)
        assert done.stderr == b"", done.stderr
        return done.stdout

    @staticmethod
    def command(*arguments):
        return [str(PROGRAM), *arguments]

    def lines_of(self, *arguments, works=4):
        """What a terminal is told meanwhile; it is left clean. And stdout."""
        code, out, sent = self.told(self.command(*arguments), works)
        self.assertEqual(code, 0, repr(sent))
        self.assertTrue(sent.endswith(ERASED), repr(sent))
        return [line for line in sent.split(ERASED) if line], out

    def assert_grows(self, lines, form, whole):
        """Of the lines of one phase: they are there, nothing is taken back, and `whole` is what it goes to."""
        found = [form.match(line) for line in lines if form.match(line)]
        self.assertTrue(found, f"{form.pattern} is nowhere in {lines}")
        done = [number(match.group(1)) for match in found]
        self.assertEqual(done, sorted(done))
        self.assertEqual({number(match.group(2)) for match in found}, {whole})
        self.assertLessEqual(done[-1], whole)

    def assert_all_are(self, lines, *forms):
        for line in lines:
            self.assertTrue(any(form.match(line) for form in forms), line)

    def size(self, name):
        return (self.folder / name).stat().st_size

    def test_create_tells_of_bytes_then_rows(self):
        lines, _ = self.lines_of("snapshot", "create", "--out", "typed", "--stream", "requests=rows.csv", "--schema", "p.pmk")
        self.assert_all_are(lines, READ, WRITTEN)
        self.assert_grows(lines, READ, self.size("rows.csv"))
        self.assertTrue(any(" rows, " in line and "s left" in line for line in lines), lines)
        for file in ("manifest.json", "streams/requests.arrow"):
            self.assertEqual((self.folder / "typed" / file).read_bytes(), (self.folder / "snap" / file).read_bytes())

    def test_types_that_are_found_are_a_reading_of_their_own(self):
        lines, _ = self.lines_of("snapshot", "create", "--out", "untyped", "--stream", "requests=more.csv.gz")
        self.assert_all_are(lines, READ, WRITTEN)
        self.assert_grows(lines, READ, 2 * self.size("more.csv.gz"))

    def test_append_tells_of_the_new_file_and_all_rows(self):
        append = ["snapshot", "append", "snap", "--stream", "requests=more.csv.gz", "--schema", "p.pmk", "--out"]
        lines, _ = self.lines_of(*append, "longer")
        self.assert_all_are(lines, READ, HASHED, CHECKED, WRITTEN)
        self.assert_grows(lines, READ, self.size("more.csv.gz"))
        self.assert_grows(lines, WRITTEN, ROWS + ROWS // 2)
        self.snapshot(*append[1:], "longer_too")
        self.assertEqual((self.folder / "longer" / "manifest.json").read_bytes(), (self.folder / "longer_too" / "manifest.json").read_bytes())

    def test_verification_of_a_snapshot_tells_of_bytes(self):
        message = "what was said in a session of many words as it was recorded; " * 4
        (self.folder / "wide.csv").write_text("message\n" + "".join(f"{row}{message}\n" for row in range(ROWS)))
        self.snapshot("create", "--out", "wide", "--stream", "requests=wide.csv")
        files = list((self.folder / "wide" / "streams").iterdir())
        lines, out = self.lines_of("snapshot", "verify", "wide")
        self.assert_all_are(lines, HASHED, CHECKED)
        self.assert_grows(lines, HASHED, sum(path.stat().st_size for path in files))
        self.assertEqual(out, self.snapshot("verify", "wide"))

    def test_verification_of_a_transcript_tells_of_bytes_then_rows(self):
        subprocess.run(self.command("eval", "p.pmk", "--snapshot", "snap", "--no-cache", "--transcript", "t.json"), cwd=self.folder,
                       check=True, capture_output=True)
        verify = ["verify", "t.json", "--policy", "p.pmk", "--snapshot", "snap", "--engine", "interpreter", "--threads", "1", "--no-cache"]
        lines, out = self.lines_of(*verify)
        self.assert_all_are(lines, HASHED, ROWS_DONE)
        self.assert_grows(lines, ROWS_DONE, ROWS)
        self.assertEqual(out, self.expect(0, *verify).out.encode())

    def test_quiet_is_quiet(self):
        for command in (["create", "--out", "quiet", "--stream", "requests=more.csv.gz"], ["verify", "snap"]):
            code, out, sent = self.told(self.command("snapshot", *command, "--quiet"), 4, rests=8)
            self.assertEqual((code, out, sent), (0, b"", ""))

    def test_what_cannot_be_read_stands_alone(self):
        (self.folder / "bad.csv").write_bytes((self.folder / "rows.csv").read_bytes() + b"x,1,2,y\n")
        code, out, sent = self.told(self.command("snapshot", "create", "--out", "bad", "--stream", "requests=bad.csv", "--schema", "p.pmk"), 4)
        self.assertEqual((code, out), (65, b""))
        *progress, message = sent.split(ERASED)
        self.assertRegex(message, r"^(\x1b\[[\d;]*m)*error\[PM\d{4}\]")
        self.assert_all_are([line for line in progress if line], READ)
        self.assertFalse((self.folder / "bad").exists())


class SnapshotStats(program.ProgramTest):
    """`--stats` of what makes snapshots: on stderr alone, and without a trace in what is written."""

    MS = r"[\d.]+ ms"
    WHOLE = rf"stats: read {MS}, check {MS}, write {MS}, publish {MS}\n"
    FILE = rf"stats: file `{{}}` of stream `r`: {{}} rows, {{}} bytes: types {MS}, read {MS} \(SHA-256 {MS}\), columns {MS}, order {MS}, [\d,]+ rows a second\n"
    STREAM = rf"stats: stream `{{}}`: {{}} rows, [\d,]+ bytes: {{}}write {MS} \(SHA-256 {MS}, XXH3 (avx512|avx2|baseline)\), [\d,]+ rows a second\n"

    def test_phases_of_create_and_append(self):
        (self.folder / "a.csv").write_text("ts,n\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:02Z,2\n")
        (self.folder / "b.csv").write_text("ts,n\n2026-01-01T00:00:01Z,3\n")
        create = ["snapshot", "create", "--stream", "r=a.csv", "--stream", "other=b.csv", "--out"]
        plain, told = self.expect(0, *create, "plain"), self.expect(0, *create, "told", "--stats", "--quiet")
        self.assertEqual(plain.err, "")
        self.assertRegex(told.err, "^" + self.WHOLE + self.FILE.format(r"a\.csv", 2, self.size("a.csv")))
        self.assertRegex(told.err, self.STREAM.format("r", 2, "") + self.STREAM.format("other", 1, "") + "$")
        append = ["snapshot", "append", "plain", "--stream", "r=b.csv", "--out"]
        self.expect(0, *append, "longer")
        grown = self.expect(0, *append, "longer_told", "--stats", "--format", "json")
        self.assertRegex(grown.err, "^" + self.WHOLE + self.FILE.format(r"b\.csv", 1, self.size("b.csv")) + self.STREAM.format("other", 1, "") +
                         self.STREAM.format("r", 3, rf"join {self.MS}, ") + "$")
        self.assertNotIn("stats", grown.out)
        for ours, theirs in (("plain", "told"), ("longer", "longer_told")):
            self.assertEqual((self.folder / ours / "manifest.json").read_bytes(), (self.folder / theirs / "manifest.json").read_bytes())

    def size(self, name):
        return (self.folder / name).stat().st_size


if __name__ == "__main__":
    unittest.main()
