#!/usr/bin/env python3
"""Benchmarks against peers and limits, as ratios: run.py [--full] --build BUILD

Makes the data, runs what is to be compared in turns on the same rows, prints the table of targets, and writes
BUILD/bench/results.json and results.svg. A peer that is not there is `not installed`; nothing is made up. No result is
a test: the exit code is 1 only when engines disagree.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import programs

HERE = pathlib.Path(__file__).resolve().parent
PEERS = HERE / "peers"
DUCKDB = PEERS / "node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so"


MODELS = {
    "model retries": "7 bernoulli",
    "model categorical": "categorical",
    "model sample": "recorded values",
    "model poisson": "poisson",
    "model latency lognormal": "3 lognormal, 3 bernoulli",
    "model latency weibull": "3 weibull, 3 bernoulli",
    "model beta": "beta",
    "model gamma": "gamma",
}


def answer(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    line = done.stdout.strip().splitlines()[-1:] or [""]
    try:
        return json.loads(line[0])
    except json.JSONDecodeError:
        print(f"{pathlib.Path(str(command[0])).name} {command[1]}: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return {}


def process_seconds(command, rounds):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - start)
    return best


def anonymous_megabytes(command):
    """The most memory of its own, mapped files apart, that the process was seen with."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        most = max([most] + [int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")])
        time.sleep(0.001)
    return most / 1024


