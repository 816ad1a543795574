"""Writes state-dict.pth, module.pth and legacy.pth with PyTorch (2.6.0 was used): python3 make_pth.py

Element i (from 0, row by row) of every tensor is 0.5 * i - 1, whole numbers i - 1; PyTorchFileTests has the same formula.
"""
from collections import OrderedDict

import torch


def values(shape, dtype):
    count = torch.Size(shape).numel()
    i = torch.arange(count, dtype=torch.float64)
    return ((0.5 * i - 1) if dtype.is_floating_point else (i - 1)).to(dtype).reshape(shape)


state = OrderedDict()
state["f32"] = torch.nn.Parameter(values((2, 3), torch.float32))
state["f16"] = values((5,), torch.float16)
state["bf16"] = values((2, 2), torch.bfloat16)
state["f64"] = values((3,), torch.float64)
state["i64"] = values((), torch.int64)
state["i32"] = values((4,), torch.int32)
state["u8"] = values((2,), torch.int64).add(1).to(torch.uint8)
state["transposed"] = values((3, 4), torch.float32).t().contiguous().t()  # strides (1, 3), the same values
state["rows"] = torch.cat([torch.zeros(1, 2), values((2, 2), torch.float32)])[1:]  # an offset into its storage
state["empty"] = torch.zeros(0, 3)
torch.save({"epoch": 3, "rate": 0.1, "big": 2 ** 70, "none": None, "tags": ["a", ("b", True)], "state_dict": state}, "state-dict.pth")

# A module's own: its OrderedDict has an attribute _metadata, and num_batches_tracked is among the entries.
module = torch.nn.Sequential(OrderedDict([("conv1", torch.nn.Conv2d(1, 2, 3)), ("bn1", torch.nn.BatchNorm2d(2)), ("fc", torch.nn.Linear(2, 3))]))
for tensor in module.state_dict().values():
    tensor.copy_(values(tuple(tensor.shape), tensor.dtype))
torch.save(module.state_dict(), "module.pth")

# Which PyTorch wrote before 1.6, and still writes when asked; two entries share a storage.
shared = values((2, 3), torch.float32)
old = OrderedDict([("f32", shared), ("i64", values((2,), torch.int64)), ("tied", shared)])
torch.save(old, "legacy.pth", _use_new_zipfile_serialization=False)
