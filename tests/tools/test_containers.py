"""Container, Binder and dev container say what the rest of the book says."""

import json
import os
import re

import nin_utils

import pytest

from booktools.files import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
BINDER = ROOT / ".binder"
LIBRARIES = {"make", "libgomp1", "libquadmath0"}  # as in .ci/run


def test_libraries_of_mxnet_are_installed():
    (installed,) = re.findall(r"recommends (.+?) &&", DOCKERFILE, re.DOTALL)
    bare = set(installed.replace("\\\n", " ").split())
    assert bare >= {*LIBRARIES, "python3-venv"}
    assert set((BINDER / "apt.txt").read_text().split()) == LIBRARIES
    ci = (ROOT / ".ci/run").read_text()
    assert all(library in ci for library in bare & LIBRARIES)


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
    allowed = re.findall(r"\((\d), (\d+)\)", _text("Makefile"))
    python = re.fullmatch(r"python-(.+)\n", _text(".binder/runtime.txt"))[1]
    assert tuple(python.split(".")) in allowed
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
        ("CHANGELOG.md", r"^## (\d.*)$"),
        ("book/en/setup.md", r"nin_utils-([\d.]+)-py3"),
        ("book/zh/setup.md", r"nin_utils-([\d.]+)-py3"),
    ],
)
def test_version_is_the_same_everywhere(path, pattern):
    assert re.findall(pattern, _text(path), re.M)[0] == nin_utils.__version__
