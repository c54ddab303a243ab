"""The processes of a job as the launcher sees them."""

import collections
import contextlib
import json
import os
import signal
import subprocess
import threading
import time

from .node import HEARTBEAT, MARK

_LAST_LINES = 3


class Process:
    """One process of a job, here or at the other end of an ssh.

    Parameters
    ----------
    name : str
        Such as ``worker 0``.
    host : Host
    command : list of str
    environment : dict of str to str
    inbox : queue.Queue
        Gets ``(process, message)``, where a message is a dict or a line.

    Attributes
    ----------
    heard : float
        When it last said anything, its heartbeats included.
    moved : float
        When it last got further.
    stage : str
        What it said it was doing.
    step : int
        The last step that it began to exchange.
    facts : dict
        What it said, by kind: ``hello``, ``data``, ``saved``, ``error``,
        ``done`` and others.
    last : collections.deque
        Its last lines.
    """

    def __init__(self, name, host, command, environment, inbox):
        self.name, self.host, self._inbox = name, host, inbox
        self.heard = self.moved = time.monotonic()
        self.stage, self.step = "starting", 0
        self.facts = {}
        self.last = collections.deque(maxlen=_LAST_LINES)
        # A group of its own: Ctrl-C reaches the launcher alone, and what an
        # ssh has started here can be ended with it.
        pipe = subprocess.PIPE
        streams = {"stdin": pipe, "stdout": pipe, "stderr": subprocess.STDOUT}
        try:
            self._popen = subprocess.Popen(
                command,
                cwd=None if host.login else host.folder,
                env=environment,
                start_new_session=True,
                **streams,
            )
        except OSError as error:
            what = error.filename or command[0]
            raise ValueError(
                f"{name} cannot be started: {what}: {error.strerror}"
            ) from None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def is_worker(self):
        """Whether it trains."""
        return self.name.startswith("worker")

    @property
    def title(self):
        """Its name, and its host if that is another one."""
        return self.name + (f" on {self.host.address}" if self.host.login else "")

    def _read(self):
        with contextlib.suppress(ValueError, OSError):  # closed meanwhile
            for raw in self._popen.stdout:
                line = raw.decode(errors="replace").rstrip("\r\n")
                line, mark, message = line.partition(MARK)
                if line.strip():
                    self._inbox.put((self, line))
                if mark:
                    with contextlib.suppress(ValueError):
                        self._inbox.put((self, json.loads(message)))

    def poll(self):
        """Return its exit status, as `subprocess.Popen.poll` does."""
        return self._popen.poll()

    def send(self, data):
        """Write to its standard input, unless it is gone."""
        with contextlib.suppress(OSError, ValueError):
            os.write(self._popen.stdin.fileno(), data)

    def finish_reading(self):
        """Wait a moment for the last lines of a process that has ended."""
        self._reader.join(0.5)

    def kill(self):
        """Kill it and all of its group; elsewhere ssh does it."""
        with contextlib.suppress(OSError):
            self._popen.stdin.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)

    def bury(self):
        """Wait for its end."""
        self._popen.wait()
        self._reader.join(0.5)
        if not self._reader.is_alive():  # else close() would wait for its read
            self._popen.stdout.close()


def end(processes):
    """End all these processes at once, whether they run or not."""
    for process in processes:
        process.kill()
    for process in processes:
        process.bury()


class Pulse:
    """Sends every process a sign of life, as long as the job runs.

    Parameters
    ----------
    processes : list of Process
        May grow.
    """

    def __init__(self, processes):
        self._processes, self._over = processes, threading.Event()
        threading.Thread(target=self._beat, daemon=True).start()

    def _beat(self):
        while not self._over.wait(HEARTBEAT):
            for process in list(self._processes):
                process.send(b"\n")

    def stop(self):
        """Send no more."""
        self._over.set()
