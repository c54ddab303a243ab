"""The measurement of the lab runs, and runs without the tests."""

import os
import subprocess
import sys

import bench_lab
from helpers import ROOT


def test_it_starts_by_itself():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "scripts" / "bench_lab.py")]
    done = subprocess.run(
        [*command, "--help"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "--json" in done.stdout


def test_it_measures(monkeypatch):
    monkeypatch.setattr(bench_lab, "SIDES", (28,))
    monkeypatch.setattr(bench_lab, "PHOTOS", (32,))
    facts = bench_lab.measure(rounds=2)
    assert 0 < facts["inference_ms"][28] < 10_000
    assert 0 < facts["photos_ms"][32] < 10_000
    assert 0 < facts["updates_per_second"][28] < 1000
