"""Where the processes of a job run, and how ssh starts them there."""

import os
import pathlib
import shlex
import socket
import sys
from typing import NamedTuple

LOOPBACK = "127.0.0.1"
_SSH = [
    # a connection of its own for each process, whatever is configured
    *("ssh", "-T", "-o", "BatchMode=yes", "-o", "ControlPath=none"),
    *("-o", "ConnectTimeout=5"),
    *("-o", "ServerAliveInterval=3", "-o", "ServerAliveCountMax=3"),
]
# Settings that a process on another host gets from here.
_PASSED_ON = (
    *("DMLC_", "MXNET_", "NIN_", "PS_", "OMP_"),
    *("PYTHONPATH", "PYTHONUNBUFFERED"),
)
# Runs node.py without importing its package, which would load MXNet.
_START = (
    "import importlib.util, os, runpy, sys; "
    "found = importlib.util.find_spec('nin_utils') or sys.exit("
    "'nin_utils is not installed here, for ' + sys.executable); "
    "runpy.run_path(os.path.join(found.submodule_search_locations[0], "
    "'distributed', 'node.py'), run_name='__main__')"
)


class Host(NamedTuple):
    """A machine.

    Attributes
    ----------
    address : str
        Numeric, as the other hosts see it.
    login : str
        What ssh connects to; None for this machine, without ssh.
    slots : int
        Workers that it takes.
    python, folder : str
        Interpreter, and folder to start it in.
    """

    address: str
    login: str = None
    slots: int = 1
    python: str = sys.executable
    folder: str = None

    def command(self, words, environment):
        """Return the command that starts one process of the job here.

        Parameters
        ----------
        words : list of str
            Arguments of the process.
        environment : dict of str to str
            All of its environment; over ssh only what concerns the job.
        """
        start = [self.python, "-W", "ignore", "-c", _START, *words]
        if self.login is None:
            return start
        passed = [
            f"{name}={value}"
            for name, value in environment.items()
            if name.startswith(_PASSED_ON)
        ]
        there = shlex.join(["env", *passed, *start])
        folder = shlex.quote(self.folder or os.getcwd())
        return [*_SSH, self.login, f"cd {folder} && exec {there}"]


def numeric(name):
    """Return the IPv4 address of a host; MXNet needs it in numbers.

    An unknown name raises a ValueError.
    """
    try:
        return socket.getaddrinfo(name, None, socket.AF_INET)[0][4][0]
    except (OSError, UnicodeError) as error:
        raise ValueError(
            f"host {name!r} has no IPv4 address ({error}): correct the "
            "name, or give the address in numbers"
        ) from None


def read(path):
    """Read a hosts file.

    Parameters
    ----------
    path : path-like
        Lines of ``[user@]name [slots=2] [python=/path] [folder=/path]``; a
        value with spaces in quotes, comments behind a ``#``.

    Returns
    -------
    list of Host

    Raises
    ------
    ValueError
        If a line cannot be read, or names no host; says which.
    """
    try:
        lines = pathlib.Path(path).expanduser().read_text().splitlines()
    except OSError as error:
        raise ValueError(f"hosts file {path}: {error.strerror}") from None
    hosts = []
    for number, line in enumerate(lines, 1):
        try:
            words = shlex.split(line, comments=True)
            if words:
                hosts.append(_host(*words))
        except ValueError as error:
            raise ValueError(f"hosts file {path}, line {number}: {error}") from None
    if not hosts:
        raise ValueError(f"hosts file {path} names no host")
    looped = [host for host in hosts if host.address.startswith("127.")]
    if looped and len(looped) < len(hosts):
        raise ValueError(
            f"hosts file {path}: {looped[0].login} is {looped[0].address}, "
            "where the other hosts do not find it: give its own address"
        )
    return hosts


def _host(login, *settings):
    fields = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in ("slots", "python", "folder") or not value:
            raise ValueError(f"{setting!r} is not slots=, python= or folder=")
        fields[name] = value
    slots = fields.pop("slots", "1")
    if not slots.isdigit() or int(slots) < 1:
        raise ValueError(f"slots={slots}: give a number from 1")
    address = numeric(login.rpartition("@")[2])
    return Host(address, login, int(slots), **fields)


def place(hosts, workers, servers):
    """Return the hosts of the workers and of the servers.

    Workers fill one host after the other, up to its slots; servers take
    turns.

    Raises
    ------
    ValueError
        If there are fewer slots than workers.
    """
    slots = [host for host in hosts for _ in range(host.slots)]
    if len(slots) < workers:
        raise ValueError(
            f"{workers} workers, but the hosts file has {len(slots)} slots: "
            "add hosts or slots=, or give fewer --workers"
        )
    return slots[:workers], [hosts[i % len(hosts)] for i in range(servers)]


def own_address(hosts):
    """Return the address of this machine on its way to the first host."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((hosts[0].address, 9))  # sends nothing
        except OSError as error:
            raise ValueError(
                f"there is no way to {hosts[0].address} ({error.strerror}): "
                "correct the hosts file, or give --address"
            ) from None
        return probe.getsockname()[0]


def free_port(address, port=None):
    """Return a port of this machine for the scheduler.

    Parameters
    ----------
    address : str
        Numeric, of this machine.
    port : int, optional
        The wish; any free one if left out.

    Raises
    ------
    ValueError
        If the port is in use, or the address not of this machine.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port or 0))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise ValueError(
                f"the scheduler cannot use {address}:{port or 'any port'} "
                f"({why}): give another --port or --address, or none"
            ) from None
        return probe.getsockname()[1]
