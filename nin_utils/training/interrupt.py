"""Ctrl-C that takes effect at chosen places."""

import contextlib
import signal
import threading


@contextlib.contextmanager
def interrupts_wait():
    """Let Ctrl-C wait within the block for the next place that allows it.

    MXNet never finishes a weight whose initialisation was interrupted, and
    Python drops an interrupt that comes while MXNet frees an array
    (``NDArray.__del__``).

    Yields
    ------
    callable
        Without arguments; call it where Ctrl-C may take effect. The end of
        the block is such a place, too. A second Ctrl-C does not wait.
    """
    handler = signal.getsignal(signal.SIGINT)
    if (
        threading.current_thread() is not threading.main_thread()
        or not callable(handler)  # ignored, or not Python's
    ):
        yield lambda: None
        return
    came = []

    def remember(*event):
        came.append(event)
        if len(came) > 1:
            allow()

    def allow():
        if came:
            event = came[0]
            came.clear()
            handler(*event)

    signal.signal(signal.SIGINT, remember)
    try:
        yield allow
    finally:
        signal.signal(signal.SIGINT, handler)
        allow()
