"""Where the files of the book stand, and how they are read."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat
from _files import ROOT

LANGUAGES = ("en",)


class Page(NamedTuple):
    """A page of the book and the notebook it is paired with."""

    source: Path  # book/en/01_mlpconv.md
    notebook: Path  # notebooks/en/01_mlpconv.ipynb


def pages(root=ROOT):
    """Return every page of every language, in the order of their names."""
    found = []
    for language in LANGUAGES:
        for source in sorted((root / "book" / language).glob("*.md")):
            name = f"{source.stem}.ipynb"
            notebook = root / "notebooks" / language / name
            found.append(Page(source, notebook))
    return found


def read_source(path):
    """Read a page (MyST Markdown) as a notebook without outputs."""
    return jupytext.read(path, fmt="md:myst")


def read_notebook(path):
    """Read a notebook, or return None where there is none."""
    return nbformat.read(path, as_version=4) if path.exists() else None


def code_cells(notebook):
    """Return the code cells of a notebook."""
    return [c for c in notebook.cells if c.cell_type == "code"]


def chapters(root=ROOT):
    """Return the pages that hold code: these have a notebook."""
    return [p for p in pages(root) if code_cells(read_source(p.source))]


def is_executed(notebook):
    """Tell whether all code cells ran in order, once, on a fresh kernel."""
    counts = [c.execution_count for c in code_cells(notebook)]
    return counts == list(range(1, len(counts) + 1))


def same_code(source, notebook):
    """Tell whether both hold the same code cells."""
    return [c.source for c in code_cells(source)] == [
        c.source for c in code_cells(notebook)
    ]


def environment_hash(root=ROOT):
    """Return a short hash of all that the code cells call.

    This is nin_utils with its data and the locked requirements.  Outputs
    made with another hash may be out of date.
    """
    return hash_of([root / "requirements.txt", root / "nin_utils"], root)


def hash_of(paths, root=ROOT):
    """Return a short hash of files, and of all files in folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
