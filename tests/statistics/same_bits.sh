#!/usr/bin/env bash
# The same bits from g++ and clang, unoptimised and optimised, and on a processor without AVX and FMA.
# usage: same_bits.sh SOURCE_DIR WORK_DIR. Compilers that are not installed are named and left out; exits 77 (skipped) when
# only one is there.
set -euo pipefail
source_dir=$1
work=$2
mkdir -p "$work"
cache=$(command -v ccache || true)
sources=("$source_dir"/runtime/statistics/*.cpp "$source_dir"/runtime/plan/number.cpp
  "$source_dir"/runtime/diagnostic/diagnostic.cpp "$source_dir"/tests/statistics/same_bits_pack.cpp)

build() {  # build NAME COMPILER LEVEL
  local objects=() source object
  mkdir -p "$work/$1"
  for source in "${sources[@]}"; do
    object="$work/$1/$(basename "$source" .cpp).o"
    $cache "$2" -std=c++20 "$3" -ffp-contract=off -I "$source_dir" -c "$source" -o "$object"
    objects+=("$object")
  done
  "$2" "${objects[@]}" -o "$work/$1/pack" -lsleef -lmpfr -lgmp
}

variants=()
for compiler in g++ clang++-19; do
  if ! command -v "$compiler" > /dev/null; then
    echo "$compiler is not installed: left out"
    continue
  fi
  for level in -O0 -O3; do
    name="$compiler$level"
    build "$name" "$compiler" "$level"
    "$work/$name/pack" > "$work/$name.txt"
    GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX "$work/$name/pack" > "$work/$name-plain-processor.txt"
    variants+=("$name.txt" "$name-plain-processor.txt")
  done
done

first=${variants[0]}
lines=$(wc -l < "$work/$first")
[ "$lines" -gt 1000 ] || { echo "only $lines lines: the pack did not run"; exit 1; }
for variant in "${variants[@]:1}"; do
  cmp "$work/$first" "$work/$variant" || { diff "$work/$first" "$work/$variant" | head -20; exit 1; }
done
echo "${#variants[@]} variants agree on $lines lines"
[ "${#variants[@]}" -gt 4 ] || exit 77
