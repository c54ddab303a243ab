"""A file of MXNet's that is written whole and read unharmed, or not at all.

It is what `mxnet.nd.save` writes, and behind it a *seal* of 40 bytes: the
word ``nin-seal`` and the SHA-256 of all that stands before. MXNet reads past
the seal. Without it, one damaged bit in a weight goes unnoticed.
"""

import contextlib
import hashlib
import os
import pathlib

import mxnet as mx
from mxnet import nd

_WORD = b"nin-seal"
_LENGTH = len(_WORD) + 32  # bytes
_PIECE = 1 << 20  # bytes


def write(path, arrays):
    """Save `arrays`, read them back, then give the file its name.

    Parameters
    ----------
    path : str or path-like
        Replaced only when the new file is complete and on the disk.
    arrays : dict of str to mxnet.nd.NDArray

    Raises
    ------
    OSError
        If it cannot be written; what was there before is intact.
    """
    path = pathlib.Path(path)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        nd.save(str(part), arrays)
        _check_whole(part)
        with open(part, "rb+") as file:
            seal = _WORD + _sha256(file, os.path.getsize(part))
            file.seek(0, os.SEEK_END)
            file.write(seal)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except (OSError, mx.MXNetError) as error:
        kept = (
            "the previous checkpoint is intact"
            if path.is_file()
            else "there is no checkpoint"
        )
        raise OSError(
            f"cannot write the checkpoint {path}: {first_line(error)}; "
            f"{kept}. Free some space or make the folder writable, then "
            "call train again with resume=True"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _check_whole(part):
    """Read the file again: MXNet does not notice when the disk is full."""
    try:
        nd.load(str(part))
    except mx.MXNetError:
        raise OSError("it came out incomplete, is the disk full?") from None


def read(path):
    """Return the arrays of a file, verified if it has a seal.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    arrays : dict of str to mxnet.nd.NDArray
    sealed : bool
        Whether it has a seal, as all have that `write` writes.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError, mxnet.MXNetError
        If it is another file, or damaged.
    """
    with open(path, "rb") as file:
        start = max(os.path.getsize(path) - _LENGTH, 0)
        file.seek(start)
        seal = file.read()
        sealed = seal.startswith(_WORD)
        file.seek(0)
        if sealed and _sha256(file, start) != seal[len(_WORD) :]:
            raise ValueError("its content does not fit its SHA-256")
    arrays = nd.load(str(path))
    if not isinstance(arrays, dict):
        raise ValueError("its arrays have no names")
    return arrays, sealed


def _sha256(file, length):
    """Return the SHA-256 of the next `length` bytes of an open file."""
    digest = hashlib.sha256()
    while length > 0:
        piece = file.read(min(_PIECE, length))
        if not piece:
            break
        digest.update(piece)
        length -= len(piece)
    return digest.digest()


def first_line(error):
    """Return an error's text without MXNet's stack trace."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
