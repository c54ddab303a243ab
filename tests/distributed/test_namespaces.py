"""Several hosts, really: namespaces with addresses and cables of their own.

Needs root on Linux: ``sudo .venv/bin/python -m pytest`` and this file.
"""

import json
import subprocess
import sys

import nin_utils  # noqa: F401
from nin_utils import distributed

import pytest

from experiments import namespaces
from helpers import ROOT

SCRIPT = str(ROOT / "scripts" / "namespaces.py")
PROBLEM = namespaces.missing()


@pytest.mark.skipif(PROBLEM is not None, reason=str(PROBLEM))
def test_a_job_over_two_hosts_and_then_without_the_cable():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    options = {**found.pop("options"), "parts": 2}
    one = distributed.run(options, 1, 0, threads=1, echo=False)
    assert found["sha256"] == one.digest
    assert found["status"] == 1
    assert "worker 1 on 10.77.0.3: not heard of for 10 s" in found["line"]
    assert "all processes are ended" in found["line"]
    assert found["processes_left"] == 0


def test_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(namespaces.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(namespaces.shutil, "which", lambda tool: tool)
    assert "need root" in namespaces.missing()
    monkeypatch.setattr(namespaces.shutil, "which", lambda tool: None)
    assert "unshare is missing: install util-linux" in namespaces.missing()
