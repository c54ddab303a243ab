"""The ablations' networks and one tiny training of each kind."""

import dataclasses
import json
import sys

import nin_utils  # noqa: F401
from nin_utils import data, models, results
from nin_utils.shapes import walkthrough

import numpy as np
import pytest

from experiments import ablations, grid, records
from experiments.ablations import Cell
from helpers.records import recorded


def table(cell):
    return walkthrough(cell.build(), (1, 1, 28, 28))


def test_two_1x1_and_gap_is_the_papers_network():
    plain = dataclasses.replace(Cell("x"), batch_norm=False)
    ours, theirs = (table(plain), walkthrough(models.nin_mnist(), (1, 1, 28, 28)))
    assert [row[1:] for row in ours] == [row[1:] for row in theirs]


def test_photographs_have_the_authors_network_for_them():
    ours = Cell("x", data="cifar10", batch_norm=False).build()
    colours = 1, 3, 32, 32
    ours, theirs = (walkthrough(net, colours) for net in (ours, models.nin_cifar10()))
    assert [row[1:] for row in ours] == [row[1:] for row in theirs]


@pytest.mark.parametrize(
    ("number", "params"),
    # 96*26 + 128*(96*25+1) + 10*(128*25+1), and so on by hand
    [(0, 341_834), (1, 322_090), (2, 349_674), (3, 372_458)],
)
def test_parameters_by_hand(number, params):
    cell = Cell("x", num_1x1=number, batch_norm=False)
    assert table(cell).params == params


@pytest.mark.parametrize(
    ("head", "params"),
    # the last 1x1 layer has 970; a linear layer on 96 means as many
    [
        ("gap", 349_674),
        ("gap + linear", 349_674),
        ("fc", 348_704 + 96 * 49 * 10 + 10),
        ("fc + dropout", 348_704 + 96 * 49 * 10 + 10),
    ],
)
def test_heads_by_hand(head, params):
    cell = Cell("x", head=head, batch_norm=False)
    rows = table(cell)
    assert rows.params == params
    assert list(rows)[-1].output_shape == (1, 10)


def test_narrow_3x3_costs_as_much_as_1x1():
    wide, narrow, usual = (
        table(Cell("x", window=window, narrow=narrow, batch_norm=False)).macs
        for window, narrow in ((3, False), (3, True), (1, False))
    )
    assert abs(narrow / usual - 1) < 0.02
    assert wide > 2 * usual


@pytest.mark.parametrize(
    ("number", "maps"), [(1, (1, 10)), (2, (1, 10)), (3, (1, 10)), (4, (1, 10))]
)
def test_number_of_blocks(number, maps):
    rows = list(table(Cell("x", num_blocks=number, batch_norm=False)))
    poolings = [row for row in rows if "MaxPool" in row.name]
    assert len(poolings) == number - 1
    assert rows[-1].output_shape == maps


def test_rates_are_those_that_the_validation_images_chose():
    choice = recorded("heads_choice")["cells"]
    best = {}
    for cell in sorted(choice, key=lambda c: c["validation_acc"]):
        body, head = cell["variant"].split(" + ", 1)
        best[body, head, cell["num_train"]] = cell["lr"]
    assert best == ablations.CHOSEN


def test_rates_on_photographs_are_those_of_the_validation_images():
    choice = recorded("cifar10_choice")["cells"]
    best = {
        c["head"]: c["lr"] for c in sorted(choice, key=lambda c: c["validation_acc"])
    }
    assert best == ablations.CHOSEN_CIFAR10


def test_validation_images_are_not_trained_on(monkeypatch):
    images, labels = data.fashion_mnist(subset=True)
    labels[-50:] = -1  # refused wherever they are seen
    monkeypatch.setattr(ablations, "NUM_VALIDATION", 50)
    monkeypatch.setattr(ablations, "_read", lambda cell, train: (images, labels))
    cell = Cell("x", num_1x1=0, num_train=64, num_epochs=1, validate=True)
    with pytest.raises(ValueError, match="50 labels of batch 1 of data_iter"):
        ablations.one(cell)


@pytest.mark.parametrize("name", ablations.questions())
def test_cells_are_all_different_and_have_seeds(name):
    cells = ablations.questions()[name]
    assert len(set(cells)) == len(cells)
    settings = {dataclasses.replace(c, seed=0) for c in cells}
    seeds = {
        c: sum(dataclasses.replace(d, seed=0) == c for d in cells) for c in settings
    }
    assert set(seeds.values()) <= ({1} if name.endswith("_choice") else {3, 5})


