"""The patients of the clinic: settings, and the networks they describe."""

import dataclasses
import itertools

from nin_utils import models

from mxnet import init
from mxnet.gluon import nn

SEEDS = range(2)
RATES = (0.03, 0.1, 0.3)
INITS = ("Xavier", "MSRAPrelu", "Normal(0.05)")
LAST_BLOCKS = ((10, 10, 10), (384, 384, 10))
LAST_BLOCK = 7  # its place in the network


@dataclasses.dataclass(frozen=True)
class Cell:
    """One short training of the tutorial's network.

    Attributes
    ----------
    group : str
        "grid", "long", "original", or the name of a cure.
    lr : float
        Learning rate.
    init : str
        Of all weights: one of `INITS`.
    last_relu : bool
        Whether a ReLU follows the last convolution, as in the tutorial.
    widths : tuple of int
        Channels of the three convolutions of the last block.
    seed : int
        Of the weights, the order of the pictures and the dropout.
    momentum, wd : float
        Options of SGD.
    last_lr_mult : float
        Factor to the learning rate of the last convolution.
    last_sigma : float or None
        Standard deviation of the weights of the last convolution.
    batch_norm : bool
        Batch normalisation before every ReLU.
    steps : int
        Batches, unless it is stopped early.
    """

    group: str
    lr: float
    init: str
    last_relu: bool
    widths: tuple
    seed: int
    momentum: float = 0.0
    wd: float = 0.0
    last_lr_mult: float = 1.0
    last_sigma: float = None
    batch_norm: bool = False
    steps: int = 400

    def build(self):
        """Return the network, initialised; 8 pictures fix its shapes."""
        net = nn.HybridSequential()
        for place, layer in enumerate(models.nin(batch_norm=self.batch_norm)):
            net.add(layer if place != LAST_BLOCK else self._last_block())
        name, _, sigma = self.init.rstrip(")").partition("(")
        net.initialize(getattr(init, name)(*map(float, sigma.split())))
        if self.last_sigma is not None:
            self.last(net).initialize(
                init.Normal(self.last_sigma), force_reinit=True
            )
        self.last(net).collect_params().setattr("lr_mult", self.last_lr_mult)
        return net

    def last(self, net):
        """Return the last convolution of a network."""
        return [x for x in net[LAST_BLOCK] if isinstance(x, nn.Conv2D)][-1]

    def _last_block(self):
        block = models.mlpconv(
            self.widths, 3, 1, 1, batch_norm=self.batch_norm
        )
        if self.last_relu:
            return block
        layers = list(block)[: -3 if self.batch_norm else -1]
        bare = nn.HybridSequential()
        bare.add(*layers, nn.Conv2D(self.widths[-1], 1))
        return bare


#: What each cure changes.
CURES = {
    "last_lr_mult=0.1": {"last_lr_mult": 0.1},
    "last_sigma=0.01": {"last_sigma": 0.01},
    "batch_norm": {"batch_norm": True},
    "last_relu=False": {"last_relu": False},
}
# The author's own recipe for CIFAR-10, here with the tutorial's network.
_ORIGINAL = {"lr": 0.1, "init": "Normal(0.05)", "momentum": 0.9, "wd": 1e-5}


def grid(seed):
    """Return the cells of the grid for one seed."""
    return [
        Cell("grid", lr, init, last_relu, widths, seed)
        for last_relu, widths, init, lr in itertools.product(
            (True, False), LAST_BLOCKS, INITS, RATES
        )
    ]


def cures(seed):
    """Return the cells of the cures for one seed.

    The tutorial's last block, at its rate with every initialisation and at
    the highest rate with its own; and the author's recipe, without his cure
    for the last layer, with it, and with the other cures.
    """
    sick = [
        cell
        for cell in grid(seed)
        if cell.last_relu
        and cell.widths == (10, 10, 10)
        and (cell.lr == 0.1 or cell.lr == 0.3 and cell.init == "Xavier")
    ]
    original = Cell(
        "original",
        last_relu=True,
        widths=(10, 10, 10),
        seed=seed,
        **_ORIGINAL,
    )
    return [
        *(
            dataclasses.replace(cell, group=name, **change)
            for name, change in CURES.items()
            for cell in sick
            if name != "last_relu=False"  # stands in the grid
        ),
        original,
        *(
            dataclasses.replace(original, group=f"original, {name}", **change)
            for name, change in CURES.items()
        ),
    ]


def long(seed):
    """Return the tutorial's recipe for nearly as many steps as it makes.

    Its five epochs are 2,345 steps, of 128 pictures. Once as it is, once with
    the better initialisation.
    """
    return [
        dataclasses.replace(cell, group="long", steps=2000)
        for cell in grid(seed)
        if cell.last_relu
        and cell.widths == (10, 10, 10)
        and cell.lr == 0.1
        and cell.init != "Normal(0.05)"
    ]
