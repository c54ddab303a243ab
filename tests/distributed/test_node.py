"""The other end of the line: no launcher, no process."""

import pathlib
import signal
import subprocess
import sys

from nin_utils.distributed import node

import pytest

BEGIN = """
import ctypes, sys, time
sys.path.insert(0, {folder!r})
import node
link = node.Link(silence={silence})
link.open()
"""


@pytest.fixture
def begin():
    """Start a process with a line; end it afterwards."""
    begun = []

    def begin(script, silence):
        folder = str(pathlib.Path(node.__file__).parent)
        code = BEGIN.format(folder=folder, silence=silence) + script
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=pipe, stdout=pipe
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
    script = "time.sleep(.5); ctypes.PyDLL(None).sleep(60)"
    process = begin(script, silence=1)
    assert process.wait(20) == -signal.SIGALRM


def test_waits_for_a_word(begin):
    process = begin("link.wait_for('go'); print('begun')", silence=60)
    process.stdin.write(b"\ng")
    process.stdin.flush()
    process.stdout.readline()
    process.stdin.write(b"o\n")
    process.stdin.flush()
    assert b"begun\n" in process.stdout.read()
    assert process.wait(20) == 0
