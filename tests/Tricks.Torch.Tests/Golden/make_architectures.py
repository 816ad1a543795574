#!/usr/bin/env python3
"""Writes architectures.json: logits of networks that reference.json has not, or not in the project's form.

    python3 tests/Tricks.Torch.Tests/Golden/make_architectures.py > tests/Tricks.Torch.Tests/Golden/architectures.json

Needs PyTorch and torchvision (made with 2.6.0 and 0.21.0). The networks are torchvision's where it has them, and
otherwise written here in plain operators, from the papers and from Gluon's source, without looking at ours.
Weights and input follow README.md's formulas, rounded to float32; the forward pass is in float64.
"""
import json
import math

import torch
import torch.nn.functional as F
import torchvision


class Weights:
    """Makes entries by formula, in the order in which they are asked for, which is the order of the keys."""

    def __init__(self):
        self.keys, self.parameters = [], 0

    def _next(self, name, shape):
        k = len(self.keys)
        self.keys.append([name, list(shape)])
        i = torch.arange(math.prod(shape), dtype=torch.float64)
        s = torch.sin(0.37 * i + 1.3 * k).reshape(shape)
        if len(shape) >= 2:
            value = 2 / math.sqrt(math.prod(shape[1:])) * s
        elif name.endswith("running_var"):
            value = 1 + 0.5 * s * s
        elif name.endswith("running_mean"):
            value = 0.1 * s
        elif name.endswith("weight"):
            value = 1 + 0.1 * s
        else:
            value = 0.1 * s
        if "running_" not in name:
            self.parameters += value.numel()
        return value.float().double()

    def conv(self, name, out, inp, kernel, bias=False, groups=1):
        weight = self._next(name + ".weight", (out, inp // groups, kernel, kernel))
        return weight, self._next(name + ".bias", (out,)) if bias else None

    def linear(self, name, out, inp):
        return self._next(name + ".weight", (out, inp)), self._next(name + ".bias", (out,))

    def norm(self, name, channels, affine=True):
        gamma = self._next(name + ".weight", (channels,)) if affine else torch.ones(channels, dtype=torch.float64)
        beta = self._next(name + ".bias", (channels,)) if affine else torch.zeros(channels, dtype=torch.float64)
        mean = self._next(name + ".running_mean", (channels,))
        variance = self._next(name + ".running_var", (channels,))
        self.keys.append([name + ".num_batches_tracked", []])
        return lambda x: (x - mean[:, None, None]) / torch.sqrt(variance[:, None, None] + 1e-5) * gamma[:, None, None] + beta[:, None, None]


def images(channels, size):
    i = torch.arange(2 * channels * size * size, dtype=torch.float64)
    return torch.sin(0.013 * i).reshape(2, channels, size, size).float().double()


def preactivation(w, name, inp, out, stride, bottleneck, shortcut_name):
    """Gluon's BasicBlockV2 and BottleneckV2: the shortcut reads the activated input where the shape changes."""
    if bottleneck:
        norms_convs = [(inp, out // 4, 1, 1), (out // 4, out // 4, 3, stride), (out // 4, out, 1, 1)]
    else:
        norms_convs = [(inp, out, 3, stride), (out, out, 3, 1)]
    layers = []
    for j, (a, b, kernel, s) in enumerate(norms_convs, start=1):
        norm = w.norm(f"{name}.bn{j}", a)
        layers.append((norm, w.conv(f"{name}.conv{j}", b, a, kernel)[0], s, kernel // 2))
    shortcut = w.conv(f"{name}.{shortcut_name}", out, inp, 1)[0] if inp != out or stride != 1 else None

    def run(x):
        residual, y = x, x
        for j, (norm, kernel, s, padding) in enumerate(layers):
            y = F.relu(norm(y))
            if j == 0 and shortcut is not None:
                residual = F.conv2d(y, shortcut, stride=stride)
            y = F.conv2d(y, kernel, stride=s, padding=padding)
        return y + residual

    return run


def resnet_v2(w, x, blocks, bottleneck, cifar, classes):
    data_norm = w.norm("features.0", 3, affine=False)
    if cifar:
        stem = w.conv("features.1", 64, 3, 3)[0]
        first = 2
    else:
        stem = w.conv("features.1", 64, 3, 7)[0]
        stem_norm = w.norm("features.2", 64)
        first = 5
    steps, channels = [], 64
    for stage, count in enumerate(blocks):
        out = 64 * 2**stage * (4 if bottleneck else 1)
        for i in range(count):
            stride = 2 if stage > 0 and i == 0 else 1
            steps.append(preactivation(w, f"features.{first + stage}.{i}", channels, out, stride, bottleneck, "downsample"))
            channels = out
    last = w.norm(f"features.{first + len(blocks)}", channels)
    weight, bias = w.linear("output", classes, channels)
    y = data_norm(x)
    if cifar:
        y = F.conv2d(y, stem, padding=1)
    else:
        y = F.max_pool2d(F.relu(stem_norm(F.conv2d(y, stem, stride=2, padding=3))), 3, 2, 1)
    for step in steps:
        y = step(y)
    return F.linear(F.relu(last(y)).mean((2, 3)), weight, bias)


def wide_resnet(w, x, depth, k, classes):
    stem = w.conv("conv1", 16, 3, 3)[0]
    steps, channels = [], 16
    for stage in range(3):
        out = 16 * k * 2**stage
        for i in range((depth - 4) // 6):
            stride = 2 if stage > 0 and i == 0 else 1
            steps.append(preactivation(w, f"block{stage + 1}.layer.{i}", channels, out, stride, False, "convShortcut"))
            channels = out
    last = w.norm("bn1", channels)
    weight, bias = w.linear("fc", classes, channels)
    y = F.conv2d(x, stem, padding=1)
    for step in steps:
        y = step(y)
    return F.linear(F.relu(last(y)).mean((2, 3)), weight, bias)


def mobilenet_v1(w, x, width, activation, classes):
    """Table 1 of arXiv:1704.04861; the channels at these widths are multiples of 8 without rounding."""
    channels = int(32 * width)
    stem = w.conv("conv_stem", channels, 3, 3)[0]
    norm = w.norm("bn1", channels)
    y = activation(norm(F.conv2d(x, stem, stride=2, padding=1)))
    for stage, (count, out) in enumerate([(1, 64), (2, 128), (2, 256), (6, 512), (2, 1024)]):
        for i in range(count):
            name = f"blocks.{stage}.{i}"
            stride = 2 if stage > 0 and i == 0 else 1
            depthwise = w.conv(name + ".conv_dw", channels, channels, 3, groups=channels)[0]
            y = activation(w.norm(name + ".bn1", channels)(F.conv2d(y, depthwise, stride=stride, padding=1, groups=channels)))
            pointwise = w.conv(name + ".conv_pw", int(out * width), channels, 1)[0]
            channels = int(out * width)
            y = activation(w.norm(name + ".bn2", channels)(F.conv2d(y, pointwise)))
    weight, bias = w.linear("classifier", classes, channels)
    return F.linear(y.mean((2, 3)), weight, bias)


def tiny_vgg(w, x, stages, hidden, classes):
    """VGG without normalisation, with the channels of each stage given; the keys of torchvision's vgg16 count ReLUs and pools."""
    channels, place, y = 3, 0, x
    for stage in stages:
        for out in stage:
            weight, bias = w.conv(f"features.{place}", out, channels, 3, bias=True)
            y, channels, place = F.relu(F.conv2d(y, weight, bias, padding=1)), out, place + 2
        y, place = F.max_pool2d(y, 2), place + 1
    y = F.adaptive_avg_pool2d(y, 7).flatten(1)
    y = F.relu(F.linear(y, *w.linear("classifier.0", hidden, channels * 49)))
    y = F.relu(F.linear(y, *w.linear("classifier.3", hidden, hidden)))
    return F.linear(y, *w.linear("classifier.6", classes, hidden))


def lenet5(w, x, classes):
    channels = x.shape[1]
    y = F.avg_pool2d(torch.tanh(F.conv2d(x, *w.conv("conv1", 6, channels, 5, bias=True))), 2)
    y = F.avg_pool2d(torch.tanh(F.conv2d(y, *w.conv("conv2", 16, 6, 5, bias=True))), 2)
    y = torch.tanh(F.linear(y.flatten(1), *w.linear("fc1", 120, 400)))
    y = torch.tanh(F.linear(y, *w.linear("fc2", 84, 120)))
    return F.linear(y, *w.linear("fc3", classes, 84))


def inception(w, x, classes, transform_input, auxiliary):
    """torchvision's; with transform_input, x is in [0, 1] before ImageNet's normalisation."""
    network = torchvision.models.inception_v3(
        weights=None, aux_logits=True, num_classes=classes, init_weights=False, transform_input=transform_input).double().eval()
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("num_batches_tracked"):
                w.keys.append([name, []])
            else:
                tensor.copy_(w._next(name, tuple(tensor.shape)))
    if not auxiliary:
        return network(x)
    seen = {}
    network.Mixed_6e.register_forward_hook(lambda module, inputs, output: seen.update(map=output))
    network(x)
    return network.AuxLogits(seen["map"])


def record(source, size, build, channels=3, with_keys=True, input_of=lambda x: x):
    w = Weights()
    with torch.no_grad():
        logits = build(w, input_of(images(channels, size)))
    return {
        "source": source,
        "image_size": size,
        "input_channels": channels,
        "parameters": w.parameters,
        "keys": w.keys if with_keys else [],
        "logits": [[float(f"{v:.9g}") for v in row] for row in logits.tolist()],
        "logits_norm": float(f"{logits.norm().item():.9g}"),
    }


def unit(x):
    return (x + 1) / 2


def imagenet_normalised(x):
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64)[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64)[:, None, None]
    return (unit(x) - mean) / deviation


BASIC, BOTTLENECK = [2, 2, 2, 2], [3, 4, 6, 3]
MODELS = {
    "resnet18_v2": record("plain operators after Gluon's ResNetV2", 64, lambda w, x: resnet_v2(w, x, BASIC, False, False, 10)),
    "resnet18_v2_cifar": record("plain operators after Gluon's ResNetV2, thumbnail", 32, lambda w, x: resnet_v2(w, x, BASIC, False, True, 10)),
    "resnet50_v2": record("plain operators after Gluon's ResNetV2", 64, lambda w, x: resnet_v2(w, x, BOTTLENECK, True, False, 10)),
    "wrn_16_2": record("plain operators after arXiv:1605.07146", 32, lambda w, x: wide_resnet(w, x, 16, 2, 10)),
    "mobilenetv1_050_relu": record("plain operators after arXiv:1704.04861", 64, lambda w, x: mobilenet_v1(w, x, 0.5, F.relu, 10)),
    "mobilenetv1_025": record("plain operators after arXiv:1704.04861", 64, lambda w, x: mobilenet_v1(w, x, 0.25, F.relu6, 10)),
    "vgg_tiny": record("plain operators after arXiv:1409.1556", 64, lambda w, x: tiny_vgg(w, x, [[4, 4], [6, 6], [8, 8, 8]], 20, 10)),
    "lenet5": record("plain operators", 32, lambda w, x: lenet5(w, x, 10), channels=1),
    # x in [-1, 1] is what a preprocessing of mean and deviation 127.5 gives; torchvision gets the same image, normalised as ImageNet's.
    "inception_v3_transform_input": record(
        "torchvision inception_v3(transform_input=True)", 75, lambda w, x: inception(w, x, 10, True, False), with_keys=False,
        input_of=imagenet_normalised),
    "inception_v3_auxiliary": record(
        "torchvision inception_v3, AuxLogits on Mixed_6e", 299, lambda w, x: inception(w, x, 10, False, True), with_keys=False),
}
print('{"torch": "%s", "torchvision": "%s", "models": {' % (torch.__version__, torchvision.__version__))
print(",\n".join(f"{json.dumps(name)}: {json.dumps(entry, separators=(',', ':'))}" for name, entry in MODELS.items()))
print("}}")
