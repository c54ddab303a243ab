"""One pass over the data."""

import collections
import contextlib

import mxnet as mx
import numpy as np
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss
from tqdm import tqdm

from ._interrupt import interrupt_waits
from ._training_checks import (
    check_finite,
    check_weights,
    length,
    warn_if_stuck,
)

# Batches computed ahead of the numbers that are read from MXNet's engine.
_AHEAD = 4


def seed_all(seed, epoch):
    """Make the random numbers of an epoch depend on these two alone."""
    numbers = np.random.SeedSequence([seed, epoch]).generate_state(2)
    np.random.seed(numbers[0])
    mx.random.seed(int(numbers[1] >> 1))


def train_epoch(net, train_iter, trainer, loss, ctx, epoch, progress):
    """Train for one epoch; return its mean loss and accuracy."""
    losses, correct, sizes = [], 0.0, []
    batches = _steps(net, train_iter, trainer, loss, ctx)
    with tqdm(
        total=length(train_iter),
        desc=f"epoch {epoch + 1}",
        unit="batch",
        leave=False,
        disable=None if progress else True,
    ) as bar:
        for batch in late(batches):
            sums, y_hat, size, lr = batch
            loss_sum, right = sums.asnumpy().tolist()
            check_finite(loss_sum, epoch + 1, len(sizes) + 1, lr)
            losses.append(loss_sum)
            sizes.append(size)
            correct += right
            bar.set_postfix_str(f"loss {loss_sum / size:.3f}", refresh=False)
            bar.update()
    if not sizes:
        raise ValueError(
            f"train_iter gave no batch in epoch {epoch + 1}: give an iterable "
            "that begins anew each time (a list, a DataLoader), not a "
            "generator or an empty one"
        )
    check_weights(net, epoch + 1, lr)
    if isinstance(loss, gloss.SoftmaxCrossEntropyLoss):
        warn_if_stuck(losses, sizes, y_hat)
    return sum(losses) / sum(sizes), correct / sum(sizes)


def _steps(net, train_iter, trainer, loss, ctx):
    """Make one step for each batch; yield its sums, logits, size and rate."""
    batch_size = 0
    # The first batch may find weights to be initialised, and MXNet never
    # finishes one whose initialisation was interrupted.
    guard = interrupt_waits()
    for X, y in train_iter:
        X, y = X.as_in_context(ctx), y.as_in_context(ctx)
        batch_size = max(batch_size, len(X))
        with guard, autograd.record():
            y_hat = net(X)
            l_sum = loss(y_hat, y).sum()
        guard = contextlib.nullcontext()
        l_sum.backward()
        trainer.step(batch_size)
        sums = nd.concat(l_sum, count_correct(y_hat, y), dim=0)
        yield sums, y_hat, len(X), trainer.learning_rate


def count_correct(y_hat, y):
    """Return how many of the (n, num_classes) logits are right, (1,)."""
    return (y_hat.argmax(axis=1) == y.astype("float32")).sum()


def late(items):
    """Yield the same items, `_AHEAD` later, so that reading rarely waits."""
    queue = collections.deque()
    for item in items:
        queue.append(item)
        if len(queue) > _AHEAD:
            yield queue.popleft()
    yield from queue
