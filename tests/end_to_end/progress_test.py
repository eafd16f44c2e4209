"""A long run says on a terminal how far it is, takes that away again, and says nothing elsewhere."""
import os
import pty
import re
import subprocess
import unittest

import program
from program import PROGRAM

ROWS, PATTERNS = 400_000, 64
ERASED = "\r\x1b[K"
LINE = re.compile(r"^([\d,]+) of 400,000 rows, ([\d,]+|\d+ million) rows a second(, \d+ s left)?$")
TRIALS = 60_000
TRIALS_LINE = re.compile(r"^(([\d,]+) of 60,000 trials, ([\d,]+|\d+ million) trials a second(, \d+ s left)?|(\d) of \5 rows, \d+ rows a second)$")


class OnATerminal(program.ProgramTest):
    """What a terminal is sent for stderr."""

    def on_a_terminal(self, *more):
        """The transcript, and what the terminal was sent for stderr."""
        ours, theirs = pty.openpty()
        page = self.folder / "page.json"
        with page.open("wb") as out, subprocess.Popen(self.command(*more), cwd=self.folder, stdout=out, stderr=theirs) as run:
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
        transcript = page.read_bytes()
        self.assertEqual(run.returncode, 1 if b'"outcome":"deny"' in transcript else 0)
        return transcript, sent.decode()


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


if __name__ == "__main__":
    unittest.main()
