"""Build the wheel of nin_utils that the set-up page offers for download."""

import fcntl
import shutil
import subprocess
import sys

from booktools.files import ROOT

WHEELS = ROOT / "_build" / "wheel"


def build_wheel(app):
    """Put a wheel of the current nin_utils into _build/wheel.

    The languages are built side by side: the first one makes it.
    """
    WHEELS.mkdir(parents=True, exist_ok=True)
    with open(WHEELS / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build_if_outdated()


def _build_if_outdated():
    sources = [ROOT / "pyproject.toml", *(ROOT / "results").glob("*.json")]
    sources += (ROOT / "nin_utils").rglob("*")
    newest = max(path.stat().st_mtime for path in sources)
    wheels = list(WHEELS.glob("*.whl"))
    if wheels and all(w.stat().st_mtime > newest for w in wheels):
        return
    for wheel in wheels:
        wheel.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check"]
    command += ["--wheel-dir", WHEELS, ROOT]
    subprocess.run(command, check=True)
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools' own


def setup(app):
    """Build before any page is read."""
    app.connect("builder-inited", build_wheel)
