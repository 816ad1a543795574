#!/usr/bin/env python3
"""Makes the four files of this folder from the whole Fashion-MNIST (Debian package dataset-fashion-mnist).

For each class the first 600 images of the training set and the first 200 of the test set, in their original order.
Usage: make_subset.py [SOURCE_FOLDER]   (writes into the folder of this script)
"""
import gzip
import struct
import sys
from pathlib import Path

source = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
here = Path(__file__).parent
SIZE = 28 * 28


def write(name, header, payload):
    # mtime=0: the same bytes at every run
    (here / name).write_bytes(gzip.compress(header + payload, 9, mtime=0))


for split, per_class in (("train", 600), ("t10k", 200)):
    images = gzip.decompress((source / f"{split}-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((source / f"{split}-labels-idx1-ubyte.gz").read_bytes())[8:]
    taken = [0] * 10
    rows = []
    for row, label in enumerate(labels):
        if taken[label] < per_class:
            taken[label] += 1
            rows.append(row)
    assert taken == [per_class] * 10
    write(f"{split}-images-idx3-ubyte.gz", struct.pack(">IIII", 2051, len(rows), 28, 28),
          b"".join(images[r * SIZE:(r + 1) * SIZE] for r in rows))
    write(f"{split}-labels-idx1-ubyte.gz", struct.pack(">II", 2049, len(rows)), bytes(labels[r] for r in rows))
