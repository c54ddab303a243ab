"""Find MXNet 1.9.1, or say what to do."""

import importlib.util
import platform
import re
from pathlib import Path

_INSTALL = "pip install --no-deps mxnet==1.9.1"
_PLATFORMS = {  # that have a wheel; tried on the first one only
    ("Linux", "x86_64"),
    ("Linux", "aarch64"),
    ("Darwin", "x86_64"),
}
LOADING = (
    "libgomp, libquadmath: apt-get install libgomp1 libquadmath0; "
    f"else: {_INSTALL} --force-reinstall"
)


def _remedy():
    """Say how to get MXNet 1.9.1 on this platform."""
    here = platform.system(), platform.machine()
    if here in _PLATFORMS:
        return f"run: {_INSTALL}"
    return (
        f"there is none for {' '.join(here)}; use Google Colab or Linux on "
        "x86-64 (WSL 2 on Windows, 'docker run --platform linux/amd64' on "
        "a Mac with Apple silicon)"
    )


def find_mxnet():
    """Return the folder of MXNet 1.9.1 without importing it."""
    spec = importlib.util.find_spec("mxnet")
    if spec is None or not spec.origin:
        raise ImportError(f"MXNet 1.9.1 is not installed: {_remedy()}")
    home = Path(spec.origin).parent
    try:
        text = (home / "libinfo.py").read_text(encoding="utf-8")
        version = re.search(r"__version__ = ['\"](.+?)['\"]", text)[1]
    except (OSError, TypeError):  # a mxnet.py of your own, say
        version = "of no known version"
    if version != "1.9.1":
        raise ImportError(
            f"this book needs MXNet 1.9.1, {spec.origin} is MXNet {version}:"
            f" {_remedy()}"
        )
    for name, package in (
        ("distutils", "setuptools"),  # Python 3.12 has dropped it
        ("requests", "requests"),
        ("graphviz", "graphviz"),
    ):
        if importlib.util.find_spec(name) is None:
            raise ImportError(f"MXNet needs {name}: pip install {package}")
    return home
