"""The processes that scripts/speedrun.py times; each prints one line of JSON.

    python scripts/experiments/speedrun_workers.py ours PLAN
    python scripts/experiments/speedrun_workers.py torch PLAN FORM FOLDER
    python scripts/experiments/speedrun_workers.py tutorial STEPS
    python scripts/experiments/speedrun_workers.py step VARIANT

PLAN is a plan as JSON, STEPS may be "all". Each imports only its own
framework. FOLDER holds the arrays of Fashion-MNIST as .npy files, so that
PyTorch need not unpack and verify them; FORM is "plain", "channels_last" or
"compiled", see `torch`.
"""

import itertools
import json
import math
import os
import sys
import time
import types

BATCH_SIZE, WARM_UP = 128, 3


def ours(plan):
    """Train as the plan says; return the accuracy on the test images."""
    from nin_utils import data

    from experiments import speedrun

    plan = speedrun.Plan(**json.loads(plan))
    marks = [time.perf_counter()]
    net = speedrun.train(plan, *data.fashion_mnist())
    marks.append(time.perf_counter())
    reached = speedrun.accuracy(plan, net, *data.fashion_mnist(train=False))
    marks.append(time.perf_counter())
    return facts(reached, marks)


def facts(accuracy, marks):
    """Return what a training reports; `marks` are three times."""
    train, evaluate = (later - m for m, later in itertools.pairwise(marks))
    return {"test_acc": accuracy, "train_s": train, "evaluate_s": evaluate}


def torch(plan, form, folder):
    """Do the same in PyTorch.

    Memory is laid out as (N, C, H, W), or as (N, H, W, C) in the form
    "channels_last"; "compiled" is (N, C, H, W) through `torch.compile`. Of a
    plan it does what `speedrun.TORCH_KNOWS` names.
    """
    import numpy as np
    import torch

    plan = types.SimpleNamespace(**json.loads(plan))
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(plan.seed)
    images, labels, test_images, test_labels = (
        torch.from_numpy(np.load(f"{folder}/{name}.npy", allow_pickle=False))
        for name in ("images", "labels", "test_images", "test_labels")
    )
    marks = [time.perf_counter()]
    net = torch_network()
    if form == "channels_last":
        net = net.to(memory_format=torch.channels_last)
    run = torch.compile(net) if form == "compiled" else net
    torch_train(plan, net, run, images, labels.long())
    marks.append(time.perf_counter())
    net.eval()
    right = 0
    with torch.inference_mode():
        for X, y in zip(test_images.split(100), test_labels.split(100)):
            right += (net(torch_input(X)).argmax(1) == y).sum().item()
    marks.append(time.perf_counter())
    return facts(right / len(test_labels), marks)


