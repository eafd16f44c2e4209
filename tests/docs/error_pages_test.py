#!/usr/bin/env python3
"""Keeps the documentation true: every example in it is run.

    error_pages_test.py codes      --proofmark P --source DIR   every code has a page, every page's code occurs in the source
    error_pages_test.py pages      --proofmark P --source DIR   the error index: format, wrong examples, right examples
    error_pages_test.py documents  --proofmark P --source DIR   README.md and docs/**/*.md outside the error index

A page docs/errors/PMdddd.md is `# PMdddd: title`, prose, `## Wrong` and `## Right` with at least one example each.
A ```proofmark example is a whole file: under Wrong, `proofmark check` reports the page's code and no other error;
under Right, no error, and not the code. A ```sh example is run by bash in an empty directory with `proofmark` first on
PATH: under Wrong its output holds the code; under Right it exits with 0 and does not show the code.

In other documents every ```proofmark block must check. A ```sh block is run when the line before it is `<!-- run -->`;
a block after the line `<!-- output -->` is what the run before it prints, to the letter (`--bless` rewrites it).
All blocks of a document share one directory, in order, so that a tutorial can build on its earlier steps; the line
`<!-- file: NAME -->` before a block of any kind puts its text into NAME there. `policies/` is there too, as in a
checkout. What is not a whole file, or not to be run, is fenced as ```text.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CODE = re.compile(r"\bPM\d{4}\b")
TITLE = re.compile(r"# (PM\d{4}): (\S.*)")
FENCE = re.compile(r"^(`{3,})(\S*)\s*$")
RUN_MARK = "<!-- run -->"
OUTPUT_MARK = "<!-- output -->"
FILE_MARK = re.compile(r"<!-- file: ([A-Za-z0-9_./-]+) -->")
TIMEOUT_S = 120


class Block:
    """A fenced block: its language, its text, its line, the section it is in, the line before it."""

    def __init__(self, language, line, section, before):
        self.language, self.line, self.section, self.before = language, line, section, before
        self.lines = []

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"


class Page:
    """A Markdown file in the parts that concern us."""

    def __init__(self, path):
        self.path = path
        self.first = ""
        self.sections = []  # "## …" headings
        self.prose = []     # lines outside of blocks, before the first section
        self.blocks = []
        self.problems = []
        self._read(path.read_text(encoding="utf-8").split("\n"))

    def _read(self, lines):
        self.first = lines[0]
        block, fence, before = None, "", ""
        for number, line in enumerate(lines[1:], start=2):
            mark = FENCE.match(line)
            if block is not None:
                if mark and mark.group(1) == fence and not mark.group(2):
                    self.blocks.append(block)
                    block = None
                else:
                    block.lines.append(line)
            elif mark:
                fence = mark.group(1)
                block = Block(mark.group(2), number, self.sections[-1] if self.sections else "", before)
            elif line.startswith("## "):
                self.sections.append(line[3:].strip())
            elif not self.sections and line.strip():
                self.prose.append(line)
            before = line.strip()
        if block is not None:
            self.problems.append(f"{self.path.name}:{block.line}: this block is never closed")


class Runner:
    def __init__(self, proofmark, folder):
        self.programs = folder / "bin"
        self.programs.mkdir()
        (self.programs / "proofmark").symlink_to(proofmark)
        self.folder = folder

    def directory(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def run(self, command, directory):
        environment = {
            "PATH": f"{self.programs}:{os.environ.get('PATH', '/usr/bin:/bin')}",
            "HOME": str(directory), "TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        try:
            done = subprocess.run(command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            return 124, f"(stopped after {TIMEOUT_S} s)"
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def shell(self, text, directory):
        return self.run(["bash", "-e", "-c", text], directory)

    def check(self, text, directory, name="example.pmk"):
        """The diagnostics of `proofmark check`, as (code, is an error) pairs; None when it did not answer."""
        (directory / name).write_text(text, encoding="utf-8")
        status, output = self.run(["proofmark", "check", name, "--format", "json"], directory)
        found = []
        for line in output.splitlines():
            try:
                found += [(one["code"], one["severity"] == "error") for one in json.loads(line)["diagnostics"]]
            except (ValueError, KeyError):
                return None, f"exit {status}: {output}"
        if status not in (0, 64, 65):
            return None, f"exit {status}: {output}"
        return found, output


def indented(text):
    return "\n".join("      " + line for line in text.rstrip().splitlines()[:40])


def wrong_example(runner, code, block):
    directory = runner.directory()
    if block.language == "sh":
        _, output = runner.shell(block.text, directory)
        return [] if code in output else [f"the wrong example does not show {code}; it shows\n{indented(output)}"]
    found, output = runner.check(block.text, directory)
    if found is None:
        return [f"`proofmark check` did not answer: {output}"]
    problems = []
    if code not in [one for one, _ in found]:
        problems.append(f"the wrong example does not yield {code}, but {sorted({one for one, _ in found}) or 'nothing'}")
    others = sorted({one for one, is_error in found if is_error and one != code})
    if not problems and others:
        problems.append(f"the wrong example yields {code}, and {', '.join(others)} beside it: show one mistake")
    return problems


def right_example(runner, code, block):
    directory = runner.directory()
    if block.language == "sh":
        status, output = runner.shell(block.text, directory)
        if status != 0:
            return [f"the right example exits with {status}; it shows\n{indented(output)}"]
        return [f"the right example shows {code}"] if code in output else []
    found, output = runner.check(block.text, directory)
    if found is None:
        return [f"`proofmark check` did not answer: {output}"]
    errors = sorted({one for one, is_error in found if is_error or one == code})
    return [f"the right example yields {', '.join(errors)}"] if errors else []


def format_problems(page):
    problems = list(page.problems)
    title = TITLE.fullmatch(page.first)
    if not title or title.group(1) != page.path.stem:
        problems.append(f"the first line is `# {page.path.stem}: what is wrong`, not `{page.first}`")
    elif title.group(2).endswith("."):
        problems.append("the title has no full stop")
    if not page.prose:
        problems.append("a paragraph between the title and `## Wrong` says what it means and how to mend it")
    if page.sections != ["Wrong", "Right"]:
        problems.append(f"the sections are `## Wrong` and `## Right`, not {page.sections}")
    for section in ("Wrong", "Right"):
        if not any(block.section == section and block.language in ("proofmark", "sh") for block in page.blocks):
            problems.append(f"there is no ```proofmark or ```sh example under `## {section}`")
    for block in page.blocks:
        if block.language not in ("proofmark", "sh", "text"):
            problems.append(f"line {block.line}: a block is ```proofmark, ```sh or ```text, not ```{block.language}")
    return problems


def page_problems(runner, path):
    page = Page(path)
    problems = format_problems(page)
    for block in page.blocks:
        if block.language not in ("proofmark", "sh") or block.section not in ("Wrong", "Right"):
            continue
        judge = wrong_example if block.section == "Wrong" else right_example
        problems += [f"line {block.line}: {one}" for one in judge(runner, path.stem, block)]
    return [f"{path.name}: {one}" for one in problems]


def unlike(shown, printed):
    """The first line in which a document's output block differs from what was printed; nothing when none does."""
    ours, theirs = shown.rstrip("\n").split("\n"), printed.rstrip("\n").split("\n")
    for number in range(max(len(ours), len(theirs))):
        left = ours[number] if number < len(ours) else "(nothing)"
        right = theirs[number] if number < len(theirs) else "(nothing)"
        if left.rstrip() != right.rstrip():
            return f"line {number + 1} of the output is shown as\n      {left}\n    but is\n      {right}"
    return None


