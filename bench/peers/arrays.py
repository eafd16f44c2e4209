"""The sixty counters by numpy, SQLite and awk: arrays.py FOLDER, with the columns as `proofmark_bench columns` writes them.

numpy counts all rows; SQLite and awk the first ones, and their seconds are those of all rows at the same pace.
Prints one JSON object: seconds a peer, and numpy's counts by environment and service.
"""
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

SQLITE_ROWS, AWK_ROWS = 400_000, 200_000


def fastest(work, rounds):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main():
    folder = pathlib.Path(sys.argv[1])
    try:
        import numpy
    except ImportError:
        print("{}")
        return
    widths = {"duration": "int64", "status": "uint16", "service": "uint8", "environment": "uint8"}
    columns = {name: numpy.fromfile(folder / f"{name}.bin", dtype=width) for name, width in widths.items()}
    duration, status, service, environment = columns.values()
    counts = []

    def by_numpy():
        group = environment * numpy.uint8(10) + service
        all_of = [numpy.bincount(group, minlength=20),
                  numpy.bincount(group[status < 500], minlength=20),
                  numpy.bincount(group[duration <= 300_000_000], minlength=20)]
        counts[:] = numpy.array(all_of).T.tolist()

    seconds = {"numpy": fastest(by_numpy, 3)}
    few = slice(0, min(SQLITE_ROWS, len(duration)))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE requests (duration INTEGER, status INTEGER, service INTEGER, environment INTEGER)")
    database.executemany("INSERT INTO requests VALUES (?, ?, ?, ?)", zip(*(c[few].tolist() for c in columns.values())))
    question = ("SELECT environment, service, count(*), sum(status < 500), sum(duration <= 300000000) "
                "FROM requests GROUP BY environment, service")
    pace = fastest(lambda: database.execute(question).fetchall(), 2) / len(duration[few])
    seconds["SQLite"] = pace * len(duration)
    if shutil.which("awk"):
        few = slice(0, min(AWK_ROWS, len(duration)))
        text = folder / "rows.csv"
        numpy.savetxt(text, numpy.column_stack([c[few].astype("int64") for c in columns.values()]), fmt="%d", delimiter=",")
        program = "{k=$4*10+$3; n[k]++; if ($2<500) g[k]++; if ($1<=300000000) f[k]++} END {for (k in n) print k,n[k],g[k],f[k]}"
        run = lambda: subprocess.run(["awk", "-F,", program, str(text)], check=True, capture_output=True)
        seconds["awk"] = fastest(run, 2) / len(duration[few]) * len(duration)
    print(json.dumps({"seconds": seconds, "counts": counts}))


main()
