"""Writes optimizers.json: what PyTorch's optimizers and weight averages make of prescribed weights and gradients.

python3 optimizers.py > optimizers.json        (PyTorch 2.6.0, CPU)

Weights and gradients are waves, so that nothing but results needs to be stored:
wave(n, phase)[i] = sin(phase + 0.7 i). The network is one linear layer: weight (3, 4), bias (3).
LARS is not in PyTorch: its lines below are Algorithm 1 of arXiv:1708.03888.
"""
import json
import math

import torch

STEPS = 10


def wave(shape, phase, dtype):
    n = math.prod(shape)
    values = [math.sin(phase + 0.7 * i) for i in range(n)]
    return torch.tensor(values, dtype=torch.float64).to(dtype).reshape(shape)


def layer(dtype):
    net = torch.nn.Linear(4, 3).to(dtype)
    with torch.no_grad():
        net.weight.copy_(wave((3, 4), 1.0, dtype))
        net.bias.copy_(wave((3,), 2.0, dtype))
    return net


def set_gradients(net, step, dtype):
    net.weight.grad = wave((3, 4), 3.0 + step, dtype)
    net.bias.grad = wave((3,), 5.0 + step, dtype)


def rate(step):
    return 0.1 / (1 + step)


def flat(net):
    return [v for p in (net.weight, net.bias) for v in p.detach().double().flatten().tolist()]


def run(make, dtype):
    net = layer(dtype)
    optimizer = make(net.parameters())
    for step in range(STEPS):
        set_gradients(net, step, dtype)
        optimizer.param_groups[0]["lr"] = rate(step)
        optimizer.step()
    return flat(net)


def lars(dtype, decay=0.01, momentum=0.9, trust=0.02):
    net = layer(dtype)
    velocity = {p: torch.zeros_like(p) for p in net.parameters()}
    for step in range(STEPS):
        set_gradients(net, step, dtype)
        with torch.no_grad():
            for p in net.parameters():
                beta = decay if p.dim() >= 2 else 0.0
                local = trust * p.norm() / (p.grad.norm() + beta * p.norm()) if p.dim() >= 2 else 1.0
                velocity[p] = momentum * velocity[p] + rate(step) * local * (p.grad + beta * p)
                p -= velocity[p]
    return flat(net)


def average(dtype, decay, warm_up):
    net = layer(dtype)
    steps = [0]

    def mean(a, w, _):
        d = min(decay, (1 + steps[0]) / (10 + steps[0])) if warm_up else decay
        return d * a + (1 - d) * w

    averaged = torch.optim.swa_utils.AveragedModel(net, avg_fn=mean)
    averaged.n_averaged += 1  # the average begins at the first weights, not at those of the first update
    for step in range(STEPS):
        with torch.no_grad():
            net.weight.copy_(wave((3, 4), 3.0 + step, dtype))
            net.bias.copy_(wave((3,), 5.0 + step, dtype))
        averaged.update_parameters(net)
        steps[0] += 1
    return flat(averaged.module)


def results(dtype):
    o = torch.optim
    return {
        "sgd": run(lambda p: o.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True, foreach=False), dtype),
        "adam": run(lambda p: o.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.01, foreach=False), dtype),
        "adamw": run(lambda p: o.AdamW(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.01, foreach=False), dtype),
        "lars": lars(dtype),
        "ema": average(dtype, 0.9, False),
        "ema warm-up": average(dtype, 0.5, True),
    }


print(json.dumps({"torch": torch.__version__, "float64": results(torch.float64), "float32": results(torch.float32)}, indent=1))
