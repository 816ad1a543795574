#!/usr/bin/env bash
# Packs Tricks.Torch and Tricks.MLNet, with symbols, into nuget/packages (not committed).
set -euo pipefail
cd "$(dirname "$0")/.."

rm -rf nuget/packages
for project in src/Tricks.Torch src/Tricks.MLNet; do
  dotnet pack "$project" --configuration Release --output nuget/packages -v quiet --nologo
done
ls nuget/packages
