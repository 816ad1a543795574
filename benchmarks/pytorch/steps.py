#!/usr/bin/env python3
"""Times training steps of one network in PyTorch, or checks its gradients; a line of JSON in the form of benchmarks/Common.

Usage: steps.py NETWORK WAY [STEPS]
       steps.py NETWORK WAY check
NETWORK: r18c, r18, r50d as in benchmarks/Steps.
WAY: eager (default settings), or parts joined by a plus: channels-last, bf16 (autocast), flush (denormals to zero),
     compile (torch.compile), tuned (says only that the caller set the allocator: MALLOC_MMAP_MAX_=0 and its like).
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torchvision

THREADS = 2  # Debian's build defaults to 1
WARM_UP = 3


def main():
    name, way = sys.argv[1], sys.argv[2]
    parts = way.split("+")
    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    if "flush" in parts:
        torch.set_flush_denormal(True)
    model, size, batch, classes = network(name)
    if len(sys.argv) > 3 and sys.argv[3] == "check":
        check(name, way, model, size, classes)
    else:
        measure(name, way, model, size, batch, classes, int(sys.argv[3]) if len(sys.argv) > 3 else 10)


def network(name):
    """(model, image size, batch size, classes)"""
    if name == "r18c":
        model = torchvision.models.resnet18(num_classes=10)
        model.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        model.maxpool = nn.Identity()
        return model, 32, 128, 10
    if name == "r18":
        return torchvision.models.resnet18(), 64, 128, 1000
    if name != "r50d":
        sys.exit(f"NETWORK is {name}; it must be r18c, r18 or r50d")
    model = torchvision.models.resnet50()
    stem = []
    for i, (inputs, outputs, stride) in enumerate([(3, 32, 2), (32, 32, 1), (32, 64, 1)]):
        stem.append(nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False))
        if i < 2:
            stem += [nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    model.conv1 = nn.Sequential(*stem)
    for layer in (model.layer2, model.layer3, model.layer4):
        down = layer[0].downsample
        conv = nn.Conv2d(down[0].in_channels, down[0].out_channels, 1, bias=False)
        layer[0].downsample = nn.Sequential(nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False), conv, down[1])
    return model, 224, 16, 1000


def prepared(way, model, x):
    parts = way.split("+")
    if "channels-last" in parts:
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    return (torch.compile(model) if "compile" in parts else model), x


def loss_of(way, model, x, y):
    with torch.autocast("cpu", torch.bfloat16, enabled="bf16" in way.split("+")):
        return nn.functional.cross_entropy(model(x), y, label_smoothing=0.1)


def measure(name, way, model, size, batch, classes, steps):
    model, x = prepared(way, model.train(), torch.randn(batch, 3, size, size))
    y = torch.randint(0, classes, (batch,))
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(way, model, x, y)
        loss.backward()
        optimizer.step()
        loss.item()

    for _ in range(WARM_UP):
        step()
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    say("steps", name, way, "ms", round(times[steps // 2], 1), samples=steps, min=round(times[0], 1), max=round(times[-1], 1))


def check(name, way, model, size, classes):
    """Every convolution's output and gradients in this way against float64 from the same inputs: the worst relative error.

    The gradient of the whole network is no measure in bfloat16: at random weights its rounding alone turns it (the cosine to
    float64 is printed too), so kernels are checked one by one, on the values that they meet. Compiled networks show no single
    convolutions; of them only the cosine is known.
    """
    small = 4
    x, y = torch.randn(small, 3, size, size), torch.randint(0, classes, (small,))
    exact = exact_gradient(model, x, y)
    model, x = prepared(way, model.train(), x)
    seen, hooks = {}, []
    if "compile" not in way.split("+"):
        for conv_name, module in model.named_modules():
            if isinstance(module, nn.Conv2d):
                hooks.append(module.register_forward_hook(lambda m, i, o, n=conv_name: seen.update({n: [m, i[0].detach().clone(), o.detach().clone()]})))
                hooks.append(module.register_full_backward_hook(lambda m, gi, go, n=conv_name: seen[n].extend([gi[0], go[0].detach().clone()])))
    loss_of(way, model, x, y).backward()
    got = torch.cat([p.grad.double().flatten() for p in model.parameters()])
    cosine = nn.functional.cosine_similarity(got, exact, dim=0).item()
    low = torch.bfloat16 if "bf16" in way.split("+") else torch.float32
    errors = {f"{n}.{what}": error for n, values in seen.items() for what, error in conv_errors(low, *values)}
    worst = max(errors, key=errors.get) if errors else ""
    limit = 2e-2 if low == torch.bfloat16 else 1e-3
    say("gradient", name, way, "relative error", round(errors[worst], 6) if errors else 0, samples=len(errors), worst=worst,
        agrees=not errors or errors[worst] < limit, cosine=round(cosine, 4))


def exact_gradient(model, x, y):
    import copy
    twin = copy.deepcopy(model).double().train()
    nn.functional.cross_entropy(twin(x.double()), y, label_smoothing=0.1).backward()
    return torch.cat([p.grad.flatten() for p in twin.parameters()])


def conv_errors(low, module, x, output, grad_input, grad_output):
    x, weight, dy = x.to(low).double(), module.weight.detach().to(low).double(), grad_output.to(low).double()
    options = dict(stride=module.stride, padding=module.padding)
    yield "output", distance(output, nn.functional.conv2d(x, weight, **options))
    yield "weight gradient", distance(module.weight.grad, nn.grad.conv2d_weight(x, weight.shape, dy, **options))
    if grad_input is not None:
        yield "input gradient", distance(grad_input, nn.grad.conv2d_input(x.shape, weight, dy, **options))


def distance(a, b):
    return ((a.double() - b).norm() / b.norm().clamp_min(1e-30)).item()


def say(bench, work, way, unit, value, **more):
    print(json.dumps({"bench": bench, "work": work, "way": f"PyTorch {way}", "unit": unit, "value": value, **more}), flush=True)


main()
