"""Play the pointing game with the confidence maps.

    python scripts/pointing.py [garments] [photographs]

``results/pointing.json``, one digit an image, all test images of
Fashion-MNIST:

- *alone*: each garment lies at a random place of a black canvas. The highest
  cell of the map of its class hits if the pixel in its middle is on the
  garment. Beside it: how many of the nine other maps hit, and how many of
  `FRESH` networks that were never trained. *empty*: the share of the maps that
  are the same everywhere.
- *pairs*: two garments of different classes side by side. How many of the two
  maps are highest on the side of the right garment? Who points at the
  brightest pixel, whatever the class, is right for one of two.

``results/pointing_photographs.json``, test images of CIFAR-10:

- *pairs* of photographs, as of garments, and *fresh_pairs* by one network that
  was never trained: all of them.
- *leading*: whose map has the most of the highest tenth of all activations.
- *boxes*: the 100 photographs of ``experiments/cifar10_boxes.json``. The
  highest cell of a map hits if its middle is in the box of the object; two
  boxes each, drawn independently. The opponents see no map: the middle of the
  image, the brightest place, and the one with the most contrast. *marked* is
  the share in the box of the highest tenth of the cells of the true map.
"""

import hashlib
import json
import sys

from nin_utils import data, models
from nin_utils.data import sets
from nin_utils.maps import confidence_maps, top_mask

import mxnet as mx
import numpy as np
from mxnet import init, nd

from booktools.files import ROOT
from experiments.records import (
    chosen,
    git_commit,
    parser_of,
    say_recorded,
    threads,
    write_record,
)

BOXES = ROOT / "scripts" / "experiments" / "cifar10_boxes.json"
CANVAS = 56  # pixels
FRESH = 5  # networks with random weights
PAIR = 64  # pixels, width of a canvas with two garments
SIDE = 28
SEED = 8  # of the places, and of the pairs of photographs
WINDOW = 8  # pixels, of a place that is bright or full of contrast
BATCH = 250


def alone(images):
    """Put each image at a random place of a black canvas.

    Parameters
    ----------
    images : numpy.ndarray
        uint8, (N, 28, 28).

    Returns
    -------
    numpy.ndarray
        float32 in [0, 1], (N, 1, CANVAS, CANVAS).
    """
    corners = np.random.default_rng(SEED).integers(
        0, CANVAS - SIDE + 1, size=(len(images), 2)
    )
    placed = data.place(images[..., None], CANVAS, SIDE, *corners.T)
    return placed.transpose(0, 3, 1, 2) / np.float32(255)


def pairs(images, labels):
    """Put the first and the second half side by side, where classes differ.

    Parameters
    ----------
    images : numpy.ndarray
        float32 in [0, 1], (N, C, H, W).

    Returns
    -------
    X : numpy.ndarray
        float32 in [0, 1], (n, C, H, 64).
    classes : numpy.ndarray
        Of the left and of the right image, (2, n).
    """
    n = len(images) // 2
    both = images[: 2 * n].reshape(2, n, *images.shape[1:])
    classes = labels[: 2 * n].reshape(2, n)
    differ = classes[0] != classes[1]
    _, _, height, width = images.shape
    X = np.zeros((differ.sum(), images.shape[1], height, PAIR), "float32")
    X[..., :width], X[..., -width:] = both[:, differ]
    return X, classes[:, differ]


def maps_of(net, X):
    """Return the confidence maps of a network, (N, 10, h, w)."""
    net.hybridize()
    parts = [
        confidence_maps(net, nd.array(X[i : i + BATCH])).asnumpy()
        for i in range(0, len(X), BATCH)
    ]
    return np.concatenate(parts)


def empty(maps):
    """Return which maps are the same everywhere, bool (N, 10): they point nowhere.

    Behind its ReLU a map may be 0 in every cell; many of an untrained network
    are.
    """
    return np.ptp(maps, axis=(2, 3)) == 0


def peaks(maps):
    """Return the highest cell of each map, counted by rows, int (N, 10).

    For a map that is the same everywhere one is drawn, else it would always
    be the upper left one.

    Parameters
    ----------
    maps : numpy.ndarray
        (N, 10, h, w).
    """
    cells = maps.reshape(*maps.shape[:2], -1)
    any_cell = np.random.default_rng(SEED).integers(
        cells.shape[2], size=cells.shape[:2]
    )
    return np.where(empty(maps), any_cell, cells.argmax(axis=2))


