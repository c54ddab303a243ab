"""Files are written whole, only if they change, and read by light tools."""

import subprocess
import sys

import pytest

from booktools import files
from helpers import ROOT


def test_write_text_leaves_alone_what_does_not_change(tmp_path):
    path = tmp_path / "new" / "x.txt"
    assert files.write_text(path, "一\n")
    assert path.read_bytes() == "一\n".encode()
    before = path.stat()
    assert not files.write_text(path, "一\n")
    assert path.stat() == before
    assert files.write_text(path, "二\n")
    assert path.read_bytes() == "二\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_write_text_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        files.write_text(path, "new \udcff")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_trainings_need_no_tools_of_the_book():
    """They run where only nin_utils is installed."""
    heavy = "{'jupytext', 'nbformat', 'yaml'} & set(sys.modules)"
    code = f"import sys, booktools.files; sys.exit(bool({heavy}))"
    folder = ROOT / "scripts"
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
