#!/usr/bin/env python3
"""JPEG files to augmented 224 px batches with PIL and torchvision, 2 workers: the peer of benchmarks/Loading's jpeg.

Usage: jpeg.py FOLDER [hue|no-hue]. The hue of +-0.2 turns is Tricks.Torch's 0.4; torchvision turns it by way of HSV, which is slow.
"""
import glob
import json
import sys
import time

import torch
from PIL import Image
from torchvision import transforms

paths = sorted(glob.glob(sys.argv[1] + "/*.jpg"))
hue = 0.0 if "no-hue" in sys.argv else 0.2
view = transforms.Compose([
    transforms.RandomResizedCrop(224),
    transforms.RandomHorizontalFlip(),
    transforms.ColorJitter(brightness=0.4, saturation=0.4, hue=hue),
    transforms.ToTensor(),
    transforms.Normalize([0.485, 0.458, 0.408], [0.229, 0.224, 0.225]),
])


class Photos(torch.utils.data.Dataset):
    def __len__(self):
        return len(paths)

    def __getitem__(self, index):
        with Image.open(paths[index]) as image:
            return view(image.convert("RGB")), 0


loader = torch.utils.data.DataLoader(Photos(), batch_size=64, shuffle=True, num_workers=2, persistent_workers=True)
times = []
for epoch in range(4):
    start = time.perf_counter()
    for images, labels in loader:
        pass
    times.append(time.perf_counter() - start)
times = sorted(times[1:])  # the first starts the workers
print(json.dumps({"bench": "jpeg", "work": "500x375 to 224 px, 2 threads", "way": "PIL + torchvision" + ("" if hue else ", no hue"),
                  "unit": "images/s", "value": round(len(paths) / times[1], 1), "samples": len(times)}))
