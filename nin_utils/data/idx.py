"""Read and verify IDX files.

What counts is the SHA-256 of the *decompressed* content: copies that were
compressed elsewhere, or not at all, are equal.

Source: http://yann.lecun.com/exdb/mnist/ ("File formats") for IDX.
"""

import gzip
import hashlib
import io
import zlib

import numpy as np

from .sets import DATA_SETS

_KINDS = {2051: "images", 2049: "labels"}  # magic number: what follows


class DataError(OSError):
    """A data file is missing, unreadable or not what its name says."""


class OtherDataSet(DataError):
    """A good file of another data set, whose files have the same names."""


def decode(content, spec, where):
    """Return the array that an IDX file holds, or say what is wrong.

    Parameters
    ----------
    content : bytes
        The file, as IDX or as gzipped IDX.
    spec : Spec
        What it must hold.
    where : path-like or str
        Its path or address, for the error message.

    Returns
    -------
    numpy.ndarray
        uint8, of shape ``spec.shape``.

    Raises
    ------
    DataError
        If it holds anything else; `OtherDataSet` if that is another data set.
    """
    if content[:2] == b"\x1f\x8b":
        content = _gunzip(content, spec.num_bytes + 1, where)
    start = 4 + 4 * len(spec.shape)
    magic = 2048 + len(spec.shape)
    found = int.from_bytes(content[:4], "big")
    if found in _KINDS and found != magic:
        raise DataError(
            f"{where} holds {_KINDS[found]}, not {_KINDS[magic]} (magic "
            f"number {found}, not {magic}): are two files swapped?"
        )
    if found != magic or len(content) < start:
        raise DataError(f"{where} is not an IDX file: it begins with {content[:16]!r}")
    shape = tuple(np.frombuffer(content, ">u4", len(spec.shape), 4).tolist())
    if shape != spec.shape:
        raise DataError(
            f"{where} promises shape {shape}, not {spec.shape}: are the "
            "training and the test files swapped?"
        )
    if len(content) < spec.num_bytes:
        raise DataError(
            f"{where} is truncated: it holds {len(content)} bytes "
            f"(decompressed) instead of {spec.num_bytes}"
        )
    if len(content) > spec.num_bytes:
        raise DataError(
            f"{where} is too long: it holds more than {spec.num_bytes} bytes "
            "(decompressed)"
        )
    found = hashlib.sha256(content).hexdigest()
    if found != spec.sha256:
        for data_set in DATA_SETS:
            if found in (other.sha256 for other in data_set.files.values()):
                raise OtherDataSet(
                    f"{where} holds {data_set.name}, not {spec.data_set}, "
                    "whose files have the same names"
                )
        raise DataError(
            f"{where} is not from {spec.data_set}, or is damaged: the SHA-256 "
            f"of its decompressed content is not {spec.sha256}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _gunzip(content, limit, where):
    """Decompress at most `limit` bytes."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            return file.read(limit)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{where} is truncated or damaged ({error})") from error
