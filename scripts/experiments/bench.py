"""What the benchmarks share: command line, record, processes to be timed."""

import json
import os
import pathlib
import subprocess
import sys

from nin_utils.compat import usable_cpus

from booktools.files import ROOT
from experiments.records import git_commit, parser_of, write_record

#: MXNet as `nin_utils` imports it: on a mended NumPy, without onnx.
MXNET_ALONE = """
import importlib.util, sys
sys.modules["onnx"] = None
spec = importlib.util.spec_from_file_location("mends", "nin_utils/compat/mends.py")
mends = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mends)
with mends.old_numpy():
    import mxnet
"""


def main(doc, script, measure, *, steps):
    """Be the command ``scripts/<script>.py``: measure, print, record, return it.

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
    if arguments.json:
        command = (
            f"python scripts/{script}.py --json results/{script}.json "
            f"--rounds {arguments.rounds} --steps {arguments.steps}"
        )
        command = "TORCH_PYTHON=… " * ("torch" in record["rounds"][0]) + command
        write_record(arguments.json, command, commit, usable_cpus(), record)
    return record


def as_rows(rows):
    """Return what was measured, its target and what was reached, by name."""
    return [dict(zip(("what", "target", "reached"), row)) for row in rows]


def run(arguments, threads, python=sys.executable, **environment):
    """Run Python with these arguments; return the last line that it prints."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), **environment}
    done = subprocess.run(
        [python, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout.strip().splitlines()[-1]


def worker(name, threads, steps, python=sys.executable, **environment):
    """Return what one process of bench_workers.py prints."""
    script = str(pathlib.Path(__file__).with_name("bench_workers.py"))
    arguments = [script, name, str(steps)]
    return json.loads(run(arguments, threads, python, **environment))


def sgemm(threads, steps):
    """Return NumPy's best FLOP per second.

    Its OpenBLAS takes kernels without AVX-512 on processors newer than
    itself, at half the speed: it is told of one that it knows, too.
    """
    speeds = [worker("sgemm", threads, steps)]
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists() and "avx512f" in cpuinfo.read_text():
        speeds.append(worker("sgemm", threads, steps, OPENBLAS_CORETYPE="SkylakeX"))
    return max(speeds)


def import_seconds(statement, threads):
    """Return how long an import takes in a new process."""
    code = (
        f"import time\nt = time.perf_counter()\n{statement}\n"
        "print(time.perf_counter() - t)"
    )
    return float(run(["-W", "ignore", "-c", code], threads))


def torch_python():
    """Return the interpreter that ``$TORCH_PYTHON`` names, or None."""
    python = os.environ.get("TORCH_PYTHON")
    if not python:
        return None
    asked = [python, "-c", "import torch"]
    try:
        subprocess.run(asked, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise SystemExit(
            f"TORCH_PYTHON={python} has no PyTorch: install torch there"
        ) from None
    return python
