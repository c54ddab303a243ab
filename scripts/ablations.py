"""Vary one thing at a time in `nin_mnist` and record what it does.

    python scripts/ablations.py [--jobs N]

makes the cells of `_ablation_cells` and writes all into
``results/ablations.json``. All cells of a question share one recipe, which
was chosen on training pictures; the test pictures are only looked at once,
at the end of each training.
"""

import argparse

import _ablation_run
from _ablation_cells import cells
from _grid import add_jobs_argument, make_grid
from _provenance import ROOT


def describe(cell, outcome):
    """Return a line on a cell and its outcome."""
    return (
        f"{cell.group}, {cell.num_1x1} 1x1, {cell.head}, "
        f"{cell.num_train} pictures, seed {cell.seed}: "
        f"test acc {outcome['test_acc']:.3f}"
    )


def main():
    """Read the command line, make the cells that are missing."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_jobs_argument(parser)
    make_grid(
        cells(),
        _ablation_run.run,
        "python scripts/ablations.py",
        ROOT / "results" / "ablations.json",
        settings={
            "batch_size": _ablation_run.BATCH,
            "shifts": list(_ablation_run.SHIFTS),
            "num_shifted": _ablation_run.NUM_SHIFTED,
        },
        describe=describe,
        jobs=parser.parse_args().jobs,
    )


if __name__ == "__main__":
    main()
