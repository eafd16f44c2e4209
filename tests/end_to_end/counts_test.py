"""Telemetry that is counted already: counts decide as the events do that they stand for, histograms never against them,
and however counters are written the same comes out. Random telemetry from fixed seeds; and values that others computed."""
import collections
import fractions
import json
import pathlib
import random
import re

from program import SOURCE, ProgramTest, main, objective

ORACLES = SOURCE.parent / "shared" / "oracles"
EDGES = [5, 10, 25, 50, 100, 250, 500, 1000]  # ms

ROWS = """edition 2026
policy counted {
  confidence 90%
  telemetry requests : KIND {
    time from "ts" in epoch_s  COUNT
    status : int  version : label  region : label in { "eu", "us" }  session : label  size : bytes from "size" in B
  }
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  expect split canary : baseline = 50 : 50
  objective available { require fraction(canary, status < 500) >= 97%  at least 50 rows }
  objective sized     { require p90(canary.size) <= 900B }
  objective median    { require quantile(requests.size, 50%) >= 400B  over last 40s }
  objective typical   { require mean(requests.size, low: 0B, high: 2000B) <= 700B }
  objective seen      { require count(requests, status == 500) <= 20 and sum(requests.size) <= 1MiB }
  objective spread    { require max(requests.size) <= 2kB and min(requests.size) >= 1B and distinct(requests.size) >= 10 }
  objective regional  { require fraction(requests, status < 500) >= 95%  for each region  at least 10 rows each }
  objective grouped   { require fraction(requests, status < 500) >= 95%  clustered by session design effect 2 }
  objective in_time   { require p90(requests.size) <= 1000B  blocks of 3s }
  objective kept      { require fraction(canary, status < 500) - fraction(baseline, status < 500) >= -5% }
  objective odds {
    require odds_ratio(fraction(canary, status >= 500), fraction(baseline, status >= 500)) <= 3
    stratified by region
  }
  objective alike     { require similarity(canary.size, baseline.size) >= 50% }
  objective worse     { require probability_worse(canary.size, baseline.size) <= 60% }
  objective known     { require coverage(requests, region) >= 80% }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
"""
FIELDS = ["ts", "status", "version", "region", "session", "size"]

TIMES = """edition 2026
policy timed {
  confidence 90%
  telemetry requests : KIND {
    time from "ts" in epoch_s  COUNT
    version : label
    duration : TYPE from "FROM" in ms
  }
  objective share   { require fraction(requests, duration <= LIMITms) >= SHARE% }
  objective inverse { require fraction(requests, duration > LIMITms) <= REST% }
  objective upto    { require quantile(requests.duration, SHARE%) <= LIMITms }
  objective above   { require quantile(requests.duration, SHARE%) > LIMITms }
  objective counted { require count(requests, duration > LIMITms) <= 20 }
  objective apart {
    require p90((requests where version == "2").duration) - p90((requests where version == "1").duration) <= 100ms
    assume split because "they are made up"
  }
  objective steady  { require quantile(requests.duration, SHARE%) <= LIMITms  blocks of 5s design effect 2 }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
"""


def csv(names, rows):
    return "\n".join([",".join(names)] + [",".join("" if cell is None else str(cell) for cell in row) for row in rows]) + "\n"


def counts_of(rows):
    return collections.Counter(rows)


class Decided(ProgramTest):
    def decided(self, name, text, data, *more):
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        policy = self.write(f"{name}/p.pmk", text)
        file = self.write(f"{name}/telemetry.{'ndjson' if data.startswith('{') else 'csv'}", data)
        self.expect(0, "snapshot", "create", "--out", folder / "snap", "--stream", f"requests={file}", "--schema", policy, "--quiet")
        ran = self.run_program("eval", policy, "--snapshot", folder / "snap", "--transcript", folder / "t.json", "--quiet", *more)
        self.assertLess(ran.code, 64, str(ran))
        self.expect(0, "verify", folder / "t.json", "--policy", policy, "--snapshot", folder / "snap", "--quiet")
        self.expect(0, "verify", folder / "t.json", "--policy", policy, "--facts-only", "--quiet")
        return json.loads((folder / "t.json").read_bytes())

    def inspected(self, name):
        return json.loads(self.expect(0, "snapshot", "inspect", self.folder / name / "snap", "--format", "json").out)


