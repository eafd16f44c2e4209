"""`for each`: a group whose rows hang together by the minute is taken back by its own steps of time, as if it were claimed alone,
however large and independent the others are; and no engine, thread, kept fact or longer snapshot shows in the transcript."""
import copy
import json
import random

from program import INVALID, ProgramTest, main, objective

POLICY = """edition 2026
policy regional {{
  confidence 95%
  telemetry requests : events {{
    time from "ts" in epoch_s  region : label  status : int  d : duration in ms  took : float
  }}
  let asked = requests{where}
  objective available {{ require fraction(asked, status < 500) >= 93%{each} }}
  {others}
  decide {{ certify for 7d when all objectives pass  deny otherwise }}
}}
"""
OTHERS = """objective quick {{ require mean(asked.d, low: 0ms, high: 1s) <= 100ms{each} }}
  objective even {{ require mean(asked.took, low: 0, high: 1000) <= 100{each} }}
  objective tail {{ require p95(asked.d) <= 500ms{each} }}
  objective rare {{ require rate(asked where status >= 500, per: 1m) <= 10{each} }}"""
EACH = "  for each region"
NAMES = ("available", "quick", "even", "tail", "rare")
START, MINUTES = 1_767_225_600, 60


def telemetry(seed, small=20, large=400, others=("us",), minutes=MINUTES):
    """Of `eu` one minute in twenty fails as a whole; the rows of the others are independent of each other."""
    rng, lines = random.Random(seed), ["ts,region,status,d,took"]
    for minute in range(minutes):
        fails = rng.random() < 0.05
        for region, rows in (("eu", small), *((other, large) for other in others)):
            for row in range(rows):
                bad = fails if region == "eu" else rng.random() < 0.01
                d = 900 if bad else rng.randrange(10, 90)
                lines.append(f"{START + 60 * minute + 60 * row / rows:.3f},{region},{500 if bad else 200},{d},{d + rng.random():.4f}")
    head, rows = lines[0], sorted(lines[1:], key=lambda line: float(line.split(",")[0]))
    return "\n".join([head, *rows]) + "\n"


