"""The images, and each worker's share of every batch."""

import hashlib

import numpy as np
from mxnet import nd

from .. import data
from ..training import evaluate_accuracy

_TEST_BATCH = 100  # images of the test set at once


class Shares:
    """Fashion-MNIST in batches, each divided among the workers.

    The order of an epoch is drawn from the seed and the number of the epoch
    alone, so that all workers know it; a rest smaller than a batch is left
    out, another one in each epoch.

    Parameters
    ----------
    options : argparse.Namespace

    Attributes
    ----------
    checksums : dict of str to str
        SHA-256 of the images and labels in use.
    num_steps, steps_an_epoch : int
    """

    def __init__(self, options):
        self._options = options
        X, y = data.fashion_mnist(subset=options.subset)
        if options.examples and options.examples > len(X):
            raise ValueError(f"--examples {options.examples}: there are {len(X)}")
        X, y = X[: options.examples], y[: options.examples]
        sha = hashlib.sha256(X.tobytes() + y.tobytes())
        self.checksums = {"data": sha.hexdigest()}
        self._images, self._labels = X, y
        self.steps_an_epoch = len(X) // options.batch_size
        if not self.steps_an_epoch:
            raise ValueError(
                f"--batch-size {options.batch_size}: there are {len(X)} images"
            )
        whole = options.epochs * self.steps_an_epoch
        self.num_steps = options.steps or whole
        if options.test_examples:
            self._test = data.fashion_mnist(train=False, subset=options.subset)
            there = len(self._test[0])
            if options.test_examples > there:
                raise ValueError(
                    f"--test-examples {options.test_examples}: there are {there}"
                )
        self._order = None, None

    def batch(self, step, rank, workers):
        """Yield the parts of one worker's share of a batch.

        Only these images are resized: all of them would take 3 GB of each
        worker with ``--size 224``.

        Parameters
        ----------
        step : int
            From 0, over all epochs.
        rank, workers : int
            Worker `rank` gets the `rank`-th of `workers` equal shares.

        Yields
        ------
        X : mxnet.nd.NDArray
            float32 in [0, 1], (n, 1, H, W).
        y : mxnet.nd.NDArray
            int32, (n,).
        """
        epoch, i = divmod(step, self.steps_an_epoch)
        if self._order[0] != epoch:
            random = np.random.default_rng([self._options.seed, epoch])
            self._order = epoch, random.permutation(len(self._labels))
        size = self._options.batch_size
        whole = self._order[1][i * size : (i + 1) * size]
        share = np.split(whole, workers)[rank]
        for part in np.split(share, self._options.parts):
            yield from self._batches(self._images[part], self._labels[part], len(part))

    def _batches(self, images, labels, batch_size):
        size = self._options.size
        return data.Batches(images, labels, batch_size, resize=size)

    def accuracy(self, net, link):
        """Return the share of test images that are classified rightly."""
        X, y = self._test
        first = slice(self._options.test_examples)

        def batches():
            for batch in self._batches(X[first], y[first], _TEST_BATCH):
                yield batch
                nd.waitall()  # until `net` is done with it
                link.send(stage="testing")

        return round(evaluate_accuracy(net, batches()), 4)
