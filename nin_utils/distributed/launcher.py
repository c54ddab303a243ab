"""Start a job, watch over it, and leave nothing behind."""

import dataclasses
import os
import pathlib
import queue
import shlex
import time

from tqdm import tqdm

from ..checks import check_bool, check_integer, check_number
from . import hosts as places
from .options import as_list, parse
from .processes import Process, Pulse, end
from .supervise import Failure, Supervisor, explain

TIMEOUT, SILENCE = 60.0, 10.0  # seconds, see `run`
_TRIES = 3  # ports
_SECURITY = (
    "the servers ask nobody who they are and unpickle what they get: "
    "private networks only"
)


@dataclasses.dataclass
class Result:
    """What came out of a job.

    Attributes
    ----------
    exit_code : int
        0, or 1 if a process failed; then all others were ended.
    reason : str
        Empty, or what failed: who, when, its last lines, how to go on.
    lines : list of str
        The log of all processes, each line with its process.
    seconds : float
        From the start of the first process to the end of the last.
    facts : dict
        What worker 0 printed at the end.
    """

    exit_code: int = 0
    reason: str = ""
    lines: list = dataclasses.field(default_factory=list, repr=False)
    seconds: float = 0.0
    facts: dict = dataclasses.field(default_factory=dict)

    @property
    def digest(self):
        """SHA-256 of the trained parameters, or None."""
        return self.facts.get("sha256")

    @property
    def test_acc(self):
        """Test accuracy in [0, 1], or None."""
        return self.facts.get("test_acc")

    @property
    def pictures_per_second(self):
        """Of all workers together, from the second step on, or None."""
        return self.facts.get("pictures_per_second")


def run(
    options="",
    workers=2,
    servers=1,
    *,
    hosts=None,
    timeout=TIMEOUT,
    silence=SILENCE,
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
        workers there, on this machine at most ``$OMP_NUM_THREADS``.
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
    TypeError, ValueError
        If an option, a number, the hosts file or the port does not fit, or a
        process cannot be started; nothing runs then.
    """
    _check(workers, servers, timeout, silence, threads, port)
    check_bool("echo", echo)
    words = as_list(options)
    chosen = parse(words, workers)
    if hosts is None:
        own = places.numeric(address or places.LOOPBACK)
        here = [places.Host(own, slots=workers)]
    else:
        here = places.read(hosts)
        own = places.numeric(address or places.own_address(here))
        # This machine needs no ssh.
        here = [h._replace(login=None) if h.address == own else h for h in here]
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
            timeout=None if timeout == TIMEOUT else timeout,
            silence=None if silence == SILENCE else silence,
            port=port,
        )
        # the same folder wherever a process is started
        folder = pathlib.Path(chosen.checkpoint).expanduser().absolute()
        words = [*words, "--checkpoint", str(folder)]
    for _ in range(_TRIES if port is None else 1):
        environment["DMLC_PS_ROOT_PORT"] = str(places.free_port(own, port))
        job = _Job(plan, words, environment, again, chosen.kvstore == "dist_sync")
        result = job.run(timeout, silence, echo)
        if "bind failed" not in result.reason:
            break  # nobody took the port in the meantime
    return result


def _check(workers, servers, timeout, silence, threads, port):
    check_integer("workers", workers)
    check_integer("servers", servers, smallest=0)
    check_number("timeout", timeout, 0, above=True)
    check_number("silence", silence, 3, 86_400)
    for name, value, least in (("threads", threads, 1), ("port", port, 0)):
        if value is not None:
            check_integer(name, value, least)
    if servers == 0 and workers > 1:
        raise ValueError(
            f"{workers} workers and {servers} servers: give at least one of "
            "each, or one worker and no server"
        )


def _again(words, **settings):
    """Return the command that goes on from the checkpoint."""
    command = ["python", "-m", "nin_utils.distributed"]
    for name, value in settings.items():
        command += [f"--{name}", str(value)] if value is not None else []
    gone = ("--resume", "--fail=")
    kept = [word for word in words if not word.startswith(gone)]
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


class _Job:
    """A job that has not begun yet.

    Parameters
    ----------
    plan : list of (str, int or None, Host)
        Role, number and host of each process.
    words : list of str
        Training options.
    environment : dict of str to str
        Of all processes.
    again : str or None
        The command that goes on from the checkpoint; None without one.
    together : bool
        All workers must end with the same parameters.
    """

    def __init__(self, plan, words, environment, again, together):
        self._plan, self._words = plan, words
        self._environment, self._again = environment, again
        self._together = together
        self._processes, self._inbox = [], queue.Queue()
        self._result = Result()

    def run(self, timeout, silence, echo=True):
        """Run to the end, whatever happens, and end all processes.

        Parameters
        ----------
        timeout, silence : float
            In seconds, as in `Supervisor`.
        echo : bool
            Print the log, and show a bar while stderr is a terminal.

        Returns
        -------
        Result
        """
        self._echo = echo
        begin = time.monotonic()
        pulse = Pulse(self._processes)
        self._bar = tqdm(unit="step", leave=False, disable=None if echo else True)
        try:
            self._greet()
            self._start()
            supervisor = Supervisor(
                self._processes,
                self._inbox,
                timeout,
                silence,
                self._show,
                self._step,
                self._together,
            )
            supervisor.watch()
            self._result.facts = self._processes[-self._workers].facts["done"]
        except Failure as failure:
            self._fail(failure, time.monotonic() - begin)
        finally:
            self._bar.close()
            pulse.stop()
            end(self._processes)
        self._result.seconds = time.monotonic() - begin
        return self._result

    @property
    def _workers(self):
        return sum(role == "worker" for role, *_ in self._plan)

    def _greet(self):
        roles = [role for role, *_ in self._plan]
        counts = ", ".join(
            f"{roles.count(role)} {role}{'s' * (roles.count(role) > 1)}"
            for role in dict.fromkeys(roles)
        )
        self._show("launcher", counts)
        if "server" in roles:
            self._show("launcher", _SECURITY)

    def _start(self):
        for role, number, host in self._plan:
            name = role if number is None else f"{role} {number}"
            words = self._words if role == "worker" else []
            environment = self._environment_of(role, number, host)
            command = host.command(words, environment)
            self._processes.append(
                Process(name, host, command, environment, self._inbox)
            )

    def _environment_of(self, role, number, host):
        own = {**self._environment, "DMLC_ROLE": role}
        own["DMLC_NODE_HOST"] = host.address
        if role != "worker":
            return {**own, "OMP_NUM_THREADS": "1", "NIN_SHARE": ""}
        if "NIN_SHARE" in own:
            there = [
                h for r, _, h in self._plan if r == role and h.address == host.address
            ]
            own["NIN_SHARE"] = str(len(there))
            if host.login:  # this machine's number says nothing of that one
                own.pop("OMP_NUM_THREADS", None)
        return {**own, "NIN_RANK": str(number)}

    def _show(self, name, line):
        text = f"[{name}] {line}"
        self._result.lines.append(text)
        if self._echo:
            with self._bar.external_write_mode():
                print(text, flush=True)

    def _step(self, finished, total):
        if self._bar.total is None:  # the start does not count
            self._bar.reset(total)
            self._bar.initial = finished
        self._bar.n = finished
        self._bar.refresh()

    def _fail(self, failure, seconds):
        saved = "saved" in self._processes[-self._workers].facts
        saved = saved or "--resume" in self._words
        reason = explain(failure, seconds, self._again, saved)
        self._result.exit_code, self._result.reason = 1, reason
        self._show("launcher", reason)
