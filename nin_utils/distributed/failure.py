"""What the launcher says about a process that failed."""

import signal
import time

#: What to do about a difference between two processes.
REMEDIES = {
    "checkpoint": ": give --checkpoint a folder that all hosts share",
    "data": ": one host has other pictures",
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


def how(process):
    """Say how a process has ended."""
    status = process.poll()
    if status == 255 and process.host.login and "hello" not in process.facts:
        return f"could not be started: ssh {process.host.login} failed"
    if "error" in process.facts:
        return f"failed: {process.facts['error']}"
    if status < 0:
        return f"was killed ({signal.Signals(-status).name})"
    if status == 255 and process.host.login:
        return "was killed, or the connection to it broke"
    if status > 128 and process.host.login:
        return f"was killed ({signal.Signals(status - 128).name})"
    return f"ended with status {status} before the training was done"


def advice(process):
    """Say what to look at, for the stages where that is known."""
    if process.stage != "connecting":
        return ""
    return (
        ": the processes do not find each other; is a firewall between the "
        "hosts, or a server gone?"
    )


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
