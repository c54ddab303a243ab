"""Train networks of the book on the whole data set and record the runs.

    python scripts/train_full.py [NAME ...]

makes the runs of `experiments.recipes.RUNS`, all or the named ones, one after
the other, and writes each into ``results/<name>.json``. A run that is recorded
is skipped, a killed one goes on from its checkpoint in ``_build/checkpoints``.
Hyper-parameters are chosen with ``--validate``, as in the paper: it trains
without the last 10,000 training images, tests on these and records nothing.
"""

import dataclasses
import time

from nin_utils import data, training
from nin_utils.data import Batches, RandomPlace

from booktools.files import ROOT
from experiments import trained
from experiments.recipes import NUM_VALIDATION, RUNS
from experiments.records import (
    chosen,
    git_commit,
    parser_of,
    say_recorded,
    threads,
    unfinished,
    write_record,
)


def train(run, checkpoint=None, validate=False):
    """Train as `run` says; return network, iterators and history."""
    train_iter, test_iter = batches(run, validate)
    net = run.build()
    trainer = run.trainer(net, run.num_epochs * len(train_iter))
    history = training.train(
        net,
        train_iter,
        test_iter,
        trainer,
        run.num_epochs,
        seed=run.seed,
        checkpoint=checkpoint,
        resume=checkpoint is not None,
    )
    return net, train_iter, test_iter, history


def batches(run, validate):
    """Return the training and test iterators of a run."""
    read = getattr(data, run.data)
    images, labels = read()
    if validate:
        test = images[-NUM_VALIDATION:], labels[-NUM_VALIDATION:]
        images, labels = images[:-NUM_VALIDATION], labels[:-NUM_VALIDATION]
    else:
        test = read(train=False)
    augment = RandomPlace(run.canvases) if run.canvases else run.augment
    return (
        Batches(
            images[: run.num_train],
            labels[: run.num_train],
            run.batch_size,
            resize=run.resize,
            shuffle=True,
            augment=augment,
        ),
        Batches(*test, run.batch_size, resize=run.resize),
    )


def record(name, results):
    """Make one run and write ``<name>.json`` into the folder `results`."""
    target, run = results / f"{name}.json", RUNS[name]
    if target.exists():
        say_recorded(target)
        return
    print(f"{name}: begins at {time.strftime('%H:%M')}", flush=True)
    settings = dataclasses.asdict(run)
    checkpoint = unfinished(name, settings)
    commit = git_commit()
    net, train_iter, test_iter, history = train(run, checkpoint)
    logits, labels = trained.predict(net, test_iter)
    facts = {
        "settings": settings,
        "examples_seen": len(history) * train_iter.num_examples,
        "parameters": trained.count_parameters(net),
        "loss": history.loss,
        "train_acc": history.train_acc,
        "test_acc": history.test_acc,
        "epoch_seconds": history.seconds,
        "seconds": sum(history.seconds),
        **trained.per_class(logits, labels),
    }
    if run.canvases:
        facts["on_canvases"] = trained.accuracy_on_canvases(net)
    if run.ship:
        facts["shipped"] = trained.ship(run, net, test_iter)
    command = f"python scripts/train_full.py {name}"
    write_record(target, command, commit, threads(), facts, run.data_set)
    checkpoint.unlink()
    print(f"{name}: written to results/{target.name}", flush=True)


def main():
    """Read the command line."""
    parser = parser_of(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--validate", action="store_true")
    arguments = parser.parse_args()
    for name in chosen(parser, arguments.names, RUNS, "no run"):
        if arguments.validate:
            train(RUNS[name], validate=True)
        else:
            record(name, ROOT / "results")


if __name__ == "__main__":
    main()
