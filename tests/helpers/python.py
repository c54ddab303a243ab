"""Python in a process of its own."""

import os
import subprocess
import sys

from helpers import ROOT


def run(code, **env):
    """Run `code` in a fresh interpreter; return the finished process."""
    clean = {
        k: v
        for k, v in os.environ.items()
        if k not in ("OMP_NUM_THREADS", "MXNET_OMP_MAX_THREADS")
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=120,
    )


def output(code, **env):
    done = run(code, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def error(code, **env):
    """Return the last lines of a traceback that is an ImportError."""
    done = run(code, **env)
    assert done.returncode == 1
    assert "\nImportError: " in done.stderr, done.stderr
    return done.stderr.rsplit("\nImportError: ", 1)[1]
