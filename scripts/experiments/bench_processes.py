"""New processes, each with its own threads, and what they measure."""

import json
import os
import pathlib
import subprocess
import sys

from booktools.files import ROOT

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
    """Return what one process of bench_workers.py prints."""
    script = str(HERE / "bench_workers.py")
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
