"""Try the library and a notebook on every Python and NumPy it is for.

The interpreters are looked for on the PATH, and where pyenv and uv keep
theirs.  `make matrix` prints the table and records it in results/matrix.json;
the README shows the recorded one.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import time

from _environments import find_python, make_environment
from booktools.files import ROOT
from experiments.provenance import git_commit

PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
NUMPYS = ("1.26", "2")  # the newest of each that this Python can have
TESTS = ("test_mends.py", "test_equivalence.py", "test_shapes.py")
NOTEBOOK = "02_one_by_one"
WORK = ROOT / "_build" / "matrix"
RECORD = ROOT / "results" / "matrix.json"
PACKAGES = (
    "matplotlib ipython ipykernel requests graphviz tqdm setuptools<81 "
    "pytest nbval==0.11.0"
)
MXNET = "--no-deps mxnet==1.9.1 d2lzh==1.0.0"
OPTIONS = ("-q", "-p", "no:cacheprovider", "--noconftest")


def try_all(pythons=PYTHONS):
    """Return a cell for each combination, in the order of the table."""
    cells = []
    for version in pythons:
        python = find_python(version)
        for numpy in NUMPYS:
            cell = {"python": version, "numpy": numpy}
            if python is None:
                cell["outcome"] = "not found"
            else:
                cell.update(try_one(python, version, numpy))
            print(json.dumps(cell), flush=True)
            cells.append(cell)
    return cells


def try_one(python, version, numpy):
    """Try one combination; return what to add to its cell."""
    folder = WORK / f"python{version}-numpy{numpy}"
    wanted = f"--only-binary numpy numpy=={numpy}.*"
    start = time.monotonic()
    try:
        own = make_environment(folder, python, f"{wanted} {PACKAGES}", MXNET)
    except RuntimeError as error:
        if "numpy" in str(error).split("\n", 1)[1]:
            return {"outcome": "no wheel"}
        raise
    code = "import numpy, platform as p; print(p.python_version(), numpy."
    exact = output_of(own, "-c", f"{code}__version__)").split()
    tests = count(own, *(ROOT / "tests" / name for name in TESTS))
    cells = count(own, "--nbval", alone(folder))
    good = not (tests["failed"] or cells["failed"]) and cells["passed"]
    return {
        "versions": dict(zip(("python", "numpy"), exact)),
        "tests": tests,
        "notebook": cells,
        "outcome": "passed" if good else "failed",
        "seconds": round(time.monotonic() - start),
    }


def alone(folder):
    """Put the notebook into a folder of its own; return its path."""
    path = folder / "alone" / f"{NOTEBOOK}.ipynb"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "notebooks" / "en" / path.name, path)
    (path.parent / "pytest.ini").write_text("[pytest]\n")
    return path


def output_of(python, *arguments, cwd=None):
    """Return what a Python prints that sees this copy of nin_utils."""
    return subprocess.run(
        [str(word) for word in (python, *arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout


def count(python, *arguments):
    """Run pytest; return how many tests passed, failed and were skipped."""
    folder = python.parents[1] / "alone"
    folder.mkdir(exist_ok=True)
    (folder / "pytest.ini").write_text("[pytest]\n")
    out = output_of(
        *(python, "-m", "pytest", *OPTIONS, "-c", folder / "pytest.ini"),
        *("--nbval-current-env", "--nbval-sanitize-with"),
        *(ROOT / "tests" / "nbval_sanitize.cfg", *arguments),
        cwd=folder,
    )
    last = out.strip().rsplit("\n", 1)[-1]
    found = {k: int(n) for n, k in re.findall(r"(\d+) (\w+)", last)}
    failed = found.get("failed", 0) + found.get("error", 0)
    failed += found.get("errors", 0)
    if failed or "passed" not in found:
        print(out[-4000:])
    return {
        "passed": found.get("passed", 0),
        "failed": failed if "passed" in found else max(1, failed),
        "skipped": found.get("skipped", 0),
    }


def table(record):
    """Return the table of a record, as Markdown without a language."""
    by_place = {(c["python"], c["numpy"]): c for c in record["cells"]}
    pythons = dict.fromkeys(c["python"] for c in record["cells"])
    lines = ["| Python | NumPy 1.26 | NumPy 2 |", "|---|---|---|"]
    for python in pythons:
        row = [words(by_place[python, numpy]) for numpy in NUMPYS]
        lines.append(f"| {' | '.join([python, *row])} |")
    return "\n".join(lines)


def words(cell):
    """Return what the table says of a cell."""
    if cell["outcome"] not in ("passed", "failed"):
        return cell["outcome"]
    sign = "✓" if cell["outcome"] == "passed" else "✗"
    return f"{sign} {cell['versions']['numpy']}"


def main():
    """Try them, print the table and record it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pythons", nargs="*", help="such as 3.12; else all")
    parser.add_argument(
        "--table", action="store_true", help="only print the recorded table"
    )
    arguments = parser.parse_args()
    if arguments.table:
        print(table(json.loads(RECORD.read_text(encoding="utf-8"))))
        return
    commit = git_commit()
    cells = try_all(arguments.pythons or PYTHONS)
    print(table({"cells": cells}))
    if not arguments.pythons:  # a part is not recorded
        from experiments.records import write_record

        facts = {"cells": cells, "files": [*TESTS, f"{NOTEBOOK}.ipynb"]}
        write_record(
            RECORD,
            "python scripts/matrix.py",
            commit=commit,
            threads=int(os.environ["OMP_NUM_THREADS"]),
            facts=facts,
        )
    if any(cell["outcome"] == "failed" for cell in cells):
        raise SystemExit("Something failed: see above.")


if __name__ == "__main__":
    main()
