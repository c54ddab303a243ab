"""Compare MXNet on a GPU with MXNet on the CPU, and measure its speed.

    python scripts/check_gpu.py [--batch-size N] [--steps N]

For `nin_mnist` (28x28) and `nin` (96x96), with the same weights on both: the
logits of one batch, then the weights after one training step (momentum 0.9,
no dropout, which draws other numbers on a GPU), must agree within the stated
tolerance; then the images trained per second are printed.

Exit status: 0 if all agree, 1 if not, 3 if there is no GPU.
"""

import argparse
import sys
import time

from nin_utils import models

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss

NETWORKS = {"nin_mnist": 28, "nin": 96}
# A GPU sums in another order, and cuDNN may choose Winograd's method: what
# is compared is max |a - b| / max |b| over all logits, and over each
# parameter's step.
TOLERANCE = {"logits": 1e-3, "step": 1e-2}
NO_GPU = 3


def build(name, X, ctx):
    """Return a network with weights that depend on its name alone."""
    net = getattr(models, name)(dropout=0, batch_norm=True)
    mx.random.seed(1)
    net.initialize(init.MSRAPrelu(), ctx=mx.cpu())
    net(X[:1])
    net.collect_params().reset_ctx(ctx)
    net.hybridize(static_alloc=True, static_shape=True)
    return net


def step(net, trainer, X, y):
    """Make one training step; return the logits."""
    with autograd.record():
        y_hat = net(X)
        l_sum = gloss.SoftmaxCrossEntropyLoss()(y_hat, y).sum()
    l_sum.backward()
    trainer.step(len(X))
    return y_hat


def measure(name, X, y, ctx, steps):
    """Return logits, the step of each parameter, images per second."""
    net = build(name, X, ctx)
    X, y = X.as_in_context(ctx), y.as_in_context(ctx)
    trainer = gluon.Trainer(
        net.collect_params(), "sgd", {"learning_rate": 0.01, "momentum": 0.9}
    )
    params = net._collect_params_with_prefix()
    before = {key: p.data().asnumpy() for key, p in params.items()}
    logits = step(net, trainer, X, y).asnumpy()
    moved = {key: p.data().asnumpy() - before[key]
             for key, p in params.items()}  # fmt: skip
    step(net, trainer, X, y)
    nd.waitall()
    start = time.perf_counter()
    for _ in range(steps):
        step(net, trainer, X, y)
    nd.waitall()
    speed = steps * len(X) / (time.perf_counter() - start) if steps else 0
    return logits, moved, speed


def difference(found, expected):
    """Return max |a - b| / max |b|; infinite if either is not finite."""
    if not (np.isfinite(found).all() and np.isfinite(expected).all()):
        return np.inf
    scale = np.abs(expected).max()
    gap = np.abs(found - expected).max()
    return float(gap / scale) if scale else float(gap)


def check(name, batch_size, steps, ctx):
    """Print one network's comparison; return whether all agrees."""
    rng = np.random.RandomState(0)
    size = NETWORKS[name]
    X = nd.array(rng.rand(batch_size, 1, size, size))
    y = nd.array(rng.randint(0, 10, batch_size))
    expected, step_cpu, _ = measure(name, X, y, mx.cpu(), 0)
    found, step_gpu, speed = measure(name, X, y, ctx, steps)
    differences = {
        "logits": difference(found, expected),
        "step": max(
            difference(step_gpu[key], step_cpu[key])
            for key in step_cpu
            # The gradient of what the next normalisation takes away is
            # rounding alone.
            if np.abs(step_cpu[key]).max() > 1e-6
        ),
    }
    good = True
    for what, value in differences.items():
        agrees = value <= TOLERANCE[what]
        good &= agrees
        print(
            f"{name:10} {what:7} differs by {value:.1e}, allowed "
            f"{TOLERANCE[what]:.0e}: {'ok' if agrees else 'TOO MUCH'}"
        )
    print(f"{name:10} {speed:,.0f} images/s in training on {ctx}")
    return good


def main(arguments=None, ctx=None):
    """Return the exit status; `ctx` plays the GPU in the tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--steps", type=int, default=50)
    options = parser.parse_args(arguments)
    if ctx is None:
        try:
            gpus = mx.context.num_gpus()
        except mx.MXNetError:
            gpus = 0
        if not gpus:
            print("There is no GPU that MXNet can use: nothing was checked.")
            return NO_GPU
        ctx = mx.gpu()
    results = [check(name, options.batch_size, options.steps, ctx) for name in NETWORKS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
