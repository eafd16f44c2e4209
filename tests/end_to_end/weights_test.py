"""Rows that a collector kept as they went, from NDJSON to a verified transcript: decided by their weights, the same with
every engine, and as the incomplete beta function says that is computed here."""
import json
import math
import random

from program import CERTIFY, DENY, ProgramTest, main, objective

POLICY = """edition 2026
policy traced {
  confidence 95%
  telemetry requests : events {
    time from "ts" in epoch_s
    status : int  duration : duration in ms  region : label in { "eu", "us" }
    sample_rate : TYPE from "SampleRate"
    sampling tail weighted by sample_rate
  }
  objective available { require fraction(requests, status < 500) >= 97%  at least 50 rows }
  objective broken    { require per_million(requests, status >= 500) <= 50_000ppm  over 2h }
  objective fast      { require p90(requests.duration) <= 400ms }
  objective regional  { require fraction(requests, status < 500) >= 95%  for each region }
  objective known     { require coverage(requests, region) >= 80%  unknown counts as bad because "so" }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
test "clean rows of unequal weight" {
  policy traced
  given requests {
    800 rows { status = 200  duration = 50ms  region = "eu"  sample_rate = 1 }
    300 rows { status = 200  duration = 50ms  region = "us"  sample_rate = 20 }
  }
  expect objective available is pass
  expect objective fast is pass
}
test "a row without a weight leaves it open" {
  policy traced
  given requests {
    5_000 rows { status = 200  duration = 50ms  region = "eu"  sample_rate = 1 }
    1 rows { status = 200  duration = 50ms  region = "eu"  sample_rate = 0 }
  }
  expect objective available is inconclusive
}
"""


def fraction_of(a, b, x):
    """The continued fraction of the incomplete beta function, by Lentz."""
    tiny, c, d = 1e-300, 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    h = d
    for m in range(1, 5000):
        for step in (m * (b - m) * x / ((a - 1 + 2 * m) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 1 + 2 * m))):
            d = 1 + step * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + step / c
            c = c if abs(c) > tiny else tiny
            h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return h


def lower_tail(k, rest, tau):
    """P(X <= k) of k + rest trials, neither of them whole."""
    if rest <= 0:
        return 1.0
    a, b = k + 1, rest
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(tau) + b * math.log1p(-tau))
    if tau < (a + 1) / (a + b + 2):
        return 1 - front * fraction_of(a, b, tau) / a
    return front * fraction_of(b, a, 1 - tau) / b


