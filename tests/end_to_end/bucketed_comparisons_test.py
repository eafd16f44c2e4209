"""Distributions of histograms: never decided against the values in the buckets, like these where each has a bucket of its own,
less and less where buckets grow wider; the same bytes from every engine; altered facts are refused. Random telemetry from
fixed seeds."""
import collections
import fractions
import json
import random

from program import ProgramTest, main, objective

POLICY = """edition 2026
policy compared {
  confidence 80%
  telemetry requests : KIND {
    time from "ts" in epoch_s  COUNT
    version : label  region : label in { "eu", "us" }
    FIELD
  }
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  expect split canary : baseline = 50 : 50
  objective alike      { require similarity(canary.duration, baseline.duration) >= ALIKE%  INDEPENDENT }
  objective apart      { require equivalent(canary.duration, baseline.duration, within: MARGIN%)  INDEPENDENT }
  objective not_worse  { require not_worse(canary.duration, baseline.duration, by: MARGIN%)  INDEPENDENT }
  objective far        { require drift(canary.duration, baseline.duration) > MARGIN%  INDEPENDENT }
  objective pairs      { require probability_worse(canary.duration, baseline.duration) <= PAIRS%  INDEPENDENT }
  objective pairs_more { require probability_worse(canary.duration, baseline.duration) >= PAIRS%  INDEPENDENT }
  objective regional   { require not_worse(canary.duration, baseline.duration, by: MARGIN%)  INDEPENDENT  for each region }
  objective lately     { require worse_by(canary.duration, baseline.duration) <= MARGIN%  INDEPENDENT  over last 50s }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
"""
HISTOGRAM = 'duration : histogram from "bounds" in ms'
VALUES = 'duration : duration from "ms" in ms'
MIXED = POLICY.replace("canary.duration, baseline.duration", "canary.duration, baseline.limit")


def number(text):
    return fractions.Fraction(text)


class Compared(ProgramTest):
    def decided(self, name, text, data, *more):
        policy = self.write(f"{name}/p.pmk", text)
        file = self.write(f"{name}/telemetry.ndjson", "".join(json.dumps(row) + "\n" for row in data))
        self.expect(0, "snapshot", "create", "--out", self.folder / name / "snap", "--stream", f"requests={file}", "--schema",
                    policy, "--quiet")
        ran = self.run_program("eval", policy, "--snapshot", self.folder / name / "snap", "--transcript",
                               self.folder / name / "t.json", "--quiet", *more)
        self.assertLess(ran.code, 64, str(ran))
        self.verified(name)
        return json.loads((self.folder / name / "t.json").read_bytes())

    def verified(self, name):
        policy = self.folder / name / "p.pmk"
        self.expect(0, "verify", self.folder / name / "t.json", "--policy", policy, "--snapshot", self.folder / name / "snap", "--quiet")
        self.expect(0, "verify", self.folder / name / "t.json", "--policy", policy, "--facts-only", "--quiet")

    def policy(self, seed, kind, field, count="", text=POLICY, independent=True):
        rng = random.Random(seed)
        assumed = 'assume independent because "they are made up"' if independent else ""
        words = {"INDEPENDENT": assumed, "KIND": kind, "COUNT": count, "FIELD": field, "ALIKE": rng.choice([40, 60, 80]),
                 "MARGIN": rng.choice([15, 25, 40]), "PAIRS": rng.choice([40, 55, 70])}
        for word, value in words.items():
            text = text.replace(word, str(value))
        return text

    def of_buckets(self, seed, text=POLICY, independent=True):
        return self.policy(seed, "counts", HISTOGRAM, 'count from "n"', text, independent)

    def events(self, seed, most=400):
        """Time, version, region, milliseconds."""
        rng = random.Random(seed)
        slower = rng.choice([1, 1, 1.3, 3])
        return [(rng.randrange(60), version, rng.choice(["eu", "us"]),
                 min(most, 1 + int(rng.lognormvariate(0, 0.8) * 60 * (slower if version == "2" else 1))))
                for _ in range(rng.choice([200, 1500])) for version in "12"]

    def histograms(self, events, edges_of):
        """A histogram a time, version and region."""
        buckets = {}
        for ts, version, region, ms in events:
            edges = tuple(edges_of(version, ts))
            counts = buckets.setdefault((ts, version, region, edges), [0] * (len(edges) + 1))
            counts[sum(ms > edge for edge in edges)] += 1
        return [{"ts": ts, "version": version, "region": region, "bounds": list(edges), "n": counts}
                for (ts, version, region, edges), counts in buckets.items()]

    def values(self, events):
        return [{"ts": ts, "version": version, "region": region, "ms": ms} for ts, version, region, ms in events]


