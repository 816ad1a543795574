#!/usr/bin/env bash
# Time from process start to the first scored image of a saved model, in fresh processes.
# Usage: benchmarks/first-score.sh [PROCESSES]       ResNet-50 at 224 px is benchmarks/scoring.sh's model, made there.
set -euo pipefail
cd "$(dirname "$0")/.."

model=artifacts/scoring/photos.zip
[ -e "$model" ] || { echo "$model is not there: run benchmarks/scoring.sh first." >&2; exit 1; }
dotnet build benchmarks/FirstScore --configuration Release -v quiet --nologo
benchmarks/FirstScore/bin/Release/net10.0/FirstScore "$model" artifacts/scoring/photos/a/0000.jpg "${1:-5}"
