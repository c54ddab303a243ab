"""Other Pythons than the one that runs: find them, give them packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Where Pythons are that are not on the PATH: pyenv's and uv's.
FOLDERS = (
    ("~/.pyenv/versions", "{version}.*/bin/python"),
    ("~/.local/share/uv/python", "cpython-{version}.*/bin/python{version}"),
)
PRINT_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def find_python(version):
    """Return the path of a Python, such as "3.12", or None."""
    candidates = [sys.executable, shutil.which(f"python{version}")]
    for folder, pattern in FOLDERS:
        found = Path(folder).expanduser().glob(pattern.format(version=version))
        candidates += sorted(str(path) for path in found)
    for candidate in filter(None, candidates):
        done = subprocess.run(
            [candidate, "-c", PRINT_VERSION], capture_output=True, text=True
        )
        if done.returncode == 0 and done.stdout.strip() == version:
            return candidate
    return None


def make_environment(folder, python, *requirements):
    """Make an environment with these packages, or use the one made before.

    Parameters
    ----------
    folder : pathlib.Path
    python : str
        The interpreter it is for.
    *requirements : str
        What pip is told to install, one call for each.

    Returns
    -------
    pathlib.Path
        The Python of the environment.

    Raises
    ------
    RuntimeError
        If something cannot be installed; holds what pip says.
    """
    own = folder / "bin" / "python"
    made = folder / ".made"
    wanted = "\n".join([python, *requirements])
    if made.exists() and made.read_text() == wanted:
        return own
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv")  # ten times as fast
    if uv:
        run(uv, "venv", "-q", "-p", python, folder)
        install = [uv, "pip", "install", "-q", "-p", own]
    else:
        run(python, "-m", "venv", folder)
        install = [own, "-m", "pip", "install", "-q"]
    for line in requirements:
        run(*install, *line.split())
    made.write_text(wanted)
    return own


def run(*command):
    """Run a command; return what it prints, or raise with what it says."""
    here = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**here, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    if done.returncode:
        words = " ".join(str(part) for part in command)
        raise RuntimeError(f"{words}\n{done.stdout[-3000:]}")
    return done.stdout


def copy_environment(folder, copy):
    """Copy an environment within one disk: a second, no room.

    What is installed in the copy does not show in the original.
    """
    shutil.copytree(folder, copy, symlinks=True, copy_function=os.link)
    return copy / "bin" / "python"
