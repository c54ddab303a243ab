"""Rules on the pages: table of contents, labels, pictures."""

import re

import yaml

from booktools.portable import ANCHOR

EMPTY = re.compile(r"!\[\s*\]\(")  # a picture without words
PREFIXES = ("sec-", "eq-", "ex-")


def toc_entries(toc):
    """Yield every file named in a table of contents, with its folder."""
    if isinstance(toc, list):
        for entry in toc:
            yield from toc_entries(entry)
    elif isinstance(toc, dict):
        for key, value in toc.items():
            if key in ("root", "file"):
                yield value
            else:
                yield from toc_entries(value)


def listed_pages(root):
    """Return the names of all pages in the order of _toc.yml."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [entry.rsplit("/", 1)[-1] for entry in toc_entries(toc)]


def toc_problems(root, language):
    """Yield pages that are missing in _toc.yml, or named and not there.

    _toc.yml names the English pages; the other languages have the same.
    """
    listed = listed_pages(root)
    folder = root / "book" / language
    there = {path.stem for path in folder.glob("*.md")}
    for name in listed:
        if name not in there:
            yield f"_toc.yml: there is no book/{language}/{name}.md"
        if listed.count(name) > 1:
            yield f"_toc.yml: {name} is listed more than once"
    for name in sorted(there - set(listed)):
        yield f"book/{language}/{name}.md: _toc.yml does not list it"


def labels(path):
    """Yield (line number, label) for every anchor of a page."""
    text = path.read_text(encoding="utf-8")
    for match in ANCHOR.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match["label"]


def label_problems(root, language):
    """Yield labels with a wrong prefix, and labels defined twice."""
    first = {}
    for path in sorted((root / "book" / language).glob("*.md")):
        for number, label in labels(path):
            place = f"{path.relative_to(root)}, line {number}"
            if not label.startswith(PREFIXES):
                yield (
                    f"{place}: the label {label} must begin with "
                    f"{' or '.join(PREFIXES)}"
                )
            if label in first:
                yield (
                    f"{place}: the label {label} was already given in {first[label]}"
                )
            first.setdefault(label, place)


def picture_problems(root, language):
    """Yield pictures in the text that have no alternative text."""
    for path in sorted((root / "book" / language).glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for match in EMPTY.finditer(text):
            number = text.count("\n", 0, match.start()) + 1
            yield (
                f"{path.relative_to(root)}, line {number}: the picture has "
                "no alternative text"
            )
