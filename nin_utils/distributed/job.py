"""One job: its processes, its log, its end."""

import dataclasses
import queue
import time

from tqdm import tqdm

from .failure import Failure, explain
from .processes import Process, Pulse, end
from .supervise import Supervisor

SECURITY = (
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


class Job:
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
        self._bar = tqdm(
            unit="step", leave=False, disable=None if echo else True
        )
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
            self._show("launcher", SECURITY)

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
            there = [h for r, _, h in self._plan if r == role and h == host]
            own["NIN_SHARE"] = str(len(there))
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
