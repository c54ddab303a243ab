"""The ablations: what is varied, one training, and what is measured of it."""

import contextlib
import dataclasses
import itertools
import warnings

from nin_utils import data, models, training
from nin_utils.data import Batches

import numpy as np
from mxnet.gluon import nn

from experiments.recipes import NUM_VALIDATION, Recipe
from experiments.trained import count_parameters, per_class, predict, share_right

SEEDS = range(5)
BATCH = 128
SHIFTS = tuple(range(9))  # pixels to the right
NUM_SHIFTED = 1000  # test images that are shifted

#: Widths of the convolutions of the three blocks; the first of a block has a
#: window of 5x5, the name counts the others.
WIDTHS = {
    0: ((96,), (128,), (10,)),
    1: ((96, 48), (128, 48), (128, 10)),
    2: ((96, 64, 48), (128, 96, 48), (128, 96, 10)),
    3: ((96, 64, 64, 48), (128, 96, 96, 48), (128, 96, 96, 10)),
}
#: As many multiply-adds with 3x3 in the place of the two 1x1.
NARROW = ((58, 38, 28), (80, 56, 28), (80, 56, 10))
#: Those of `models.nin_cifar10`, whose last window has 3x3.
WIDTHS_CIFAR10 = ((192, 160, 96), (192, 192, 192), (192, 192, 10))
HEADS = ("gap", "gap + linear", "fc", "fc + dropout")
BODIES = {"mlpconv": 2, "plain": 0}  # `Cell.num_1x1` of each
#: Learning rates to choose from: one step beyond the best on either side.
RATES = {"gap": (0.01, 0.03, 0.1, 0.3, 1.0), "fc": (0.003, 0.01, 0.03, 0.1, 0.3)}
#: Passes over so many training images.
EPOCHS = {1000: 20, 5000: 6, 60_000: 1}

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
    """One short training of a relative of `nin_mnist` or `nin_cifar10`.

    Attributes
    ----------
    variant : str
        What is varied, in words.
    num_1x1 : int
        Convolutions in each block after the first, 1x1 unless `window` says
        otherwise: a key of `WIDTHS`; 0 is a plain convolutional network.
    head : str
        One of `HEADS`.
    dropout : float
        Behind each of the two poolings.
    num_train, num_epochs : int
        Training images (the first of the file) and passes over them.
    batch_norm, cosine : bool
        Batch normalisation before every ReLU; whether the learning rate
        rises for a twentieth of the steps and falls to 0.
    augment : int or None
        Mirror the images and move them by up to so many pixels.
    window : int
        Height and width of the convolutions that `num_1x1` counts.
    narrow : bool
        The widths are `NARROW`.
    num_blocks : int
        1 to 4; the first and the last are always there.
    validate : bool
        Judge it on the last training images, to choose a rate.
    data : str
        What is learnt, "fashion_mnist" or "cifar10": a function of
        `nin_utils.data`. With "cifar10" the widths are `WIDTHS_CIFAR10`.
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
    window: int = 1
    narrow: bool = False
    num_blocks: int = 3
    validate: bool = False
    data: str = "fashion_mnist"

    optimizer = property(lambda self: "nag" if self.momentum else "sgd")
    schedule = property(lambda self: "cosine" if self.cosine else "constant")
    warmup_steps = property(lambda self: self.num_steps // 20)

    @property
    def num_steps(self):
        """The number of batches in all."""
        return self.num_epochs * -(-self.num_train // BATCH)

    def build(self):
        """Return the network, not initialised."""
        first, middle, last = self._widths()
        if self.head != "gap":  # no maps of classes: the layer before them
            last = last[:-1] or (128,)
        blocks = [first, middle, middle][: self.num_blocks - 1] + [last]
        net = nn.HybridSequential()
        for place, widths in enumerate(blocks):
            if place:
                net.add(
                    nn.MaxPool2D(3, strides=2, ceil_mode=True), nn.Dropout(self.dropout)
                )
            small = self.data == "cifar10" and place == len(blocks) - 1
            net.add(self._block(widths, 3 if small else 5))
        if self.head.startswith("gap"):
            net.add(nn.GlobalAvgPool2D())
        if self.head == "fc + dropout":
            net.add(nn.Dropout(0.5))
        net.add(nn.Flatten())
        if self.head != "gap":
            net.add(nn.Dense(10))
        return net

    def _widths(self):
        if self.data == "cifar10":
            return WIDTHS_CIFAR10
        return NARROW if self.narrow else WIDTHS[self.num_1x1]

    def _block(self, widths, first):
        if self.window == 1:
            return models.mlpconv(
                widths, first, 1, first // 2, batch_norm=self.batch_norm
            )
        block = nn.HybridSequential()
        for place, width in enumerate(widths):
            size = self.window if place else first
            block.add(
                models.mlpconv((width,), size, 1, size // 2, batch_norm=self.batch_norm)
            )
        return block


def questions():
    """Return the cells of each question, cheap questions first."""
    return {
        "depth": _depth(),
        "recipe": _recipe(),
        "dropout": _dropout(),
        "heads_choice": _heads_choice(),
        "heads": _heads(),
        "cifar10_choice": _cifar10_choice(),
        "cifar10": _cifar10(),
    }


def _depth():
    """Return the cells that vary what follows the first convolution."""
    changes = {f"{number} 1x1": {"num_1x1": number} for number in WIDTHS}
    changes["3x3"] = {"window": 3}
    changes["3x3, narrow"] = {"window": 3, "narrow": True}
    # three blocks stand there as "2 1x1"
    changes |= {f"blocks: {n}": {"num_blocks": n} for n in (1, 2, 4)}
    return [
        Cell(name, seed=seed, **change)
        for name, change in changes.items()
        for seed in SEEDS
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


def _head(body, head, num_train, **more):
    """Return a head on a body; no dropout but that of the head."""
    return Cell(
        f"{body} + {head}",
        num_1x1=BODIES[body],
        head=head,
        dropout=0.0,
        num_train=num_train,
        num_epochs=EPOCHS[num_train],
        **more,
    )


def _heads_choice():
    """Return what each head is given its learning rate by."""
    return [
        _head(body, head, num_train, lr=lr, seed=9, validate=True)
        for num_train in (1000, 5000)
        for body, head in itertools.product(BODIES, HEADS)
        for lr in RATES[head.split(" ")[0]]
    ]


#: The rate of each head, by the validation images: body, head, training
#: images. That for 60,000 was chosen with 5,000.
CHOSEN = {
    (body, head, num): lr
    for body, head, rates in (
        ("mlpconv", "gap", (0.3, 0.3)),
        ("mlpconv", "gap + linear", (0.1, 0.3)),
        ("mlpconv", "fc", (0.01, 0.01)),
        ("mlpconv", "fc + dropout", (0.01, 0.01)),
        ("plain", "gap", (0.1, 0.1)),
        ("plain", "gap + linear", (0.1, 0.1)),
        ("plain", "fc", (0.01, 0.01)),
        ("plain", "fc + dropout", (0.01, 0.01)),
    )
    for num, lr in zip((1000, 5000), rates)
}


def _heads():
    """Return the heads on both bodies, each with the rate chosen for it."""
    return [
        _head(body, head, num, lr=CHOSEN[body, head, min(num, 5000)], seed=seed)
        for num, seeds in ((1000, SEEDS), (5000, SEEDS), (60_000, range(3)))
        for body, head, seed in itertools.product(BODIES, HEADS, seeds)
    ]


def _cifar10_choice():
    """Return what each head on `nin_cifar10` is given its rate by.

    Relatives of the heads of the paper's Table 5, whose FC layer reads the ten
    maps.
    """
    rates = {"gap": (0.03, 0.1, 0.3, 1.0), "fc": (0.003, 0.01, 0.03, 0.1)}
    return [
        Cell(
            f"cifar10 + {head}",
            head=head,
            dropout=0.0,
            num_train=10_000,
            num_epochs=4,
            seed=9,
            lr=lr,
            augment=4,
            validate=True,
            data="cifar10",
        )
        for head in ("gap", "fc", "fc + dropout")
        for lr in rates[head.split(" ")[0]]
    ]


#: The rate of each head on photographs, by the validation images.
CHOSEN_CIFAR10 = {"gap": 0.3, "fc": 0.01, "fc + dropout": 0.01}


def _cifar10():
    """Return the paper's Table 5 on photographs, and Figure 3's dropout."""
    kinds = [(head, 0.0) for head in CHOSEN_CIFAR10] + [("gap", 0.5)]
    return [
        Cell(
            f"cifar10 + {head}" + ", dropout" * bool(dropout),
            head=head,
            dropout=dropout,
            num_train=20_000,
            num_epochs=6,
            seed=seed,
            lr=CHOSEN_CIFAR10[head],
            augment=4,
            data="cifar10",
        )
        for seed in range(3)
        for head, dropout in kinds
    ]


def one(cell):
    """Make one cell; return what is recorded."""
    if cell.validate:
        images, labels = _read(cell, True)
        last = slice(-NUM_VALIDATION, None)
        net, _ = _train(cell, images[: cell.num_train], labels[: cell.num_train])
        batches = Batches(images[last], labels[last], 500)
        return {"validation_acc": training.evaluate_accuracy(net, batches)}
    return run(cell, _read(cell, True), _read(cell, False))


def _read(cell, train):
    return getattr(data, cell.data)(train)


def run(cell, train, test):
    """Train one cell; return what is recorded.

    `train` and `test` are images (N, H, W) or (N, H, W, C), uint8, and labels
    (N,).
    """
    images, labels = (part[: cell.num_train] for part in train)
    seen = Batches(images, labels, 500)
    net, history = _train(cell, images, labels)
    logits, labels = predict(net, Batches(*test, 500))
    return {
        "parameters": count_parameters(net),
        "loss": [round(value, 5) for value in history.loss],
        "train_acc": training.evaluate_accuracy(net, seen),
        "test_acc": share_right(logits, labels),
        "shifted_acc": [_shifted(net, pixels, *test) for pixels in SHIFTS],
        **per_class(logits, labels),
    }


def _train(cell, images, labels):
    seen = Batches(images[:500], labels[:500], 500)
    batches = Batches(images, labels, BATCH, shuffle=True, augment=cell.augment)
    net = cell.build()
    trainer = cell.trainer(net, cell.num_steps)
    with contextlib.redirect_stdout(None), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the record shows a plateau
        history = training.train(
            net,
            batches,
            [next(iter(seen))],  # only the end is judged, by who calls
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
