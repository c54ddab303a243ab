"""The recorded runs: made, gone on with, shipped."""

import dataclasses
import hashlib
import json

import nin_utils  # noqa: F401
from nin_utils import data, models, training
from nin_utils.data import Batches
from nin_utils.data.sets import FASHION_MNIST
from nin_utils.training import checkpoint

import pytest
from mxnet.gluon import nn

import train_full
from experiments import recipes, records, trained
from helpers import ROOT
from helpers.records import recorded


def build(run):
    net = nn.HybridSequential()
    net.add(nn.Conv2D(10, 5, strides=4), nn.GlobalAvgPool2D(), nn.Flatten())
    return net


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Make a run of two short epochs the only one."""
    images, labels = data.fashion_mnist(train=False, subset=True)
    iterators = tuple(
        Batches(images[part], labels[part], 32) for part in (slice(96), slice(96, 196))
    )
    run = dataclasses.replace(
        train_full.RUNS["nin_mnist"], num_epochs=2, warmup_steps=1, ship=False
    )
    monkeypatch.setattr(recipes.Run, "build", build)
    monkeypatch.setattr(train_full, "RUNS", {"tiny": run})
    monkeypatch.setattr(records, "ROOT", tmp_path)
    monkeypatch.setattr(train_full, "batches", lambda *_: iterators)
    return tmp_path / "results"


def test_records_and_skips(tiny, capsys):
    train_full.record("tiny", tiny)
    facts = json.loads((tiny / "tiny.json").read_text())
    assert len(facts["loss"]) == len(facts["test_acc"]) == 2
    assert facts["examples_seen"] == 2 * 96
    assert facts["parameters"] == 10 * 25 + 10
    assert facts["data"]["train-labels-idx1-ubyte"] == (
        FASHION_MNIST.files["train-labels-idx1-ubyte"].sha256
    )
    assert len(facts["recall"]) == 10
    capsys.readouterr()
    train_full.record("tiny", tiny)
    assert "recorded already" in capsys.readouterr().out


def test_killed_run_goes_on(tiny, monkeypatch, capsys):
    save = checkpoint.save

    def killed(*args, **kwargs):
        save(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            train_full.record("tiny", tiny)
    assert not tiny.exists()
    assert "epoch" not in capsys.readouterr().out
    train_full.record("tiny", tiny)
    assert "epoch 1, " not in capsys.readouterr().out
    facts = json.loads((tiny / "tiny.json").read_text())
    assert len(facts["loss"]) == 2
    assert not list((tiny.parent / "_build" / "checkpoints").iterdir())


@pytest.mark.parametrize(
    "name, make, pretrained, size, parameters",
    [
        ("nin_mnist", models.nin_mnist, True, None, 349_674),
        ("nin_mnist_canvas", models.nin_mnist, "canvas", None, 349_674),
        ("nin_112", models.nin, True, 112, 1_992_166),
    ],
)
def test_shipped_weights_are_the_recorded_ones(
    name, make, pretrained, size, parameters
):
    facts = recorded(name)
    shipped = facts["shipped"]
    _, test_iter = data.load_data_fashion_mnist(500, size, subset=True)
    net = make(pretrained=pretrained)
    accuracy = training.evaluate_accuracy(net, test_iter)
    # one picture near a boundary may fall elsewhere on another CPU
    assert abs(accuracy - shipped["sample_test_acc"]) <= 0.001
    assert shipped["parameters"] == parameters
    # float16 moves a few of the 10,000 that are nearly a tie
    assert shipped["predictions_changed"] <= 5
    assert shipped["test_acc"] > 0.9
    assert abs(shipped["test_acc"] - facts["test_acc"][-1]) <= 0.0005


def test_shipped_weights_for_photographs_are_the_recorded_ones():
    """CIFAR-10 is not here to repeat it, so the file itself must be the one."""
    facts = recorded("nin_cifar10_50")
    shipped = facts["shipped"]
    content = (ROOT / shipped["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == shipped["sha256"]
    assert shipped["parameters"] == 966_986
    assert shipped["predictions_changed"] <= 10
    assert shipped["test_acc"] > 0.88
    assert abs(shipped["test_acc"] - facts["test_acc"][-1]) <= 0.0005
    assert facts["data"] == {"CIFAR-10": "JPEG files"}


def test_canvas_weights_hold_where_the_garment_moves():
    facts = recorded("nin_mnist_canvas")
    at_home = facts["test_acc"][-1]
    measured = facts["on_canvases"]
    assert min(a for _, a in measured["by_canvas"]) > at_home - 0.06
    assert min(a for *_, a in measured["by_place"]) > at_home - 0.06


def test_canvases_reach_the_training_only(monkeypatch):
    sample = data.fashion_mnist(train=False, subset=True)
    monkeypatch.setattr(data, "fashion_mnist", lambda train=True: sample)
    run = dataclasses.replace(train_full.RUNS["nin_mnist_canvas"], canvases=(40,))
    train_iter, test_iter = train_full.batches(run, False)
    assert {X.shape[2:] for X, _ in train_iter} == {(40, 40)}
    assert {X.shape[2:] for X, _ in test_iter} == {(28, 28)}


def test_accuracy_on_canvases_is_recorded(tiny, monkeypatch):
    run = dataclasses.replace(train_full.RUNS["tiny"], canvases=(40,))
    monkeypatch.setattr(train_full, "RUNS", {"tiny": run})
    monkeypatch.setattr(
        trained, "accuracy_on_canvases", lambda net: {"by_side": [[28, 1]]}
    )
    train_full.record("tiny", tiny)
    facts = json.loads((tiny / "tiny.json").read_text())
    assert facts["on_canvases"] == {"by_side": [[28, 1]]}
