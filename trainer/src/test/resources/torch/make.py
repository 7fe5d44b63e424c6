"""Writes NAME.safetensors.gz and NAME.logits.safetensors: PyTorch's weights and its logits, in float64, of the first
eight test images of fashion-mini. Weights are multiples of 1/64, so that they take little space.

    python make.py        (torch, numpy, safetensors)
"""

import gzip
import math
import pathlib

import numpy as np
import torch
from models import LenetBn, ResNet20
from safetensors.torch import save, save_file

HERE = pathlib.Path(__file__).parent
DATA = HERE.parents[2] / "main/resources/org/lockstep/data/fashion-mini"
IMAGES = 8


def pixels(name):
    content = gzip.decompress((DATA / f"{name}-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, 1, 28, 28).astype(np.float64)


def images():
    train = pixels("train")
    return torch.from_numpy((pixels("t10k") - train.mean()) / train.std())


def coarse(tensor):
    return (tensor * 64).round() / 64


@torch.no_grad()
def weights(model, x):
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            bound = math.sqrt(6 / parameter[0].numel())
            parameter.copy_(coarse(torch.empty_like(parameter).uniform_(-bound, bound)))
        else:
            centre = 1 if "bn" in name and name.endswith("weight") else 0
            parameter.copy_(coarse(centre + 0.3 * torch.randn_like(parameter)))
    model.train()
    for _ in range(30):
        model(x[:100])
    for name, buffer in model.named_buffers():
        if buffer.is_floating_point():
            buffer.copy_(torch.clamp(coarse(buffer), min=1 / 64) if name.endswith("var") else coarse(buffer))


def main():
    torch.manual_seed(1)
    x = images()
    for name, model in {"lenet-bn": LenetBn(), "resnet20": ResNet20(channels=1)}.items():
        model = model.double()
        weights(model, x)
        with torch.no_grad():
            logits = model.eval()(x[:IMAGES]).contiguous()
        state = model.float().state_dict()
        (HERE / f"{name}.safetensors.gz").write_bytes(gzip.compress(save(state), mtime=0))
        save_file({"logits": logits}, HERE / f"{name}.logits.safetensors")
        print(name, len(state), "tensors, logits to", logits.abs().max().item())


main()
