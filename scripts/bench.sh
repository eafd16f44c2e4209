#!/usr/bin/env bash
# Benchmarks: bash scripts/bench.sh BUILD quick|full. Peers are installed under bench/peers/node_modules (npm, pinned
# versions, never committed), and numpy, pandas, R and jq from Debian where this runs as root, unless
# PROOFMARK_BENCH_PEERS=0; those that cannot be are reported as not installed.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1 size=$2
ninja -C "$build" -j "${JOBS:-$(nproc)}" proofmark proofmark_plugins proofmark_bench
if [ "${PROOFMARK_BENCH_PEERS:-1}" = 1 ] && [ "$(id -u)" = 0 ]; then
  bash scripts/setup.sh bench || echo "bench: Debian's peers could not be installed" >&2
fi
if [ "${PROOFMARK_BENCH_PEERS:-1}" = 1 ] && [ ! -d bench/peers/node_modules ]; then
  (cd bench/peers && npm install --no-audit --no-fund --no-package-lock >/dev/null) || echo "bench: peers could not be installed" >&2
fi
flag=
[ "$size" = full ] && flag=--full
exec python3 bench/run.py $flag --build "$build"
