#!/usr/bin/env bash
# Trains a ResNet-20-D with the bag of tricks on the embedded images, saves it, and scores the test images in a new
# process. About three minutes on 2 cores after the build. An argument is the seed (default 1).
set -euo pipefail
cd "$(dirname "$0")"

eng/setup.sh
dotnet build examples/Demo --configuration Release -v quiet --nologo
mkdir -p demo-output
demo() { dotnet run --project examples/Demo --configuration Release --no-build -- "$@"; }

demo train examples/data/fashion-mnist demo-output/model.zip "${1:-1}"
demo score examples/data/fashion-mnist demo-output/model.zip
