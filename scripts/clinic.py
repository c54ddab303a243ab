"""Train the tutorial's network a hundred times and record what becomes of it.

    python scripts/clinic.py [--jobs N]

makes the cells of `experiments.clinic`, short trainings, and writes all into
``results/clinic.json``. Nothing here sees a test picture: the networks are
judged by training pictures that were held back.
"""

from experiments import clinic_run
from experiments.clinic import SEEDS, cures, grid, long
from experiments.grid import main

SETTINGS = {
    "network": "nin",
    "pixels": clinic_run.SIZE,
    "batch_size": clinic_run.BATCH,
    "num_trained": clinic_run.NUM_TRAINED,
    "num_checked": clinic_run.NUM_CHECKED,
    "curve_steps": clinic_run.CHECK,
    "plateau_below_ln_10": clinic_run.PLATEAU,
}


def describe(cell, outcome):
    """Return a line on a cell and its outcome."""
    relu = "ReLU" if cell.last_relu else "no ReLU"
    widths = "-".join(map(str, cell.widths))
    return (
        f"{cell.group}, rate {cell.lr:g}, {cell.init}, {relu}, {widths}, "
        f"seed {cell.seed}: {outcome['verdict']} after {outcome['steps']} "
        "steps"
    )


def cells():
    """Return all cells, the tutorial's end with a ReLU first."""
    made = [
        cell
        for seed in SEEDS
        for cell in grid(seed) + cures(seed) + long(seed)
    ]
    return sorted(made, key=lambda cell: not cell.last_relu)


if __name__ == "__main__":
    main(
        __doc__,
        "clinic",
        {"clinic": cells()},
        clinic_run.one,
        settings=SETTINGS,
        describe=describe,
    )
