"""The terms of the Chinese edition: TERMINOLOGY.md, checked."""

import re
from typing import NamedTuple

from booktools.sync import ALT, CELL, HEAD

COLUMNS = ["English", "we use", "d2l 1", "d2l 2", "never"]
FENCE = re.compile(
    r"^ *(?P<fence>`{3,}|\${2})[^\n]*\n.*?^ *(?P=fence)[^\n]*$",
    re.MULTILINE | re.DOTALL,
)
# `code`, $x$, the target of a link, an address
INLINE = re.compile(r"`[^`\n]*`|\$[^$\n]+\$|\]\([^)\n]*\)|https?://\S+")


class Term(NamedTuple):
    """One row of TERMINOLOGY.md."""

    english: str
    ours: str
    never: tuple  # the words that must not stand for it


def read_terms(root):
    """Return the terms; the table must have the columns it is known by."""
    path = root / "TERMINOLOGY.md"
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    heads = [cell.split(" · ")[0] for cell in rows[0]] if rows else []
    if heads != COLUMNS:
        raise SystemExit(f"TERMINOLOGY.md: the columns are {heads}, expected {COLUMNS}")
    return [
        Term(row[0], row[1], tuple(filter(None, re.split("[、，,]", row[4]))))
        for row in rows[2:]
    ]


def words_only(text):
    """Blank out code, formulas and addresses; keep lines and columns."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])

    def blank_cell(match):
        head = HEAD.match(match[0])
        alt = head and ALT.search(match[0], *head.span("yaml"))
        start, end = alt.span() if alt else (0, 0)
        blanked = re.sub(r"[^\n]", " ", match[0])
        return blanked[:start] + match[0][start:end] + blanked[end:]

    text = CELL.sub(blank_cell, text)
    return INLINE.sub(blank, FENCE.sub(blank, text))


def term_problems(root):
    """Yield every use of a term that the Chinese edition never uses."""
    paths = sorted((root / "book" / "zh").glob("*.md"))
    paths += [
        path
        for path in (
            root / "README.zh.md",
            root.joinpath("book", "_static", "lab", "core", "words.zh.js"),
        )
        if path.exists()
    ]
    terms = read_terms(root) if paths else []
    for path in paths:
        text = words_only(path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), start=1):
            for term in terms:
                for word in term.never:
                    if word in line:
                        yield (
                            f"{path.relative_to(root)}, line {number}: "
                            f"{word}; we use {term.ours} ({term.english})"
                        )
