"""What trains a network is what a recipe says, and recipes do not change.

A changed plan would begin unfinished runs anew and belie recorded ones.
"""

import dataclasses
import fnmatch
import hashlib
import json
import re

import nin_utils  # noqa: F401

import mxnet as mx
import numpy as np
import pytest
from mxnet import init, nd, optimizer
from mxnet.gluon import nn

from experiments import ablations, clinic
from experiments.recipes import RUNS, last_convolution
from experiments.records import unfinished
from helpers import ROOT
from helpers.records import recorded

GRIDS = {"clinic": clinic.cells(), "death": clinic.death(), **ablations.questions()}
PAPER = RUNS["nin_mnist_paper"]
ORIGINAL = next(c for c in clinic.cells() if c.group == "original, last_sigma=0.01")


def as_recorded(plan):
    return json.loads(json.dumps(dataclasses.asdict(plan)))


@pytest.mark.parametrize("name", sorted(RUNS))
def test_recorded_run_is_the_planned_one(name):
    settings = recorded(name)["settings"]
    # the older ones knew neither canvases nor another data set
    older = {"canvases": [], "data": "fashion_mnist"}
    assert {**older, **settings} == as_recorded(RUNS[name])


@pytest.mark.parametrize("name", GRIDS)
def test_recorded_cells_are_the_planned_ones(name):
    cells = recorded(name)["cells"]
    assert len(cells) == len(GRIDS[name]) > 0
    defaults = {f.name: f.default for f in dataclasses.fields(GRIDS[name][0])}
    for found, plan in zip(cells, map(as_recorded, GRIDS[name])):
        # a record may be older than a field, which then was as it is by default
        assert {**defaults, **found}.items() >= plan.items()


def test_the_list_of_records_has_each_once():
    text = (ROOT / "results" / "README.md").read_text(encoding="utf-8")
    firsts = re.findall(r"^\| (`[^|]+) \|", text, re.M)
    patterns = [name for first in firsts for name in re.findall("`([^`]+)`", first)]
    names = [path.stem for path in (ROOT / "results").glob("*.json")]
    assert len(names) > 50
    for name in names:
        rows = [p for p in patterns if fnmatch.fnmatch(name, p)]
        assert len(rows) == 1, (name, rows)
    for pattern in patterns:
        assert fnmatch.filter(names, pattern), pattern


def digest(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def test_unfinished_runs_are_found_again():
    names = [
        unfinished(name, dataclasses.asdict(run)).name for name, run in RUNS.items()
    ]
    assert names[0] == "nin_96-9fb1961d.params"
    assert digest(names) == "a85cdf231e1d462f"


def made(plan, num_steps=1000):
    """Return network and optimizer of a plan."""
    net = plan.build()
    trainer = plan.trainer(net, num_steps)
    fix_shapes(net)
    return net, trainer.optimizer


def fix_shapes(net):
    net(nd.zeros((4, 1, clinic.SIZE, clinic.SIZE)))
    nd.waitall()  # while MXNet reorders weights, none can be read


@pytest.mark.parametrize(
    "plan, initializer",
    [
        (RUNS["nin_mnist"], init.MSRAPrelu()),
        (RUNS["seed_96_1"], init.Xavier()),
        (PAPER, init.Normal(0.05)),
        (ablations.Cell("x", seed=2), init.MSRAPrelu()),
        (ablations.Cell("x", head="fc", **ablations.PLAIN), init.Xavier()),
        (dataclasses.replace(ORIGINAL, last_sigma=None), init.Normal(0.05)),
    ],
)
def test_weights_are_drawn_as_by_hand(plan, initializer):
    ours, _ = made(plan)
    mx.random.seed(plan.seed)
    theirs = plan.build()
    theirs.initialize(initializer)
    fix_shapes(theirs)
    pairs = list(zip(parameters(ours), parameters(theirs)))
    assert len(pairs) > 10
    assert all((a == b).all() for a, b in pairs)
    assert sum(a.std() > 0 for a, _ in pairs) >= len(pairs) // 5


def parameters(net):
    return [p.data().asnumpy() for p in net.collect_params().values()]


@pytest.mark.parametrize(
    "plan, kind, momentum, wd, last_lr_mult",
    [
        (RUNS["nin_96"], optimizer.NAG, 0.9, 5e-4, 1),
        (RUNS["lenet_28"], optimizer.SGD, 0, 0, 1),
        (PAPER, optimizer.SGD, 0.9, 1e-4, 0.1),
        (ablations.Cell("x"), optimizer.NAG, 0.9, 5e-4, 1),
        (ablations.Cell("x", **ablations.PLAIN), optimizer.SGD, 0, 0, 1),
        (ORIGINAL, optimizer.SGD, 0.9, 1e-5, 1),
        (
            dataclasses.replace(ORIGINAL, last_lr_mult=0.1),
            *(optimizer.SGD, 0.9, 1e-5, 0.1),
        ),
    ],
)
def test_optimizers(plan, kind, momentum, wd, last_lr_mult):
    net, found = made(plan)
    assert type(found) is kind
    assert (found.momentum, found.wd) == (momentum, wd)
    assert found.lr == plan.lr
    last = last_convolution(net)
    for layer, mult in ((last, last_lr_mult), (first_convolution(net), 1)):
        params = layer.collect_params().values()
        assert {(p.lr_mult, p.wd_mult) for p in params} == {(mult, 1)}


def first_convolution(net):
    layer = net
    while not isinstance(layer, nn.Conv2D):
        layer = layer[0]
    return layer


def cosine(lr, warmup, steps):
    rising = lr * np.arange(warmup) / warmup
    left = np.arange(steps - warmup + 1) / (steps - warmup)
    return [*rising, *lr * (1 + np.cos(np.pi * left)) / 2]


MODERN = ablations.Cell("x", num_train=1000, num_epochs=5)  # 40 steps


@pytest.mark.parametrize(
    "plan, rates",
    [
        (RUNS["nin_96"], cosine(0.1, 100, 1000)),
        (MODERN, cosine(0.1, 2, MODERN.num_steps)),
        # MXNet is one step late
        (PAPER, [0.1] * 601 + [0.01] * 200 + [0.001] * 200),
    ],
)
def test_rates(plan, rates):
    _, found = made(plan, len(rates) - 1)
    scheduler = found.lr_scheduler
    np.testing.assert_allclose(
        [scheduler(i) for i in range(len(rates))], rates, 1e-9, 1e-15
    )


@pytest.mark.parametrize(
    "plan",
    [RUNS["seed_96_0"], dataclasses.replace(MODERN, cosine=False), clinic.cells()[0]],
)
def test_constant_rate(plan):
    assert made(plan)[1].lr_scheduler is None
