"""`proofmark plan`: the page as a golden (PROOFMARK_BLESS=1 rewrites it), the numbers in JSON, and what cannot be planned."""
import json
import os

from program import AVAILABILITY, CANARY, INVALID, SOURCE, TWO_RELEASES, USAGE, ProgramTest, main

GOLDEN = SOURCE / "tests" / "end_to_end" / "golden" / "plan.txt"
POLICY = """edition 2026
policy shop {
  title "Shop: everything that can be planned"
  param share : number
  telemetry requests : events {
    time from "ts" in epoch_s  status : int  duration : duration from "d" in s
    region : label in { "eu", "us" }  expect at least 50/s
  }
  telemetry probes : events { ok : bool  sampling tail }
  confidence 95%
  objective available { require fraction(requests, status < 500) >= 99.9%  over last 6h }
  objective each_region {
    require p99(requests.duration) <= 300ms and 1 - fraction(requests, status == 429) >= 99.9%
    for each region
    at least 1_000 rows each
  }
  objective rare { require per_million(requests, status == 500) <= 10ppm  confidence 99% }
  objective seen { require count(requests) >= 100 }
  objective ratio {
    require p99(requests.duration) / p50(requests.duration) <= 10
        and fraction(requests, status < 500) * fraction(requests, status < 400) >= 50%
  }
  objective open { require fraction(requests, status < 300) >= share }
  objective probed { require fraction(probes, ok) >= 99% }
  decide { certify when all objectives pass  deny otherwise }
}
"""
ROUGH = SOURCE / "tests" / "end_to_end" / "golden" / "plan_rough.txt"
COMPARED = """edition 2026
policy compared {
  confidence 95%
""" + TWO_RELEASES + """  objective mid_p      { require one <= 0.6%  method mid_p }
  objective clusters   { require one <= 2%  clustered by session }
  objective mean       { require mean(canary.duration, low: 0s, high: 5s) <= 80ms }
  objective student    { require mean(canary.duration, low: 0s, high: 5s) >= 68ms  method student_t }
  objective rate       { require rate(canary where status >= 500, per: 1h) <= 8  over last 36h }
  objective poisson    { require rate(canary where status >= 500, per: 1h) <= 8  assume poisson because "x" }
  objective similar    { require similarity(canary.duration, baseline.duration) >= 98% }
  objective not_worse  { require not_worse(canary.duration, baseline.duration, by: 5%) }
  objective pairs      { require probability_worse(canary.duration, baseline.duration) <= 55% }
  objective difference { require 1 - one - (1 - two) >= -0.3% }
  objective score      { require one - two <= 0.1%  method miettinen_nurminen }
  objective strata     { require one - two <= 0.1%  stratified by region }
  objective ratio      { require odds_ratio(one, two) <= 1.2 }
  objective no_margin  { require one - two <= 0%  method miettinen_nurminen }
  decide { certify when all objectives pass  deny otherwise }
}
"""
CALCULATED = """edition 2026
policy calculated {
  param rollout : timestamp
  confidence 95%
  telemetry requests : events {
    time from "ts" in epoch_s  status : int  duration : duration in ms  version : label  region : label in { "eu", "us" }
  }
  let canary   = requests where version == "2"
  let baseline = requests where version == "1"
  expect split canary : baseline = 50 : 50
  objective calculated { require CLAIM  CLAUSES }
  objective anchored   { require fraction(canary, status < 500) - fraction(baseline, status < 500) >= -5%  over since rollout }
  decide { certify when all objectives pass  deny otherwise }
}
"""
ONE = """edition 2026
policy one {
  telemetry requests : events { time from "ts" in epoch_s  status : int }
  objective available { require fraction(requests, status < 500) >= THRESHOLD  confidence CONFIDENCE }
  decide { certify when all objectives pass  deny otherwise }
}
"""


