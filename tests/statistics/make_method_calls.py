#!/usr/bin/env python3
"""Makes data/method_calls.json: some calls of every method with random arguments, from a fixed seed, for same_bits.sh.

usage: make_method_calls.py PROOFMARK > data/method_calls.json

What a method takes is read from `calc --list`, its example from `explain`; arguments are drawn around the example by their kind, counts
up to 1e13, levels up to 1 - 1e-9. The program says which calls it answers. What takes longer than LONGEST is left out: unoptimised, with
two compilers, it would take half a minute. The answers are no part of the file: only that all builds give the same ones is asked."""
import json
import math
import random
import re
import subprocess
import sys
import tempfile
import time

SEED, ANSWERED, DRAWS, LONGEST = 20260101, 6, 60, 0.15
LEVELS = ["0.5", "0.9", "0.95", "0.99", "0.999", "0.975", "0.001", "0.05", "0.01", "0.000001", "0.999999", "1/3", "0.123456789", "0.9999995", "0.999999999"]
KINDS = {"count", "real", "real >= 0", "real > 0", "proportion", "level", "exact number", "true|false", "reals", "samples", "edges", "counts", "words", "table", "value"}
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_][\w.-]*(?::?[\w.-]*\w)?(?=[,)\]}\s])|[A-Za-z_]\w*|-?[\d][\d_.]*(?:e-?\d+)?(?:%|ppm)?(?:/\d+)?|[\[\]{}():,-])')


def parsed(text):
    """The arguments of an example, as JSON has them."""
    tokens = TOKEN.findall(text[text.index("(") + 1:])
    at = 0

    def value():
        nonlocal at
        token = tokens[at]
        at += 1
        if token == "[":
            items = []
            while tokens[at] != "]":
                items.append(value())
                at += tokens[at] == ","
            at += 1
            return items
        if token == "{":
            members = {}
            while tokens[at] != "}":
                name = tokens[at]
                at += 2
                members[name] = value()
                at += tokens[at] == ","
            at += 1
            return members
        if token.startswith('"'):
            return json.loads(token)
        if re.match(r"-?\d", token):
            plain = token.replace("_", "")
            if plain.endswith("%"):
                return float(plain[:-1]) / 100
            if plain.endswith("ppm"):
                return float(plain[:-3]) / 1e6
            return float(plain) if "." in plain or "e" in plain else int(plain)
        return {"true": True, "false": False}.get(token, token)

    arguments = {}
    while tokens[at] != ")":
        name = tokens[at]
        at += 2
        arguments[name] = value()
        at += tokens[at] == ","
    return arguments


