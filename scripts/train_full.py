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
import pathlib
import platform
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import nin_utils  # noqa: E402  (before MXNet)

# isort: split
import mxnet as mx  # noqa: E402
import numpy as np  # noqa: E402
from mxnet import gluon, init, lr_scheduler  # noqa: E402

from nin_utils import _idx, data, models, training  # noqa: E402
from nin_utils._batches import Batches  # noqa: E402

NUM_VALIDATION = 10_000


def ship_nin_mnist(net, test_iter):
    """Save the network with its batch normalisation folded away.

    Returns
    -------
    dict
        What the record says about the weights that come with the package.
    """
    from nin_utils import equivalence

    plain = equivalence.fold_batch_norm(net)
    before, labels = predict(net, test_iter)
    after, _ = predict(plain, test_iter)
    path = ROOT / "nin_utils" / "weights" / "nin_mnist.params"
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(path.name + ".part")
    plain.save_parameters(str(part))
    sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
    os.replace(part, path)
    loader = ROOT / "nin_utils" / "_weights.py"
    write(
        loader,
        re.sub(
            r'("nin_mnist":\s+)(None|"\w*")',
            rf'\1"{sha256}"',
            loader.read_text(),
        ),
    )
    shipped = models.nin_mnist()
    shipped.load_parameters(str(path))
    _, sample_iter = data.load_data_fashion_mnist(500, subset=True)
    return {
        "file": path.relative_to(ROOT).as_posix(),
        "sha256": sha256,
        "parameters": count_parameters(plain),
        "test_acc": training.evaluate_accuracy(shipped, test_iter),
        "sample_test_acc": training.evaluate_accuracy(shipped, sample_iter),
        "largest_logit_change": float(abs(after - before).max()),
        "predictions_changed": int(
            (after.argmax(axis=1) != before.argmax(axis=1)).sum()
        ),
        **per_class(after, labels),
    }


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
        "device": device(),
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


def predict(net, data_iter):
    """Return the logits (N, num_classes) and labels (N,) of a data set."""
    parts = [(net(X).asnumpy(), y.asnumpy()) for X, y in data_iter]
    return tuple(np.concatenate(part) for part in zip(*parts))


def per_class(logits, labels):
    """Return the recall of each class and the logits that are always 0."""
    right = logits.argmax(axis=1) == labels
    return {
        "recall": [
            float(right[labels == c].mean()) for c in range(logits.shape[1])
        ],
        "dead_logits": np.flatnonzero((logits == 0).all(axis=0)).tolist(),
    }


def count_parameters(net):
    """Count all numbers of a network, running statistics included."""
    return sum(p.data().size for p in net.collect_params().values())


def device():
    """Describe the processor and the threads that MXNet uses."""
    model = platform.processor()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*:\s*(.*)", cpuinfo.read_text())
        model = found.group(1) if found else model
    return {
        "cpu": model or platform.machine(),
        "threads": int(os.environ["OMP_NUM_THREADS"]),
    }


def git_commit():
    """Return the commit of the working tree, "+" if it was changed."""

    def git(*arguments):
        return subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True
        ).stdout.strip()

    commit = git("rev-parse", "HEAD") or "unknown"
    return commit + "+" * bool(
        git("status", "--porcelain", "-uno", "nin_utils", "scripts")
    )


def write(path, text):
    """Replace a text file in one step."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    os.replace(part, path)


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