class Placements(Compared):
    def no_bolder(self, coarse, fine, where):
        """What the coarser buckets say holds of the finer ones, or of the values."""
        for one, many in zip(fine["objectives"], coarse["objectives"]):
            for here, there in zip(one["groups"], many["groups"]):
                for exact, wide in zip(here["requirements"], there["requirements"]):
                    if wide["verdict"] in ("pass", "fail"):
                        self.assertEqual(exact["verdict"], wide["verdict"], (where, one["name"]))
                    least = exact.get("estimateAbove", exact["estimate"])
                    self.assertLessEqual(number(wide["estimateAbove"]), number(least), (where, one["name"]))
                    self.assertLessEqual(number(exact["estimate"]), number(wide["estimate"]), (where, one["name"]))
                    self.assertLessEqual(number(wide["lower"]), number(exact["lower"]), (where, one["name"]))
                    self.assertLessEqual(number(exact["upper"]), number(wide["upper"]), (where, one["name"]))

    def test_never_against_the_values(self):
        seen = collections.Counter()
        for seed in range(20):
            events, rng = self.events(seed), random.Random(seed + 9)
            exact = self.decided(f"exact{seed}", self.policy(seed, "events", VALUES), self.values(events))
            fine = sorted(rng.sample(range(0, 420), rng.choice([12, 60, 200])))
            other = sorted(rng.sample(range(0, 420), 60))
            # Every third seed the releases record with other edges; every third each of them does from half-time on.
            edges_of = [lambda v, ts: fine, lambda v, ts: fine if v == "1" else other,
                        lambda v, ts: fine if ts < 30 else other][seed % 3]
            wide = self.decided(f"fine{seed}", self.of_buckets(seed), self.histograms(events, edges_of))
            self.no_bolder(wide, exact, seed)
            wider = self.decided(f"coarse{seed}", self.of_buckets(seed),
                                 self.histograms(events, lambda v, ts: edges_of(v, ts)[::3]))
            self.no_bolder(wider, wide, seed)
            for row in wide["objectives"]:
                seen[row["verdict"], row["reason"]] += 1
        for verdict in (("pass", None), ("fail", None), ("inconclusive", "quantised"), ("inconclusive", "too_few")):
            self.assertGreater(seen[verdict], 5, seen)

    def test_buckets_of_one_value_are_the_values(self):
        for seed in range(4):
            events = self.events(seed + 50)
            exact = self.decided(f"exactly{seed}", self.policy(seed, "events", VALUES), self.values(events))
            every = sorted({edge for event in events for edge in (event[3], f"{event[3] - 1}.999999")}, key=float)
            fine = self.decided(f"each{seed}", self.of_buckets(seed), self.one_each(events, every))
            for one, many in zip(exact["objectives"], fine["objectives"]):
                for key in ("verdict", "lower", "upper", "margin", "n"):
                    self.assertEqual(one[key], many[key], (seed, one["name"], key))

    def one_each(self, events, edges):
        """Each value with the bucket that ends at it."""
        place = {float(edge): i for i, edge in enumerate(edges)}
        rows = collections.Counter(events)
        return [{"ts": ts, "version": version, "region": region, "bounds": edges,
                 "n": [n if i == place[float(ms)] else 0 for i in range(len(edges) + 1)]}
                for (ts, version, region, ms), n in rows.items()]

    def test_against_values_that_are_known(self):
        mixed = MIXED.replace("FIELD", 'FIELD limit : duration from "limit" in ms')
        plain = mixed.replace("KIND", "events")
        for seed in range(6):
            rng = random.Random(seed)
            events = [event + (rng.choice([20, 50, 50, 90, 200, None]),) for event in self.events(seed + 80)]
            exact = self.decided(f"plain{seed}", self.policy(seed, "events", VALUES, text=plain),
                                 [{"ts": ts, "version": v, "region": r, "ms": ms, "limit": limit} for ts, v, r, ms, limit in events])
            edges = sorted(rng.sample(range(0, 420), 60))
            rows = collections.Counter((ts, v, r, limit, sum(ms > edge for edge in edges)) for ts, v, r, ms, limit in events)
            counted = [{"ts": ts, "version": v, "region": r, "limit": limit, "bounds": edges,
                        "n": [n if i == bucket else 0 for i in range(len(edges) + 1)]}
                       for (ts, v, r, limit, bucket), n in rows.items()]
            coarse = self.decided(f"mixed{seed}", self.of_buckets(seed, text=mixed), counted)
            for one, many in zip(exact["objectives"], coarse["objectives"]):
                if many["verdict"] in ("pass", "fail"):
                    self.assertEqual(one["verdict"], many["verdict"], (seed, one["name"]))
                self.assertLessEqual(number(many["lower"]), number(one["lower"]))
                self.assertLessEqual(number(one["upper"]), number(many["upper"]))

    def test_what_is_said(self):
        events = [(i % 60, version, "eu", ms) for i, ms in enumerate([50] * 4000) for version in "12"]
        said = self.decided("said", self.of_buckets(1), self.histograms(events, lambda v, ts: [10, 100]))
        alike = objective(said, "alike")
        self.assertEqual((alike["verdict"], alike["reason"]), ("inconclusive", "quantised"))
        self.assertEqual((alike["estimateAbove"], alike["estimate"], alike["samplesNeeded"]), ("0", "1", None))
        self.assertIn("is between 0 % and 100 % over 4,000 events: the edges of its buckets do not tell", alike["because"])
        self.assertIn("record finer buckets, or compare the shares of values up to an edge", alike["because"])
        page = self.run_program("eval", self.folder / "said/p.pmk", "--snapshot", self.folder / "said/snap").out
        self.assertIn("[0 %, 100 %]", page)

    def test_late_events_lie_anywhere(self):
        text = self.policy(2, "counts", HISTOGRAM.replace("bounds", "le"), 'count from "n" cumulative')
        rows = []
        for step in range(6):
            for version in "12":
                rows += [{"ts": 10 * step, "version": version, "region": "eu", "le": str(edge), "n": 1000 * step * upto}
                         for edge, upto in zip((10, 20, 30, 40, "+Inf"), (1, 2, 3, 4, 5))]
        sure = self.decided("sure", text, rows)
        late = rows + [{"ts": ts, "version": "2", "region": "us", "le": str(edge), "n": 3000}
                       for ts in (30, 40, 50) for edge in (10, 20, 30, 40, "+Inf")]
        unsure = self.decided("unsure", text, late)
        self.assertEqual(objective(unsure, "alike")["unknown"], 6000)
        self.assertLess(number(objective(unsure, "alike")["lower"]), number(objective(sure, "alike")["lower"]))


    # The same from the command line, for who has two histograms and no policy.
    def test_calc_says_the_same(self):
        rng = random.Random(3)
        events = self.events(12)
        edges = sorted(rng.sample(range(0, 420), 50))
        decided = self.decided("calculated", self.of_buckets(12), self.histograms(events, lambda v, ts: edges))
        counts = {v: [0] * (len(edges) + 1) for v in "12"}
        for ts, version, region, ms in events:
            counts[version][sum(ms > edge for edge in edges)] += 1
        for name, measure in (("alike", "similarity"), ("apart", "drift"), ("not_worse", "worse_by"), ("pairs", "probability_worse")):
            said = objective(decided, name)
            call = (f"histogram.comparison(upper_edges1: {json.dumps(edges + ['+Inf'])}, counts1: {counts['2']}, "
                    f"upper_edges2: {json.dumps(edges + ['+Inf'])}, counts2: {counts['1']}, measure: {measure}, confidence: 80%)")
            found = json.loads(self.expect(0, "calc", call, "--format", "json").out)["result"]
            for key, mine in (("least", "estimateAbove"), ("most", "estimate"), ("lower", "lower"), ("upper", "upper")):
                self.assertAlmostEqual(found[key], float(said[mine]), 9, (name, key))
            self.assertEqual((found["n1"], found["n2"]), (sum(counts["2"]), sum(counts["1"])))
        self.refused("PM1203", "calc", "histogram.comparison(upper_edges1: [1, 2], counts1: [1], upper_edges2: [1], counts2: [1])")