class Counts(Decided):
    def rows(self, seed):
        rng = random.Random(seed)
        failing = rng.choice([0, 0.01, 0.05, 0.3])
        rows = []
        for _ in range(rng.choice([40, 300, 1500])):
            rows.append((rng.randrange(60), 500 if rng.random() < failing else rng.choice([200, 200, 404, None]),
                         rng.choice("12"), rng.choice(["eu", "us", "mars", None]), f"s{rng.randrange(40)}",
                         rng.choice([None] + list(range(100, 1600, 100)))))
        return rows

    def test_counts_decide_as_their_events_do(self):
        verdicts = collections.Counter()
        events_policy = ROWS.replace("KIND", "events").replace("COUNT", "")
        counts_policy = ROWS.replace("KIND", "counts").replace("COUNT", 'count from "n"')
        for seed in range(25):
            rows = self.rows(seed)
            one = self.decided(f"events{seed}", events_policy, csv(FIELDS, rows))
            counted = [row + (n,) for row, n in counts_of(rows).items()]
            random.Random(seed).shuffle(counted)
            first, last = min(row[0] for row in rows), max(row[0] for row in rows)
            nothing = [row + (0,) for row in self.rows(seed + 1000)[:9] if first <= row[0] <= last]  # says nothing
            many = self.decided(f"counts{seed}", counts_policy, csv(FIELDS + ["n"], counted + nothing))
            for row in many["objectives"]:  # the words alone tell events from rows
                row["because"] = re.sub(r"\bevent(s?)\b", r"row\1", row["because"])
                for judged in [one for group in row["groups"] for one in group["requirements"]]:
                    judged["note"] = judged["note"] and re.sub(r"\bevents\b", "rows", judged["note"])
            self.assertEqual(one["objectives"], many["objectives"], f"seed {seed}")
            self.assertEqual(one["decision"]["outcome"], many["decision"]["outcome"])
            verdicts.update(row["verdict"] for row in one["objectives"])
            self.assertEqual(many["facts"]["scans"][0]["events"], len(rows))
        for verdict in ("pass", "fail", "inconclusive"):
            self.assertGreater(verdicts[verdict], 20, verdicts)

    def test_too_few_events_are_called_events(self):
        text = ROWS.replace("KIND", "counts").replace("COUNT", 'count from "n"').replace(">= 97%  at least 50", ">= 80%  at least 50")
        few = self.decided("few", text, csv(FIELDS + ["n"], [(0, 200, "1", "eu", "s1", None, 300), (5, 200, "2", "eu", "s2", None, 20)]))
        available = next(one for one in few["objectives"] if one["name"] == "available")
        self.assertEqual(available["reason"], "minimum_rows")
        self.assertIn("it has 20 of the 50 events it asks for", available["because"])

    def test_shards_come_to_their_pool(self):
        text = ROWS.replace("KIND", "counts").replace("COUNT", 'count from "n"')
        for seed in range(5):
            rows, rng = self.rows(seed + 50), random.Random(seed)
            pooled = [row + (n,) for row, n in counts_of(rows).items()]
            shards = []
            for part in (0, 1, 2):
                mine = [row for i, row in enumerate(rows) if (i * 7 + seed) % 3 == part]
                shards += [row + (n,) for row, n in counts_of(mine).items()]
            rng.shuffle(shards)
            one = self.decided(f"pool{seed}", text, csv(FIELDS + ["n"], pooled))
            many = self.decided(f"shards{seed}", text, csv(FIELDS + ["n"], shards))
            self.assertEqual(one["objectives"], many["objectives"])
            self.assertEqual(one["facts"]["scans"][0]["facts"], many["facts"]["scans"][0]["facts"])

    def test_engines_write_the_same_bytes(self):
        text = ROWS.replace("KIND", "counts").replace("COUNT", 'count from "n"')
        rows = [row + (n,) for row, n in counts_of(self.rows(3)).items()]
        self.decided("engines", text, csv(FIELDS + ["n"], rows))
        written = []
        for engine in ("interpreter", "native"):
            path = self.folder / f"{engine}.json"
            self.run_program("eval", self.folder / "engines/p.pmk", "--snapshot", self.folder / "engines/snap",
                             "--engine", engine, "--threads", "2", "--transcript", path, "--quiet")
            written.append(path.read_bytes())
        self.assertEqual(written[0], written[1])


