"""The rules of a translated book fail on one made wrong on purpose."""

import pytest

from booktools import files, rules, sync
from helpers.small_book import CELL, stream


def test_good_book_has_no_problem(both, capsys):
    assert both.problems == []
    rules.check(both.root)
    said = capsys.readouterr().out
    assert "zh: 2 pages, 1 notebooks: good." in said
    assert "多文字" in both.chinese_notebook.read_text()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("print(1 + 1)", "print(1 +  1)", 24),
        ("print(1 + 1)", "print(1 + 1)  # 一", 24),
        ("import sys", "import os", 14),
        ("[remove-cell]", "[remove-cell, hide-input]", 12),
        ("```\n\n更多", "\n```\n\n更多", 25),
    ],
)
def test_code_that_drifts_from_the_english(both, old, new, line):
    both.replace_chinese(old, new)
    drifts = [p for p in both.problems if "differs from the English" in p]
    (problem,) = drifts
    assert f"book/zh/01_one.md, line {line}, code cell" in problem
    assert "book/en/01_one.md, line " in problem


def test_missing_code_cell(both):
    both.replace_chinese(CELL, "")
    assert any(
        "book/zh/01_one.md: it has 1 code cells, the English page 2" in p
        for p in both.problems
    )


def test_code_cell_at_another_place_in_the_text(both):
    both.replace_chinese(CELL, "")
    both.replace_chinese("# 一\n", f"# 一\n\n{CELL}")
    assert any(
        "book/zh/01_one.md, cell 3" in p and "stands elsewhere" in p
        for p in both.problems
    ), both.problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('<a id="sec-one"></a>', "", "label sec-one is missing; it stands in"),
        ("sec-one", "sec-two", "line 7: the English page has no label sec-t"),
        (' <a id="eq-one"></a>', "", "the label eq-one is missing"),
    ],
)
def test_labels_that_differ(both, old, new, says):
    both.replace_chinese(old, new)
    assert any("book/zh/01_one.md" in p and says in p for p in both.problems)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# 一", "## 一", "line 9: heading 1 is ##, in English it is # ("),
        ("更多文字。", "## 二", "heading 2 is ##, in English it is no head"),
        ("# 一", "一", "01_one.md: heading 1 is no heading, in English it"),
    ],
)
def test_headings_that_differ(both, old, new, says):
    both.replace_chinese(old, new)
    sync.sync(root=both.root)
    both.one_problem("book/zh/01_one.md", says, "book/en/01_one.md")


def test_missing_page(both):
    both.chinese.with_name("index.md").unlink()
    both.one_problem("_toc.yml: there is no book/zh/index.md")


def test_page_that_the_english_book_lacks(both):
    files.write_text(both.chinese.with_name("02_two.md"), "# 二\n")
    both.one_problem("book/zh/02_two.md: _toc.yml does not list it")


def test_missing_notebook(both):
    both.chinese_notebook.unlink()
    both.one_problem("notebooks/zh/01_one.ipynb: it is missing")


def test_outputs_that_differ(both):
    notebook = files.read_notebook(both.chinese_notebook)
    files.code_cells(notebook)[1].outputs = [stream("3\n")]
    both.save(notebook, both.chinese_notebook)
    both.one_problem("notebooks/zh/01_one.ipynb, code cell 2", "outputs are not those")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("![A line](../../book/figures/x.png)", 27),
        ('<nin-canvas aria-label="A lab">\n\n文字\n\n</nin-canvas>\n', 27),
    ],
)
def test_alternative_text_must_be_chinese(both, text, line):
    both.replace_chinese("更多文字。", text)
    sync.sync(root=both.root)
    both.one_problem(f"book/zh/01_one.md, line {line}", "not Chinese: A l")


def test_alternative_text_of_a_cell_must_be_chinese(both):
    both.show_picture(chinese="A line")
    both.one_problem("01_one.md, line 27", "not Chinese: A line")


def test_alternative_texts_of_the_languages_may_differ(both):
    both.show_picture()
    assert both.problems == []
