"""Writes written.safetensors from the format's description, with Python's standard library alone: python3 make_safetensors.py

With a path it reads that file instead, with Python's safetensors library where that is installed (0.4.5 was used) and by
itself, and compares it with the same values: python3 make_safetensors.py FILE
The format: https://github.com/huggingface/safetensors#format. Element i of every tensor is 0.5 * i - 1, whole numbers i - 1.
"""
import json
import struct
import sys


def bfloat16(value):
    return struct.pack("<f", value)[2:]  # exact here: 0.5 * i - 1 has few digits


TENSORS = [  # name, dtype, shape, bytes of one value
    ("w", "F32", [2, 3], lambda v: struct.pack("<f", v)),
    ("n", "I64", [], lambda v: struct.pack("<q", int(v))),
    ("h", "F16", [5], lambda v: struct.pack("<e", v)),
    ("b", "BF16", [2, 2], bfloat16),
    ("d", "F64", [3], lambda v: struct.pack("<d", v)),
]


def data(dtype, shape, pack):
    count = 1
    for side in shape:
        count *= side
    return b"".join(pack(i - 1 if dtype[0] == "I" else 0.5 * i - 1) for i in range(count))


def write(path):
    size = {"F64": 8, "I64": 8, "F32": 4, "F16": 2, "BF16": 2}
    offsets, body = {}, b""
    for name, dtype, shape, pack in sorted(TENSORS, key=lambda t: -size[t[1]]):  # wide types first, as the reference writer
        values = data(dtype, shape, pack)
        offsets[name] = [len(body), len(body) + len(values)]
        body += values
    header = {"__metadata__": {"format": "pt"}}
    header.update({name: {"dtype": dtype, "shape": shape, "data_offsets": offsets[name]} for name, dtype, shape, _ in TENSORS})
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def compare(path):
    with open(path, "rb") as file:
        content = file.read()
    length = struct.unpack_from("<Q", content)[0]
    header = json.loads(content[8:8 + length])
    body = content[8 + length:]
    for name, dtype, shape, pack in TENSORS:
        entry = header[name]
        begin, end = entry["data_offsets"]
        assert (entry["dtype"], entry["shape"]) == (dtype, shape), name
        assert body[begin:end] == data(dtype, shape, pack), name
    print(f"{len(TENSORS)} tensors are equal byte for byte")
    compare_with_library(content)


def compare_with_library(content):
    try:
        import safetensors
    except ImportError:
        print("the library safetensors is not installed")
        return
    entries = dict(safetensors.deserialize(content))
    assert entries.keys() == {name for name, _, _, _ in TENSORS}
    for name, dtype, shape, pack in TENSORS:
        entry = entries[name]
        assert (entry["dtype"], entry["shape"], bytes(entry["data"])) == (dtype, shape, data(dtype, shape, pack)), name
    print(f"safetensors {safetensors.__version__} reads {len(entries)} tensors, equal byte for byte")


if len(sys.argv) > 1:
    compare(sys.argv[1])
else:
    write("written.safetensors")
