"""Start a job, watch over it, and leave nothing behind."""

import os
import pathlib
import shlex

from . import hosts as places
from .job import Job
from .options import as_list, parse

_TRIES = 3  # ports


def run(
    options="",
    workers=2,
    servers=1,
    *,
    hosts=None,
    timeout=60.0,
    silence=10.0,
    threads=None,
    port=None,
    address=None,
    echo=True,
):
    """Train on several processes, here or on several hosts.

    Parameters
    ----------
    options : str, sequence or dict
        Training options, see `nin_utils.distributed.options`; the same as
        after the ``--`` of the command line.
    workers, servers : int
        Numbers of processes; 1 and 0: one process without any exchange.
    hosts : path-like, optional
        Hosts file, see `nin_utils.distributed.hosts.read`; by default all
        runs on this machine and is bound to 127.0.0.1.
    timeout : float
        Seconds that a worker may take for one step, or for its start.
    silence : float
        Seconds that a process may be without a sign of life.
    threads : int, optional
        Of each worker; by default the processors of its machine by the
        workers there, at most ``$OMP_NUM_THREADS``.
    port : int, optional
        Of the scheduler; by default any free one.
    address : str, optional
        Of this machine, for the other hosts; by default the one on the way
        to the first host.
    echo : bool
        Print the log, and show a bar on stderr while it is a terminal.

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        If an option, the hosts file or the port does not fit; nothing was
        started then.
    """
    words = as_list(options)
    chosen = parse(words, workers)
    _check(workers, servers, timeout, silence, threads)
    if hosts is None:
        own = places.numeric(address or places.LOOPBACK)
        here = [places.Host(own, slots=workers)]
    else:
        here = places.read(hosts)
        own = places.numeric(address or places.own_address(here))
        # This machine needs no ssh.
        here = [
            h._replace(login=None) if h.address == own else h for h in here
        ]
    plan = _plan(here, own, workers, servers)
    environment = _environment(workers, servers, threads, own, silence)
    again = None
    if chosen.checkpoint:
        again = _again(
            words,
            workers=workers,
            servers=servers,
            hosts=hosts,
            address=address,
            threads=threads,
        )
        # the same folder wherever a process is started
        folder = pathlib.Path(chosen.checkpoint).absolute()
        words = [*words, "--checkpoint", str(folder)]
    for _ in range(_TRIES if port is None else 1):
        environment["DMLC_PS_ROOT_PORT"] = str(places.free_port(own, port))
        job = Job(
            plan, words, environment, again, chosen.kvstore == "dist_sync"
        )
        result = job.run(timeout, silence, echo)
        if "bind failed" not in result.reason:
            break  # nobody took the port in the meantime
    return result


def _check(workers, servers, timeout, silence, threads):
    if workers < 1 or servers < 0 or (servers == 0 and workers > 1):
        raise ValueError(
            f"{workers} workers and {servers} servers: give at least one of "
            "each, or one worker and no server"
        )
    if timeout <= 0 or silence < 3 or (threads is not None and threads < 1):
        raise ValueError(
            f"timeout={timeout}, silence={silence}, threads={threads}: give "
            "a positive time, at least 3 s of silence, at least one thread"
        )


def _again(words, **settings):
    """Return the command that goes on from the checkpoint."""
    command = ["python", "-m", "nin_utils.distributed"]
    for name, value in settings.items():
        command += [f"--{name}", str(value)] if value is not None else []
    kept = [word for word in words if word != "--resume"]
    if "--fail" in kept:  # not twice
        at = kept.index("--fail")
        del kept[at : at + 2]
    return shlex.join([*command, "--", *kept, "--resume"])


def _plan(here, own, workers, servers):
    """Return ``(role, number, host)`` for each process, servers first."""
    for_workers, for_servers = places.place(here, workers, servers)
    scheduler = [("scheduler", None, places.Host(own))] * bool(servers)
    return [
        *scheduler,
        *(("server", i, host) for i, host in enumerate(for_servers)),
        *(("worker", i, host) for i, host in enumerate(for_workers)),
    ]


def _environment(workers, servers, threads, own, silence):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DMLC_")}
    kept.setdefault("MXNET_KVSTORE_BIGARRAY_BOUND", "10000")
    if threads is None:
        kept["NIN_SHARE"] = "yes"  # the job puts in of how many
    else:
        kept["OMP_NUM_THREADS"] = str(threads)
    return {
        **kept,
        "DMLC_PS_ROOT_URI": own,
        "DMLC_NUM_WORKER": str(workers),
        "DMLC_NUM_SERVER": str(servers),
        "NIN_SILENCE": str(1.5 * silence),
        "PYTHONUNBUFFERED": "1",
    }
