"""Training and evaluation: one loop, as d2l's, that can be interrupted."""

import dataclasses
import os
import pathlib
import random
import time
import warnings

import mxnet as mx
import numpy as np
from mxnet import nd
from mxnet.gluon import loss as gloss

from ..checks import check_bool
from . import checkpoint as _checkpoint
from . import checks
from .epoch import accuracy, interrupts_wait, seed_all, train_epoch

__all__ = ["History", "evaluate_accuracy", "seed_all", "train", "try_gpu"]


@dataclasses.dataclass(repr=False)
class History:
    """What was measured in each epoch; prints as `train` prints.

    Attributes
    ----------
    loss : list of float
        Mean loss over the epoch's examples; by default cross-entropy, in nats.
    train_acc : list of float
        Share of right predictions while the weights were changing.
    test_acc : list of float
        Share of right predictions on the test data after the epoch.
    seconds : list of float
        Time that the epoch took, with its evaluation.
    """

    loss: list = dataclasses.field(default_factory=list)
    train_acc: list = dataclasses.field(default_factory=list)
    test_acc: list = dataclasses.field(default_factory=list)
    seconds: list = dataclasses.field(default_factory=list)

    def add(self, loss, train_acc, test_acc, seconds):
        """Append the figures of one epoch."""
        self.loss.append(loss)
        self.train_acc.append(train_acc)
        self.test_acc.append(test_acc)
        self.seconds.append(seconds)

    def __len__(self):
        return len(self.loss)

    def __repr__(self):
        rows = zip(self.loss, self.train_acc, self.test_acc, self.seconds)
        return "\n".join(
            f"epoch {epoch}, loss {loss:.4f}, train acc {train_acc:.3f}, "
            f"test acc {test_acc:.3f}, time {seconds:.1f} sec"
            for epoch, (loss, train_acc, test_acc, seconds) in enumerate(rows, 1)
        )