def bless(path, blocks):
    """Puts what was printed into the output blocks; from the last to the first, so that line numbers stay true."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for block, printed in reversed(blocks):
        lines[block.line:block.line + len(block.lines)] = printed.rstrip("\n").split("\n")
    path.write_text("\n".join(lines), encoding="utf-8")


def document_problems(runner, source, path, blessed=False):
    page = Page(path)
    problems = list(page.problems)
    printed, stale = None, []
    directory = runner.directory()
    if "policies/" in path.read_text(encoding="utf-8") and (source / "policies").is_dir():
        shutil.copytree(source / "policies", directory / "policies")
    for block in page.blocks:
        place = f"line {block.line}: "
        named = FILE_MARK.fullmatch(block.before)
        if named:
            target = directory / named.group(1)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        if block.language == "proofmark":
            found, output = runner.check(block.text, runner.directory())
            errors = None if found is None else sorted({one for one, is_error in found if is_error})
            if errors is None or errors:
                problems.append(place + f"this policy does not check: {output if errors is None else ', '.join(errors)} (a fragment is fenced as ```text)")
        elif block.language == "sh" and block.before == RUN_MARK:
            status, printed = runner.shell(block.text, directory)
            if status != 0:
                problems.append(place + f"this exits with {status}; it shows\n{indented(printed)}")
        elif block.before == RUN_MARK:
            problems.append(place + "only a ```sh block is run")
        elif block.before == OUTPUT_MARK:
            difference = "no run comes before it" if printed is None else unlike(block.text, printed)
            if difference and printed is not None and blessed:
                stale.append((block, printed))
            elif difference:
                problems.append(place + difference)
            printed = None
    if stale:
        bless(path, stale)
    return [f"{path.relative_to(source)}: {one}" for one in problems]


def codes(source):
    """Every code has a page, and every page a code that something can report."""
    used = {}
    for room in ("compiler", "runtime", "cli"):
        for path in sorted((source / room).rglob("*")):
            if path.suffix in (".cpp", ".h"):
                for code in CODE.findall(path.read_text(encoding="utf-8")):
                    used.setdefault(code, path.relative_to(source))
    pages = {path.stem for path in (source / "docs" / "errors").glob("*.md")}
    problems = [f"{code} ({used[code]}) has no page docs/errors/{code}.md" for code in sorted(used) if code not in pages]
    problems += [f"docs/errors/{page}.md: nothing reports {page}" for page in sorted(pages) if page not in used]
    if not used:
        problems.append("no code was found in the source: is --source right?")
    return problems, len(used)


def in_parallel(work, items):
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return [problem for problems in pool.map(work, items) for problem in problems]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["codes", "pages", "documents"])
    parser.add_argument("--proofmark", required=True, type=pathlib.Path)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--bless", action="store_true", help="documents: rewrite the output blocks that are not true")
    parser.add_argument("--only", nargs="+", metavar="CODE", help="pages: only these")
    options = parser.parse_args()
    source = options.source.resolve()
    with tempfile.TemporaryDirectory(prefix="proofmark-docs-") as folder:
        runner = Runner(options.proofmark.resolve(), pathlib.Path(folder))
        if options.what == "codes":
            problems, count = codes(source)
        elif options.what == "pages":
            items = sorted(path for path in (source / "docs" / "errors").glob("*.md") if not options.only or path.stem in options.only)
            problems, count = in_parallel(lambda path: page_problems(runner, path), items), len(items)
        else:
            items = sorted(path for path in [source / "README.md", *(source / "docs").rglob("*.md")]
                           if path.is_file() and (source / "docs" / "errors") not in path.parents)
            problems, count = in_parallel(lambda path: document_problems(runner, source, path, options.bless), items), len(items)
    for problem in problems:
        print(problem)
    print(f"{options.what}: {count} looked at, {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
