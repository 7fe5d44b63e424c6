"""The PyTorch modules whose state_dict `lockstep export --format safetensors` writes and `lockstep import` reads.

    from safetensors.torch import load_file, save_file
    model = ResNet20(channels=3).eval()
    model.load_state_dict(load_file("resnet20.safetensors"))
    save_file(model.state_dict(), "resnet20.safetensors")

They take images [N, C, H, W] that were standardized as in training: (byte - mean) / deviation in each channel.
ResNet20 has the names of akamaster's pytorch_resnet_cifar10, ResNet(projected=True) those of kuangliu's pytorch-cifar.
"""

import torch
from torch import nn
from torch.nn import functional as F


class LenetBn(nn.Module):
    def __init__(self, channels=1, size=28, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 20, 5, bias=False)
        self.bn1 = nn.BatchNorm2d(20)
        self.conv2 = nn.Conv2d(20, 50, 3, bias=False)
        self.bn2 = nn.BatchNorm2d(50)
        side = ((size - 4) // 2 - 2) // 2
        self.fc1 = nn.Linear(50 * side * side, 128)
        self.fc2 = nn.Linear(128, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


class Block(nn.Module):
    def __init__(self, before, channels, stride, projected):
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.stride, self.added = stride, channels - before
        self.shortcut = nn.Sequential()
        if projected and (stride > 1 or self.added):
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if len(self.shortcut) == 0 and (self.stride > 1 or self.added):
            half = self.added // 2
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, self.added - half))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, widths, blocks, channels=3, classes=10, projected=False):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        before = widths[0]
        self.stages = len(widths)
        for stage, width in enumerate(widths):
            layer = []
            for block in range(blocks):
                layer.append(Block(before, width, 2 if stage > 0 and block == 0 else 1, projected))
                before = width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))
        self.linear = nn.Linear(before, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.linear(x.mean((2, 3)))


def ResNet8(channels=3, classes=10):
    return ResNet([16, 32, 64], 1, channels, classes)


def ResNet20(channels=3, classes=10):
    return ResNet([16, 32, 64], 3, channels, classes)


def ResNet18(channels=3, classes=10):
    return ResNet([64, 128, 256, 512], 2, channels, classes, projected=True)
