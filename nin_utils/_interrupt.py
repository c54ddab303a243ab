"""Ctrl-C that waits until a thing is whole."""

import contextlib
import signal
import threading


@contextlib.contextmanager
def interrupt_waits():
    """Let Ctrl-C take effect at the end of the block, not within it."""
    handler = signal.getsignal(signal.SIGINT)
    if (
        threading.current_thread() is not threading.main_thread()
        or not callable(handler)  # ignored, or not Python's
    ):
        yield
        return
    came = []
    signal.signal(signal.SIGINT, lambda *event: came.append(event))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            handler(*came[0])
