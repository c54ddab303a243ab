"""What decides on the claims of the scoreboard: effects from recorded runs.

Each function belongs to a section of chapter 9 and returns an
`nin_utils.verdicts.Effect` for the name of each claim. An effect is what the
claim says is above 0, most often a difference of accuracies over the seeds.
"""

import numpy as np

from . import results
from .verdicts import difference

__all__ = ["HEADS", "MARGIN", "accuracy", "cells", "heads", "micro", "overfitting"]

#: Half a point of accuracy, the smallest difference worth having.
MARGIN = 0.005
HEADS = ("gap", "gap + linear", "fc", "fc + dropout")


def cells(record, **settings):
    """Return the trainings of a record that have these settings.

    Parameters
    ----------
    record : str
        As in `nin_utils.results.load`.
    **settings
        Their fields, as in ``variant="2 1x1"``.

    Returns
    -------
    list of dict

    Raises
    ------
    LookupError
        If there is no such training; names record and settings.
    """
    found = [
        cell
        for cell in results.load(record, "cells")["cells"]
        if all(cell[key] == value for key, value in settings.items())
    ]
    if not found:
        raise LookupError(f"results/{record}.json has no training with {settings}")
    return found


def accuracy(record, **settings):
    """Return the test accuracy of each of these trainings, (seeds,)."""
    return np.array([c["test_acc"] for c in cells(record, **settings)])


def overfitting(record, **settings):
    """Return how much higher the training accuracy is, (seeds,)."""
    found = cells(record, **settings)
    return np.array([c["train_acc"] - c["test_acc"] for c in found])


def micro():
    """Return the effects on the claims about the micro network.

    Returns
    -------
    dict of str to nin_utils.verdicts.Effect
    """
    acc = {
        name: accuracy("depth", variant=name)
        for name in dict.fromkeys(c["variant"] for c in cells("depth"))
    }
    pairs = {
        "M5": ("2 1x1", "0 1x1"),  # the paper's network, a plain one
        "M6": ("2 1x1", "1 1x1"),
        "M7": ("3 1x1", "2 1x1"),
        "M8": ("2 1x1", "3x3, narrow"),  # as deep, with as much arithmetic
        "M9": ("2 1x1", "blocks: 2"),  # it has three
        "M10": ("blocks: 4", "2 1x1"),
    }
    return {
        claim: difference(acc[ours], acc[other], MARGIN)
        for claim, (ours, other) in pairs.items()
    }


def heads(num_train):
    """Return the effects on the claims about the head.

    Parameters
    ----------
    num_train : int
        Training images.

    Returns
    -------
    dict of str to nin_utils.verdicts.Effect
    """

    def of(measure, body):
        return {
            head: measure("heads", variant=f"{body} + {head}", num_train=num_train)
            for head in HEADS
        }

    acc, plain = of(accuracy, "mlpconv"), of(accuracy, "plain")
    over = of(overfitting, "mlpconv")
    return {
        "H3": difference(over["fc"], over["gap"], MARGIN),
        "H4": difference(acc["gap"], acc["fc"], MARGIN),
        "H5": difference(acc["gap"], acc["fc + dropout"], MARGIN),
        "H6": difference(plain["gap"], plain["fc"], MARGIN),
        "H7": difference(plain["fc + dropout"], plain["gap"], MARGIN),
        "H8": difference(acc["fc + dropout"], acc["fc"], MARGIN),
        # the paper's pair: the average gains more on mlpconv layers
        "H10": difference(
            acc["gap"] - acc["fc + dropout"],
            plain["gap"] - plain["fc + dropout"],
            MARGIN,
        ),
    }