class Weights(ProgramTest):
    def rows(self, seed):
        """Successes are kept rarely, failures and slow requests more often; some rows nobody knows the status of."""
        rng = random.Random(seed)
        failing = rng.choice([0, 0.005, 0.02, 0.15])
        rows = []
        for _ in range(rng.choice([300, 3000, 20000])):
            status = 500 if rng.random() < failing else 200
            duration = rng.choice([20, 50, 90, 200, 400, 900])
            rate = rng.choice([1, 2, 5]) if status == 500 else 4 if duration == 900 else 40
            if rng.random() >= 1 / rate:
                continue
            row = {"ts": 1_700_000_000 + rng.randrange(3600), "status": status if rng.random() > 0.004 else None,
                   "duration": duration, "region": rng.choice(["eu", "us", "us", None]), "SampleRate": rate}
            rows.append(row)
        return rows

    def decided(self, name, text, rows, code=None):
        folder = self.folder / name
        policy = self.write(f"{name}/p.pmk", text)
        file = self.write(f"{name}/kept.ndjson", "".join(json.dumps(row) + "\n" for row in rows))
        self.expect(0, "snapshot", "create", "--out", folder / "snap", "--stream", f"requests={file}", "--schema", policy, "--quiet")
        texts = set()
        for more in (("--engine", "interpreter"), ("--engine", "native"), ("--threads", "3")):
            ran = self.run_program("eval", policy, "--snapshot", folder / "snap", "--transcript", folder / "t.json", "--quiet",
                                   "--no-fact-cache", *more)
            self.assertIn(ran.code, (CERTIFY, DENY) if code is None else (code,), str(ran))
            texts.add((folder / "t.json").read_bytes())
        self.assertEqual(len(texts), 1, "engines differ")
        self.expect(0, "verify", folder / "t.json", "--policy", policy, "--snapshot", folder / "snap", "--quiet")
        self.expect(0, "verify", folder / "t.json", "--policy", policy, "--facts-only", "--quiet")
        return json.loads(texts.pop())

    def test_tails_are_those_of_the_weights(self):
        verdicts = set()
        for seed in range(12):
            rows = self.rows(seed)
            decided = self.decided(f"seed{seed}", POLICY.replace("TYPE", "int" if seed % 2 else "float"), rows)
            heaviest = max(row["SampleRate"] for row in rows)
            sums = {status: sum(row["SampleRate"] for row in rows if row["status"] == status) / heaviest for status in (200, 500, None)}
            one = objective(decided, "available")["groups"][0]["requirements"][0]
            self.assertEqual(one["method"], "weighted_clopper_pearson")
            self.assertEqual(one["guarantee"], "asymptotic")
            self.assertEqual(one["n"], len(rows))
            passing = lower_tail(sums[500] + sums[None], sums[200], 0.03)
            failing = lower_tail(sums[200] + sums[None], sums[500], 0.97)
            self.assertAlmostEqual(float(one["pPass"]) / passing, 1, delta=0.006)
            self.assertAlmostEqual(float(one["pFail"]) / failing, 1, delta=0.006)
            self.assertEqual(float(one["weights"]["heaviest"]), heaviest)
            self.assertEqual(float(one["weights"]["total"]), sum(row["SampleRate"] for row in rows))
            verdict = "pass" if passing <= 0.05 else "fail" if failing < 0.05 else "inconclusive"
            self.assertEqual(one["verdict"], verdict)
            self.assertAlmostEqual(float(one["estimate"]), sums[200] / (sums[200] + sums[500]), places=9)
            verdicts.add(verdict)
            self.assertFalse(decided["decision"]["bound"]["stated"])
            fast = objective(decided, "fast")["groups"][0]["requirements"][0]
            slow = sum(row["SampleRate"] for row in rows if row["duration"] > 400) / heaviest
            short = sum(row["SampleRate"] for row in rows if row["duration"] <= 400) / heaviest
            self.assertAlmostEqual(float(fast["pPass"]) / lower_tail(slow, short, 0.1), 1, delta=0.006)
            self.assertIsNone(fast["estimate"])
            for group in objective(decided, "regional")["groups"]:
                inside = [row for row in rows if row["region"] == group["group"]]
                self.assertEqual(group["requirements"][0]["n"], len(inside))
                self.assertEqual(float(group["requirements"][0]["weights"]["total"]), sum(row["SampleRate"] for row in inside))
        self.assertEqual(verdicts, {"pass", "fail", "inconclusive"})

    def test_a_row_without_a_weight_leaves_all_open(self):
        for value in (None, 0, -3):
            rows = [dict(row, status=200) for row in self.rows(1)] + [
                {"ts": 1_700_000_000, "status": 200, "duration": 20, "region": "eu", "SampleRate": value}]
            decided = self.decided(f"unfit{value}", POLICY.replace("TYPE", "int"), rows, DENY)
            one = objective(decided, "available")
            self.assertEqual((one["verdict"], one["reason"]), ("inconclusive", "sampling"))
            self.assertIn(("a weight below 1" if value is not None else "no weight") + " in `sample_rate`", one["because"])
            regions = {group["group"]: group["verdict"] for group in objective(decided, "regional")["groups"]}
            self.assertEqual(regions["eu"], "inconclusive")

    def test_altered_sums_are_refused(self):
        self.decided("altered", POLICY.replace("TYPE", "int"), self.rows(3))
        original = (self.folder / "altered" / "t.json").read_text()
        parsed = json.loads(original)
        sums = [place for place, fact in enumerate(parsed["facts"]["scans"][0]["facts"])
                if any(value.get("sum") is not None for value in fact.get("values", []))]
        self.assertGreaterEqual(len(sums), 4)
        refused = 0
        for place in sums:
            altered = json.loads(original)
            value = altered["facts"]["scans"][0]["facts"][place]["values"][0]
            value["sum"] = str(int(value["sum"]) + 1)
            text = self.write("altered/altered.json", json.dumps(altered, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
            ran = self.run_program("verify", text, "--policy", self.folder / "altered" / "p.pmk", "--facts-only")
            self.assertEqual(ran.code, 65, str(ran))
            refused += "weights" in ran.err
        self.assertGreater(refused, 0)

    def test_policies_are_tested_and_planned(self):
        policy = self.write("planned.pmk", POLICY.replace("TYPE", "int"))
        self.assertNotIn("PM0411", self.expect(0, "check", policy).err)
        self.expect(0, "test", policy)
        self.assertIn("rows of equal weight; where weights differ", self.expect(0, "plan", policy).out)
        planned = json.loads(self.expect(0, "plan", policy, "--format", "json").out)["policies"][0]["objectives"][0]
        self.assertTrue(planned["requirements"][0]["weighted"])
        self.assertEqual(planned["requirements"][0]["canPass"][0]["rows"], 99)  # .97^99 < .05

    def test_calc_tells_the_bound(self):
        answer = json.loads(self.expect(0, "calc", "weighted_clopper_pearson(bad_weight: 0, total_weight: 20_000, heaviest: 100, "
                                        "confidence: 95%, side: upper)", "--format", "json").out)["result"]
        self.assertAlmostEqual(answer["upper"], 1 - 0.05 ** (1 / 200), places=12)
        self.assertEqual(answer["effective_trials"], 200)
        self.refused("PM1203", "calc", "weighted_clopper_pearson(bad_weight: 3, total_weight: 2, heaviest: 1, confidence: 95%)")


if __name__ == "__main__":
    main()
