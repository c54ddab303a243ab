"""The terms of the Chinese edition: TERMINOLOGY.md, checked."""

import re

from booktools.docstrings import LOCALE
from booktools.sync import CELL, Block
from booktools.terms import FENCE, INLINE, read_terms


def words_only(text):
    """Blank out code, formulas and addresses; keep lines and columns."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])

    def blank_cell(match):
        start, end = Block(*match.span(), 0, match[0]).alt or (0, 0)
        blanked = re.sub(r"[^\n]", " ", match[0])
        return blanked[:start] + match[0][start:end] + blanked[end:]

    text = CELL.sub(blank_cell, text)
    return INLINE.sub(blank, FENCE.sub(blank, text))


def term_problems(root):
    """Yield every use of a term that the Chinese edition never uses."""
    paths = sorted((root / "book" / "zh").glob("*.md"))
    paths += sorted((root / LOCALE / "zh_CN").rglob("*.po"))
    paths += [
        path
        for path in (
            root / "README.zh.md",
            root / "book" / "slides" / "zh.md",
            root / "notebooks" / "zh" / "README.md",
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
