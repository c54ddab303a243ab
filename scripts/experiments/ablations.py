"""The ablations: what is varied, one training, and what is measured of it."""

import contextlib
import dataclasses
import functools
import itertools
import warnings

from nin_utils import data, models, training
from nin_utils.data import Batches

import numpy as np
from mxnet.gluon import nn

from experiments.recipes import Recipe
from experiments.trained import count_parameters, per_class, predict, share_right

SEEDS = range(3)
BATCH = 128
SHIFTS = tuple(range(9))  # pixels to the right
NUM_SHIFTED = 1000  # test pictures that are shifted

#: Widths of the convolutions of the three blocks; the first of a block has a
#: window of 5x5, all others of 1x1. The name counts the latter.
WIDTHS = {
    0: ((96,), (128,), (10,)),
    1: ((96, 48), (128, 48), (128, 10)),
    2: ((96, 64, 48), (128, 96, 48), (128, 96, 10)),
    3: ((96, 64, 64, 48), (128, 96, 96, 48), (128, 96, 96, 10)),
}
HEADS = ("gap", "gap + linear", "fc", "fc + dropout")

#: The tutorial's recipe; a `Cell` has what was added in the years since.
PLAIN = {
    "batch_norm": False,
    "init": "Xavier",
    "momentum": 0.0,
    "wd": 0.0,
    "cosine": False,
}


@dataclasses.dataclass(frozen=True)
class Cell(Recipe):
    """One short training of a relative of `nin_mnist`.

    Attributes
    ----------
    variant : str
        What is varied, in words.
    num_1x1 : int
        1x1 convolutions in each block: a key of `WIDTHS`; 0 is a plain
        convolutional network.
    head : str
        One of `HEADS`.
    dropout : float
        Behind each of the two poolings.
    num_train, num_epochs : int
        Training pictures (the first of the file) and passes over them.
    batch_norm, cosine : bool
        Batch normalisation before every ReLU; whether the learning rate
        rises for a twentieth of the steps and falls to 0.
    augment : int or None
        Mirror the pictures and move them by up to so many pixels.
    """

    variant: str
    num_1x1: int = 2
    head: str = "gap"
    dropout: float = 0.2
    num_train: int = 5000
    num_epochs: int = 10
    seed: int = 0
    lr: float = 0.1
    batch_norm: bool = True
    init: str = "MSRAPrelu"
    momentum: float = 0.9
    wd: float = 5e-4
    cosine: bool = True
    augment: int = None

    optimizer = property(lambda self: "nag" if self.momentum else "sgd")
    schedule = property(lambda self: "cosine" if self.cosine else "constant")
    warmup_steps = property(lambda self: self.num_steps // 20)

    @property
    def num_steps(self):
        """The number of batches in all."""
        return self.num_epochs * -(-self.num_train // BATCH)

    def build(self):
        """Return the network, not initialised."""
        widths = list(WIDTHS[self.num_1x1])
        if self.head != "gap":  # no maps of classes: the layer before them
            widths[-1] = widths[-1][:-1] or (128,)
        net = nn.HybridSequential()
        for block in widths:
            if len(net):
                net.add(
                    nn.MaxPool2D(3, strides=2, ceil_mode=True), nn.Dropout(self.dropout)
                )
            net.add(models.mlpconv(block, 5, 1, 2, batch_norm=self.batch_norm))
        if self.head.startswith("gap"):
            net.add(nn.GlobalAvgPool2D())
        if self.head == "fc + dropout":
            net.add(nn.Dropout(0.5))
        net.add(nn.Flatten())
        if self.head != "gap":
            net.add(nn.Dense(10))
        return net


def questions():
    """Return the cells of each question, cheap questions first."""
    return {
        "depth": _depth(),
        "recipe": _recipe(),
        "heads_1000": _heads(1000, 20),
        # 0.1 was chosen for "gap"; the others may want less.
        "heads_1000_tenth": _heads(1000, 20, heads=HEADS[2:], lr=0.01),
        "heads_5000": _heads(5000, 6),
        "heads_5000_tenth": _heads(5000, 6, heads=HEADS[2:], lr=0.01),
        "dropout": _dropout(),
        "heads_60000": _heads(60_000, 1, [0]),
        "heads_60000_tenth": _heads(60_000, 1, [0], HEADS[2:], lr=0.01),
    }


def _depth():
    """Return the cells that vary the number of 1x1 convolutions."""
    return [
        Cell(f"{number} 1x1", num_1x1=number, seed=seed)
        for number, seed in itertools.product(WIDTHS, SEEDS)
    ]


def _recipe():
    """Return the tutorial's recipe and one change at a time to it."""
    changes = {
        "plain": PLAIN,
        "batch norm": {**PLAIN, "batch_norm": True},
        "He init": {**PLAIN, "init": "MSRAPrelu"},
        "momentum": {**PLAIN, "momentum": 0.9, "lr": 0.01},
        "schedule": {**PLAIN, "cosine": True},
        "augmentation": {**PLAIN, "augment": 2},
        "all": {"augment": 2},
    }
    return [
        Cell(name, num_train=10_000, num_epochs=5, seed=seed, **change)
        for name, change in changes.items()
        for seed in SEEDS
    ]


def _dropout():
    """Return longer trainings with and without dropout."""
    return [
        Cell(f"dropout {rate}", dropout=rate, num_epochs=12, seed=seed)
        for rate, seed in itertools.product((0.0, 0.5), SEEDS)
    ]


def _heads(num_train, num_epochs, seeds=SEEDS, heads=HEADS, **recipe):
    """Return the heads on both bodies."""
    return [
        Cell(
            f"{'mlpconv' if number else 'plain'} + {head}",
            num_1x1=number,
            head=head,
            num_train=num_train,
            num_epochs=num_epochs,
            seed=seed,
            **recipe,
        )
        for number in (2, 0)
        for head in heads
        for seed in seeds
    ]


def one(cell):
    """Make one cell; return what is recorded."""
    return run(cell, _read(True), _read(False))


@functools.lru_cache
def _read(train):
    return data.fashion_mnist(train)


def run(cell, train, test):
    """Train one cell; return what is recorded.

    `train` and `test` are pictures (N, 28, 28), uint8, and labels (N,).
    """
    images, labels = (part[: cell.num_train] for part in train)
    seen = Batches(images, labels, 500)
    net, history = _train(cell, images, labels, seen)
    logits, labels = predict(net, Batches(*test, 500))
    return {
        "parameters": count_parameters(net),
        "loss": [round(value, 5) for value in history.loss],
        "train_acc": training.evaluate_accuracy(net, seen),
        "test_acc": share_right(logits, labels),
        "shifted_acc": [_shifted(net, pixels, *test) for pixels in SHIFTS],
        **per_class(logits, labels),
    }


def _train(cell, images, labels, seen):
    batches = Batches(images, labels, BATCH, shuffle=True, augment=cell.augment)
    net = cell.build()
    trainer = cell.trainer(net, cell.num_steps)
    with contextlib.redirect_stdout(None), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the record shows a plateau
        history = training.train(
            net,
            batches,
            [next(iter(seen))],  # only the end is judged, in `run`
            trainer,
            cell.num_epochs,
            seed=cell.seed,
            progress=False,
        )
    return net, history


def _shifted(net, pixels, images, labels):
    """Return the accuracy on pictures moved to the right, in their frame."""
    images, labels = images[:NUM_SHIFTED], labels[:NUM_SHIFTED]
    moved = np.zeros_like(images)
    moved[:, :, pixels:] = images[:, :, : images.shape[2] - pixels]
    return training.evaluate_accuracy(net, Batches(moved, labels, 500))
