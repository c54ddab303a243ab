"""Make many short trainings, one a processor, and keep each one."""

import concurrent.futures
import dataclasses
import json
import multiprocessing
import os
import threading
import time

from nin_utils.compat import usable_cpus

from booktools.files import ROOT
from experiments.records import (
    chosen,
    git_commit,
    parser_of,
    say_recorded,
    write_record,
)


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
    """Make the cells that the record lacks, and record each one.

    The record is written after every cell: a killed grid goes on, and loses
    only the cells it was at; a longer plan makes only what is new. A cell that
    was made at another commit than the first says so itself. One that diverges
    is named at the end, when all others are made.

    Parameters
    ----------
    cells : list of experiments.recipes.Recipe
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
    commit = git_commit()
    kept = {"commit": commit, "seconds": 0, "cells": []}
    if target.exists():
        kept = json.loads(target.read_text(encoding="utf-8"))
        if kept["settings"] != json.loads(json.dumps(settings)):
            raise SystemExit(
                f"{target} was made with other settings: move it away to make "
                "all of it anew"
            )
    names = [json.dumps(dataclasses.asdict(cell)) for cell in cells]
    made = dict(_named(record, cells[0]) for record in kept["cells"])
    unplanned = [name for name in made if name not in names]
    if unplanned:
        raise SystemExit(
            f"{target} holds {len(unplanned)} cells that are not planned any more, "
            f"such as {unplanned[0]}: plan them, or move the file away"
        )
    todo = [cell for cell, name in zip(cells, names) if name not in made]
    if not todo:
        say_recorded(target)
        return
    start, before, diverged = time.monotonic(), kept["seconds"], []
    later = {} if commit == kept["commit"] else {"commit": commit}
    for number, (cell, outcome) in enumerate(outcomes(todo, one, jobs), 1):
        spent = time.monotonic() - start
        if outcome is None:
            diverged.append(repr(cell))
            continue
        fields = dataclasses.asdict(cell)
        made[json.dumps(fields)] = {**fields, **outcome, **later}
        facts = {
            "settings": settings,
            "device": {"processes": jobs},
            "seconds": before + spent,
            "cells": [made[name] for name in names if name in made],
        }
        write_record(target, command, kept["commit"], 1, facts, cell.data_set)
        left = spent / number * (len(todo) - number) / 60
        print(
            f"{len(facts['cells'])}/{len(cells)} {describe(cell, outcome)}; "
            f"about {left:.0f} minutes left",
            flush=True,
        )
    if diverged:
        raise SystemExit("\n".join(["These diverge; plan lower rates:", *diverged]))


def _named(record, plan):
    """Return the name of a recorded cell, and the cell.

    It may be older than some fields of a plan, which then had the value that
    is the default today.
    """
    known = {f.name: f.default for f in dataclasses.fields(plan)}
    fields = {name: record.get(name, default) for name, default in known.items()}
    return json.dumps(fields), {**fields, **record}


def outcomes(cells, one, jobs):
    """Yield cells and outcomes as they are there, from `jobs` processes.

    The outcome of a training that diverges is None.
    """
    # MXNet reads it once, when a worker imports it.
    os.environ["OMP_NUM_THREADS"] = "1"
    with concurrent.futures.ProcessPoolExecutor(
        jobs,
        multiprocessing.get_context("spawn"),
        initializer=_end_with,
        initargs=(os.getpid(),),
        max_tasks_per_child=1,  # MXNet keeps memory of each network
    ) as pool:
        futures = {pool.submit(one, cell): cell for cell in cells}
        try:
            for future in concurrent.futures.as_completed(futures):
                try:
                    outcome = future.result()
                except FloatingPointError:
                    outcome = None
                yield futures[future], outcome
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
