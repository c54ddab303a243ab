"""Measure what distributed training costs on one machine.

    python scripts/bench_distributed.py [--json PATH]

Two workers with one thread each against one process with two threads; what
the launcher adds to the start of the same processes by hand; how long the
rest lives once one process is killed. The median of the rounds is printed.
Takes about two minutes, on a quiet machine.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time

from nin_utils import distributed
from nin_utils.distributed.hosts import free_port

import psutil

from booktools.files import ROOT
from experiments.bench import as_rows, main

OPTIONS = {"net": "nin_mnist", "subset": True, "batch_size": 128, "test_examples": 0}
_HERE = "127.0.0.1"


def speed(steps, workers, servers, threads):
    """Return the pictures per second of a job."""
    result = distributed.run(
        {**OPTIONS, "steps": steps}, workers, servers, threads=threads, echo=False
    )
    if result.exit_code:
        raise RuntimeError(result.reason)
    return result.pictures_per_second


def words(steps):
    """Return the training options of a short job as words."""
    return distributed.options.as_list({**OPTIONS, "batch_size": 16, "steps": steps})


def launch(steps):
    """Start the command line."""
    command = [sys.executable, "-m", "nin_utils.distributed", "--threads"]
    return subprocess.Popen(
        [*command, "1", "--", *words(steps)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def by_launcher():
    """Return the seconds of a job of two steps."""
    start = time.monotonic()
    launcher = launch(2)
    if launcher.wait():
        raise RuntimeError(launcher.stdout.read())
    return time.monotonic() - start


def by_hand():
    """Return the seconds of the same processes with nobody to watch them."""
    environment = {
        **os.environ,
        "DMLC_PS_ROOT_URI": _HERE,
        "DMLC_PS_ROOT_PORT": str(free_port(_HERE)),
        "DMLC_NODE_HOST": _HERE,
        "DMLC_NUM_WORKER": "2",
        "DMLC_NUM_SERVER": "1",
        "OMP_NUM_THREADS": "1",
    }
    module = "nin_utils.distributed.worker"
    start = time.monotonic()
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module, *words(2)],
            cwd=ROOT,
            env={**environment, "DMLC_ROLE": role},
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # as the launcher does: Linux shares
            # the processors among sessions
        )
        for role in ("scheduler", "server", "worker", "worker")
    ]
    try:
        for process in reversed(started):  # the scheduler ends last
            if process.wait(120):
                raise RuntimeError(f"{process.args} failed")
        return time.monotonic() - start
    finally:
        for process in started:
            process.kill()


def after_a_kill():
    """Return the seconds from the kill of a worker to the end of all."""
    launcher = launch(10**6)
    if not any("[worker 0]" in line for line in launcher.stdout):
        raise RuntimeError(f"the launcher ended with status {launcher.wait()}")
    members = psutil.Process(launcher.pid).children()
    for process in members:
        with contextlib.suppress(psutil.Error):
            if process.environ().get("NIN_RANK") == "1":
                process.send_signal(signal.SIGKILL)
    start = time.monotonic()
    status = launcher.wait()
    psutil.wait_procs(members)
    seconds = time.monotonic() - start
    if status != 1 or "worker 1 was killed" not in launcher.stdout.read():
        raise RuntimeError(f"the launcher ended with status {status}")
    return seconds


def measure(rounds, steps):
    """Return what is recorded."""
    numbers = []
    for i in range(rounds):
        print(f"round {i + 1} of {rounds}", file=sys.stderr)
        numbers.append(
            {
                "one_process": speed(steps, 1, 0, 2),
                "two_workers": speed(steps, 2, 1, 1),
                "by_launcher": by_launcher(),
                "by_hand": by_hand(),
                "after_a_kill": after_a_kill(),
            }
        )

    def median(formula):
        return statistics.median(map(formula, numbers))

    rows = [
        (
            "pictures/s, two workers against one process with two threads",
            ">= 0.75",
            median(lambda r: r["two_workers"] / r["one_process"]),
        ),
        (
            "seconds that the launcher adds to the start of a job",
            "<= 2.0",
            median(lambda r: r["by_launcher"] - r["by_hand"]),
        ),
        (
            "seconds from the kill of a worker to the end of all",
            "<= 2.0",
            median(lambda r: r["after_a_kill"]),
        ),
    ]
    return {
        "settings": {**OPTIONS, "steps": steps},
        "rounds": numbers,
        "rows": as_rows(rows),
    }


if __name__ == "__main__":
    main(__doc__, "bench_distributed", measure, steps=30)