def grown_process(folder, bench, program, snapshot, rows, policies, seconds, agree):
    """An evaluation after a hundredth of the rows was added to what the one before it had counted, and one of all rows."""
    short, cache = folder / "short", folder / "cache"
    subprocess.run([bench, "make", str(rows * 99 // 100), short, str(rows)], check=True)
    environment = {**os.environ, "PROOFMARK_CACHE": str(cache)}
    for kind, policy in policies.items():
        command = lambda over, *words: [program, "eval", policy, "--snapshot", over, "--format", "json", *words]
        for _ in range(4):
            shutil.rmtree(cache, ignore_errors=True)
            subprocess.run(command(short), env=environment, capture_output=True)
            subprocess.run([program, "snapshot", "verify", snapshot], env=environment, capture_output=True, check=True)  # as `append` leaves it
            for name, words in (("grown", ()), ("all rows", ("--no-fact-cache",))):
                start = time.perf_counter()
                said = subprocess.run(command(snapshot, *words), env=environment, capture_output=True).stdout
                key = f"eval {kind} {name}"
                seconds[key] = min(seconds.get(key, float("inf")), time.perf_counter() - start)
                if name == "grown":
                    transcript = said
        agree[f"transcript of {kind} with kept facts"] = bool(said) and said == transcript


def in_milliseconds(folder, bench, program, policy, rows, rounds, duckdb, seconds, agree):
    """The same rows as access logs have them, durations in whole milliseconds, as far as their width matters."""
    snapshot = folder / "milliseconds"
    subprocess.run([bench, "make", str(rows), snapshot, "milliseconds"], check=True)
    measured = answer(bench, "engines", snapshot, rounds, *duckdb)
    seconds.update({f"ms {name}": one for name, one in measured.get("seconds", {}).items()})
    agree.update({f"{name}, in milliseconds": same for name, same in measured.get("agree", {}).items()})
    seconds["ms eval process"] = process_seconds([program, "eval", policy, "--snapshot", snapshot, "--quiet", "--no-fact-cache"], 4)
    if duckdb:
        database = folder / "milliseconds.duckdb"
        subprocess.run([bench, "duckdb-make", snapshot, DUCKDB, database], check=True)
        seconds["ms duckdb process"] = process_seconds([bench, "duckdb-query", DUCKDB, database, "1000000"], 4)
        database.unlink()
    shutil.rmtree(snapshot)


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, value, target, unit="", at_most=False):
        verdict = "not measured" if value is None else "pass" if (value <= target if at_most else value >= target) else "short"
        self.rows.append({"what": what, "measured": value, "target": target, "unit": unit, "at_most": at_most, "verdict": verdict})

    def text(self):
        lines = [f"{'what':78}{'measured':>12}{'target':>12}  verdict"]
        for row in self.rows:
            shown = "-" if row["measured"] is None else f"{row['measured']:.3g}{row['unit']}"
            bound = ("<= " if row["at_most"] else ">= ") + f"{row['target']:g}{row['unit']}"
            lines.append(f"{row['what']:78}{shown:>12}{bound:>12}  {row['verdict']}")
        return "\n".join(lines)

    def svg(self):
        shown = [row for row in self.rows if row["measured"] is not None]
        height = 28 * len(shown) + 40
        out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{height}" font-family="sans-serif" font-size="12">',
               '<text x="8" y="18">measured as a share of the target; the line is the target</text>']
        for i, row in enumerate(shown):
            share = row["target"] / row["measured"] if row["at_most"] else row["measured"] / row["target"]
            y, colour = 28 * i + 34, "#2a7" if row["verdict"] == "pass" else "#c63"
            out.append(f'<rect x="500" y="{y}" width="{min(share, 2) * 180:.0f}" height="18" fill="{colour}"/>'
                       f'<text x="8" y="{y + 13}">{row["what"].replace("<", "&lt;")}</text>')
        return "\n".join(out + [f'<line x1="680" x2="680" y1="28" y2="{height}" stroke="black"/>', "</svg>\n"])


def ratio(numerator, denominator):
    return None if numerator is None or denominator is None else numerator / denominator


def fill(table, seconds, extra):
    get = seconds.get
    read = get("read 1")
    table.add("native, 20 objectives, of the bandwidth", ratio(read, get("native 1")), 0.85)
    table.add("native on 2 threads, of the bandwidth of 2", ratio(get("read 2"), get("native 2")), 0.85)
    table.add("interpreter, of the limit by hand", ratio(get("limit 1"), get("interpreter 1")), 0.5)
    fastest = lambda name: min((get(f"{name} {n}") for n in (1, 2) if get(f"{name} {n}")), default=None)
    table.add("native against ClickHouse", ratio(get("ClickHouse"), fastest("native")), 20, "x")
    for unit, where in (("", ""), ("ms ", ", in milliseconds")):
        table.add(f"native against DuckDB{where}", ratio(get(f"{unit}duckdb counts"), fastest(f"{unit}native")), 20, "x")
        table.add(f"exact p99 and bounds against DuckDB's quantile_disc{where}", ratio(get(f"{unit}duckdb p99"), fastest(f"{unit}native p99")), 20, "x")
        table.add(f"whole eval process against a DuckDB process{where}", ratio(get(f"{unit}duckdb process"), get(f"{unit}eval process")), 6, "x")
    for kind in ("counting", "quantiles"):
        table.add(f"eval of 1 % more rows than counted before against all, {kind}", ratio(get(f"eval {kind} all rows"), get(f"eval {kind} grown")), 2, "x")
    table.add("sum of doubles in fixed shape, of any order", ratio(get("sum in any order"), get("sum in fixed shape")), 0.97)
    scaled = lambda name: None if get(name) is None else 1e3 * get(name)
    table.add("100 statistical objectives judged, with transcript", scaled("100 statistical with transcript"), 4, " ms", True)
    table.add("100 threshold rules decided", scaled("100 thresholds decided"), 0.009, " ms", True)
    microseconds = lambda name, of: None if get(name) is None else 1e6 * get(name) / of
    table.add("Clopper-Pearson decision at a million rows", microseconds("1000 decisions at a million rows", 1000), 5, " us", True)
    table.add("the same against Boost.Math's tails", ratio(get("1000 decisions by Boost.Math"), get("1000 decisions at a million rows")), 1, "x")
    table.add("the same against R's pbinom", ratio(get("1000 decisions by R"), get("1000 decisions at a million rows")), 1, "x")
    table.add("10,000 groups judged with bounds", scaled("10000 groups judged with bounds"), 400, " ms", True)
    table.add("10,000 groups judged against Boost.Math's tails", ratio(get("10000 groups by Boost.Math"), get("10000 groups judged")), 1, "x")
    for name, what in MODELS.items():
        table.add(f"trials of a model on one core against numpy: {what}", ratio(get(f"numpy {name}"), get(name)), 8, "x")
    table.add("CSV into a snapshot against DuckDB's table", ratio(get("duckdb csv"), get("ingest csv")), 4, "x")
    table.add("NDJSON into a snapshot against DuckDB's table", ratio(get("duckdb ndjson"), get("ingest ndjson")), 4, "x")
    table.add("check, plan kept", scaled("check kept"), 3, " ms", True)
    table.add("eval of 10,000 rows, plan kept", scaled("eval kept"), 3, " ms", True)
    table.add("eval of 10,000 rows, nothing kept", scaled("eval not kept"), 8, " ms", True)
    table.add("eval of 10,000 rows, code generated", scaled("eval compiling"), 15, " ms", True)
    table.add("code of 1,000 objectives generated", scaled("code of 1000 objectives"), 1000, " ms", True)
    table.add("a pass for 1,000 policies, of one for 10 with the same rows",
              ratio(get("1000 policies together"), get("10 policies together")), 2, "x", True)
    table.add("memory of an evaluation with p99, beyond the mapped snapshot", extra.get("megabytes"), 200, " MB", True)


def peers(folder, snapshot, bench, rounds, seconds, agree):
    subprocess.run([bench, "columns", snapshot, folder], check=True)
    arrays = answer("/usr/bin/python3", PEERS / "arrays.py", folder)
    for name in ("numpy", "pandas", "SQLite", "awk", "jq"):
        if name in arrays.get("seconds", {}):
            seconds[name] = arrays["seconds"][name]
    for name, one in answer("/usr/bin/python3", PEERS / "models.py").get("seconds", {}).items():
        seconds[f"numpy {name}"] = one
    if shutil.which("Rscript"):
        seconds.update(answer("Rscript", PEERS / "tails.R").get("seconds", {}))
    if (PEERS / "node_modules/chdb").exists():
        clickhouse = answer("node", PEERS / "clickhouse.mjs", snapshot / "streams/requests.arrow")
        if clickhouse:
            seconds["ClickHouse"] = clickhouse["seconds"]
            if arrays.get("counts"):
                agree["numpy and ClickHouse, counts"] = arrays["counts"] == clickhouse["counts"]
    if (PEERS / "node_modules/@marcbachmann").exists():
        rules = answer("node", PEERS / "rules.mjs")
        if rules:
            seconds["100 rules by cel-js"] = rules["seconds"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="50 million rows, not 5")
    parser.add_argument("--build", default="build")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    bench, program = build / "proofmark_bench", build / "proofmark"
    rows, rounds = (50_000_000, 7) if options.full else (5_000_000, 9)
    out = build / "bench"
    out.mkdir(exist_ok=True)
    duckdb = [DUCKDB] if DUCKDB.exists() else []
    with tempfile.TemporaryDirectory(dir=out) as folder:
        folder = pathlib.Path(folder)
        snapshot = folder / "snapshot"
        subprocess.run([bench, "make", str(rows), snapshot], check=True)
        measured = answer(bench, "engines", snapshot, rounds, *duckdb)
        seconds, agree = measured.get("seconds", {}), measured.get("agree", {})
        seconds.update(answer(bench, "judging").get("seconds", {}))
        seconds.update(answer(bench, "models").get("seconds", {}))
        peers(folder, snapshot, bench, rounds, seconds, agree)
        policies = {}
        for kind in ("counting", "quantiles"):
            policies[kind] = folder / f"{kind}.pmk"
            policies[kind].write_text(subprocess.run([bench, "policy", kind], capture_output=True, text=True).stdout)
        evaluation = lambda kind: [program, "eval", policies[kind], "--snapshot", snapshot, "--quiet", "--no-fact-cache"]
        seconds["eval process"] = process_seconds(evaluation("counting"), 4)
        seconds.update(answer(bench, "together", snapshot).get("seconds", {}))
        seconds.update(programs.command_line(program, bench, folder, 40))
        seconds["code of 1000 objectives"] = programs.generated_code(program, bench, folder)
        taken, sizes = programs.ingest(program, bench, snapshot, folder, min(rows, 5_000_000), duckdb[0] if duckdb else None, 3)
        seconds.update(taken)
        grown_process(folder, bench, program, snapshot, rows, policies, seconds, agree)
        if duckdb:
            database = folder / "rows.duckdb"
            subprocess.run([bench, "duckdb-make", snapshot, DUCKDB, database], check=True)
            seconds["duckdb process"] = process_seconds([bench, "duckdb-query", DUCKDB, database, "1"], 4)
            database.unlink()
        in_milliseconds(folder, bench, program, policies["counting"], rows, rounds, duckdb, seconds, agree)
        extra = {"megabytes": anonymous_megabytes(evaluation("quantiles"))}
    table = Table()
    fill(table, seconds, extra)
    bandwidth = measured["numbers"]["bytes"] / seconds["read 1"] / 1e9 if "read 1" in seconds else None
    print(f"{rows:,} rows; read at {bandwidth:.1f} GB/s on one thread\n" if bandwidth else f"{rows:,} rows\n")
    print(table.text() + "\n")
    print(f"  {'/bin/true':24}{1e3 * seconds['true']:.3f} ms")
    for kind, size in sizes.items():
        print(f"  {'ingest ' + kind:24}{size / seconds['ingest ' + kind] / 1e6:.0f} MB/s")
    for name in ("limit 1", "native 1", "native 2", "interpreter 1", "duckdb counts", "ClickHouse", "numpy", "SQLite", "awk", "pandas", "jq", "100 rules by cel-js", "100 thresholds judged"):
        print(f"  {name:24}" + (f"{1e3 * seconds[name]:.3f} ms" if name in seconds else "not installed"))
    for name, same in agree.items():
        print(f"  {'same' if same else 'DIFFERENT'}: {name}")
    results = {"rows": rows, "bandwidth_gb_s": bandwidth, "seconds": seconds, "agree": agree, "targets": table.rows}
    (out / "results.json").write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    (out / "results.svg").write_text(table.svg())
    return 0 if agree and all(agree.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
