"""Helpers of the executable book on Network in Network, in MXNet.

``import nin_utils`` must come before ``import mxnet`` and
``import d2lzh``: it makes both work on the Python and NumPy of today, see
`nin_utils.compat`. The other modules are loaded when first used.
"""

import importlib
import pathlib
import sys

from . import compat

_COMMANDS = {"nin_utils.distributed", "nin_utils.gpu"}


def _runs_a_command():
    """Say whether this is ``python -m nin_utils.distributed`` or the like.

    They start other processes and need no MXNet themselves. While Python
    looks for the module, ``sys.argv[0]`` is ``-m``.
    """
    if sys.argv[:1] != ["-m"]:
        return False
    words = getattr(sys, "orig_argv", None)
    if words is None:  # Python 3.9, where Linux knows it too
        line = pathlib.Path("/proc/self/cmdline")
        text = line.read_text(errors="replace") if line.exists() else ""
        words = text.split("\0")
    return not _COMMANDS.isdisjoint(words)


if not _runs_a_command():
    compat.activate()  # first: all else needs MXNet

__version__ = "0.2.0"

_MODULES = (
    "data",
    "distributed",
    "equivalence",
    "export",
    "files",
    "gpu",
    "maps",
    "models",
    "plots",
    "results",
    "scoreboard",
    "shapes",
    "tables",
    "training",
    "verdicts",
)


def __getattr__(name):
    """Load ``nin_utils.<name>`` when it is first used (PEP 562)."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *_MODULES})
