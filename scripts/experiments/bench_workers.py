"""The processes that scripts/bench.py times; each prints one number.

    python scripts/experiments/bench_workers.py NAME STEPS

Pictures per second for a network of `NETWORKS`, seed, torch and
torch_channels_last, FLOP per second for sgemm; for profile, as JSON, the
milliseconds of each operator in a step of `nin_mnist`. Each imports only its
own framework.
"""

import atexit
import functools
import json
import os
import shutil
import sys
import tempfile
import time

BATCH_SIZE, SIZE, LR, WARM_UP = 128, 96, 0.1, 3

#: The pixels at which the networks of the book are trained.
NETWORKS = {"lenet": 28, "alexnet": 96, "vgg": 96, "nin": 96, "nin_mnist": 28}


class Timed:
    """Batches that take the time from the end of the warm-up to the last."""

    def __init__(self, batches, wait):
        self.batches, self.wait = batches, wait

    def __iter__(self):
        for i, batch in enumerate(self.batches):
            if i == WARM_UP:
                self.wait()
                start = time.perf_counter()
            yield batch
        self.wait()
        seconds = time.perf_counter() - start
        self.speed = (i + 1 - WARM_UP) * BATCH_SIZE / seconds


def pictures(steps):
    """Return as many pictures of the embedded sample as are needed."""
    from nin_utils import data

    import numpy as np

    images, labels = data.fashion_mnist(subset=True)
    n = (steps + WARM_UP) * BATCH_SIZE
    return np.resize(images, (n, 28, 28)), np.resize(labels, n)


def initialise(net):
    """Return the seed's trainer for a freshly initialised network."""
    from mxnet import gluon, init

    net.initialize(init=init.Xavier())
    return gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": LR})


def train(name, steps, on_start=lambda: None):
    """Train a network for some steps; return the pictures per second."""
    from nin_utils import models, training
    from nin_utils.data import Batches

    from mxnet import nd

    def wait():
        nd.waitall()
        on_start()

    images, labels = pictures(steps)
    batches = Batches(images, labels, BATCH_SIZE, resize=NETWORKS[name], shuffle=True)
    train_iter = Timed(batches, wait)
    net = getattr(models, name)()
    trainer = initialise(net)
    test_iter = [next(iter(batches))]
    training.train(net, train_iter, test_iter, trainer, 1, progress=False)
    return train_iter.speed


def profile(steps):
    """Return the milliseconds of each operator in a step of `nin_mnist`."""
    from mxnet import profiler

    # MXNet writes a trace as well, unasked, and into the current folder.
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    profiler.set_config(
        profile_all=True,
        aggregate_stats=True,
        filename=os.path.join(folder, "trace.json"),
    )
    switch = iter(("run", "stop"))  # after the warm-up, after the last step
    train("nin_mnist", steps, lambda: profiler.set_state(next(switch)))
    operators = json.loads(profiler.dumps(format="json"))["Time"]["operator"]
    return json.dumps(
        {name: facts["Total"] / steps for name, facts in operators.items()}
    )


def seed(steps):
    """Time the source's code: d2lzh's loader and loop, not hybridized."""
    from nin_utils import models

    import d2lzh as d2l
    from mxnet import cpu, nd
    from mxnet.gluon import data as gdata

    images, labels = pictures(steps)
    transforms = gdata.vision.transforms
    dataset = gdata.ArrayDataset(
        nd.array(images[..., None], dtype="uint8"), labels
    )  # as gdata.vision.FashionMNIST
    loader = gdata.DataLoader(
        dataset.transform_first(
            transforms.Compose([transforms.Resize(SIZE), transforms.ToTensor()])
        ),
        BATCH_SIZE,
        shuffle=True,
        num_workers=4,
    )
    train_iter = Timed(loader, nd.waitall)
    net = models.nin()
    test_iter = [(nd.zeros((1, 1, SIZE, SIZE)), nd.zeros(1))]
    d2l.train_ch5(net, train_iter, test_iter, BATCH_SIZE, initialise(net), cpu(), 1)
    return train_iter.speed


def torch(steps, channels_last=False):
    """Time the same network in PyTorch, data in memory."""
    import torch
    from torch import nn

    def block(c_in, c, kernel_size, stride, padding):
        return [
            nn.Conv2d(c_in, c, kernel_size, stride, padding),
            nn.ReLU(),
            nn.Conv2d(c, c, 1),
            nn.ReLU(),
            nn.Conv2d(c, c, 1),
            nn.ReLU(),
        ]

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    net = nn.Sequential(
        *block(1, 96, 11, 4, 0),
        nn.MaxPool2d(3, 2),
        *block(96, 256, 5, 1, 2),
        nn.MaxPool2d(3, 2),
        *block(256, 384, 3, 1, 1),
        nn.MaxPool2d(3, 2),
        nn.Dropout(0.5),
        *block(384, 10, 3, 1, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    layout = torch.channels_last if channels_last else torch.contiguous_format
    net = net.to(memory_format=layout)
    optimizer = torch.optim.SGD(net.parameters(), lr=LR)
    loss = nn.CrossEntropyLoss()
    n = (steps + WARM_UP) * BATCH_SIZE
    X = torch.rand(n, 1, SIZE, SIZE).to(memory_format=layout)
    y = torch.randint(10, (n,))
    timed = Timed(zip(X.split(BATCH_SIZE), y.split(BATCH_SIZE)), lambda: None)
    for X, y in timed:
        optimizer.zero_grad()
        loss(net(X), y).backward()
        optimizer.step()
    return timed.speed


def sgemm(steps, n=2048):
    """Time NumPy's matrix product of two n x n matrices, the best of a few."""
    import numpy as np

    a, b = np.random.rand(2, n, n).astype(np.float32)
    times = []
    for _ in range(steps + WARM_UP):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return 2 * n**3 / min(times)


WORKERS = {
    **{name: functools.partial(train, name) for name in NETWORKS},
    "profile": profile,
    "seed": seed,
    "torch": torch,
    "torch_channels_last": lambda steps: torch(steps, True),
    "sgemm": sgemm,
}

if __name__ == "__main__":
    if sys.argv[1] in (*NETWORKS, "profile", "seed"):
        import nin_utils  # noqa: F401  (before MXNet)
    print(WORKERS[sys.argv[1]](int(sys.argv[2])))
