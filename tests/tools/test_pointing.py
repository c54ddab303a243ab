"""The pointing game: who hits, and what the record says of it."""

import hashlib
import json

from nin_utils import data

import numpy as np
import pytest

import pointing


def test_a_cell_is_in_the_box_if_its_middle_is():
    boxes = np.array([[0, 0, 8, 32], [3.6, 7.4, 40, 7.6], [9, 9, 9, 9]])
    first, second, none = pointing.in_box(boxes, 8, 8)
    assert first[:, :2].all() and not first[:, 2:].any()  # middles: 3.5, 7.5, 11.5
    assert np.argwhere(second).tolist() == [[1, x] for x in range(1, 8)]
    assert not none.any()


def test_the_highest_cell_hits_or_misses():
    maps = np.ones((1, 10, 2, 2))
    maps[0, :, 0, 1] = 2
    maps[0, 3, 1, 0] = 3
    on = np.array([[[False, False], [True, False]]])
    assert pointing.hits(maps, on).tolist() == [[c == 3 for c in range(10)]]


def test_a_map_that_is_the_same_everywhere_hits_by_chance():
    maps = np.zeros((1000, 10, 2, 2))
    on = np.zeros((1000, 2, 2), bool)
    on[:, 0, 0] = True
    assert pointing.empty(maps).all()
    assert 0.23 < pointing.hits(maps, on).mean() < 0.27
    maps[..., 0, 0] = 1
    assert not pointing.empty(maps).any()
    assert pointing.hits(maps, on).all()


def test_windows_lie_around_the_middle_of_each_cell():
    X = np.zeros((1, 16, 32))
    X[0, 11, 7] = 1  # the middle of cell (2, 1)
    found = pointing.windows(X, np.max)
    assert found.shape == (1, 4, 8)
    assert np.argwhere(found[0]).tolist() == [[y, x] for y in (1, 2) for x in (0, 1)]


def test_pairs_differ_in_their_class():
    images = np.arange(4, dtype="float32").reshape(4, 1, 1, 1) * np.ones((1, 3, 2, 32))
    X, classes = pointing.pairs(images, np.array([5, 6, 5, 7]))
    assert X.shape == (1, 3, 2, 64) and classes.tolist() == [[6], [7]]
    assert (X[..., :32] == 1).all() and (X[..., 32:] == 3).all()


def test_each_map_must_be_highest_on_its_side():
    maps = np.zeros((2, 10, 1, 4))
    maps[0, 6, 0, 1] = maps[0, 7, 0, 3] = 1
    maps[1, 6, 0, 2] = maps[1, 7, 0, 3] = 1
    classes = np.array([[6, 6], [7, 7]])
    assert pointing.right_side(maps, classes).tolist() == [2, 1]


@pytest.fixture
def photographs(monkeypatch, tmp_path):
    """The record of 100 photographs that were made up."""
    images = np.random.default_rng(0).integers(0, 256, (100, 32, 32, 3), np.uint8)
    labels = np.tile(np.arange(10, dtype=np.int32), 10)
    monkeypatch.setattr(data, "cifar10", lambda train: (images, labels))
    monkeypatch.setattr(data, "cifar10_source", lambda: "JPEG files")
    monkeypatch.setattr(pointing, "FRESH", 1)
    drawn = json.loads(pointing.BOXES.read_text())
    drawn["sha256"] = hashlib.sha256(images.tobytes()).hexdigest()
    monkeypatch.setattr(pointing, "BOXES", tmp_path / "boxes.json")
    pointing.BOXES.write_text(json.dumps(drawn))
    return pointing.photographs


def test_the_record_of_photographs(photographs):
    record = photographs()
    assert len(record["labels"]) == len(record["leading"]) == 100
    assert set(record["pairs"]) <= set("012") and len(record["pairs"]) > 40
    boxes = record["boxes"]
    seen = [k for k in range(100) if k not in (63, 87)]  # a cat and a horse
    assert boxes.pop("photograph") == seen
    for hits in boxes.values():
        assert len(hits) == 98 and 0 <= min(hits) <= max(hits) <= 1
    assert np.mean(boxes["middle"]) > 0.9 > np.mean(boxes["chance"])


def test_other_copies_have_no_boxes(photographs):
    pointing.BOXES.write_text('{"sha256": "0"}')
    with pytest.raises(SystemExit, match="another copy than JPEG files.*boxes.json"):
        photographs()
