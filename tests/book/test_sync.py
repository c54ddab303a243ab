"""Chinese pages take over English code and outputs, and keep their words."""

import pytest

from booktools import files, sync
from helpers.small_book import CELL, picture, stream


def test_sync_copies_cells_and_outputs_but_not_alternative_texts(both):
    both.show_picture(english="A line\n      that goes on")
    both.replace("print(1 + 1)", "print(1 + 2)")
    both.output(stream("3\n"), picture())
    assert any("zh" in problem for problem in both.problems)
    sync.sync(root=both.root)
    assert both.problems == []
    text = both.chinese.read_text()
    assert "print(1 + 2)" in text
    assert "一条线" in text
    assert "goes on" not in text
    notebook = files.read_notebook(both.chinese_notebook)
    assert files.code_cells(notebook)[1].outputs[0].text == "3\n"


def test_sync_changes_no_words_and_nothing_twice(both, capsys):
    before = both.chinese.read_text(), both.chinese_notebook.read_text()
    sync.sync(root=both.root)
    after = both.chinese.read_text(), both.chinese_notebook.read_text()
    assert after == before
    assert capsys.readouterr().out == ""


def test_sync_refuses_what_it_cannot_match(both, capsys):
    both.replace_chinese(CELL, "")
    before = both.chinese.read_text()
    both.chinese.with_name("index.md").unlink()
    with pytest.raises(SystemExit, match="2 page"):
        sync.sync(root=both.root)
    said = capsys.readouterr().out
    assert "book/zh/01_one.md: it has 1 code cells, the English page 2" in said
    assert "book/zh/index.md: it is missing" in said
    assert both.chinese.read_text() == before


def test_sync_needs_executed_english_outputs(both, capsys):
    both.notebook.unlink()
    with pytest.raises(SystemExit):
        sync.sync(root=both.root)
    assert "notebooks/en/01_one.ipynb: it does not" in capsys.readouterr().out


def test_sync_of_an_unknown_page(both):
    with pytest.raises(SystemExit, match="No page is called 09_none"):
        sync.sync(["09_none"], both.root)
