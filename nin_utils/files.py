"""Files that are written whole or not at all."""

import contextlib
import os
import pathlib
import tempfile


@contextlib.contextmanager
def replaced(path):
    """Give a new file its name only when it is complete and on the disk.

    Parameters
    ----------
    path : path-like
        Replaced at the end of the block; its folder is made. If the block
        fails, or is killed, what was there before is intact, and two
        processes that write the same file do not disturb each other.

    Yields
    ------
    pathlib.Path
        A new, empty file of a name of its own in the same folder: write
        this one. It is gone after the block.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}.", suffix=".part"
    )
    os.close(handle)
    part = pathlib.Path(name)
    try:
        yield part
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(part, 0o666 & ~_umask())  # mkstemp's is for the owner alone
        os.replace(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(part)


def _umask():
    """Return the rights that new files of this process do not get."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
