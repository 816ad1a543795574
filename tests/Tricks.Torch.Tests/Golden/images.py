"""Writes images.json: torchvision's AutoAugment operations on a small image, and the magnitudes of its two policies.

python3 images.py > images.json        (PyTorch 2.6.0, torchvision 0.21.0, CPU, uint8 tensors, nearest pixels)

The image is 12 rows of 10 pixels, RGB (and its first channel alone as gray): byte i of (H, W, C) is
round(127.5 + 100 sin(1 + 0.37 i)).
"""
import json
import math

import torch
import torchvision
from torchvision.transforms import InterpolationMode
from torchvision.transforms.autoaugment import RandAugment, TrivialAugmentWide, _apply_op

H, W = 12, 10
MAGNITUDES = {
    "ShearX": [0.31, -0.77], "ShearY": [0.31, -0.77], "TranslateX": [3.9, -4.2], "TranslateY": [3.9, -4.2],
    "Rotate": [17.3, -101.0], "Brightness": [0.45, -0.6], "Color": [0.45, -0.6], "Contrast": [0.45, -0.6],
    "Sharpness": [0.45, -0.6], "Posterize": [4.0, 2.0], "Solarize": [100.0, 200.5], "AutoContrast": [0.0], "Equalize": [0.0],
}


def image(channels, rows=H, columns=W):
    values = [round(127.5 + 100 * math.sin(1 + 0.37 * i)) for i in range(rows * columns * channels)]
    return torch.tensor(values, dtype=torch.uint8).reshape(rows, columns, channels).permute(2, 0, 1)


def flat(img):
    return img.permute(1, 2, 0).flatten().tolist()


def operations(img, names):
    return {f"{name} {m}": flat(_apply_op(img, name, m, InterpolationMode.NEAREST, None)) for name in names for m in MAGNITUDES[name]}


def magnitudes(space):
    return {name: [float(m) for m in torch.as_tensor(values).flatten().tolist()] for name, (values, _) in space.items()}


print(json.dumps({
    "torchvision": torchvision.__version__,
    "rgb": operations(image(3), MAGNITUDES),
    "gray": operations(image(1), MAGNITUDES),
    "large equalize": {"Equalize 0.0": flat(_apply_op(image(3, 48, 40), "Equalize", 0.0, InterpolationMode.NEAREST, None))},
    "rand": magnitudes(RandAugment()._augmentation_space(31, (H, W))),
    "trivial": magnitudes(TrivialAugmentWide()._augmentation_space(31)),
}))
