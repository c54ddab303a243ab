"""The words of the pages are Markdown that every renderer understands.

They are read in four places: the built page, JupyterLab, Colab or VS Code,
and GitHub.  So a box is a block quote with a bold head, a solution stands in
``<details>``, the target of a link is a file, and its section an anchor::

    <a id="sec-any-size"></a>

    ## Any input size?

    <a id="ex-swap"></a>**2.** Average first?  See [chapter 4](04_shapes.ipynb),
    [its exercise](04_shapes.ipynb#ex-taps) and [(5.1)](#eq-gap).

Two readers want something else.  A notebook that stands alone has no folder
of figures: it carries its pictures along.  The builder of the pages wants its
own targets, so that links are checked and lead from page to page.
"""

import base64
import re
from pathlib import Path

from booktools.files import read_source

ANCHOR = re.compile(r'<a id="(?P<label>[\w-]+)"></a>')
BEFORE = re.compile(rf"^{ANCHOR.pattern}\n*", re.MULTILINE)  # what it names
FORMULA = re.compile(rf" *{ANCHOR.pattern}\n\n(?=\$\$\n)")
# A link to a page or a notebook of the book, whatever its folder.
LINK = re.compile(r"\]\((?:[\w./-]+/)?(?P<name>\w+)\.(?:ipynb|md)(?P<label>#[\w-]+)?\)")
PICTURE = re.compile(r"(?<=\]\()(?P<path>[\w./-]+/(?P<name>[\w-]+\.png))(?=\))")
# How a cell is folded in Jupyter, and on Colab: a solution with its output, the
# set-up without, since it may have something to say.
FOLDED = {
    "hide-cell": {"outputs_hidden": True, "source_hidden": True},
    "remove-cell": {"source_hidden": True},
}


def for_builder(text):
    """Return a page as MyST reads it: with its targets and its links."""

    def link(match):
        return f"]({match['label'] or match['name'] + '.md'})"

    text = FORMULA.sub(r"\n\n(\g<label>)=\n", text)
    text = BEFORE.sub(r"(\g<label>)=\n", text)
    text = text.replace("](../../book/figures/", "](../figures/")
    return LINK.sub(link, text)


def as_notebook(page):
    """Return the notebook of a page, not executed."""
    return adapt(read_source(page.source), page)


def adapt(notebook, page):
    """Let a notebook that was read from a page stand alone.

    It keeps the words and the code of the page.  Its pictures lie in the
    cells that show them; solutions and the set-up are folded.

    Raises
    ------
    FileNotFoundError
        If there is no such picture.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            carry_pictures(cell, page.source.parent)
        for tag in FOLDED.keys() & cell.metadata.get("tags", []):
            cell.metadata.update(cellView="form", jupyter=FOLDED[tag])
    return notebook


def carry_pictures(cell, folder):
    """Put the pictures that a cell shows into the cell."""
    attachments = {}

    def attach(match):
        content = Path(folder, match["path"]).read_bytes()
        attachments[match["name"]] = {"image/png": base64.b64encode(content).decode()}
        return f"attachment:{match['name']}"

    cell.source = PICTURE.sub(attach, cell.source)
    cell.pop("attachments", None)
    if attachments:
        cell.attachments = attachments
