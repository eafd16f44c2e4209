"""Whole processes from outside: the command line on little data, and files of telemetry taken in.

Everything here is wall-clock time of fresh processes, run in turns; of each the fastest counts. What a process costs anyway is
told by /bin/true beside them.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

SCHEMA = """edition 2026
policy ingested {
  title "A benchmark"
  confidence 95%
  subject { service "shop" }
  telemetry requests : events {
    time        : timestamp in epoch_ns
    duration    : duration in ns
    status      : int
    service     : label
    version     : label
    environment : label
    region      : label
  }
  objective o { require fraction(requests, status < 500) >= 99% }
  decide { certify for 7d when all objectives pass  deny otherwise }
}
"""
QUIET = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)]


def seconds_of(command, environment=None):
    """A fork of this interpreter would cost more than what is measured: spawned."""
    words = [str(word) for word in command]
    start = time.perf_counter()
    process = os.posix_spawn(words[0], words, environment or os.environ, file_actions=QUIET)
    _, status = os.waitpid(process, 0)
    taken = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # certify or deny; everything else did not do its work
        raise RuntimeError(f"exit code {os.waitstatus_to_exitcode(status)}: {' '.join(words)}")
    return taken


def in_turns(commands, rounds, environment=None, before=lambda name: None):
    """Name to seconds of the fastest of `rounds` runs."""
    best = {name: float("inf") for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            before(name)
            best[name] = min(best[name], seconds_of(command, environment))
    return best


def command_line(program, bench, folder, rounds):
    """`check` and `eval` of a policy over 10,000 rows: with everything kept, nothing kept, and code generated anew."""
    folder = pathlib.Path(folder)
    snapshot, policy = folder / "little", folder / "little.pmk"
    subprocess.run([bench, "make", "10000", snapshot], check=True)
    policy.write_text(subprocess.run([bench, "policy", "copied", "0"], capture_output=True, text=True, check=True).stdout)
    environment = {**os.environ, "PROOFMARK_CACHE": str(folder / "little-cache")}
    evaluation = [program, "eval", policy, "--snapshot", snapshot, "--format", "json"]  # the transcript on stdout
    commands = {"true": ["/bin/true"],
                "check kept": [program, "check", policy],
                "eval kept": evaluation,
                "eval not kept": [*evaluation, "--no-cache"]}
    if (pathlib.Path(program).parent / "proofmark_codegen.so").exists():
        commands["eval compiling"] = [*evaluation, "--no-cache", "--engine", "native"]
    for command in commands.values():
        seconds_of(command, environment)
    return in_turns(commands, rounds, environment)


def ingest(program, bench, snapshot, folder, rows, duckdb, rounds):
    """CSV and NDJSON into a snapshot with its digests, and into a table that DuckDB keeps. The seconds and the files' bytes."""
    folder = pathlib.Path(folder)
    subprocess.run([bench, "text", snapshot, folder, str(rows)], check=True)
    schema = folder / "ingested.pmk"
    schema.write_text(SCHEMA)
    seconds, sizes = {}, {}
    for kind in ("csv", "ndjson"):
        file, made, database = folder / f"rows.{kind}", folder / f"ingested-{kind}", folder / f"ingested-{kind}.duckdb"
        sizes[kind] = file.stat().st_size
        commands = {f"ingest {kind}": [program, "snapshot", "create", "--out", made, "--stream", f"requests={file}",
                                       "--schema", schema, "--quiet"]}
        if duckdb:
            commands[f"duckdb {kind}"] = [bench, "duckdb-ingest", duckdb, database, file]

        def clear(name):
            if name.startswith("ingest"):
                shutil.rmtree(made, ignore_errors=True)
            else:
                database.unlink(missing_ok=True)

        seconds.update(in_turns(commands, rounds, before=clear))
        manifest = json.loads((made / "manifest.json").read_text())
        if manifest["streams"][0]["rows"] != rows:
            raise RuntimeError(f"{manifest['streams'][0]['rows']} of {rows} rows were taken in")
        for name in commands:
            clear(name)
        file.unlink()
    return seconds, sizes


def generated_code(program, bench, folder):
    """Of a policy with 1,000 objectives: the seconds in which its code was generated, or None where there is none."""
    folder = pathlib.Path(folder)
    policy = folder / "large.pmk"
    policy.write_text(subprocess.run([bench, "policy", "statistical", "1000"], capture_output=True, text=True, check=True).stdout)
    run = subprocess.run([program, "eval", policy, "--snapshot", folder / "little", "--no-cache", "--engine", "native", "--quiet",
                          "--stats"], capture_output=True, text=True)
    found = re.search(r"code ([\d.]+) ms \(native", run.stderr)
    return float(found.group(1)) / 1e3 if found else None
