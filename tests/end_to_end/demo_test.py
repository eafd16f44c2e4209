"""The demo, run from elsewhere: it ends well, says what it should, writes only below the build, and fails when an outcome
is another than the telemetry asks for."""
import os
import pathlib
import re
import shutil
import stat
import subprocess
import unittest

from program import BUILD, PROGRAM, SOURCE, main


class Demo(unittest.TestCase):
    def setUp(self):
        self.build = BUILD / "tests" / "end_to_end" / "Demo"
        shutil.rmtree(self.build, ignore_errors=True)
        self.build.mkdir(parents=True)

    def demo(self, program=None):
        """Runs the demo in a build folder that holds nothing but a program."""
        if program is None:
            (self.build / "proofmark").symlink_to(PROGRAM)
        else:
            (self.build / "proofmark").write_text(program)
            (self.build / "proofmark").chmod(stat.S_IRWXU)
        return subprocess.run(["bash", SOURCE / "scripts/demo.sh", self.build], cwd="/", capture_output=True, text=True, check=False)

    def test_outcomes(self):
        before = self.source_files()
        ran = self.demo()
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(re.findall(r"\(exit code (\d+)\)", ran.stdout), ["0", "0", "0", "1", "2", "0", "0"])
        self.assertLess(ran.stdout.index("certify for 30d"), ran.stdout.index("\ndeny\n"))
        self.assertIn("byte for byte", ran.stdout)
        self.assertEqual(self.source_files(), before)
        again = subprocess.run(["bash", SOURCE / "scripts/demo.sh", self.build], cwd=self.build, capture_output=True, text=True, check=False)
        self.assertEqual((again.returncode, again.stdout), (0, ran.stdout))

    @staticmethod
    def source_files():
        tracked = [SOURCE / part for part in ("policies", "scripts")]
        return sorted((str(path), path.stat().st_mtime_ns) for part in tracked for path in part.rglob("*"))

    def test_a_program_that_certifies_everything_fails(self):
        ran = self.demo(f'#!/bin/sh\nif [ "$1" = eval ]; then exit 0; fi\nexec {PROGRAM} "$@"\n')
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("exit code 1 was expected", ran.stderr)

    def test_a_program_that_denies_everything_fails(self):
        self.assertNotEqual(self.demo(f'#!/bin/sh\nif [ "$1" = eval ]; then exit 1; fi\nexec {PROGRAM} "$@"\n').returncode, 0)

    def test_without_a_program(self):
        ran = subprocess.run(["bash", SOURCE / "scripts/demo.sh", self.build], capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 66)
        self.assertIn("make build", ran.stderr)


if __name__ == "__main__":
    main()
