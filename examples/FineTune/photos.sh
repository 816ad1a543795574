#!/usr/bin/env bash
# Fetches Debian's tuxpaint-stamps-default (GPL-2, 160 MB) and puts its photographs into one sub-folder per class.
# A stamp counts as a photograph when its PNG takes more than 0.8 bytes a pixel: drawings are flat and compress better.
#
#   examples/FineTune/photos.sh FOLDER
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 1; }
target=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get download -q tuxpaint-stamps-default && dpkg -x ./*.deb stamps)
python3 - "$work/stamps/usr/share/tuxpaint/stamps" "$target" <<'PY'
import pathlib, shutil, struct, sys
stamps, target = map(pathlib.Path, sys.argv[1:])
for source in ("animals/mammals", "animals/birds", "food/fruit", "food/vegetables", "plants/flowers"):
    folder = target / pathlib.Path(source).name
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((stamps / source).rglob("*.png")):
        width, height = struct.unpack(">II", file.read_bytes()[16:24])
        if file.stat().st_size > 0.8 * width * height:
            shutil.copy(file, folder)
    print(f"{len(list(folder.iterdir()))} photographs in {folder}")
PY
