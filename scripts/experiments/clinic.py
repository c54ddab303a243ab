"""The clinic: its patients, short trainings, and what became of each."""

import dataclasses
import itertools
import math

from nin_utils import data, models
from nin_utils.data import resize_images
from nin_utils.training import seed_all

import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

from experiments.recipes import Recipe, standardised
from experiments.trained import per_class, share_right

SIZE = 67  # pixels, the smallest that fits; the last map is 1x1 as at 96
BATCH = 32
NUM_TRAINED = 12_800
CHECK = 50  # steps between two looks at the network
NUM_LOOKED = 200  # of the checked pictures, while the training goes on
NUM_CHECKED = 2000  # the last training pictures: never trained on here
PLATEAU = 0.05  # nats below ln 10

SEEDS = range(2)
MANY_SEEDS = range(100)  # where it is asked how often a network dies
RATES = (0.03, 0.1, 0.3)
INITS = ("Xavier", "MSRAPrelu", "Normal(0.05)")
LAST_BLOCKS = ((10, 10, 10), (384, 384, 10))
LAST_BLOCK = 7  # its place in the network


@dataclasses.dataclass(frozen=True)
class Cell(Recipe):
    """One short training of the tutorial's network.

    Attributes
    ----------
    group : str
        "grid", "long", "original", "death", or the name of a cure.
    init : str
        One of `INITS`.
    last_relu : bool
        Whether a ReLU follows the last convolution, as in the tutorial.
    widths : tuple of int
        Channels of the three convolutions of the last block.
    batch_norm : bool
        Batch normalisation before every ReLU.
    steps : int
        Batches, unless it is stopped early.
    standardise : bool
        Give the inputs mean 0 and standard deviation 1.
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
    standardise: bool = False

    def prepare(self, images):
        """Return uint8 images, (n, 1, H, W), as the network takes them."""
        X = nd.array(images) / 255
        return standardised(X) if self.standardise else X

    def build(self):
        """Return the network, not initialised."""
        net = nn.HybridSequential()
        for place, layer in enumerate(models.nin(batch_norm=self.batch_norm)):
            net.add(layer if place != LAST_BLOCK else self._last_block())
        return net

    def _last_block(self):
        return models.mlpconv(
            self.widths, 3, 1, 1, batch_norm=self.batch_norm, last_relu=self.last_relu
        )


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
        "original", last_relu=True, widths=(10, 10, 10), seed=seed, **_ORIGINAL
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


def death():
    """Return the tutorial's recipe with many seeds, and two changes of it."""
    return [
        Cell("death", 0.1, "Xavier", relu, (10, 10, 10), seed, standardise=standardise)
        for seed in MANY_SEEDS
        for relu, standardise in itertools.product((True, False), (False, True))
    ]


def cells():
    """Return all cells but those of `death`, the end with a ReLU first."""
    made = [cell for seed in SEEDS for cell in grid(seed) + cures(seed) + long(seed)]
    return sorted(made, key=lambda cell: not cell.last_relu)


def load(num_trained=NUM_TRAINED, num_checked=NUM_CHECKED):
    """Return pictures (n, 1, 67, 67), uint8, and labels: to learn, to check.

    The first and the last of the 60,000 training pictures.
    """
    images, labels = data.fashion_mnist()
    parts = slice(num_trained), slice(-num_checked, None)
    return [
        (
            resize_images(images[part][..., None], SIZE).transpose(0, 3, 1, 2),
            labels[part],
        )
        for part in parts
    ]


def one(cell):
    """Make one cell; return what is recorded."""
    return run(cell, *load())


def run(cell, train, checked):
    """Train one cell and say what became of it.

    It is stopped early only where nothing can change any more: at three looks
    in a row, 50 steps apart, all pictures had the same logits, and not one
    weight of the first layer had moved.

    Returns
    -------
    dict
        What is recorded.
    """
    net = cell.build()
    trainer = cell.trainer(net, cell.steps)
    net.hybridize(static_alloc=True, static_shape=True)
    net(nd.zeros((BATCH, 1, SIZE, SIZE)))
    seed_all(cell.seed, 0)
    curve, looks, losses = [], [], []
    for step, batch in enumerate(orders(len(train[0]), cell.steps), 1):
        images, labels = (part[batch] for part in train)
        losses.append(_step(net, trainer, cell.prepare(images), nd.array(labels)))
        if step % CHECK and step != cell.steps:
            continue
        curve.append(float(np.mean([x.asscalar() for x in losses])) / BATCH)
        losses = []
        del looks[:-2]
        looks.append(_look(cell, net, checked[0][:NUM_LOOKED]))
        if not math.isfinite(curve[-1]) or _over(looks):
            break
    moving = len(looks) < 2 or not np.array_equal(looks[-2][1], looks[-1][1])
    logits, _ = _look(cell, net, checked[0])
    return report(curve, logits, checked[1], step, moving)


def orders(num_examples, steps):
    """Yield indices, pass after pass, each in a new order."""
    batches = []
    for _ in range(steps):
        if not batches:
            order = np.random.permutation(num_examples)
            batches = np.array_split(order, num_examples // BATCH)
        yield batches.pop()


def _step(net, trainer, X, y):
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    with autograd.record():
        total = loss(net(X), y).sum()
    total.backward()
    trainer.step(len(X))
    return total


def _look(cell, net, images):
    """Return the logits (N, 10) and the first layer's weights."""
    parts = np.array_split(images, max(1, len(images) // 200))
    logits = [net(cell.prepare(part)).asnumpy() for part in parts]
    return np.concatenate(logits), net[0][0].weight.data().asnumpy()


def _over(looks):
    """Tell whether the network is cut off from its pictures for ever."""
    return len(looks) == 3 and all(
        _blind(logits) and np.array_equal(weights, looks[0][1])
        for logits, weights in looks
    )


def _blind(logits):
    return bool((np.ptp(logits, axis=0) == 0).all())


def report(curve, logits, labels, steps, moving):
    """Return what is recorded of a training that ended with these logits.

    Parameters
    ----------
    curve : list of float
        Mean loss of each `CHECK` steps.
    logits, labels : numpy.ndarray
        Of the checked pictures, (N, 10) and (N,).
    steps : int
        Steps made.
    moving : bool
        Whether a weight of the first layer moved after the last look but one.
    """
    facts = {"verdict": "diverges", "last_step": steps, "first_layer_moves": moving}
    facts["curve"] = [round(x, 4) if math.isfinite(x) else None for x in curve]
    if not (np.isfinite(logits).all() and math.isfinite(curve[-1])):
        return facts
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -float(log_p[np.arange(len(labels)), labels].mean())
    classes = per_class(logits, labels)
    if len(classes["dead_logits"]) == logits.shape[1]:
        verdict = "dead"
    elif _blind(logits) and not moving:
        verdict = "blind"
    elif loss > math.log(logits.shape[1]) - PLATEAU:
        verdict = "plateau"
    else:
        verdict = "learns"
    return {
        **facts,
        "verdict": verdict,
        "loss": round(loss, 6),
        "accuracy": share_right(logits, labels),
        "recall": [round(share, 4) for share in classes["recall"]],
        "dead_logits": classes["dead_logits"],
    }