def hits(maps, on):
    """Return which map's highest cell is on the object, bool (N, 10).

    Parameters
    ----------
    maps : numpy.ndarray
        (N, 10, h, w).
    on : numpy.ndarray of bool
        Which cells are, (N, h, w).
    """
    return np.take_along_axis(on.reshape(len(on), -1), peaks(maps), axis=1)


def on_garment(X):
    """Return the cells whose middle is on the garment, bool (N, h, w).

    A window of 3 with stride 2 has its middle at pixel 2i + 1; two of them:
    cell i looks at pixel 4i + 3.
    """
    return X[:, 0, 3::4, 3::4] > 0


def in_box(boxes, h, w):
    """Return the cells whose middle is in the box, bool (N, h, w).

    Parameters
    ----------
    boxes : numpy.ndarray
        (N, 4): left, top, right and bottom, in pixels.
    """
    left, top, right, bottom = boxes.T[..., None]
    y, x = (4 * np.arange(n) + 3.5 for n in (h, w))  # the middle of pixel 4i + 3
    down = (top <= y) & (y <= bottom)
    across = (left <= x) & (x <= right)
    return down[:, :, None] & across[:, None, :]


def windows(X, reduce):
    """Return a number for the window around the middle of each cell, (N, h, w).

    Parameters
    ----------
    X : numpy.ndarray
        (N, H, W).
    reduce : callable
        Of a window, (N, WINDOW, WINDOW) or less at the edges, over axes 1, 2.
    """
    half = WINDOW // 2
    cuts = [
        [slice(max(i - half + 1, 0), i + half + 1) for i in range(3, length, 4)]
        for length in X.shape[1:]
    ]
    rows = [[reduce(X[:, y, x], axis=(1, 2)) for x in cuts[1]] for y in cuts[0]]
    return np.array(rows).transpose(2, 0, 1)


