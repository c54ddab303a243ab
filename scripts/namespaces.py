"""Train over several hosts that are namespaces of this machine.

    python scripts/namespaces.py [--json PATH] [--rounds N] [--steps N]
    python scripts/namespaces.py --check

Run it as root. It makes hosts with addresses and cables of their own (see
`experiments.namespaces`), limits their bandwidth, measures the time of a step,
and compares it with what `nin_utils.distributed.cost` predicts from the step
without a limit, in each of several rounds. At last it pulls out a cable in
the middle of a job. The first command takes 10 minutes on a quiet machine; it
fails if a prediction misses by more than a quarter in any round. The second
one shows in seconds that a job runs here, and what happens without the cable.
"""

import json
import pathlib
import subprocess
import sys
import time
from statistics import median

from nin_utils import distributed
from nin_utils.distributed import cost, exchange
from nin_utils.distributed.options import parse

from experiments.namespaces import NamespaceError, Network, enter
from experiments.records import git_commit, parser_of, write_record

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
    net = exchange.build(parse({"net": NET}))
    return [p.data().size * 4 for p in net.collect_params().values()]


def measure(network, hosts, steps, rounds):
    """Return a row for each layout and each bandwidth.

    A round goes through all of them, so that what changes on the machine
    meanwhile shows as the spread of each row.
    """
    sizes = arrays()
    places = [(*layout, limit) for layout in LIMITS for limit in LIMITS[layout]]
    times = {place: [] for place in places}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        for workers, servers, megabits in places:
            network.limit(megabits)
            seconds, _ = step_seconds(hosts, workers, servers, SHARE, steps)
            times[workers, servers, megabits].append(seconds)
            print(workers, servers, megabits, f"{seconds:.3f}", flush=True)
    network.limit(None)
    alone = [step_seconds(hosts, 2, 1, 1, 4 * steps)[0] for _ in range(rounds)]
    return {
        "net": NET,
        "batch_size_per_worker": SHARE,
        "steps": steps,
        "array_bytes": sizes,
        "rows": [
            {
                "workers": workers,
                "servers": servers,
                "megabits": megabits,
                "seconds": times[workers, servers, megabits],
            }
            for workers, servers, megabits in places
        ],
        "one_picture_seconds": alone,
    }


def errors(facts):
    """Yield each row with a limit, and its error in each round.

    The step without a limit of the same round is what a prediction begins
    with; the error is measured / predicted - 1.
    """
    total, largest = sum(facts["array_bytes"]), max(facts["array_bytes"])
    for row in facts["rows"]:
        if row["megabits"] is None:
            free = row["seconds"]
            continue
        exchange = cost.FRAMING * cost.server_seconds(
            total,
            row["workers"],
            row["megabits"] * 1e6,
            row["servers"],
            largest=largest / total,
            beside=True,
        )
        yield (row, [y / (t + exchange) - 1 for t, y in zip(free, row["seconds"])])


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
    if not any("epoch 3," in line for line in job.stdout):
        raise RuntimeError(f"the job ended with status {job.wait()}")
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


def describe(row, missed):
    """Return one line on a row."""
    return (
        f"{row['workers']} workers {row['servers']} servers "
        f"{row['megabits']:5} Mbit/s {1000 * median(row['seconds']):6.0f} ms"
        f"  error {min(missed):+4.0%} {median(missed):+4.0%} "
        f"{max(missed):+4.0%}"
    )


def main():
    """Read the command line, measure, pull out a cable."""
    parser = parser_of(__doc__)
    parser.add_argument("--json", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
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
        print(json.dumps({**found, **cut(network, hosts, 10)}))
        return
    commit = git_commit()
    facts = measure(network, hosts, arguments.steps, arguments.rounds)
    facts["cut"] = cut(network, hosts, 10)
    print(json.dumps(facts["cut"], indent=1))
    if arguments.json:
        command = (
            f"python scripts/namespaces.py --rounds {arguments.rounds} "
            f"--steps {arguments.steps} --json {arguments.json}"
        )
        write_record(arguments.json, command, commit, 1, facts)
    found = list(errors(facts))
    for row, missed in found:
        print(describe(row, missed))
    if max(abs(m) for _, missed in found for m in missed) > TOLERANCE:
        raise SystemExit("A prediction misses by more than a quarter.")


if __name__ == "__main__":
    main()
