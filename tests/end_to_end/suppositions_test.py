"""What the error of a verdict supposes is said in its sentence, as the bound of the decision says it: rows that cannot tell whether
they depend on each other, and whatever the policy assumes. And where not one row is known nothing passes."""
from program import CERTIFY, DENY, HOLD, ProgramTest, main, objective

POLICY = """edition 2026
policy bursts {
  confidence 95%
  telemetry requests : events { time from "t" in epoch_s  status : int  name : text  d : duration in ms }
  objective available { require CLAIM }
  decide { certify for 7d when all objectives pass  RULE  deny otherwise }
  LOOKS
}
"""
SHARE = "fraction(requests, status < 500) >= 80%"
BEGAN = 1767225600  # 2026-01-01T00:00:00Z


class Suppositions(ProgramTest):
    def recorded(self, rows, name="r"):
        lines = "".join(f"{BEGAN + second},{status},{text},{d}\n" for second, status, text, d in rows)
        policy = self.policy(SHARE)
        return self.snapshot(name, self.write(f"{name}.csv", "t,status,name,d\n" + lines), policy)

    def policy(self, claim, rule="", looks=""):
        return self.write("bursts.pmk", POLICY.replace("CLAIM", claim).replace("RULE", rule).replace("LOOKS", looks))

    def judged(self, code, rows, claim, name="r", **more):
        snapshot = self.folder / name
        if not snapshot.exists():
            self.recorded(rows, name)
        policy = self.policy(claim, **more)
        _, parsed = self.judge(code, policy, snapshot)
        self.expect(0, "verify", "transcript.json", "--policy", policy, "--snapshot", snapshot)
        return objective(parsed, "available"), parsed["decision"]

    def bursts(self, failing=()):
        """Nine bursts of 20 rows within a second, ten minutes apart."""
        return [(600 * burst, 500 if burst in failing else 200, "a", 5) for burst in range(9) for _ in range(20)]

    def test_a_few_rows_in_bursts(self):
        at, decision = self.judged(CERTIFY, self.bursts(), SHARE, "clean")
        self.assertEqual(at["guarantee"], "assumed")
        self.assertIn("if its rows are independent of each other (whether its rows depend on each other cannot be told: nearly all lie "
                      "in few steps of 1m)", at["because"])
        self.assertFalse(decision["bound"]["stated"])
        self.assertIn("cannot be told", decision["bound"]["because"])
        answered, decision = self.judged(CERTIFY, [], SHARE + '  assume independent because "by another client each"', "clean")
        self.assertEqual(answered["guarantee"], "assumed")
        self.assertTrue(answered["because"].endswith("if its rows are independent of each other, as it assumes"))
        self.assertEqual((decision["bound"]["stated"], decision["bound"]["guarantee"]), (True, "assumed"))
        at, decision = self.judged(DENY, self.bursts({0, 2, 4, 6, 8}), SHARE, "broken")
        self.assertEqual((at["verdict"], at["guarantee"]), ("fail", "assumed"))
        self.assertIn("so it is if its rows are independent of each other (whether", at["because"])
        self.assertFalse(decision["denialBound"]["stated"])

    def test_a_few_rows_one_by_one(self):
        at, decision = self.judged(CERTIFY, [(600 * i, 200, "a", 5) for i in range(16)], SHARE, "spread")
        self.assertEqual((at["guarantee"], decision["bound"]["guarantee"]), ("exact", "assumed"))
        self.assertTrue(decision["bound"]["because"].endswith("would be certified, if each is asked about once"))
        self.assertTrue(at["because"].endswith("this check would wrongly pass at most 5 times in 100"))
        at, _ = self.judged(CERTIFY, [], SHARE + '  unknown counts as good because "x"', "spread")
        self.assertEqual(at["guarantee"], "assumed")
        self.assertTrue(at["because"].endswith("if unknown rows are good, as it assumes"))

    def test_a_release_that_may_have_been_asked_about_before(self):
        rows = [(600 * i, 200, "a", 5) for i in range(16)]
        at, decision = self.judged(CERTIFY, rows, SHARE, "asked", rule="hold when any objective is undecided", looks="looks once")
        self.assertTrue(at["because"].endswith("if it was not asked before"))
        self.assertFalse(decision["bound"]["stated"])

    def test_where_nothing_is_known_nothing_passes(self):
        rows = [(60 * i, 200, "", "") for i in range(4)]
        for claim in ("distinct(requests.name) <= 5", "distinct(requests.d) <= 5", "max(requests.d) <= 1s", "min(requests.d) >= 0s",
                      "sum(requests.d) <= 1s", "count(requests, d > 1s) <= 5", "distinct(requests.name) - distinct(requests.d) <= 5"):
            with self.subTest(claim):
                at, _ = self.judged(DENY, rows, claim, "unknown")
                self.assertEqual((at["verdict"], at["reason"], at["estimate"]), ("inconclusive", "unknown_rows", None))
                for quiet in ((), ("--quiet",)):
                    self.expect(DENY, "eval", self.policy(claim), "--snapshot", self.folder / "unknown", *quiet)
        for claim in ("count(requests, status < 500) <= 5", "count(requests) <= 5"):
            self.judged(CERTIFY, rows, claim, "unknown")
        self.judged(HOLD, rows, "distinct(requests.name) <= 5", "unknown", rule="hold when any objective is undecided", looks="looks once")

    def test_what_is_taken_for_good_alone_is_no_pass(self):
        # `unknown counts as good` speaks of a few rows among others: where it speaks of all of them, nothing was measured.
        good = '  unknown counts as good because "x"'
        two = 'fraction(requests where name == "a", status < 500) - fraction(requests where name == "b", status < 500) >= -5%'
        claims = (SHARE, "fraction(requests, status >= 500) <= 5%", SHARE + "  method mid_p", "p90(requests.d) <= 1s", "p90(requests.d) >= 1ms",
                  "mean(requests.d, low: 0s, high: 1s) <= 500ms", two + '  method miettinen_nurminen  assume split because "x"')
        lost = [(60 * i, "", "ab"[i % 2], "") for i in range(600)]
        known = lost[:-2] + [(60 * 598, 200, "a", 5), (60 * 599, 200, "b", 5)]
        for claim in claims:
            with self.subTest(claim):
                at, _ = self.judged(DENY, lost, claim + good, "lost")
                self.assertEqual((at["verdict"], at["reason"], at["estimate"], at["lower"], at["upper"]),
                                 ("inconclusive", "unknown_rows", None, None, None))
                self.assertIn("row is known" if claim.startswith(two) else "none of its rows is known", at["because"])
                self.judged(CERTIFY, known, claim + good, "known")


if __name__ == "__main__":
    main()
