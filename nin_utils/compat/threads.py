"""How many processors this process may use."""

import contextlib
import os
from pathlib import Path


def usable_cpus(proc="/proc/self/cgroup", root="/sys/fs/cgroup"):
    """Count the processors that affinity and container quotas leave us.

    Parameters
    ----------
    proc : path-like
        The file that names the control groups of this process.
    root : path-like
        Where the control groups are mounted.

    Returns
    -------
    int
        At least 1; a quota of 1.5 processors counts as 2.
    """
    try:
        cpus = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        cpus = os.cpu_count() or 1
    fewest = min([cpus, *_quotas(Path(proc), Path(root))])
    return max(1, int(fewest + 0.5))


def _quotas(proc, root):
    """Yield each CPU quota over this process, in processors."""
    try:
        lines = proc.read_text().splitlines()
    except OSError:  # no control groups here
        return
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if not controllers:  # version 2
            mount, read = root, _quota_v2
        elif "cpu" in controllers.split(","):
            mount, read = root / "cpu", _quota_v1
        else:
            continue
        # In a container the group's name may be that of the host, while
        # its files lie at the root; a quota of a parent counts too.
        own = mount / group.strip("/")
        folders = [own, *own.parents]
        for folder in folders[: folders.index(mount) + 1]:
            with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
                yield read(folder)


def _quota_v2(folder):
    quota, period = (folder / "cpu.max").read_text().split()
    return int(quota) / int(period)  # "max" is a ValueError: no quota


def _quota_v1(folder):
    quota = int((folder / "cpu.cfs_quota_us").read_text())
    if quota < 0:
        raise ValueError("no quota")
    return quota / int((folder / "cpu.cfs_period_us").read_text())
