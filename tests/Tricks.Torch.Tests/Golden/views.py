"""Figures of ViewTransformTests: torchvision's colour jitter parts and blur on a small image.

python3 views.py   (torchvision 0.21.0, torch 2.6.0)
"""
import torch
import torchvision.transforms.functional as F

size = 8
values = torch.tensor([(37 * i + i * i) % 256 for i in range(size * size * 3)], dtype=torch.float32)
image = values.view(size, size, 3).permute(2, 0, 1) / 255

for name, result in [
    ("brightness 1.3", F.adjust_brightness(image, 1.3)),
    ("contrast 0.7", F.adjust_contrast(image, 0.7)),
    ("contrast 1.4", F.adjust_contrast(image, 1.4)),
    ("saturation 1.4", F.adjust_saturation(image, 1.4)),
    ("hue 0.1", F.adjust_hue(image, 0.1)),
    ("hue -0.4", F.adjust_hue(image, -0.4)),
    ("blur 3 0.8", F.gaussian_blur(image, 3, 0.8)),
    ("blur 5 1.7", F.gaussian_blur(image, 5, 1.7)),
]:
    out = (result * 255).permute(1, 2, 0).flatten()
    picked = ", ".join(f"{v:.4f}" for v in out[[0, 1, 2, 30, 31, 32, 100, 150, 190]].tolist())
    print(f'("{name}", [{picked}]),')
