"""Recorded runs: read a file of ``results/``, or say why not.

The chapters draw long runs from their records. A record names what made it,
from which data, and carries a checksum of its own content, so that a number
changed by hand, a half of a file or a run on other data is noticed.
"""

import hashlib
import json
from pathlib import Path

from .data.photos import COPIES, source
from .data.sets import CIFAR10, DATA_SETS

__all__ = ["ResultsError", "load"]

_FIELDS = ("command", "commit", "versions", "device", "data")
_NO_FILE = (
    "there is no {name}.json in {folders}. The recorded runs come with the "
    "repository and with the package: if yours is older than the notebook, "
    "install nin_utils again, or put the folder results of the repository "
    "beside the notebook"
)


class ResultsError(ValueError):
    """A recorded run is incomplete, was changed, or is from other data."""


def load(name, *fields, folder=None):
    """Return a recorded run.

    Parameters
    ----------
    name : str
        The run, ``results/<name>.json``.
    *fields : str
        What the caller needs beside the fields that every record has.
    folder : path-like, optional
        Where the record is; by default the folder ``results`` beside the
        notebook, or above it, or in the repository of this package, or what
        comes with the installed package.

    Returns
    -------
    dict
        The whole record.

    Raises
    ------
    FileNotFoundError
        If there is no such record; says where to get it.
    TypeError
        If the name of the run or of a field is not a str.
    ResultsError
        If it is no JSON object, lacks a field, was changed after it had been
        written, or is from none of the data sets of `nin_utils.data`; names
        file and remedy.
    """
    for text in (name, *fields):
        if not isinstance(text, str):
            raise TypeError(
                "name and fields must be str, as in load('nin_96', "
                f"'test_acc'), not {text!r} ({type(text).__name__})"
            )
    path = find(name, folder)
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultsError(f"{path} is not JSON ({error}); {_again()}") from error
    if not isinstance(facts, dict):
        raise ResultsError(f"{path} is not a JSON object; {_again()}")
    missing = [f for f in (*_FIELDS, *fields, "sha256") if f not in facts]
    if missing:
        raise ResultsError(f"{path} lacks {', '.join(missing)}; {_again(facts)}")
    if not _is_known(facts["data"]):
        raise ResultsError(
            f"{path} is not from the Fashion-MNIST, MNIST or CIFAR-10 of this "
            f"book: its data have other checksums; {_again(facts)}"
        )
    if facts["sha256"] != checksum(facts):
        raise ResultsError(
            f"{path} was changed after it had been written: its content does "
            f"not fit its sha256; {_again(facts)}"
        )
    return facts


def _is_known(found):
    """Say whether data are a set of this book, or a copy of CIFAR-10."""
    if isinstance(found, dict) and [*found] == [CIFAR10.name]:
        return all(copy in COPIES for copy in str(found[CIFAR10.name]).split(", "))
    return found in [checksums(data_set) for data_set in DATA_SETS]


def checksums(data_set):
    """Return what a record holds of its data.

    The SHA-256 of each file; of CIFAR-10, which copy of it was read, since
    its images by class may be any copy.
    """
    if data_set is CIFAR10:
        return {CIFAR10.name: source()}
    return {file: spec.sha256 for file, spec in data_set.files.items()}


def checksum(facts):
    """Return the SHA-256 of a record, its own field ``sha256`` left out."""
    content = {k: v for k, v in facts.items() if k != "sha256"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def find(name, folder=None):
    """Return the path of a record, see `load`."""
    if folder is not None:
        folders = [Path(folder).expanduser()]
    else:
        here = Path.cwd()
        folders = [p / "results" for p in (here, *list(here.parents)[:2])]
        package = Path(__file__).resolve().parent
        folders += [package.parent / "results", package / "recorded"]
    for candidate in folders:
        if (candidate / f"{name}.json").is_file():
            return candidate / f"{name}.json"
    where = ", ".join(str(p) for p in dict.fromkeys(folders))
    raise FileNotFoundError(_NO_FILE.format(name=name, folders=where))


def _again(facts=None):
    command = (facts or {}).get("command")
    made = f" or make it anew: {command}" if command else ""
    return f"install nin_utils again, or in a clone restore it with git checkout{made}"
