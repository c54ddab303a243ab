"""One patient of the clinic: a short training, and what became of it."""

import functools
import math

from nin_utils import data
from nin_utils.data import resize_images
from nin_utils.training import seed_all

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd

from experiments.trained import per_class

SIZE = 67  # pixels, the smallest that fits; the last map is 1x1 as at 96
BATCH = 32
NUM_TRAINED = 12_800
CHECK = 50  # steps between two looks at the network
NUM_LOOKED = 200  # of the checked pictures, while the training goes on
NUM_CHECKED = 2000  # the last training pictures: never trained on here
PLATEAU = 0.05  # nats below ln 10


@functools.lru_cache
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
    mx.random.seed(cell.seed)
    net = cell.build()
    net.hybridize(static_alloc=True, static_shape=True)
    trainer = gluon.Trainer(
        net.collect_params(),
        "sgd",
        {"learning_rate": cell.lr, "momentum": cell.momentum, "wd": cell.wd},
    )
    net(nd.zeros((BATCH, 1, SIZE, SIZE)))
    seed_all(cell.seed, 0)
    curve, looks, losses = [], [], []
    for step, batch in enumerate(_batches(len(train[0]), cell.steps), 1):
        losses.append(_step(net, trainer, *(part[batch] for part in train)))
        if step % CHECK and step != cell.steps:
            continue
        curve.append(float(np.mean([x.asscalar() for x in losses])) / BATCH)
        losses = []
        del looks[:-2]
        looks.append(_look(net, checked[0][:NUM_LOOKED]))
        if not math.isfinite(curve[-1]) or _over(looks):
            break
    moving = len(looks) < 2 or not np.array_equal(looks[-2][1], looks[-1][1])
    logits, _ = _look(net, checked[0])
    return report(curve, logits, checked[1], step, moving)


def _batches(num_examples, steps):
    """Yield indices, pass after pass, each in a new order."""
    batches = []
    for _ in range(steps):
        if not batches:
            order = np.random.permutation(num_examples)
            batches = np.array_split(order, num_examples // BATCH)
        yield batches.pop()


def _step(net, trainer, X, y):
    X, y = nd.array(X) / 255, nd.array(y)
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    with autograd.record():
        total = loss(net(X), y).sum()
    total.backward()
    trainer.step(len(X))
    return total


def _look(net, images):
    """Return the logits (N, 10) and the first layer's weights."""
    parts = np.array_split(images, max(1, len(images) // 200))
    logits = [net(nd.array(part) / 255).asnumpy() for part in parts]
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
    facts = {
        "verdict": "diverges",
        "steps": steps,
        "first_layer_moves": moving,
    }
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
        "accuracy": float((logits.argmax(axis=1) == labels).mean()),
        "recall": [round(share, 4) for share in classes["recall"]],
        "dead_logits": classes["dead_logits"],
    }
