"""Durations that are stored in milliseconds, in seconds, in nanoseconds or as plain numbers: the unit decides nothing."""
import json
import random
import unittest

import program

POLICY = """edition 2026
policy p {
  confidence 95%
  telemetry requests : events {
    time from "ts" in epoch_s  version : label  region : label in { "eu", "us" }  took : duration in ms  allowed : duration in ms
  }
  let canary   = requests where version == "b"
  let baseline = requests where version == "a"
  expect split canary : baseline = 40 : 60
  model retries { seed 5  trials 2_000  draw tries[2] ~ sample(canary.took)  let both = all(tries > 400ms) }
  objective under    { require fraction(canary, took < 300ms) >= 70% }
  objective upto     { require fraction(canary, took <= 300ms) >= 70% }
  objective between  { require fraction(canary, took > 99.5ms and took < 300.000001ms) >= 10% }
  objective exactly  { require fraction(canary, took == 300ms) <= 5% }
  objective never    { require fraction(canary, took == 300.5ms) <= 1% }
  objective other    { require fraction(canary, took != 300ms) >= 90% }
  objective columns  { require fraction(canary, took <= allowed) >= 40% }
  objective computed { require fraction(canary, took - allowed <= 100ms and took * 2 >= 1ms) >= 40% }
  objective below    { require fraction(canary, took < -1ms) <= 5% }
  objective tail     { require p99(canary.took) <= 990ms }
  objective grouped  { require p90(canary.took) <= 950ms and fraction(canary, took <= 500ms) >= 40%  for each region }
  objective bounded  { require mean(canary.took, low: -10ms, high: 1s) <= 600ms }
  objective total    { require sum(canary.took) >= 1s }
  objective greatest { require max(canary.took) <= 1s }
  objective values   { require distinct(canary.region) <= 2 }
  objective alike    { require similarity(canary.took, baseline.took) >= 90% }
  objective shift    { require quantile_shift(canary.took, baseline.took, 90%) <= 80ms }
  objective pairs    { require probability_worse(canary.took, baseline.took) <= 55% }
  objective sampled  { require probability(retries.both) <= 60% }
  decide { certify for 1d when all objectives pass  deny otherwise }
}
"""


class Resolutions(program.ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        random_ = random.Random(5)
        head = "ts,version,region,took,allowed\n"
        rows = [(1_700_000_000 + row // 10, random_.choice("aab"), random_.choice(["eu", "us"]), random_.choice([300, random_.randrange(-3, 999)]),
                 random_.randrange(999)) for row in range(6_000)]
        lines = "".join(f"{','.join(map(str, row))}\n" for row in rows)
        (cls.folder / "ms.csv").write_text(head + lines)
        # One more row, which no population has: its durations are finer, or longer, than all others.
        for name, more in (("ns", "0.000001"), ("us", "0.125"), ("long", "400000000000")):
            (cls.folder / f"{name}.csv").write_text(head + lines + f"1700000000,z,eu,{more},{more}\n")
        (cls.folder / "p.pmk").write_text(POLICY)

    def snapshot_of(self, name, schema=True):
        out = name if schema else name + "_plain"
        if not (self.folder / out).exists():
            self.expect(0, "snapshot", "create", "--out", out, "--stream", f"requests={name}.csv", "--quiet", "--as-of", "2023-11-14T22:40:00Z",
                        *(["--schema", "p.pmk"] if schema else []))
        return out

    def stored(self, snapshot):
        page = json.loads(self.expect(0, "snapshot", "inspect", snapshot, "--format", "json").out)
        took = next(column for column in page["streams"][0]["columns"] if column["name"] == "took")
        return took["type"], took["physical"], took["resolution"]

    def transcript(self, snapshot, *more):
        ran = self.run_program("eval", "p.pmk", "--snapshot", snapshot, "--format", "json", *more)
        self.assertIn(ran.code, (program.CERTIFY, program.DENY), str(ran))
        return json.loads(ran.out)

    def test_the_unit_decides_nothing(self):
        forms = {self.snapshot_of("ms"): ("duration", "i16", "ms"), self.snapshot_of("us"): ("duration", "i32", "us"),
                 self.snapshot_of("ns"): ("duration", "i32", "ns"), self.snapshot_of("long"): ("duration", "i64", "ns"),
                 self.snapshot_of("ms", schema=False): ("int", "i16", None)}
        wanted = self.transcript("ms", "--engine", "interpreter", "--threads", "1")
        verdicts = {one["name"]: one["verdict"] for one in wanted["objectives"]}
        self.assertGreater(len(set(verdicts.values())), 1, verdicts)
        for snapshot, form in forms.items():
            self.assertEqual(self.stored(snapshot), form)
            for engine in ("interpreter", "native"):
                with self.subTest(snapshot=snapshot, engine=engine):
                    found = self.transcript(snapshot, "--engine", engine, "--threads", "2")
                    self.assertEqual(found["objectives"], wanted["objectives"])
                    if snapshot == "ms_plain":
                        self.assertEqual([scan["facts"] for scan in found["facts"]["scans"]], [scan["facts"] for scan in wanted["facts"]["scans"]])

    def test_thresholds_lie_where_they_should(self):
        wanted = self.transcript(self.snapshot_of("ms"))
        counts = {one["name"]: one["groups"][0]["requirements"][0] for one in wanted["objectives"]}
        rows = [line.split(",") for line in (self.folder / "ms.csv").read_text().splitlines()[1:]]
        took = [int(row[3]) for row in rows if row[1] == "b"]
        for name, test in (("under", lambda x: x < 300), ("upto", lambda x: x <= 300), ("between", lambda x: 99.5 < x <= 300), ("exactly", lambda x: x == 300),
                           ("never", lambda x: False), ("other", lambda x: x != 300), ("below", lambda x: x < -1)):
            self.assertEqual((counts[name]["good"], counts[name]["n"], counts[name]["unknown"]), (sum(map(test, took)), len(took), 0), name)

    def test_a_finer_row_that_is_appended(self):
        self.snapshot_of("ms")
        (self.folder / "more.csv").write_text("ts,version,region,took,allowed\n1700000700,b,eu,0.5,300\n")
        self.expect(0, "snapshot", "append", "ms", "--stream", "requests=more.csv", "--schema", "p.pmk", "--out", "longer", "--quiet")
        self.assertEqual(self.stored("longer"), ("duration", "i32", "us"))
        self.expect(0, "snapshot", "verify", "longer")
        (self.folder / "whole.csv").write_text((self.folder / "ms.csv").read_text() + "1700000700,b,eu,0.5,300\n")
        self.expect(0, "snapshot", "create", "--out", "whole", "--stream", "requests=whole.csv", "--schema", "p.pmk", "--quiet", "--as-of", "2023-11-14T22:40:00Z")
        for file in ("streams/requests.arrow", "zones/requests.json"):
            self.assertEqual((self.folder / "longer" / file).read_bytes(), (self.folder / "whole" / file).read_bytes(), file)


if __name__ == "__main__":
    unittest.main()
