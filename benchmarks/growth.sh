#!/usr/bin/env bash
# Time and memory from 1,000 to 100,000 images and from 10 to 10,000 classes, interleaved rounds, one process per point.
# Usage: benchmarks/growth.sh [ROUNDS] > FILE
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build benchmarks/Growth --configuration Release -v quiet --nologo >&2
program=benchmarks/Growth/bin/Release/net10.0/Growth
for ((round = 1; round <= ${1:-3}; round++)); do
  for count in 1000 3000 10000 30000 100000; do "$program" images "$count" examples/data/fashion-mnist; done
  for count in 10 100 1000 10000; do "$program" classes "$count"; done
done
