"""Where the files of the book stand, and how they are read."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat

from booktools.disk import ROOT

ORIGINAL = "en"  # written first; its notebooks are the ones executed
TRANSLATIONS = ("zh",)


class Page(NamedTuple):
    """A page of the book and the notebook it is paired with."""

    source: Path  # book/en/01_mlpconv.md
    notebook: Path  # notebooks/en/01_mlpconv.ipynb

    @property
    def name(self):
        """The name that the page has in every language: 01_mlpconv."""
        return self.source.stem


def translations(root=ROOT):
    """Return the languages, besides the original, that the book has."""
    return [name for name in TRANSLATIONS if (root / "book" / name).is_dir()]


def languages(root=ROOT):
    """Return every language that the book has, the original first."""
    return [ORIGINAL, *translations(root)]


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


def chosen_pages(names=(), root=ROOT):
    """Return these names of English pages, all names if none is given.

    Exits if there is no such page.
    """
    known = [page.name for page in pages(ORIGINAL, root)]
    unknown = set(names) - set(known)
    if unknown:
        raise SystemExit(
            f"No page is called {', '.join(sorted(unknown))}: give the name "
            "of a file of book/en without .md."
        )
    return list(names) or known


def read_source(path):
    """Read a page (MyST Markdown) as a notebook without outputs."""
    return jupytext.read(path, fmt="md:myst")


def read_notebook(path):
    """Read a notebook, or return None where there is none."""
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


def hash_of(paths, root=ROOT):
    """Return a short hash of files, and of all files in folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
