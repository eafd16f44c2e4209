#!/usr/bin/env bash
# Proves that a stock reader opens our files: makes a snapshot with every type, reads it with npm's apache-arrow and
# compares each value with the source. read_with_apache_arrow.sh SAMPLE_PROGRAM WORK_DIRECTORY
set -euo pipefail

sample=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$work/npm"
if ! cmp -s "$here/stock_reader/package-lock.json" "$work/npm/installed-lock.json"; then
  cp "$here/stock_reader/package.json" "$here/stock_reader/package-lock.json" "$work/npm/"
  npm ci --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$work/npm" || {
    echo "FAILED: apache-arrow cannot be installed; this test needs npm and its registry" >&2
    exit 1
  }
  cp "$here/stock_reader/package-lock.json" "$work/npm/installed-lock.json"
fi
cp "$here/stock_reader/compare.mjs" "$work/npm/"
rm -rf "$work/sample" && mkdir "$work/sample"
"$sample" "$work/sample"
node "$work/npm/compare.mjs" "$work/sample/sample.ndjson" "$work/sample/snapshot/streams/sample.arrow"
