"""The speedrun trains as its plans say, and its record adds up."""

import dataclasses
import json
import statistics

from nin_utils import models

import mxnet as mx
import numpy as np
import pytest
from mxnet import init, lr_scheduler, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

import speedrun as command
from experiments import speedrun
from experiments.speedrun import Average, Plan, refuse_what_torch_lacks
from experiments.speedrun_workers import fuse, rate
from helpers.records import recorded

RNG = np.random.RandomState(0)
IMAGES = RNG.randint(0, 256, (70, 28, 28)).astype("uint8")
LABELS = (np.arange(70) % 10).astype("int32")


def test_batches_end_where_the_plan_ends():
    plan = Plan(200, batch_size=32, small=0.5)
    sizes = [X.shape for X, _ in speedrun.batches(plan, IMAGES, LABELS)]
    pass_ = [32, 32, 6]
    small, whole = sizes[:4], sizes[4:]
    assert [s[0] for s in small] == (pass_ * 2)[:4]
    assert [s[0] for s in whole] == pass_
    assert {s[1:] for s in small} == {(1, 20, 20)}
    assert {s[1:] for s in whole} == {(1, 28, 28)}
    assert len(sizes) == plan.num_steps == 7


def test_inputs_are_normalised_on_request():
    X = nd.array(IMAGES[:, None]) / 255
    assert Plan(1).prepare(X) is X
    expected = (X.asnumpy() - 0.286) / 0.353
    found = Plan(1, normalise=True).prepare(X).asnumpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_what_is_looked_at_in_prediction():
    X = nd.array(IMAGES[:3, None])
    assert [Z is X for Z in speedrun.views(Plan(1), X)] == [True]
    found = list(speedrun.views(Plan(1, both_ways=True, moved=2), X))
    assert len(found) == 10 and {Z.shape for Z in found} == {X.shape}
    plain, mirrored = X.asnumpy(), X.asnumpy()[..., ::-1]
    for Z, image in ((found[0], plain), (found[5], mirrored)):
        assert (Z.asnumpy() == image).all()
    down, up, right, left = (Z.asnumpy() for Z in found[1:5])
    assert (down[:, :, 2:] == plain[:, :, :-2]).all()
    assert (up[:, :, :-2] == plain[:, :, 2:]).all()
    assert (right[..., 2:] == plain[..., :-2]).all()
    assert (left[..., :-2] == plain[..., 2:]).all()


def test_smoothed_loss_is_a_mixture_of_cross_entropies():
    y_hat, y = nd.random.normal(shape=(5, 10)), nd.array([0, 3, 9, 1, 1])
    plain = gloss.SoftmaxCrossEntropyLoss()(y_hat, y).asnumpy()
    np.testing.assert_allclose(Plan(1).loss(y_hat, y).asnumpy(), plain, rtol=1e-5)
    all_classes = np.mean(
        [
            gloss.SoftmaxCrossEntropyLoss()(y_hat, nd.full(5, c)).asnumpy()
            for c in range(10)
        ],
        axis=0,
    )
    found = Plan(1, smoothing=0.1).loss(y_hat, y).asnumpy()
    np.testing.assert_allclose(found, 0.9 * plain + 0.1 * all_classes, rtol=1e-5)


def test_average_forgets_by_its_factor():
    net = nn.Dense(1, use_bias=False, in_units=1)
    net.initialize(init.Zero())
    mean = Average(net, 0.9)
    expected = None
    for step in range(1, 61):
        net.weight.set_data(nd.full((1, 1), step))
        mean.update()
        if step % 5 == 0:
            n = step // 5
            factor = min(0.9**5, 1 - 1 / n)
            old = step if expected is None else expected
            expected = factor * old + (1 - factor) * step
    mean.apply()
    assert net.weight.data().asscalar() == pytest.approx(expected)
    assert 50 < expected < 60


def test_without_average_the_last_weights_stay():
    net = nn.Dense(1, use_bias=False, in_units=1)
    net.initialize(init.One())
    mean = Average(net, 0.0)
    for _ in range(10):
        mean.update()
    net.weight.set_data(nd.full((1, 1), 7))
    mean.apply()
    assert net.weight.data().asscalar() == 7


def test_training_is_repeatable_and_folds_the_normalisation_away():
    plan = Plan(64, batch_size=16, average=0.9, free_biases=True)
    X = nd.array(IMAGES[:4, None]) / 255
    first, second = (speedrun.train(plan, IMAGES, LABELS) for _ in range(2))
    assert not any("batchnorm" in name for name in first.collect_params())
    assert (first(X) == second(X)).asnumpy().all()
    other = speedrun.train(dataclasses.replace(plan, seed=1), IMAGES, LABELS)
    assert (first(X) != other(X)).asnumpy().any()


@pytest.mark.parametrize("network", ["linear", "lenet"])
def test_the_others_learn_what_they_see(network):
    plan = dataclasses.replace(speedrun.OTHERS[network], images=64, batch_size=16)
    net = speedrun.train(plan, IMAGES, LABELS)
    assert net(nd.zeros((2, 1, 28, 28))).shape == (2, 10)


def test_pytorch_refuses_a_plan_that_it_has_not():
    with pytest.raises(ValueError, match="smoothing=0.1: not written for PyTorch"):
        refuse_what_torch_lacks(Plan(64, smoothing=0.1))
    given = [p for p in speedrun.PLANS.values() if p.images <= speedrun.TORCH_MOST]
    assert len(given) == 3
    for plan in given:
        refuse_what_torch_lacks(plan)


def test_pytorch_gets_the_rates_of_mxnet():
    plan = Plan(1000, batch_size=10)
    schedule = lr_scheduler.CosineScheduler(100, base_lr=0.1, warmup_steps=10)
    for step in range(1, 101):
        assert rate(plan, step, 100, 10) == pytest.approx(schedule(step))


