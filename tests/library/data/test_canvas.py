import nin_utils  # noqa: F401
from nin_utils import data, models
from nin_utils.data.batches import Batches
from nin_utils.data.canvas import RandomPlace, place
from nin_utils.models import weights

import numpy as np
import pytest
from mxnet.gluon import nn
from PIL import Image

from experiments import recipes, trained


@pytest.fixture(scope="module")
def images():
    return data.fashion_mnist(train=False, subset=True)[0][:40, ..., None]


def test_same_size_same_place_is_the_same_picture(images):
    np.testing.assert_array_equal(place(images, 28, 28, 0, 0), images)


def test_it_lies_where_it_was_put_and_nowhere_else(images):
    placed = place(images, 60, 28, 5, 31)
    np.testing.assert_array_equal(placed[:, 5:33, 31:59], images)
    placed[:, 5:33, 31:59] = 0
    assert not placed.any()


def test_what_lies_outside_is_cut_off(images):
    placed = place(images, 28, 28, -10, 9)
    np.testing.assert_array_equal(placed[:, :18, 9:], images[:, 10:, :19])
    assert not placed[:, 18:].any() and not placed[:, :, :9].any()


def test_mirrored_pictures_are_mirrored(images):
    mirrored = np.arange(len(images)) % 2
    for kind in int, bool:
        placed = place(images, 28, 28, 0, 0, mirrored.astype(kind))
        np.testing.assert_array_equal(placed[::2], images[::2])
        np.testing.assert_array_equal(placed[1::2], images[1::2, :, ::-1])


@pytest.mark.parametrize("side", [16, 21, 36, 56])
def test_sizes_agree_with_pillow(images, side):
    placed = place(images, side, side, 0, 0)[..., 0].astype(int)
    for picture, ours in zip(images[..., 0], placed):
        theirs = Image.fromarray(picture).resize((side, side), Image.BILINEAR)
        assert abs(np.asarray(theirs) - ours).max() <= 1


def test_each_picture_has_its_own_size_and_place():
    white = np.full((2, 28, 28, 1), 255, np.uint8)
    side, top, left = np.array([[20, 30], [0, 7], [12, 2]])
    placed = place(white, 40, side, top, left)[..., 0]
    for i in range(2):
        box = np.zeros((40, 40), np.uint8)
        box[top[i] : top[i] + side[i], left[i] : left[i] + side[i]] = 255
        np.testing.assert_array_equal(placed[i], box)


def test_a_picture_without_pixels_cannot_be_placed(images):
    with pytest.raises(ValueError, match="side must be at least 1, not 0"):
        place(images, 28, 0, 0, 0)


def test_random_places_stay_within_their_bounds():
    np.random.seed(1)
    white = np.full((300, 28, 28, 1), 255, np.uint8)
    with pytest.raises(ValueError, match="largest must be at least 40, not 16"):
        RandomPlace((28, 48), 40, 16)
    augment, seen = RandomPlace((28, 48)), set()
    for _ in range(20):
        placed = augment(white)[..., 0] > 0
        canvas = placed.shape[1]
        sides = placed.any(axis=2).sum(axis=1)
        np.testing.assert_array_equal(placed.any(axis=1).sum(axis=1), sides)
        assert sides.min() == 16 and sides.max() == min(canvas, 40)
        assert placed[:, 0].any() and placed[:, :, -1].any()
        seen.add(canvas)
    assert seen == {28, 48}


@pytest.mark.parametrize(
    ("arguments", "kind", "match"),
    [
        (("40",), TypeError, "canvases must be an integer, not '40'"),
        (((),), ValueError, "canvases is empty: name a size"),
        (((28, 0),), ValueError, "canvases must be at least 1, not 0"),
        (((28,), 16.5), TypeError, "smallest must be an integer, not 16.5"),
        (((28,), 9, 8), ValueError, "largest must be at least 9, not 8"),
    ],
)
def test_canvases_and_sides_that_cannot_be(arguments, kind, match):
    with pytest.raises(kind, match=match):
        RandomPlace(*arguments)


def test_batches_take_any_function(images):
    batches = Batches(images[..., 0], np.arange(40), 16, augment=RandomPlace(36))
    assert [X.shape for X, _ in batches] == [(16, 1, 36, 36)] * 2 + [(8, 1, 36, 36)]


def test_accuracy_on_canvases_follows_the_place(monkeypatch):
    """A network that sees the upper half of any canvas only."""

    class Upper(nn.HybridBlock):
        def hybrid_forward(self, F, x):
            lit = F.slice_axis(x, axis=2, begin=0, end=28).mean(axis=(1, 2, 3))
            lit = (lit > 0.001).reshape((-1, 1))
            return F.concat(*[lit * (c == 3) for c in range(10)], dim=1)

    labels = np.full(30, 3, np.int32)
    white = np.full((30, 28, 28), 255, np.uint8)
    monkeypatch.setattr(data, "fashion_mnist", lambda train: (white, labels))
    net = Upper()
    net.initialize()
    facts = trained.accuracy_on_canvases(net, 20)
    assert facts["num_pictures"] == 20
    assert [c for c, _ in facts["by_canvas"]][-1] == 84
    for top, _, accuracy in facts["by_place"]:
        assert accuracy == (top < 28)


def test_weights_have_names_of_their_own(monkeypatch):
    names = []
    monkeypatch.setattr(weights, "load", lambda net, name: names.append(name))
    models.nin_mnist(pretrained=True)
    models.nin_mnist(pretrained="canvas")
    models.nin_cifar10(pretrained=True)
    run = recipes.RUNS["nin_mnist_canvas"]
    photos = recipes.RUNS["nin_cifar10_50"].weights
    assert names == [recipes.RUNS["nin_mnist"].weights, run.weights, photos]
    assert names == ["nin_mnist", "nin_mnist_canvas", "nin_cifar10"]


@pytest.mark.parametrize("make", [models.nin, models.nin_mnist, models.nin_cifar10])
def test_unknown_weights_are_refused(make):
    with pytest.raises(ValueError, match="pretrained must be .*not 'photos'"):
        make(pretrained="photos")
