"""Sums of floats that leave the range of a double, be it only on the way: they decide nothing, whatever is required, and the transcript
holds no infinity."""
import json
import unittest

import program


class FloatSums(program.ProgramTest):
    # Rows 16 apart are added to one lane (runtime/engine/real_sum.h).
    FILES = {
        "to_minus_five": {0: "1e308", 16: "1e308", 32: "-1e308", 48: "-1e308", 64: "-5"},
        "to_nothing": {0: "1e308", 16: "1e308", 1: "-1e308", 17: "-1e308"},
        "beyond": {0: "1e308", 1: "1e308"},
        "within": {0: "1e308", 1: "-1e308", 2: "-5"},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, cells in cls.FILES.items():
            rows = "".join(cells.get(row, "0") + "\n" for row in range(80))
            (cls.folder / f"{name}.csv").write_text("x\n" + rows)
        for name, claim in {"least": "sum(r.x) >= 1", "most": "sum(r.x) <= 1", "less": "sum(r.x) < 1",
                            "twice": "2 * sum(r.x) <= 1", "good": "sum(r.x) >= 1   unknown counts as good because \"it is tried\""}.items():
            require, _, unknown = claim.partition("   ")
            (cls.folder / f"{name}.pmk").write_text(
                "edition 2026\npolicy p {\n  subject { service \"s\" }\n  telemetry r : events { x : float }\n"
                f"  objective o {{\n    require {require}\n    {unknown}\n  }}\n"
                "  decide { certify for 7d when all objectives pass  deny otherwise }\n}\n")

    def judged(self, policy, name):
        transcript = self.folder / f"{policy}_{name}.json"
        if not (self.folder / name).exists():
            self.expect(0, "snapshot", "create", "--out", name, "--stream", f"r={name}.csv", "--schema", "least.pmk", "--quiet")
        ran = self.run_program("eval", f"{policy}.pmk", "--snapshot", name, "--transcript", transcript.name)
        for against in (["--facts-only"], ["--snapshot", name]):
            self.expect(0, "verify", transcript.name, "--policy", f"{policy}.pmk", *against)
        whole = json.loads(transcript.read_text())
        return ran, whole

    def test_nothing_is_decided(self):
        for name in ("to_minus_five", "to_nothing", "beyond"):
            for policy in ("least", "most", "less", "good"):
                with self.subTest(name=name, policy=policy):
                    ran, whole = self.judged(policy, name)
                    self.assertEqual(ran.code, program.DENY, ran.out)
                    requirement = whole["objectives"][0]["groups"][0]["requirements"][0]
                    self.assertEqual((requirement["verdict"], requirement["reason"]), ("inconclusive", "overflow"))
                    self.assertIn("leaves the range of a double", ran.out)
                    self.assertNotIn("Infinity", json.dumps(whole["facts"]))

    def test_nor_by_what_is_calculated_of_it(self):
        ran, _ = self.judged("twice", "beyond")
        self.assertEqual(ran.code, program.DENY, ran.out)

    def test_what_stays_within_is_decided(self):
        self.assertEqual(self.judged("most", "within")[0].code, 0)
        self.assertEqual(self.judged("least", "within")[0].code, 1)


if __name__ == "__main__":
    unittest.main()
