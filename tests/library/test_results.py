"""Records that were changed, cut or made from other data are refused."""

import json

import nin_utils  # noqa: F401
from nin_utils import results
from nin_utils.data.photos import COPIES
from nin_utils.data.sets import MNIST

import pytest

from experiments import records
from helpers import ROOT


@pytest.fixture
def record(tmp_path):
    """Write a record as the scripts do; return its path."""
    path = tmp_path / "some" / "results" / "run.json"
    path.parent.parent.mkdir()
    records.write_record(
        path,
        "python scripts/some.py",
        commit="0" * 40,
        threads=1,
        facts={"accuracy": 0.123456789012345},
    )
    return path


def change(path, **changes):
    """Change fields of a record; None removes one."""
    facts = {**json.loads(path.read_text()), **changes}
    facts = {k: v for k, v in facts.items() if v is not None}
    path.write_text(json.dumps(facts))


def seal(path, **changes):
    """Change a record with a checksum that fits."""
    change(path, **changes)
    facts = json.loads(path.read_text())
    facts["sha256"] = results.checksum(facts)
    path.write_text(json.dumps(facts))


def test_reads_what_was_written(record, monkeypatch):
    monkeypatch.setenv("HOME", str(record.parent))
    for folder in record.parent, "~":
        facts = results.load("run", "accuracy", folder=folder)
        assert facts["accuracy"] == 0.123456789012345


def test_another_layout_of_the_same_content_is_the_same(record):
    facts = json.loads(record.read_text())
    record.write_text(json.dumps(facts, indent=4, sort_keys=True))
    assert results.load("run", folder=record.parent) == facts


@pytest.mark.parametrize("below", [".", "en", "notebooks/en"])
def test_finds_the_folder_above_the_notebook(record, monkeypatch, below):
    notebook = record.parent.parent / below
    notebook.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(notebook)
    assert results.load("run")["accuracy"] == 0.123456789012345


def test_finds_the_repository_from_elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = next((ROOT / "results").glob("*_*.json"))
    assert results.find(path.stem) == path


def test_missing_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="no some_run.json.*install"):
        results.load("some_run")


@pytest.mark.parametrize("names", [(96,), (None,), ("run", ["accuracy"])])
def test_names_that_are_no_text(record, names):
    with pytest.raises(TypeError, match=r"name and fields must be str.*not"):
        results.load(*names, folder=record.parent)


def test_edited_number(record):
    change(record, accuracy=0.99)
    with pytest.raises(results.ResultsError, match="run.json was changed"):
        results.load("run", folder=record.parent)


def test_added_field(record):
    change(record, better=0.99)
    with pytest.raises(results.ResultsError, match="run.json was changed"):
        results.load("run", folder=record.parent)


@pytest.mark.parametrize(
    "data",
    [
        results.checksums(MNIST),
        *({"CIFAR-10": copy} for copy in (*COPIES, "JPEG files, original")),
    ],
)
def test_the_other_data_sets_are_known_too(record, data):
    seal(record, data=data)
    assert results.load("run", "accuracy", folder=record.parent)["run"] == "run"


@pytest.mark.parametrize("data", [5, ["CIFAR-10"], {"CIFAR-10": 3}, {}])
def test_data_that_are_no_data(record, data):
    seal(record, data=data)
    with pytest.raises(results.ResultsError, match="not from the Fashion-MNIST"):
        results.load("run", folder=record.parent)


@pytest.mark.parametrize("field", ["command", "data", "device", "sha256"])
def test_missing_field(record, field):
    change(record, **{field: None})
    with pytest.raises(results.ResultsError, match=f"run.json lacks {field}"):
        results.load("run", folder=record.parent)


def test_missing_field_of_the_caller(record):
    with pytest.raises(
        results.ResultsError, match="lacks cells; .* python scripts/some.py"
    ):
        results.load("run", "accuracy", "cells", folder=record.parent)


def test_other_data(record):
    data = json.loads(record.read_text())["data"]
    data["train-labels-idx1-ubyte"] = "0" * 64
    for other in (data, {"CIFAR-10": "some copy"}):
        seal(record, data=other)
        with pytest.raises(results.ResultsError, match="run.json is not from"):
            results.load("run", folder=record.parent)


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"run": 1', "\ufeff{}"])
def test_not_a_record(record, text):
    record.write_text(text, encoding="utf-8")
    with pytest.raises(results.ResultsError, match="run.json is not "):
        results.load("run", folder=record.parent)


def test_half_a_file(record):
    record.write_text(record.read_text()[:200])
    with pytest.raises(results.ResultsError, match="git checkout"):
        results.load("run", folder=record.parent)


def test_writing_leaves_no_temporary_file(record):
    assert list(record.parent.iterdir()) == [record]