class Draw:
    """One call's arguments, around an example's."""

    def __init__(self, source, parameters, example):
        self.random, self.parameters, self.example = source, parameters, example
        self.scale = 10 ** source.uniform(0.5, 13)
        self.drawn = {}

    def count(self, name):
        """Of parts (successes1) so many of the whole of the same number (trials1); wholes on one scale."""
        whole = self.whole_of(name)
        if whole is not None:
            return self.part_of(whole)
        if name in ("blocks", "count", "significant_digits", "digits", "type", "lag", "max_lag", "fitted", "batch_size", "replicates", "seed"):
            return self.random.randint(0, 4) if name != "replicates" else self.random.choice((99, 199))
        return max(0, min(10**13, round(self.scale * self.random.lognormvariate(0, 0.5))))

    def whole_of(self, name):
        number = re.sub(r"\D", "", name)
        base = re.sub(r"\d", "", name)
        if base not in ("successes", "k", "bad", "breaches", "defects", "sample", "max_defects", "budget_remaining"):
            return None
        for whole in ("trials", "n", "total", "population", "replications", "future_total"):
            if whole + number in self.parameters:
                if whole + number not in self.drawn:
                    self.drawn[whole + number] = self.count(whole + number)
                return self.drawn[whole + number]
        return None

    def part_of(self, whole):
        kind = self.random.random()
        if kind < 0.15:
            return 0
        if kind < 0.3:
            return whole
        if kind < 0.5:
            return min(whole, self.random.randint(0, 9))
        if kind < 0.7:
            return max(0, whole - self.random.randint(0, 9))
        return round(whole * self.random.random())

    def around(self, value):
        if isinstance(value, bool):
            return self.random.random() < 0.5
        if isinstance(value, int):
            return round(value * self.random.lognormvariate(0, 1)) if abs(value) > 3 else value + self.random.randint(0, 2)
        if isinstance(value, float):
            return float(f"{value * self.random.lognormvariate(0, 0.5):.6g}")
        if isinstance(value, list):
            return [self.around(item) for item in value]
        if isinstance(value, dict):
            return {key: self.around(item) for key, item in value.items()}
        return value

    def reals(self, name, example):
        if not isinstance(example, list) or not example or not all(isinstance(item, (int, float)) for item in example):
            return example
        if name == "expected_fraction":
            return example
        length = self.random.choice((len(example), self.random.randint(2, 40)))
        low, high = min(example), max(example)
        shape = self.random.choice(("uniform", "whole", "heavy", "ties"))
        values = []
        for _ in range(length):
            if shape == "heavy" and low >= 0 and high > 1:
                value = high * self.random.lognormvariate(-1, 1.5)
            else:
                value = self.random.uniform(low, high)
            if shape in ("whole", "ties") and high > 1:
                value = round(value) if shape == "whole" else round(value / 3) * 3
            values.append(float(f"{value:.9g}"))
        return sorted(values) if example == sorted(example) and name in ("looks", "information", "upper_edges", "times") else values

    def clusters(self, arms):
        rows = []
        for _ in range(self.random.randint(10, 30)):
            row = []
            for _ in range(arms):
                total = self.random.randint(1, round(10 ** self.random.uniform(0.5, 4)))
                row += [self.part_of(total), total]
            rows.append(row)
        return rows

    def value(self, name):
        kind, fallback = self.parameters[name]
        example = self.example.get(name)
        if kind == "count":
            return self.count(name)
        if kind in ("level", "proportion"):
            return self.random.choice(LEVELS) if self.random.random() < 0.7 else f"{self.random.random():.9f}"
        if "|" in kind and kind != "true|false":
            return self.random.choice(kind.split("|"))
        if kind == "true|false":
            return self.random.random() < 0.5
        if name == "range" and "sample" in self.drawn and self.drawn["sample"]:
            return [min(self.drawn["sample"]) - self.random.random(), max(self.drawn["sample"]) + self.random.random()]
        if name in ("clusters", "buckets") and kind == "table":
            return self.clusters(len(example[0]) // 2)
        if name == "centroids":
            return [[mean, self.random.randint(1, 50)] for mean in sorted(self.random.lognormvariate(0, 2) for _ in range(12))]
        if name == "schema":
            return self.random.randint(-4, 8)
        if kind in ("reals", "edges"):
            return self.reals(name, example)
        if kind == "counts" and isinstance(example, list):
            drawn = [max(0, round(item * self.random.lognormvariate(0, 1))) for item in example]
            return sorted(drawn) if name == "looks" else drawn
        if kind == "words" and example:
            return [f"{self.random.getrandbits(4 * max(8, len(word)) if len(word) > 1 else 64):x}" for word in example]
        if example is None:
            example = float(fallback) if re.fullmatch(r"-?[\d.]+", fallback or "") else 1.0
        if kind in ("real", "real >= 0", "real > 0", "exact number") and isinstance(example, (int, float)):
            wide = self.random.random() < 0.3
            drawn = (example or 0.1) * self.random.lognormvariate(0, 4 if wide else 0.7)
            return float(f"{drawn:.9g}") if isinstance(example, float) or abs(example) <= 3 else round(drawn)
        return self.around(example)

    def arguments(self):
        for name, (kind, fallback) in self.parameters.items():
            if kind not in KINDS and "|" not in kind:
                continue  # a word with one choice
            if name not in self.drawn and (name in self.example or not fallback or self.random.random() < 0.3):
                self.drawn[name] = self.value(name)
        return {name: self.drawn[name] for name in self.parameters if name in self.drawn}


def methods(program):
    for line in subprocess.run([program, "calc", "--list"], capture_output=True, text=True, check=True).stdout.splitlines():
        name, inside = line.split("(", 1)
        parameters = {}
        for part in re.split(r", (?=\w+: )", inside[:-1] if inside.endswith(")") else inside):
            if not part:
                continue
            parameter, kind = part.split(": ", 1)
            kind, optional = re.subn(r" \(optional\)$", "", kind)
            kind, *fallback = kind.split(" = ")
            parameters[parameter] = (kind, fallback[0] if fallback else "-" if optional else "")
        page = subprocess.run([program, "explain", name], capture_output=True, text=True, check=True).stdout
        example = re.search(r"proofmark calc '(.*)'", page, re.S)[1]
        yield name, parameters, parsed(re.sub(r"\s+", " ", example))


def answers(program, case, folder):
    """Whether it is answered, and within LONGEST."""
    path = f"{folder}/case.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"schema": "stats-oracle/1", "cases": [case]}, file)
    began = time.monotonic()
    try:
        done = subprocess.run([program, "calc", "--cases", path], capture_output=True, text=True, timeout=2 * LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 65):
        sys.exit(f"{json.dumps(case)}: exit code {done.returncode}\n{done.stderr}")
    return done.returncode == 0 if time.monotonic() - began < LONGEST else None


def main(program):
    source, cases = random.Random(SEED), []
    with tempfile.TemporaryDirectory() as folder:
        for name, parameters, example in methods(program):
            kept, refused, seen = 0, 0, set()
            for _ in range(DRAWS):
                arguments = Draw(random.Random(source.getrandbits(64)), parameters, example).arguments()
                case = {"id": f"{name} {kept + refused + 1}", "method": name, "inputs": arguments}
                text = json.dumps(arguments)
                if len(text) > 1500 or text in seen:
                    continue
                seen.add(text)
                answered = answers(program, case, folder)
                if answered is None or (not answered and refused == 1):
                    continue
                kept, refused = kept + answered, refused + (not answered)
                cases.append(json.dumps(case))
                if kept == ANSWERED:
                    break
            print(f"{name}: {kept} answered", file=sys.stderr)
    print('{"schema": "stats-oracle/1", "family": "calls", "cases": [\n' + ",\n".join(cases) + "\n]}")


if __name__ == "__main__":
    main(sys.argv[1])
