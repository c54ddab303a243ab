"""Copy the English code cells and their outputs into the translations.

The truth of the code is the English page, the truth of the outputs the
English notebook.  Cells are matched by their order.  A translated page keeps
one thing of its own in a code cell: the alternative text of the pictures.
"""

import re
from typing import NamedTuple

import nbformat

from booktools.files import (
    ROOT,
    chosen,
    code_cells,
    is_executed,
    page_of,
    pages,
    read_notebook,
    read_source,
    same_code,
    write_text,
)
from booktools.languages import ORIGINAL, translations
from booktools.portable import as_notebook

CELL = re.compile(
    r"^(?P<fence>`{3,})\{code-cell\}[^\n]*\n.*?^(?P=fence)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
HEAD = re.compile(  # to be matched
    r"[^\n]*\n---\n(?P<yaml>.*?)^---$", re.MULTILINE | re.DOTALL
)
# alt: with its text, which goes on in the lines that are indented deeper and
# the empty ones between them
ALT = re.compile(r"^(?P<indent> +)alt:[^\n]*\n(?:\n*(?P=indent) +[^\n]*\n)*", re.M)


class Block(NamedTuple):
    """A code cell as it stands in a page."""

    start: int  # characters from the beginning of the page
    end: int
    line: int  # the number of its first line
    text: str

    @property
    def alt(self):
        """The span of its alternative text within text, or None."""
        head = HEAD.match(self.text)
        found = head and ALT.search(self.text, *head.span("yaml"))
        return found.span() if found else None

    @property
    def neutral(self):
        """Its text without the alternative text: equal in all languages."""
        if not self.alt:
            return self.text
        start, end = self.alt
        return self.text[:start] + self.text[end:]

    def with_alt_of(self, other):
        """Return its text with the alternative text of another block."""
        if not (self.alt and other.alt):
            return self.text
        start, end = self.alt
        theirs = other.text[slice(*other.alt)]
        return self.text[:start] + theirs + self.text[end:]


def blocks(text):
    """Return the code cells of a page as they stand there."""
    return [
        Block(
            match.start(), match.end(), text.count("\n", 0, match.start()) + 1, match[0]
        )
        for match in CELL.finditer(text)
    ]


def sync(names=(), root=ROOT):
    """Make every translation hold the English code cells and outputs.

    Exits with the list of the pages where that was not possible.
    """
    wanted = chosen(names, pages(ORIGINAL, root))
    problems = []
    for language in translations(root):
        for english in wanted:
            problem = sync_page(language, english, root)
            if problem:
                problems.append(problem)
    for problem in problems:
        print(problem)
    if problems:
        raise SystemExit(f"{len(problems)} page(s) not synchronised.")


def sync_page(language, english, root=ROOT):
    """Synchronise one page and its notebook; return a problem or None."""
    page = page_of(language, english.name, root)
    place = page.source.relative_to(root).as_posix()
    if not page.source.exists():
        source = english.source.relative_to(root).as_posix()
        return f"{place}: it is missing; translate {source}"
    ours = page.source.read_text(encoding="utf-8")
    theirs = blocks(english.source.read_text(encoding="utf-8"))
    if len(blocks(ours)) != len(theirs):
        return (
            f"{place}: it has {len(blocks(ours))} code cells, the English "
            f"page {len(theirs)}; add or delete cells so that each stands "
            "where it belongs in the text, then run sync again"
        )
    if not theirs:
        return None
    if write_text(page.source, with_cells(ours, theirs)):
        print(f"{place}: code cells copied")
    return sync_notebook(english, page, root)


def with_cells(text, cells):
    """Return a page with other code cells, its alternative texts kept."""
    parts, position = [], 0
    for old, new in zip(blocks(text), cells):
        parts += [text[position : old.start], new.with_alt_of(old)]
        position = old.end
    return "".join(parts) + text[position:]


def sync_notebook(english, page, root=ROOT):
    """Write a translated notebook; return a problem or None."""
    executed = read_notebook(english.notebook)
    if (
        executed is None
        or not is_executed(executed)
        or not same_code(read_source(english.source), executed)
    ):
        return (
            f"{english.notebook.relative_to(root)}: it does not hold the "
            "outputs of its page; run `make notebooks`"
        )
    notebook = as_notebook(page)
    take_outputs(notebook, executed)
    notebook.metadata = executed.metadata
    if write_text(page.notebook, nbformat.writes(notebook) + "\n"):
        print(f"{page.notebook.relative_to(root)}: written")
    return None


def take_outputs(notebook, executed):
    """Give a notebook the outputs, and cell ids, of one with equal code."""
    for cell, done in zip(code_cells(notebook), code_cells(executed)):
        cell.outputs = done.outputs
        cell.execution_count = done.execution_count
    for cell, done in zip(notebook.cells, executed.cells):
        cell.id = done.id
