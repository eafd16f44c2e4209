"""What the tests of histories share: a policy with three looks, growing telemetry, and looks that are kept."""
import shutil

from program import INVALID, ProgramTest

POLICY = """edition 2026
policy patient {
  confidence 95%
  param candidate : release
  subject { service "checkout"  release candidate }
  telemetry requests : events { time from "t" in epoch_s  status : int  region : label }
  looks at most 3
  over since "2026-01-01T00:00:00Z"
  objective available { require fraction(requests, status < 500) >= 99% }
  decide {
    deny           when any objective fails
    certify for 7d when all objectives pass
    hold           when any objective is undecided
    deny otherwise
  }
}
"""
BEGAN = 1767225600  # 2026-01-01T00:00:00Z


class LooksTest(ProgramTest):
    """A history file that every look is appended to."""

    def setUp(self):
        self.policy = self.write("patient.pmk", POLICY)
        self.history = self.write("looks.jsonl", "")

    def telemetry(self, name, rows, bad_at, region=lambda second: "eu", as_of=None):
        """A snapshot of rows a second apart of which those at `bad_at` failed."""
        lines = [f"{BEGAN + i},{500 if i in bad_at else 200},{region(i)}" for i in range(rows)]
        stream = self.write(f"{name}.csv", "t,status,region\n" + "\n".join(lines) + "\n")
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.snapshot(name, stream, self.policy, *(("--as-of", as_of) if as_of else ()))

    def look(self, code, snapshot, *more, candidate="b1", append=True):
        text, parsed = self.judge(code, self.policy, snapshot, "--history", self.history, *more, candidate=candidate)
        if append:
            with open(self.history, "ab") as file:
                file.write(text + b"\n")
        return text, parsed

    def lines(self):
        return self.history.read_text().splitlines()

    def refused_look(self, diagnostic, snapshot, *more, code=INVALID, candidate="b1", at=None):
        return self.refused(diagnostic, "eval", self.policy, "--snapshot", snapshot, "--set", f"candidate={candidate}",
                            "--history", self.history, *more, code=code, at=at)
