"""The other end of the line: no launcher, no process."""

import os
import pathlib
import signal
import subprocess
import sys
from importlib import metadata

from nin_utils.distributed import node

import pytest

BEGIN = """
import ctypes, time, node
link = node.Link(silence={silence})
link.open()
"""


@pytest.fixture
def begin():
    """Start a process with a line; end it afterwards."""
    begun = []

    def begin(script, silence):
        folder = str(pathlib.Path(node.__file__).parent)
        process = subprocess.Popen(
            [sys.executable, "-c", BEGIN.format(silence=silence) + script],
            env={**os.environ, "PYTHONPATH": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_ends_when_the_line_is_closed(begin):
    process = begin("time.sleep(60)", silence=60)
    assert process.stdout.readline() == b'\x1e{"beat": true}\n'
    process.stdin.close()
    assert process.wait(5) == node.ORPHANED


def test_ends_when_nothing_is_heard(begin):
    process = begin("time.sleep(60)", silence=1)
    assert process.wait(20) == node.ORPHANED


def test_ends_while_python_is_stuck(begin):
    """A C function that keeps the interpreter lock stops every thread."""
    script = "time.sleep(.2); ctypes.PyDLL(None).sleep(60)"
    process = begin(script, silence=3)
    assert process.wait(40) == -signal.SIGALRM


def test_ends_when_nobody_reads(begin):
    process = begin("time.sleep(60)", silence=60)
    process.stdout.close()
    assert process.wait(20) == node.ORPHANED


def test_says_so_when_a_version_is_not_known(monkeypatch):
    """That of MXNet's build for GPUs has another name."""

    def version(name):
        if name == "mxnet":
            raise metadata.PackageNotFoundError(name)
        return "1.26.4"

    monkeypatch.setattr(metadata, "version", version)
    found = node.versions()
    assert (found["numpy"], found["mxnet"]) == ("1.26.4", "unknown")


def test_waits_for_a_word(begin):
    process = begin("link.wait_for('go'); print('begun')", silence=60)
    process.stdin.write(b"\ng")
    process.stdin.flush()
    process.stdout.readline()
    process.stdin.write(b"o\n")
    process.stdin.flush()
    assert b"begun\n" in process.stdout.read()
    assert process.wait(20) == 0


@pytest.fixture
def threads(monkeypatch):
    """Return the threads of a process on a machine of eight processors."""

    def threads(share, chosen="", cgroup=None):
        files = {"/proc/self/cgroup": "0::/job\n"}
        if cgroup is not None:
            files["/sys/fs/cgroup/job/cpu.max"] = cgroup

        def read_text(path):
            if str(path) not in files:
                raise FileNotFoundError(path)
            return files[str(path)]

        monkeypatch.setattr(pathlib.Path, "read_text", read_text)
        monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))
        monkeypatch.setenv("NIN_SHARE", share)
        monkeypatch.setenv("OMP_NUM_THREADS", chosen)
        node.share_processors()
        return os.environ["OMP_NUM_THREADS"]

    return threads


@pytest.mark.parametrize(
    "share, chosen, expected",
    [("2", "", "4"), ("2", "3", "3"), ("9", "", "1"), ("", "5", "5")],
)
def test_processors_of_a_machine_are_shared(threads, share, chosen, expected):
    assert threads(share, chosen) == expected


@pytest.mark.parametrize("share, expected", [("1", "4"), ("2", "2")])
def test_the_quota_of_a_container_is_shared(threads, share, expected):
    assert threads(share, cgroup="400000 100000\n") == expected
