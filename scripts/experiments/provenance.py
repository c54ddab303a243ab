"""What made a recorded number: the processor and the commit."""

import pathlib
import platform
import re
import subprocess

from booktools.files import ROOT


def device(threads):
    """Describe the processor and how many threads use it."""
    model = platform.processor()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*:\s*(.*)", cpuinfo.read_text())
        model = found.group(1) if found else model
    return {"cpu": model or platform.machine(), "threads": threads}


def git_commit():
    """Return the commit of the working tree, "+" if it was changed."""

    def git(*arguments):
        return subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True
        ).stdout.strip()

    commit = git("rev-parse", "HEAD") or "unknown"
    return commit + "+" * bool(
        git("status", "--porcelain", "-uno", "nin_utils", "scripts")
    )
