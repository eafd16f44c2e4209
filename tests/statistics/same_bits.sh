#!/usr/bin/env bash
# The same bits from g++ and clang, unoptimised and optimised, and on a processor without AVX and FMA: of the pack of
# tails and bounds, and of the examples of all methods.
# usage: same_bits.sh SOURCE_DIR WORK_DIR. Compilers that are not installed are named and left out; exits 77 (skipped) when
# only one is there.
set -euo pipefail
source_dir=$1
work=$2
mkdir -p "$work"
cache=$(command -v ccache || true)
mathematics=("$source_dir"/runtime/statistics/*.cpp "$source_dir"/runtime/plan/number.cpp
  "$source_dir"/runtime/diagnostic/*.cpp)
methods=("$source_dir"/runtime/methods/*.cpp "$source_dir"/runtime/json/{read,utf8,value,write}.cpp)
plain_processor=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX

# objects FOLDER COMPILER LEVEL SOURCE …: one object a source, in FOLDER
objects() {
  local folder=$1 compiler=$2 level=$3
  shift 3
  mkdir -p "$folder"
  printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c \
    "$cache $compiler -std=c++20 $level -ffp-contract=off -I '$source_dir' -c '{}' -o '$folder'/\$(basename '{}' .cpp).o"
}

# outputs KIND NAME PROGRAM: what it prints, here and without AVX and FMA
pack_outputs=() method_outputs=()
outputs() {
  "$3" > "$work/$2-$1.txt"
  GLIBC_TUNABLES=$plain_processor "$3" > "$work/$2-$1-plain.txt"
  if [ "$1" = pack ]; then pack_outputs+=("$work/$2-pack.txt" "$work/$2-pack-plain.txt")
  else method_outputs+=("$work/$2-methods.txt" "$work/$2-methods-plain.txt"); fi
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
    case $name in g++-O0 | clang++-19-O3) ;; *) continue ;; esac  # the two that are farthest apart
    objects "$work/$name/methods" "$compiler" "$level" "${methods[@]}" "$source_dir/tests/statistics/methods_pack.cpp"
    "$compiler" "$work/$name"/mathematics/*.o "$work/$name"/methods/*.o -o "$work/$name/examples" -lsleef -lmpfr -lgmp -lfmt
    outputs methods "$name" "$work/$name/examples"
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
agree methods 150 "${method_outputs[@]}"
[ "${#pack_outputs[@]}" -gt 4 ] || exit 77
