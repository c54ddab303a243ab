"""Vary one thing at a time in `nin_mnist` and record what it does.

    python scripts/ablations.py [NAME ...] [--jobs N]

makes the cells of `_ablation_cells`, all or those of the named questions, and
writes each question into ``results/<name>.json``. All cells of a question
share one recipe, which was chosen on training pictures; the test pictures are
only looked at once, at the end of each training.
"""

import _ablation_run
from _ablation_cells import questions
from _grid import main


def describe(cell, outcome):
    """Return a line on a cell and its outcome."""
    return (
        f"{cell.variant}, {cell.num_1x1} 1x1, {cell.head}, "
        f"{cell.num_train} pictures, seed {cell.seed}: "
        f"test acc {outcome['test_acc']:.3f}"
    )


if __name__ == "__main__":
    main(
        __doc__,
        "ablations",
        questions(),
        _ablation_run.run,
        settings={
            "batch_size": _ablation_run.BATCH,
            "shifts": list(_ablation_run.SHIFTS),
            "num_shifted": _ablation_run.NUM_SHIFTED,
        },
        describe=describe,
    )
