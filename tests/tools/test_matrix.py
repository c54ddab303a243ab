"""The table of Pythons in the READMEs is the recorded one."""

import shutil
import sys

from nin_utils import results

import pytest

import matrix
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
    cells = results.load("matrix", folder=ROOT / "results")["cells"]
    passed = [cell for cell in cells if cell["outcome"] == "passed"]
    assert len(passed) >= len(matrix.PYTHONS)
    for cell in passed:
        assert cell["tests"]["passed"] > 50
        assert cell["notebook"]["passed"] > 5
        assert cell["tests"]["failed"] == cell["notebook"]["failed"] == 0


def test_python_that_is_not_there(monkeypatch, capsys):
    monkeypatch.setattr(matrix, "find_python", lambda version: None)
    cells = matrix.try_all(["3.9"])
    assert [cell["outcome"] for cell in cells] == ["not found"] * 2


@pytest.mark.skipif(
    shutil.which("uv") is None, reason="there is no uv, tests bring none"
)
def test_every_python_that_runs_can_be_found():
    version = "{}.{}".format(*sys.version_info)
    found = matrix.find_python(version)
    assert f" {version}." in matrix.run(found, "-V")
    assert matrix.find_python("3.99") is None


def says(monkeypatch, words):
    """Let uv fail with these words."""

    def uv(*command):
        raise RuntimeError(f"uv pip install numpy==1.26.*\n{words}")

    monkeypatch.setattr(matrix, "uv", uv)


def test_numpy_without_a_wheel(monkeypatch):
    says(
        monkeypatch,
        "error: No solution found when resolving dependencies\n  cause: "
        "Because numpy>=1.26.0,<=1.26.4 has no usable wheels and",
    )
    assert matrix.try_one("python", "3.13", "1.26") == {"outcome": "no wheel"}


def test_no_uv_is_not_a_missing_python(monkeypatch):
    says(monkeypatch, "ERROR: No matching distribution found for uv")
    with pytest.raises(RuntimeError, match="found for uv"):
        matrix.find_python("3.9")


def test_an_index_that_does_not_answer_is_not_a_missing_wheel(monkeypatch):
    says(monkeypatch, "error: Failed to fetch: https://…/simple/numpy/")
    with pytest.raises(RuntimeError, match="Failed to fetch"):
        matrix.try_one("python", "3.13", "1.26")


def test_what_is_tried_is_there():
    assert matrix.TESTS
    assert all((ROOT / "tests" / name).is_file() for name in matrix.TESTS)


def test_a_test_that_fails_is_counted(monkeypatch):
    monkeypatch.setattr(matrix, "run", lambda *_, **__: OUTPUT)
    counts = matrix.count("python", "tests")
    assert counts == {"passed": 7, "failed": 3, "skipped": 1}
    monkeypatch.setattr(matrix, "run", lambda *_, **__: "no module")
    assert matrix.count("python", "tests")["failed"] == 1


OUTPUT = "..F\n2 failed, 7 passed, 1 skipped, 1 error in 3.00s\n"


def test_pip_brings_uv_where_there_is_none(tmp_path, monkeypatch):
    calls = []

    def run(*command, **variables):
        calls.append([str(word) for word in command])
        if "pip" not in calls[-1]:  # pyproject.toml is for the book's environment
            assert variables["UV_NO_CONFIG"]
        else:
            brought = tmp_path / "_build" / "uv" / "bin" / "uv"
            brought.parent.mkdir(parents=True)
            brought.touch(mode=0o755)
        return "uv 1.0"

    monkeypatch.setattr(matrix, "ROOT", tmp_path)
    monkeypatch.setattr(matrix.Path, "home", lambda: tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(matrix, "run", run)
    for _ in range(2):
        assert matrix.uv("version") == "uv 1.0"
    brought = str(tmp_path / "_build" / "uv" / "bin" / "uv")
    assert [c[0] for c in calls] == [sys.executable, brought, brought]


def test_environment_takes_its_packages_in_order(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(matrix, "uv", lambda *words: calls.append(words))
    own = matrix.make_environment(tmp_path, "3.9", ("a", "b"), matrix.MXNET)
    assert own == tmp_path / "bin" / "python"
    assert [c[0] for c in calls] == ["venv", "pip", "pip"]
    assert calls[1][-2:] == ("a", "b")
    assert calls[2][-3:] == matrix.MXNET
