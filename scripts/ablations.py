"""Vary one thing at a time in `nin_mnist` and record what it does.

    python scripts/ablations.py [NAME ...] [--jobs N]

makes the cells of `experiments.ablations`, all or those of the named
questions, and writes each question into ``results/<name>.json``. The recipes
were chosen on training images; the test images are only looked at once, at
the end of each training.
"""

from experiments import ablations
from experiments.grid import main

SETTINGS = {
    "batch_size": ablations.BATCH,
    "shifts": list(ablations.SHIFTS),
    "num_shifted": ablations.NUM_SHIFTED,
}


def describe(cell, outcome):
    """Return a line on a cell and its outcome."""
    return (
        f"{cell.variant}, {cell.num_1x1} 1x1, {cell.head}, "
        f"{cell.num_train} images, rate {cell.lr}, seed {cell.seed}: "
        f"{'validation' if cell.validate else 'test'} acc "
        f"{outcome['validation_acc' if cell.validate else 'test_acc']:.3f}"
    )


if __name__ == "__main__":
    main(
        __doc__,
        "ablations",
        ablations.questions(),
        ablations.one,
        settings=SETTINGS,
        describe=describe,
    )