def right_side(maps, classes):
    """Return how many of the two maps are highest on their side, (n,)."""
    n, _, _, width = maps.shape
    column = peaks(maps) % width
    return sum(
        (column[np.arange(n), classes[side]] >= width // 2) == side for side in (0, 1)
    )


def fresh_networks(make):
    """Yield `FRESH` networks that were never trained."""
    for seed in range(FRESH):
        mx.random.seed(seed)
        net = make()
        net.initialize(init.MSRAPrelu())
        yield net


def garments():
    """Return what is recorded of garments."""
    images, labels = data.fashion_mnist(train=False)
    X = alone(images)
    on = on_garment(X)
    net = models.nin_mnist(pretrained=True)
    maps = maps_of(net, X)
    hit = hits(maps, on)
    true = np.eye(10, dtype=bool)[labels]
    randoms = [maps_of(net, X)[true] for net in fresh_networks(models.nin_mnist)]
    randoms = np.stack(randoms, axis=1)  # (N, FRESH, h, w)
    Z, classes = pairs(images[:, None] / np.float32(255), labels)
    return {
        "labels": digits(labels),
        "chance": float(on.mean()),
        "answers": digits(maps.mean(axis=(2, 3)).argmax(axis=1)),
        "true": digits(hit[true]),
        "others": digits((hit & ~true).sum(axis=1)),
        "fresh": digits(hits(randoms, on).sum(axis=1)),
        "pairs": digits(right_side(maps_of(net, Z), classes)),
        "empty": {
            "true": float(empty(maps)[true].mean()),
            "others": float(empty(maps)[~true].mean()),
            "fresh": float(empty(randoms).mean()),
        },
    }


def photographs():
    """Return what is recorded of photographs."""
    images, labels = data.cifar10(train=False)
    drawn = json.loads(BOXES.read_text())
    if hashlib.sha256(images[:100].tobytes()).hexdigest() != drawn["sha256"]:
        sys.exit(
            f"the boxes are those of another copy than {data.cifar10_source()} "
            f"(its first 100 test images have another SHA-256): see {BOXES.name}"
        )
    X = images.transpose(0, 3, 1, 2) / np.float32(255)
    net = models.nin_cifar10(pretrained=True)
    maps = maps_of(net, X)
    marked = top_mask(maps).sum(axis=(2, 3))
    order = np.random.default_rng(SEED).permutation(len(X))
    Z, classes = pairs(X[order], labels[order])
    untrained = next(fresh_networks(models.nin_cifar10))
    return {
        "labels": digits(labels),
        "answers": digits(maps.mean(axis=(2, 3)).argmax(axis=1)),
        "leading": digits(marked.argmax(axis=1)),
        "pairs": digits(right_side(maps_of(net, Z), classes)),
        "fresh_pairs": digits(right_side(maps_of(untrained, Z), classes)),
        "boxes": boxes(drawn["boxes"], X, maps),
    }


def boxes(drawn, X, maps):
    """Return the pointing game with boxes: a number a photograph and opponent.

    Parameters
    ----------
    drawn : dict
        Two boxes by the name of the file; None where there is none.
    X : numpy.ndarray
        The test images, (N, 3, 32, 32): the first of each class, then the
        second, as `nin_utils.data.cifar10` reads the copy in JPEG.
    maps : numpy.ndarray
        Theirs, (N, 10, h, w).
    """
    names = data.CIFAR10_LABELS
    both = [drawn[f"{name}/{i:04}.jpg"] for i in range(10) for name in names]
    seen = [k for k, two in enumerate(both) if None not in two]
    two_boxes = np.array([both[k] for k in seen]).transpose(1, 0, 2)  # (2, n, 4)
    X, maps = X[seen], maps[seen]
    true = np.eye(len(names), dtype=bool)[np.array(seen) % len(names)]
    h, w = maps.shape[2:]
    grey = X.mean(axis=1)
    bright, contrast = (windows(grey, reduce)[:, None] for reduce in (np.mean, np.std))
    randoms = [maps_of(net, X)[true] for net in fresh_networks(models.nin_cifar10)]
    randoms = np.stack(randoms, axis=1)  # (n, FRESH, h, w)
    own = maps[true]
    top = own >= np.quantile(own, 0.9, axis=(1, 2), keepdims=True)
    facts = {"photograph": seen}
    for box in two_boxes:
        on = in_box(box, h, w)
        hit = hits(maps, on)
        for name, values in {
            "chance": on.mean(axis=(1, 2)),
            "own": hit[true],
            "others": hit.sum(axis=1, where=~true) / 9,
            "others, empty": empty(maps).sum(axis=1, where=~true) / 9,
            "random": hits(randoms, on).mean(axis=1),
            "random, empty": empty(randoms).mean(axis=1),
            "middle": ((box[:, :2] <= 16) & (box[:, 2:] >= 16)).all(axis=1),
            "bright": hits(bright, on)[:, 0],
            "contrast": hits(contrast, on)[:, 0],
            "marked": (top & on).sum(axis=(1, 2)) / top.sum(axis=(1, 2)),
        }.items():
            facts[name] = facts.get(name, 0) + values / 2
    return {name: np.round(values, 6).tolist() for name, values in facts.items()}


def digits(numbers):
    """Return numbers from 0 to 9 as a string."""
    return "".join(str(int(number)) for number in numbers)


GAMES = {
    "garments": (garments, "pointing", sets.FASHION_MNIST, "nin_mnist"),
    "photographs": (photographs, "pointing_photographs", sets.CIFAR10, "nin_cifar10"),
}


def main():
    """Measure the named games, else all, and record."""
    parser = parser_of(__doc__)
    parser.add_argument("games", nargs="*", help=f"of {', '.join(GAMES)}")
    names = chosen(parser, parser.parse_args().games, GAMES, "no game")
    for name in names:
        measure, record, data_set, network = GAMES[name]
        target = ROOT / "results" / f"{record}.json"
        if target.exists():
            say_recorded(target)
            continue
        commit = git_commit()
        settings = {
            "fresh": FRESH,
            "pair": PAIR,
            "seed": SEED,
            "network": f"{network}(pretrained=True)",
        }
        if name == "garments":
            settings["canvas"] = CANVAS
        facts = {"settings": settings, **measure()}
        command = f"python scripts/pointing.py {name}"
        write_record(target, command, commit, threads(), facts, data_set)
        print(f"{name}: written to {target.name}")


if __name__ == "__main__":
    main()
