#!/usr/bin/env python3
"""Checks who includes whom: python3 scripts/check_layers.py [SOURCE_DIR]

The build stops most leaks, because third parties are linked to one room each. What it cannot stop is an include by path,
since every room is reached from the root of the tree. This does. It also refuses the C library's elementary functions on
the decision path: their last bits depend on the processor, and a decision must not.

Exit code 0: all is well; 1: what is printed, a line a leak.
"""
import pathlib
import re
import sys

# A room may include the rooms named here and itself.
BASE = ["runtime/diagnostic", "runtime/json", "runtime/plan"]
ROOMS = {
    "runtime/memory": [],
    "runtime/diagnostic": [],
    "runtime/json": ["runtime/diagnostic"],
    "runtime/members": [],
    "runtime/cache": ["runtime/diagnostic", "runtime/json", "runtime/members"],
    "runtime/plan": ["runtime/json"],
    "runtime/statistics": ["runtime/diagnostic", "runtime/plan"],
    "runtime/builtins": ["runtime/plan", "runtime/statistics"],
    "runtime/methods": BASE + ["runtime/statistics"],
    "runtime/generators": BASE + ["runtime/statistics"],
    "runtime/snapshot": BASE,
    "runtime/models": BASE + ["runtime/statistics"],
    "runtime/engine": BASE + ["runtime/cache", "runtime/snapshot", "runtime/statistics", "runtime/models"],
    "runtime/judgement": BASE + ["runtime/statistics"],
    "runtime/outlook": BASE + ["runtime/statistics", "runtime/judgement"],
    "runtime/transcript": BASE + ["runtime/members", "runtime/statistics", "runtime/judgement"],
    "compiler/source": BASE,
    "compiler/syntax": BASE + ["compiler/source"],
    "compiler/semantics": BASE + ["runtime/builtins", "runtime/generators", "runtime/outlook", "compiler/source",
                                  "compiler/syntax"],
    "compiler/lower": BASE + ["runtime/builtins", "compiler/source", "compiler/syntax", "compiler/semantics"],
    "compiler/codegen": ["runtime/plan"],
    "compiler": BASE + ["runtime/builtins", "runtime/generators", "compiler/source", "compiler/syntax",
                        "compiler/semantics", "compiler/lower"],
    "compiler/assist": BASE + ["runtime/builtins", "compiler/source", "compiler/syntax", "compiler/semantics", "compiler"],
    "cli/language_server": BASE + ["compiler/source", "compiler/assist"],
    "cli": None,  # sees all
}

# Where a third party's headers may be seen.
THIRD_PARTIES = {
    r"llvm(-c)?/": ["compiler/codegen"],
    r"antlr4": ["compiler/syntax"],
    r"Proofmark(Lexer|Parser)": ["compiler/syntax"],
    r"sqlite3": ["runtime/evidence"],
    r"flatbuffers/|arrow_metadata_generated": ["runtime/snapshot"],
    r"fast_float/": ["runtime/snapshot", "runtime/methods"],
    r"zlib|zstd|xxhash": ["runtime/snapshot"],
    r"openssl/": ["runtime/json"],
    r"gmp|mpfr": ["runtime/statistics"],
    r"sleef": ["runtime/statistics", "runtime/generators"],
    r"re2/": ["runtime/engine", "compiler/semantics"],
    r"CLI/": ["cli"],
    r"dlfcn\.h|elf\.h|link\.h": ["runtime/engine"],
    r"fmt/": None,  # everywhere
}
# What belongs to the operating system or the compiler, and needs no room.
SYSTEM = re.compile(r"(unistd|fcntl|malloc|poll|signal|pthread|[a-z]*mmintrin|std[a-z]+|errno|cpuid|sys/[a-z]+)\.h")

DECISION_PATH = ["runtime/statistics", "runtime/judgement", "runtime/generators", "runtime/builtins", "runtime/transcript",
                 "runtime/outlook", "runtime/models"]
ELEMENTARY = re.compile(
    r"(?<![\w.>])(?:std\s*::\s*|::\s*)?"
    r"((?:exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|[lt]gamma|erf|erfc|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|"
    r"cbrt|hypot)[fl]?)\s*\(")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
COMMENTS_AND_TEXTS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)


def room_of(path):
    """The room that a path relative to the root lies in, or None."""
    folder = path.parent.as_posix()
    while folder != ".":
        if folder in ROOMS:
            return folder
        folder = pathlib.PurePosixPath(folder).parent.as_posix()
    return None


def without_comments(text):
    """The text with comments and string literals blanked, line numbers kept."""
    return COMMENTS_AND_TEXTS.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def own_include(room, header):
    target = room_of(pathlib.PurePosixPath(header))
    if target is None:
        return f"`{header}` is in no room that scripts/check_layers.py knows"
    if target != room and ROOMS[room] is not None and target not in ROOMS[room]:
        return f"{room} may not include {target} (`{header}`)"
    return None


def foreign_include(room, header):
    for pattern, homes in THIRD_PARTIES.items():
        if re.match(pattern, header):
            if homes is None or room in homes:
                return None
            return f"`{header}` is for {' and '.join(homes)} alone"
    if "." not in header or SYSTEM.fullmatch(header):
        return None
    return f"`{header}` is of no third party that scripts/check_layers.py knows: name its room there"


def leaks_in(path, text):
    room = room_of(path)
    if room is None:
        yield 1, "this folder is no room that scripts/check_layers.py knows"
        return
    for found in INCLUDE.finditer(text):
        quote, header = found.groups()
        ours = quote == '"' and header.split("/")[0] in ("runtime", "compiler", "cli")
        leak = own_include(room, header) if ours else foreign_include(room, header)
        if leak:
            yield text.count("\n", 0, found.start()) + 1, leak
    if room in DECISION_PATH:
        code = without_comments(text)
        for found in ELEMENTARY.finditer(code):
            yield code.count("\n", 0, found.start()) + 1, (
                f"`{found.group(1)}` of the C library on the decision path: its bits depend on the processor; "
                "use Sleef_cinz_*")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    files = sorted(file for top in ("runtime", "compiler", "cli") for file in (root / top).rglob("*")
                   if file.suffix in (".h", ".cpp"))
    if not files:
        print(f"{root}: no sources found", file=sys.stderr)
        return 1
    leaks = [(file.relative_to(root), line, leak) for file in files
             for line, leak in leaks_in(pathlib.PurePosixPath(file.relative_to(root)), file.read_text())]
    for file, line, leak in leaks:
        print(f"{file}:{line}: {leak}")
    if not leaks:
        print(f"{len(files)} files keep to their rooms")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
