"""Make many short trainings, one a processor, and keep each one."""

import concurrent.futures
import dataclasses
import json
import multiprocessing
import os
import threading
import time

from nin_utils.compat import usable_cpus

from booktools.files import ROOT, write_text
from experiments.records import chosen, git_commit, parser_of, unfinished, write_record


def main(doc, script, grids, one, *, settings, describe):
    """Be the command ``scripts/<script>.py``, which makes grids.

    Parameters
    ----------
    doc : str
        The help text.
    script : str
        Name of the script.
    grids : dict
        The cells of each record.
    one, settings, describe
        As in `make_grid`.
    """
    parser = parser_of(doc)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"what to make, all by default: {', '.join(grids)}",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=usable_cpus(),
        metavar="N",
        help="trainings made at once; one a processor by default",
    )
    arguments = parser.parse_args()
    for name in chosen(parser, arguments.names, grids):
        make_grid(
            grids[name],
            one,
            f"python scripts/{script}.py {name}",
            ROOT / "results" / f"{name}.json",
            settings=settings,
            describe=describe,
            jobs=arguments.jobs,
        )


def make_grid(cells, one, command, target, *, settings, describe, jobs):
    """Make the cells that are missing and record them all.

    Each is kept as soon as it is there, in ``_build/checkpoints``: a killed
    grid goes on, and loses only the cells it was at.

    Parameters
    ----------
    cells : list of dataclass
        What is to be made.
    one : callable
        Makes a cell and returns the dict to record; runs in a process with
        one thread, so it must be a function of a module.
    command : str
        The command line, for the record.
    target : pathlib.Path
        The record, ``results/<name>.json``.
    settings : dict
        What all cells share, for the record.
    describe : callable
        Returns the line that is printed of a cell and its outcome.
    jobs : int
        Cells made at once.
    """
    if jobs < 1:
        raise SystemExit(f"--jobs must be at least 1, not {jobs}")
    if target.exists():
        print(f"{target.stem}: recorded already")
        return
    names = [json.dumps(dataclasses.asdict(cell)) for cell in cells]
    part = unfinished(target.stem, settings, ".json")
    if part.exists():
        kept = json.loads(part.read_text())
    else:
        kept = {"commit": git_commit(), "seconds": 0, "cells": {}}
    todo = [c for c, name in zip(cells, names) if name not in kept["cells"]]
    start, before = time.monotonic(), kept["seconds"]
    for made, (cell, outcome) in enumerate(outcomes(todo, one, jobs), 1):
        spent = time.monotonic() - start
        kept["seconds"] = before + spent
        kept["cells"][json.dumps(dataclasses.asdict(cell))] = outcome
        write_text(part, json.dumps(kept))
        left = spent / made * (len(todo) - made) / 60
        print(
            f"{len(kept['cells'])}/{len(cells)} {describe(cell, outcome)}; "
            f"about {left:.0f} minutes left",
            flush=True,
        )
    facts = {
        "settings": settings,
        "device": {"processes": jobs},
        "seconds": kept["seconds"],
        "cells": [{**json.loads(name), **kept["cells"][name]} for name in names],
    }
    write_record(target, command, kept["commit"], 1, facts)
    part.unlink(missing_ok=True)


def outcomes(cells, one, jobs):
    """Yield cells and outcomes as they are there, from `jobs` processes."""
    # MXNet reads it once, when a worker imports it.
    os.environ["OMP_NUM_THREADS"] = "1"
    with concurrent.futures.ProcessPoolExecutor(
        jobs,
        multiprocessing.get_context("spawn"),
        initializer=_end_with,
        initargs=(os.getpid(),),
    ) as pool:
        futures = {pool.submit(one, cell): cell for cell in cells}
        try:
            for future in concurrent.futures.as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _end_with(parent):
    """End this worker when its parent was killed: nobody else would."""

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
