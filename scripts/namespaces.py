"""Train over several hosts that are namespaces of this machine.

    python scripts/namespaces.py [--json PATH] [--steps N]
    python scripts/namespaces.py --check

Run it as root. It makes hosts with addresses and cables of their own (see
`_namespaces`), limits their bandwidth, measures the time of a step, and
compares it with what `nin_utils.distributed.cost` predicts from the step
without a limit. At last it pulls out a cable in the middle of a job. The
first command takes less than 5 minutes on a quiet machine; it fails if a
prediction misses by more than a quarter. The second one shows in seconds
that a job runs here, and what happens without the cable.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

from _namespaces import NamespaceError, Network, enter

NET = "nin_mnist"
SHARE = 32  # pictures of each worker in a step
LIMITS = {  # (workers, servers): megabits a second
    (2, 1): (None, 50, 100, 200, 400, 1000),
    (2, 2): (None, 100, 400),
    (4, 1): (None, 100, 400),
}
TOLERANCE = 0.25


def options(workers, share, steps):
    """Return the training options."""
    return {
        "net": NET,
        "subset": True,
        "batch_size": share * workers,
        "steps": steps,
        "dropout": 0,
        "test_examples": 0,
        "lr": 0.01,
    }


def step_seconds(hosts, workers, servers, share, steps):
    """Return the mean time of a step of one job, and its digest."""
    from nin_utils import distributed

    result = distributed.run(
        options(workers, share, steps),
        workers,
        servers,
        hosts=hosts,
        threads=1,
        timeout=120,
        echo=False,
    )
    if result.exit_code:
        raise SystemExit(f"{workers} workers, {servers} servers: {result}")
    speed = result.pictures_per_second
    return share * workers / speed, result.digest


def arrays():
    """Return the bytes of each array that is exchanged."""
    import nin_utils  # noqa: F401  (before MXNet)
    from nin_utils.distributed import exchange
    from nin_utils.distributed.options import parse

    net = exchange.build(parse({"net": NET}))
    return [p.data().size * 4 for p in net.collect_params().values()]


def measure(network, hosts, steps):
    """Return a row for each layout and each bandwidth."""
    from nin_utils.distributed import cost

    sizes = arrays()
    rows = []
    for (workers, servers), limits in LIMITS.items():
        for megabits in limits:
            network.limit(megabits)
            seconds, _ = step_seconds(hosts, workers, servers, SHARE, steps)
            if megabits is None:
                free = predicted = seconds
            else:
                predicted = free + cost.FRAMING * cost.server_seconds(
                    sum(sizes),
                    workers,
                    megabits * 1e6,
                    servers,
                    largest=max(sizes) / sum(sizes),
                    beside=True,
                )
            row = {
                "workers": workers,
                "servers": servers,
                "megabits": megabits,
                "seconds": seconds,
                "predicted": predicted,
            }
            print(describe(row), flush=True)
            rows.append(row)
    network.limit(None)
    alone, _ = step_seconds(hosts, 2, 1, 1, 4 * steps)
    again, _ = step_seconds(hosts, 2, 1, SHARE, steps)
    return {
        "net": NET,
        "batch_size_per_worker": SHARE,
        "array_bytes": sizes,
        "rows": rows,
        "one_picture_seconds": alone,
        "repeated_seconds": again,
    }


def describe(row):
    """Return one line on a row."""
    miss = row["seconds"] / row["predicted"] - 1
    limit = row["megabits"] or "no limit"
    return (
        f"{row['workers']} workers {row['servers']} servers "
        f"{limit!s:>9} Mbit/s  measured {1000 * row['seconds']:6.0f} ms  "
        f"predicted {1000 * row['predicted']:6.0f} ms  {miss:+5.0%}"
    )


def cut(network, hosts, silence):
    """Pull out the cable of the second host; return what happens."""
    network.limit(None)
    command = [
        *(sys.executable, "-m", "nin_utils.distributed", "--workers", "2"),
        *("--hosts", hosts, "--silence", str(silence), "--threads", "1"),
        *("--", "--subset", "--examples", "64", "--batch-size", "16"),
        *("--epochs", "100000", "--test-examples", "0"),
    ]
    job = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    next(line for line in job.stdout if "epoch 3," in line)
    network.cut(1)
    begin = time.monotonic()
    last = list(job.stdout)[-1].strip()
    status = job.wait()
    seconds = time.monotonic() - begin
    while network.processes(1) and time.monotonic() - begin < 3 * silence:
        time.sleep(0.1)
    far = time.monotonic() - begin
    left = [p for i in (0, 1) for p in network.processes(i)]
    network.mend(1)
    return {
        "silence": silence,
        "status": status,
        "line": last,
        "seconds": seconds,
        "seconds_of_the_other_host": far,
        "processes_left": len(left),
    }


def main():
    """Read the command line, measure, pull out a cable."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    try:
        enter()
        network = Network(4)
    except NamespaceError as error:
        raise SystemExit(f"namespaces.py: {error}") from None
    hosts = network.hosts_file()
    if arguments.check:
        network.limit(100)
        _, digest = step_seconds(hosts, 2, 1, 8, 4)
        found = {"sha256": digest, "options": options(2, 8, 4)}
        print(json.dumps({**found, **cut(network, hosts, 3)}))
        return
    from _provenance import git_commit
    from _records import write_record

    commit = git_commit()
    facts = measure(network, hosts, arguments.steps)
    facts["cut"] = cut(network, hosts, 10)
    print(json.dumps(facts["cut"], indent=1))
    if arguments.json:
        command = f"python scripts/namespaces.py --json {arguments.json}"
        write_record(arguments.json, command, commit, 1, facts)
    missed = [r["seconds"] / r["predicted"] - 1 for r in facts["rows"]]
    if max(map(abs, missed)) > TOLERANCE:
        raise SystemExit("A prediction misses by more than a quarter.")


if __name__ == "__main__":
    main()
