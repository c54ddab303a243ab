"""Accuracy of the trained networks on pictures of other sizes."""

import itertools

from nin_utils import models
from nin_utils.data import fashion_mnist
from nin_utils.maps import confidence_maps

import matplotlib.pyplot as plt
from mxnet import nd
from mxnet.gluon.data.vision.transforms import Resize

NUM_PICTURES = 500  # of the embedded test pictures, the first ones
BATCH = 50
NETS = (  # label, network, side of the pictures in training, sides shown
    (
        "nin (112 px)",
        lambda: models.nin(pretrained=True),
        112,
        (67, 80, 96, 99, 112, 128, 144, 160, 192, 224),
    ),
    (
        "nin_mnist (28 px)",
        lambda: models.nin_mnist(pretrained=True),
        28,
        (14, 17, 20, 24, 28, 32, 36, 40, 48, 56),
    ),
    (
        "nin_mnist (16–40 px)",
        lambda: models.nin_mnist(pretrained="canvas"),
        28,
        (14, 17, 20, 24, 28, 32, 36, 40, 48, 56),
    ),
)


def accuracy(net, side):
    """Return the accuracy on test pictures resized to side × side pixels."""
    images, labels = fashion_mnist(train=False, subset=True)
    right = 0
    for i in range(0, NUM_PICTURES, BATCH):
        X = nd.array(images[i : i + BATCH, ..., None], dtype="uint8")
        X = Resize(side)(X).transpose((0, 3, 1, 2)).astype("float32") / 255
        scores = confidence_maps(net, X).mean(axis=(2, 3))
        answers = scores.argmax(axis=1).asnumpy()
        right += (answers == labels[i : i + BATCH]).sum()
    return right / NUM_PICTURES


def draw():
    """Return a figure: accuracy against the size, relative to training."""
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    markers = itertools.cycle("os^")
    for (label, make, usual, sides), marker in zip(NETS, markers):
        net = make()
        net.hybridize()
        values = [accuracy(net, side) for side in sides]
        print(label, *(f"{s}:{v:.3f}" for s, v in zip(sides, values)))
        ax.plot([s / usual for s in sides], values, f"{marker}-", label=label)
    ax.set_xscale("log")
    ticks = {0.5: "× ½", 0.75: "× ¾", 1: "× 1", 1.5: "× 1½", 2: "× 2"}
    ax.set_xticks(list(ticks), ticks.values())
    ax.set_xticks([], minor=True)
    ax.set(ylim=(0, 1), ylabel="accuracy")
    ax.legend(loc="lower center")
    return fig
