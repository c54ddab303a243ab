"""The builds of the languages execute no cell twice."""

import functools
import sys

import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from booktools import build, files


@pytest.fixture
def book(both, monkeypatch):
    """A book of two languages that is built as the one of the repository."""
    monkeypatch.setattr(build, "CACHE", both.root / "cache")
    for name in ("chapters", "page_of"):
        here = functools.partial(getattr(files, name), root=both.root)
        monkeypatch.setattr(build, name, here)
    return both


def read(book, language):
    """Return a page as the build reads it."""
    page = files.page_of(language, "01_one", book.root)
    return page, build.read_cells(page)


def execute_english(book):
    """Put into the cache what the English build does when it executes."""
    page, notebook = read(book, "en")
    done = files.read_notebook(book.notebook)
    pairs = zip(files.code_cells(notebook), files.code_cells(done))
    for cell, executed in pairs:
        cell.outputs = executed.outputs
        cell.execution_count = executed.execution_count
    get_cache(str(build.CACHE)).cache_notebook_bundle(
        CacheBundleIn(notebook, str(page.source), data={})
    )


def test_chinese_build_takes_what_the_english_one_has_executed(book):
    book.show_picture()
    hidden = book.notebook.rename(book.root / "hidden")
    assert build.seed_cache("en") == ["01_one"]  # this one executes
    assert build.seed_cache("zh") == ["01_one"]
    hidden.rename(book.notebook)
    execute_english(book)
    book.notebook.unlink()
    assert build.seed_cache("zh") == []
    _, notebook = read(book, "zh")
    cache = get_cache(str(build.CACHE))
    _, found = cache.merge_match_into_notebook(notebook)
    assert found.cells[3].outputs[0].text == "2\n"


def test_committed_outputs_are_not_executed_again(book):
    assert build.seed_cache("en") == []
    assert build.seed_cache("zh") == []
    notebook = files.read_notebook(book.notebook)
    files.code_cells(notebook)[1].execution_count = None
    book.save(notebook)
    (book.root / "cache").rename(book.root / "old")
    assert build.seed_cache("en") == ["01_one"]


@pytest.mark.parametrize("afresh", [False, True])
def test_afresh_nothing_is_left_of_what_was_built(tmp_path, monkeypatch, afresh):
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "forget_outdated", sys.exit)
    (tmp_path / "sphinx").mkdir()
    with pytest.raises(SystemExit):
        build.build(afresh)
    assert (tmp_path / "sphinx").exists() != afresh


def test_build_stops_at_code_that_differs(book, monkeypatch):
    execute_english(book)
    book.replace_chinese("print(1 + 1)", "print(3)")
    monkeypatch.setattr(build, "forget_outdated", lambda: None)
    monkeypatch.setattr(build, "build_language", lambda name: None)
    with pytest.raises(SystemExit, match="book/zh/01_one.md: .*make sync"):
        build.build()
