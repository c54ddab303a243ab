"""Play the pointing game with the confidence maps.

    python scripts/pointing.py

Writes ``results/pointing.json``, one digit an image, test images only:

- *alone*: each garment lies at a random place of a black canvas. The highest
  cell of the map of its class hits if the pixel in its middle is on the
  garment. Beside it: how many of the nine other maps hit, and how many of
  `FRESH` networks that were never trained.
- *pairs*: two garments of different classes side by side. How many of the two
  maps are highest on the side of the right garment? Who points at the
  brightest pixel, whatever the class, is right for one of two.
"""

from nin_utils import data, models
from nin_utils.compat import usable_cpus
from nin_utils.maps import confidence_maps

import mxnet as mx
import numpy as np
from mxnet import init, nd

from booktools.files import ROOT
from experiments.records import git_commit, parser_of, write_record

CANVAS = 56  # pixels
FRESH = 5  # networks with random weights
PAIR = 64  # pixels, width of a canvas with two garments
SIDE = 28
SEED = 8  # of the places
BATCH = 250


def alone(images, seed=SEED, canvas=CANVAS):
    """Put each image at a random place of a black canvas.

    Parameters
    ----------
    images : numpy.ndarray
        uint8, (N, 28, 28).

    Returns
    -------
    numpy.ndarray
        float32 in [0, 1], (N, 1, canvas, canvas).
    """
    corners = np.random.default_rng(seed).integers(
        0, canvas - SIDE + 1, size=(len(images), 2)
    )
    placed = data.place(images[..., None], canvas, SIDE, *corners.T)
    return placed.transpose(0, 3, 1, 2) / np.float32(255)


def pairs(images, labels):
    """Put the first and the second half side by side, where classes differ.

    Returns
    -------
    X : numpy.ndarray
        float32 in [0, 1], (n, 1, 28, 64).
    classes : numpy.ndarray
        Of the left and of the right garment, (2, n).
    """
    n = len(images) // 2
    both = images[: 2 * n].reshape(2, n, SIDE, SIDE)
    classes = labels[: 2 * n].reshape(2, n)
    differ = classes[0] != classes[1]
    X = np.zeros((differ.sum(), 1, SIDE, PAIR), "float32")
    X[:, 0, :, :SIDE], X[:, 0, :, -SIDE:] = both[:, differ] / np.float32(255)
    return X, classes[:, differ]


def maps_of(net, X):
    """Return the confidence maps of a network, (N, 10, h, w)."""
    net.hybridize()
    parts = [
        confidence_maps(net, nd.array(X[i : i + BATCH])).asnumpy()
        for i in range(0, len(X), BATCH)
    ]
    return np.concatenate(parts)


def hits(maps, X):
    """Return which map's highest cell is on the garment, bool (N, 10).

    A window of 3 with stride 2 has its middle at pixel 2i + 1; two of them:
    cell i looks at pixel 4i + 3.
    """
    on = X[:, 0, 3::4, 3::4].reshape(len(X), -1) > 0
    peak = maps.reshape(*maps.shape[:2], -1).argmax(axis=2)
    return np.take_along_axis(on, peak, axis=1)


def right_side(maps, classes):
    """Return how many of the two maps are highest on their side, (n,)."""
    n, _, _, width = maps.shape
    count = np.zeros(n, int)
    for side in (0, 1):
        column = maps[np.arange(n), classes[side]].max(axis=1).argmax(axis=1)
        count += (column >= width // 2) == side
    return count


def measure(images, labels):
    """Return what is recorded of these images."""
    X = alone(images)
    net = models.nin_mnist(pretrained=True)
    maps = maps_of(net, X)
    hit = hits(maps, X)
    true = np.eye(10, dtype=bool)[labels]
    fresh = np.zeros(len(X), int)
    for seed in range(FRESH):
        mx.random.seed(seed)
        random = models.nin_mnist()
        random.initialize(init.MSRAPrelu())
        fresh += hits(maps_of(random, X), X)[true]
    Z, classes = pairs(images, labels)
    return {
        "labels": digits(labels),
        "chance": float((X[:, 0, 3::4, 3::4] > 0).mean()),
        "answers": digits(maps.mean(axis=(2, 3)).argmax(axis=1)),
        "true": digits(hit[true]),
        "others": digits((hit & ~true).sum(axis=1)),
        "fresh": digits(fresh),
        "pairs": digits(right_side(maps_of(net, Z), classes)),
    }


def digits(numbers):
    """Return numbers from 0 to 9 as a string."""
    return "".join(str(int(number)) for number in numbers)


def main():
    """Measure with all test images, and record."""
    parser_of(__doc__).parse_args()
    commit = git_commit()
    settings = {
        "canvas": CANVAS,
        "fresh": FRESH,
        "pair": PAIR,
        "seed": SEED,
        "network": "nin_mnist(pretrained=True)",
    }
    facts = {"settings": settings, **measure(*data.fashion_mnist(train=False))}
    target = ROOT / "results" / "pointing.json"
    write_record(target, "python scripts/pointing.py", commit, usable_cpus(), facts)
    for name in ("true", "others", "fresh", "pairs"):
        numbers = np.array(list(facts[name]), int)
        print(f"{name}: {numbers.mean():.3f} of {numbers.max()}")


if __name__ == "__main__":
    main()
