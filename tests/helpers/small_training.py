"""A network and data so small that training takes milliseconds."""

import nin_utils  # noqa: F401  (before MXNet)

import mxnet as mx
import numpy as np
from mxnet import gluon, init, nd
from mxnet.gluon import nn


def make_data(n=90, size=12, num_classes=4):
    """Noise with one bright pixel that tells the class."""
    rng = np.random.RandomState(0)
    X = rng.rand(n, 1, size, size).astype("float32")
    y = rng.randint(0, num_classes, n).astype("int32")
    X[np.arange(n), 0, y, y] += 3
    return X, y


class Shuffled:
    """Batches of 32 in an order drawn from np.random."""

    def __init__(self, X, y):
        self.X, self.y = X, y

    def __iter__(self):
        order = np.random.permutation(len(self.X))
        for i in range(0, len(order), 32):
            part = order[i : i + 32]
            yield nd.array(self.X[part]), nd.array(self.y[part], dtype="int32")


def make_batches(X, y):
    return [
        (nd.array(X[i : i + 32]), nd.array(y[i : i + 32], dtype="int32"))
        for i in range(0, len(X), 32)
    ]


def small_net(block=nn.HybridSequential, dropout=0.5, width=8):
    net = block()
    net.add(
        nn.Conv2D(width, 3, activation="relu"),
        nn.BatchNorm(),
        nn.Dropout(dropout),
        nn.Conv2D(4, 3),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    mx.random.seed(1)
    net.initialize(init.Xavier())
    return net


def make_trainer(net, optimizer="sgd", **settings):
    settings = {"learning_rate": 0.1, **settings}
    return gluon.Trainer(net.collect_params(), optimizer, settings)


def values(net):
    # A convolution that predicts has its weights reordered in place when it is
    # done: what is read meanwhile is torn.
    nd.waitall()
    return [p.data().asnumpy() for p in net._collect_params_with_prefix().values()]


def all_finite(net):
    return all(np.isfinite(value).all() for value in values(net))
