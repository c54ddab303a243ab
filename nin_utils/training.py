"""Training and evaluation: one loop, as d2l's, that can be interrupted."""

import collections
import dataclasses
import time
import warnings

import mxnet as mx
import numpy as np
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss
from tqdm import tqdm

from . import _checkpoint
from . import _training_checks as checks

# Batches computed ahead of the numbers that are read from MXNet's engine.
_AHEAD = 4


@dataclasses.dataclass(repr=False)
class History:
    """What was measured in each epoch; prints as `train` prints.

    Attributes
    ----------
    loss : list of float
        Mean cross-entropy over the epoch's examples, in nats.
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

    def __len__(self):
        return len(self.loss)

    def __repr__(self):
        rows = zip(self.loss, self.train_acc, self.test_acc, self.seconds)
        return "\n".join(
            f"epoch {epoch}, loss {loss:.4f}, train acc {train_acc:.3f}, "
            f"test acc {test_acc:.3f}, time {seconds:.1f} sec"
            for epoch, (loss, train_acc, test_acc, seconds) in enumerate(
                rows, 1
            )
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
        Passes over the training data, counted from the very beginning.
    ctx : mxnet.Context, optional
        The device; that of `net` by default.
    loss : callable, optional
        (y_hat, y) -> (n,); softmax cross-entropy by default.
    seed : int, optional
        Each epoch draws its order (``np.random``) and its dropout
        (``mx.random``) from `seed` and its own number, so that the same seed
        gives the same weights on the same machine. None draws a seed from
        ``np.random``. Afterwards ``np.random`` is as it was before (less that
        one draw), whereas ``mx.random`` stays where the last epoch left it.
    checkpoint : path-like, optional
        File to keep the training's whole state in, replaced after each epoch
        (in one step: at most one epoch is ever lost). Without pickle.
    resume : bool
        Go on from `checkpoint`, to exactly the weights that training without
        the interruption would have given; begin if there is no such file. A
        learning rate that was changed in the trainer is taken from there.
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
        If the loss is not a finite number, within a few batches.
    TypeError, ValueError
        If an argument does not fit: an empty iterator, parameters that are
        not initialised, on another device or not the trainer's, a checkpoint
        of another network.
    OSError
        If the checkpoint cannot be written; the previous one is intact.

    Warns
    -----
    RuntimeWarning
        After an epoch that ends with a loss of ln(num_classes), the value of
        guessing: either all logits are dead, or it is a plateau.

    Notes
    -----
    Ctrl-C leaves network and trainer usable, somewhere within the epoch.
    The exact continuation holds for MXNet's optimizers but LARS and LBSGD.
    """
    ctx = checks.check_arguments(
        net, train_iter, test_iter, trainer, num_epochs, ctx
    )
    checks.check_checkpoint(trainer, seed, checkpoint, resume)
    loss = loss or gloss.SoftmaxCrossEntropyLoss()
    with warnings.catch_warnings():
        # Sequential warns that HybridSequential would be better still.
        warnings.simplefilter("ignore")
        net.hybridize(static_alloc=True, static_shape=True)
    history = History()
    if resume:
        history, seed = _resume(checkpoint, net, trainer, ctx, seed)
    if seed is None:
        seed = int(np.random.randint(2**31))
    state = np.random.get_state()
    try:
        for epoch in range(len(history), num_epochs):
            start = time.time()
            _seed_all(seed, epoch)
            means = _train_epoch(
                net, train_iter, trainer, loss, ctx, epoch, progress
            )
            test_acc = evaluate_accuracy(net, test_iter, ctx)
            for name, value in zip(
                ("loss", "train_acc", "test_acc", "seconds"),
                (*means, test_acc, time.time() - start),
            ):
                getattr(history, name).append(value)
            if checkpoint is not None:
                _checkpoint.save(
                    checkpoint,
                    net,
                    trainer,
                    seed=seed,
                    history=dataclasses.asdict(history),
                )
            print(repr(history).splitlines()[-1], flush=True)
    finally:
        np.random.set_state(state)
    return history


def _resume(checkpoint, net, trainer, ctx, seed):
    """Return the history and the seed of a checkpoint, new ones if none."""
    try:
        facts = _checkpoint.load(checkpoint, net, trainer, ctx)
    except FileNotFoundError:
        return History(), seed
    if seed not in (None, facts["seed"]):
        raise ValueError(
            f"{checkpoint} was begun with seed={facts['seed']}, not {seed}: "
            "give that one or none"
        )
    return History(**facts["history"]), facts["seed"]


def _seed_all(seed, epoch):
    """Make the random numbers of an epoch depend on these two alone."""
    numbers = np.random.SeedSequence([seed, epoch]).generate_state(2)
    np.random.seed(numbers[0])
    mx.random.seed(int(numbers[1] >> 1))


def _train_epoch(net, train_iter, trainer, loss, ctx, epoch, progress):
    """Train for one epoch; return its mean loss and accuracy."""
    losses, correct, sizes = [], 0.0, []
    batches = _steps(net, train_iter, trainer, loss, ctx)
    with tqdm(
        total=checks.length(train_iter),
        desc=f"epoch {epoch + 1}",
        unit="batch",
        leave=False,
        disable=None if progress else True,
    ) as bar:
        for batch in _late(batches):
            sums, y_hat, size, lr = batch
            loss_sum, right = sums.asnumpy().tolist()
            checks.check_finite(loss_sum, epoch + 1, len(sizes) + 1, lr)
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
    if isinstance(loss, gloss.SoftmaxCrossEntropyLoss):
        checks.warn_if_stuck(losses, sizes, y_hat)
    return sum(losses) / sum(sizes), correct / sum(sizes)


def _steps(net, train_iter, trainer, loss, ctx):
    """Make one step for each batch; yield its sums, logits, size and rate."""
    batch_size = 0
    for X, y in train_iter:
        X, y = X.as_in_context(ctx), y.as_in_context(ctx)
        batch_size = max(batch_size, len(X))
        with autograd.record():
            y_hat = net(X)
            l_sum = loss(y_hat, y).sum()
        l_sum.backward()
        trainer.step(batch_size)
        sums = nd.concat(l_sum, _count_correct(y_hat, y), dim=0)
        yield sums, y_hat, len(X), trainer.learning_rate


def _count_correct(y_hat, y):
    """Return how many of the (n, num_classes) logits are right, (1,)."""
    return (y_hat.argmax(axis=1) == y.astype("float32")).sum()


def _late(items):
    """Yield the same items, `_AHEAD` later, so that reading rarely waits."""
    queue = collections.deque()
    for item in items:
        queue.append(item)
        if len(queue) > _AHEAD:
            yield queue.popleft()
    yield from queue


def evaluate_accuracy(net, data_iter, ctx=None):
    """Return the share of pictures whose largest logit is the right one.

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
        If `data_iter` is empty, or `net` not initialised or elsewhere.
    """
    ctx = checks.check_network(net, ctx)

    def predictions():
        for X, y in data_iter:
            X, y = X.as_in_context(ctx), y.as_in_context(ctx)
            yield _count_correct(net(X), y), len(X)

    correct, n = 0.0, 0
    for right, size in _late(predictions()):
        correct += right.asscalar()
        n += size
    if not n:
        raise ValueError(
            "the data to evaluate is empty: data_iter gave no batch"
        )
    return float(correct / n)


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
