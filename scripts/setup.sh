#!/usr/bin/env bash
# Installs what building, testing and running Proofmark needs on Debian 12; `setup.sh bench` also the peers of the
# benchmarks that Debian has. Run as root; safe to run again.
# Installs from Debian's repositories only. Set PROOFMARK_SKIP_SETUP=1 to leave the machine alone.
set -euo pipefail

[ "${PROOFMARK_SKIP_SETUP:-0}" = 1 ] && exit 0
cd "$(dirname "$0")"

build_packages=(
  g++ cmake ninja-build make pkg-config ccache mold
  antlr4 libantlr4-runtime-dev            # the tool and the C++ runtime that Debian pairs
  zlib1g-dev libzstd-dev libxml2-dev libtinfo-dev
  libfmt-dev libsqlite3-dev libgtest-dev libgmock-dev
  libcli11-dev nlohmann-json3-dev libsimdjson-dev libfast-float-dev
  libsleef-dev libssl-dev libxxhash-dev libre2-dev libmpfr-dev
  flatbuffers-compiler libflatbuffers-dev
)
test_packages=(
  librapidcheck-dev libboost-math-dev zstd gzip python3
  clang-19 libclang-rt-19-dev clang-format-19 clang-tidy-19 llvm-19
)

bench_packages=(python3-numpy python3-pandas jq gawk r-base-core)
wanted=("${build_packages[@]}" "${test_packages[@]}")
[ "${1:-}" = bench ] && wanted+=("${bench_packages[@]}")

command -v node >/dev/null || wanted+=(nodejs)
command -v npm >/dev/null || wanted+=(npm)

installed() {
  dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}
missing=()
for package in "${wanted[@]}"; do
  installed "$package" || missing+=("$package")
done

# The code generator builds with LLVM 22, which Debian's security archive has, or with 19, which its main archive has.
offered() {
  apt-cache show --no-all-versions "$1" >/dev/null 2>&1
}
updated=0
update() {
  [ "$updated" = 1 ] || [ "$(id -u)" != 0 ] || apt-get update -qq
  updated=1
}
if ! installed llvm-22-dev; then
  installed llvm-19-dev || update
  if offered llvm-22-dev; then
    missing+=(llvm-22-dev)
  elif ! installed llvm-19-dev; then
    missing+=(llvm-19-dev)
  fi
fi
[ ${#missing[@]} -eq 0 ] && exit 0

[ "$(id -u)" = 0 ] || { echo "setup: run as root, or install: ${missing[*]}" >&2; exit 1; }
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
update
apt-get install -y --no-install-recommends "${missing[@]}"
