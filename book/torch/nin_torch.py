"""Network in Network in PyTorch: the networks of the book, layer by layer."""

import numpy as np
import torch
from torch import nn


def mlpconv(in_channels, widths, kernel_size, stride, padding):
    """Return a convolution and 1×1 convolutions, a ReLU after each."""
    layers = []
    for i, width in enumerate(widths):
        window = (1, 1, 0) if i else (kernel_size, stride, padding)
        layers += [nn.Conv2d(in_channels, width, *window), nn.ReLU()]
        in_channels = width
    return nn.Sequential(*layers)


def nin_block(in_channels, channels, kernel_size, stride, padding):
    """Return the NiN block of the tutorial: three layers equally wide."""
    return mlpconv(in_channels, [channels] * 3, kernel_size, stride, padding)


def nin(num_classes=10):
    """Return the network of the tutorial: (N, 1, H, W) -> (N, num_classes)."""
    return nn.Sequential(
        nin_block(1, 96, kernel_size=11, stride=4, padding=0),
        nn.MaxPool2d(3, stride=2),
        nin_block(96, 256, kernel_size=5, stride=1, padding=2),
        nn.MaxPool2d(3, stride=2),
        nin_block(256, 384, kernel_size=3, stride=1, padding=1),
        nn.MaxPool2d(3, stride=2),
        nn.Dropout(0.5),
        nin_block(384, num_classes, kernel_size=3, stride=1, padding=1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )


def nin_mnist(num_classes=10, dropout=0.5):
    """Return the author's network for MNIST: (N, 1, H, W) -> (N, num_classes)."""
    return nn.Sequential(
        mlpconv(1, (96, 64, 48), kernel_size=5, stride=1, padding=2),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),
        nn.Dropout(dropout),
        mlpconv(48, (128, 96, 48), kernel_size=5, stride=1, padding=2),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),
        nn.Dropout(dropout),
        mlpconv(48, (128, 96, num_classes), kernel_size=5, stride=1, padding=2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )


@torch.no_grad()
def load_arrays(net, path):
    """Copy weights that were saved from Gluon, in the order of the layers."""
    with np.load(path, allow_pickle=False) as arrays:
        for parameter, name in zip(net.parameters(), arrays.files, strict=True):
            parameter.copy_(torch.from_numpy(arrays[name]))


def train_epoch(net, data, optimizer):
    """Train for one pass over batches (X, y); return the mean loss."""
    net.train()
    total = examples = 0
    for X, y in data:
        loss = nn.functional.cross_entropy(net(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        examples += len(y)
    return total / examples
