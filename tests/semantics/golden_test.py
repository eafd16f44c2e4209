#!/usr/bin/env python3
"""Golden policies: what `proofmark check` says of each, and what the compiler makes of two of them.

    golden_test.py check    --proofmark P --source DIR [--bless] [--only NAME …]
    golden_test.py emit     --proofmark P --source DIR [--bless]
    golden_test.py coverage --source DIR

A golden is tests/semantics/golden/{accepted,refused}/NAME.pmk. Comments at its end say what must come out:

    // expect: PM0301 7:31            one line a diagnostic, in the order of their places; ` warning` after a warning
    // expect: nothing                the policy is accepted without a word

and comments anywhere how to ask:

    // arguments: --set candidate=2.4.0
    // mended: accepted               after the edits that the diagnostics propose, `check` finds no error

The whole set is compared: a follow-on error is a difference. `--bless` rewrites the `expect` lines (and the files of
`emit`); whoever reads the diff decides whether it is right. A golden in `accepted` never holds an error.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

EXPECT = re.compile(r"^// expect: .*\n?", re.M)
CODE = re.compile(r'"(PM\d{4})"')
EMITTED = [
    ("availability", "policies/availability/availability.pmk", ["--set", "release=2.4.0"]),
    ("scraped", "policies/scraped/scraped.pmk", ["--set", "candidate=2.4.0"]),
    ("regions", "policies/regions/regions.pmk", ["--set", "candidate=2", "--set", "stable=1"]),
    ("calculated_quantiles", "tests/semantics/golden/accepted/calculated_quantiles.pmk", []),
    ("checkout_canary", "policies/checkout_canary/checkout_canary.pmk", ["--set", "candidate=2.4.0", "--set", "stable=2.3.0"]),
]


def folder(source):
    return source / "tests" / "semantics" / "golden"


def diagnostics(proofmark, text, arguments):
    """What `check --format json` reports, and its exit code."""
    with tempfile.TemporaryDirectory(prefix="proofmark-golden-") as directory:
        path = pathlib.Path(directory) / "golden.pmk"
        path.write_bytes(text)
        done = subprocess.run([proofmark, "check", path, "--format", "json", *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    found = []
    for line in done.stdout.decode("utf-8").splitlines():
        found += json.loads(line)["diagnostics"]
    return found, done.returncode


def expectation(found):
    lines = sorted((one["line"], one["column"], one["code"], one["severity"]) for one in found)
    return [f"// expect: {code} {line}:{column}{' warning' if severity == 'warning' else ''}"
            for line, column, code, severity in lines] or ["// expect: nothing"]


def mended(text, found):
    """The text after all edits, or why they cannot be made together."""
    edits = sorted(((one["edit"]["begin"], one["edit"]["end"], one["edit"]["replacement"]) for one in found if "edit" in one), reverse=True)
    if not edits:
        return None, "no diagnostic proposes an edit"
    for (later, _, _), (_, end, _) in zip(edits, edits[1:]):
        if end > later:
            return None, "two edits overlap"
    for begin, end, replacement in edits:
        text = text[:begin] + replacement.encode() + text[end:]
    return text, ""


def mending_problems(options, text, found, arguments):
    """Edits are made until none is proposed: one mistake can stand in the way of seeing another."""
    for _ in range(5):
        text, why = mended(text, found)
        if text is None:
            return [why]
        found = [one for one in diagnostics(options.proofmark, text, arguments)[0] if one["severity"] == "error"]
        if not any("edit" in one for one in found):
            break
    return [f"after the edits: {one['code']} at {one['line']}:{one['column']}: {one['message']}" for one in found]


def golden_problems(options, path):
    text = path.read_bytes()
    written = text.decode("utf-8")
    stated = [line.strip() for line in EXPECT.findall(written)]
    arguments = [word for line in re.findall(r"^// arguments: (.*)$", written, re.M) for word in shlex.split(line)]
    found, status = diagnostics(options.proofmark, text, arguments)
    errors = [one for one in found if one["severity"] == "error"]
    problems = []
    if bool(errors) != (status != 0):
        problems.append(f"{len(errors)} errors and exit code {status} do not go together")
    if path.parent.name == "accepted" and errors:
        problems.append(f"should be accepted: {errors[0]['code']} at {errors[0]['line']}:{errors[0]['column']}: {errors[0]['message']}")
    if path.parent.name == "refused" and not found:
        problems.append("should be refused, and nothing is reported")
    now = expectation(found)
    if stated != now:
        if options.bless:
            path.write_text(EXPECT.sub("", written).rstrip("\n") + "\n" + "\n".join(now) + "\n", encoding="utf-8")
        else:
            problems += [f"not reported: {line[11:]}" for line in stated if line not in now]
            problems += [f"reported: {line[11:]}" for line in now if line not in stated]
            if not problems:
                problems.append("expectations are sorted by place and stand for all occurrences: --bless writes them")
    if "// mended: accepted" in written:
        problems += mending_problems(options, text, found, arguments)
    return [f"{path.parent.name}/{path.name}: {problem}" for problem in problems]


def check(options):
    paths = sorted(path for path in folder(options.source).glob("*/*.pmk") if not options.only or path.stem in options.only)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        problems = [problem for some in pool.map(lambda path: golden_problems(options, path), paths) for problem in some]
    return problems or ([] if paths else ["there is no golden"]), len(paths)


def emit(options):
    problems = []
    for name, policy, arguments in EMITTED:
        for stage in ("typed", "plan"):
            done = subprocess.run([options.proofmark, "emit", options.source / policy, "--stage", stage, *arguments],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            golden = folder(options.source) / "emit" / f"{name}.{stage}.txt"
            if done.returncode != 0:
                problems.append(f"{policy}: emit --stage {stage} exits with {done.returncode}: {done.stdout.decode('utf-8', 'replace')}")
            elif options.bless:
                golden.write_bytes(done.stdout)
            elif not golden.exists() or golden.read_bytes() != done.stdout:
                problems.append(f"{golden.relative_to(options.source)} is not what emit --stage {stage} prints: --bless writes it")
    return problems, 2 * len(EMITTED)


def coverage(options):
    """Every code that the semantics room reports is expected by a golden."""
    used = set()
    for path in (options.source / "compiler" / "semantics").glob("*.cpp"):
        used.update(CODE.findall(path.read_text(encoding="utf-8")))
    expected = set()
    for path in folder(options.source).glob("refused/*.pmk"):
        expected.update(re.findall(r"^// expect: (PM\d{4})", path.read_text(encoding="utf-8"), re.M))
    return [f"no golden expects {code}" for code in sorted(used - expected)], len(used)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "emit", "coverage"])
    parser.add_argument("--proofmark", type=pathlib.Path)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("--only", nargs="+", metavar="NAME")
    options = parser.parse_args()
    options.source = options.source.resolve()
    problems, count = {"check": check, "emit": emit, "coverage": coverage}[options.what](options)
    for problem in problems:
        print(problem)
    print(f"{options.what}: {count} looked at, {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