def test_fused_network_computes_the_same():
    mx.random.seed(0)
    X = nd.random.normal(shape=(3, 1, 28, 28))
    outputs = []
    for change in (lambda net: None, fuse):
        net = models.nin_mnist(batch_norm=True, dropout=0)
        change(net)
        mx.random.seed(1)
        net.initialize(init.MSRAPrelu())
        outputs.append(net(X).asnumpy())
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5)


def test_summary_is_the_mean_over_the_rounds():
    rounds = [
        {"processes": {"lenet": cell(0.5, 1, 100), "torch 0.9": cell(0.9, 10, 100)}},
        {"processes": {"torch 0.9": cell(0.8, 20, 100)}},
    ]
    a, b = command.summary(rounds)
    assert (a["name"], b["name"]) == ("torch 0.9", "lenet")
    assert (a["n"], b["n"]) == (2, 1)
    assert a["test_acc"] == pytest.approx(0.85)
    assert a["seconds_sd"] == pytest.approx(statistics.stdev([10, 20]))
    assert a["sooner"] == pytest.approx(7.5)
    assert b["seconds_sd"] is None


def test_seconds_are_those_of_the_quickest_machine():
    rounds = [
        {"processes": {"lenet": cell(0.5, 1, 100), "linear": cell(0.8, 3, 300)}},
        {"processes": {"lenet": cell(0.7, 6, 300)}},
    ]
    a, b = command.summary(rounds)
    assert (a["name"], a["seconds"], a["n_timed"]) == ("linear", None, 0)
    assert (b["n"], b["seconds"], b["n_timed"]) == (2, 1, 1)
    assert b["seconds_sd"] is None and b["test_acc"] == pytest.approx(0.6)
    assert a["sooner"] == 100 and b["sooner"] == 75


def cell(accuracy, seconds, tutorial):
    return {
        "images": 64,
        "test_acc": accuracy,
        "seconds": seconds,
        "tutorial_s": tutorial,
    }


def test_each_form_of_pytorch_is_timed(monkeypatch):
    made = []

    def timed(threads, worker, plan, form, folder, python):
        made.append((json.loads(plan)["images"], form, python))
        return {"seconds": 1.0}

    def write_record(path, command, commit, threads, facts):
        assert path.name == "speedrun_forms.json" and "--rounds 2" in command
        made.append(facts["rows"])

    monkeypatch.setattr(command, "torch_python", lambda: "/a/python")
    monkeypatch.setattr(command, "save_arrays", lambda folder: None)
    monkeypatch.setattr(command, "timed", timed)
    monkeypatch.setattr(command, "write_record", write_record)
    command.time_forms(2)
    *first, rows = made
    first, timings = first[:2], first[2:]  # a size of batches each, not recorded
    assert {(images, form) for images, form, _ in first} == {(2_560, "compiled")}
    assert [t[:2] for t in timings] == [(r["images"], r["form"]) for r in rows]
    forms = {(images, form) for images, form, _ in timings}
    assert len(forms) == 6 and len(rows) == 12
    monkeypatch.setattr(command, "torch_python", lambda: None)
    with pytest.raises(SystemExit, match="needs TORCH_PYTHON"):
        command.time_forms(1)


def test_record_is_of_the_plans_and_adds_up():
    record = recorded("speedrun")
    for name in "plans", "others":
        planned = getattr(speedrun, name.upper())
        found = {mark: {**DEFAULTS, **plan} for mark, plan in record[name].items()}
        assert found == {m: dataclasses.asdict(p) for m, p in planned.items()}
    assert record["rows"] == command.summary(record["rounds"])
    full = record["tutorial_whole"] is not None
    assert record["command"] == command.command_of(record["rounds"], full)


def test_a_record_takes_new_plans_but_no_changed_one():
    record = recorded("speedrun")
    planned = {"plans": dict(speedrun.PLANS), "others": dict(speedrun.OTHERS)}
    planned["plans"]["0.99"] = Plan(10)
    command.refuse_changed_plans(record, planned)
    planned["plans"]["0.90"] = Plan(10)
    with pytest.raises(SystemExit, match=r"another plan for 0\.90: move it away"):
        command.refuse_changed_plans(record, planned)
    del planned["plans"]["0.90"]
    with pytest.raises(SystemExit, match=r"another plan for 0\.90"):
        command.refuse_changed_plans(record, planned)


def test_plans_are_the_shortest_that_pass_on_validation_images():
    cells = recorded("speedrun_choice")["cells"]
    mean = {}
    for entry in cells:
        if entry["network"] == "nin_mnist":
            key = json.dumps({k: entry.get(k, DEFAULTS[k]) for k in FIELDS})
            mean.setdefault(key, []).append(entry["validation_acc"])
    reached = {key: statistics.mean(values) for key, values in mean.items()}
    for mark, plan in [*speedrun.PLANS.items(), *speedrun.MUON.items()]:
        needed = float(mark) + speedrun.MARGIN
        own = {k: v for k, v in dataclasses.asdict(plan).items() if k in FIELDS}
        assert reached[json.dumps(own)] >= needed
        shorter = [
            value
            for key, value in reached.items()
            if json.loads(key)["images"] < plan.images
            and json.loads(key)["optimizer"] == plan.optimizer
        ]
        assert all(value < needed for value in shorter)


FIELDS = [f.name for f in dataclasses.fields(Plan) if f.name != "seed"]
#: A record may be older than a field of a plan, which then was as by default.
DEFAULTS = {f.name: f.default for f in dataclasses.fields(Plan)}
