#!/usr/bin/env bash
# clang-format and clang-tidy over our sources: bash scripts/lint.sh BUILD_DIR. The build must be up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -z '*.cpp' '*.h' | xargs -0 clang-format-19 --dry-run -Werror
python3 scripts/tidy.py "$1"