class Bytes(Compared):
    def test_engines_write_the_same(self):
        events = self.events(4)
        self.decided("engines", self.of_buckets(4), self.histograms(events, lambda v, ts: range(10, 400, 7)))
        written = set()
        for engine in ("interpreter", "native"):
            for threads in ("1", "2", "5"):
                path = self.folder / f"{engine}{threads}.json"
                self.run_program("eval", self.folder / "engines/p.pmk", "--snapshot", self.folder / "engines/snap", "--engine", engine,
                                 "--threads", threads, "--transcript", path, "--quiet", "--no-cache")
                written.add(path.read_bytes())
        self.assertEqual(len(written), 1)

    def test_altered_facts_are_refused(self):
        events = self.events(6)
        original = self.decided("altered", self.of_buckets(6), self.histograms(events, lambda v, ts: range(10, 400, 7)))
        facts = original["facts"]["scans"][0]["facts"]
        contrasts = [i for i, fact in enumerate(facts) if "contrasts" in fact]
        self.assertGreaterEqual(len(contrasts), 4)
        refused = 0
        for i in contrasts:
            for member, value in facts[i]["contrasts"][0].items():
                for other in {0, int(value) + 1, int(value) * 2 + 7} - {int(value)}:
                    ran = self.verified_with("altered", original, i, {member: other}, "--snapshot", self.folder / "altered/snap")
                    self.assertEqual(ran.code, 65, str(ran))
                    ran = self.verified_with("altered", original, i, {member: other}, "--facts-only")
                    self.assertIn(ran.code, (0, 65))  # 0 where no claim asks for this end, or no digit shows it
                    refused += 1 if ran.code else 0
        self.assertGreater(refused, 40)

    def test_impossible_contrasts_are_refused(self):
        events = self.events(6)
        original = self.decided("impossible", self.of_buckets(6), self.histograms(events, lambda v, ts: range(10, 400, 7)))
        contrasts = [(i, fact["contrasts"]) for i, fact in enumerate(original["facts"]["scans"][0]["facts"]) if "contrasts" in fact]
        high, low = contrasts[0], contrasts[1]
        greatest, least = high[1][0], low[1][0]
        self.assertGreater(int(greatest["wins"]), int(least["wins"]))
        count = greatest["first"]  # of either side: gaps are multiples of it
        self.assertEqual((count, count), (greatest["second"], least["first"]))
        pairs, ends, edges = count**2, "values at the other ends of their buckets", "than values without an edge have"
        nowhere = "gaps or wins that no two samples have"
        above, below, wins = int(greatest["above"]), int(greatest["below"]), int(greatest["wins"])
        for place, changes, word in (
                (high[0], {**least, "wins": int(least["wins"]) - 1}, ends),
                (low[0], {**greatest, "below": below + count}, ends),
                (low[0], {**greatest, "above": above - count}, ends),
                (low[0], {"above": above - count, "wins": pairs - 2 * (above - count)}, ends),
                (high[0], {"first": count - 1}, "compares other values"),
                (high[0], {"below": 0, "above": pairs, "wins": 0}, edges),
                (high[0], {"below": 0, "above": pairs // 2, "wins": pairs}, edges),
                (low[0], {"above": 0, "wins": pairs}, edges),
                (high[0], {"wins": int(least["wins"]) - 1}, nowhere),
                (high[0], {"wins": 0}, nowhere),
                (high[0], {"below": 0}, nowhere),
                (high[0], {"above": pairs - below + count, "wins": wins}, nowhere),
                (low[0], {"below": int(least["below"]) + 1}, nowhere),
                (low[0], {"above": 0}, nowhere)):
            ran = self.verified_with("impossible", original, place, changes, "--facts-only")
            self.assertEqual(ran.code, 65, str(ran))
            self.assertIn(word, ran.err, (place, changes))

    def verified_with(self, name, original, place, changes, *how):
        altered = json.loads(json.dumps(original))
        fact = altered["facts"]["scans"][0]["facts"][place]["contrasts"][0]
        for member, value in changes.items():
            fact[member] = value if member in ("first", "second") else str(value)
        path = self.write(f"{name}/changed.json", json.dumps(altered, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
        return self.run_program("verify", path, "--policy", self.folder / name / "p.pmk", *how)

    def test_dependence_is_measured_by_buckets(self):
        steady = [(ts, version, "eu", random.Random(ts * 7 + i).choice([20, 60, 150])) for ts in range(60) for version in "12"
                  for i in range(80)]
        waves = [(ts, version, "eu", 60 + 90 * (ts // 10 % 2)) for ts in range(60) for version in "12" for i in range(80)]
        edges = list(range(10, 400, 7))
        policy = self.of_buckets(3, independent=False)
        calm = self.decided("calm", policy, self.histograms(steady, lambda v, ts: edges))
        rough = self.decided("rough", policy, self.histograms(waves, lambda v, ts: edges))
        self.assertGreater(self.design_effect(rough), 2 * self.design_effect(calm))

    def design_effect(self, transcript):
        return float(objective(transcript, "alike")["requirements"][0]["dependence"][0]["designEffect"])


if __name__ == "__main__":
    main()