def test_unknown_question(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ablations.py", "dept"])
    with pytest.raises(SystemExit):
        grid.main("", "x", {"depth": []}, one, settings={}, describe=one)
    assert "called dept; there are depth" in capsys.readouterr().err


def test_one_training(monkeypatch, capsys):
    monkeypatch.setattr(ablations, "SHIFTS", (0, 20))
    sample = data.fashion_mnist(train=False, subset=True)
    pictures = [part[:256] for part in sample]
    cell = Cell("x", num_1x1=0, num_train=256, num_epochs=2)
    outcome = ablations.run(cell, pictures, pictures)
    assert capsys.readouterr().out == ""
    assert outcome["parameters"] == table(cell).params + 2 * (96 + 128 + 10)
    assert len(outcome["loss"]) == 2
    assert 0 <= outcome["train_acc"] <= 1
    recall = np.average(outcome["recall"], weights=np.bincount(pictures[1]))
    assert outcome["test_acc"] == pytest.approx(recall, abs=1e-9)
    # the first is the test accuracy: here of the same pictures
    assert outcome["shifted_acc"][0] == outcome["test_acc"]
    assert ablations.run(cell, pictures, pictures) == outcome


def one(cell):
    """Stand in for a training; fails where it should not be called."""
    if cell.seed == 9:
        raise RuntimeError("killed")
    return {"test_acc": cell.seed / 10}


def test_grid_goes_on_after_a_failure(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(records, "ROOT", tmp_path)
    monkeypatch.setattr(grid, "outcomes", in_this_process)
    target = tmp_path / "results" / "tiny.json"
    options = {
        "settings": {},
        "describe": lambda cell, outcome: f"seed {cell.seed}",
        "jobs": 1,
    }
    bad = [Cell("x", seed=1), Cell("x", seed=9)]
    with pytest.raises(RuntimeError, match="killed"):
        grid.make_grid(bad, one, "make tiny", target, **options)
    assert len(json.loads(target.read_text())["cells"]) == 1
    assert "1/2 seed 1" in capsys.readouterr().out
    good = [Cell("x", seed=1), Cell("x", seed=2)]
    grid.make_grid(good, one, "make tiny", target, **options)
    assert "seed 1" not in capsys.readouterr().out
    facts = results.load("tiny", "cells", folder=target.parent)
    assert [c["test_acc"] for c in facts["cells"]] == [0.1, 0.2]
    assert facts["command"] == "make tiny"
    grid.make_grid(good, one, "make tiny", target, **options)
    assert "recorded already" in capsys.readouterr().out
    assert json.loads(target.read_text())["cells"] == facts["cells"]
    with pytest.raises(SystemExit, match='tiny.json holds 1 cells .* "seed": 2'):
        grid.make_grid(good[:1], one, "make tiny", target, **options)
    options["settings"] = {"batch_size": 1}
    with pytest.raises(SystemExit, match="tiny.json was made with other settings"):
        grid.make_grid(good, one, "make tiny", target, **options)


def test_a_cell_that_diverges_is_named_when_all_others_are_made(tmp_path):
    target = tmp_path / "tiny.json"
    cells = [Cell("x", seed=seed) for seed in (8, 1, 2)]
    with pytest.raises(SystemExit, match=r"diverge; plan lower rates:\nCell.*seed=8"):
        grid.make_grid(
            cells,
            diverges_with_8,
            "make tiny",
            target,
            settings={},
            describe=lambda cell, outcome: f"seed {cell.seed}",
            jobs=1,
        )
    made = json.loads(target.read_text())["cells"]
    assert [cell["seed"] for cell in made] == [1, 2]


def diverges_with_8(cell):
    if cell.seed == 8:
        raise FloatingPointError("the loss is nan")
    return {"test_acc": cell.seed / 10}


def test_a_later_cell_names_its_own_commit(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "outcomes", in_this_process)
    target = tmp_path / "tiny.json"
    options = {"settings": {}, "describe": lambda *_: "", "jobs": 1}
    cells = [Cell("x", seed=1), Cell("x", seed=2)]
    for commit, planned in (("abc", cells[:1]), ("def", cells)):
        monkeypatch.setattr(grid, "git_commit", lambda commit=commit: commit)
        grid.make_grid(planned, one, "make tiny", target, **options)
    facts = json.loads(target.read_text())
    assert facts["commit"] == "abc"
    assert [cell.get("commit") for cell in facts["cells"]] == [None, "def"]


def test_a_record_that_is_older_than_a_field_is_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "outcomes", in_this_process)
    target = tmp_path / "tiny.json"
    options = {"settings": {}, "describe": lambda cell, outcome: "", "jobs": 1}
    grid.make_grid([Cell("x", seed=1)], one, "make tiny", target, **options)
    old = json.loads(target.read_text())
    del old["cells"][0]["narrow"]
    old["cells"][0]["test_acc"] = 0.5
    target.write_text(json.dumps(old))
    cells = [Cell("x", seed=2), Cell("x", seed=1), Cell("x", seed=1, narrow=True)]
    grid.make_grid(cells, one, "make tiny", target, **options)
    made = results.load("tiny", folder=tmp_path)["cells"]
    assert [c["narrow"] for c in made] == [False, False, True]
    assert [c["test_acc"] for c in made] == [0.2, 0.5, 0.1]


def test_a_record_names_the_data_of_its_cells(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "outcomes", in_this_process)
    monkeypatch.setattr(results, "source", lambda: "PNG files")
    target = tmp_path / "tiny.json"
    options = {"settings": {}, "describe": lambda cell, outcome: "", "jobs": 1}
    grid.make_grid([Cell("x", data="cifar10")], one, "make tiny", target, **options)
    assert results.load("tiny", folder=tmp_path)["data"] == {"CIFAR-10": "PNG files"}


def in_this_process(cells, one, jobs):
    for cell in cells:
        yield cell, one(cell)
