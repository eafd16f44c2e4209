#!/usr/bin/env python3
"""Plants one leak at a time in a small tree and sees scripts/check_layers.py refuse it, and nothing else."""
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).parent.parent.parent / "scripts" / "check_layers.py"

# file, text, what the complaint must contain; None: no complaint.
CASES = [
    ("runtime/plan/a.h", '#include "runtime/json/json.h"\n', None),
    ("runtime/plan/a.h", '#include "compiler/compile.h"\n', "runtime/plan may not include compiler"),
    ("runtime/plan/a.h", '#include "runtime/snapshot/snapshot.h"\n', "runtime/plan may not include runtime/snapshot"),
    ("runtime/engine/a.cpp", '#include "runtime/judgement/verdicts.h"\n', "runtime/engine may not include"),
    ("compiler/lower/a.cpp", '#include "runtime/engine/engine.h"\n', "compiler/lower may not include runtime/engine"),
    ("compiler/compile.cpp", '#include "runtime/judgement/verdicts.h"\n', "compiler may not include runtime/judgement"),
    ("cli/a.cpp", '#include "runtime/engine/engine.h"\n#include "compiler/compile.h"\n', None),
    ("cli/a.cpp", "#include <llvm/IR/Module.h>\n", "is for compiler/codegen alone"),
    ("compiler/codegen/a.cpp", "#include <llvm/IR/Module.h>\n", None),
    ("compiler/semantics/a.h", "#include <antlr4-runtime.h>\n", "is for compiler/syntax alone"),
    ("compiler/semantics/a.h", '#include "ProofmarkParser.h"\n', "is for compiler/syntax alone"),
    ("runtime/transcript/a.cpp", "#include <sqlite3.h>\n", "is for runtime/evidence alone"),
    ("runtime/engine/a.cpp", "#include <flatbuffers/flatbuffers.h>\n", "is for runtime/snapshot alone"),
    ("runtime/plan/a.cpp", "#include <boost/math/distributions.hpp>\n", "no third party"),
    ("runtime/plan/a.cpp", "#include <vector>\n#include <sys/stat.h>\n", None),
    ("runtime/orphan/a.cpp", "int a;\n", "is no room"),
    ("runtime/statistics/a.cpp", "double f(double x) {\n  return std::exp(x);\n}\n", "a.cpp:2: `exp`"),
    ("runtime/judgement/a.cpp", "double f(double x) { return ::lgamma (x); }\n", "`lgamma`"),
    ("runtime/generators/a.cpp", "double f(double x) { return powl(x, 2); }\n", "`powl`"),
    ("runtime/statistics/a.cpp", '// exp(x) in a comment\nconst char* t = "log(x)";\n', None),
    ("runtime/statistics/a.cpp", "double f(double x) { return Sleef_expd1_u10purecfma(x) + std::sqrt(x); }\n", None),
    ("runtime/statistics/a.cpp", "double f(T t) { return t.log(2) + binomial_pow(3); }\n", None),
]


def complaint(file, text):
    with tempfile.TemporaryDirectory() as root:
        path = pathlib.Path(root, file)
        path.parent.mkdir(parents=True)
        path.write_text(text)
        ran = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True)
        assert ran.returncode in (0, 1), ran.stderr
        assert (ran.returncode == 1) == (not ran.stdout.startswith("1 files keep")), ran.stdout
        return ran.stdout if ran.returncode else None


def main():
    wrong = 0
    for file, text, expected in CASES:
        found = complaint(file, text)
        if (found is None) != (expected is None) or (expected and (expected not in found or found.count("\n") != 1)):
            print(f"{file}: {text!r}\n  expected {expected!r}\n  found    {found!r}")
            wrong += 1
    print(f"{len(CASES)} cases, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