class Histograms(Decided):
    def timed(self, seed):
        rng = random.Random(seed)
        middle = rng.choice([20, 60, 200])
        return [(rng.randrange(60), rng.choice("12"), max(1, int(rng.lognormvariate(0, 0.8) * middle)))
                for _ in range(rng.choice([60, 400, 2000]))]

    def policy(self, kind, count, typed, column, limit, share):
        words = {"KIND": kind, "COUNT": count, "TYPE": typed, "FROM": column, "LIMIT": str(limit), "SHARE": str(share),
                 "REST": str(100 - share)}
        text = TIMES
        for word, value in words.items():
            text = text.replace(word, value)
        return text

    def whole(self, rows, edges_of=lambda row: EDGES, every=1):
        """NDJSON, a histogram a time and version."""
        buckets = {}
        for row in rows:
            edges = edges_of(row)
            counts = buckets.setdefault((row[0] // every * every, row[1], tuple(edges)), [0] * (len(edges) + 1))
            counts[sum(row[2] > edge for edge in edges)] += 1
        return "".join(json.dumps({"ts": ts, "version": version, "bounds": list(edges), "n": counts}) + "\n"
                       for (ts, version, edges), counts in buckets.items())

    def test_a_histogram_never_decides_against_its_events(self):
        pairs = collections.Counter()
        for seed in range(25):
            rows, rng = self.timed(seed), random.Random(seed + 7)
            limit = rng.choice([40, 100, 120, 250, 400])
            share = rng.choice([50, 80, 90, 95])
            exact = self.decided(f"exact{seed}", self.policy("events", "", "duration", "ms", limit, share),
                                 csv(["ts", "version", "ms"], rows))
            # Every other seed two kinds of services record with other edges.
            edges_of = (lambda row: EDGES) if seed % 2 else (lambda row: EDGES if row[1] == "1" else [30, 100, 300])
            coarse = self.decided(f"coarse{seed}", self.policy("counts", 'count from "n"', "histogram", "bounds", limit, share),
                                  self.whole(rows, edges_of))
            for one, many in zip(exact["objectives"], coarse["objectives"]):
                self.assertIn(many["verdict"], (one["verdict"], "inconclusive"), f"seed {seed}, {one['name']}")
                pairs[one["name"], one["verdict"], many["verdict"]] += 1
                if one["name"] in ("upto", "above"):
                    self.encloses(many, one)
        self.assertTrue(any(name == "upto" and many == "pass" for name, one, many in pairs), pairs)
        self.assertTrue(any(name == "upto" and many == "fail" for name, one, many in pairs), pairs)
        self.assertTrue(any(one != many for name, one, many in pairs), pairs)

    def encloses(self, many, one):
        def number(text):
            return None if text is None else fractions.Fraction(text)
        below, above = number(many["estimateAbove"]), number(many["estimate"])
        self.assertTrue(below is None or below < number(one["estimate"]), (many, one))
        self.assertTrue(above is None or number(one["estimate"]) <= above, (many, one))
        if many["lower"] is not None and one["lower"] is not None:
            self.assertLessEqual(number(many["lower"]), number(one["lower"]))
        if many["upper"] is not None and one["upper"] is not None:
            self.assertGreaterEqual(number(many["upper"]), number(one["upper"]))

    def test_at_an_edge_nothing_is_lost(self):
        for seed in range(8):
            rows = self.timed(seed + 300)
            for limit in (100, 250):
                exact = self.decided(f"e{seed}-{limit}", self.policy("events", "", "duration", "ms", limit, 90),
                                     csv(["ts", "version", "ms"], rows))
                coarse = self.decided(f"c{seed}-{limit}", self.policy("counts", 'count from "n"', "histogram", "bounds", limit, 90),
                                      self.whole(rows))
                for name in ("share", "inverse", "upto", "above", "counted", "steady"):
                    one, many = objective(exact, name), objective(coarse, name)
                    self.assertEqual([one[key] for key in ("verdict", "pPass", "pFail", "n", "good")],
                                     [many[key] for key in ("verdict", "pPass", "pFail", "n", "good")], (seed, name))

    def test_forms_come_to_the_same(self):
        rows = self.timed(4)
        steps = sorted({row[0] // 5 * 5 for row in rows})
        at = {(ts, version): [0] * (len(EDGES) + 1) for ts in steps for version in "12"}
        for ts, version, ms in rows:
            at[ts // 5 * 5, version][sum(ms > edge for edge in EDGES)] += 1
        names = EDGES + ["+Inf"]
        whole = "".join(json.dumps({"ts": ts, "version": v, "bounds": EDGES, "n": [str(n) for n in counts]}) + "\n"
                        for (ts, v), counts in at.items())
        buckets, totals, restarted = [], [], []
        grown = {v: [0] * len(names) for v in "12"}
        since = {v: [0] * len(names) for v in "12"}  # a process that starts anew half way
        for v in "12":
            totals += [(-5, v, edge, 0) for edge in names]
            restarted += [(-5, v, edge, 0) for edge in names]
        for (ts, v), counts in at.items():
            if ts == steps[len(steps) // 2]:
                since[v] = [0] * len(names)
            for i, edge in enumerate(names):
                upto = sum(counts[:i + 1])
                grown[v][i] += upto
                since[v][i] += upto
                buckets.append((ts, v, edge, upto))
                totals.append((ts, v, edge, grown[v][i]))
                restarted.append((ts, v, edge, since[v][i]))
        random.Random(1).shuffle(buckets)
        random.Random(2).shuffle(totals)
        delta = self.policy("counts", 'count from "n"', "histogram", "COLUMN", 250, 90)
        grows = delta.replace('count from "n"', 'count from "n" cumulative')
        header = ["ts", "version", "le", "n"]
        forms = {
            "whole": self.decided("whole", delta.replace("COLUMN", "bounds"), whole),
            "buckets": self.decided("buckets", delta.replace("COLUMN", "le"), csv(header, buckets)),
            "totals": self.decided("totals", grows.replace("COLUMN", "le"), csv(header, totals)),
            "restarted": self.decided("restarted", grows.replace("COLUMN", "le"), csv(header, restarted)),
        }
        for name, transcript in forms.items():
            self.assertEqual(forms["whole"]["objectives"], transcript["objectives"], name)
            self.assertEqual(transcript["facts"]["scans"][0]["events"], len(rows))
        resets = {name: self.inspected(name)["streams"][0]["counts"]["resets"] for name in forms}
        self.assertEqual((resets["whole"], resets["buckets"], resets["totals"]), (0, 0, 0))
        self.assertEqual(resets["restarted"], 2)

    def test_counters_are_differenced_series_by_series(self):
        text = """edition 2026
policy totals {
  telemetry requests : counts { time from "ts" in epoch_s  count from "total" cumulative  status : int  instance : label }
  objective seen { require count(requests) >= 1 }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
"""
        samples = [(60, 12, 200, "a"), (0, 10, 200, "a"), (120, 4, 200, "a"), (0, 500, 200, "b"), (60, 700, 200, "b"),
                   (60, 3, 500, "b")]
        transcript = self.decided("totals_only", text, csv(["ts", "total", "status", "instance"], samples))
        self.assertEqual(transcript["facts"]["scans"][0]["events"], 2 + 4 + 200)  # a reset counts from 0, a start nothing
        counts = self.inspected("totals_only")["streams"][0]["counts"]
        self.assertEqual(counts, {"samples": 6, "series": 3, "resets": 1, "lateSeries": 1, "lateEvents": 3})
        self.assertEqual(transcript["facts"]["scans"][0]["late"], 3)

    def test_raw_totals_are_never_taken_for_counts(self):
        text = self.policy("counts", 'count from "n" cumulative', "histogram", "le", 250, 90)
        policy = self.write("raw/p.pmk", text)
        file = self.write("raw/t.csv", csv(["ts", "version", "le", "n"], [(0, "1", 100, 5), (0, "1", "+Inf", 9)]))
        self.expect(0, "snapshot", "create", "--out", self.folder / "raw/snap", "--stream", f"requests={file}")
        self.refused("PM0602", "eval", policy, "--snapshot", self.folder / "raw/snap")
        # What one policy took for counts is none of the differences that another asks for, nor the other way round.
        each = self.write("raw/each.pmk", text.replace(" cumulative", ""))
        for made, asked in ((each, policy), (policy, each)):
            snapshot = self.folder / "raw" / made.stem
            self.expect(0, "snapshot", "create", "--out", snapshot, "--stream", f"requests={file}", "--schema", made)
            self.refused("PM0602", "eval", asked, "--snapshot", snapshot)

    def test_a_count_with_a_fraction_is_no_count(self):
        policy = self.write("fraction/p.pmk", ROWS.replace("KIND", "counts").replace("COUNT", 'count from "n"'))
        file = self.write("fraction/t.csv", csv(FIELDS + ["n"], [(0, 200, "1", "eu", "s1", 5, 3), (1, 500, "1", "eu", "s1", 5, "2.5")]))
        told = self.refused("PM0845", "snapshot", "create", "--out", self.folder / "fraction/snap", "--stream", f"requests={file}", "--schema", policy)
        self.assertIn("`2.5` in column `n` is no count of events", told.err)
        self.assertIn("error[PM0813]: 1 row cannot be read", told.err)
        self.assertNotIn("--skip-bad-rows", told.err)

    def test_warnings_of_a_policy_are_for_check_and_eval(self):  # neither for its telemetry nor for its tests
        text = self.policy("counts", 'count from "n"', 'histogram', "le", 250, 90).replace("in ms", "in ms  buckets { 100ms }")
        policy = self.write("edges/p.pmk", text)
        file = self.write("edges/t.csv", csv(["ts", "version", "le", "n"], [(0, "1", 100, 5), (0, "1", "+Inf", 9)]))
        made = self.expect(0, "snapshot", "create", "--out", self.folder / "edges/snap", "--stream", f"requests={file}", "--schema", policy)
        self.assertNotIn("PM0455", made.err)
        self.assertIn("PM0455", self.expect(0, "check", policy).out + self.expect(0, "check", policy).err)
        self.assertIn("PM0455", self.run_program("eval", policy, "--snapshot", self.folder / "edges/snap").err)
        tested = self.write("edges/tested.pmk", text + 'test "nothing" { policy timed  expect deny }\n')
        told = self.expect(0, "test", tested)
        self.assertEqual(told.err, "")
        self.assertIn("1 passed", told.out)

    def test_reports_speak_of_events(self):
        rows = [(0, "1", 20)] * 900 + [(0, "1", 120)] * 100
        self.decided("words", self.policy("counts", 'count from "n"', "histogram", "bounds", 200, 95), self.whole(rows))
        told = self.run_program("eval", self.folder / "words/p.pmk", "--snapshot", self.folder / "words/snap")
        self.assertIn("100 events unknown, counted against every verdict", told.out)
        self.assertNotRegex(told.out, r"\d rows?\b")

    def test_a_straddled_bucket_says_so(self):
        rows = [(0, "1", 20)] * 900 + [(0, "1", 120)] * 100
        transcript = self.decided("straddled", self.policy("counts", 'count from "n"', "histogram", "bounds", 200, 95), self.whole(rows))
        told = objective(transcript, "upto")
        self.assertEqual((told["verdict"], told["reason"], told["unknown"]), ("inconclusive", "quantised", 100))
        self.assertIn("bucket", told["because"])


LATE = """edition 2026
policy late {
  confidence 95%
  telemetry requests : counts { time from "ts" in epoch_ms  count from "total" cumulativeFROM  code : int  instance : label }
  objective available { require fraction(requests, code < 500) >= 99%  assume independent because "they are made up" }
  objective broken    { require fraction(requests, code >= 500) >= 50% }
  objective everywhere { require fraction(requests, code < 500) >= 99%  for each instance }
  objective few       { require count(requests, code == 500) <= 20 }
  objective excused   { require fraction(requests, code < 500) >= 99%  unknown counts as good because "they are retried" }
  objective steady    { require fraction(requests, code < 500) >= 99%  blocks of 1m }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
"""
NAMES = ["ts", "total", "code", "instance"]


class LateSeries(Decided):
    """Clients that make a counter only at the first event that it counts."""

    def fleet(self):
        """Thirty instances, each with 3 failures in 203 requests; all of them before the failures were first sampled."""
        samples = []
        for i in range(30):
            for step, ok in enumerate((1000, 1040, 1080, 1120, 1160, 1200)):
                at = (step * 60 + i) * 1000
                samples.append((at, ok, 200, f"i{i:02}"))
                if step >= 3:
                    samples.append((at, 3, 500, f"i{i:02}"))
        return csv(NAMES, samples)

    def test_first_failures_are_not_lost(self):
        told = self.decided("unknown", LATE.replace("FROM", ""), self.fleet())
        scan = told["facts"]["scans"][0]
        self.assertEqual((scan["events"], scan["late"]), (6000, 90))
        for name in ("available", "broken", "everywhere", "few", "excused", "steady"):
            self.assertNotEqual(objective(told, name)["verdict"], "pass", name)
        self.assertEqual((objective(told, "available")["n"], objective(told, "available")["unknown"]), (6090, 90))
        self.assertEqual(objective(told, "available")["reason"], "unknown_rows")
        self.assertEqual(objective(told, "broken")["verdict"], "fail")  # whatever they are
        counts = self.inspected("unknown")["streams"][0]["counts"]
        self.assertEqual((counts["lateSeries"], counts["lateEvents"]), (30, 90))

    def test_counters_that_begin_with_the_first_event(self):
        told = self.decided("from0", LATE.replace("FROM", " from 0"), self.fleet())
        scan = told["facts"]["scans"][0]
        self.assertEqual(scan["events"], 6090)
        self.assertNotIn("late", scan)
        self.assertEqual(objective(told, "available")["verdict"], "fail")
        self.assertEqual(objective(told, "available")["estimate"][:8], "0.985221")  # 6000 of 6090
        counts = self.inspected("from0")["streams"][0]["counts"]
        self.assertEqual((counts["lateSeries"], counts["lateEvents"]), (30, 0))

    def test_the_warning_and_both_engines(self):
        policy = self.write("warned/p.pmk", LATE.replace("FROM", ""))
        file = self.write("warned/t.csv", self.fleet())
        made = self.expect(0, "snapshot", "create", "--out", self.folder / "warned/snap", "--stream", f"requests={file}", "--schema", policy)
        self.assertIn("PM0849", made.err)
        self.assertIn("30 series begin later than others", made.err)
        written = []
        for engine in ("interpreter", "native"):
            path = self.folder / f"warned/{engine}.json"
            ran = self.run_program("eval", policy, "--snapshot", self.folder / "warned/snap", "--engine", engine, "--transcript", path)
            self.assertIn("90 events of series that began late", ran.out)
            written.append(path.read_bytes())
        self.assertEqual(written[0], written[1])
        self.assertIn("30 series began late, 90 events in no row", self.expect(0, "snapshot", "inspect", self.folder / "warned/snap").out)

    def test_neither_snapshot_is_taken_for_the_other(self):
        file = self.write("both/t.csv", self.fleet())
        policies = [self.write("both/unknown.pmk", LATE.replace("FROM", "")), self.write("both/zero.pmk", LATE.replace("FROM", " from 0"))]
        for made, asked in (policies, reversed(policies)):
            snapshot = self.folder / "both" / made.stem
            self.expect(0, "snapshot", "create", "--out", snapshot, "--stream", f"requests={file}", "--schema", made, "--quiet")
            told = self.refused("PM0602", "eval", asked, "--snapshot", snapshot)
            self.assertIn("`cumulative from 0`", told.err)
            self.assertIn("`cumulative`", told.err)

    def test_facts_that_hide_late_events_are_found_out(self):
        self.decided("hidden", LATE.replace("FROM", ""), self.fleet())
        transcript = json.loads((self.folder / "hidden/t.json").read_bytes())
        del transcript["facts"]["scans"][0]["late"]
        path = self.write("hidden/altered.json", json.dumps(transcript, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
        policy = self.folder / "hidden/p.pmk"
        self.assertNotEqual(self.run_program("verify", path, "--policy", policy, "--facts-only").code, 0)
        self.assertNotEqual(self.run_program("verify", path, "--policy", policy, "--snapshot", self.folder / "hidden/snap").code, 0)

    def test_a_snapshot_that_grew_keeps_none_of_it(self):
        policy = self.write("grew/p.pmk", LATE.replace("FROM", " from 0"))
        file, more = self.write("grew/t.csv", self.fleet()), self.write("grew/u.csv", csv(NAMES, [(900000, 1300, 200, "i00")]))
        self.expect(0, "snapshot", "create", "--out", self.folder / "grew/snap", "--stream", f"requests={file}", "--schema", policy)
        self.refused("PM0829", "snapshot", "append", self.folder / "grew/snap", "--stream", f"requests={more}", "--schema", policy, "--in-place")

    def test_exactly_the_events_since_a_target_was_first_sampled(self):
        """Targets sampled at their own times, with jitter and scrapes that fail; every event is in a row or in doubt."""
        for seed in range(30):
            rng = random.Random(seed)
            interval, late_in_all = 30_000, 0
            samples, since_first = [], 0
            for i in range(rng.choice([1, 2, 8])):
                offset = rng.randrange(interval // 2)
                scrapes = [offset + step * interval + rng.randrange(-interval // 20, interval // 20) for step in range(1, 12)]
                scrapes = scrapes[:2] + [at for at in scrapes[2:] if rng.random() < 0.9]
                for code in (200, 404, 500):
                    events = sorted(rng.randrange(interval, 13 * interval) for _ in range(rng.choice([0, 1, 5, 40])))
                    if code == 200:
                        events = [0] + events  # what a target always has
                    since_first += sum(scrapes[0] < at <= scrapes[-1] for at in events)
                    samples += [(at, sum(event <= at for event in events), code, f"i{i}") for at in scrapes if events and events[0] <= at]
            rng.shuffle(samples)
            for name, clause in (("u", ""), ("z", " from 0")):
                told = self.decided(f"{name}{seed}", LATE.replace("FROM", clause), csv(NAMES, samples))
                scan = told["facts"]["scans"][0]
                self.assertEqual(scan["events"] + scan.get("late", 0), since_first, f"seed {seed}")
                late_in_all += scan.get("late", 0)
                self.assertTrue(clause == "" or "late" not in scan)


class Published(Decided):
    """Cases that R computed, where they are at hand."""

    def cases(self, file, method):
        if not (ORACLES / file).exists():
            self.skipTest("the cases are not here")
        document = json.loads((ORACLES / file).read_text())
        return [case for case in (document["cases"] if isinstance(document, dict) else document) if case["method"] == method]

    def histogram(self, name, case, requirement, confidence):
        edges = [edge for edge in case["inputs"]["upper_edges"] if edge != "Infinity"]
        policy = f"""edition 2026
policy published {{
  telemetry requests : counts {{ count from "n"  duration : histogram from "bounds" in s }}
  objective fast {{ require quantile(requests.duration, {case['params']['p']:.6f}) {requirement}  confidence {confidence:.6f} }}
  decide {{ certify for 7d when all objectives pass  deny otherwise }}
}}
"""
        data = json.dumps({"bounds": edges, "n": case["inputs"]["counts"]}) + "\n"
        return objective(self.decided(name, policy, data), "fast")

    def test_verdicts_of_histograms(self):
        for case in self.cases("verdict.json", "verdict.histogram_quantile_le"):
            told = self.histogram(case["id"], case, f"<= {round(case['params']['threshold'] * 1e9)}ns", case["params"]["confidence"])
            self.assertEqual(told["verdict"], case["expected"]["verdict"], case["id"])
            self.assertEqual(told["good"], case["expected"]["count_le_min"], case["id"])
            for ours, theirs in (("pPass", "p_value_pass"), ("pFail", "p_value_fail")):
                expected = float(case["expected"][theirs])
                self.assertAlmostEqual(float(told[ours]), expected, delta=1e-8 * expected + 1e-300, msg=case["id"])

    def test_bounds_of_quantiles(self):
        for case in self.cases("histogram.json", "histogram.quantile_ci_bounds"):
            confidence = float(case["params"]["confidence"])
            if case["params"]["side"] == "two-sided":
                confidence = (1 + confidence) / 2
            told = self.histogram(case["id"], case, "<= 1ns", confidence)
            for key in ("lower", "upper"):
                expected = case["expected"].get(key)
                if expected in (None, "Infinity", "-Infinity", "NaN") or told[key] is None:
                    continue
                self.assertEqual(int(told[key]), round(float(expected) * 1e9), case["id"])


if __name__ == "__main__":
    main()
