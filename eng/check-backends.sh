#!/usr/bin/env bash
# The backend switch by evaluation alone: the CUDA packages are gigabytes, and not every registry has them.
set -euo pipefail
cd "$(dirname "$0")/.."

for backend in cpu cuda-linux cuda-windows; do
  packages=$(dotnet msbuild examples/Demo -getItem:PackageReference -p:TorchBackend=$backend | grep -o '"Identity": "TorchSharp[^"]*"' | cut -d'"' -f4)
  [ "$packages" = "TorchSharp-$backend" ] || { echo "TorchBackend=$backend references '$packages'" >&2; exit 1; }
  echo "TorchBackend=$backend references $packages"
done
[ "$(dotnet msbuild examples/Demo -getItem:PackageReference | grep -o '"Identity": "TorchSharp[^"]*"' | cut -d'"' -f4)" = TorchSharp-cpu ]
if dotnet build examples/Demo --no-restore -p:TorchBackend=nonsense > /dev/null 2>&1; then
  echo "TorchBackend=nonsense was accepted" >&2; exit 1
fi
