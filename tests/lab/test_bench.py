"""The measurement of the lab runs, and runs without the tests."""

import os
import re
import subprocess
import sys

from nin_utils import models

import pytest

import bench_lab
from booktools.lab_files import weights_script
from helpers import ROOT
from helpers.records import recorded


def test_it_starts_by_itself():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "scripts" / "bench_lab.py")]
    done = subprocess.run(
        [*command, "--help"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "--json" in done.stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_the_lab_tells_what_was_recorded(language):
    page = (ROOT / "book" / language / "lab.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"(?:takes|用时) (\d+) (?:ms|毫秒)", page)
    assert int(said) == round(recorded("bench_lab")["photos_ms"]["96"], -1)
    (size,) = re.findall(r"[(（]([\d.]+) MB[)）]", page)
    text = weights_script("photos", models.nin_cifar10(pretrained=True))
    assert float(size) == round(len(text) / 1e6, 1)


def test_it_measures(monkeypatch):
    monkeypatch.setattr(bench_lab, "SIDES", (28,))
    monkeypatch.setattr(bench_lab, "PHOTOS", (32,))
    facts = bench_lab.measure(rounds=2)
    assert 0 < facts["inference_ms"][28] < 10_000
    assert 0 < facts["photos_ms"][32] < 10_000
    assert 0 < facts["updates_per_second"][28] < 1000
