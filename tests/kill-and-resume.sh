#!/usr/bin/env bash
# Kills a training with SIGKILL at random moments (default 30), resumes it each time, and compares weights, optimizer state and
# metrics log with those of an unbroken training, bit for bit.   tests/kill-and-resume.sh [ROUNDS [SEED]]
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build tests/KillAndResume --configuration Release -v quiet --nologo
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet tests/KillAndResume/bin/Release/net10.0/KillAndResume.dll kill "${1:-30}" 12 "$folder" "${2:-1}"
