"""Compare the networks of the appendix, in PyTorch, with those in Gluon.

    python scripts/torch_parity.py PYTHON

PYTHON is an interpreter that has torch and numpy; `make torch` sets one up.
Both get the same weights, images and labels. They must give the same logits
to 1e-5, and the same weights after two steps of training to 1e-4.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from nin_utils import models

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd

from booktools.files import ROOT

OPTIONS = {"lr": 0.05, "momentum": 0.9, "weight_decay": 5e-4}
SIZES = {"nin": 96, "nin_mnist": 28}
NEAR = {"logits": 1e-5, "weights": 1e-4}


def weights(net):
    """Return all weights and biases, in the order of the layers."""
    nd.waitall()  # a convolution that predicts reorders its weights in place
    return [p.data().asnumpy() for p in net.collect_params().values()]


def write(name, folder):
    """Write what a network of Gluon gets, and what it makes of it."""
    mx.random.seed(0)
    size = SIZES[name]
    X = nd.random.uniform(shape=(16, 1, size, size))
    y = nd.arange(16) % 10
    net = getattr(models, name)(dropout=0)
    net.initialize(init.MSRAPrelu())
    with autograd.record():
        net(X)
    np.savez(folder / f"{name}-before.npz", *weights(net))
    trainer = gluon.Trainer(
        net.collect_params(),
        "sgd",
        {
            "learning_rate": OPTIONS["lr"],
            "momentum": OPTIONS["momentum"],
            "wd": OPTIONS["weight_decay"],
        },
    )
    logits = net(X).asnumpy()
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    for _ in range(2):
        with autograd.record():
            value = loss(net(X), y)
        value.backward()
        trainer.step(len(y))
    np.savez(folder / f"{name}-after.npz", *weights(net))
    np.savez(
        folder / f"{name}.npz",
        X=X.asnumpy(),
        y=y.asnumpy(),
        logits=logits,
        options=json.dumps(OPTIONS),
    )


def main():
    """Compare, print the differences, and fail if one is too large."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        for name in SIZES:
            write(name, pathlib.Path(folder))
        command = [sys.argv[1], ROOT / "book" / "torch" / "compare.py", folder]
        found = json.loads(subprocess.check_output(command))
    print(f"PyTorch {found.pop('torch')}")
    for name, differences in found.items():
        print(name, {what: f"{value:.1e}" for what, value in differences.items()})
        for what, value in differences.items():
            if not value < NEAR[what]:
                raise SystemExit(f"{name}: {what} differ by {value}")


if __name__ == "__main__":
    main()
