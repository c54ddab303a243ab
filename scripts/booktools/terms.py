"""The terms of the book: TERMINOLOGY.md, and where the book explains each."""

import re
from typing import NamedTuple

from booktools.files import ROOT, page_of
from booktools.languages import ORIGINAL

COLUMNS = ["English", "we use", "d2l 1", "d2l 2", "never"]
CHINESE = "zh"
UNREAD = {"index", "references", "terminology", "api"}  # they explain nothing
OVERVIEW = "00_five_minutes"  # it explains little
CLOSING = {"## Summary", "## Exercises", "## Sources"}  # nor do these
FENCE = re.compile(
    r"^ *(?P<fence>`{3,}|\${2})[^\n]*\n.*?^ *(?P=fence)[^\n]*$",
    re.MULTILINE | re.DOTALL,
)
# `code`, $x$, the target of a link, an address
INLINE = re.compile(r"`[^`\n]*`|\$[^$\n]+\$|\]\([^)\n]*\)|https?://\S+")
FRONT = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
EMPHASIS = re.compile(r"(?<!\*)\*(?!\*)")
BOLD = re.compile(r"\*\*(?P<words>[^*\n]+)\*\*")
ASIDE = re.compile(r" \(.*?\)|（.*?）")  # head (of a network)


class Term(NamedTuple):
    """One row of TERMINOLOGY.md."""

    english: str
    ours: str
    editions: tuple  # what the two Chinese editions of d2l say
    never: tuple  # the words that must not stand for it


def read_terms(root=ROOT):
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
        Term(
            row[0],
            row[1],
            (row[2], row[3]),
            tuple(filter(None, re.split("[、，,]", row[4]))),
        )
        for row in rows[2:]
    ]


def sections(path):
    """Return the words under each heading of a page, the heading among them."""
    text = FRONT.sub("", path.read_text(encoding="utf-8"))
    text = EMPHASIS.sub("", INLINE.sub("", FENCE.sub("", text)))
    starts = [match.start() for match in HEADING.finditer(text)]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)])]


class Place(NamedTuple):
    """A section of the book."""

    page: str
    number: int  # of its heading on the page, from 0


class Finder:
    """Finds one term in texts of one language."""

    def __init__(self, word, others):
        """Take the word, and the other terms: longer ones may hold it."""
        longer = sorted((o for o in others if word in o and o != word), reverse=True)
        longer = [re.escape(other) for other in longer]
        plural, edge = (r"(?:e?[sd])?", r"\b") if word.isascii() else ("", "")
        words = [*longer, f"(?P<it>{re.escape(word)}{plural})"]
        self.pattern = re.compile(f"{edge}(?:{'|'.join(words)}){edge}", re.IGNORECASE)

    def places(self, text):
        """Return the matches in a text."""
        return [match for match in self.pattern.finditer(text) if match["it"]]

    def marked(self, text):
        """Tell whether a section has the term in bold, or in its heading."""
        bold = [match["words"].strip(" .:,。：，") for match in BOLD.finditer(text)]
        return bool(self.places(text.partition("\n")[0])) or any(
            match.span() == (0, len(words))
            for words in bold
            for match in self.places(words)
        )

    def glossed(self, text, english):
        """Tell whether the English word follows in brackets."""
        after = re.compile(rf"(?:\*\*)?（{re.escape(english)}", re.IGNORECASE)
        return any(after.match(text, match.end()) for match in self.places(text))


def introduced(terms, names, root=ROOT):
    """Return where the book introduces each term, in each language.

    That is the section of the Chinese edition that gives the English word in
    brackets; else, on the first page with the term after the overview, the
    section that has it in bold or in its heading; else the first with it.
    Sections with the term in both editions go before those of one alone, in
    which the word may mean something else.

    Parameters
    ----------
    terms : list of Term
    names : list of str
        The pages in the order of the book.
    root : pathlib.Path

    Returns
    -------
    dict of str to dict of str to Place
        By language and English term; what no page says is left out.
    """
    codes = (ORIGINAL, CHINESE)
    texts = {
        code: {
            Place(page, number): text
            for page in names
            if page not in UNREAD
            for number, text in enumerate(sections(page_of(code, page, root).source))
        }
        for code in codes
    }
    words = {
        code: {term.english: ASIDE.sub("", term[number]) for term in terms}
        for number, code in enumerate(codes)
    }
    found = {code: {} for code in codes}
    for term in terms:
        finders, said = {}, {}
        for code in codes:
            word = words[code][term.english]
            for others in (words[code].values(), ()):
                finders[code] = Finder(word, others)
                said[code] = [
                    p for p, t in texts[code].items() if finders[code].places(t)
                ]
                if said[code]:
                    break
        both = [place for place in said[ORIGINAL] if place in said[CHINESE]]
        for code in codes:
            glossed = [
                place
                for place in said[CHINESE]
                if place in said[code]
                and place.page != OVERVIEW
                and finders[CHINESE].glossed(
                    texts[CHINESE][place], words[ORIGINAL][term.english]
                )
            ]
            first = first_taught(both or said[code], texts[ORIGINAL])
            marked = [
                place
                for place in first
                if any(finders[c].marked(texts[c].get(place, "")) for c in codes)
            ]
            for place in (glossed + marked + first)[:1]:
                found[code][term.english] = place
    return found


def first_taught(places, texts):
    """Return those on the first page, without what only sums up if it can be."""
    found = [p for p in places if texts[p].splitlines()[0] not in CLOSING] or places
    found = [place for place in found if place.page != OVERVIEW] or found
    return [place for place in found if place.page == found[0].page]
