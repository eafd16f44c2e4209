#!/usr/bin/env python3
"""Makes the scraped telemetry beside it: two instances of two versions over half an hour, one of them restarted.

Counters and cumulative buckets as a scraper writes them, one sample a line, every 30 seconds. Seeded: the same files
everywhere. Version 2.4.0 answers 99.8 % and takes 60 ms in the middle; 2.5.0 has a slow path for three in a hundred.
"""
import gzip
import pathlib
import random

HERE = pathlib.Path(__file__).parent
EDGES = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
START, SCRAPES, STEP = 1_766_000_000, 61, 30
RESTART = 40  # the scrape at which the first instance of 2.4.0 has just started anew


class Instance:
    def __init__(self, version, name, seed):
        self.version, self.name, self.random = version, name, random.Random(seed)
        self.codes, self.buckets = {200: 0, 404: 0, 500: 0}, [0] * (len(EDGES) + 1)

    def restart(self):
        self.codes = dict.fromkeys(self.codes, 0)
        self.buckets = [0] * len(self.buckets)

    def serve(self):
        draw = self.random
        for _ in range(draw.randrange(550, 650)):
            code = 500 if draw.random() < 0.002 else 404 if draw.random() < 0.01 else 200
            seconds = draw.lognormvariate(-2.8, 0.6)
            if self.version == "2.5.0" and draw.random() < 0.03:
                seconds += 0.6
            self.codes[code] += 1
            self.buckets[sum(seconds > edge for edge in EDGES)] += 1


def main():
    instances = [Instance(version, f"{name}:8080", f"{version} {name}")
                 for version in ("2.4.0", "2.5.0") for name in ("a", "b")]
    requests = ["time,http_requests_total,code,version,instance"]
    latency = ["time,http_request_duration_seconds_bucket,le,version,instance"]
    for scrape in range(SCRAPES):
        time = START + scrape * STEP
        for one in instances:
            if scrape == RESTART and one is instances[0]:
                one.restart()
            one.serve()
            for code, total in one.codes.items():
                requests.append(f"{time},{total},{code},{one.version},{one.name}")
            upto = 0
            for edge, count in zip([*EDGES, "+Inf"], one.buckets):
                upto += count
                latency.append(f"{time},{upto},{edge},{one.version},{one.name}")
    for name, lines in (("requests", requests), ("latency", latency)):
        (HERE / f"{name}.csv.gz").write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))


main()
