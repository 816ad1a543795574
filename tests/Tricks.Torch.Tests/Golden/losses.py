"""Writes losses.json: PyTorch's distillation, class-weighted cross entropy and gradient clipping.

python3 losses.py > losses.json        (PyTorch 2.6.0, CPU)

Inputs are waves: wave(n, phase)[i] = sin(phase + 0.7 i). N = 5 rows, K = 7 classes.
"""
import json
import math

import torch
from torch.nn import functional as F

N, K, T = 5, 7, 20.0


def wave(shape, phase, dtype):
    values = [math.sin(phase + 0.7 * i) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).to(dtype).reshape(shape)


def flat(*tensors):
    return [v for t in tensors for v in t.detach().double().flatten().tolist()]


def distillation(dtype, teachers):
    """BoT 5.3: cross entropy with the labels plus T^2 times that of the softened distributions; with its gradient."""
    z = (3 * wave((N, K), 1.0, dtype)).requires_grad_()
    q = torch.stack([F.softmax(5 * wave((N, K), phase, dtype) / T, 1) for phase in teachers]).mean(0)
    labels = torch.arange(N) % K
    loss = F.cross_entropy(z, labels) + T * T * F.cross_entropy(z / T, q)
    loss.backward()
    return flat(loss, z.grad)


def weighted(dtype):
    z = (3 * wave((N, K), 1.0, dtype)).requires_grad_()
    q = F.softmax(2 * wave((N, K), 4.0, dtype), 1)
    weight = 1 + 0.5 * wave((K,), 6.0, dtype)
    loss = F.cross_entropy(z, q, weight=weight)
    loss.backward()
    return flat(loss, z.grad)


def clipped(dtype, how):
    parameters = [torch.zeros((3, 4), dtype=dtype), torch.zeros(3, dtype=dtype)]
    parameters[0].grad, parameters[1].grad = wave((3, 4), 1.0, dtype), wave((3,), 2.0, dtype)
    how(parameters)
    return flat(*[p.grad for p in parameters])


def results(dtype):
    clip = torch.nn.utils
    return {
        "distillation": distillation(dtype, [2.0]),
        "ensemble": distillation(dtype, [2.0, 3.0]),
        "class weights": weighted(dtype),
        "clip value": clipped(dtype, lambda p: clip.clip_grad_value_(p, 0.5)),
        "clip norm": clipped(dtype, lambda p: clip.clip_grad_norm_(p, 0.5)),
        "clip norm above": clipped(dtype, lambda p: clip.clip_grad_norm_(p, 50.0)),
    }


print(json.dumps({"torch": torch.__version__, "float64": results(torch.float64), "float32": results(torch.float32)}, indent=1))
