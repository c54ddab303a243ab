"""Write a recorded run as `nin_utils.results` reads it."""

import json
import platform

import nin_utils  # before MXNet
from nin_utils import _idx, results

import mxnet as mx
import numpy as np
from _provenance import write


def versions():
    """Return the versions of what a number depends on."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "mxnet": mx.__version__,
        "nin_utils": nin_utils.__version__,
    }


def data_checksums():
    """Return the SHA-256 of each file of the data set, decompressed."""
    return {name: spec.sha256 for name, spec in _idx.FULL.items()}


def write_record(path, facts):
    """Write a recorded run, with the checksum that `results.load` wants."""
    path.parent.mkdir(exist_ok=True)
    sealed = {**facts, "sha256": results.checksum(facts)}
    write(path, json.dumps(sealed, indent=1) + "\n")
