#!/usr/bin/env bash
# Runs every benchmark and prints the tables of benchmarks/RESULTS.md. On an otherwise idle machine; about 2 hours with 3 rounds.
# Usage: benchmarks/run.sh [ROUNDS] [PART...]     PART: steps, jpeg, small, demo, growth, micro, scoring, first (default: all)
# The lines of JSON are kept in benchmarks/output. EPOCHS=24 of the demo.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/python.sh

rounds=${1:-3}
shift || true
parts=("$@")
[ $# -gt 0 ] || parts=(steps jpeg small demo growth micro scoring first)
output=benchmarks/output
mkdir -p "$output"
data=examples/data/fashion-mnist
epochs=${EPOCHS:-24}

built() { dotnet build "benchmarks/$1" --configuration Release -v quiet --nologo >&2; program="benchmarks/$1/bin/Release/net10.0/$1"; }

run_steps() { benchmarks/steps.sh "$rounds" > "$output/steps.jsonl"; }

run_jpeg() {
  built Loading
  local photos
  photos=$(mktemp -d)
  "$program" make "$photos"
  for ((i = 1; i <= rounds; i++)); do
    "$program" jpeg "$photos"
    [ -z "$PEER" ] || { "$PEER" benchmarks/pytorch/jpeg.py "$photos"; "$PEER" benchmarks/pytorch/jpeg.py "$photos" no-hue; }
  done > "$output/jpeg.jsonl"
  rm -r "$photos"
}

run_small() {
  built Loading
  for ((i = 1; i <= rounds; i++)); do "$program" small; done > "$output/small.jsonl"
}

run_demo() {
  built DemoFit
  for ((i = 1; i <= rounds; i++)); do
    "$program" "$data" "$epochs" float32 "$i"
    "$program" "$data" "$epochs" bfloat16 "$i"
    [ -n "$PEER" ] || continue
    "$PEER" benchmarks/pytorch/demo.py "$data" "$epochs" default "$i"
    env "${tuned[@]}" "$PEER" benchmarks/pytorch/demo.py "$data" "$epochs" tuned "$i"
    env "${tuned[@]}" "$PEER" benchmarks/pytorch/demo.py "$data" "$epochs" tuned-bf16 "$i"
  done > "$output/demo.jsonl"
}

run_growth() {
  benchmarks/growth.sh "$rounds" > "$output/growth.jsonl"
  python3 benchmarks/plot.py "$output/growth.jsonl" "$output"
}

run_micro() {
  built Micro
  "$program" --filter '*' --artifacts "$output/micro" > "$output/micro.txt"
  cat "$output"/micro/results/*-github.md
}

# These two print their own lines.
run_scoring() { PYTHON=${PEER:-python3} benchmarks/scoring.sh "$rounds" | tee "$output/scoring.txt"; }

run_first() { benchmarks/first-score.sh "$rounds" | tee "$output/first.txt"; }

for part in "${parts[@]}"; do
  echo "$part: $(date -u +%H:%M)" >&2
  "run_$part"
done

echo "$(date -u +%F), $(git rev-parse --short HEAD), $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), family $(awk '/^cpu family/{print $4; exit}' /proc/cpuinfo) model $(awk '/^model\t/{print $3; exit}' /proc/cpuinfo), $(nproc) processors, .NET $(dotnet --version)${PEER:+, PyTorch $("$PEER" -c 'import torch; print(torch.__version__)')}, $rounds rounds"
python3 benchmarks/summary.py "$output"/*.jsonl
cat "$output"/{scoring,first}.txt 2> /dev/null || true
