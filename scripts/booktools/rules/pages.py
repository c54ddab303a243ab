"""Rules on the pages: table of contents, labels, pictures."""

import re

import yaml

PREFIXES = ("sec-", "fig-", "eq-", "ex-")

# (sec-x)=   |   $$ (eq-x)   |   :name: fig-x, :label: ex-x   |   {#sec-x}
LABEL = re.compile(
    r"^\((?P<target>[^)\s]+)\)=\s*$"
    r"|^\s*\$\$\s*\((?P<equation>[^)\s]+)\)\s*$"
    r"|^\s*:(?:name|label):\s*(?P<option>\S+)\s*$"
    r"|^\s+name:\s*(?P<figure>(?!python3)\S+)\s*$"
    r"|\{#(?P<attribute>[^}\s]+)[^}]*\}"
)


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
    """Yield (line number, kind, label) for every label of a page."""
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        for match in LABEL.finditer(line):
            yield number, match.lastgroup, match[match.lastgroup]


def label_problems(root, language):
    """Yield labels with a wrong prefix, and labels defined twice."""
    first = {}
    for path in sorted((root / "book" / language).glob("*.md")):
        for number, kind, label in labels(path):
            place = f"{path.relative_to(root)}, line {number}"
            prefixes = ("eq-",) if kind == "equation" else PREFIXES
            if not label.startswith(prefixes):
                yield (
                    f"{place}: the label {label} must begin with "
                    f"{' or '.join(prefixes)}"
                )
            if label in first:
                yield (
                    f"{place}: the label {label} was already given in {first[label]}"
                )
            first.setdefault(label, place)


def picture_problems(root, language):
    """Yield pictures in the text that have no alternative text."""
    figure = re.compile(
        r"^(?P<fence>:{3,}|`{3,})\{(?:figure|image)\}.*?^(?P=fence)\s*$",
        re.MULTILINE | re.DOTALL,
    )
    empty = re.compile(r"!\[\s*\]\(")
    for path in sorted((root / "book" / language).glob("*.md")):
        text = path.read_text(encoding="utf-8")
        found = list(empty.finditer(text))
        found += [m for m in figure.finditer(text) if ":alt:" not in m[0]]
        for match in found:
            number = text.count("\n", 0, match.start()) + 1
            yield (
                f"{path.relative_to(root)}, line {number}: the picture has "
                "no alternative text"
            )
