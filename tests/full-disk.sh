#!/usr/bin/env bash
# A training whose checkpoints run into a full disk, then into a read-only one, on a file system of its own (needs root, Linux):
# both give a clear error and leave the older checkpoints as they were, and with room again it ends with an unbroken one's bits.
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build tests/KillAndResume --configuration Release -v quiet --nologo
run() { dotnet tests/KillAndResume/bin/Release/net10.0/KillAndResume.dll "$@"; }
folder=$(mktemp -d)
trap 'umount "$folder/disk" 2> /dev/null || true; rm -rf "$folder"' EXIT
fail() { echo "full-disk: $*" >&2; exit 1; }

# Runs a training that must fail with these words, and compares the checkpoints before and after.
must_fail() { # words
  if run train 4 "$folder/disk/run" > /dev/null 2> "$folder/errors"; then fail "the training should have failed: $1"; fi
  grep -o "Tricks.Torch.Training.CheckpointException: .*" "$folder/errors" | head -1
  grep -q "$1" "$folder/errors" || fail "the error does not say: $1"
}
hashes() { (cd "$folder/disk/run" && sha256sum -- *.safetensors); }

run train 4 "$folder/unbroken" > /dev/null
run show "$folder/unbroken" > "$folder/expected"

mkdir "$folder/disk"
mount -t tmpfs -o size=4m tmpfs "$folder/disk" # room for three checkpoints of 1.3 MB, not for a fourth beside them
must_fail "No space left on device"
hashes > "$folder/before"
mount -o remount,ro "$folder/disk"
must_fail "Read-only file system"
hashes | cmp - "$folder/before" || fail "checkpoints changed"
mount -o remount,rw,size=8m "$folder/disk"
run train 4 "$folder/disk/run" > /dev/null
run show "$folder/disk/run" | cmp - "$folder/expected" || fail "the result differs from an unbroken training's"
echo "full and read-only disk: $(wc -l < "$folder/before") checkpoints intact, result equal"
