#!/usr/bin/env bash
# A program outside the solution: restores the packages from nuget/packages as an app would, and trains two steps.
set -euo pipefail
cd "$(dirname "$0")"

# The version is the same at every pack, so an earlier copy in the package cache would be taken instead.
cache=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
rm -rf "${cache:?}/tricks.torch" "${cache:?}/tricks.mlnet"
dotnet run --configuration Release
