"""Telemetry told in another order, or in several files, is the same telemetry: every number of the transcript stays."""
import csv
import io
import random

from program import TWO_RELEASES, ProgramTest, main

POLICY = """edition 2026
policy shuffled {
  confidence 95%
""" + TWO_RELEASES + """  objective share      { require one <= 2% }
  objective groups     { require one <= 9%  for each region }
  objective clusters   { require one <= 40%  clustered by session }
  objective blocks     { require one <= 40%  blocks of 1m }
  objective tail       { require p99(canary.duration) <= 400ms }
  objective mean       { require mean(canary.duration, low: 0s, high: 5s) <= 1s }
  objective rate       { require rate(canary where status >= 500, per: 1m) <= 9 }
  objective drift      { require drift(canary.duration, baseline.duration) <= 20% }
  objective pairs      { require probability_worse(canary.duration, baseline.duration) <= 60% }
  objective difference { require one - two <= 3%  method miettinen_nurminen }
  objective strata     { require one - two <= 3%  stratified by region }
  objective ratio      { require odds_ratio(one, two) <= 3  stratified by region }
  objective some       { require at least 2 of (one <= 1%, one <= 2%, two <= 2%) }
  objective counted    { require count(canary) >= 100 and max(canary.duration) <= 9s }
  decide { certify when all objectives pass  deny otherwise }
}
"""


def table(rows):
    text = io.StringIO()
    csv.writer(text).writerows([["ts", "version", "session", "duration", "status", "region"], *rows])
    return text.getvalue()


class Told(ProgramTest):
    def numbers(self, name, *files):
        """The transcript without the snapshot's name."""
        first, *more = files
        self.snapshot(name, first, "p.pmk")
        for file in more:
            self.expect(0, "snapshot", "append", name, "--in-place", "--stream", f"requests={file}", "--schema", "p.pmk")
        transcript = self.judge(1, "p.pmk", self.folder / name)[1]
        del transcript["inputs"]["snapshot"]
        return transcript

    def test_orders_and_files(self):
        chance = random.Random(7)
        rows = []
        for i in range(6_000):
            version = "2" if chance.random() < 0.3 else "1"
            status = 500 if chance.random() < 0.01 else 200
            rows.append([f"{1767225600 + i * 0.3:.3f}", version, f"s{chance.randrange(400)}", f"{chance.lognormvariate(4, 0.6):.3f}",
                         "" if i % 997 == 0 else status, chance.choice(["eu", "us"])])
        self.write("p.pmk", POLICY)
        plain = self.numbers("plain", self.write("plain.csv", table(rows)))
        self.assertEqual(len(plain["objectives"]), 14)
        mixed = rows[:]
        chance.shuffle(mixed)
        self.assertEqual(self.numbers("mixed", self.write("mixed.csv", table(mixed))), plain)
        shards = [self.write(f"shard{i}.csv", table(mixed[i::3])) for i in range(3)]
        self.assertEqual(self.numbers("shards", *shards), plain)


if __name__ == "__main__":
    main()
