#!/usr/bin/env python3
"""Runs clang-tidy over the tree: python3 scripts/tidy.py BUILD_DIR [JOBS]

The files are those of BUILD_DIR/compile_commands.json that lie in the source tree; generated code is not ours to judge.
A file that was found clean is not looked at again until it, a header of ours that it includes, its compile command or
.clang-tidy changes: BUILD_DIR/lint holds one empty file for each clean state. The headers come from ninja's record of
the last build, so the build must be up to date.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-19"
ROOMS = ("runtime", "compiler", "cli", "tests", "bench")
# GCC's own options, and deprecations inside GCC's library that clang sees through.
ARGUMENTS = ["--quiet", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error",
             "--extra-arg=-Wno-deprecated-declarations"]


def our_files(build):
    """Source file -> compile command, in the order of their paths."""
    commands = json.loads((build / "compile_commands.json").read_text())
    found = {}
    for entry in commands:
        file = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if file.is_relative_to(ROOT) and not file.is_relative_to(build) and file.relative_to(ROOT).parts[0] in ROOMS:
            found.setdefault(file, entry["command"])
    return dict(sorted(found.items()))


def our_headers(build):
    """Object file of the last build -> the files of ours that went into it."""
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    headers, target = {}, None
    for line in listing.splitlines():
        if line and not line.startswith(" "):
            target = line.split(":")[0]
            headers[target] = []
        elif line.strip():
            path = pathlib.Path(os.path.normpath(build / line.strip()))
            if path.is_relative_to(ROOT):
                headers[target].append(path)
    return headers


def object_of(command):
    words = command.split()
    return words[words.index("-o") + 1]


def state_of(file, command, headers, config):
    """A digest of everything that the verdict on this file depends on, or None when the build does not know the file."""
    inputs = headers.get(object_of(command))
    if not inputs or not all(path.exists() for path in inputs):
        return None
    digest = hashlib.sha256(config)
    digest.update(command.encode())
    for path in sorted({file, *inputs}):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def findings(build, file):
    """What clang-tidy says of a file: empty when it is clean."""
    ran = subprocess.run([TIDY, "-p", build, *ARGUMENTS, file], capture_output=True, text=True, cwd=ROOT)
    if ran.returncode == 0:
        return ""
    return ran.stdout or ran.stderr or f"{file}: {TIDY} ended with {ran.returncode}\n"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count()
    config = (ROOT / ".clang-tidy").read_bytes() + pathlib.Path(__file__).read_bytes()
    headers = our_headers(build)
    states = {file: state_of(file, command, headers, config) for file, command in our_files(build).items()}
    if not states:
        print(f"{build}: no compile commands of ours", file=sys.stderr)
        return 1
    clean = build / "lint"
    clean.mkdir(exist_ok=True)
    due = [file for file, state in states.items() if state is None or not (clean / state).exists()]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        bad = 0
        for file, found in zip(due, pool.map(lambda file: findings(build, file), due)):
            if found:
                bad += 1
                print(found.replace(f"{ROOT}/", ""), end="", flush=True)
            elif states[file]:
                (clean / states[file]).touch()
    print(f"clang-tidy: {len(states)} files, {len(due)} looked at, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
