"""Writes a saved model's ResNet-50 (B) as ONNX, by way of torchvision's network: export.py MODEL.zip IMAGE_SIZE.

MODEL.onnx takes (1, 3, H, W) as ML.NET's ExtractPixels gives them, MODEL.batched.onnx takes (N, H, W, 3); values are 0..255.
Needs torch, torchvision, onnx and safetensors (Debian: python3-torch python3-torchvision python3-onnx python3-safetensors).
"""
import json
import sys
import zipfile

import torch
import torchvision
from safetensors.torch import load

torch.backends.mkldnn.enabled = False  # the trace runs the network once, whose 1x1 kernels of oneDNN end the process on some machines


class Scorer(torch.nn.Module):
    def __init__(self, network, mean, deviation, channels_last):
        super().__init__()
        self.network, self.channels_last = network, channels_last
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1))
        self.register_buffer("deviation", torch.tensor(deviation).view(1, -1, 1, 1))

    def forward(self, x):
        if self.channels_last:
            x = x.permute(0, 3, 1, 2)
        return self.network((x - self.mean) / self.deviation).softmax(1)


path, size = sys.argv[1], int(sys.argv[2])
with zipfile.ZipFile(path) as model:
    part = lambda name: model.read(next(entry for entry in model.namelist() if entry.replace("\\", "/").endswith("/" + name)))
    weights, manifest = load(part("Weights.safetensors")), json.loads(part("Manifest.json"))
assert manifest["architecture"] == "resnet50", manifest["architecture"]
network = torchvision.models.resnet50(num_classes=len(manifest["classes"]["names"]))
network.load_state_dict(weights)
preprocessing = manifest["preprocessing"]
for name, channels_last, shape in (("onnx", False, (1, 3, size, size)), ("batched.onnx", True, (2, size, size, 3))):
    scorer = Scorer(network, preprocessing["mean"], preprocessing["standardDeviation"], channels_last).eval()
    torch.onnx.export(
        scorer, (torch.rand(shape) * 255,), path.removesuffix("zip") + name, dynamo=False, opset_version=17,
        input_names=["input"], output_names=["probabilities"],
        dynamic_axes={"input": {0: "n"}, "probabilities": {0: "n"}} if channels_last else None)
