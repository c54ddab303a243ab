"""The rules of a translated book fail on one made wrong on purpose."""

import pytest

from booktools import files, languages, notebooks, rules, translation
from helpers.small_book import Book, picture, stream

ALT = "---\nmystnb:\n  image:\n    alt: {}\n---\nprint("
CELL = "```{code-cell} ipython3\nprint(1 + 1)\n```\n"


@pytest.fixture
def book(tmp_path):
    """A book of two pages in two languages."""
    made = Book(tmp_path)
    made.translate()
    return made


def with_picture(book, english="A line", chinese="一条线"):
    """Give the book a picture with an alternative text."""
    book.replace("print(", ALT.format(english))
    book.output(stream("2\n"), picture())
    book.replace_chinese("print(", ALT.format(chinese))
    languages.sync(root=book.root)


def test_good_book_has_no_problem(book, capsys):
    assert book.problems == []
    rules.check(book.root)
    said = capsys.readouterr().out
    assert "zh: 2 pages, 1 notebooks: good." in said
    assert "多文字" in book.chinese_notebook.read_text()


def test_book_without_translation_has_only_the_original(tmp_path):
    book = Book(tmp_path)
    assert files.languages(book.root) == ["en"]
    assert book.problems == []


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
def test_code_that_drifts_from_the_english(book, old, new, line):
    book.replace_chinese(old, new)
    drifts = [p for p in book.problems if "differs from the English" in p]
    (problem,) = drifts
    assert f"book/zh/01_one.md, line {line}, code cell" in problem
    assert "book/en/01_one.md, line " in problem


def test_missing_code_cell(book):
    book.replace_chinese(CELL, "")
    assert any(
        "book/zh/01_one.md: it has 1 code cells, the English page 2" in p
        for p in book.problems
    )


def test_code_cell_at_another_place_in_the_text(book):
    book.replace_chinese(CELL, "")
    book.replace_chinese("# 一\n", f"# 一\n\n{CELL}")
    assert any(
        "book/zh/01_one.md, cell 3" in p and "stands elsewhere" in p
        for p in book.problems
    ), book.problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("(sec-one)=\n", "", "label sec-one is missing; it stands in book/"),
        ("sec-one", "sec-two", "line 8: the English page has no label sec-t"),
        ("$$ (eq-one)", "$$", "the label eq-one is missing"),
    ],
)
def test_labels_that_differ(book, old, new, says):
    book.replace_chinese(old, new)
    assert any("book/zh/01_one.md" in p and says in p for p in book.problems)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# 一", "## 一", "line 9: heading 1 is ##, in English it is # ("),
        ("更多文字。", "## 二", "heading 2 is ##, in English it is no head"),
        ("# 一", "一", "01_one.md: heading 1 is no heading, in English it"),
    ],
)
def test_headings_that_differ(book, old, new, says):
    book.replace_chinese(old, new)
    languages.sync(root=book.root)
    book.one_problem("book/zh/01_one.md", says, "book/en/01_one.md")


def test_missing_page(book):
    book.chinese.with_name("index.md").unlink()
    book.one_problem("_toc.yml: there is no book/zh/index.md")


def test_page_that_the_english_book_lacks(book):
    notebooks.write_text(book.chinese.with_name("02_two.md"), "# 二\n")
    book.one_problem("book/zh/02_two.md: _toc.yml does not list it")


def test_missing_notebook(book):
    book.chinese_notebook.unlink()
    book.one_problem("notebooks/zh/01_one.ipynb: it is missing")


def test_outputs_that_differ(book):
    notebook = files.read_notebook(book.chinese_notebook)
    files.code_cells(notebook)[1].outputs = [stream("3\n")]
    book.save(notebook, book.chinese_notebook)
    book.one_problem(
        "notebooks/zh/01_one.ipynb, code cell 2", "outputs are not those"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("![A line](x.png)", 27),
        (":::{figure} x.png\n:alt: A line\n:::\n", 28),
        (":::{lab} canvas\n:alt: A lab\n\n文字\n:::\n", 28),
    ],
)
def test_alternative_text_must_be_chinese(book, text, line):
    book.replace_chinese("更多文字。", text)
    languages.sync(root=book.root)
    book.one_problem(f"book/zh/01_one.md, line {line}", "not Chinese: A l")


