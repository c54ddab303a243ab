"""Container, Binder and dev container say what the rest of the book says."""

import json
import os
import re

import nin_utils
from nin_utils import results

import pytest
import yaml

import bare
import matrix
from booktools import machine
from booktools.files import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
BINDER = ROOT / ".binder"
LIBRARIES = {machine.PACKAGES[name][0] for name in machine.LIBRARIES}


def test_libraries_of_mxnet_are_installed():
    (installed,) = re.findall(r"recommends (.+?) &&", DOCKERFILE, re.DOTALL)
    there = set(installed.replace("\\\n", " ").split())
    assert there >= {*LIBRARIES, "make", "python3-venv"}
    assert set((BINDER / "apt.txt").read_text().split()) == {*LIBRARIES, "make"}


def test_ci_is_the_two_commands_of_the_readme():
    lines = (ROOT / ".ci/run").read_text().splitlines()
    commands = [line for line in lines if line and line[0] != "#"]
    assert commands[2:] == sorted(bare.readme_commands(), reverse=True)
    assert commands[:2] == ["set -euo pipefail", 'cd "$(dirname "$0")/.."']


@pytest.mark.parametrize(
    "path", ["Dockerfile", ".binder/postBuild", ".devcontainer/devcontainer.json"]
)
def test_they_call_commands_that_the_makefile_has(path):
    targets = re.findall(
        r"^(\w[\w-]*):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    called = re.findall(r"(?:^|RUN |\")make ([\w-]+)", _text(path), re.M)
    assert called
    assert set(called) <= set(targets)


def _text(path):
    return (ROOT / path).read_text()


def test_pythons_are_those_of_the_lock_file():
    python = re.fullmatch(r"python-(.+)\n", _text(".binder/runtime.txt"))[1]
    assert python in machine.PYTHONS
    workflow = yaml.safe_load(_text(".github/workflows/ci.yml"))
    tried = workflow["jobs"]["book"]["strategy"]["matrix"]["python"]
    assert tuple(tried) == machine.PYTHONS == matrix.PYTHONS[-len(tried) :]
    assert "Python {} to {} ".format(*machine.PYTHONS[::3]) in _text("README.md")
    assert "FROM debian:12-slim" in DOCKERFILE  # its python3 is 3.11


def test_dev_container_is_a_stage_of_the_container():
    settings = json.loads(_text(".devcontainer/devcontainer.json"))
    stage, user = settings["build"]["target"], settings["remoteUser"]
    assert re.search(rf"^FROM \S+ AS {stage}$", DOCKERFILE, re.MULTILINE)
    assert re.search(rf"^USER {user}$", DOCKERFILE, re.MULTILINE)


def test_what_is_made_here_is_not_copied():
    ignored = set(_text(".dockerignore").split())
    assert ignored >= {".git", ".venv", "_build"}


def test_binder_script_can_be_run():
    assert os.access(BINDER / "postBuild", os.X_OK)


@pytest.mark.parametrize(
    "path, pattern",
    [
        ("pyproject.toml", r'^version = "(.+)"$'),
        ("nin_utils/__init__.py", r'^__version__ = "(.+)"$'),
        ("CITATION.cff", r"^version: (.+)$"),
        ("CHANGELOG.md", r"^## ([\d.]+)"),
        ("book/en/setup.md", r"nin_utils-([\d.]+)-py3"),
        ("book/zh/setup.md", r"nin_utils-([\d.]+)-py3"),
    ],
)
def test_version_is_the_same_everywhere(path, pattern):
    assert re.findall(pattern, _text(path), re.M)[0] == nin_utils.__version__


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_shows_the_recorded_bare_machines(name):
    record = results.load("bare", "cells", folder=ROOT / "results")
    assert bare.table(record) in _text(name)


def test_recorded_bare_machines_passed_the_commands_of_the_readme():
    for cell in results.load("bare", folder=ROOT / "results")["cells"]:
        assert cell["outcome"] == "passed"
        commands = [(done["command"], done["status"]) for done in cell["commands"]]
        assert commands == [(command, 0) for command in bare.readme_commands()]
        if cell["user"] != "root":
            assert cell["line"]["seconds"] < 2 and "\n" not in cell["line"]["text"]
