#!/usr/bin/env python3
"""Times training steps of one network in PyTorch and prints the median, in the form of benchmarks/Steps.

Usage: steps.py NETWORK WAY [STEPS]
NETWORK: r18c, r18, r50d as there.  WAY: eager (default settings), eager-channels-last, bf16, bf16-channels-last (autocast)
Environment of the caller: MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=... MALLOC_TOP_PAD_=... is the tuned allocator.
"""
import sys
import time

import torch
import torch.nn as nn
import torchvision

name, way = sys.argv[1], sys.argv[2]
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 10
torch.set_num_threads(2)  # Debian's build defaults to 1
torch.manual_seed(1)

if name == "r18c":
    model, size, batch, classes = torchvision.models.resnet18(num_classes=10), 32, 128, 10
    model.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    model.maxpool = nn.Identity()
elif name == "r18":
    model, size, batch, classes = torchvision.models.resnet18(), 64, 128, 1000
elif name == "r50d":
    model, size, batch, classes = torchvision.models.resnet50(), 224, 16, 1000
    widths = [(3, 32, 2), (32, 32, 1), (32, 64, 1)]
    stem = []
    for i, (a, b, s) in enumerate(widths):
        stem.append(nn.Conv2d(a, b, 3, stride=s, padding=1, bias=False))
        if i < 2:
            stem += [nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
    model.conv1 = nn.Sequential(*stem)
    for layer in (model.layer2, model.layer3, model.layer4):
        down = layer[0].downsample
        conv = nn.Conv2d(down[0].in_channels, down[0].out_channels, 1, bias=False)
        layer[0].downsample = nn.Sequential(nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False), conv, down[1])
else:
    sys.exit(f"NETWORK is {name}")

x, y = torch.randn(batch, 3, size, size), torch.randint(0, classes, (batch,))
if way.endswith("channels-last"):
    model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)
loss_function = nn.CrossEntropyLoss(label_smoothing=0.1)
model.train()


def step():
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=way.startswith("bf16")):
        loss = loss_function(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


for _ in range(3):
    step()
times = []
for _ in range(steps):
    start = time.perf_counter()
    step()
    times.append((time.perf_counter() - start) * 1000)
times.sort()
print(f"{name} pytorch-{way} median {times[steps // 2]:.1f} ms (min {times[0]:.1f}, max {times[-1]:.1f}, n = {steps})")