def test_alternative_text_of_a_cell_must_be_chinese(book):
    with_picture(book, chinese="A line")
    book.one_problem("01_one.md, line 27", "not Chinese: A line")


def test_alternative_texts_of_the_languages_may_differ(book):
    with_picture(book)
    assert book.problems == []


def test_sync_copies_cells_and_outputs_but_not_alternative_texts(book):
    with_picture(book, english="A line\n      that goes on")
    book.replace("print(1 + 1)", "print(1 + 2)")
    book.output(stream("3\n"), picture())
    assert any("zh" in problem for problem in book.problems)
    languages.sync(root=book.root)
    assert book.problems == []
    text = book.chinese.read_text()
    assert "print(1 + 2)" in text
    assert "一条线" in text
    assert "goes on" not in text
    notebook = files.read_notebook(book.chinese_notebook)
    assert files.code_cells(notebook)[1].outputs[0].text == "3\n"


def test_sync_changes_no_words_and_nothing_twice(book, capsys):
    before = book.chinese.read_text(), book.chinese_notebook.read_text()
    languages.sync(root=book.root)
    after = book.chinese.read_text(), book.chinese_notebook.read_text()
    assert after == before
    assert capsys.readouterr().out == ""


def test_sync_refuses_what_it_cannot_match(book, capsys):
    book.replace_chinese(CELL, "")
    before = book.chinese.read_text()
    book.chinese.with_name("index.md").unlink()
    with pytest.raises(SystemExit, match="2 page"):
        languages.sync(root=book.root)
    said = capsys.readouterr().out
    assert "book/zh/01_one.md: it has 1 code cells, the English page 2" in said
    assert "book/zh/index.md: it is missing" in said
    assert book.chinese.read_text() == before


def test_sync_needs_executed_english_outputs(book, capsys):
    book.notebook.unlink()
    with pytest.raises(SystemExit):
        languages.sync(root=book.root)
    assert "notebooks/en/01_one.ipynb: it does not" in capsys.readouterr().out


def test_sync_of_an_unknown_page(book):
    with pytest.raises(SystemExit, match="No page is called 09_none"):
        languages.sync(["09_none"], book.root)


def status(book, capsys):
    """Return what translate-status prints."""
    capsys.readouterr()
    translation.status(book.root)
    return capsys.readouterr().out


def test_translation_is_up_to_date(book, capsys):
    assert status(book, capsys) == "Every translation is up to date.\n"
    book.replace("print(1 + 1)", "print(2)")  # no words
    assert "up to date" in status(book, capsys)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("More words.", "Other words.", "cell 5 (Other words.): changed"),
        ("# One", "# Uno", "cell 1 (# Uno): changed"),
        ("More words.", f"Mo.\n\n{CELL}\nNew.", "cell 7 (New.): is new"),
        (f"\n{CELL}\nMore words.\n", "", "at the end: 1 cell(s) deleted"),
    ],
)
def test_translate_status_names_what_changed(book, capsys, old, new, says):
    book.replace(old, new)
    said = status(book, capsys)
    assert f"book/zh/01_one.md: book/en/01_one.md, {says}" in said
    translation.accept(["01_one"], book.root)
    assert "up to date" in status(book, capsys)


def test_translate_status_names_what_was_never_translated(book, capsys):
    book.chinese.unlink()
    assert "01_one.md, not translated yet" in status(book, capsys)


def test_page_that_was_never_accepted(book, capsys):
    text = book.chinese.with_name("index.md")
    text.write_text("# 目录\n")
    book.one_problem("book/zh/index.md: its front matter does not say")
    assert "index.md, never accepted" in status(book, capsys)


def test_accept_keeps_the_front_matter_and_the_words(book):
    before = book.chinese.read_text()
    hashes = translation.accepted(book.chinese)
    assert len(hashes) == 3
    many = translation.with_hashes(before, hashes * 9)
    assert max(len(line) for line in many.splitlines()) <= 79
    assert translation.with_hashes(many, hashes) == before
    bare = translation.with_hashes("# 目录\n", ["12345678"])
    assert bare == '---\ntranslated: ["12345678"]\n---\n\n# 目录\n'


def test_accept_names_unknown_pages(book):
    with pytest.raises(SystemExit, match="No page is called 09_none"):
        translation.accept(["09_none"], book.root)