def train(
    net,
    train_iter,
    test_iter,
    trainer,
    num_epochs,
    ctx=None,
    *,
    loss=None,
    seed=None,
    checkpoint=None,
    resume=False,
    progress=True,
):
    """Train a classifier as d2l's ``train_ch5`` does, and print as it does.

    In each step the gradient of the summed loss is divided by the batch size
    (that of the largest batch so far: a smaller last batch makes a smaller
    step). The network is hybridized, which about doubles the speed, and stays
    so.

    Parameters
    ----------
    net : mxnet.gluon.Block
        Initialised; (N, ...) -> (N, num_classes).
    train_iter, test_iter : iterable of (X, y)
        Iterated anew in each epoch; X (n, ...), y (n,) labels from 0.
    trainer : mxnet.gluon.Trainer
        Made from parameters of `net`.
    num_epochs : int
        Passes over the training data, those before a `resume` included.
    ctx : mxnet.Context, optional
        The device; that of `net` by default.
    loss : callable, optional
        (y_hat, y) -> (n,); softmax cross-entropy by default.
    seed : int, optional
        Each epoch draws its order (``np.random``), its dropout
        (``mx.random``) and its transforms (either, or ``random``) from `seed`
        and its own number, so that the same seed gives the same weights on the same
        machine. None draws a seed from ``np.random``. Afterwards ``random`` and
        ``np.random`` are as before (less that one draw), whereas ``mx.random``
        stays where the last epoch left it.
    checkpoint : path-like, optional
        File to keep the training's whole state in, replaced after each epoch
        (in one step: at most one epoch is ever lost). Without pickle. (The jobs
        of `nin_utils.distributed` take a folder.)
    resume : bool
        Go on from `checkpoint`, to exactly the weights that training without
        the interruption would have given; if there is no such file, begin with
        the network as it is. A learning rate that was changed in the trainer is
        taken from there.
    progress : bool
        Show a bar on stderr while it is a terminal (hence never in stored
        notebooks).

    Returns
    -------
    History
        One entry an epoch, with those before the interruption.

    Raises
    ------
    FloatingPointError
        If the loss is not a finite number, within a few batches; if a weight
        is not (ReLU can hide that from the loss), after the epoch.
    TypeError, ValueError
        If an argument does not fit: an empty iterator, shapes or labels that
        are not as above, parameters that are not initialised, on another
        device or not the trainer's, a checkpoint of another network or of
        more epochs.
    OSError
        If the checkpoint cannot be read, or written; the previous one is
        intact.

    Warns
    -----
    RuntimeWarning
        After an epoch that ends with a loss of ln(num_classes), the value of
        guessing: either all logits are dead, or it is a plateau.

    Notes
    -----
    Ctrl-C takes effect between two batches and leaves network and trainer
    usable, somewhere within the epoch; a second one takes effect at once.
    The exact continuation holds for MXNet's optimizers but LARS and LBSGD. It
    and the promise of `seed` are for a CPU, and for data that draw their random
    numbers in this process: those of the worker processes of a ``DataLoader``
    are not seeded.
    """
    ctx = checks.check_arguments(net, train_iter, test_iter, trainer, num_epochs, ctx)
    seed = checks.check_checkpoint(trainer, seed, checkpoint, resume)
    check_bool("progress", progress)
    if checkpoint is not None:
        checkpoint = pathlib.Path(os.path.expanduser(checkpoint))
    loss = loss or gloss.SoftmaxCrossEntropyLoss()
    with warnings.catch_warnings():
        # Sequential warns that HybridSequential would be better still.
        warnings.filterwarnings("ignore", "All children of this Sequential")
        net.hybridize(static_alloc=True, static_shape=True)
    history = History()
    if resume:
        history, seed = _resume(checkpoint, net, trainer, ctx, seed, num_epochs)
    if seed is None:
        seed = int(np.random.randint(2**31))
    with interrupts_wait() as allow:
        state, plain = np.random.get_state(), random.getstate()
        try:
            for epoch in range(len(history), num_epochs):
                start = time.time()
                seed_all(seed, epoch)
                means = train_epoch(
                    net, train_iter, trainer, loss, ctx, epoch, progress, allow
                )
                test_acc = accuracy(net, test_iter, ctx, allow, "test_iter")
                history.add(*means, test_acc, time.time() - start)
                if checkpoint is not None:
                    _checkpoint.save(
                        checkpoint, net, trainer, seed=seed, history=vars(history)
                    )
                print(repr(history).splitlines()[-1], flush=True)
        finally:
            np.random.set_state(state)
            random.setstate(plain)
    return history


def _resume(checkpoint, net, trainer, ctx, seed, num_epochs):
    """Return the history and the seed of a checkpoint, new ones if none."""

    def check(facts):
        done = len(facts["history"]["loss"])
        if done > num_epochs:
            raise ValueError(
                f"{checkpoint} has {done} epochs behind it, more than "
                f"num_epochs={num_epochs}: give at least {done}, or another "
                "file name"
            )

    try:
        facts = _checkpoint.load(
            checkpoint, net, trainer, ctx, seed, ["history"], check
        )
    except FileNotFoundError:
        return History(), seed
    return History(**facts["history"]), facts["seed"]


def evaluate_accuracy(net, data_iter, ctx=None):
    """Return the share of images whose largest logit is the right one.

    Parameters
    ----------
    net : mxnet.gluon.Block
        Initialised; (N, ...) -> (N, num_classes).
    data_iter : iterable of (X, y)
        X (n, ...), y (n,) labels from 0.
    ctx : mxnet.Context, optional
        The device; that of `net` by default.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If `data_iter` is empty, a shape not as above, or `net` not
        initialised or elsewhere.
    """
    ctx = checks.check_network(net, ctx)
    with interrupts_wait() as allow:
        return accuracy(net, data_iter, ctx, allow)


def try_gpu():
    """Return the first GPU if there is one that works, else the CPU.

    Returns
    -------
    mxnet.Context
    """
    try:
        if mx.context.num_gpus() > 0:
            nd.zeros(1, ctx=mx.gpu()).wait_to_read()
            return mx.gpu()
    except mx.MXNetError:
        pass  # no driver, or no memory left
    return mx.cpu()
