"""Which English words changed since their translation was written.

The front matter of a translated page holds a hash of each English markdown
cell that it says in another language::

    translated: ["1a2b3c4d", "5e6f7a8b"]

``translate-status`` compares them with the English page of today;
``translate-status --accept`` writes them.  The docstrings that the API page
shows stand in a catalogue instead: see ``docstrings``.
"""

import difflib
import hashlib
import re
import textwrap
from typing import NamedTuple

import yaml

from booktools import docstrings
from booktools.files import ROOT, chosen, page_of, pages, read_source, write_text
from booktools.languages import ORIGINAL, translations
from booktools.portable import ANCHOR

FRONT = re.compile(r"\A---\n(?P<yaml>.*?)^---\n", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^translated:.*?\]\n", re.MULTILINE | re.DOTALL)


class Prose(NamedTuple):
    """A markdown cell of a page."""

    number: int  # of the cell within the page, from 1
    first: str  # its first line of text
    hash: str


def prose(path):
    """Return the markdown cells of a page."""
    found = []
    for number, cell in enumerate(read_source(path).cells, start=1):
        if cell.cell_type == "markdown":
            text = cell.source.strip()
            digest = hashlib.sha256(text.encode()).hexdigest()[:8]
            lines = ANCHOR.sub("", text).split("\n")
            lines = [x for x in lines if x and x[0] not in "<$"]
            found.append(Prose(number, lines[0] if lines else "", digest))
    return found


def accepted(path):
    """Return the hashes in the front matter of a page, or None."""
    front = FRONT.match(path.read_text(encoding="utf-8"))
    values = yaml.safe_load(front["yaml"]) if front else None
    hashes = (values or {}).get("translated")
    return None if hashes is None else [str(value) for value in hashes]


def stale(language, english, root=ROOT):
    """Yield what changed in an English page since it was translated."""
    page = page_of(language, english.name, root).source
    place = f"{page.relative_to(root)}: {english.source.relative_to(root)}"
    if not page.exists():
        yield f"{place}, not translated yet"
        return
    cells, old = prose(english.source), accepted(page)
    if old is None:
        yield f"{place}, never accepted as translated"
        return
    matcher = difflib.SequenceMatcher(
        None, old, [cell.hash for cell in cells], autojunk=False
    )
    for kind, low, high, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        changed = min(high - low, last - first)
        for index in range(first, last):
            what = "changed" if index < first + changed else "is new"
            cell = cells[index]
            words = textwrap.shorten(cell.first, 50, placeholder=" …")
            yield f"{place}, cell {cell.number} ({words}): {what}"
        if high - low > changed:
            where = (
                f"before cell {cells[last].number}"
                if last < len(cells)
                else "at the end"
            )
            yield f"{place}, {where}: {high - low - changed} cell(s) deleted"


def status(root=ROOT):
    """Print the English prose cells that changed since the translation."""
    found = [
        line
        for language in translations(root)
        for page in pages(ORIGINAL, root)
        for line in stale(language, page, root)
    ]
    found += [
        line for code in translations(root) for line in docstrings.stale(code, root)
    ]
    for line in found:
        print(line)
    print(
        f"{len(found)} place(s) to translate; then run: "
        ".venv/bin/python scripts/book.py translate-status --accept NAME"
        if found
        else "Every translation is up to date."
    )


def accept(names=(), root=ROOT):
    """Note that translations say what the English pages say today."""
    wanted = chosen(names, pages(ORIGINAL, root))
    for language in translations(root):
        for english in wanted:
            path = page_of(language, english.name, root).source
            if not path.exists():
                raise SystemExit(f"{path.relative_to(root)}: it is missing.")
            hashes = [cell.hash for cell in prose(english.source)]
            text = path.read_text(encoding="utf-8")
            if write_text(path, with_hashes(text, hashes)):
                print(f"{path.relative_to(root)}: accepted as translated")


def with_hashes(text, hashes):
    """Return a page with these hashes as the last of its front matter."""
    entry = "translated: [" + ", ".join(f'"{h}"' for h in hashes) + "]"
    entry = textwrap.fill(entry, 79, subsequent_indent="  ") + "\n"
    front = FRONT.match(text)
    if not front:
        return f"---\n{entry}---\n\n{text}"
    return f"---\n{ENTRY.sub('', front['yaml'])}{entry}---\n{text[front.end() :]}"
