"""Train the tutorial's network a hundred times and record what becomes of it.

    python scripts/clinic.py [--jobs N]

makes the cells of `_clinic_cells`, short trainings on one processor each, and
writes all into ``results/clinic.json``. Each cell is kept as soon as it is
there, in ``_build/checkpoints``: a killed run goes on, and loses only the
cells it was at. Nothing here sees a test picture: the networks are judged by
training pictures that were held back.
"""

import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import multiprocessing
import os
import time

from nin_utils._threads import usable_cpus

import _clinic_run
from _clinic_cells import SEEDS, cures, grid, long
from _provenance import ROOT, device, git_commit, write
from _records import data_checksums, versions, write_record

_DATA = []  # of a worker: what to learn, what to check


def main():
    """Read the command line, make the cells that are missing."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=usable_cpus(),
        metavar="N",
        help="cells made at once; one a processor by default",
    )
    jobs = parser.parse_args().jobs
    if jobs < 1:
        parser.error(f"--jobs must be at least 1, not {jobs}")
    cells = [
        cell
        for seed in SEEDS
        for cell in grid(seed) + cures(seed) + long(seed)
    ]
    clinic(cells, ROOT / "results" / "clinic.json", jobs)


def clinic(cells, target, jobs):
    """Make `cells` and record them in the file `target`."""
    if target.exists():
        print(f"{target.stem}: recorded already")
        return
    settings = {
        "network": "nin",
        "pixels": _clinic_run.SIZE,
        "batch_size": _clinic_run.BATCH,
        "num_trained": _clinic_run.NUM_TRAINED,
        "curve_steps": _clinic_run.CHECK,
        "num_checked": _clinic_run.NUM_CHECKED,
        "plateau_below_ln_10": _clinic_run.PLATEAU,
    }
    names = [json.dumps(dataclasses.asdict(cell)) for cell in cells]
    # Other settings, another file; more or fewer cells share it.
    plan = hashlib.sha256(json.dumps(settings).encode())
    part = (
        ROOT
        / "_build"
        / "checkpoints"
        / f"{target.stem}-{plan.hexdigest()[:8]}.json"
    )
    if part.exists():
        kept = json.loads(part.read_text())
    else:
        kept = {"commit": git_commit(), "seconds": 0, "cells": {}}
    todo = [c for c, name in zip(cells, names) if name not in kept["cells"]]
    part.parent.mkdir(parents=True, exist_ok=True)
    start, before = time.monotonic(), kept["seconds"]
    for made, (cell, outcome) in enumerate(_make(todo, jobs), 1):
        spent = time.monotonic() - start
        kept["seconds"] = before + spent
        kept["cells"][json.dumps(dataclasses.asdict(cell))] = outcome
        write(part, json.dumps(kept))
        left = spent / made * (len(todo) - made) / 60
        print(
            f"{len(kept['cells'])}/{len(cells)} {describe(cell)}: "
            f"{outcome['verdict']} after {outcome['steps']} steps; "
            f"about {left:.0f} minutes left",
            flush=True,
        )
    facts = {
        "run": target.stem,
        "command": "python scripts/clinic.py",
        "settings": settings,
        "commit": kept["commit"],
        "versions": versions(),
        "device": {**device(1), "processes": jobs},
        "data": data_checksums(),
        "seconds": kept["seconds"],
        "cells": [
            {**json.loads(name), **kept["cells"][name]} for name in names
        ],
    }
    write_record(target, facts)
    part.unlink(missing_ok=True)


def describe(cell):
    """Return the settings of a cell in a line."""
    relu = "ReLU" if cell.last_relu else "no ReLU"
    widths = "-".join(map(str, cell.widths))
    return (
        f"{cell.group}, rate {cell.lr:g}, {cell.init}, {relu}, {widths}, "
        f"seed {cell.seed}"
    )


def _make(cells, jobs):
    """Yield cells and outcomes as they are there, from `jobs` processes."""
    # MXNet reads it once, when a worker imports it.
    os.environ["OMP_NUM_THREADS"] = "1"
    with concurrent.futures.ProcessPoolExecutor(
        jobs,
        multiprocessing.get_context("spawn"),
        initializer=_prepare,
    ) as pool:
        futures = {pool.submit(_one, cell): cell for cell in cells}
        try:
            for future in concurrent.futures.as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _prepare():
    _DATA[:] = _clinic_run.load()


def _one(cell):
    return _clinic_run.run(cell, *_DATA)


if __name__ == "__main__":
    main()
