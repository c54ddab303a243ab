"""The effects of the scoreboard, beside plain arithmetic on the records."""

import json
import os

from nin_utils import results, scoreboard

import numpy as np
import pytest

from helpers.records import recorded


def mean(name, key="test_acc", **settings):
    """Return the mean of the cells with these settings."""
    cells = [c for c in recorded(name)["cells"] if settings.items() <= c.items()]
    assert len(cells) > 1
    return np.mean([c[key] for c in cells])


@pytest.fixture(scope="module")
def effects():
    return scoreboard.effects()


def test_every_claim_has_an_effect_and_a_label(effects):
    assert list(effects) == list(scoreboard.CLAIMS)


@pytest.mark.parametrize(
    ("claim", "name", "more", "less"),
    [
        ("M5", "depth", {"variant": "2 1x1"}, {"variant": "0 1x1"}),
        ("M6", "depth", {"variant": "2 1x1"}, {"variant": "1 1x1"}),
        ("M7", "depth", {"variant": "3 1x1"}, {"variant": "2 1x1"}),
        ("M8", "depth", {"variant": "2 1x1"}, {"variant": "3x3, narrow"}),
        ("M9", "depth", {"variant": "2 1x1"}, {"variant": "3x3"}),
        ("B1", "depth", {"variant": "2 1x1"}, {"variant": "blocks: 2"}),
        ("B2", "depth", {"variant": "blocks: 4"}, {"variant": "2 1x1"}),
        ("D1", "dropout", {"dropout": 0.5}, {"dropout": 0.0}),
        ("R1", "recipe", {"variant": "all"}, {"variant": "plain"}),
    ],
)
def test_an_effect_is_what_the_left_side_has_more(effects, claim, name, more, less):
    expected = mean(name, **more) - mean(name, **less)
    assert effects[claim].value == pytest.approx(expected)


def accuracy(cell):
    return cell["test_acc"]


def overfitting(cell):
    return cell["train_acc"] - cell["test_acc"]


def lost(cell):
    return cell["shifted_acc"][0] - cell["shifted_acc"][4]


def of_heads(bodies, name, key, sizes):
    """Return the mean of a head over bodies, numbers of images and seeds."""
    variants = [f"{body} + {name}" for body in bodies]
    cells = [
        cell
        for cell in recorded("heads")["cells"]
        if cell["variant"] in variants and cell["num_train"] in sizes
    ]
    assert len(cells) == 5 * len(bodies) * len(sizes)
    return np.mean([key(cell) for cell in cells])


BODIES = ("mlpconv", "plain")


@pytest.mark.parametrize(
    ("claim", "key", "sizes", "bodies", "more", "less"),
    [
        ("H3", overfitting, (1000, 5000), BODIES, "fc", "gap"),
        ("H4", accuracy, (1000, 5000), BODIES[:1], "gap", "fc"),
        ("H5", accuracy, (1000, 5000), BODIES[:1], "gap", "fc + dropout"),
        ("H6", accuracy, (1000, 5000), BODIES[1:], "gap", "fc"),
        ("H7", accuracy, (1000, 5000), BODIES[1:], "fc + dropout", "gap"),
        ("H8", accuracy, (1000, 5000), BODIES, "fc + dropout", "fc"),
        ("S1", lost, (5000,), BODIES, "fc", "gap"),
        ("S4", lost, (5000,), BODIES, "gap + linear", "gap"),
    ],
)
def test_effects_of_heads(effects, claim, key, sizes, bodies, more, less):
    a, b = (of_heads(bodies, name, key, sizes) for name in (more, less))
    assert effects[claim].value == pytest.approx(a - b)


def test_the_lead_on_mlpconv_beside_that_on_the_plain_body(effects):
    expected = effects["H5"].value + effects["H7"].value
    assert effects["H10"].value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("claim", "more", "less"),
    [
        ("H4", "gap", "fc"),
        ("H5", "gap", "fc + dropout"),
        ("H8", "fc + dropout", "fc"),
        ("D1", "gap, dropout", "gap"),
    ],
)
def test_effects_on_photographs(claim, more, less):
    a, b = (mean("cifar10", variant=f"cifar10 + {name}") for name in (more, less))
    assert scoreboard.on_photographs()[claim].value == pytest.approx(a - b)


def test_hits_of_the_own_map_against_the_others(effects):
    game = recorded("pointing")
    own = game["true"].count("1") / 10_000
    others = sum(map(int, game["others"])) / 90_000
    assert effects["P2"].value == pytest.approx(own - others)
    fresh = sum(map(int, game["fresh"])) / (10_000 * game["settings"]["fresh"])
    assert effects["P3"].value == pytest.approx(own - fresh)
    right = sum(map(int, game["pairs"])) / (2 * len(game["pairs"]))
    assert effects["P4"].value == pytest.approx(right - 0.5)


def test_hits_in_photographs(effects):
    game = recorded("pointing_photographs")
    own, others, middle = (
        sum(game["boxes"][player]) / 98 for player in ("own", "others", "middle")
    )
    assert effects["P5"].value == pytest.approx(own - others)
    assert effects["P6"].value == pytest.approx(own - middle)
    right = sum(map(int, game["pairs"])) / (2 * len(game["pairs"]))
    assert effects["P7"].value == pytest.approx(right - 0.5)


def test_values_are_one_a_seed_in_their_order():
    found = scoreboard.values("depth", "seed", variant="2 1x1")
    assert found.tolist() == [0, 1, 2, 3, 4]
    doubled = scoreboard.values("depth", lambda cell: 2 * cell["seed"], variant="2 1x1")
    assert doubled.tolist() == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("settings", [{}, {"variant": "7 1x1"}])
def test_settings_that_do_not_pick_one_cell_a_seed_are_refused(settings):
    with pytest.raises(ValueError, match=r"depth: \{.*\} picks the seeds \["):
        scoreboard.values("depth", **settings)
    with pytest.raises(KeyError):
        scoreboard.values("depth", "typo", variant="2 1x1")


def test_another_record_of_that_name_is_read_anew(tmp_path, monkeypatch):
    assert scoreboard.values("depth", variant="2 1x1").size == 5
    facts = recorded("depth")
    own = [c for c in facts["cells"] if c["variant"] == "2 1x1"]
    path = tmp_path / "results" / "depth.json"
    path.parent.mkdir()
    monkeypatch.chdir(tmp_path)
    for count in (1, 2):
        facts["cells"] = own[:count]
        facts["sha256"] = results.checksum(facts)
        path.write_text(json.dumps(facts))
        os.utime(path, (count, count))
        assert scoreboard.values("depth", variant="2 1x1").size == count
    with pytest.raises(ValueError, match=r"picks the seeds \[\], .*values of variant,"):
        scoreboard.values("depth", typo=None)
    facts["cells"] = []
    facts["sha256"] = results.checksum(facts)
    path.write_text(json.dumps(facts))
    os.utime(path, (3, 3))
    with pytest.raises(ValueError, match=r"picks the seeds \[\], not one each"):
        scoreboard.values("depth")
