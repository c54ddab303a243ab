"""One at a time: what two commands in one checkout must not do together.

Like `machine`, any Python 3 may import it.
"""

import contextlib
import os
import sys

from booktools.machine import ROOT


@contextlib.contextmanager
def alone(root=ROOT):
    """Wait until no other process is in such a block, then keep others out.

    The lock is the folder itself. The system opens it again when a process
    ends, however it ends.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the book; each has its own lock.
    """
    import fcntl  # Windows lacks it, and set_up is to say so there

    folder = os.open(str(root), os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another make in this folder", file=sys.stderr)
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError:
            pass  # some network file systems lock no folder
        yield
    finally:
        os.close(folder)
