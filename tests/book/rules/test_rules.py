"""The rules of the book fail on a book made wrong on purpose."""

import nbformat
import pytest

from booktools import files, rules
from helpers.small_book import SETUP, picture, stream


def test_good_book_has_no_problem(book):
    assert book.problems == []
    rules.check(book.root)


def test_check_exits_with_the_number_of_problems(book, capsys):
    book.replace("print(1 + 1)", "print(1 + 1)" + "  " * 40 + "#")
    with pytest.raises(SystemExit, match="1 problem"):
        rules.check(book.root)
    assert "01_one.md, code cell 2 (print(1 + 1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("print(1 + 1)", "\n".join(["a = 1"] * 26), "26 lines, at most 25"),
        ("print(1 + 1)", "a = 1" + " " * 75, "80 columns, at most 79"),
        ("[remove-cell]", "[hide-input]", "must be the set-up"),
        ("More words.", SETUP.replace("remove-cell", "nbval-skip"), "nbval-"),
        ("More words.", "```{code-cell}\n1\n```\n", "no words between"),
        ("More words.", "```{code-cell}\n```\n", "it is empty"),
    ],
)
def test_rules_of_code_cells(book, old, new, says):
    book.replace(old, new)
    assert any(
        says in problem and "01_one.md, code cell" in problem
        for problem in book.problems
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"sec-one"', '"one"', "line 6: the label one must begin"),
        ("More", '<a id="sec-one"></a>More', "was already given"),
        (
            "More words.",
            "![ ](../../book/figures/x.png)",
            "line 26: the picture has no alt",
        ),
    ],
)
def test_rules_of_pages(book, old, new, says):
    book.replace(old, new)
    book.one_problem("book/en/01_one.md", says)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("See {doc}`02_two`.", "cell 5: a role: {doc}`"),
        ("See [two](02_two.ipynb).", "cell 5: there is no 02_two.ipynb"),
    ],
)
def test_rules_of_portable_words(book, words, says):
    book.replace("More words.", words)
    book.one_problem("notebooks/en/01_one.ipynb", says)


def test_toc_names_a_page_that_is_not_there(book):
    (book.root / "book/en/index.md").unlink()
    book.one_problem("_toc.yml: there is no book/en/index.md")


def test_page_that_the_toc_does_not_name(book):
    (book.root / "book/en/02_two.md").write_text("# Two\n")
    book.one_problem("book/en/02_two.md: _toc.yml does not list it")


def test_missing_notebook(book):
    book.notebook.unlink()
    book.one_problem("notebooks/en/01_one.ipynb: it is missing")


def test_notebook_without_page(book):
    other = book.notebook.with_name("09_gone.ipynb")
    other.write_text(book.notebook.read_text())
    book.one_problem("notebooks/en/09_gone.ipynb", "delete it")


@pytest.mark.parametrize("what", ["More words.", "print(1 + 1)", "[remove"])
def test_pair_that_differs(book, what):
    before = book.notebook.read_text()
    book.replace(what, what.replace("r", "RR"))
    book.notebook.write_text(before)
    assert any(
        "01_one.ipynb, cell" in problem and "differs" in problem
        for problem in book.problems
    )


def test_pair_of_different_length(book):
    notebook = files.read_notebook(book.notebook)
    del notebook.cells[-1]
    book.save(notebook)
    book.one_problem("cell 5", "the page has 5 cells, the notebook 4")


@pytest.mark.parametrize("count", [None, 1, 7])
def test_execution_out_of_order(book, count):
    notebook = files.read_notebook(book.notebook)
    files.code_cells(notebook)[1].execution_count = count
    book.save(notebook)
    book.one_problem("01_one.ipynb", "not executed in order", str(count))


@pytest.mark.parametrize(
    "text",
    [
        "saved /home/ann/x.npz",
        "File /usr/lib/python3/a.py",
        "C:\\Users",
        "at 2026-01-02 10:11",
        "[10:11:12] src/engine.cc:55: ",
    ],
)
def test_private_output(book, text):
    book.output(stream(text))
    book.one_problem("code cell 2 (print(1 + 1))", "its output holds")


def test_output_with_the_books_own_folder(book):
    book.output(stream(f"{book.root}/x\n"))
    assert any("absolute path" in p for p in book.problems)


def test_output_may_hold_fractions_and_addresses(book):
    book.output(stream("https://arxiv.org/abs/1312.4400 1/2 kernel 3/2\n"))
    assert book.problems == []


def test_error_that_was_not_announced(book):
    book.output(nbformat.v4.new_output("error", ename="ValueError", evalue="no"))
    book.one_problem("code cell 2", "it raised ValueError")


def test_picture_needs_alternative_text(book):
    book.output(picture())
    book.one_problem("code cell 2", "no alternative text")


def test_picture_with_alternative_text(book):
    head = "---\nmystnb: {image: {alt: A line}}\n---\nprint("
    book.replace("print(", head)
    book.output(picture())
    assert book.problems == []


def test_heavy_pictures(book):
    book.replace("print(", "---\nmystnb: {image: {alt: A}}\n---\nprint(")
    book.output(picture("A" * 400_004))
    book.one_problem("300 kB of PNG pictures")


def test_cells_that_are_not_compared_must_assert(book):
    book.replace("print(1 + 1)", ":tags: [nbval-ignore-output]\n\nprint(1)")
    first, second = book.problems
    assert "so it must assert something" in first
    assert "only 0 of 1 code cells that print" in second


WORK = "- Lin, M. (2014). [Network In Network](https://a.org/1). ICLR."


@pytest.mark.parametrize(
    "words, entries, references, says",
    [
        ("[Lin (2014)](https://a.org/1)", WORK, WORK, None),
        ("[ours](https://b.org)", "", "", None),
        ("[Lin (2014)](https://a.org/1)", "", WORK, "does not list it at its end"),
        ("[Lin (2014)](https://a.org/1)", f"{WORK}\n{WORK}", WORK, "this twice"),
        ("Words.", WORK, WORK, "and does not cite it"),
        ("[Lin (2014)](https://a.org/1)", WORK, f"{WORK} Page 1.", "not have the line"),
        ("Words.", "", WORK, "references.md: no page cites https://a.org/1"),
    ],
)
def test_works_are_listed_where_they_are_cited(book, words, entries, references, says):
    for name, text in (("lab", ""), ("references", f"{references}\n")):
        (book.root / f"book/en/{name}.md").write_text(f"# {name}\n\n{text}")
    toc = book.root / "_toc.yml"
    toc.write_text(
        f"{toc.read_text()}  - file: book/en/lab\n  - file: book/en/references\n"
    )
    book.replace("More words.", f"{words}\n\n{entries}")
    if says is None:
        assert book.problems == []
    else:
        book.one_problem(says)