class Plan(ProgramTest):
    def setUp(self):
        self.shop = self.write("shop.pmk", POLICY)

    def planned(self, *arguments):
        return json.loads(self.expect(0, "plan", *arguments, "--format", "json").out)

    def one(self, threshold, confidence, *arguments):
        policy = self.write("one.pmk", ONE.replace("THRESHOLD", threshold).replace("CONFIDENCE", confidence))
        return self.planned(policy, *arguments)["policies"][0]["objectives"][0]["requirements"][0]

    def test_the_page(self):
        page = self.expect(0, "plan", self.shop, "--expect", "each_region.1=99.7%", "--expect", "rare=30ppm").out
        if os.environ.get("PROOFMARK_BLESS"):
            GOLDEN.parent.mkdir(exist_ok=True)
            GOLDEN.write_text(page)
        self.assertEqual(page, GOLDEN.read_text(), "differs from tests/end_to_end/golden/plan.txt")

    def test_comparisons_means_and_rates(self):
        policy = self.write("compared.pmk", COMPARED)
        page = self.expect(0, "plan", policy, "--traffic", "500/s").out
        if os.environ.get("PROOFMARK_BLESS"):
            ROUGH.write_text(page)
        self.assertEqual(page, ROUGH.read_text(), "differs from tests/end_to_end/golden/plan_rough.txt")
        planned = {one["objective"]: one for one in self.planned(policy, "--traffic", "500/s")["policies"][0]["objectives"]}
        self.assertEqual(planned["mid_p"]["requirements"][0]["kind"], "counted")
        self.assertEqual(planned["mid_p"]["requirements"][0]["canPass"][0]["rows"], 383)  # .994^383 / 2 < .05
        clusters = planned["clusters"]["clusters"]  # .98^149 < .05; qbeta(.95, 10, 773) = 2 %: R
        self.assertEqual((clusters["clean"], clusters["measured"], clusters["failing"]), (149, 782, "0.01"))
        self.assertEqual((clusters["expected"], clusters["power"]), (1_391, "0.9"))  # 1,390 rows, and what measuring costs
        for name, claim in planned.items():
            if name in ("mid_p", "clusters", "no_margin"):
                continue
            requirement = claim["requirements"][0]
            self.assertIn(requirement["kind"], ("rough", "roughTime"), name)
            self.assertTrue(any(truth["verdict"] == "pass" and truth["seconds"] for truth in requirement["truths"]), name)
            self.assertTrue(any(truth["verdict"] == "fail" and truth["seconds"] for truth in requirement["truths"]), name)

    def test_rates_over_time(self):
        policy = self.write("compared.pmk", COMPARED.replace("over last 36h", ""))
        planned = {one["objective"]: one["requirements"][0] for one in self.planned(policy)["policies"][0]["objectives"]}
        for name, exact in (("rate", False), ("poisson", True)):
            claim = planned[name]
            self.assertEqual(claim["exact"], exact)
            self.assertGreater(len(claim["curve"]), 20 if exact else 10)
            self.assertTrue(all("rows" not in point for point in claim["curve"]))
            times = [point["seconds"] for point in claim["curve"]]
            self.assertEqual(times, sorted(times))
            chances = [point["better"]["pass"] for point in claim["curve"]]
            self.assertLess(chances[0], 0.5)
            self.assertGreater(chances[-1], 0.85)
        # R: from qgamma(.95, 21) / 8 hours on at most 20 events pass, and four an hour bring them in 90 % and more
        passing = next(line for line in planned["poisson"]["truths"] if line["truth"] == "it is 4")
        self.assertEqual(passing["seconds"], 13_078)
        groups = [line["seconds"] for line in planned["rate"]["truths"] if line["verdict"] == "pass"]
        self.assertGreater(groups[1], 1.5 * groups[0])  # in groups of four: four times the variance

    def test_families(self):
        text = ONE.replace("fraction(requests, status < 500) >= THRESHOLD",
                           "FAMILY (fraction(requests, status < 500) >= 99.9%, fraction(requests, status < 400) >= 90%, fraction(requests, status < 300) >= 50%)")
        for family, least, to_fail, fail_alpha in (("any of", 1, 3, "1/20"), ("at least 2 of", 2, 2, "1/60")):
            policy = self.write("family.pmk", text.replace("FAMILY", family).replace("CONFIDENCE", "95%"))
            objective = self.planned(policy, "--traffic", "10/s")["policies"][0]["objectives"][0]
            plan = objective["family"]
            self.assertEqual((plan["least"], plan["members"], plan["toFail"], plan["failAlpha"]), (least, 3, to_fail, fail_alpha))
            self.assertEqual([step["requirement"] for step in plan["passes"]], [3, 2][:least])  # the cheapest first
            self.assertEqual([step["alpha"] for step in plan["passes"]], ["1/60", "1/40"][:least])
            power = 0.9 if least == 1 else 0.95
            self.assertEqual(float(objective["requirements"][0]["pass"]["power"]), power)
            alone = self.one("50%", "98.33333333333333%", "--power", f"{power * 100}%")["pass"]["rows"]  # alpha / 3, as good as
            self.assertEqual(plan["passes"][0]["rows"], alone)
            page = self.expect(0, "plan", policy).out
            self.assertIn("it passes as soon as the", page)
            self.assertIn("it fails when all of them do, each at alpha 5 %" if least == 1 else "it fails when 2 of them do", page)

    def test_published_numbers(self):
        for threshold, confidence, rows in (("99%", "95%", 299), ("99%", "99%", 459), ("99.9%", "95%", 2_995),
                                            ("99.99%", "99%", 46_050), ("90%", "90%", 22), ("95%", "95%", 59)):
            self.assertEqual(self.one(threshold, confidence)["canPass"][0]["rows"], rows)
        requirement = self.one("99.9%", "95%")
        self.assertEqual([entry["rows"] for entry in requirement["canPass"]][:2], [2_995, 4_742])
        self.assertEqual(requirement["pass"]["rows"], 29_058)  # row by row with R's pbinom
        self.assertEqual(requirement["fail"]["rows"], 14_089)
        self.assertIsNone(requirement["pass"]["seconds"])

    def test_the_curve_is_exact(self):
        for point in self.one("99.9%", "95%")["curve"]:
            for truth in ("better", "worse"):
                self.assertAlmostEqual(sum(point[truth].values()), 1, 12)
            if point["rows"] < 2_995:
                self.assertIsNone(point["passesWithAtMost"])
                self.assertEqual(point["better"]["pass"], 0)

    def test_traffic_and_time(self):
        self.assertEqual(self.one("99%", "95%", "--traffic", "10/s")["canPass"][0]["seconds"], 30)
        self.assertEqual(self.one("99%", "95%", "--traffic", "requests=1_200/m")["canPass"][0]["seconds"], 15)
        self.assertEqual(self.one("99%", "95%", "--traffic", "0.5/h")["canPass"][0]["seconds"], 299 * 7200)

    def test_clusters_cost_rows(self):
        policy = self.write("clustered.pmk", ONE.replace("status : int", "status : int  session : text")
                            .replace("THRESHOLD", "99%").replace("CONFIDENCE", "95%  clustered by session design effect 2"))
        requirement = self.planned(policy, "--traffic", "10/s")["policies"][0]["objectives"][0]["requirements"][0]
        self.assertEqual(requirement["canPass"][0]["seconds"], 60)  # 299 that count are 598
        self.assertEqual(requirement["canPassRecordedRows"], 597)  # 2 ln(.05) / ln(.99) = 596.1
        self.assertIn("2 of them count as one", self.expect(0, "plan", policy).out)

    def test_looks_share_alpha(self):
        text = POLICY.replace("confidence 95%", "confidence 95%\n  over since \"2026-11-22T08:00:00Z\"\n  LOOKS", 1)
        text = text.replace("  over last 6h", "").replace("  objective open { require fraction(requests, status < 300) >= share }\n", "")
        text = text.replace("  param share : number\n", "").replace("  objective probed { require fraction(probes, ok) >= 99% }\n", "")
        text = text.replace("  telemetry probes : events { ok : bool  sampling tail }\n", "")
        needed = {}
        for looks in ("looks once", "looks at most 5", "looks every 15m for 24h", "looks unlimited"):
            policy = self.write("looks.pmk", text.replace("LOOKS", looks))
            # A quantile within a calculation has no bounds where looks have no limit: that is an error, and planned.
            status = INVALID if looks == "looks unlimited" else 0
            planned = json.loads(self.expect(status, "plan", policy, "--format", "json").out)["policies"][0]["objectives"]
            needed[looks] = planned[0]["requirements"][0]["canPass"][0]
            ratio = next(one for one in planned if one["objective"] == "ratio")["requirements"][0]
            self.assertEqual(ratio["neverPasses"] is not None, status == INVALID)
        self.assertEqual(needed["looks once"]["rows"], 2_995)
        self.assertEqual(needed["looks at most 5"]["rows"], 4_603)  # 99 %
        self.assertEqual(needed["looks every 15m for 24h"]["seconds"], 900)
        self.assertGreater(needed["looks unlimited"]["rows"], 2_995)

    def test_a_window_too_short_for_the_traffic(self):
        policy = self.write("short.pmk", ONE.replace("THRESHOLD", "99.99%").replace("CONFIDENCE", "99%  over last 1h"))
        self.assertIn("it can never pass", self.expect(0, "plan", policy, "--traffic", "10/s").out)
        self.assertNotIn("it can never pass", self.expect(0, "plan", policy, "--traffic", "13/s").out)
        declared = self.write("declared.pmk", (self.folder / policy).read_text().replace("status : int", "status : int  expect at least 10/s"))
        ran = self.expect(INVALID, "plan", declared)
        self.assertIn("error[PM0406]", ran.err)
        self.assertIn("it can never pass", ran.out)
        self.assertEqual(json.loads(self.expect(INVALID, "plan", declared, "--format", "json").out)["power"], "0.9")

    def calculated(self, claim, clauses="", *arguments, status=0):
        policy = self.write("calculated.pmk", CALCULATED.replace("CLAIM", claim).replace("CLAUSES", clauses))
        ran = self.expect(status, "plan", policy, "--format", "json", *arguments)
        return json.loads(ran.out)["policies"][0]["objectives"][0]["requirements"][0]

    def test_quantiles_in_calculations(self):
        shift = self.calculated("quantile_shift(canary.duration, baseline.duration, 99%) <= 20ms", "", "--traffic", "10/s")
        self.assertEqual((shift["canPass"]["rows"], shift["canPass"]["seconds"]), (368, 37))  # .99^368 < .025
        ratio = self.calculated("p99(canary.duration) / p50(canary.duration) <= 10")
        self.assertEqual((ratio["canPass"]["rows"], ratio["canFail"]["rows"]), (437, 7))  # .99^437 < .0125, .5^7 too
        self.assertIsNone(ratio["neverPasses"])
        chances = ratio["chances"]
        self.assertTrue(chances["atLeast"])
        self.assertEqual([truth["verdict"] for truth in chances["truths"]], ["pass", "fail"])
        for truth in chances["truths"]:
            self.assertGreater(truth["rows"], ratio["canPass"]["rows"])
        for point in chances["curve"]:
            if point["rows"] < 437:
                self.assertEqual(point["better"]["pass"], 0)
        passing = [point["better"]["pass"] for point in chances["curve"]]
        self.assertGreater(passing[-1], 0.9)

    def test_a_calculation_may_be_the_cheapest_of_a_family(self):
        text = CALCULATED.replace("CLAIM", "any of (p99(canary.duration) / p50(canary.duration) <= 10, fraction(canary, status < 500) >= 99.999%)")
        ran = self.expect(0, "plan", self.write("family.pmk", text.replace("CLAUSES", "")), "--format", "json")
        steps = json.loads(ran.out)["policies"][0]["objectives"][0]["family"]["passes"]
        self.assertEqual([step["requirement"] for step in steps], [1])
        self.assertGreater(steps[0]["rows"], 505)  # which its bounds need at alpha / 8

    def test_calculations_that_are_never_decided(self):
        claim = "p99(canary.duration) / p50(canary.duration) <= 10"
        never = self.calculated(claim, "over last 300s", "--traffic", "1/s")
        self.assertFalse(never["canPass"]["fitsWindow"])
        self.assertIn("window", never["neverPasses"])
        groups = self.calculated(claim, "for each region")
        self.assertIsNone(groups["neverPasses"])
        self.assertIn("among 2 comparisons", groups["neverFails"])
        unlimited = self.calculated(claim, "over since rollout", "--set", "rollout=2026-11-22T08:00:00Z", status=0)
        self.assertIsNone(unlimited["neverPasses"])
        text = CALCULATED.replace("CLAIM", claim).replace("CLAUSES", "over since rollout").replace("confidence 95%", "confidence 95%  looks unlimited")
        ran = self.expect(INVALID, "plan", self.write("unlimited.pmk", text))
        self.assertIn("this can never pass or fail", ran.err)
        self.assertIn("it can never pass or fail: a quantile within a calculation has no bounds where looks have no limit", ran.out)

    def test_shares_in_calculations(self):
        share = "fraction({}, status < 500)"
        quotient = self.calculated(f"{share.format('canary')} / {share.format('baseline')} >= 99.9%")
        self.assertEqual(quotient["canPassAlike"]["rows"], 3_688)  # .999^3688 < .025
        self.assertLess(quotient["canPass"]["rows"], 3_688)
        self.assertEqual(quotient["chances"]["kind"], "rough")
        product = self.calculated(f"{share.format('canary')} * {share.format('baseline')} >= 99%")
        self.assertEqual(product["canPass"]["rows"], 735)
        difference = self.calculated(f"{share.format('canary')} - {share.format('baseline')} >= -0.1%")
        self.assertEqual(difference["canPass"]["rows"], 2 * 3_688 - 1)  # of both: 3,688 of one, rounded

    def test_what_lies_beyond_all_waiting(self):
        requirement = self.one("99.9%", "95%", "--expect", "available=99.9000000001%")
        self.assertIsNone(requirement["pass"]["rows"])
        self.assertIsNone(self.one("99.9999999999999%", "95%")["canPass"][0]["rows"])
        self.assertEqual(self.one("99.9%", "95%", "--expect", "available=100%")["pass"]["rows"], 2_995)
        self.assertEqual(self.one("99.9%", "95%", "--expect", "available=0%")["fail"]["rows"], 1)

    def test_expectations_that_cannot_be(self):
        for code, wish in (("PM0711", "availble=99.95%"), ("PM0711", "each_region=99.95%"), ("PM0711", "each_region.3=99%"),
                           ("PM0711", "each_region.0=99%"), ("PM0711", "seen=50%"), ("PM0711", "ratio=5%"), ("PM0711", "open=99%"),
                           ("PM0712", "each_region.1=250ms"), ("PM0712", "available=120%"), ("PM0712", "available=-1%"),
                           ("PM0712", "available"), ("PM0712", "=5%"), ("PM0712", "available="), ("PM0712", "available=nan"),
                           ("PM0712", "rare=10kB")):
            self.wrong(code, "--expect", wish)
        self.wrong("PM0712", "--expect", "available=99.95%", "--expect", "available=99.97%")
        self.assertIn("did you mean", self.wrong("PM0711", "--expect", "availble=99.95%").err)

    def test_traffic_and_power_that_cannot_be(self):
        for traffic in ("0/s", "-5/s", "500", "500/", "/s", "5%/s", "5ppm/s", "5/kB", "1e99/s", "nan/s", "=5/s", "request=5/s"):
            self.wrong("PM0713", "--traffic", traffic)
        self.wrong("PM0713", "--traffic", "5/s", "--traffic", "6/s")
        for power in ("100%", "0%", "49%", "-90%", "90ms", "much"):
            self.wrong("PM0713", "--power=" + power)

    def wrong(self, code, *arguments):
        ran = self.expect(USAGE, "plan", self.shop, *arguments)
        self.assertIn(f"error[{code}]", ran.err)
        self.assertEqual(ran.out, "")
        return ran

    def test_a_bad_policy_is_refused(self):
        self.expect(INVALID, "plan", self.write("bad.pmk", POLICY.replace("status < 500", "stauts < 500", 1)))

    def test_our_policies_can_be_planned_without_parameters(self):
        for policy in (CANARY, AVAILABILITY):
            first = self.expect(0, "plan", policy, "--traffic", "500/s").out
            self.assertEqual(first, self.expect(0, "plan", policy, "--traffic", "500/s").out)


if __name__ == "__main__":
    main()
