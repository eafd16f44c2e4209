#!/usr/bin/env bash
# Builds the fuzzers with clang and runs each for FUZZ_SECONDS (30). A crash ends with its input in build-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset fuzz >/dev/null
ninja -C build-fuzz -j "$(nproc)"
cd build-fuzz
find . -maxdepth 3 -type f -name 'fuzz_*' -perm -u+x | sort | while read -r fuzzer; do
  echo "== $fuzzer"
  mkdir -p "corpus/$(basename "$fuzzer")"
  "$fuzzer" -max_total_time="${FUZZ_SECONDS:-30}" -rss_limit_mb=3000 "corpus/$(basename "$fuzzer")"
done