def torch_network():
    """Return `nin_mnist` with batch normalisation and He's initialisation."""
    from torch import nn

    layers, channels = [], 1
    for widths in (96, 64, 48), (128, 96, 48), (128, 96, 10):
        if layers:
            layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        for i, width in enumerate(widths):
            kernel_size, padding = (1, 0) if i else (5, 2)
            conv = nn.Conv2d(channels, width, kernel_size, 1, padding, bias=False)
            # As MXNet's MSRAPrelu: the mean of fan in and fan out, slope 0.25.
            fan = kernel_size**2 * (channels + width) / 2
            nn.init.normal_(conv.weight, std=math.sqrt(2 / (1 + 0.25**2) / fan))
            layers += [conv, nn.BatchNorm2d(width), nn.ReLU()]
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def torch_train(plan, net, run, images, labels):
    """Train `net`, called as `run`."""
    import torch
    from torch.nn import functional

    steps = -(-plan.images // plan.batch_size)
    warmup = int(plan.warmup * steps)
    optimizer = torch.optim.SGD(
        net.parameters(), plan.lr, plan.momentum, 0, plan.wd, nesterov=True
    )
    batches = torch_batches(plan, steps, images, labels)
    for step, (X, y) in enumerate(batches, 1):
        for group in optimizer.param_groups:
            group["lr"] = rate(plan, step, steps, warmup)
        loss = functional.cross_entropy(run(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def rate(plan, step, steps, warmup):
    """Return the learning rate of MXNet's CosineScheduler."""
    if step < warmup:
        return plan.lr * step / warmup
    return plan.lr * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2


def torch_batches(plan, steps, images, labels):
    """Yield the batches of as many passes as it takes."""
    import torch

    passes = iter(lambda: torch.randperm(len(images)).split(plan.batch_size), None)
    for chosen in itertools.islice(itertools.chain.from_iterable(passes), steps):
        yield torch_input(images[chosen]), labels[chosen]


def torch_input(images):
    """Return uint8 images (n, 28, 28) as the network takes them."""
    return images[:, None].float() / 255


class Timed:
    """The batches of an iterable, and when each was asked for."""

    def __init__(self, batches, most, wait):
        self.batches, self.most, self.wait = batches, most, wait

    def __iter__(self):
        self.times = []
        for batch in itertools.islice(self.batches, self.most):
            self.wait()
            self.times.append(time.perf_counter())
            yield batch
        self.wait()
        self.times.append(time.perf_counter())

    @property
    def seconds(self):
        """Of one batch, the first ones left out."""
        skip = WARM_UP if len(self.times) > 2 * WARM_UP else 0
        return (self.times[-1] - self.times[skip]) / (len(self.times) - 1 - skip)


def tutorial(steps):
    """Run the source's code, its loader too, for some steps or as it is.

    MXNet takes half of the processors for it, as it does by itself.
    """
    began = time.perf_counter()
    import nin_utils  # noqa: F401  (MXNet runs on the Python of today)

    import d2lzh as d2l
    from mxnet import gluon, init, nd
    from mxnet.gluon import nn

    def nin_block(num_channels, kernel_size, strides, padding):
        blk = nn.Sequential()
        blk.add(
            nn.Conv2D(num_channels, kernel_size, strides, padding, activation="relu"),
            nn.Conv2D(num_channels, kernel_size=1, activation="relu"),
            nn.Conv2D(num_channels, kernel_size=1, activation="relu"),
        )
        return blk

    net = nn.Sequential()
    net.add(
        nin_block(96, kernel_size=11, strides=4, padding=0),
        nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(256, kernel_size=5, strides=1, padding=2),
        nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(384, kernel_size=3, strides=1, padding=1),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Dropout(0.5),
        nin_block(10, kernel_size=3, strides=1, padding=1),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    lr, num_epochs, batch_size, ctx = 0.1, 5, BATCH_SIZE, d2l.try_gpu()
    net.initialize(force_reinit=True, ctx=ctx, init=init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": lr})
    train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size, resize=96)
    if steps == "all":
        d2l.train_ch5(net, train_iter, test_iter, batch_size, trainer, ctx, num_epochs)
        seconds = time.perf_counter() - began
        reached = d2l.evaluate_accuracy(test_iter, net, ctx)
        return {"test_acc": reached, "seconds": seconds}
    num_steps, num_tests = len(train_iter), len(test_iter)
    train_iter = Timed(train_iter, int(steps), nd.waitall)
    test_iter = Timed(test_iter, 8, nd.waitall)
    d2l.train_ch5(net, train_iter, test_iter, batch_size, trainer, ctx, 1)
    epoch = num_steps * train_iter.seconds + num_tests * test_iter.seconds
    return {
        "steps": int(steps),
        "start_s": train_iter.times[0] - began,
        "step_s": train_iter.seconds,
        "test_batch_s": test_iter.seconds,
        "epoch_s": epoch,
    }


#: What a step of `nin_mnist` was tried with, to make it quicker.
VARIANTS = {
    "plain": {},
    "dropout": {"dropout": 0.5},
    "batch norm": {"batch_norm": True},
    "batch norm, fused with its ReLU": {"batch_norm": True},
    "prediction": {},
    "prediction, batch norm": {"batch_norm": True},
}


def step(variant, rounds=5):
    """Return the images a second of a step, or of a prediction."""
    import nin_utils  # noqa: F401  (before MXNet)
    from nin_utils import models

    import numpy as np
    from mxnet import autograd, gluon, init, nd

    batch_size = 500 if variant.startswith("prediction") else BATCH_SIZE
    net = models.nin_mnist(**{"dropout": 0, **VARIANTS[variant]})
    if "fused" in variant:
        fuse(net)
    net.initialize(init.MSRAPrelu())
    net.hybridize(static_alloc=True, static_shape=True)
    options = {"learning_rate": 0.01, "momentum": 0.9, "wd": 5e-4}
    trainer = gluon.Trainer(net.collect_params(), "nag", options)
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    X = nd.random.uniform(shape=(batch_size, 1, 28, 28))
    y = nd.array(np.arange(batch_size) % 10)

    def once():
        if variant.startswith("prediction"):
            return net(X)
        with autograd.record():
            value = loss(net(X), y).sum()
        value.backward()
        trainer.step(batch_size)
        return value

    for _ in range(WARM_UP):
        once()
    seconds = []
    for _ in range(rounds):
        nd.waitall()
        start = time.perf_counter()
        for _ in range(8):
            once()
        nd.waitall()
        seconds.append((time.perf_counter() - start) / 8)
    return {"images_per_second": batch_size / min(seconds)}


def fuse(net):
    """Let one operation do each batch normalisation and the ReLU behind it."""
    from mxnet.gluon import nn

    for block in net:
        if isinstance(block, nn.HybridSequential):
            layers = list(block)
            block._children.clear()
            for layer in layers:
                if isinstance(layer, nn.Activation):
                    continue
                is_norm = type(layer) is nn.BatchNorm
                block.add(nn.BatchNormReLU() if is_norm else layer)


WORKERS = {"ours": ours, "torch": torch, "tutorial": tutorial, "step": step}

if __name__ == "__main__":
    worker = WORKERS[sys.argv[1]]
    if sys.argv[1] != "torch":
        import pathlib

        sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
    print(json.dumps(worker(*sys.argv[2:])))
