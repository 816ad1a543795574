#!/usr/bin/env bash
# Training steps of three networks: a plain TorchSharp loop, Tricks.Torch in float32 and bfloat16, and PyTorch where it is
# installed (Debian: python3-torch and python3-torchvision). Rounds are interleaved, one process per measurement.
# Usage: benchmarks/steps.sh [ROUNDS] [NETWORK...]
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-3}
shift || true
networks=("$@")
[ $# -gt 0 ] || networks=(r18c r18 r50d)
dotnet build benchmarks/Steps --configuration Release -v quiet --nologo
program=benchmarks/Steps/bin/Release/net10.0/Steps
if python3 -c 'import torch, torchvision' 2> /dev/null; then pytorch=yes; else pytorch=no; echo "PyTorch is not installed: without its rows"; fi

for ((round = 1; round <= rounds; round++)); do
  for network in "${networks[@]}"; do
    for way in plain float32 bfloat16; do
      "$program" "$network" "$way" || echo "$network $way ended with status $?"
    done
    [ "$pytorch" = yes ] || continue
    for way in eager bf16 bf16-channels-last; do
      python3 benchmarks/pytorch/steps.py "$network" "$way" || echo "$network pytorch-$way ended with status $?"
    done
  done
done
