#!/usr/bin/env bash
# The same bits from g++ and clang, unoptimised and optimised, and on a processor without AVX and FMA: of the pack of
# tails and bounds, and of all methods: their examples, the calls of data/method_calls.json, the cases of qualification
# and, where they lie beside the checkout, the oracle packs.
# usage: same_bits.sh SOURCE_DIR WORK_DIR [METHODS_PACK NAME]: a methods_pack that is built already with the compiler and
# level of NAME (g++-O3) is not built again. Compilers that are not installed are named and left out; exits 77 (skipped)
# when only one is there.
set -euo pipefail
source_dir=$1
work=$2
built_pack=${3:-} built_name=${4:-}
mkdir -p "$work"
cache=$(command -v ccache || true)
mathematics=("$source_dir"/runtime/statistics/*.cpp "$source_dir"/runtime/plan/number.cpp
  "$source_dir"/runtime/diagnostic/*.cpp)
methods=("$source_dir"/runtime/methods/*.cpp "$source_dir"/runtime/json/{read,utf8,value,write}.cpp)
plain_processor=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX

# Pairs of a file of cases and the folder of its samples, for methods_pack.
cases=("$source_dir/tests/statistics/data/method_calls.json" "$source_dir/tests/statistics/data")
for file in "$source_dir"/tests/statistics/qualification/*.json; do cases+=("$file" "${file%/*}/data"); done
for file in "$source_dir"/../shared/oracles/*.json; do
  if [ -f "$file" ]; then cases+=("$file" "${file%/*}/data"); fi
done

# objects FOLDER COMPILER LEVEL SOURCE …: one object a source, in FOLDER
objects() {
  local folder=$1 compiler=$2 level=$3
  shift 3
  mkdir -p "$folder"
  printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c \
    "$cache $compiler -std=c++20 $level -ffp-contract=off -I '$source_dir' -c '{}' -o '$folder'/\$(basename '{}' .cpp).o"
}

# outputs KIND NAME PROGRAM ARGUMENT …: what it prints, here and without AVX and FMA, at the same time
pack_outputs=() method_outputs=()
outputs() {
  local kind=$1 name=$2 plain
  shift 2
  GLIBC_TUNABLES=$plain_processor "$@" > "$work/$name-$kind-plain.txt" &
  plain=$!
  "$@" > "$work/$name-$kind.txt"
  wait "$plain"
  if [ "$kind" = pack ]; then pack_outputs+=("$work/$name-pack.txt" "$work/$name-pack-plain.txt")
  else method_outputs+=("$work/$name-methods.txt" "$work/$name-methods-plain.txt"); fi
}

for compiler in g++ clang++-19; do
  if ! command -v "$compiler" > /dev/null; then
    echo "$compiler is not installed: left out"
    continue
  fi
  for level in -O0 -O3; do
    name=$compiler$level
    objects "$work/$name/mathematics" "$compiler" "$level" "${mathematics[@]}"
    objects "$work/$name" "$compiler" "$level" "$source_dir/tests/statistics/same_bits_pack.cpp"
    "$compiler" "$work/$name"/mathematics/*.o "$work/$name/same_bits_pack.o" -o "$work/$name/pack" -lsleef -lmpfr -lgmp
    outputs pack "$name" "$work/$name/pack"
    examples=$work/$name/examples
    if [ "$name" = "$built_name" ]; then
      examples=$built_pack
    else
      objects "$work/$name/methods" "$compiler" "$level" "${methods[@]}" "$source_dir/tests/statistics/methods_pack.cpp"
      "$compiler" "$work/$name"/mathematics/*.o "$work/$name"/methods/*.o -o "$examples" -lsleef -lmpfr -lgmp -lfmt
    fi
    outputs methods "$name" "$examples" "${cases[@]}"
  done
done

# agree WHAT FEWEST FILE …: all the same, and of at least FEWEST lines
agree() {
  local what=$1 fewest=$2 lines file
  shift 2
  lines=$(wc -l < "$1")
  [ "$lines" -ge "$fewest" ] || { echo "only $lines $what: the program did not run"; exit 1; }
  for file in "${@:2}"; do
    cmp "$1" "$file" || { diff "$1" "$file" | head -20; exit 1; }
  done
  echo "$# variants agree on $lines $what"
}
agree values 1000 "${pack_outputs[@]}"
agree answers 800 "${method_outputs[@]}"
[ "${#pack_outputs[@]}" -gt 4 ] || exit 77
