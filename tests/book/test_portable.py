"""What a page's words become for the builder, and in a notebook."""

import base64

import pytest
from docutils import nodes

from booktools import files, portable, sync
from booktools.files import page_of
from helpers.small_book import PNG
from helpers.sphinx_site import build_html


@pytest.mark.parametrize(
    "words, translated",
    [
        ('<a id="sec-x"></a>\n\n## X\n', "(sec-x)=\n## X\n"),
        ('<a id="ex-x"></a>**1.** Why?', "(ex-x)=\n**1.** Why?"),
        ('So: <a id="eq-x"></a>\n\n$$\na\n$$', "So:\n\n(eq-x)=\n$$\na\n$$"),
        ("[chapter 4](04_shapes.ipynb)", "[chapter 4](04_shapes.md)"),
        ("[there](04_shapes.ipynb#sec-x)", "[there](#sec-x)"),
        ("[there](04_shapes.md#sec-x)", "[there](#sec-x)"),
        ("[set-up](../../book/en/setup.md)", "[set-up](setup.md)"),
        ("[GPU](../../book/en/setup.md#sec-gpu)", "[GPU](#sec-gpu)"),
        ("![A](../../book/figures/x.png)", "![A](../figures/x.png)"),
        ("[(5.1)](#eq-gap)", "[(5.1)](#eq-gap)"),
        ("[a](https://b.org/c.md#d)", "[a](https://b.org/c.md#d)"),
        ("`x[0](y)`", "`x[0](y)`"),
    ],
)
def test_what_the_builder_reads(words, translated):
    assert portable.for_builder(words) == translated


def test_a_notebook_carries_its_pictures(book):
    book.page.write_text(
        book.page.read_text().replace("More", "![A](../../book/figures/x.png) More")
    )
    notebook = portable.as_notebook(page_of("en", "01_one", book.root))
    cell = notebook.cells[-1]
    assert cell.source == "![A](attachment:x.png) More words."
    (carried,) = cell.attachments.values()
    assert base64.b64decode(carried["image/png"]) == book.figure.read_bytes()
    book.figure.unlink()
    with pytest.raises(FileNotFoundError, match="x.png"):
        portable.as_notebook(page_of("en", "01_one", book.root))


def test_solutions_and_set_up_are_folded_in_notebooks_only(book):
    page = book.page.read_text().replace(
        "python3\nprint", "python3\n:tags: [hide-cell]\n\nprint"
    )
    book.page.write_text(page)
    book.one_problem("cell 4: it differs from the page's")
    book.write_notebook()
    cells = files.code_cells(files.read_notebook(book.notebook))
    assert cells[1].metadata["jupyter"]["source_hidden"]
    assert cells[1].metadata["cellView"] == "form"
    assert cells[0].metadata["jupyter"] == {"source_hidden": True}
    book.translate()
    assert not book.problems
    there = files.code_cells(files.read_notebook(book.chinese_notebook))
    assert there[1].metadata == cells[1].metadata
    sync.sync(root=book.root)
    assert "source_hidden" not in book.chinese.read_text()


DRESSED = """# Page

> **This page**
>
> has a *question*.

> Only a quotation.

> **⚠ Careful**
>
> - with boxes

![A line](x.png)

*Its caption, with `code`.*

![Another](y.png)

*Its own.*

![No caption](x.png)

Words.
"""


def test_boxes_and_figures(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.md").write_text(DRESSED)
    for name in "x.png", "y.png":
        (source / name).write_bytes(base64.b64decode(PNG))
    app = build_html(source, tmp_path, "nin_portable")
    tree = app.env.get_doctree("index")
    first, second = tree.findall(nodes.admonition)
    assert (first["classes"], second["classes"]) == (["tip"], ["warning"])
    assert [box[0].astext() for box in (first, second)] == ["This page", "Careful"]
    (quotation,) = tree.findall(nodes.block_quote)
    assert quotation.astext() == "Only a quotation."
    figures = list(tree.findall(nodes.figure))
    assert [figure["ids"] for figure in figures] == [["fig-x"], ["fig-y"]]
    captions = [figure[1].astext() for figure in figures]
    assert captions == ["Its caption, with code.", "Its own."]
    assert len(list(tree.findall(nodes.image))) == 3


def test_a_warning_at_the_top_is_one(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.md").write_text("# Page\n\n> **⚠ Careful**\n>\n> with this\n")
    app = build_html(source, tmp_path, "nin_portable")
    (box,) = app.env.get_doctree("index").findall(nodes.admonition)
    assert box["classes"] == ["warning"]
