"""The clinic, with one tiny layer in the place of the network."""

import dataclasses
import json
import math
import subprocess
import sys

import nin_utils  # noqa: F401
from nin_utils import data, models, results

import mxnet as mx
import numpy as np
import pytest
from mxnet import init, nd
from mxnet.gluon import nn

from clinic import SETTINGS, describe
from experiments import clinic, grid, records
from helpers import ROOT

SEED_CELL = clinic.Cell("grid", 0.1, "Xavier", True, (10, 10, 10), 3)
X = nd.array(np.random.default_rng(0).random((2, 1, clinic.SIZE, clinic.SIZE)))
LABELS = np.arange(20) % 10
NO_LOGITS = np.zeros((20, 10), "float32")


def sick_net(self):
    """Return one layer with a ReLU at the end: dead if the rate is huge."""
    net = nn.HybridSequential()
    block = nn.HybridSequential()
    bias = init.Constant(-100 if self.lr > 1 else 0)
    block.add(nn.Conv2D(10, 9, 9, activation="relu", bias_initializer=bias))
    net.add(block, nn.GlobalAvgPool2D(), nn.Flatten())
    return net


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Make short cells in this process; return the file to write."""
    images, labels = data.fashion_mnist(subset=True)
    monkeypatch.setattr(data, "fashion_mnist", lambda: (images, labels))
    monkeypatch.setattr(clinic, "CHECK", 2)
    monkeypatch.setattr(clinic.Cell, "build", sick_net)
    monkeypatch.setattr(records, "ROOT", tmp_path)
    loaded = clinic.load(256, 600)
    monkeypatch.setattr(
        grid,
        "outcomes",
        lambda cells, one, jobs: ((cell, clinic.run(cell, *loaded)) for cell in cells),
    )
    return tmp_path / "results" / "clinic.json"


def cells():
    return [
        dataclasses.replace(SEED_CELL, lr=lr, seed=seed, steps=8)
        for lr in (0.1, 9.0)
        for seed in (0, 1)
    ]


def make(target):
    grid.make_grid(
        cells(),
        None,
        "python scripts/clinic.py",
        target,
        settings=SETTINGS,
        describe=describe,
        jobs=1,
    )


def test_the_plan_has_no_cell_twice():
    plan = clinic.cells()
    assert len(plan) > 100
    assert len(set(plan)) == len(plan)
    assert len({cell.seed for cell in plan}) >= 2
    groups = {cell.group for cell in plan}
    assert "last_lr_mult=0.1" in groups and "batch_norm" in groups


def initialised(cell):
    net = cell.build()
    cell.trainer(net, cell.steps)
    net(X)
    nd.waitall()  # while MXNet reorders weights, none can be read
    return net


def test_the_first_cell_is_the_tutorials_network():
    ours = initialised(SEED_CELL)
    mx.random.seed(3)
    theirs = models.nin()
    theirs.initialize(init.Xavier())
    assert (theirs(X) == ours(X)).min().asscalar() == 1


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("widths", clinic.LAST_BLOCKS)
def test_without_the_last_relu_logits_are_negative_too(batch_norm, widths):
    cell = dataclasses.replace(
        SEED_CELL, last_relu=False, widths=widths, batch_norm=batch_norm
    )
    assert (initialised(cell)(X) < 0).max().asscalar() == 1
    with_relu = initialised(dataclasses.replace(cell, last_relu=True))
    assert (with_relu(X) < 0).max().asscalar() == 0
    assert [
        layer.weight.shape[0] for layer in with_relu[7] if isinstance(layer, nn.Conv2D)
    ] == list(widths)


def test_changes_of_the_last_layer_are_for_it_alone():
    cell = dataclasses.replace(
        SEED_CELL, init="Normal(0.05)", last_sigma=0.01, last_lr_mult=0.1
    )
    net = initialised(cell)
    last, before = net[7][2], net[7][1]
    assert last.weight.lr_mult == last.bias.lr_mult == 0.1
    assert before.weight.lr_mult == 1
    for layer, sigma in ((last, 0.01), (before, 0.05)):
        found = layer.weight.data().asnumpy().std()
        assert abs(found / sigma - 1) < 0.3


def test_trained_and_checked_pictures_are_apart(monkeypatch):
    images = np.arange(60_000, dtype=np.int64)
    small = np.zeros((60_000, 1, 1), np.uint8)
    monkeypatch.setattr(data, "fashion_mnist", lambda: (small, images))
    (_, trained), (_, checked) = clinic.load()
    assert len(trained) == clinic.NUM_TRAINED
    assert len(checked) == clinic.NUM_CHECKED
    assert not set(trained) & set(checked)


@pytest.mark.parametrize(
    "logits, moving, verdict",
    [
        (NO_LOGITS, False, "dead"),
        (NO_LOGITS + 0.1, False, "blind"),
        (NO_LOGITS + 0.1, True, "plateau"),
        (NO_LOGITS + np.eye(10)[LABELS] * 0.01, True, "plateau"),
        (NO_LOGITS + np.eye(10)[LABELS], True, "learns"),
        (NO_LOGITS * np.nan, True, "diverges"),
    ],
)
def test_verdicts(logits, moving, verdict):
    facts = clinic.report([2.3], logits, LABELS, 4, moving)
    assert facts["verdict"] == verdict


def test_report_by_hand():
    logits = np.eye(10)[LABELS]
    logits[:, 4] = 0
    facts = clinic.report([1.0, math.nan], logits, LABELS, 4, True)
    assert facts["verdict"] == "diverges" and facts["curve"] == [1.0, None]
    facts = clinic.report([1.0], logits, LABELS, 4, True)
    assert facts["dead_logits"] == [4]
    assert facts["recall"] == [1, 1, 1, 1, 0, 1, 1, 1, 1, 1]
    assert facts["accuracy"] == 0.9
    right = math.log(math.e + 9) - 1
    assert abs(facts["loss"] - (0.9 * right + 0.1 * math.log(10))) < 1e-6


def test_records_and_skips(tiny, capsys):
    make(tiny)
    facts = results.load("clinic", "cells", folder=tiny.parent)
    assert [cell["lr"] for cell in facts["cells"]] == [0.1, 0.1, 9.0, 9.0]
    dead = facts["cells"][2]
    assert dead["verdict"] == "dead" and dead["loss"] == 2.302585
    # seen dead at steps 2, 4 and 6: it is not trained to the end
    assert dead["last_step"] == 6 and not dead["first_layer_moves"]
    alive = facts["cells"][0]
    assert alive["last_step"] == 8 and len(alive["curve"]) == 4
    capsys.readouterr()
    make(tiny)
    assert "recorded already" in capsys.readouterr().out


def test_killed_run_goes_on(tiny, monkeypatch, capsys):
    outcomes = grid.outcomes

    def killed(*args):
        pairs = outcomes(*args)
        yield next(pairs)
        yield next(pairs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(grid, "outcomes", killed)
        with pytest.raises(KeyboardInterrupt):
            make(tiny)
    kept = json.loads(tiny.read_text())["cells"]
    assert len(kept) == 2
    capsys.readouterr()
    make(tiny)
    assert capsys.readouterr().out.startswith("3/4 ")
    assert json.loads(tiny.read_text())["cells"][:2] == kept


def test_inputs_are_standardised_on_request():
    images = np.array([0, 51, 255], np.uint8).reshape(1, 1, 1, 3)
    plain = SEED_CELL.prepare(images).asnumpy().ravel()
    np.testing.assert_allclose(plain, [0, 0.2, 1])
    cell = dataclasses.replace(SEED_CELL, standardise=True)
    expected = (plain - 0.286) / 0.353
    np.testing.assert_allclose(cell.prepare(images).asnumpy().ravel(), expected)


def test_two_runs_of_a_cell_are_equal(tiny):
    loaded = clinic.load(256, 600)
    first, second = (clinic.run(cells()[0], *loaded) for _ in range(2))
    assert first == second


def test_every_picture_once_a_pass():
    np.random.seed(0)
    n, steps = 4 * clinic.BATCH, 8
    batches = list(clinic.orders(n, steps))
    assert all(len(batch) == clinic.BATCH for batch in batches)
    first, second = np.concatenate(batches).reshape(2, n)
    assert sorted(first) == sorted(second) == list(range(n))
    assert list(first) != list(second)


PARENT = f"""
import sys, time
sys.path.insert(0, {str(ROOT / "scripts")!r})
from experiments import grid
if __name__ == "__main__":
    for cell, outcome in grid.outcomes([0, 120], time.sleep, 2):
        print("ready", flush=True)
"""


def test_workers_end_with_a_killed_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "ready\n"
    parent.kill()
    # the pipe is closed when the last worker is gone
    assert parent.communicate(timeout=20)[0] == ""
