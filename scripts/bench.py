"""Measure what the book claims about speed, as ratios of one run.

    python scripts/bench.py [--json PATH]

All processes of one round follow each other on the same machine, so that
their ratios mean something where the numbers themselves do not; the median of
the rounds is printed, and where the time of a training step of `nin_mnist`
goes, operator by operator. ``$TORCH_PYTHON`` may name an interpreter that has
PyTorch. Run it on a quiet machine.
"""

import statistics
import sys

from nin_utils import models, shapes
from nin_utils.compat import usable_cpus

from experiments.bench import (
    MXNET_ALONE,
    as_rows,
    import_seconds,
    main,
    sgemm,
    torch_python,
    worker,
)
from experiments.bench_workers import BATCH_SIZE, NETWORKS


def profile(threads, steps):
    """Return the share of each operator in a training step of `nin_mnist`."""
    # Operators that run as one bulk would be counted as one.
    times = worker("profile", threads, steps, MXNET_EXEC_BULK_EXEC_TRAIN="0")
    times.pop("WaitForVar", None)  # waits for the others
    total = sum(times.values())
    ordered = sorted(times.items(), key=lambda item: -item[1])
    return {name: time / total for name, time in ordered}


def measure(rounds, steps):
    """Return what is recorded; a row has reached None without PyTorch."""
    cpus = usable_cpus()
    macs = {
        name: shapes.walkthrough(getattr(models, name)(), (1, 1, pixels, pixels)).macs
        for name, pixels in NETWORKS.items()
    }
    torch = torch_python()
    numbers = []
    for i in range(rounds):
        print(f"round {i + 1} of {rounds}", file=sys.stderr)
        now = {
            "sgemm": sgemm(cpus, steps),
            **{name: worker(name, cpus, steps) for name in NETWORKS},
            # MXNet takes half of the processors unless told otherwise.
            "seed": worker("seed", max(1, cpus // 2), steps),
            "import": import_seconds("import nin_utils", cpus)
            - import_seconds(MXNET_ALONE, cpus),
        }
        if torch:
            now["torch"] = max(
                worker(name, cpus, steps, torch)
                for name in ("torch", "torch_channels_last")
            )
        numbers.append(now)

    def median(formula):
        return statistics.median(map(formula, numbers))

    def share(name):
        # forward, gradient of the input, gradient of the weights
        return median(lambda r: 2 * 3 * macs[name] * r[name] / r["sgemm"])

    rows = [
        (
            "training step of nin() at 96x96, batch 128, against the seed's",
            ">= 2.0 x",
            median(lambda r: r["nin"] / r["seed"]),
        ),
        (
            "the same against PyTorch's better memory format",
            ">= 1.3 x",
            median(lambda r: r["nin"] / r["torch"]) if torch else None,
        ),
        ("share of NumPy's sgemm throughput that it reaches", ">= 0.70", share("nin")),
        (
            "the same share of nin_mnist() at 28x28, batch 128",
            ">= 0.70",
            share("nin_mnist"),
        ),
        (
            "seconds that importing nin_utils takes beyond MXNet's own",
            "<= 1.0",
            median(lambda r: r["import"]),
        ),
    ]
    return {
        "rounds": numbers,
        "rows": as_rows(rows),
        "networks": {
            name: {
                "pixels": pixels,
                "batch_size": BATCH_SIZE,
                "pictures_per_second": median(lambda r, n=name: r[n]),
            }
            for name, pixels in NETWORKS.items()
        },
        "profile": profile(cpus, steps),
    }


def print_more(record):
    """Print how to add PyTorch, and the larger shares of a training step."""
    if "torch" not in record["rounds"][0]:
        print(
            "no PyTorch: python -m venv torch-env && torch-env/bin/pip install "
            "torch numpy, then TORCH_PYTHON=torch-env/bin/python"
        )
    print("\nWhere a training step of nin_mnist() goes:")
    for name, part in record["profile"].items():
        if part >= 0.005:
            print(f"{name:62}  {part:8.1%}")


if __name__ == "__main__":
    print_more(main(__doc__, "bench", measure, steps=40))
