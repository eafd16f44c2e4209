"""The models of bench/models.cpp by numpy, on one thread: models.py

Prints one JSON object: seconds of the processor a trial, of the fastest round. Arrays as long as all trials, as one writes it with
numpy; blocks that stay in the cache are taken where they are faster.
"""
import json
import time

TRIALS, BLOCK = 2_000_000, 20_000


def main():
    try:
        import numpy
    except ImportError:
        print("{}")
        return
    random = numpy.random.Generator(numpy.random.SFC64(42))  # numpy's fastest

    def retries(n):
        u = random.random((7, n), dtype=numpy.float32)
        a = (u[0] < 0.004) & (u[1] < 0.004)
        b = (u[2] < 0.006) & (u[3] < 0.006)
        c = (u[4] < 0.02) & (u[5] < 0.02) & (u[6] < 0.02)
        return (a | b | c).sum()

    def latency(draw, n):
        spent, open_ = numpy.zeros(n), numpy.ones(n, bool)
        for pause in (0.0, 20.0, 60.0):
            takes, fails = draw(n), random.random(n, dtype=numpy.float32) < 0.01
            spent += numpy.where(open_, pause + numpy.minimum(takes, 400.0), 0.0)
            open_ &= fails | (takes > 400.0)
        return (open_ | (spent > 1000.0)).sum()

    recorded = (numpy.arange(4096) * 997 % 4096) / 8.0

    def categorical(n):
        return (numpy.searchsorted([0.7, 0.9, 0.97], random.random(n), side="right") > 2).sum()

    work = {
        "model retries": retries,
        "model latency lognormal": lambda n: latency(lambda k: random.lognormal(3.9, 1.0, k), n),
        "model latency weibull": lambda n: latency(lambda k: 80.0 * random.weibull(0.8, k), n),
        "model poisson": lambda n: (random.poisson(3.5, n) > 8).sum(),
        "model categorical": categorical,
        "model sample": lambda n: (recorded[random.integers(0, 4096, n)] > 400.0).sum(),
        "model beta": lambda n: (random.beta(6, 996, n) > 0.01).sum(),
        "model gamma": lambda n: (random.gamma(2.5, 1.5, n) > 10).sum(),
    }
    seconds = {}
    for name, run in work.items():
        best = float("inf")
        for block in (TRIALS, BLOCK) * 3:
            start = time.thread_time()
            for _ in range(TRIALS // block):
                run(block)
            best = min(best, (time.thread_time() - start) / TRIALS)
        seconds[name] = best
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
