"""Jobs over hosts that are namespaces: the time of a step, a cut cable."""

import subprocess
import sys
import time

NET = "nin_mnist"
SHARE = 32  # pictures of each worker in a step


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
