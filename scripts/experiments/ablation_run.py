"""One training of the ablations, and what is measured of it."""

import contextlib
import functools
import os
import warnings

from nin_utils import data, training
from nin_utils.data import Batches

import mxnet as mx
import numpy as np
from mxnet import gluon, init, lr_scheduler

from experiments.trained import count_parameters, per_class, predict

BATCH = 128
SHIFTS = tuple(range(9))  # pixels to the right
NUM_SHIFTED = 1000  # test pictures that are shifted


@functools.lru_cache
def _read(train):
    return data.fashion_mnist(train)


def run(cell):
    """Train one cell; return what is recorded."""
    images, labels = (part[: cell.num_train] for part in _read(True))
    test = Batches(*_read(False), 500)
    seen = Batches(images, labels, 500)
    net, history = _train(cell, images, labels, seen)
    logits, test_labels = predict(net, test)
    return {
        "parameters": count_parameters(net),
        "loss": [round(value, 5) for value in history.loss],
        "train_acc": training.evaluate_accuracy(net, seen),
        "test_acc": float((logits.argmax(axis=1) == test_labels).mean()),
        "shifted_acc": [_shifted(net, pixels) for pixels in SHIFTS],
        **per_class(logits, test_labels),
    }


def _train(cell, images, labels, seen):
    mx.random.seed(cell.seed)
    batches = Batches(
        images, labels, BATCH, shuffle=True, augment=cell.augment
    )
    num_steps = cell.num_epochs * len(batches)
    net = cell.build()
    net.initialize(getattr(init, cell.init)())
    options = {"learning_rate": cell.lr, "wd": cell.wd}
    if cell.cosine:
        options["lr_scheduler"] = lr_scheduler.CosineScheduler(
            num_steps, base_lr=cell.lr, warmup_steps=num_steps // 20
        )
    if cell.momentum:
        options["momentum"] = cell.momentum
    trainer = gluon.Trainer(
        net.collect_params(), "nag" if cell.momentum else "sgd", options
    )
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        warnings.catch_warnings(),
    ):
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


def _shifted(net, pixels):
    """Return the accuracy on pictures moved to the right, in their frame."""
    images, labels = (part[:NUM_SHIFTED] for part in _read(False))
    moved = np.zeros_like(images)
    moved[:, :, pixels:] = images[:, :, : images.shape[2] - pixels]
    return training.evaluate_accuracy(net, Batches(moved, labels, 500))
