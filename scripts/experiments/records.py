"""Recorded runs: what stands in each, and where an unfinished one is."""

import hashlib
import json
import platform

import nin_utils  # before MXNet
from nin_utils import results
from nin_utils.data import idx

import mxnet as mx
import numpy as np

from booktools.files import ROOT, write_text
from experiments.provenance import device


def unfinished(name, settings, suffix):
    """Return the file of a run that is not recorded yet.

    Other settings, another file: no run goes on with another's work.
    """
    key = json.dumps(settings, sort_keys=True).encode()
    plan = hashlib.sha256(key).hexdigest()[:8]
    return ROOT / "_build" / "checkpoints" / f"{name}-{plan}{suffix}"


def write_record(path, command, commit, threads, facts):
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
    """
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
        # of each file of the data set, decompressed
        "data": {name: spec.sha256 for name, spec in idx.FULL.items()},
        **facts,
        "device": {**device(threads), **facts.get("device", {})},
    }
    record["sha256"] = results.checksum(record)
    write_text(path, json.dumps(record, indent=1) + "\n")
