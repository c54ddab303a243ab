"""What the tests of `nin_utils.distributed` share."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import time
from unittest import mock

from nin_utils import distributed
from nin_utils.distributed import hosts, processes, supervise

import psutil

from helpers import ROOT

#: As few pictures as will do, one thread: the same sums everywhere.
SMALL = {
    "net": "nin_mnist",
    "subset": True,
    "examples": 256,
    "batch_size": 16,
    "dropout": 0,
    "test_examples": 0,
    "steps": 5,
}


def job(workers=2, servers=1, expect=0, without=(), **options):
    """Run a small job and return its result.

    `expect` is its exit status, None if it may be any; `without` names
    functions of `helpers.unguarded`.
    """
    settings = {
        name: options.pop(name)
        for name in ("hosts", "address", "timeout", "silence")
        if name in options
    }
    with _unguarded(without):
        result = distributed.run(
            {**SMALL, **options}, workers, servers, threads=1, echo=False, **settings
        )
    assert expect in (None, result.exit_code), "\n".join(result.lines)
    return result


def _unguarded(guards):
    """Let other workers be started in place of the whole ones."""
    source = (ROOT / "tests" / "helpers" / "unguarded.py").read_text()
    start = [sys.executable, "-W", "ignore", "-c", source, ",".join(guards)]
    whole = hosts.Host.command

    def command(host, words, environment):
        if not guards or environment["DMLC_ROLE"] != "worker":
            return whole(host, words, environment)
        return [*start, *words]

    return mock.patch.object(hosts.Host, "command", command)


def alone(**options):
    """Train in one process that sums the gradients of the same halves."""
    return job(1, 0, parts=2, **options)


@contextlib.contextmanager
def launched(*words, **settings):
    """Start the command line; yield the process and its members by role."""
    command = [sys.executable, "-m", "nin_utils.distributed", "--threads"]
    options = distributed.options.as_list({**SMALL, **settings})
    launcher = subprocess.Popen(
        [*command, "1", *words, "--", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    try:
        yield launcher, members(launcher.pid)
    finally:
        if launcher.poll() is None:
            launcher.send_signal(signal.SIGTERM)
        launcher.communicate()


def members(pid, number=4):
    """Return the processes of a job by role, once all are there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = {}
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                role = process.environ().get("DMLC_ROLE")
                found.setdefault(role, []).append(process)
        found.pop(None, None)
        if sum(map(len, found.values())) == number:
            return found
        time.sleep(0.05)
    raise AssertionError(f"only {found} began")


def wait_for(launcher, text):
    """Read the log up to a line with `text`, and return what was read."""
    lines = []
    for line in launcher.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError("".join(lines))


def _runs(process):
    """Say whether a process has not ended; a zombie only waits to be reaped."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def all_end(found, seconds):
    """Say whether all these processes end within so many seconds."""
    left = [process for group in found.values() for process in group]
    until = time.monotonic() + seconds
    while left and time.monotonic() < until:
        time.sleep(0.02)
        left = list(filter(_runs, left))
    for process in left:
        process.kill()
    return not left


# Speaks as nin_utils.distributed.node does, without MXNet.
_SPEAK = """
import json, os, sys, time
def send(**message):
    os.write(1, ("\\x1e" + json.dumps(message) + "\\n").encode())
def work(seconds=30, beat=True):
    for _ in range(int(10 * seconds)):
        time.sleep(0.1)
        beat and send(beat=True)
SAME = {"mxnet": "1.9.1"}
"""


def watched(timeout=20, silence=20, login=None, **scripts):
    """Watch over stand-ins of processes; return the failure.

    Keyword arguments are ``worker_0="what it does"``.
    """
    inbox, group = queue.Queue(), []
    host = hosts.Host("127.0.0.1", login=login)
    for name, script in scripts.items():
        command = [sys.executable, "-c", _SPEAK + script]
        group.append(
            processes.Process(name.replace("_", " "), host, command, os.environ, inbox)
        )
    supervisor = supervise.Supervisor(
        group, inbox, timeout, silence, print, lambda *_: None, True
    )
    try:
        supervisor.watch()
    except supervise.Failure as failure:
        return str(failure)
    finally:
        processes.end(group)
    return None
