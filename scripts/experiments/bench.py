"""Command line, rows and record that the benchmarks of training share."""

import pathlib

from nin_utils.compat import usable_cpus

from experiments.arguments import parser_of
from experiments.provenance import git_commit
from experiments.records import write_record


def main(doc, script, measure, *, steps, missing="", epilogue=None):
    """Be the command ``scripts/<script>.py``, which measures and prints.

    Parameters
    ----------
    doc : str
        The help text.
    script : str
        Name of the script.
    measure : callable
        Takes the numbers of rounds and steps, returns what is recorded; its
        "rows" come from `as_rows`.
    steps : int
        Steps unless told otherwise.
    missing : str
        A line below each row that has reached None.
    epilogue : callable, optional
        Takes what is recorded, prints more of it.
    """
    parser = parser_of(doc)
    parser.add_argument("--json", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=steps)
    arguments = parser.parse_args()
    commit = git_commit()
    record = measure(arguments.rounds, arguments.steps)
    print(f"{'':62}  {'target':>8}  {'reached':>8}")
    for row in record["rows"]:
        reached = row["reached"]
        text = "   -" if reached is None else f"{reached:8.2f}"
        print(f"{row['what']:62}  {row['target']:>8}  {text}")
        if reached is None:
            print(missing)
    if epilogue is not None:
        epilogue(record)
    if arguments.json:
        command = f"python scripts/{script}.py --json results/{script}.json"
        write_record(arguments.json, command, commit, usable_cpus(), record)


def as_rows(rows):
    """Return what was measured, its target and what was reached, by name."""
    return [dict(zip(("what", "target", "reached"), row)) for row in rows]
