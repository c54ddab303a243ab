"""The claims that are judged by measurement, each with its effect.

Chapter 9 shows them, chapter 12 four of them on photographs. Every effect is
computed here from ``results/``, the verdicts are those of
`nin_utils.verdicts`, all claims of a chapter judged together. What a claim
says, who makes it and what follows stands in the chapter.

The margins were named before the measurements: half a point of accuracy, and
five points where hits or losses are counted.
"""

import functools

import numpy as np

from . import results
from .verdicts import difference, paired

__all__ = [
    "BODIES",
    "CLAIMS",
    "effects",
    "head",
    "lost",
    "on_photographs",
    "overfitting",
    "photographs",
    "values",
]

ACCURACY = 0.005  # smallest difference of accuracies that is worth having
COUNTED = 0.05  # of shares of images, and of accuracy lost
#: What stands in front of the heads that are compared.
BODIES = ("mlpconv", "plain")
MOVED = 4  # pixels

#: What is compared; the effect is the left side minus the right one.
CLAIMS = {
    "M5": "1×1: 2 > 0",
    "M6": "1×1: 2 > 1",
    "M7": "1×1: 3 > 2",
    "M8": "1×1 > 3×3 (MAC)",
    "M9": "1×1 > 3×3 (C)",
    "B1": "blocks: 3 > 2",
    "B2": "blocks: 4 > 3",
    "H3": "overfit: FC > GAP",
    "H4": "GAP > FC",
    "H5": "GAP > FC + dropout",
    "H6": "plain: GAP > FC",
    "H7": "plain: FC + dropout > GAP",
    "H8": "FC + dropout > FC",
    "H10": "H5 > −H7",
    "S1": "4 px: FC > GAP",
    "S4": "4 px: linear > GAP",
    "D1": "dropout: 0.5 > 0",
    "P2": "maps: own > others",
    "P3": "maps: own > random",
    "P4": "2 maps: own > 0.5",
    "P5": "photos: own > others",
    "P6": "photos: own > middle",
    "P7": "2 photos: own > 0.5",
    "R1": "recipe: BN, … > SGD",
}


def effects():
    """Return the effect of each claim that is judged by measurement.

    Returns
    -------
    dict of str to nin_utils.verdicts.Effect
        In the order of `CLAIMS`.

    Raises
    ------
    FileNotFoundError, ResultsError
        As `nin_utils.results.load`.
    """
    return {
        **_micro(),
        **_heads(),
        **_dropout(),
        **_pointing(),
        **_pointing_photographs(),
        **_recipe(),
    }


def _cells(name):
    path = results.find(name)
    return _read(name, path.parent, path.stat().st_mtime_ns)


@functools.lru_cache
def _read(name, folder, changed):
    """Return the cells of a record, read again once it has `changed`."""
    return results.load(name, "cells", folder=folder)["cells"]


def values(name, key="test_acc", **settings):
    """Return one value for each seed of a recorded grid, in their order.

    Parameters
    ----------
    name : str
        The record.
    key : str or callable
        What is measured: a field of a cell, or a function of the cell.
    **settings
        Fields that pick the cells: one a seed.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    KeyError
        If the cells have no field `key`.
    ValueError
        If there is not one cell a seed.
    FileNotFoundError, ResultsError
        As `nin_utils.results.load`.
    """
    chosen = [
        cell
        for cell in _cells(name)
        if all(f in cell and cell[f] == value for f, value in settings.items())
    ]
    seeds = [cell["seed"] for cell in chosen]
    if not chosen or len(set(seeds)) != len(seeds):
        fields = dict.fromkeys(field for cell in _cells(name) for field in cell)
        raise ValueError(
            f"{name}: {settings} picks the seeds {seeds}, not one each: give "
            f"values of {', '.join(fields)}"
        )
    chosen.sort(key=lambda cell: cell["seed"])
    read = key if callable(key) else lambda cell: cell[key]
    return np.array([read(cell) for cell in chosen])


def overfitting(cell):
    """Return how much better a network is on what it was trained with."""
    return cell["train_acc"] - cell["test_acc"]


def lost(cell):
    """Return the accuracy that a network loses when the images are moved."""
    return cell["shifted_acc"][0] - cell["shifted_acc"][MOVED]


