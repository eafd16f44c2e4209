#!/usr/bin/env bash
# The main job on recorded telemetry: freeze it, look at it, judge two releases, re-execute a decision.
#   bash scripts/demo.sh [BUILD_DIR]     (default: build; `make demo` builds first)
# Writes only below BUILD_DIR/demo. Ends with 0 only when every outcome is the one that the telemetry's truth asks for.
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build}
[ -x "$build/proofmark" ] || { echo "demo: $build/proofmark is not there; \`make build\` makes it" >&2; exit 66; }
build=$(cd "$build" && pwd)
work=$build/demo
rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 74

# Short names, so that what is printed can be read; the policy and the telemetry themselves stay where they are.
ln -s "$root/policies/checkout_canary/telemetry/access.ndjson.gz" access.ndjson.gz
ln -s "$root/policies/checkout_canary/checkout_canary.pmk" checkout_canary.pmk
ln -s "$root/policies/checkout_canary/three_nines.pmk" three_nines.pmk
PATH=$build:$PATH
unexpected=0

say() { printf '\n# %s\n' "$*"; }

# expect CODE COMMAND…: shows the command, runs it, and remembers when its exit code is another.
expect() {
  local wanted=$1 got=0
  shift
  printf '$ %s\n' "$*"
  "$@" || got=$?
  printf '(exit code %d)\n' "$got"
  if [ "$got" != "$wanted" ]; then
    printf 'demo: exit code %d was expected\n' "$wanted" >&2
    unexpected=$((unexpected + 1))
  fi
}

say "A front proxy's access log, 165 seconds of a canary rollout, frozen into a snapshot that has a digest."
expect 0 proofmark snapshot create --out snap --as-of latest --stream requests=access.ndjson.gz --schema checkout_canary.pmk
expect 0 proofmark snapshot inspect snap

say "The candidate stable_b is the stable release under another name. It has to be certified."
expect 0 proofmark eval checkout_canary.pmk --snapshot snap --set candidate=stable_b --set stable=stable --transcript stable_b.json

say "The candidate canary has the same median, but one request in fifty takes 60 to 140 ms longer. It has to be denied."
expect 1 proofmark eval checkout_canary.pmk --snapshot snap --set candidate=canary --set stable=stable --transcript canary.json

say "Asked for 99.9 %, 28,123 requests to a release that fails exactly 1 in 1,000 can show neither that it does nor that it does not."
expect 2 proofmark eval three_nines.pmk --snapshot snap --set candidate=stable_b --set rollout=2026-11-22T08:26:38Z

say "Anyone who has the policy and the snapshot can re-execute a decision; with the policy alone, its judgement."
expect 0 proofmark verify stable_b.json --policy checkout_canary.pmk --snapshot snap
expect 0 proofmark verify canary.json --policy checkout_canary.pmk --facts-only

if [ "$unexpected" != 0 ]; then
  printf '\ndemo: %d outcome(s) differ from what the telemetry holds\n' "$unexpected" >&2
  exit 1
fi
cat <<TXT

What happened: the telemetry was recorded with known truth (policies/checkout_canary/telemetry/README.md). Proofmark
certified the release that deserves it, denied the one whose tail is too long although averages and medians hide it,
and held where the data cannot tell. The transcripts are in $work;
the same inputs give the same bytes on any machine. Where to go on: docs/tutorial.md.
TXT
