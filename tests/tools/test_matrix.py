"""The table of Pythons in the READMEs is the recorded one."""

from nin_utils import results

import pytest

import matrix
from _environments import find_python, make_environment
from booktools.files import ROOT

CELLS = [
    {
        "python": "3.9",
        "numpy": "1.26",
        "outcome": "passed",
        "versions": {"python": "3.9.1", "numpy": "1.26.4"},
    },
    {
        "python": "3.9",
        "numpy": "2",
        "outcome": "failed",
        "versions": {"python": "3.9.1", "numpy": "2.0.2"},
    },
    {"python": "3.10", "numpy": "1.26", "outcome": "not found"},
    {"python": "3.10", "numpy": "2", "outcome": "no wheel"},
]


def test_table():
    assert matrix.table({"cells": CELLS}).splitlines()[2:] == [
        "| 3.9 | ✓ 1.26.4 | ✗ 2.0.2 |",
        "| 3.10 | not found | no wheel |",
    ]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_shows_the_recorded_table(name):
    record = results.load("matrix", "cells", folder=ROOT / "results")
    text = (ROOT / name).read_text(encoding="utf-8")
    assert matrix.table(record) in text


def test_recorded_passes_have_run_something():
    for cell in results.load("matrix", folder=ROOT / "results")["cells"]:
        if cell["outcome"] == "passed":
            assert cell["tests"]["passed"] > 50
            assert cell["notebook"]["passed"] > 5
            assert cell["tests"]["failed"] == cell["notebook"]["failed"] == 0


def test_python_that_is_not_there(monkeypatch, capsys):
    monkeypatch.setattr(matrix, "find_python", lambda version: None)
    cells = matrix.try_all(["3.9"])
    assert [cell["outcome"] for cell in cells] == ["not found"] * 2
    assert find_python("2.99") is None


def test_numpy_without_a_wheel(monkeypatch):
    def make(*arguments):
        raise RuntimeError("pip install …\nNo distribution for numpy==1.26.*")

    monkeypatch.setattr(matrix, "make_environment", make)
    assert matrix.try_one("python", "3.13", "1.26") == {"outcome": "no wheel"}


def test_a_test_that_fails_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(matrix, "output_of", lambda *_, **__: OUTPUT)
    counts = matrix.count(tmp_path / "bin" / "python", "tests")
    assert counts == {"passed": 7, "failed": 3, "skipped": 1}
    monkeypatch.setattr(matrix, "output_of", lambda *_, **__: "no module")
    assert matrix.count(tmp_path / "bin" / "python", "tests")["failed"] == 1


OUTPUT = "..F\n2 failed, 7 passed, 1 skipped, 1 error in 3.00s\n"


def test_environment_is_made_once(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr("_environments.shutil.which", lambda name: None)
    monkeypatch.setattr("_environments.run", lambda *c: calls.append(c))
    (tmp_path / "env").mkdir()
    monkeypatch.setattr(
        "_environments.shutil.rmtree", lambda *_, **__: None
    )  # so that .made can be written where no environment is made
    for _ in range(2):
        make_environment(tmp_path / "env", "python3", "a b", "--no-deps c")
    assert [c[-1] for c in calls] == [tmp_path / "env", "b", "c"]