def _micro():
    def acc(variant):
        return values("depth", variant=variant)

    two = acc("2 1x1")
    return {
        claim: difference(a, b, ACCURACY)
        for claim, a, b in (
            ("M5", two, acc("0 1x1")),
            ("M6", two, acc("1 1x1")),
            ("M7", acc("3 1x1"), two),
            ("M8", two, acc("3x3, narrow")),
            ("M9", two, acc("3x3")),
            ("B1", two, acc("blocks: 2")),
            ("B2", acc("blocks: 4"), two),
        )
    }


def head(body, name, key="test_acc", sizes=(1000, 5000)):
    """Return a head's value for each seed, the mean over the sizes.

    Parameters
    ----------
    body, name : str
        "mlpconv" or "plain"; "gap", "gap + linear", "fc" or "fc + dropout".
    key : str or callable
        As in `values`.
    sizes : sequence of int
        Numbers of training images.

    Returns
    -------
    numpy.ndarray
    """
    return np.mean(
        [
            values("heads", key, variant=f"{body} + {name}", num_train=size)
            for size in sizes
        ],
        axis=0,
    )


def _both(name, key="test_acc", sizes=(1000, 5000)):
    return np.mean([head(body, name, key, sizes) for body in BODIES], axis=0)


def _heads():
    gap, fc, dropped = (
        {body: head(body, name) for body in BODIES}
        for name in ("gap", "fc", "fc + dropout")
    )
    lead = {body: gap[body] - dropped[body] for body in BODIES}
    five = (5000,)
    return {
        "H3": difference(_both("fc", overfitting), _both("gap", overfitting), ACCURACY),
        "H4": difference(gap["mlpconv"], fc["mlpconv"], ACCURACY),
        "H5": difference(gap["mlpconv"], dropped["mlpconv"], ACCURACY),
        "H6": difference(gap["plain"], fc["plain"], ACCURACY),
        "H7": difference(dropped["plain"], gap["plain"], ACCURACY),
        "H8": difference(_both("fc + dropout"), _both("fc"), ACCURACY),
        "H10": difference(lead["mlpconv"], lead["plain"], ACCURACY),
        "S1": difference(_both("fc", lost, five), _both("gap", lost, five), COUNTED),
        "S4": difference(
            _both("gap + linear", lost, five), _both("gap", lost, five), COUNTED
        ),
    }


def _dropout():
    def of(rate):
        return values("dropout", dropout=rate)

    return {"D1": difference(of(0.5), of(0.0), ACCURACY)}


def photographs(name, key="test_acc"):
    """Return a value of a relative of `nin_cifar10` for each seed.

    Parameters
    ----------
    name : str
        "gap", "fc", "fc + dropout", or "gap, dropout": with dropout of 0.5
        between the blocks.
    key : str or callable
        As in `values`.

    Returns
    -------
    numpy.ndarray
    """
    return values("cifar10", key, variant=f"cifar10 + {name}")


def on_photographs():
    """Return the effects of H4, H5, H8 and D1 on photographs.

    Returns
    -------
    dict of str to nin_utils.verdicts.Effect

    Raises
    ------
    FileNotFoundError, ResultsError
        As `nin_utils.results.load`.
    """
    gap, fc, dropped, between = map(
        photographs, ("gap", "fc", "fc + dropout", "gap, dropout")
    )
    return {
        "H4": difference(gap, fc, ACCURACY),
        "H5": difference(gap, dropped, ACCURACY),
        "H8": difference(dropped, fc, ACCURACY),
        "D1": difference(between, gap, ACCURACY),
    }


def _pointing():
    record = results.load("pointing", "true", "others", "fresh", "pairs")
    true, others, fresh, pairs = (
        np.array(list(record[key]), int) for key in ("true", "others", "fresh", "pairs")
    )
    return {
        "P2": paired(true, others / 9, COUNTED),
        "P3": paired(true, fresh / record["settings"]["fresh"], COUNTED),
        "P4": _above_half(pairs),
    }


def _pointing_photographs():
    record = results.load("pointing_photographs", "boxes", "pairs")
    own, others, middle = (record["boxes"][key] for key in ("own", "others", "middle"))
    return {
        "P5": paired(own, others, COUNTED),
        "P6": paired(own, middle, COUNTED),
        "P7": _above_half(np.array(list(record["pairs"]), int)),
    }


def _above_half(pairs):
    """Return how much more than half of the two maps are on the right side."""
    return paired(pairs / 2, np.full(len(pairs), 0.5), COUNTED)


def _recipe():
    plain, best = (values("recipe", variant=name) for name in ("plain", "all"))
    return {"R1": difference(best, plain, ACCURACY)}
