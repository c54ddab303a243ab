"""Vary one thing at a time in `nin_mnist` and record what it does.

    python scripts/ablations.py [NAME ...] [--jobs N]

makes the cells of `experiments.ablations`, all or those of the named
questions, and writes each question into ``results/<name>.json``. All cells of
a question share one recipe, which was chosen on training pictures; the test
pictures are only looked at once, at the end of each training.
"""

from experiments import ablation_run
from experiments.ablations import questions
from experiments.grid import main


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
        ablation_run.run,
        settings={
            "batch_size": ablation_run.BATCH,
            "shifts": list(ablation_run.SHIFTS),
            "num_shifted": ablation_run.NUM_SHIFTED,
        },
        describe=describe,
    )
