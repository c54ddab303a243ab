"""Watch over the processes of a job; name the first one that fails."""

import queue
import signal
import time

_DRAIN = 15.0  # seconds in which all end once the workers are done
# What to do about a difference between two processes.
_REMEDIES = {
    "checkpoint": ": give --checkpoint a folder that all hosts share",
    "data": ": one host has other images",
    "nin_utils": ": bring the same sources to all hosts",
}


class Failure(Exception):
    """A process failed.

    Parameters
    ----------
    process : Process
        The first to fail.
    text : str
        Which one, and how.
    """

    def __init__(self, process, text):
        super().__init__(text)
        self.process = process


class Supervisor:
    """Read what the processes say, and notice what they no longer say.

    Parameters
    ----------
    processes : list of Process
    inbox : queue.Queue
    timeout : float
        Seconds without progress of a worker that are too many.
    silence : float
        Seconds without a heartbeat that are too many.
    show : callable
        Called with ``(name, line)`` for each line of the log.
    on_step : callable
        Called with ``(finished, total)`` for each step of worker 0.
    together : bool
        All workers must end with the same parameters.
    """

    def __init__(self, processes, inbox, timeout, silence, show, on_step, together):
        self._processes, self._inbox = processes, inbox
        self._workers = [p for p in processes if p.is_worker]
        self._timeout, self._silence = timeout, silence
        self._show, self._on_step = show, on_step
        self._together = together
        self._agreed = False
        self._all_done = None

    def watch(self):
        """Return when all processes have ended well.

        Raises
        ------
        Failure
            As soon as one has failed, or has stopped.
        """
        while True:
            self._listen(0.1)
            ended = [p for p in self._processes if p.poll() is not None]
            self._check_ended(ended)
            if len(ended) == len(self._processes):
                self._listen(0)
                self._compare_results()
                return
            self._check_silent(ended)
            self._check_progress(ended)
            if not self._agreed:
                self._agree()

    def _listen(self, wait):
        """Take in all that was said, waiting for the first word."""
        while True:
            try:
                process, message = self._inbox.get(wait > 0, wait or None)
            except queue.Empty:
                return
            wait = 0
            process.heard = time.monotonic()
            if isinstance(message, str):
                process.last.append(message)
                self._show(process.name, message)
            else:
                self._take(process, message)

    def _take(self, process, message):
        message.pop("beat", None)
        if not message:
            return
        process.moved = time.monotonic()
        process.stage = message.pop("stage", process.stage)
        if "step" in message:
            process.step = message["step"]
            process.stage = f"step {process.step}"
            if process is self._workers[0]:
                self._on_step(message["finished"], message["total"])
        process.facts.update(message)

    def _check_ended(self, ended):
        if not ended:
            return
        for process in ended:
            process.finish_reading()
        self._listen(0)
        bad = [p for p in ended if p.poll() != 0]
        if not self._done():  # nobody may leave before, with nothing done
            bad += [p for p in ended if "done" not in p.facts]
        if bad:
            raise Failure(bad[0], f"{bad[0].title} {_how(bad[0])}")

    def _done(self):
        return all("done" in p.facts for p in self._workers)

    def _check_silent(self, ended):
        limit = time.monotonic() - self._silence
        silent = [p for p in self._processes if p not in ended and p.heard < limit]
        if silent:
            names = " and ".join(p.title for p in silent)
            raise Failure(
                silent[0],
                f"{names}: not heard of for {self._silence:g} s (stopped, or "
                "cut off from here)",
            )

    def _check_progress(self, ended):
        now = time.monotonic()
        if self._done():
            if self._all_done is None:
                self._all_done = now
                for process in self._workers:
                    process.send(b"leave\n")
            if now - self._all_done > _DRAIN:
                left = [p for p in self._processes if p not in ended]
                names = " and ".join(p.title for p in left)
                raise Failure(left[0], f"{names}: did not end after the training")
            return
        waiting = [p for p in self._workers if "done" not in p.facts]
        late = [p for p in waiting if now - p.moved > self._timeout]
        if late:
            process = min(late, key=lambda p: (p.step, p.moved))
            advice = (
                ": the processes do not find each other; is a firewall "
                "between the hosts, or a server gone?"
            ) * (process.stage == "connecting")
            raise Failure(
                process, f"{process.title}: no progress for {self._timeout:g} s{advice}"
            )

    def _agree(self):
        """Let the workers begin once all have said the same."""
        if not all("hello" in p.facts for p in self._processes):
            return
        self._compare("hello", self._processes, "versions")
        if all("data" in p.facts for p in self._workers):
            self._compare("data", self._workers, "checksums")
            for process in self._workers:
                process.moved = time.monotonic()
                process.send(b"go\n")
            self._agreed = True

    def _compare(self, kind, processes, what):
        first, *others = processes
        for other in others:
            for name, value in first.facts[kind].items():
                found = other.facts[kind].get(name)
                if found != value:
                    raise Failure(
                        other,
                        f"{first.title} and {other.title} have different "
                        f"{what}: {name} {value} and {found}"
                        f"{_REMEDIES.get(name, '')}",
                    )

    def _compare_results(self):
        first = self._workers[0]
        for other in self._workers[1:] if self._together else ():
            here = first.facts["done"]["sha256"]
            there = other.facts["done"]["sha256"]
            if here != there:
                raise Failure(
                    other,
                    f"{first.title} and {other.title} ended with different "
                    f"parameters, SHA-256 {here[:12]} and {there[:12]}",
                )


def _how(process):
    """Say how a process has ended."""
    status = process.poll()
    if status == 255 and process.host.login and "hello" not in process.facts:
        return f"could not be started: ssh {process.host.login} failed"
    if "error" in process.facts:
        return f"failed: {' '.join(process.facts['error'].split())}"
    if status < 0:
        return f"was killed ({signal.Signals(-status).name})"
    if status == 255 and process.host.login:
        return "was killed, or the connection to it broke"
    if status > 128 and process.host.login:
        return f"was killed ({signal.Signals(status - 128).name})"
    return f"ended with status {status} before the training was done"


def explain(failure, seconds, again, saved):
    """Return the one line about a job that failed.

    Parameters
    ----------
    failure : Failure
    seconds : float
        Since the start of the job.
    again : str or None
        The command that goes on from the checkpoint; None without one.
    saved : bool
        Whether there is anything in the checkpoint.
    """
    process = failure.process
    stage = f" (at {process.stage})" * process.is_worker
    parts = [
        f"{time.strftime('%H:%M:%S')}, {seconds:.1f} s after the start: "
        f"{failure}{stage}",
        "all processes are ended",
    ]
    if process.last and "error" not in process.facts:
        parts.insert(1, f"it last said: {' | '.join(process.last)}")
    if again is None:
        parts.append("there is no checkpoint: give --checkpoint DIR")
    elif not saved:
        parts.append("no checkpoint was written yet")
    else:
        parts.append(f"to go on: {again}")
    return "; ".join(parts)
