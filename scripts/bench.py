"""Measure what the book claims about speed, as ratios of one run.

    python scripts/bench.py [--json PATH]

All processes of one round follow each other on the same machine, so that
their ratios mean something where the numbers themselves do not; the median of
the rounds is printed. PyTorch is used if the interpreter that
``$TORCH_PYTHON`` names, or this one, has it. Run it on a quiet machine.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys

from nin_utils import models, shapes
from nin_utils._threads import usable_cpus

from _files import ROOT
from _provenance import git_commit
from _records import write_record

HERE = pathlib.Path(__file__).resolve().parent

MXNET_ALONE = "import numpy; numpy.bool = bool; import mxnet"


def run(code, threads, python=sys.executable, **environment):
    """Run Python with `code` (arguments), return the last line it prints."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        **environment,
    }
    done = subprocess.run(
        [python, *code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(code)} failed:\n{done.stderr}")
    return done.stdout.strip().splitlines()[-1]


def worker(name, threads, steps, python=sys.executable, **environment):
    """Return the number that one process of _bench_workers.py prints."""
    script = str(HERE / "_bench_workers.py")
    arguments = [script, name, str(steps)]
    return float(run(arguments, threads, python, **environment))


def sgemm(threads, steps):
    """Return NumPy's best FLOP per second.

    Its OpenBLAS takes kernels without AVX-512 on processors newer than
    itself, at half the speed: it is told of one that it knows, too.
    """
    speeds = [worker("sgemm", threads, steps)]
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists() and "avx512f" in cpuinfo.read_text():
        speeds.append(
            worker("sgemm", threads, steps, OPENBLAS_CORETYPE="SkylakeX")
        )
    return max(speeds)


def import_seconds(statement, threads):
    """Return how long an import takes in a new process."""
    code = (
        f"import time; t = time.perf_counter(); {statement}; "
        "print(time.perf_counter() - t)"
    )
    return float(run(["-W", "ignore", "-c", code], threads))


def has_torch(python):
    """Say whether this interpreter can import PyTorch."""
    return not subprocess.run(
        [python, "-c", "import torch"], capture_output=True
    ).returncode


def measure(rounds, steps):
    """Return a list of dicts: what, target, reached (None: no PyTorch)."""
    cpus = usable_cpus()
    macs = shapes.walkthrough(models.nin(), (1, 1, 96, 96)).macs
    python = os.environ.get("TORCH_PYTHON", sys.executable)
    torch = has_torch(python)
    numbers = []
    for i in range(rounds):
        print(f"round {i + 1} of {rounds}", file=sys.stderr)
        now = {
            "sgemm": sgemm(cpus, steps),
            "ours": worker("ours", cpus, steps),
            # MXNet takes half of the processors unless told otherwise.
            "seed": worker("seed", max(1, cpus // 2), steps),
            "import": import_seconds("import nin_utils", cpus)
            - import_seconds(MXNET_ALONE, cpus),
        }
        if torch:
            now["torch"] = max(
                worker(name, cpus, steps, python)
                for name in ("torch", "torch_channels_last")
            )
        numbers.append(now)

    def median(formula):
        return statistics.median(map(formula, numbers))

    rows = [
        (
            "training step of nin() at 96x96, batch 128, against the seed's",
            ">= 2.0 x",
            median(lambda r: r["ours"] / r["seed"]),
        ),
        (
            "the same against PyTorch's better memory format",
            ">= 1.3 x",
            median(lambda r: r["ours"] / r["torch"]) if torch else None,
        ),
        (
            # forward, gradient of the input, gradient of the weights
            "share of NumPy's sgemm throughput that it reaches",
            ">= 0.70",
            median(lambda r: 2 * 3 * macs * r["ours"] / r["sgemm"]),
        ),
        (
            "seconds that importing nin_utils takes beyond MXNet's own",
            "<= 1.0",
            median(lambda r: r["import"]),
        ),
    ]
    return {
        "rounds": numbers,
        "rows": [
            dict(zip(("what", "target", "reached"), row)) for row in rows
        ],
    }


def main():
    """Read the command line, measure, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=40)
    arguments = parser.parse_args()
    commit = git_commit()
    record = measure(arguments.rounds, arguments.steps)
    print(f"{'':62}  {'target':>8}  {'reached':>8}")
    for row in record["rows"]:
        reached = row["reached"]
        text = "   -" if reached is None else f"{reached:8.2f}"
        print(f"{row['what']:62}  {row['target']:>8}  {text}")
        if reached is None:
            print(
                "  (no PyTorch: python -m venv /tmp/t && /tmp/t/bin/pip "
                "install torch numpy, then TORCH_PYTHON=/tmp/t/bin/python)"
            )
    if arguments.json:
        write_record(
            arguments.json,
            "python scripts/bench.py --json results/bench.json",
            commit,
            usable_cpus(),
            record,
        )


if __name__ == "__main__":
    main()
