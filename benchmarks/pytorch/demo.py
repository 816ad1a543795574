#!/usr/bin/env python3
"""The demo's training in PyTorch: ResNet-20-D on 28 px gray images, the same recipe, split, batch and epochs as benchmarks/DemoFit.

Usage: demo.py DATA_FOLDER [EPOCHS] [default|tuned|tuned-bf16] [SEED]
default: float32, a DataLoader with torchvision's transforms. tuned: channels-last, whole-batch augmentation, denormals flushed
(and the caller's allocator settings); tuned-bf16: under autocast too.
"""
import gzip
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import transforms

folder = sys.argv[1]
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 24
way = sys.argv[3] if len(sys.argv) > 3 else "default"
seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
BATCH, PEAK, SMOOTHING, DECAY = 64, 0.2 * 64 / 256, 0.1, 1e-4  # linear scaling to the batch
MEAN, DEVIATION = 114.799 / 255, 57.629 / 255
torch.set_num_threads(2)
torch.manual_seed(seed)
tuned = way != "default"
if tuned:
    torch.set_flush_denormal(True)


def idx(name, header):
    with gzip.open(f"{folder}/{name}.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def load(part):
    return (torch.from_numpy(idx(f"{part}-images-idx3-ubyte", 16).copy()).view(-1, 1, 28, 28),
            torch.from_numpy(idx(f"{part}-labels-idx1-ubyte", 8).astype(np.int64)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        nn.init.zeros_(self.bn2.weight)  # zero gamma
        self.shortcut = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False), nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x), inplace=True)


def network():
    blocks, inputs = [], 16
    for outputs, stride in ((16, 1), (32, 2), (64, 2)):
        for i in range(3):
            blocks.append(Block(inputs, outputs, stride if i == 0 else 1))
            inputs = outputs
    model = nn.Sequential(nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(True), *blocks,
                          nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
    for parameter in model.parameters():
        if parameter.dim() >= 2:
            nn.init.xavier_uniform_(parameter)
    nn.init.zeros_(model[-1].bias)
    return model.to(memory_format=torch.channels_last) if tuned else model


def normalised(images):
    x = (images.float() / 255 - MEAN) / DEVIATION
    return x.contiguous(memory_format=torch.channels_last) if tuned else x


class Views(torch.utils.data.Dataset):
    """As a tutorial has it."""
    def __init__(self, images, labels):
        self.images, self.labels = images, labels
        self.view = transforms.Compose([transforms.Normalize([MEAN], [DEVIATION]), transforms.RandomCrop(28, padding=4), transforms.RandomHorizontalFlip()])

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.view(self.images[index].float() / 255), self.labels[index]


def whole_batches(images, labels):
    """The same augmentation by one gather a batch."""
    steps = math.ceil(len(labels) / BATCH)
    for rows in torch.randperm(len(labels)).tensor_split(steps):
        n, along = len(rows), torch.arange(28)
        x = F.pad(normalised(images[rows]), (4, 4, 4, 4))
        i = torch.randint(0, 9, (n, 1)) + along
        j = torch.where(torch.rand(n, 1) < 0.5, along, 27 - along) + torch.randint(0, 9, (n, 1))
        yield x[torch.arange(n).view(n, 1, 1), :, i.unsqueeze(2), j.unsqueeze(1)].permute(0, 3, 1, 2), labels[rows]


def accuracy(model, images, labels):
    model.eval()
    with torch.inference_mode():
        right = sum((model(normalised(x)).argmax(1) == y).sum().item() for x, y in zip(images.split(256), labels.split(256)))
    return right / len(labels)


def main():
    images, labels = load("train")
    test_images, test_labels = load("t10k")
    start = time.perf_counter()
    held = torch.zeros(len(labels), dtype=torch.bool)  # a tenth of each class validates, as the trainer has it
    for c in range(10):
        rows = (labels == c).nonzero().flatten()
        held[rows[torch.randperm(len(rows))[: len(rows) // 10]]] = True
    train, validation = (images[~held], labels[~held]), (images[held], labels[held])
    model = network()
    groups = [{"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": DECAY},
              {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, PEAK, momentum=0.9, nesterov=True)
    per_epoch = math.ceil(len(train[1]) / BATCH)
    warm_up, total = round(min(5, epochs / 10) * per_epoch), epochs * per_epoch
    loader = None if tuned else torch.utils.data.DataLoader(Views(*train), batch_size=BATCH, shuffle=True)
    step, best, best_state = 0, -1.0, None
    for epoch in range(epochs):
        model.train()
        for x, y in (whole_batches(*train) if tuned else loader):
            rate = PEAK * (step + 1) / warm_up if step < warm_up else PEAK * (1 + math.cos(math.pi * (step - warm_up) / (total - warm_up))) / 2
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16, enabled=way == "tuned-bf16"):
                loss = F.cross_entropy(model(x), y, label_smoothing=SMOOTHING)
            loss.backward()
            optimizer.step()
            if not math.isfinite(loss.item()):
                sys.exit("the loss is not finite")
            step += 1
        reached = accuracy(model, *validation)
        if reached > best:
            best, best_state = reached, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(best_state)
    wall = time.perf_counter() - start
    print(json.dumps({"bench": "demo Fit", "work": f"demo, {epochs} epochs", "way": f"PyTorch {way}", "unit": "s", "value": round(wall, 2),
                      "samples": 1, "accuracy": round(accuracy(model, test_images, test_labels), 4)}))


main()
