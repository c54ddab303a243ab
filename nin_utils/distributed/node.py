"""One process of a job: its line to the launcher, then its role.

Runs before anything of MXNet is loaded, because scheduler and servers live
inside ``import mxnet``: the launcher starts this file by its path. It must
not import `nin_utils` at its top.

The line is the process's own standard input and output, which ssh carries
too. The launcher sends a byte a second, and the words ``go`` and ``leave``;
the process sends its heartbeats and messages as lines that begin with `MARK`.
Whoever no longer hears the other one ends.
"""

import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import pathlib
import platform
import select
import signal
import sys
import threading
import time

#: Begins a message (ASCII record separator); other lines are the log.
MARK = "\x1e"
#: Seconds between two signs of life, in both directions.
HEARTBEAT = 1.0
#: Exit status of a process whose launcher is gone.
ORPHANED = 75

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Link:
    """The line to the launcher.

    Parameters
    ----------
    silence : float
        Seconds without a byte from the launcher after which this process
        ends itself.
    """

    def __init__(self, silence):
        self._silence = silence
        self._said = b""
        self._news = threading.Condition()

    def open(self):
        """Begin to watch; from now on no launcher means no process."""
        with contextlib.suppress(AttributeError):  # Linux has it
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        self._wind_up()
        threading.Thread(target=self._watch, daemon=True).start()

    def send(self, **message):
        """Send a message in one piece, so that no log line divides it."""
        data = f"{MARK}{json.dumps(message)}\n".encode()
        try:
            while data:
                data = data[os.write(1, data) :]
        except OSError:  # nobody reads any more
            os._exit(ORPHANED)

    def wait_for(self, word):
        """Wait for a word of the launcher.

        Parameters
        ----------
        word : str
            ``go``: all workers have the same data; ``leave``: all have
            their results. (A process on its way out has no heartbeat.)
        """
        with self._news:
            self._news.wait_for(lambda: word.encode() in self._said)

    def _wind_up(self):
        """Let the system end this process unless this is called again."""
        signal.alarm(int(3 * self._silence) + 1)

    def _watch(self):
        heard = time.monotonic()
        sent = 0.0
        while True:
            ready = select.select([0], [], [], HEARTBEAT / 2)[0]
            now = time.monotonic()
            if ready:
                got = os.read(0, 4096)
                if not got:  # the launcher, or the ssh of it, has ended
                    os._exit(ORPHANED)
                heard = now
                with self._news:
                    self._said += got.strip(b"\n")
                    self._news.notify_all()
            if now - heard > self._silence:  # the network was cut
                os._exit(ORPHANED)
            if now - sent >= HEARTBEAT:
                self._wind_up()
                self.send(beat=True)
                sent = now


def versions():
    """Return what must be the same in all processes of a job.

    Returns
    -------
    dict of str to str
        Versions, and a checksum of the sources of `nin_utils`.
    """
    from importlib import metadata

    home = pathlib.Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    found = {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "nin_utils": digest.hexdigest()[:12],
    }
    for name in ("numpy", "mxnet"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # such as mxnet-cu117
            found[name] = "unknown"
    return found


def usable_cpus():
    """Return `nin_utils.compat.usable_cpus()`, without loading MXNet."""
    path = pathlib.Path(__file__).parents[1] / "compat" / "threads.py"
    spec = importlib.util.spec_from_file_location("threads", path)
    threads = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(threads)
    return threads.usable_cpus()


def share_processors():
    """Give this process its part of the processors of its machine.

    ``NIN_SHARE`` is the number of workers here; it is not set if the number
    of threads was chosen.
    """
    share = int(os.environ.get("NIN_SHARE") or 0)
    if share:
        cpus = usable_cpus()
        limit = int(os.environ.get("OMP_NUM_THREADS") or cpus)
        os.environ["OMP_NUM_THREADS"] = str(min(limit, max(1, cpus // share)))


def begin():
    """Open the line to the launcher, and return it; take some processors."""
    link = Link(float(os.environ["NIN_SILENCE"]))
    link.open()
    link.send(hello=versions())
    share_processors()
    return link


def main():
    """Begin the line, then play the role that ``DMLC_ROLE`` names."""
    link = begin()
    if os.environ["DMLC_ROLE"] == "worker":
        from nin_utils.distributed import worker

        worker.main(sys.argv[1:], link)
        return
    try:
        import nin_utils  # noqa: F401  (stays in there until the job ends)
    except ImportError as error:
        why = str(error.__cause__ or error).strip().splitlines()
        link.send(error=why[-1])
        os._exit(1)


if __name__ == "__main__":
    main()
