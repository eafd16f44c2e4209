"""Looks are kept by claim: what may change around one, what may not, and what follows. Looks that contradict each other."""
import json

from looks import BEGAN, POLICY, LooksTest
from program import CERTIFY, DENY, HOLD, main, objective

FAST = '  objective fast "Quick" { require p95(requests.status) <= 300 }\n'
DIGEST = "sha256:" + "a" * 64
OTHER_DIGEST = "sha256:" + "b" * 64


def hour(number):
    return f"2026-01-01T0{number}:00:00Z"


class Claims(LooksTest):
    def snapshots(self, *rows, bad=frozenset()):
        return [self.telemetry(f"s{n}", n, bad, as_of=hour(i)) for i, n in enumerate(rows, 1)]

    def rewrite(self, *pairs):
        text = self.policy.read_text()
        for old, new in pairs:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.policy.write_text(text)

    def attested(self, parsed, name="available"):
        return objective(parsed, name)["looks"]["history"]

    def verifies(self, text, snapshot):
        given = self.write("given.json", text)
        self.expect(0, "verify", given, "--policy", self.policy, "--snapshot", snapshot, "--history", self.history)
        self.expect(0, "verify", given, "--policy", self.policy, "--facts-only")

    def warned(self, snapshot):
        ran = self.run_program("eval", self.policy, "--snapshot", snapshot, "--set", "candidate=b1", "--history", self.history)
        return ran.err

    def test_what_is_said_of_a_claim_may_change(self):
        first, second, third = self.snapshots(400, 1500, 3000, bad=frozenset(range(500, 3000, 130)))
        self.look(HOLD, first)
        self.rewrite(("edition 2026\n", "// a comment, and the places of everything move\nedition 2026\n\n"),
                     ("  confidence 95%\n", '  title "Patience"  owner "payments"  runbook "https://runbooks.example/x"  revision 7\n'
                                            "  confidence 95%\n"),
                     ("objective available {", 'objective available "Requests succeed" {'))
        text, parsed = self.look(HOLD, second)
        at = objective(parsed, "available")
        self.assertEqual((at["looks"]["history"], at["look"]["number"], at["method"]), ("attested", 2, "group_sequential"))
        self.verifies(text, second)
        self.rewrite(("objective available \"Requests succeed\"", "objective answered"))
        text, parsed = self.look(CERTIFY, third)  # as it was named does not matter either
        self.assertEqual((self.attested(parsed, "answered"), objective(parsed, "answered")["look"]["number"]), ("attested", 3))
        self.assertTrue(parsed["decision"]["bound"]["stated"])
        self.verifies(text, third)

    def test_other_objectives_and_rules_may_change(self):
        first, second, third = self.snapshots(400, 1500, 3000, bad=frozenset(range(500, 3000, 130)))
        self.rewrite(("  decide {", FAST + "  decide {"))
        self.look(HOLD, first)
        self.rewrite((FAST, FAST.replace("300", "250")), ("certify for 7d", "certify for 1d"))
        text, parsed = self.look(HOLD, second)
        self.assertEqual((self.attested(parsed), objective(parsed, "available")["look"]["number"]), ("attested", 2))
        fast = objective(parsed, "fast")
        self.assertEqual(fast["looks"]["history"], "asked otherwise")
        self.assertEqual(fast["looks"]["askedOtherwise"], {"look": 1, "how": "its threshold was `<= 300`"})
        self.assertEqual((fast["method"], fast["statesBound"]), ("order_statistic_count", False))
        bound = parsed["decision"]["bound"]
        self.assertFalse(bound["stated"])
        self.assertIn("look 1 was decided by other objectives or rules", bound["because"])
        self.assertEqual([look["decidedOtherwise"] for look in parsed["facts"]["history"]], [True])
        self.verifies(text, second)
        self.rewrite((FAST.replace("300", "250"), ""), ("param candidate : release", "param candidate, other : release"),
                     ('service "checkout"', 'service "checkout"'))
        self.rewrite(("param candidate, other : release", "param candidate : release"))
        text, parsed = self.look(CERTIFY, third)  # `fast` is claimed no more, and `available` was asked every time
        self.assertEqual((self.attested(parsed), objective(parsed, "available")["look"]["number"]), ("attested", 3))
        self.assertFalse(parsed["decision"]["bound"]["stated"])  # but `fast` was dropped after looking
        self.verifies(text, third)

    def test_a_claim_may_be_spelled_anew(self):
        first, second, third = self.snapshots(400, 1500, 3000, bad=frozenset(range(500, 3000, 130)))
        self.look(HOLD, first)
        self.rewrite(("fraction(requests, status < 500) >= 99%", "fraction( requests,\n (status<500) ) >= 99.0%"), ("objective available", "objective answered"))
        text, parsed = self.look(HOLD, second)
        self.assertEqual(self.attested(parsed, "answered"), "attested")
        self.assertEqual([look["decidedOtherwise"] for look in parsed["facts"]["history"]], [False])
        self.verifies(text, second)
        self.assertNotIn("PM0912", self.warned(third))
        _, parsed = self.look(CERTIFY, third)
        self.assertTrue(parsed["decision"]["bound"]["stated"])

    def test_who_says_that_he_was_asked_the_same_decided_the_same(self):
        first, second = self.snapshots(400, 1500, bad=frozenset(range(500, 1500, 130)))
        self.look(HOLD, first)
        self.rewrite(("hold           when any objective is undecided", "deny           when any objective is undecided"))
        parsed = json.loads(self.lines()[0])
        self.history.write_text("")
        parsed["decision"]["question"] = self.look(DENY, first, append=False)[1]["decision"]["question"]
        self.history.write_text(json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
        self.assertIn("`decision.outcome` should be `deny` and is `hold`", self.refused_look("PM0906", second, at="looks.jsonl:1:1").err)

    def test_two_names_for_one_column_are_one(self):
        first, second = self.snapshots(400, 1500)
        both = "fraction(requests, status < 500) >= 99% and fraction(requests, answer < 500) >= 98%"
        self.rewrite(("status : int ", 'status : int  answer : int from "status" '), ("fraction(requests, status < 500) >= 99%",
                     both))
        self.look(HOLD, first)
        self.rewrite(("answer < 500", "status < 500"))
        text, parsed = self.look(CERTIFY, second)
        self.assertEqual((self.attested(parsed), objective(parsed, "available")["looks"]["kind"]), ("attested", "at_most"))
        self.verifies(text, second)

    def test_an_objective_that_is_added_was_not_asked(self):
        first, second = self.snapshots(400, 1500)
        self.look(HOLD, first)
        self.rewrite(("  decide {", FAST + "  decide {"))
        _, parsed = self.look(CERTIFY, second)
        self.assertFalse(parsed["decision"]["bound"]["stated"])
        self.assertEqual(objective(parsed, "fast")["looks"]["askedOtherwise"], {"look": 1, "how": "it was not asked"})
        self.assertEqual(self.attested(parsed), "attested")

    def test_a_claim_that_changes_keeps_its_looks_and_has_no_bound(self):
        changes = {"its threshold was `>= 99 %`": (">= 99%", ">= 97%"),
                   "its confidence was `95 %`": ("confidence 95%", "confidence 90%"),
                   "its looks were `at most 3`": ("looks at most 3", "looks at most 4"),
                   "its window was `since 2026-01-01T00:00:00Z`": ("2026-01-01T00:00:00Z", "2026-01-01T00:00:10Z"),
                   "it required `fraction(requests, status < 500) >= 99%`": ("status < 500", "status < 400"),
                   "it had no further clauses": (">= 99%", ">= 99%  at least 10 rows")}
        first, second = self.snapshots(400, 1500, bad=frozenset(range(500, 1500, 130)))
        for how, change in changes.items():
            with self.subTest(how):
                self.policy.write_text(POLICY)
                self.history.write_text("")
                self.look(HOLD, first)
                self.rewrite(change)
                text, parsed = self.judge(CERTIFY if ">= 97%" in change else HOLD, self.policy, second,
                                          "--history", self.history, candidate="b1")
                at = objective(parsed, "available")
                self.assertEqual(at["looks"]["askedOtherwise"], {"look": 1, "how": how})
                self.assertEqual((at["method"], at["statesBound"]), ("clopper_pearson", False))
                for bound in ("bound", "denialBound"):
                    self.assertFalse(parsed["decision"][bound]["stated"])
                    self.assertIn(how, parsed["decision"][bound]["because"])
                self.verifies(text, second)
                warning = self.warned(second)
                self.assertIn("warning[PM0912]", warning)
                self.assertIn(f"`available` is not what look 1 asked: {how}", warning)

    def test_looks_at_a_changed_claim_are_spent_like_others(self):
        snapshots = self.snapshots(200, 210, 220, 9000)
        for snapshot, threshold in zip(snapshots, ("99%", "98.9%", "98.8%", "50%")):
            self.rewrite((objective_line(self.policy.read_text()), f"status < 500) >= {threshold} }}"))
            _, parsed = self.look(HOLD, snapshot)
        self.assertEqual((objective(parsed, "available")["reason"]), "spent")

    def test_other_rows_by_the_same_words(self):
        first, second = self.snapshots(400, 1500)
        self.rewrite(("  objective", '  let asked = requests where region == "eu"\n  objective'), ("fraction(requests,", "fraction(asked,"))
        self.look(HOLD, first)
        self.rewrite(('region == "eu"', 'region == "us" or region == "eu"'))
        _, parsed = self.look(CERTIFY, second)
        self.assertEqual(objective(parsed, "available")["looks"]["askedOtherwise"]["how"],
                         "it measured other rows or values by the same words")

    def test_a_history_belongs_to_an_artifact(self):
        first, second, third = self.snapshots(400, 1500, 3000)
        self.look(HOLD, first, candidate=f"b1@{DIGEST}")
        self.assertIn(OTHER_DIGEST, self.refused_look("PM0908", second, candidate=f"b1@{OTHER_DIGEST}").err)
        self.refused_look("PM0908", second, candidate="b1")
        _, parsed = self.look(CERTIFY, second, candidate=f"renamed@{DIGEST}")  # another label for the same bytes
        self.assertEqual((self.attested(parsed), objective(parsed, "available")["look"]["number"]), ("attested", 2))
        self.rewrite(('service "checkout"', 'service "basket"'))
        self.refused_look("PM0908", third, candidate=f"b1@{DIGEST}")

    def test_a_policy_that_asks_nothing_of_it_is_another(self):
        first, second = self.snapshots(400, 1500)
        self.look(HOLD, first)
        self.rewrite(("policy patient", "policy other"))
        _, parsed = self.judge(CERTIFY, self.policy, second, "--history", self.history, candidate="b1")
        self.assertEqual(self.attested(parsed), "attested")  # another name, and the same claim
        self.rewrite((">= 99%", ">= 98%"))
        self.assertIn("asks nothing that policy `other` asks", self.refused_look("PM0908", second).err)

    def test_altered_lines_of_another_plan(self):
        first, second, third = self.snapshots(400, 1500, 3000, bad=frozenset(range(500, 3000, 130)))
        self.rewrite(("  decide {", FAST + "  decide {"))
        self.look(HOLD, first)
        self.look(HOLD, second)
        one, two = self.lines()
        self.rewrite((FAST, ""))

        def refused(code, change, line=0):
            lines = [json.loads(one), json.loads(two)]
            change(lines[line])
            self.history.write_text("".join(json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
                                            for each in lines))
            self.assertIn(f"looks.jsonl:{line + 1}", self.refused_look(code, third).err)

        def claim(parsed):
            return objective(parsed, "available")["claim"]

        self.history.write_text(one + "\n" + two + "\n")
        self.judge(CERTIFY, self.policy, third, "--history", self.history, candidate="b1")
        refused("PM0906", lambda parsed: objective(parsed, "available").update(verdict="pass"))
        refused("PM0906", lambda parsed: objective(parsed, "available").update(n=401))
        refused("PM0906", lambda parsed: parsed["inputs"].update(kernel="proofmark-kernel/0"))
        refused("PM0910", lambda parsed: parsed["facts"]["history"][0].update(transcript=DIGEST), line=1)
        refused("PM0910", lambda parsed: parsed["facts"].pop("history"))
        refused("PM0904", lambda parsed: claim(parsed)["facts"][0]["facts"].pop())
        refused("PM0904", lambda parsed: claim(parsed)["facts"][0].update(scan=7))
        refused("PM0904", lambda parsed: claim(parsed)["facts"][0].update(facts="all"))
        refused("PM0904", lambda parsed: claim(parsed).pop("facts"))

        def more_bad(parsed):
            count = parsed["facts"]["history"][0]["objectives"][0]["groups"][0]["requirements"][0]
            count["bad"] = 1
        refused("PM0910", more_bad, line=1)
        self.history.write_text(one.replace('":', '" :', 1) + "\n")
        self.refused_look("PM0907", third)
        self.history.write_text(two + "\n")
        self.refused_look("PM0910", third)
        self.history.write_text(one[:-1] + "\n")
        self.refused_look("PM0901", third)


class Contradictions(LooksTest):
    def contradicted(self, code, snapshot, verdict):
        """A look whose bounds leave nothing with those before it; what it shows by itself, a failure apart, is not said."""
        text, parsed = self.look(code, snapshot)
        at = objective(parsed, "available")
        self.assertEqual((at["verdict"], at["reason"]), (verdict, "drifted"))
        self.assertIn("its looks contradict each other: one shows at least", at["because"])
        self.expect(0, "verify", self.write("given.json", text), "--policy", self.policy, "--facts-only")
        return at, parsed

    def test_looks_that_contradict_each_other_pass_nothing_and_fail_what_is_shown(self):
        self.policy.write_text(POLICY.replace("looks at most 3", "looks unlimited"))
        bad = set(range(3000, 6000, 2))
        self.look(CERTIFY, self.telemetry("d1", 3000, bad, as_of=hour(1)))
        at, parsed = self.contradicted(DENY, self.telemetry("d2", 6000, bad, as_of=hour(2)), "fail")
        self.assertLess(float(at["upper"]), 0.99)
        group = at["groups"][0]["requirements"][0]
        self.assertEqual((group["reason"], group["declaredFail"]), ("drifted", True))
        self.assertIn("contradict each other", group["note"])
        self.assertIn("contradict each other", parsed["decision"]["because"])
        self.contradicted(DENY, self.telemetry("d3", 10800, bad, as_of=hour(3)), "fail")
        # What once contradicted itself passes never after, however many good rows come.
        at, _ = self.contradicted(HOLD, self.telemetry("d4", 400000, bad, as_of="2026-01-06T00:00:00Z"), "inconclusive")
        self.assertEqual((at["lower"], at["upper"]), (None, None))

    def test_a_mean_that_drifts(self):
        self.policy.write_text(POLICY.replace("looks at most 3", "looks unlimited").replace(
            "fraction(requests, status < 500) >= 99%",
            'mean(requests.status, low: 0, high: 1000) <= 300  assume independent because "each is another client\'s"'))
        bad = set(range(3000, 6000))
        self.look(CERTIFY, self.telemetry("k1", 3000, bad, as_of=hour(1)))
        at, _ = self.contradicted(DENY, self.telemetry("k2", 6000, bad, as_of=hour(2)), "fail")
        self.assertGreater(float(at["lower"]), 300)
        self.assertIn("look 2, which has 1/4 of alpha", at["because"])
        at, _ = self.contradicted(HOLD, self.telemetry("k3", 60000, bad, as_of="2026-01-02T00:00:00Z"), "inconclusive")
        self.assertEqual((at["lower"], at["upper"]), (None, None))

    def test_a_mean_whose_rows_depend_on_each_other_and_one_whose_rows_vanish(self):
        self.policy.write_text(POLICY.replace("looks at most 3", "looks unlimited").replace(
            "fraction(requests, status < 500) >= 99%", "mean(requests.status, low: 0, high: 1000) <= 300"))
        bad = set(range(3000, 6000))
        _, parsed = self.look(CERTIFY, self.telemetry("m1", 3000, bad, as_of=hour(1)))
        self.assertEqual(objective(parsed, "available")["retry"], {"number": 1, "alpha": "1/40"})
        _, parsed = self.look(HOLD, self.telemetry("m2", 6000, bad, as_of=hour(2)))
        self.assertEqual(objective(parsed, "available")["reason"], "dependent")  # which says no less
        self.expect(0, "verify", "transcript.json", "--policy", self.policy, "--facts-only")
        self.assertIn("6000 rows, and the look after it 5999 rows",
                      self.refused_look("PM0911", self.telemetry("m3", 5999, bad, as_of=hour(3))).err)


class Retries(LooksTest):
    MEAN = POLICY.replace("looks at most 3", "looks unlimited").replace(
        "fraction(requests, status < 500) >= 99%", "mean(requests.status, low: 0, high: 1000) <= 250")

    def test_a_look_has_half_of_what_the_one_before_had(self):
        self.policy.write_text(self.MEAN)
        parsed_looks = []
        for i, rows in enumerate((20, 40, 40, 60), 1):
            text, parsed = self.look(HOLD, self.telemetry(f"r{i}", rows, set(), as_of=hour(i)))
            parsed_looks.append(objective(parsed, "available"))
            self.expect(0, "verify", self.write("given.json", text), "--policy", self.policy, "--facts-only")
        self.assertEqual([at["retry"]["number"] for at in parsed_looks], [1, 2, 3, 4])
        self.assertEqual([at["alpha"] for at in parsed_looks], ["1/40", "1/80", "1/160", "1/320"])
        self.assertIn("look 4, which has 1/16 of alpha", parsed_looks[3]["because"])
        needed = parsed_looks[3]["samplesNeeded"]
        _, parsed = self.look(CERTIFY, self.telemetry("enough", 60 + needed, set(), as_of=hour(5)))
        at = objective(parsed, "available")
        self.assertEqual((at["retry"]["number"], at["alpha"], at["guarantee"]), (5, "1/640", "finite-sample"))
        self.assertLessEqual(float(at["upper"]), 250)
        bound = parsed["decision"]["bound"]
        self.assertEqual((bound["stated"], bound["alpha"], bound["guarantee"]), (True, "1/20", "finite-sample"))
        self.assertEqual(parsed["decision"]["denialBound"]["alpha"], "1/20")
        self.expect(0, "verify", "transcript.json", "--policy", self.policy, "--facts-only")

    def test_without_a_history_it_is_the_first_look_and_bounds_nothing(self):
        self.policy.write_text(self.MEAN)
        _, parsed = self.judge(CERTIFY, self.policy, self.telemetry("alone", 3000, set(), as_of=hour(1)), candidate="b1")
        at = objective(parsed, "available")
        self.assertEqual((at["retry"], at["looks"]["history"]), ({"number": 1, "alpha": "1/40"}, "unattested"))
        self.assertFalse(parsed["decision"]["bound"]["stated"])

    def test_whatever_has_no_test_at_any_time(self):
        claims = {"fraction(requests, status < 500) >= 99%  clustered by region": "cluster_count",
                  "fraction(requests, status < 500) >= 99%  blocks of 10s  design effect 2": "korn_graubard",
                  "fraction(requests, status < 500) >= 99%  method clopper_pearson": "clopper_pearson",
                  "fraction(requests, status < 500) >= 99%  method mid_p": "mid_p",
                  "p99(requests.status) <= 300  method order_statistic_count": "order_statistic_count",
                  "rate(requests, per: 1m, buckets: 10s) >= 50": "student_t_of_buckets",
                  'rate(requests, per: 1m) >= 50  assume poisson because "x"': "poisson_exact",
                  'rate(requests, per: 1m) >= 50 for each region  assume poisson because "x"': "poisson_exact",
                  "mean(requests.status, low: 0, high: 1000) <= 300  method hoeffding": "hoeffding",
                  "mean(requests.status, low: 0, high: 1000) <= 300  method student_t": "student_t",
                  "mean(requests.status, low: 0, high: 1000) - fraction(requests, status < 500) <= 300": "interval_arithmetic",
                  'odds_ratio(fraction(requests where region == "us", status >= 500), fraction(requests where region == "eu", '
                  'status >= 500)) <= 5  assume split because "x"': "mantel_haenszel",
                  'similarity((requests where region == "us").status, (requests where region == "eu").status) >= 50%  '
                  'assume split because "x"': "dkw_bands"}
        snapshots = [self.telemetry(f"w{n}", n, set(range(0, 4000, 400)), lambda second: "us" if second % 2 else "eu", as_of=hour(i))
                     for i, n in enumerate((1200, 2400, 3600), 1)]
        for claim, method in claims.items():
            with self.subTest(claim):
                self.policy.write_text(POLICY.replace("looks at most 3", "looks unlimited").replace(
                    "fraction(requests, status < 500) >= 99%", claim + "  "))
                self.history.write_text("")
                for number, snapshot in enumerate(snapshots, 1):
                    ran = self.run_program("eval", self.policy, "--snapshot", snapshot, "--set", "candidate=b1", "--history",
                                           self.history, "--transcript", "one.json", "--quiet")
                    self.assertIn(ran.code, (CERTIFY, DENY, HOLD), str(ran))
                    text = (self.folder / "one.json").read_bytes()
                    at = objective(json.loads(text), "available")
                    numbers = at["groups"][0]["requirements"][0]
                    self.assertEqual(numbers["retry"], {"number": number, "alpha": f"1/{20 * 2 ** number}"})
                    self.assertEqual(numbers["method"], method)
                    self.expect(0, "verify", "one.json", "--policy", self.policy, "--facts-only")
                    with open(self.history, "ab") as file:
                        file.write(text + b"\n")

    def test_a_family_with_members_of_both_kinds(self):
        self.policy.write_text(POLICY.replace("looks at most 3", "looks unlimited").replace(
            "require fraction(requests, status < 500) >= 99%",
            "require any of (fraction(requests, status < 500) >= 99%, mean(requests.status, low: 0, high: 1000) <= 250)"))
        _, parsed = self.look(HOLD, self.telemetry("f1", 40, set(), as_of=hour(1)))
        _, parsed = self.look(CERTIFY, self.telemetry("f2", 900, set(), as_of=hour(2)))
        share, mean = objective(parsed, "available")["groups"][0]["requirements"]
        self.assertNotIn("retry", share)
        self.assertEqual((share["method"], mean["retry"]["number"]), ("beta_mixture_e_value", 2))
        self.assertEqual(parsed["decision"]["bound"]["alpha"], "1/20")
        self.expect(0, "verify", "transcript.json", "--policy", self.policy, "--facts-only")


def objective_line(text):
    begin = text.index("status < 500)")
    return text[begin:text.index("}", begin) + 1]


if __name__ == "__main__":
    main()
