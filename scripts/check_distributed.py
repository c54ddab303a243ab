"""Run many distributed jobs under load: all must give the same parameters.

    python scripts/check_distributed.py [--jobs 20] [--busy 2]

Each job trains with two workers and one or two servers, in turns, while
other processes keep the processors busy; what comes out is compared, bit for
bit, with one process that sums the gradients of the same two halves. Takes
some minutes.
"""

import contextlib
import subprocess
import sys
import time

from nin_utils import distributed

from experiments.records import parser_of

_SPIN = "while True: pass"
OPTIONS = {
    "subset": True,
    "examples": 256,
    "batch_size": 16,
    "dropout": 0,
    "test_examples": 0,
    "steps": 10,
}


@contextlib.contextmanager
def busy(number):
    """Keep so many processors busy."""
    spinning = []
    try:
        for _ in range(number):
            spinning.append(subprocess.Popen([sys.executable, "-c", _SPIN]))
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def one_job(workers, servers, **options):
    """Run a job; return its parameters' SHA-256, or why there is none."""
    result = distributed.run(
        {**OPTIONS, **options}, workers, servers, threads=1, timeout=300,
        silence=60, echo=False,
    )  # fmt: skip
    return result.digest or result.reason


def main():
    """Read the command line, run the jobs, compare."""
    parser = parser_of(__doc__)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--busy", type=int, default=2, metavar="N")
    arguments = parser.parse_args()
    good = 0
    with busy(arguments.busy):
        expected = one_job(1, 0, parts=2)
        print(f"one process: {expected}", flush=True)
        for i in range(arguments.jobs):
            start = time.monotonic()
            found = one_job(2, 1 + i % 2)
            good += found == expected
            print(
                f"job {i + 1}, {1 + i % 2} server(s), "
                f"{time.monotonic() - start:.1f} s: {found}",
                flush=True,
            )
    print(f"{good} of {arguments.jobs} equal to one process, bit for bit")
    return good != arguments.jobs


if __name__ == "__main__":
    sys.exit(main())
