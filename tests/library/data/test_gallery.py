"""The photographs of the package: what they are, and whose."""

import re

from nin_utils.data import CIFAR10_LABELS, gallery, photographs

import numpy as np
import pytest


@pytest.mark.parametrize("height", [32, 128])
def test_one_of_each_class_then_the_scenes(height):
    found = photographs(height)
    assert list(found) == [*CIFAR10_LABELS, "taxis", "horse and bird"]
    for name, image in found.items():
        width = height if name in CIFAR10_LABELS else 2 * height
        assert image.shape == (height, width, 3)
        assert image.dtype == np.uint8
        assert np.ptp(image) > 100


def test_colours_are_red_green_blue():
    image = photographs()["airplane"]
    red, green, blue = image[:4].reshape(-1, 3).mean(axis=0)  # the sky
    assert red < green < blue


def test_each_is_listed_with_its_licence():
    text = (gallery.FOLDER / "README.md").read_text()
    rows = re.findall(r"^\| `(\S+)` \|.*\| ([^|]+) \|$", text, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(
        path.name for path in gallery.FOLDER.glob("*.jpg")
    )
    assert {licence for _, licence in rows} == {"CC0", "CC0 (*)", "public domain"}


@pytest.mark.parametrize(
    ("height", "error"), [(0, ValueError), (129, ValueError), (32.0, TypeError)]
)
def test_heights_that_cannot_be(height, error):
    with pytest.raises(error, match=f"height must be .*{height}"):
        photographs(height)


def test_missing_file(tmp_path, monkeypatch):
    monkeypatch.setattr(gallery, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"airplane.jpg is missing: install"):
        photographs()
