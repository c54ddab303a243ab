"""Train a network of the book on the whole data set and record the run.

    python scripts/train_full.py nin_mnist

writes ``results/nin_mnist.json``. A run that is recorded is skipped, a killed
one goes on from its checkpoint in ``_build/checkpoints``. Hyper-parameters
are chosen with ``--validate``, as in the paper: it trains on the first 50,000
training pictures, tests on the other 10,000 and records nothing.
"""

import argparse
import hashlib
import json
import os
import platform
import sys

from _provenance import ROOT, device, git_commit, write

sys.path.insert(0, str(ROOT))

import nin_utils  # before MXNet
from nin_utils import _idx, data, models, training
from nin_utils._batches import Batches

import mxnet as mx
import numpy as np
from _trained import (
    count_parameters,
    per_class,
    predict,
    ship_nin_mnist,
)
from mxnet import gluon, init, lr_scheduler

NUM_VALIDATION = 10_000


# Each run: how the network is built and trained, and what to do at the end.
RUNS = {
    "nin_mnist": {
        "build": lambda: models.nin_mnist(batch_norm=True, dropout=0.2),
        "init": init.MSRAPrelu,
        "finish": ship_nin_mnist,
        "hyper_parameters": {
            "network": "nin_mnist(batch_norm=True, dropout=0.2)",
            "init": "MSRAPrelu()",
            "optimizer": "nag",
            "lr": 0.1,
            "momentum": 0.9,
            "wd": 5e-4,
            "schedule": "cosine",
            "warmup_steps": 100,
            "batch_size": 128,
            "num_epochs": 6,
            "resize": None,
        },
        "seed": 0,
    },
}


def train(run, checkpoint=None, validate=False):
    """Train as `run` says; return network, test iterator and history."""
    hyper = run["hyper_parameters"]
    train_iter, test_iter = batches(
        hyper["batch_size"], hyper["resize"], validate
    )
    mx.random.seed(run["seed"])
    net = run["build"]()
    net.initialize(run["init"]())
    schedule = lr_scheduler.CosineScheduler(
        max_update=hyper["num_epochs"] * len(train_iter),
        base_lr=hyper["lr"],
        warmup_steps=hyper["warmup_steps"],
    )
    trainer = gluon.Trainer(
        net.collect_params(),
        hyper["optimizer"],
        {
            "learning_rate": hyper["lr"],
            "momentum": hyper["momentum"],
            "wd": hyper["wd"],
            "lr_scheduler": schedule,
        },
    )
    history = training.train(
        net,
        train_iter,
        test_iter,
        trainer,
        hyper["num_epochs"],
        seed=run["seed"],
        checkpoint=checkpoint,
        resume=checkpoint is not None,
    )
    return net, train_iter, test_iter, history


def batches(batch_size, resize, validate):
    """Return the training and test iterators of a run."""
    if not validate:
        return data.load_data_fashion_mnist(batch_size, resize)
    images, labels = data.fashion_mnist()
    first, last = slice(-NUM_VALIDATION), slice(-NUM_VALIDATION, None)
    return (
        Batches(images[first], labels[first], batch_size, resize, True),
        Batches(images[last], labels[last], batch_size, resize, False),
    )


def record(name, results):
    """Make one run and write ``<name>.json`` into the folder `results`."""
    target, run = results / f"{name}.json", RUNS[name]
    if target.exists():
        print(f"{name}: recorded in {target}, skipped")
        return
    hyper = run["hyper_parameters"]
    # Other settings, another file: no run goes on with another's weights.
    key = json.dumps([hyper, run["seed"]], sort_keys=True).encode()
    checkpoint = (
        ROOT
        / "_build"
        / "checkpoints"
        / f"{name}-{hashlib.sha256(key).hexdigest()[:8]}.params"
    )
    commit = git_commit()
    net, train_iter, test_iter, history = train(run, checkpoint)
    logits, labels = predict(net, test_iter)
    facts = {
        "run": name,
        "command": f"python scripts/train_full.py {name}",
        "seed": run["seed"],
        "commit": commit,
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "mxnet": mx.__version__,
            "nin_utils": nin_utils.__version__,
        },
        "device": device(int(os.environ["OMP_NUM_THREADS"])),
        "data": {name: spec.sha256 for name, spec in _idx.FULL.items()},
        "hyper_parameters": hyper,
        "examples_seen": len(history) * train_iter.num_examples,
        "parameters": count_parameters(net),
        "loss": history.loss,
        "train_acc": history.train_acc,
        "test_acc": history.test_acc,
        "epoch_seconds": history.seconds,
        "seconds": sum(history.seconds),
        **per_class(logits, labels),
    }
    if run["finish"]:
        facts["shipped"] = run["finish"](net, test_iter)
    results.mkdir(exist_ok=True)
    write(target, json.dumps(facts, indent=1) + "\n")
    checkpoint.unlink()
    print(f"{name}: written to {target}")


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="+", choices=RUNS)
    parser.add_argument("--validate", action="store_true")
    arguments = parser.parse_args()
    for name in arguments.name:
        if arguments.validate:
            train(RUNS[name], validate=True)
        else:
            record(name, ROOT / "results")


if __name__ == "__main__":
    main()