class GroupedDependence(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.each = cls.folder / "each.pmk"
        cls.each.write_text(POLICY.format(where="", each=EACH, others=OTHERS.format(each=EACH)))
        cls.alone = cls.folder / "alone.pmk"
        cls.alone.write_text(POLICY.format(where=' where region == "eu"', each="", others=OTHERS.format(each="")))
        cls.share = cls.folder / "share.pmk"
        cls.share.write_text(POLICY.format(where="", each=EACH, others=""))

    def recorded(self, name, text):
        return self.snapshot(name, self.write(f"{name}.csv", text), self.each)

    def transcript(self, policy, snapshot, *words):
        path = self.folder / "t.json"
        self.run_program("eval", policy, "--snapshot", snapshot, "--transcript", path, "--quiet", *words)
        return path.read_bytes()

    def test_a_group_is_judged_as_if_it_were_claimed_alone(self):
        taken_back = 0
        for seed in range(8):
            snapshot = self.recorded(f"s{seed}", telemetry(seed))
            each, alone = (json.loads(self.transcript(policy, snapshot)) for policy in (self.each, self.alone))
            self.transcript(self.each, snapshot)
            for how in (("--facts-only",), ("--snapshot", snapshot, "--engine", "interpreter")):
                self.expect(0, "verify", "t.json", "--policy", self.each, *how)
            for name in NAMES:
                eu, us = objective(each, name)["groups"]
                one = objective(alone, name)
                self.assertEqual((eu["group"], us["group"]), ("eu", "us"))
                self.assertEqual((eu["verdict"], eu["reason"]), (one["verdict"], one["reason"]), f"{name}, seed {seed}")
                measured = eu["requirements"][0].get("dependence", [None])[0] or {}
                wanted = one["requirements"][0]["dependence"][0] or {}
                for of in (measured, wanted):
                    of.pop("significantAmongAll", None)  # of two groups, or of one
                self.assertEqual(measured, wanted, f"{name}, seed {seed}")
                self.assertEqual(objective(each, name)["requirements"][0]["dependence"], [None])
                taken_back += eu["reason"] == "dependent"
        self.assertGreater(taken_back, 10)

    def test_the_report_names_the_group(self):
        snapshot = self.recorded("named", telemetry(7))
        ran = self.run_program("eval", self.share, "--snapshot", snapshot)
        self.assertRegex(ran.out, r'region "eu" +inconclusive \(dependent\)')
        self.assertRegex(ran.out, r'region "us" +pass')
        self.assertIn('none stated: the rows of region "eu" that `available` takes for independent depend on those before them',
                      " ".join(ran.out.split()))

    def test_no_engine_shows(self):
        others = [f"h{i:03}" for i in range(40)]
        for name, rows in (("few", telemetry(1)), ("many", telemetry(2, others=others, large=12))):
            snapshot = self.recorded(name, rows)
            first = self.transcript(self.each, snapshot, "--engine", "interpreter", "--threads", "1", "--no-fact-cache")
            self.assertEqual(len(json.loads(first)["objectives"][0]["groups"]), 2 if name == "few" else 41)
            for words in (("--engine", "native"), ("--threads", "3"), ("--no-fact-cache",), ("--engine", "native", "--threads", "2")):
                self.assertEqual(self.transcript(self.each, snapshot, *words), first, (name, words))

    def test_a_snapshot_that_has_grown_counts_as_one_that_was_whole(self):
        head, *rows = telemetry(4, large=4_000).splitlines()
        part = self.write("part.csv", "\n".join([head, *rows[:180_000]]) + "\n")
        rest = self.write("rest.csv", "\n".join([head, *rows[180_000:]]) + "\n")
        short = self.snapshot("short", part, self.each)
        self.transcript(self.each, short)
        self.expect(0, "snapshot", "append", short, "--stream", f"requests={rest}", "--out", "long")
        grown = self.transcript(self.each, self.folder / "long")
        self.assertEqual(self.transcript(self.each, self.folder / "long"), grown)
        self.assertEqual(self.transcript(self.each, self.folder / "long", "--no-fact-cache", "--engine", "interpreter"), grown)
        whole = json.loads(self.transcript(self.each, self.recorded("whole", "\n".join([head, *rows]) + "\n")))
        self.assertEqual(json.loads(grown)["facts"]["scans"][0]["facts"], whole["facts"]["scans"][0]["facts"])

    def test_more_groups_than_are_asked_alone_are_asked_together(self):
        others = [f"h{i:03}" for i in range(256)]
        snapshot = self.recorded("crowd", telemetry(5, small=80, large=2, others=others))
        for answer, stated in (("", False), (' assume independent because "one row a user"', True)):
            path = self.write("crowd.pmk", POLICY.format(where="", each=EACH + answer, others=""))
            transcript = json.loads(self.transcript(path, snapshot))
            self.expect(0, "verify", "t.json", "--policy", path, "--facts-only")
            share = objective(transcript, "available")
            self.assertEqual(len(share["groups"]), 257)
            self.assertNotIn("dependence", share["groups"][0]["requirements"][0])
            self.assertTrue(share["requirements"][0]["dependence"][0]["together"])
            self.assertEqual(transcript["decision"]["bound"]["stated"], stated, transcript["decision"]["bound"])
        self.assertIn("depend on those before them is asked of all 257 groups together",
                      " ".join(self.run_program("eval", path, "--snapshot", snapshot).out.split()))

    def test_altered_steps_are_refused(self):
        snapshot = self.recorded("altered", telemetry(6))
        whole = json.loads(self.transcript(self.each, snapshot))
        facts = whole["facts"]["scans"][0]["facts"]
        places = [(i, kind) for i, fact in enumerate(facts) for kind in ("series", "momentSeries") if kind in fact]
        self.assertGreaterEqual(len(places), 4)

        def swap_groups(groups):
            groups[0], groups[1] = groups[1], groups[0]

        def move_a_row(groups):
            for group, change in ((0, -1), (1, 1)):
                for column in ("rows", "part", "known"):
                    if column in groups[group]:
                        groups[group][column][5] += change

        def swap_steps(groups):
            for column in groups[0].values():
                column[2], column[40] = column[40], column[2]
            for column in groups[0].values():
                column[3], column[30] = column[30], column[3]

        for place, kind in places:
            for change in (swap_groups, move_a_row, swap_steps, lambda groups: groups.pop(), lambda groups: groups[0].popitem()):
                altered = copy.deepcopy(whole)
                change(altered["facts"]["scans"][0]["facts"][place][kind]["groups"])
                if altered == whole:
                    continue
                file = self.write("altered.json", json.dumps(altered))
                self.expect(INVALID, "verify", file, "--policy", self.each, "--facts-only")


if __name__ == "__main__":
    main()
