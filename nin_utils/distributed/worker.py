"""One worker: its share of each batch, forward, backward, exchange, update.

By hand, with MXNet's ``DMLC_*`` set by what starts it (Kubernetes, Slurm)::

    python -m nin_utils.distributed.worker <training options>

The same command with ``DMLC_ROLE=server`` or ``scheduler`` is a server or
the scheduler. Nothing supervises such a job.
"""

import collections
import json
import os
import signal
import sys
import time
import traceback

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd

from . import exchange, state
from .options import parse
from .shares import Shares


class Alone:
    """What stands in for the line to a launcher that is not there."""

    def send(self, **message):
        """Tell nobody."""

    def wait_for(self, word):
        """Go on at once."""


def main(words, link=None):
    """Train as the options say; end the process if that fails.

    Guard 4 of 4: after an error the normal end of Python would wait for the
    other workers, who wait for this one.
    """
    link = link or Alone()
    try:
        _work(words, link)
    except BaseException as error:
        traceback.print_exc()
        sys.stderr.flush()
        link.send(error=f"{type(error).__name__}: {error}")
        os._exit(1)


def _work(words, link):
    workers = int(os.environ.get("DMLC_NUM_WORKER", 1))
    servers = int(os.environ.get("DMLC_NUM_SERVER", 0))
    options = parse(words, workers)
    link.send(stage="reading the data")
    data = Shares(options)
    link.send(data={**data.checksums, **state.checksum(options)})
    link.wait_for("go")
    link.send(stage="connecting")
    store = exchange.connect(options.kvstore, servers)
    rank = int(os.environ.get("NIN_RANK", store.rank if store else 0))
    worker = Worker(options, data, store, rank, workers, link)
    worker.train()
    worker.report()
    exchange.leave()


class Worker:
    """One of the workers of a job.

    Parameters
    ----------
    options : argparse.Namespace
    data : Shares
    store : mxnet.kvstore.KVStore or None
    rank, workers : int
        The number of this worker, and of all of them.
    link : nin_utils.distributed.node.Link
    """

    def __init__(self, options, data, store, rank, workers, link):
        self.options, self.data, self.link = options, data, link
        self.rank, self.workers = rank, workers
        self.last = rank == workers - 1
        share = options.batch_size // workers
        mx.random.seed(options.seed)
        self.net = exchange.build(options)
        self.trainer = exchange.make_trainer(self.net, options, store, share)
        self.total = data.num_steps
        self.begin = state.restore(options, self.net, self.trainer, self.total)
        exchange.receive_first_values(self.trainer)
        self.loss = gluon.loss.SoftmaxCrossEntropyLoss()
        self.sums = collections.deque()  # losses still to be read
        self.read = []
        # The servers add the gradients of all workers, but in dist_async.
        asynchronous = options.kvstore == "dist_async"
        self.divisor = share if asynchronous else options.batch_size
        print(
            f"{share} of each {options.batch_size} images, "
            f"steps {self.begin + 1} to {self.total}",
            flush=True,
        )

    def train(self):
        """Make all steps; one loss is read behind, so that none waits."""
        options = self.options
        started = None
        for step in range(self.begin, self.total):
            self._step(step)
            self.link.send(step=step + 1, finished=step, total=self.total)
            if len(self.sums) > 1:
                self._read()
            if started is None:
                self._read()
                started = time.monotonic()
            done = step + 1
            if done % self.data.steps_an_epoch == 0 or done == self.total:
                self._log(done)
            every = options.every or self.data.steps_an_epoch
            if done % every == 0 or done == self.total:
                self._save(done)
            if options.fail and self.last and options.fail[1] == done:
                self._fail(options.fail[0])
        seconds = time.monotonic() - (started or time.monotonic())
        steps = self.total - self.begin - 1
        self.speed = steps * options.batch_size / seconds if steps > 0 else 0

    def _step(self, step):
        options = self.options
        if options.warmup:
            rise = min(1.0, (step + 1) / options.warmup)
            self.trainer.set_learning_rate(options.lr * rise)
        seed = np.random.SeedSequence([options.seed, step, self.rank])
        mx.random.seed(int(seed.generate_state(1)[0] >> 1))  # for dropout
        total = 0
        for X, y in self.data.batch(step, self.rank, self.workers):
            with autograd.record():
                l_sum = self.loss(self.net(X), y).sum()
            l_sum.backward()
            total = l_sum + total
        self.trainer.step(self.divisor)
        if options.parts > 1:
            exchange.trainable(self.net).zero_grad()
        self.sums.append(total)

    def _read(self):
        """Read the oldest loss: then that step is done."""
        mean = self.sums.popleft().asscalar() * self.workers
        self.read.append(mean / self.options.batch_size)
        if not np.isfinite(mean):
            raise FloatingPointError(
                f"the loss is {mean}: use a smaller --lr than {self.options.lr}"
            )

    def _log(self, done):
        while self.sums:
            self._read()
        epoch = -(-done // self.data.steps_an_epoch)
        loss = np.mean(self.read)
        print(f"epoch {epoch}, step {done}, loss {loss:.4f}", flush=True)
        self.read = []

    def _save(self, done):
        if self.options.checkpoint and self.rank == 0:
            self.link.send(stage="writing the checkpoint")
            nd.waitall()
            state.save(self.options, self.net, self.trainer, done)
            self.link.send(saved=done)

    def _fail(self, how):
        nd.waitall()
        if how == "RAISE":
            raise RuntimeError("told to fail by --fail")
        if how == "SLEEP":
            time.sleep(10**6)
        os.kill(os.getpid(), getattr(signal, f"SIG{how}"))

    def report(self):
        """Tell the launcher what came out; worker 0 prints it as well."""
        facts = {"steps": self.total, "sha256": exchange.digest(self.net)}
        if self.rank == 0 and self.options.test_examples:
            self.link.send(stage="testing")
            facts["test_acc"] = self.data.accuracy(self.net, self.link)
        facts["pictures_per_second"] = round(self.speed, 1)
        if self.rank == 0:
            print(json.dumps(facts), flush=True)
        self.link.send(done=facts)
        self.link.wait_for("leave")


if __name__ == "__main__":
    main(sys.argv[1:])
