"""What the commands that record runs share: arguments, commit, record."""

import argparse
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess

from booktools.files import ROOT


def parser_of(doc):
    """Return a parser whose help is `doc`, line by line as it stands."""
    return argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def chosen(parser, names, known, nothing="nothing"):
    """Return the names that were given, all known ones if none was.

    Ends the program with a message if a name is unknown; `nothing` begins
    that message: "no run is called ...".
    """
    unknown = set(names) - set(known)
    if unknown:
        parser.error(
            f"{nothing} is called {', '.join(sorted(unknown))}; "
            f"there are {', '.join(known)}"
        )
    return names or list(known)


def git_commit():
    """Return the commit of the working tree, "+" if it was changed."""

    def git(*arguments):
        return subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True
        ).stdout.strip()

    if shutil.which("git") is None:
        return "unknown"
    commit = git("rev-parse", "HEAD") or "unknown"
    return commit + "+" * bool(
        git("status", "--porcelain", "-uno", "nin_utils", "scripts")
    )


def say_recorded(target):
    """Say that a run is not made again, and how to have it made."""
    print(f"{target.stem}: recorded already; move {target} away to repeat it")


def threads():
    """Return with how many threads MXNet computes in this process."""
    import nin_utils  # noqa: F401  (sets the second, unless the first is set)

    found = os.environ.get("MXNET_OMP_MAX_THREADS")
    return int(found or os.environ["OMP_NUM_THREADS"])


def unfinished(name, settings):
    """Return the file of a run that is not recorded yet.

    Other settings, another file: no run goes on with another's work.
    """
    key = json.dumps(settings, sort_keys=True).encode()
    plan = hashlib.sha256(key).hexdigest()[:8]
    return ROOT / "_build" / "checkpoints" / f"{name}-{plan}.params"


def write_record(path, command, commit, threads, facts, data_set=None):
    """Write a recorded run as `nin_utils.results` reads it.

    Parameters
    ----------
    path : pathlib.Path
        ``results/<name>.json``.
    command : str
        The command line that makes it.
    commit : str
        What `git_commit` returned when it began.
    threads : int
        Of each process.
    facts : dict
        What was set and measured; a "device" there is added to.
    data_set : nin_utils.data.sets.DataSet, optional
        Fashion-MNIST by default.
    """
    # Here: a command that only starts other processes does without MXNet.
    import nin_utils
    from nin_utils import results
    from nin_utils.data.sets import FASHION_MNIST
    from nin_utils.files import replaced

    import mxnet as mx
    import numpy as np

    record = {
        "run": path.stem,
        "command": command,
        "commit": commit,
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "mxnet": mx.__version__,
            "nin_utils": nin_utils.__version__,
        },
        "data": results.checksums(data_set or FASHION_MNIST),
        **facts,
        "device": {**_device(threads), **facts.get("device", {})},
    }
    record["sha256"] = results.checksum(record)
    with replaced(path) as part:
        part.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _device(threads):
    """Describe the processor and how many threads use it."""
    model = platform.processor()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*:\s*(.*)", cpuinfo.read_text())
        model = found.group(1) if found else model
    return {"cpu": model or platform.machine(), "threads": threads}
