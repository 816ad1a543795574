#!/usr/bin/env bash
# Training steps of three networks: a plain TorchSharp loop, Tricks.Torch in float32 and bfloat16, and PyTorch where it is
# found, in its default way and in the fastest that we know. Rounds are interleaved, one process per measurement, a line
# of JSON each; benchmarks/summary.py makes the table.
# Usage: benchmarks/steps.sh [ROUNDS] [NETWORK...] > FILE      STEPS=10 steps per measurement; CHECKS=no leaves out torch.compile and the gradients, BFLOAT16=no what is in bfloat16
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/python.sh

rounds=${1:-3}
shift || true
networks=("$@")
[ $# -gt 0 ] || networks=(r18c r18 r50d)
steps=${STEPS:-10}
dotnet build benchmarks/Steps --configuration Release -v quiet --nologo >&2
program=benchmarks/Steps/bin/Release/net10.0/Steps

# A way may crash or hang on some machine: that is a result too.
try() {
  local what=$1
  shift
  timeout 900 "$@" || echo "{\"bench\": \"crash\", \"work\": \"$what\", \"way\": \"ended with status $?\", \"unit\": \"\", \"value\": 0}"
}

for ((round = 1; round <= rounds; round++)); do
  if [ "${BFLOAT16:-yes}" = yes ]; then try peaks "$program" peaks; else try peaks "$program" peaks float32; fi
  for network in "${networks[@]}"; do
    for way in bfloat16 float32 plain; do
      [ "$way" != bfloat16 ] || [ "${BFLOAT16:-yes}" = yes ] || continue
      try "$network $way" "$program" "$network" "$way" "$steps"
    done
    [ -n "$PEER" ] || continue
    try "$network eager" "$PEER" benchmarks/pytorch/steps.py "$network" eager "$steps"
    for way in tuned+flush tuned+flush+channels-last tuned+flush+bf16 tuned+flush+bf16+channels-last; do
      [[ $way != *bf16* ]] || [ "${BFLOAT16:-yes}" = yes ] || continue
      try "$network $way" env "${tuned[@]}" "$PEER" benchmarks/pytorch/steps.py "$network" "$way" "$steps"
    done
    [ "$round" = 1 ] && [ "${CHECKS:-yes}" = yes ] || continue
    try "$network compile" env "${tuned[@]}" "$PEER" benchmarks/pytorch/steps.py "$network" tuned+flush+bf16+channels-last+compile "$steps" # needs g++
    for way in eager channels-last bf16 bf16+channels-last bf16+channels-last+compile; do
      try "$network $way check" "$PEER" benchmarks/pytorch/steps.py "$network" "$way" check
    done
  done
done
