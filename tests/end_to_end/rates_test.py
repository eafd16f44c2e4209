"""A rate whose telemetry falls silent, or starts late, is judged by what is known of the time that it covers."""
import random

from program import ProgramTest, main, objective

POLICY = """edition 2026
policy rates {{
  confidence 95%
  telemetry requests : {stream}
  objective asked {{ require rate(requests, {rate}) {clause} }}
  decide {{ certify for 7d when all objectives pass  deny when any objective fails  hold otherwise }}  looks once
}}
"""
START, HOUR = 1_767_225_600, 3_600  # 2026-01-01T00:00:00Z
DAY = "2026-01-02T00:00:00Z"
POISSON = ' assume poisson because "one alert a cause"'
EVENTS = 'events { time from "ts" in epoch_s }'
COUNTS = 'counts { time from "ts" in epoch_s  count from "total" cumulative }'
CODES = {"pass": 0, "fail": 1, "inconclusive": 2}


class Rates(ProgramTest):
    def judged(self, rows, clause, verdict, rate="per: 1h", stream=EVENTS, as_of=DAY):
        """The requirement's part of the transcript, which verifies from its facts alone."""
        policy = self.write("p.pmk", POLICY.format(stream=stream, rate=rate, clause=clause))
        self.write("r.csv", rows)
        name = f"snap{len(list(self.folder.glob('snap*')))}"
        snapshot = self.snapshot(name, "r.csv", policy, *(["--as-of", as_of] if as_of else []))
        transcript = self.judge(CODES[verdict], policy, snapshot)[1]
        self.expect(0, "verify", "transcript.json", "--policy", policy, "--facts-only")
        self.expect(0, "verify", "transcript.json", "--policy", policy, "--snapshot", snapshot)
        asked = objective(transcript, "asked")
        self.assertEqual(asked["verdict"], verdict, asked)
        return asked

    @staticmethod
    def at(times):
        return "ts\n" + "".join(f"{START + time:.3f}\n" for time in times)

    def bounds(self, asked):
        """The estimate lies between the bounds, where these are."""
        one = asked["groups"][0]["requirements"][0]
        lower, estimate, upper = (float(one[key]) if one[key] is not None else None for key in ("lower", "estimate", "upper"))
        self.assertLessEqual(lower, estimate)
        if upper is not None:
            self.assertLessEqual(estimate, upper)
        return lower, estimate, upper

    def test_heartbeats_that_stop(self):
        chance = random.Random(3)
        beats = self.at(sorted(chance.random() * 12 * HOUR for _ in range(7_200)))
        for window in ("over last 24h", 'over since "2026-01-01T00:00:00Z"', ""):
            for assumed in ("", POISSON):
                for rate in ("per: 1h", "per: 1h, buckets: 10m"):
                    if assumed and "buckets" in rate:
                        continue
                    asked = self.judged(beats, f">= 500 {window}{assumed}", "inconclusive", rate)
                    self.assertEqual(asked["reason"], "coverage")
                    self.assertIn(" before the snapshot does", asked["because"])
                    lower, estimate, upper = self.bounds(asked)
                    self.assertLess(lower, 300.1)
                    self.assertAlmostEqual(estimate, 300, delta=0.2)
                    self.assertGreater(upper, 600)
        self.judged(beats, f">= 280 over last 24h{POISSON}", "pass")
        self.judged(beats, f"<= 280 over last 24h{POISSON}", "fail")
        self.judged(beats, f"<= 620 over last 24h{POISSON}", "pass")

    def test_few_alerts(self):
        burst = self.at(10 * HOUR + i for i in range(5))
        self.judged(burst, f"<= 4 over last 24h{POISSON}", "inconclusive", "per: 1d")
        self.judged(burst, f"<= 4{POISSON}", "inconclusive", "per: 1d")
        self.judged(self.at([10 * HOUR, 10 * HOUR + 1]), f">= 4{POISSON}", "inconclusive", "per: 1d")
        alone = self.judged(self.at([10 * HOUR]), f">= 4{POISSON}", "inconclusive", "per: 1d")
        self.assertIsNone(alone["upper"])
        none = self.judged(self.at([10 * HOUR]), f">= 4{POISSON}", "inconclusive", "per: 1d", as_of=None)
        self.assertEqual(none["reason"], "denominator")

    def test_a_row_from_a_year_ago(self):
        """Nothing says that the year was recorded, unless the policy asks of it."""
        chance = random.Random(4)
        stray = self.at([-365 * 24 * HOUR, *sorted(chance.random() * 24 * HOUR for _ in range(400))])
        for assumed, rate in ((POISSON, "per: 1d"), ("", "per: 1d, buckets: 1h")):
            for clause in ("<= 60", ">= 500"):
                asked = self.judged(stray, clause + assumed, "inconclusive", rate)
                self.assertEqual(asked["reason"], "coverage")
                self.assertIsNone(asked["groups"][0]["requirements"][0]["upper"])
            self.judged(stray, f"<= 60 over last 367d{assumed}", "pass", rate)

    def test_samples_that_stop(self):
        """Counters: 300 events an hour for twelve hours, and for as long no sample."""
        stopped = "ts,total\n" + "".join(f"{START + 60 * i},{5 * i}\n" for i in range(12 * 60 + 1))
        for window in ("", 'over since "2026-01-01T00:00:00Z"'):
            asked = self.judged(stopped, f">= 250 {window}{POISSON}", "inconclusive", stream=COUNTS)
            lower, estimate, upper = self.bounds(asked)
            self.assertLess(lower, 150)
            self.assertEqual(estimate, 150)
            self.assertGreater(upper, 300)
            self.judged(stopped, f"<= 320 {window}{POISSON}", "pass", stream=COUNTS)
        self.judged(stopped, f">= 280{POISSON}", "pass", stream=COUNTS, as_of=None)


if __name__ == "__main__":
    main()
