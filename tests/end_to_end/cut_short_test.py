"""A snapshot whose file is cut short while it is evaluated: whichever way its rows are read, the file is named, the exit code says
that nothing was decided, and no transcript is left."""
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

import program
from program import IO, PROGRAM

ROWS, PATTERNS = 200_000, 96


class CutShort(program.ProgramTest):
    """A policy that looks for many expressions in every row: it takes seconds on any machine of today, and reads texts where they
    are mapped."""

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
        subprocess.run([PROGRAM, "snapshot", "create", "--out", "whole", "--stream", "requests=rows.csv", "--schema", "slow.pmk",
                        "--quiet"], cwd=cls.folder, check=True, capture_output=True)

    def evaluating(self, name):
        """A running evaluation that has mapped the stream of a snapshot of its own, and that stream's file."""
        shutil.copytree(self.folder / "whole", self.folder / name)
        stream = self.folder / name / "streams" / "requests.arrow"
        run = subprocess.Popen([PROGRAM, "eval", "slow.pmk", "--snapshot", name, "--no-cache", "--engine", "interpreter", "--threads", "2",
                                "--transcript", f"{name}.json"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(run.kill)
        while str(stream) not in pathlib.Path(f"/proc/{run.pid}/maps").read_text():
            self.assertIsNone(run.poll(), "over before it began")
            time.sleep(0.001)
        return run, stream

    def test_a_mapped_file_is_cut_short(self):
        for round, kept in enumerate((0, 4096, 1 << 20)):
            run, stream = self.evaluating(f"short{round}")
            time.sleep(0.1 * round)
            os.truncate(stream, kept)
            out, err = run.communicate(timeout=120)
            self.assertEqual(run.returncode, IO, err)
            self.assertRegex(err, r"^error\[PM0831\]: .*\n *--> .*" + f"short{round}/streams/requests.arrow\nhelp: ")
            self.assertEqual(out, "")
            self.assertFalse((self.folder / f"short{round}.json").exists())

    def test_a_signal_that_somebody_sends_is_left_alone(self):
        run, _ = self.evaluating("sent")
        run.send_signal(signal.SIGBUS)
        _, err = run.communicate(timeout=120)
        self.assertEqual((run.returncode, err), (-signal.SIGBUS, ""))


if __name__ == "__main__":
    unittest.main()
