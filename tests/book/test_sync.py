"""Chinese pages take over English code and outputs, and keep their words."""

import pytest

from booktools import files, sync
from helpers.small_book import CELL, picture, stream

# A code cell with all that may stand around an alternative text.
ENGLISH = """\
````{code-cell} ipython3
---
alt: 0
tags: [hide-input]  # no alt: here
mystnb:
  image:
    alt: A line: it rises
      and it falls

      at last
    width: 60%
    more:
      deeper: 1
---
alt = {
    "alt": 1}
  alt: int = 2
````draw
draw()
````"""
ALT = "    alt: A line: it rises\n      and it falls\n\n      at last\n"
CHINESE = ENGLISH.replace(ALT, "    alt: 一条线\n      先升\n      后降\n")
ANOTHER = ENGLISH.replace("draw()", "draw(2)")


def block(text):
    """Return the only code cell of a text."""
    (found,) = sync.blocks(text)
    return found


def test_a_block_says_where_it_stands():
    text = f"# One\n\n{CELL}\nWords.\n\n{ENGLISH}\n"
    first, second = sync.blocks(text)
    assert (first.line, second.line) == (3, 9)
    assert text[first.start : first.end] + "\n" == first.text + "\n" == CELL
    assert text[second.start : second.end] == second.text == ENGLISH


def test_alternative_text_is_all_its_lines_and_no_other():
    start, end = block(ENGLISH).alt
    assert ENGLISH[start:end] == ALT
    assert block(ENGLISH).neutral == ENGLISH.replace(ALT, "")
    one_line = ENGLISH.replace(ALT, "    alt: A line\n")
    start, end = block(one_line).alt
    assert one_line[start:end] == "    alt: A line\n"


def test_alternative_text_alone_may_differ():
    assert block(CHINESE).neutral == block(ENGLISH).neutral
    for old, new in {
        "width: 60%": "width: 70%",
        "deeper: 1": "deeper: 2",
        "[hide-input]": "[hide-cell]",
        "alt: int": "alt: str",
        "draw()": "draw(2)",
        "ipython3": "python3",
    }.items():
        assert old in CHINESE
        other = block(CHINESE.replace(old, new))
        assert other.neutral != block(ENGLISH).neutral, new


@pytest.mark.parametrize(
    "head", ["", "---\ntags: [hide-input]\n---\n", ":tags: [hide-input]\n\n"]
)
def test_no_alternative_text_is_found_outside_the_head(head):
    text = f"```{{code-cell}} ipython3\n{head}x = {{\n    alt: 1\n  }}\n---\n```"
    assert block(text).alt is None
    assert block(text).neutral == text
    assert block(text).with_alt_of(block(ENGLISH)) == text
    assert block(ENGLISH).with_alt_of(block(text)) == ENGLISH


def test_code_changes_around_the_alternative_text_of_a_translation():
    taken = block(ANOTHER).with_alt_of(block(CHINESE))
    assert taken == CHINESE.replace("draw()", "draw(2)")
    back = block(taken).with_alt_of(block(ENGLISH))
    assert back == ANOTHER


def test_each_cell_keeps_its_own_alternative_text():
    def page(words, *cells):
        return "".join(f"{words}\n\n{cell}\n" for cell in cells) + words

    plain = CELL.rstrip()
    second = CHINESE.replace("一条线", "两条线")
    changed = plain.replace("1 + 1", "3")
    old = page("文字", CHINESE, plain, second)
    new = sync.blocks(page("Words", ANOTHER, changed, ENGLISH))
    assert sync.with_cells(old, new) == page(
        "文字", CHINESE.replace("draw()", "draw(2)"), changed, second
    )


def test_alternative_text_that_one_side_lacks(both):
    both.show_picture()
    chinese = both.chinese.read_text()
    without = chinese.replace("    alt: 一条线\n", "")
    both.chinese.write_text(without)
    sync.sync(root=both.root)  # the English one, which `make check` names
    assert both.chinese.read_text() == chinese.replace("一条线", "A line")
    assert any("not Chinese: A line" in problem for problem in both.problems)
    both.chinese.write_text(chinese)
    both.replace("    alt: A line\n", "")
    sync.sync(root=both.root)
    assert both.chinese.read_text() == without


def test_sync_copies_cells_and_outputs_but_not_alternative_texts(both):
    both.show_picture(english="A line\n      that goes on")
    both.replace("print(1 + 1)", "print(1 + 2)")
    both.output(stream("3\n"), picture())
    assert any("zh" in problem for problem in both.problems)
    english = files.read_notebook(both.notebook)
    english.metadata["language_info"] = {"name": "python"}
    both.save(english)
    sync.sync(root=both.root)
    assert both.problems == []
    text = both.chinese.read_text()
    assert "print(1 + 2)" in text
    assert "一条线" in text
    assert "goes on" not in text
    notebook = files.read_notebook(both.chinese_notebook)
    assert files.code_cells(notebook)[1].outputs[0].text == "3\n"
    assert notebook.metadata == english.metadata
    assert [c.id for c in notebook.cells] == [c.id for c in english.cells]


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


def test_sync_refuses_a_cell_too_many(both, capsys):
    both.replace_chinese("更多文字。", CELL)
    with pytest.raises(SystemExit, match="1 page"):
        sync.sync(root=both.root)
    said = capsys.readouterr().out
    assert "book/zh/01_one.md: it has 3 code cells, the English page 2" in said


@pytest.mark.parametrize("what", ["missing", "not executed", "other code"])
def test_sync_needs_executed_english_outputs(both, capsys, what):
    before = both.chinese_notebook.read_text()
    if what == "missing":
        both.notebook.unlink()
    else:
        notebook = files.read_notebook(both.notebook)
        cell = files.code_cells(notebook)[1]
        if what == "not executed":
            cell.execution_count = None
        else:
            cell.source = "print(3)"
        both.save(notebook)
    with pytest.raises(SystemExit):
        sync.sync(root=both.root)
    assert "notebooks/en/01_one.ipynb: it does not" in capsys.readouterr().out
    assert both.chinese_notebook.read_text() == before


def test_sync_of_an_unknown_page(both):
    with pytest.raises(SystemExit, match="No page is called 09_none"):
        sync.sync(["09_none"], both.root)
