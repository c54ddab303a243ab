"""Train the tutorial's network hundreds of times, record what becomes of it.

    python scripts/clinic.py [NAME ...] [--jobs N]

makes the cells of `experiments.clinic`, short trainings, and writes them into
``results/clinic.json`` (the recipes, two seeds each) and ``death.json`` (one
recipe in four variants, a hundred seeds each). Nothing here sees a test image:
the networks are judged by training images that were held back.
"""

from experiments import clinic
from experiments.grid import main

SETTINGS = {
    "network": "nin",
    "pixels": clinic.SIZE,
    "batch_size": clinic.BATCH,
    "num_trained": clinic.NUM_TRAINED,
    "num_checked": clinic.NUM_CHECKED,
    "curve_steps": clinic.CHECK,
    "plateau_below_ln_10": clinic.PLATEAU,
}


def describe(cell, outcome):
    """Return a line on a cell and its outcome."""
    relu = "ReLU" if cell.last_relu else "no ReLU"
    widths = "-".join(map(str, cell.widths))
    return (
        f"{cell.group}, rate {cell.lr:g}, {cell.init}, {relu}, {widths}, "
        f"seed {cell.seed}: {outcome['verdict']} after {outcome['last_step']} "
        "steps"
    )


if __name__ == "__main__":
    main(
        __doc__,
        "clinic",
        {"clinic": clinic.cells(), "death": clinic.death()},
        clinic.one,
        settings=SETTINGS,
        describe=describe,
    )
