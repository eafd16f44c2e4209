"""Looking again with a history: what is spent, what is refused, and that decisions made so verify."""
import hashlib
import json

from looks import POLICY, LooksTest
from program import CERTIFY, HOLD, MISSING, USAGE, main, objective


class History(LooksTest):
    def three(self):
        """Three growing snapshots: the first luckily clean, the last just good enough."""
        bad = set(range(500, 3000, 130))  # 20 bad rows
        return [self.telemetry(f"s{n}", n, bad, as_of=f"2026-01-01T0{i}:00:00Z") for i, n in enumerate((400, 1500, 3000), 1)]

    def test_three_looks_spend_alpha_once(self):
        first, second, third = self.three()
        # 400 clean rows: whoever peeks passes (298 clean rows do), alpha / 3 does not, the boundary of the plan neither.
        one, parsed = self.look(HOLD, first)
        at = objective(parsed, "available")
        self.assertEqual((at["looks"]["history"], at["method"]), ("attested", "group_sequential"))
        self.assertEqual((at["look"]["number"], at["look"]["of"], at["look"]["bad"]), (1, 3, 0))
        self.assertIsNone(at["look"]["mostBad"])
        self.assertEqual(parsed["inputs"]["history"], [])
        two, parsed = self.look(HOLD, second)
        self.assertEqual(parsed["inputs"]["history"],
                         [{"asOf": "2026-01-01T01:00:00Z", "digest": "sha256:" + hashlib.sha256(one).hexdigest()}])
        # 20 bad of 3,000: the last look has nearly all of alpha left, and passes; alpha / 3 would hold.
        three, parsed = self.look(CERTIFY, third)
        at = objective(parsed, "available")
        self.assertEqual(at["look"]["number"], 3)
        self.assertGreaterEqual(at["look"]["mostBad"], 20)
        self.assertEqual(parsed["decision"]["bound"]["stated"], True)
        self.assertEqual((parsed["decision"]["bound"]["alpha"], parsed["decision"]["bound"]["guarantee"]), ("1/20", "exact"))
        denial = parsed["decision"]["denialBound"]
        self.assertEqual((denial["alpha"], denial["guarantee"], denial["ledger"][0]["weight"]), ("1/20", "exact", "1"))
        self.assertIn("at most 5 would be denied", denial["because"])
        _, alone = self.judge(HOLD, self.policy, third, candidate="b1")
        self.assertEqual(objective(alone, "available")["looks"]["history"], "unattested")
        self.assertFalse(alone["decision"]["bound"]["stated"])
        self.assertNotIn("history", alone["inputs"])
        self.assertNotIn("history", alone["facts"])
        for text, snapshot in ((one, first), (two, second), (three, third)):
            given = self.write("given.json", text)
            self.expect(0, "verify", given, "--policy", self.policy, "--snapshot", snapshot, "--history", self.history)
            self.expect(0, "verify", given, "--policy", self.policy, "--facts-only")
            self.refused("PM0707", "verify", given, "--policy", self.policy, "--snapshot", snapshot, code=USAGE)

    def test_looks_that_contradict_each_other_say_so_whatever_their_rows_depend_on(self):
        # Forty minutes without a failure, then forty in which one request in twenty-five fails: the rows depend on each other by the measure.
        bad = set(range(2400, 4800, 25))
        first, second, third = (self.telemetry(f"d{n}", n, bad) for n in (2400, 4800, 9600))
        self.write("patient.pmk", POLICY.replace("looks at most 3", "looks at most 9").replace(">= 99%", ">= 98%"))
        _, one = self.look(CERTIFY, first)
        _, two = self.look(HOLD, second)
        at = objective(two, "available")
        self.assertEqual((at["verdict"], at["reason"]), ("inconclusive", "drifted"))
        self.assertTrue(at["requirements"][0]["dependence"][0]["significant"])
        self.assertIn("its looks contradict each other", at["because"])
        self.assertGreater(float(objective(one, "available")["lower"]), 0.997)
        text, three = self.look(HOLD, third)
        self.assertEqual(objective(three, "available")["reason"], "drifted")
        given = self.write("given.json", text)
        self.expect(0, "verify", given, "--policy", self.policy, "--snapshot", third, "--history", self.history)
        self.expect(0, "verify", given, "--policy", self.policy, "--facts-only")

    def test_a_look_off_the_schedule_is_warned_of(self):
        self.write("patient.pmk", POLICY.replace("looks at most 3", "looks every 10m for 30m"))
        for seconds, step, late, said in ((600, 1, "-1000000000", False), (840, 1, "239000000000", True), (2100, 3, "299000000000", True)):
            snapshot = self.telemetry(f"at{seconds}", seconds, set())
            ran = self.run_program("eval", self.policy, "--snapshot", snapshot, "--set", "candidate=b1", "--history", self.history, "--transcript", self.folder / "look.json")
            text = (self.folder / "look.json").read_bytes()
            self.assertEqual(objective(json.loads(text), "available")["schedule"], {"step": step, "of": 3, "lateBy": late})
            self.assertEqual("warning[PM0913]" in ran.err, said, str(ran))
            if seconds == 840:
                self.assertIn("3m 59s after step 1 of 3 of `looks every 10m`, and is counted as that step, as look 1 was", ran.err)
            with open(self.history, "ab") as file:
                file.write(text + b"\n")

    def test_altered_counts_of_earlier_looks_do_not_verify(self):
        first, second, _ = self.three()
        self.look(HOLD, first)
        _, parsed = self.look(HOLD, second)
        count = parsed["facts"]["history"][0]["objectives"][0]["groups"][0]["requirements"][0]
        self.assertEqual((count["rows"], count["bad"]), ([400], 0))
        lower = count["lower"]
        for rows, bad, bound, code in ((401, 0, lower, "PM0906"), (400, 500, lower, "PM0905"), (1501, 0, lower, "PM0911"),
                                       (400, 9, lower, "PM0911"), (400, 0, "0.999", "PM0906")):
            count["rows"], count["bad"], count["lower"] = [rows], bad, bound
            text = json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            given = self.write("given.json", text)
            how = ("--snapshot", second, "--history", self.history) if code == "PM0906" else ("--facts-only",)
            self.refused(code, "verify", given, "--policy", self.policy, *how)

    def test_more_looks_than_declared_decide_nothing(self):
        clean = [self.telemetry(f"c{i}", 200 + i, set(), as_of=f"2026-01-01T0{i}:00:00Z") for i in (1, 2, 3)]
        for snapshot in clean:
            self.look(HOLD, snapshot)
        _, parsed = self.look(HOLD, self.telemetry("c4", 9000, set(), as_of="2026-01-01T04:00:00Z"))
        at = objective(parsed, "available")
        self.assertEqual((at["verdict"], at["reason"]), ("inconclusive", "spent"))
        self.assertIn("look 4", at["because"])
        self.expect(0, "verify", "transcript.json", "--policy", self.policy, "--facts-only")

    def test_histories_that_are_refused(self):
        first, second, third = self.three()
        self.look(HOLD, first)
        self.look(HOLD, second)
        one, two = self.lines()
        def histories(*lines):
            self.history.write_text("".join(line + "\n" for line in lines))
        histories(one.replace('"verdict":"inconclusive"', '"verdict":"pass"', 1), two)
        self.assertIn("looks.jsonl:1", self.refused_look("PM0906", third).err)
        histories(one, two.replace('"rows":1500', '"rows":1499'))
        self.assertIn("looks.jsonl:2", self.refused_look("PM0905", third).err)
        histories(two, one)
        self.refused_look("PM0910", third)
        histories(two)
        self.refused_look("PM0910", third)
        histories(one, one)
        self.refused_look("PM0909", third)
        histories(one, two)
        self.refused_look("PM0909", second, at="looks.jsonl:2:1")  # the same snapshot again
        self.refused_look("PM0909", first, at="looks.jsonl:2:1")
        self.history.write_text("\n" + one + "\n\n" + two + "\n")
        self.refused_look("PM0909", second, at="looks.jsonl:4:1")
        self.refused_look("PM0908", third, candidate="b2")
        histories("{}")
        self.refused_look("PM0902", third)
        histories("{")
        self.refused_look("PM0901", third)
        self.history.unlink()
        self.refused_look("PM0701", third, code=MISSING)

    def test_a_look_without_history_attests_nothing(self):
        first, second, _ = self.three()
        text, _ = self.judge(HOLD, self.policy, first, candidate="b1")
        self.history.write_bytes(text)
        self.refused_look("PM0910", second)

    def test_rows_that_vanish(self):
        bad = set(range(100, 900, 100))
        self.look(HOLD, self.telemetry("many", 1500, bad, as_of="2026-01-01T01:00:00Z"))
        fewer = self.telemetry("fewer", 1400, bad, as_of="2026-01-01T02:00:00Z")
        self.refused_look("PM0911", fewer, at="looks.jsonl:1:1")
        self.refused_look("PM0911", self.telemetry("better", 1600, bad - {100}, as_of="2026-01-01T02:00:00Z"), at="looks.jsonl:1:1")
        # A threshold that is chosen after looking is another claim: its rows are not held against these, and nothing is stated of it.
        self.policy.write_text(POLICY.replace(">= 99%", ">= 98%"))
        _, parsed = self.judge(CERTIFY, self.policy, fewer, "--history", self.history, candidate="b1")
        self.assertEqual(objective(parsed, "available")["looks"]["history"], "asked otherwise")
        self.assertEqual([parsed["decision"][bound]["stated"] for bound in ("bound", "denialBound")], [False, False])

    def test_each_group_has_its_own_boundary(self):
        self.policy.write_text(POLICY.replace(">= 99% }", ">= 99% for each region }"))
        region = lambda second: "us" if second >= 400 and second % 2 else "eu"
        bad = set(range(500, 6000, 130))
        self.look(HOLD, self.telemetry("g1", 400, bad, region, as_of="2026-01-01T01:00:00Z"))
        _, parsed = self.look(HOLD, self.telemetry("g2", 1500, bad, region, as_of="2026-01-01T02:00:00Z"))
        groups = objective(parsed, "available")["groups"]
        self.assertEqual([group["group"] for group in groups], ["eu", "us"])
        looks = [group["requirements"][0]["look"] for group in groups]
        self.assertNotEqual(looks[0]["mostBad"], looks[1]["mostBad"])
        self.expect(0, "verify", "transcript.json", "--policy", self.policy, "--facts-only")

    def test_looks_by_the_clock_spend_by_the_clock(self):
        self.policy.write_text(POLICY.replace("looks at most 3", "looks every 1h for 10h"))
        _, parsed = self.look(HOLD, self.telemetry("e1", 1000, set(), as_of="2026-01-01T01:10:00Z"))
        early = objective(parsed, "available")["look"]
        _, parsed = self.look(CERTIFY, self.telemetry("e2", 3100, set(), as_of="2026-01-01T09:50:00Z"))
        late = objective(parsed, "available")["look"]
        self.assertEqual((early["number"], late["number"], late["of"]), (1, 2, 10))
        self.assertLess(float(early["allowed"]), 1e-6)
        self.assertEqual(float(late["allowed"]), 0.05)

    def test_unlimited_looks_are_attested_and_bounded(self):
        self.policy.write_text(POLICY.replace("looks at most 3", "looks unlimited"))
        self.look(HOLD, self.telemetry("u1", 200, set(), as_of="2026-01-01T01:00:00Z"))
        _, parsed = self.look(CERTIFY, self.telemetry("u2", 3000, set(), as_of="2026-01-01T02:00:00Z"))
        bound = parsed["decision"]["bound"]
        self.assertEqual((bound["stated"], bound["alpha"], bound["guarantee"]), (True, "1/20", "finite-sample"))
        self.expect(0, "verify", "transcript.json", "--policy", self.policy, "--facts-only")

    def test_a_quantile_by_counting(self):
        self.policy.write_text(POLICY.replace("status : int", "status : int  ").replace(
            "fraction(requests, status < 500) >= 99%", "p99(requests.status) <= 300"))
        bad = set(range(500, 3000, 130))
        snapshots = [self.telemetry(f"q{n}", n, bad, as_of=f"2026-01-01T0{i}:00:00Z") for i, n in enumerate((400, 1500, 3000), 1)]
        for snapshot, code in zip(snapshots, (HOLD, HOLD, CERTIFY)):
            _, parsed = self.look(code, snapshot)
            self.expect(0, "verify", "transcript.json", "--policy", self.policy, "--facts-only")
        self.assertEqual(objective(parsed, "available")["method"], "group_sequential")


if __name__ == "__main__":
    main()
