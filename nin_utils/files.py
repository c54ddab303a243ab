"""Files that are written whole or not at all."""

import contextlib
import fcntl
import glob
import os
import pathlib
import secrets
import shutil

_BYTES = 8  # of chance in a temporary name, two digits each


@contextlib.contextmanager
def replaced(path):
    """Give a new file its name only when it is complete and on the disk.

    Parameters
    ----------
    path : path-like
        Replaced at the end of the block; its folder is made, its permissions
        stay, and of a symbolic link it is the file behind it. If the block
        fails, or is killed, what was there before is intact, and two that
        write the same file, processes or threads, do not disturb each other:
        the last one to end wins.

    Yields
    ------
    pathlib.Path
        A new, empty file of a name of its own in the same folder: write
        this one. It is gone after the block. What a killed process left is
        removed by the next one that writes `path`.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path = pathlib.Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    handle, part = _new_part(path)
    try:
        yield part
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # it is new, or has none
            shutil.copymode(path, part)
        os.replace(part, path)
    finally:
        with contextlib.suppress(OSError):  # it has its name by now
            part.unlink()
        os.close(handle)


def _new_part(path):
    """Make an empty file that is locked as long as this process writes it."""
    while True:
        chance = secrets.token_hex(_BYTES)
        part = path.with_name(f".{path.name[:50]}.{chance}.part")
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        if part.exists():
            return handle, part
        os.close(handle)  # swept before it was locked


def _sweep(path):
    """Remove what those left that were killed: nobody holds its lock."""
    chance = "[0-9a-f]" * (2 * _BYTES)
    name = f".{glob.escape(path.name[:50])}.{chance}.part"
    for left in path.parent.glob(name):
        with contextlib.suppress(OSError), open(left, "rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
