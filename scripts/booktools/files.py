"""Where the files of the book stand, how they are read and written.

Scripts that train import it, too: what only reads pages and notebooks,
jupytext and nbformat, is loaded by the functions that need it.
"""

import os
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Page(NamedTuple):
    """A page of the book and the notebook it is paired with."""

    source: Path  # book/en/01_mlpconv.md
    notebook: Path  # notebooks/en/01_mlpconv.ipynb

    @property
    def name(self):
        """The name that the page has in every language: 01_mlpconv."""
        return self.source.stem


def page_of(language, name, root=ROOT):
    """Return a page by its name, whether or not it is there."""
    return Page(
        root / "book" / language / f"{name}.md",
        root / "notebooks" / language / f"{name}.ipynb",
    )


def pages(language, root=ROOT):
    """Return every page of a language, in the order of their names."""
    found = (root / "book" / language).glob("*.md")
    return [page_of(language, path.stem, root) for path in sorted(found)]


def chosen(names, known, what="page"):
    """Return the pages that have one of these names, all if none is given.

    Exits if there is no such page.
    """
    unknown = set(names) - {page.name for page in known}
    if unknown:
        raise SystemExit(
            f"No {what} is called {', '.join(sorted(unknown))}; there are: "
            f"{', '.join(page.name for page in known)}."
        )
    return [page for page in known if not names or page.name in names]


def read_source(path):
    """Read a page (MyST Markdown) as a notebook without outputs."""
    import jupytext

    return jupytext.read(path, fmt="md:myst")


def read_notebook(path):
    """Read a notebook, or return None where there is none."""
    import nbformat

    return nbformat.read(path, as_version=4) if path.exists() else None


def code_cells(notebook):
    """Return the code cells of a notebook."""
    return [c for c in notebook.cells if c.cell_type == "code"]


def chapters(language, root=ROOT):
    """Return the pages that hold code: these have a notebook."""
    found = pages(language, root)
    return [page for page in found if code_cells(read_source(page.source))]


def is_executed(notebook):
    """Tell whether all code cells ran in order, once, on a fresh kernel."""
    counts = [c.execution_count for c in code_cells(notebook)]
    return counts == list(range(1, len(counts) + 1))


def same_code(source, notebook):
    """Tell whether both hold the same code cells."""
    return [c.source for c in code_cells(source)] == [
        c.source for c in code_cells(notebook)
    ]


def template(name, **words):
    """Return a file of book/_templates with these words in it."""
    import jinja2

    path = ROOT / "book" / "_templates" / name
    text = path.read_text(encoding="utf-8")
    return jinja2.Template(text, keep_trailing_newline=True).render(words)


def write_text(path, text):
    """Write a file all at once; leave it alone if nothing changes.

    Returns
    -------
    bool
        Whether the file was written.
    """
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True
