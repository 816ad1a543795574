#!/usr/bin/env bash
# Images from JPEG files to probabilities by ResNet-50 (B): Transform of a saved model in float32 and bfloat16, against ML.NET's
# LoadImages, ResizeImages, ExtractPixels and ApplyOnnxModel, and against ONNX Runtime in batches, all with the same weights.
# Rounds are interleaved, one process per measurement. Then the predictions of a trained net are compared.
# The export needs PyTorch, torchvision, onnx and safetensors for $PYTHON (Debian: python3-torch python3-torchvision
# python3-onnx python3-safetensors).
# Usage: benchmarks/scoring.sh [ROUNDS] [WAY...]       The files are kept in artifacts/scoring and made once.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
shift || true
ways=("$@")
[ $# -gt 0 ] || ways=(tricks-float32 tricks-bfloat16 onnx-batched mlnet-onnx)
work=artifacts/scoring
python=${PYTHON:-python3}
dotnet build benchmarks/Scoring --configuration Release -v quiet --nologo
program=benchmarks/Scoring/bin/Release/net10.0/Scoring
if ! "$python" -c 'import torch, torchvision, onnx, safetensors' 2> /dev/null; then
  echo "$python cannot import torch, torchvision, onnx and safetensors; install them, or set PYTHON to one that can." >&2
  exit 1
fi

mkdir -p "$work"
if [ ! -e "$work/done" ]; then
  "$program" prepare "$work" examples/data/fashion-mnist
  "$python" benchmarks/Scoring/export.py "$work/photos.zip" 224
  "$python" benchmarks/Scoring/export.py "$work/garments.zip" 64
  touch "$work/done"
fi

: > "$work/times.txt"
for ((round = 1; round <= rounds; round++)); do
  for way in "${ways[@]}"; do
    "$program" time "$way" "$work" | tee -a "$work/times.txt"
  done
done

median() { grep "^$1 " "$work/times.txt" | awk '{print $2}' | sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
peer=$(median "${ways[-1]}")
echo "way, median of $rounds processes (images/s), against ${ways[-1]}"
for way in "${ways[@]}"; do
  awk -v way="$way" -v own="$(median "$way")" -v peer="$peer" 'BEGIN {printf "%-16s %8.2f  %5.2f x\n", way, own, own / peer}'
done
"$program" agree "$work" "${ways[@]}"
