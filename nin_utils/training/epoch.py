"""One pass over the data, and Ctrl-C that takes effect between batches."""

import collections
import contextlib
import random
import signal
import threading

import mxnet as mx
import numpy as np
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss
from tqdm import tqdm

from ..checks import check_integer
from .checks import check_finite, check_weights, length, warn_if_stuck

# Batches computed ahead of the numbers that are read from MXNet's engine.
_AHEAD = 4


def seed_all(seed, epoch):
    """Make the random numbers of an epoch depend on these two alone.

    Parameters
    ----------
    seed, epoch : int
        Of the training, from 0.

    Raises
    ------
    TypeError, ValueError
        If one is no integer, or negative.
    """
    check_integer("seed", seed, smallest=0)
    check_integer("epoch", epoch, smallest=0)
    numbers = np.random.SeedSequence([seed, epoch]).generate_state(2)
    np.random.seed(numbers[0])
    random.seed(int(numbers[0]))  # some transforms of Gluon draw from there
    mx.random.seed(int(numbers[1] >> 1))


def train_epoch(net, train_iter, trainer, loss, ctx, epoch, progress, allow):
    """Train for one epoch; return its mean loss and accuracy.

    `allow` is called between two batches, see `late`.
    """
    losses, correct, sizes = [], 0, []
    batches = _steps(net, train_iter, trainer, loss, ctx)
    with tqdm(
        total=length(train_iter),
        desc=f"epoch {epoch + 1}",
        unit="batch",
        leave=False,
        disable=None if progress else True,
    ) as bar:
        for batch in late(batches, allow):
            sums, y_hat, size, lr = batch
            loss_sum, right, strange = sums.asnumpy().tolist()
            _check_labels(strange, "train_iter", len(sizes) + 1, y_hat)
            check_finite(loss_sum, epoch + 1, len(sizes) + 1, lr)
            losses.append(loss_sum)
            sizes.append(size)
            correct += int(right)
            bar.set_postfix_str(f"loss {loss_sum / size:.3f}", refresh=False)
            bar.update()
    _check_any("train_iter", sizes)
    check_weights(net, epoch + 1, lr)
    if isinstance(loss, gloss.SoftmaxCrossEntropyLoss):
        warn_if_stuck(losses, sizes, y_hat)
    return sum(losses) / sum(sizes), correct / sum(sizes)


def _steps(net, train_iter, trainer, loss, ctx):
    """Make one step for each batch; yield its sums, logits, size and rate."""
    batch_size = 0
    for X, y in train_iter:
        X, y = _on(ctx, X, y)
        batch_size = max(batch_size, len(X))
        with autograd.record():
            y_hat = net(X)
            _check_shapes(y_hat, y)
            each = loss(y_hat, y)
            if each.shape != y.shape:
                raise ValueError(
                    f"loss returns {each.shape} for {len(y)} examples: it must be "
                    f"{y.shape}, one number each, neither a sum nor a mean"
                )
            l_sum = each.sum()
        l_sum.backward()
        trainer.step(batch_size)
        sums = nd.concat(_exact(l_sum), *_count(y_hat, y), dim=0)
        yield sums, y_hat, len(X), trainer.learning_rate


def _on(ctx, X, y):
    """Return a batch on a device, or say what is no array of MXNet."""
    for name, value in (("X", X), ("y", y)):
        if not isinstance(value, nd.NDArray):
            raise TypeError(
                f"{name} of a batch must be an NDArray, not "
                f"{type(value).__name__}: use nd.array({name}), or a DataLoader if "
                "this is a data set"
            )
    return X.as_in_context(ctx), y.as_in_context(ctx)


def _check_shapes(y_hat, y):
    """Raise a clear error unless there is one label a row of logits."""
    if not isinstance(y_hat, nd.NDArray):
        raise TypeError(
            f"net must return one NDArray of logits, not {type(y_hat).__name__}: "
            "wrap it in a Block that returns the logits alone"
        )
    if y_hat.ndim != 2 or y.shape != y_hat.shape[:1]:
        raise ValueError(
            f"net returns {y_hat.shape} for labels of shape {y.shape}: it must be "
            "(n, num_classes) for (n,); end the network with nn.Flatten(), or give "
            "y.reshape(-1)"
        )


def _count(y_hat, y):
    """Return how many of the labels are predicted, and how many are none, (1,)."""
    y = _exact(y)
    known = (y >= 0) * (y < y_hat.shape[1]) * (y == y.floor())
    return (_exact(y_hat).argmax(axis=1) == y).sum(), (1 - known).sum()


def _check_labels(strange, name, batch, y_hat):
    """Raise a clear error if some labels of a batch are no classes of `net`."""
    if strange:
        num_classes = y_hat.shape[1]
        raise ValueError(
            f"{strange:.0f} labels of batch {batch} of {name} are not integers from 0 "
            f"to {num_classes - 1}: net has {num_classes} classes, and MXNet would "
            "take another one"
        )


def _check_any(name, batches):
    """Raise a clear error if the iterable of that name gave no batch."""
    if not batches:
        raise ValueError(
            f"{name} gave no batch: give an iterable that begins anew each time (a "
            "list, a DataLoader), not a generator, a map or an empty one"
        )


def _exact(array):
    """Return an array that holds integers up to 2**53, whatever it was."""
    return array.astype("float64", copy=False)


def accuracy(net, data_iter, ctx, allow, name="data_iter"):
    """Return the share of right answers; the rest as in `train_epoch`.

    `name` is that of the argument which gave `data_iter`.
    """

    def counts():
        for X, y in data_iter:
            X, y = _on(ctx, X, y)
            y_hat = net(X)
            _check_shapes(y_hat, y)
            yield nd.concat(*_count(y_hat, y), dim=0), y_hat, len(X)

    correct, sizes = 0, []
    for sums, y_hat, size in late(counts(), allow):
        right, strange = sums.asnumpy().tolist()
        _check_labels(strange, name, len(sizes) + 1, y_hat)
        correct += int(right)
        sizes.append(size)
    _check_any(name, sizes)
    return correct / sum(sizes)


def late(items, allow):
    """Yield the same items, `_AHEAD` later, so that reading rarely waits.

    Before each further item `allow` is called: there Ctrl-C may take effect.
    """
    queue = collections.deque()
    for item in items:
        allow()
        queue.append(item)
        if len(queue) > _AHEAD:
            yield queue.popleft()
    yield from queue


@contextlib.contextmanager
def interrupts_wait():
    """Let Ctrl-C wait within the block for the next place that allows it.

    MXNet never finishes a weight whose initialisation was interrupted, and
    Python drops an interrupt that comes while MXNet frees an array
    (``NDArray.__del__``).

    Yields
    ------
    callable
        Without arguments; call it where Ctrl-C may take effect. The end of
        the block is such a place, too. A second Ctrl-C does not wait.
    """
    handler = signal.getsignal(signal.SIGINT)
    if (
        threading.current_thread() is not threading.main_thread()
        or not callable(handler)  # ignored, or not Python's
    ):
        yield lambda: None
        return
    came = []

    def remember(*event):
        came.append(event)
        if len(came) > 1:
            allow()

    def allow():
        if came:
            event = came[0]
            came.clear()
            handler(*event)

    signal.signal(signal.SIGINT, remember)
    try:
        yield allow
    finally:
        signal.signal(signal.SIGINT, handler)
        allow()
