"""Try the library and a notebook on every Python and NumPy it is for.

The interpreters are those that uv finds, pyenv's and its own among them
(``uv python install 3.13`` brings one more). `make matrix` prints the table
and records it in results/matrix.json; the README shows the recorded one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from booktools.files import ROOT
from experiments.records import git_commit, parser_of, threads, write_record

PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
NUMPYS = ("1.26", "2")  # the newest of each that this Python can have
TESTS = (
    "library/compat/test_mends.py",
    "library/test_equivalence.py",
    "library/shapes/test_shapes.py",
    "library/data/test_canvas.py",
    "library/training/test_checkpoint.py",
    "library/test_results.py",
    "library/test_tables.py",
    "library/test_verdicts.py",
)
NOTEBOOK = "02_one_by_one"
WORK = ROOT / "_build" / "matrix"
RECORD = ROOT / "results" / "matrix.json"
PACKAGES = (
    *("matplotlib", "ipython", "ipykernel", "requests", "graphviz", "scipy", "tqdm"),
    *("setuptools<81", "pytest", "nbval==0.11.0"),
)
# Their metadata would not let NumPy 2 stand beside them.
MXNET = ("--no-deps", "mxnet==1.9.1", "d2lzh==1.0.0")
OPTIONS = ("-q", "-p", "no:cacheprovider", "--noconftest")


def run(*command, **variables):
    """Run a command; return what it prints, or raise with what it says.

    `variables` are set in its environment, which is else without PYTHONPATH.
    """
    here = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**here, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables},
    )
    if done.returncode:
        words = " ".join(str(part) for part in command)
        raise RuntimeError(f"{words}\n{done.stdout[-3000:]}")
    return done.stdout


def uv(*words):
    """Run uv, which pip brings if it is not there; return what it prints.

    What pyproject.toml tells it about the book's own environment is left out.
    """
    own = ROOT / "_build" / "uv"
    pyenv = Path.home().glob(".pyenv/versions/3.*/bin")
    places = [own / "bin", *pyenv, os.environ["PATH"]]
    path = os.pathsep.join(str(place) for place in places)
    if shutil.which("uv", path=path) is None:
        run(sys.executable, "-m", "pip", "install", "-q", "-t", own, "uv")
    return run(shutil.which("uv", path=path), *words, PATH=path, UV_NO_CONFIG="1")


def find_python(version):
    """Return the path of a Python, such as "3.12", or None."""
    try:
        return uv("python", "find", version).splitlines()[-1]
    except RuntimeError as error:
        if "No interpreter found" not in str(error):
            raise
        return None


def make_environment(folder, python, *requirements):
    """Make an environment with these packages.

    Parameters
    ----------
    folder : pathlib.Path
    python : str
        The interpreter it is for.
    *requirements : iterable of str
        What ``uv pip install`` is told, one call for each.

    Returns
    -------
    pathlib.Path
        The Python of the environment.

    Raises
    ------
    RuntimeError
        If something cannot be installed; holds what uv says.
    """
    own = folder / "bin" / "python"
    uv("venv", "-q", "--clear", "-p", python, folder)
    for words in requirements:
        uv("pip", "install", "-q", "-p", own, *words)
    return own


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
    wanted = ("--only-binary", "numpy", f"numpy=={numpy}.*", *PACKAGES)
    start = time.monotonic()
    try:
        own = make_environment(folder, python, wanted, MXNET)
    except RuntimeError as error:
        said = str(error).split("\n", 1)[1]
        if "No solution found" in said and "numpy" in said:
            return {"outcome": "no wheel"}
        raise
    notebook = folder / "alone" / f"{NOTEBOOK}.ipynb"
    notebook.parent.mkdir()
    shutil.copy(ROOT / "notebooks" / "en" / notebook.name, notebook)
    code = "import numpy, platform as p; print(p.python_version(), numpy."
    exact = run(own, "-c", f"{code}__version__)").split()
    tests = count(own, *(ROOT / "tests" / name for name in TESTS))
    cells = count(own, "--nbval", "--nbval-current-env", notebook)
    good = not (tests["failed"] or cells["failed"]) and cells["passed"]
    return {
        "versions": dict(zip(("python", "numpy"), exact)),
        "tests": tests,
        "notebook": cells,
        "outcome": "passed" if good else "failed",
        "seconds": round(time.monotonic() - start),
    }


def count(python, *arguments):
    """Run pytest; return how many tests passed, failed and were skipped."""
    command = python, "-m", "pytest", *OPTIONS, *arguments
    try:
        out, status = run(*command, PYTHONPATH=str(ROOT)), 0
    except RuntimeError as error:
        out, status = str(error), 1  # it may have crashed after the last test
    last = out.strip().rsplit("\n", 1)[-1]
    found = {k: int(n) for n, k in re.findall(r"(\d+) (\w+)", last)}
    failed = sum(found.get(k, 0) for k in ("failed", "error", "errors"))
    failed = max(failed, status)
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
    heads = ["Python", *(f"NumPy {numpy}" for numpy in NUMPYS)]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
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
    parser = parser_of(__doc__)
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
    if not arguments.pythons:  # a part is not recorded
        facts = {"cells": cells, "files": [*TESTS, f"{NOTEBOOK}.ipynb"]}
        write_record(
            RECORD,
            "python scripts/matrix.py",
            commit=commit,
            threads=threads(),
            facts=facts,
        )
    print(table({"cells": cells}))
    if any(cell["outcome"] == "failed" for cell in cells):
        raise SystemExit("Something failed: see above.")


if __name__ == "__main__":
    main()
