"""Several hosts on one machine: Linux network namespaces.

Each host is a namespace with an address of its own, joined to the others by
a virtual cable (veth) and a switch (bridge). All of it stands inside one more
namespace, that of the program, and is gone with it: `enter`.
"""

import atexit
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from booktools.files import ROOT

OWN = "10.77.0.1"
_INSIDE = "NIN_INSIDE_NAMESPACE"
_UNSHARE = [
    *("unshare", "--net", "--mount", "--propagation", "private"),
    *("--pid", "--fork", "--kill-child", "--mount-proc"),
]


class NamespaceError(RuntimeError):
    """No namespaces can be had here; says what is missing."""


def enter():
    """Start the program again in a namespace of its own, unless done.

    Its network holds nothing but what the program makes there; its
    processes, its mounts and its network end with it, however it ends.
    """
    if os.environ.get(_INSIDE):
        return
    problem = missing()
    if problem:
        raise NamespaceError(problem)
    os.environ[_INSIDE] = "1"
    os.execvp("unshare", [*_UNSHARE, sys.executable, *sys.argv])


def missing():
    """Say why namespaces cannot be had here; None if they can."""
    if sys.platform != "linux":
        return "network namespaces are a part of Linux"
    for tool, package in (("unshare", "util-linux"), ("ip", "iproute2")):
        if shutil.which(tool) is None:
            return f"{tool} is missing: install {package}"
    if os.geteuid() != 0:
        return "namespaces need root: run the same command as root"
    trial = "mount -t tmpfs none /run/netns && ip netns add trial"
    made = "mkdir -p /run/netns && " + trial
    done = subprocess.run([*_UNSHARE, "sh", "-c", made], capture_output=True, text=True)
    if done.returncode:
        return (
            f"this machine makes no namespaces ({done.stderr.strip()}): a "
            "container needs the right to, such as docker run --privileged"
        )
    return None


def _do(command):
    done = subprocess.run(command.split(), capture_output=True, text=True)
    if done.returncode:
        raise NamespaceError(f"{command}: {done.stderr.strip()}")
    return done.stdout


def name_of(address):
    """Return the name of the namespace of a host."""
    return f"nin-{address}"


class Network:
    """A switch with hosts.

    Parameters
    ----------
    number : int
        Hosts; this program itself is one more, with the address `OWN`.

    Attributes
    ----------
    addresses : list of str
    """

    def __init__(self, number):
        os.makedirs("/run/netns", exist_ok=True)
        _do("mount -t tmpfs none /run/netns")
        _do("ip link set lo up")
        _do("ip link add switch type bridge")
        _do(f"ip addr add {OWN}/24 dev switch")
        _do("ip link set switch up")
        self.addresses = [f"10.77.0.{i + 2}" for i in range(number)]
        for i, address in enumerate(self.addresses):
            there = name_of(address)
            _do(f"ip netns add {there}")
            _do(f"ip link add port{i} type veth peer name eth0 netns {there}")
            _do(f"ip link set port{i} master switch up")
            _do(f"ip -n {there} addr add {address}/24 dev eth0")
            _do(f"ip -n {there} link set eth0 up")
            _do(f"ip -n {there} link set lo up")

    def limit(self, megabits):
        """Limit the cable of every host, in each direction.

        Parameters
        ----------
        megabits : float or None
            A second; None: no limit.
        """
        # A bucket of a millisecond, so that TCP's large segments fit in.
        burst = max(32, (megabits or 0) // 8)
        kind = f"tbf rate {megabits}mbit burst {burst}kb latency 500ms"
        for i, address in enumerate(self.addresses):
            inside = f"ip netns exec {name_of(address)} tc"
            for tc, device in (("tc", f"port{i}"), (inside, "eth0")):
                if megabits is not None:
                    _do(f"{tc} qdisc replace dev {device} root {kind}")
                elif "tbf" in _do(f"{tc} qdisc show dev {device}"):
                    _do(f"{tc} qdisc del dev {device} root")

    def cut(self, i):
        """Pull out the cable of host `i`."""
        _do(f"ip link set port{i} down")

    def mend(self, i):
        """Put the cable back."""
        _do(f"ip link set port{i} up")

    def processes(self, i):
        """Return the processes on host `i`."""
        return _do(f"ip netns pids {name_of(self.addresses[i])}").split()

    def hosts_file(self):
        """Write a hosts file, and put an ``ssh`` for it into the path.

        Returns
        -------
        str
            Its path.
        """
        folder = pathlib.Path(tempfile.mkdtemp(prefix="nin-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        command = f'"{sys.executable}" -m {__name__}.ssh "$@"'
        ssh = folder / "ssh"
        ssh.write_text(f'#!/bin/sh\ncd "{ROOT / "scripts"}" && exec {command}\n')
        ssh.chmod(0o755)
        os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
        hosts = folder / "hosts"
        hosts.write_text("".join(f"{a}\n" for a in self.addresses))
        return str(hosts)
