"""Measure the memory that a training step of the tutorial's network takes.

    python scripts/memory.py

Each row of ``results/memory.json`` is a process that trains `nin` for two
steps, as the tutorial does: the most memory it ever held, and what it held
before, with the network, its optimizer and the batch in place.
Beside it stands the sum of all layer outputs, by arithmetic.
"""

import argparse
import json
import resource

from booktools.files import ROOT
from experiments.bench import run
from experiments.records import git_commit, parser_of, write_record

ROWS = ((96, 16), (96, 128), (224, 16), (224, 128))  # pixels, batch
STEPS = 2


def peak():
    """Return the most bytes this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(pixels, batch_size):
    """Train for a few steps; return what is recorded."""
    from nin_utils import models, shapes

    from mxnet import autograd, gluon, init, nd

    net = models.nin()
    net.initialize(init.Xavier())
    net(nd.zeros((1, 1, pixels, pixels)))
    X = nd.random.uniform(shape=(batch_size, 1, pixels, pixels))
    y = nd.zeros(batch_size)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    nd.waitall()
    before = peak()
    for _ in range(STEPS):
        with autograd.record():
            value = loss(net(X), y)
        value.backward()
        trainer.step(batch_size)
        nd.waitall()
    table = shapes.walkthrough(models.nin(), X.shape)
    return {
        "pixels": pixels,
        "batch_size": batch_size,
        "outputs_bytes": table.activation_bytes,
        "before_bytes": before,
        "peak_bytes": peak(),
    }


def main():
    """Measure each row in a process of its own and record all."""
    parser = parser_of(__doc__)
    parser.add_argument("row", nargs="*", type=int, help=argparse.SUPPRESS)
    row = parser.parse_args().row
    if row:  # a process of its own, begun below
        print(json.dumps(measure(*row)))
        return
    commit, threads = git_commit(), 2
    rows = [json.loads(run([__file__, *map(str, row)], threads)) for row in ROWS]
    target = ROOT / "results" / "memory.json"
    facts = {"settings": {"steps": STEPS}, "rows": rows}
    write_record(target, "python scripts/memory.py", commit, threads, facts)
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
