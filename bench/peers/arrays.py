"""The sixty counters by numpy, pandas, SQLite, awk and jq: arrays.py FOLDER, with the columns as `proofmark_bench columns` writes them.

numpy and pandas count all rows; SQLite, awk and jq the first ones, and their seconds are those of all rows at the same pace.
Prints one JSON object: seconds a peer, and numpy's counts by environment and service.
"""
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

SQLITE_ROWS, AWK_ROWS, JQ_ROWS = 400_000, 200_000, 50_000


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
    try:
        import pandas
        frame = pandas.DataFrame(columns)

        def by_pandas():
            flagged = frame.assign(good=frame.status < 500, fast=frame.duration <= 300_000_000)
            grouped = flagged.groupby(["environment", "service"]).agg(rows=("good", "size"), good=("good", "sum"), fast=("fast", "sum"))
            if grouped.to_numpy().tolist() != [row for row in counts if row[0]]:
                raise RuntimeError("pandas counts otherwise")

        seconds["pandas"] = fastest(by_pandas, 2)
    except ImportError:
        pass
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
    if shutil.which("jq"):
        few = slice(0, min(JQ_ROWS, len(duration)))
        text = folder / "rows.json"
        rows = zip(*(c[few].tolist() for c in columns.values()))
        text.write_text("".join('{"d":%d,"s":%d,"v":%d,"e":%d}\n' % row for row in rows))
        program = ('reduce inputs as $r ({}; .["\\($r.e)/\\($r.v)"] |= [(.[0] // 0) + 1, (.[1] // 0) + (if $r.s < 500 then 1 else 0 end), '
                   '(.[2] // 0) + (if $r.d <= 300000000 then 1 else 0 end)])')
        run = lambda: subprocess.run(["jq", "-n", program, str(text)], check=True, capture_output=True)
        seconds["jq"] = fastest(run, 2) / len(duration[few]) * len(duration)
    print(json.dumps({"seconds": seconds, "counts": counts}))


main()
