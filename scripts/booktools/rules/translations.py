"""Rules on a translated page: the same code, labels and outputs."""

import re

from booktools.docstrings import untranslated
from booktools.files import code_cells, page_of, pages, read_notebook, read_source
from booktools.languages import ORIGINAL
from booktools.rules.pages import labels
from booktools.sync import blocks
from booktools.translation import accepted

# ![alt](x.png)   |   aria-label of a widget   |   alt: in the head of a cell
ALTERNATIVES = re.compile(
    r"!\[(?P<inline>[^\]]*)\]\("
    r'|aria-label="(?P<widget>[^"]*)"'
    r"|^ +alt:(?P<cell>.*)$",
    re.MULTILINE,
)
FENCE = re.compile(r"^(?P<f>`{3,}).*?^(?P=f)`*[ \t]*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(?P<level>#{1,6}) ", re.MULTILINE)


def translation_problems(root, language, words):
    """Yield the problems of the translated pages of one language.

    Parameters
    ----------
    root : pathlib.Path
    language : str
        Its code.
    words : dict
        What book/languages.yml says of it.
    """
    for english in pages(ORIGINAL, root):
        page = page_of(language, english.name, root)
        if not page.source.exists():
            continue  # toc_problems names it
        yield from code_problems(english, page, root)
        yield from label_differences(english, page, root)
        yield from heading_differences(english, page, root)
        yield from alternative_problems(page, root, words)
        yield from output_differences(english, page, root)
        if accepted(page.source) is None:
            yield (
                f"{page.source.relative_to(root)}: its front matter does "
                "not say what it is a translation of; run `.venv/bin/python "
                f"scripts/book.py translate-status --accept {page.name}`"
            )
    yield from untranslated(language, root)


def code_problems(english, page, root):
    """Yield code cells that differ from the English ones, or stand apart."""
    place = page.source.relative_to(root)
    theirs = blocks(english.source.read_text(encoding="utf-8"))
    ours = blocks(page.source.read_text(encoding="utf-8"))
    if len(ours) != len(theirs):
        yield (
            f"{place}: it has {len(ours)} code cells, the English page {len(theirs)}"
        )
        return
    for number, (a, b) in enumerate(zip(theirs, ours), start=1):
        if a.neutral != b.neutral:
            yield (
                f"{place}, line {b.line + first_difference(a, b)}, code cell "
                f"{number}: it differs from the English one in "
                f"{english.source.relative_to(root)}, line {a.line}; run "
                "`make sync`"
            )
    kinds = [
        [cell.cell_type for cell in read_source(path).cells]
        for path in (english.source, page.source)
    ]
    for number, (a, b) in enumerate(zip(*kinds), start=1):
        if a != b:
            yield (
                f"{place}, cell {number}: it is {b}, in English it is {a}: "
                "a code cell stands elsewhere in the text"
            )
            return


def first_difference(a, b):
    """Return the number, from 0, of the first line in which b differs."""
    pairs = zip(a.text.splitlines(), b.text.splitlines())
    for number, (ours, theirs) in enumerate(pairs):
        if ours != theirs and not theirs.lstrip().startswith("alt:"):
            return number
    return 0


def label_differences(english, page, root):
    """Yield labels that only one of the two pages defines."""
    place = page.source.relative_to(root)
    found = [
        {label: number for number, label in labels(path)}
        for path in (english.source, page.source)
    ]
    for label in sorted(found[0].keys() - found[1].keys()):
        yield (
            f"{place}: the label {label} is missing; it stands in "
            f"{english.source.relative_to(root)}, line {found[0][label]}"
        )
    for label in sorted(found[1].keys() - found[0].keys()):
        yield (
            f"{place}, line {found[1][label]}: the English page has no label {label}"
        )


def headings(path):
    """Return (level, line number) of the headings of a page."""

    def blank(match):
        return "\n" * match[0].count("\n")

    text = FENCE.sub(blank, path.read_text(encoding="utf-8"))
    return [
        (match["level"], text.count("\n", 0, match.start()) + 1)
        for match in HEADING.finditer(text)
    ]


def heading_differences(english, page, root):
    """Yield the first heading that has no match on the other page.

    The switch of languages finds a section without a label by its number.
    """
    theirs, ours = headings(english.source), headings(page.source)
    for number in range(max(len(theirs), len(ours))):
        levels = [
            found[number][0] if number < len(found) else "no heading"
            for found in (ours, theirs)
        ]
        if levels[0] != levels[1]:
            lines = [
                f", line {found[number][1]}" if number < len(found) else ""
                for found in (ours, theirs)
            ]
            yield (
                f"{page.source.relative_to(root)}{lines[0]}: heading "
                f"{number + 1} is {levels[0]}, in English it is {levels[1]} "
                f"({english.source.relative_to(root)}{lines[1]})"
            )
            return


def alternative_problems(page, root, words):
    """Yield alternative texts that are not in the page's language."""
    letters = re.compile(f"[{words['letters']}]")
    text = page.source.read_text(encoding="utf-8")
    for match in ALTERNATIVES.finditer(text):
        given = match[match.lastgroup].strip()
        if given and not letters.search(given):
            number = text.count("\n", 0, match.start()) + 1
            yield (
                f"{page.source.relative_to(root)}, line {number}: the "
                f"alternative text is not {words['english']}: {given[:40]}"
            )


def output_differences(english, page, root):
    """Yield outputs of a notebook that are not those of the English one."""
    executed = read_notebook(english.notebook)
    notebook = read_notebook(page.notebook)
    if executed is None or notebook is None:
        return  # pair_problems names it
    pairs = zip(code_cells(executed), code_cells(notebook))
    for number, (a, b) in enumerate(pairs, start=1):
        if (a.outputs, a.execution_count) != (b.outputs, b.execution_count):
            yield (
                f"{page.notebook.relative_to(root)}, code cell {number}: "
                "its outputs are not those of "
                f"{english.notebook.relative_to(root)}; run "
                "`make sync`"
            )
