"""Rules on what the pages cite: the list of references knows it all.

A work is cited as ``[Lin et al. (2014)](address)``; its entry stands in
references.md and, word for word, at the end of each chapter that cites it::

    - Lin, M., Chen, Q. and Yan, S. (2014). [Network In Network](address). ICLR.
"""

import re

from booktools.files import chapters, page_of

ENTRY = re.compile(r"^- .+ \(\d{4}\)\. \[.+\]\((?P<address>\S+?)\)\..*$", re.MULTILINE)
LINK = re.compile(r"\]\((?P<address>https?://[^)\s]+)\)")


def reference_problems(root, language):
    """Yield works that a chapter does not list, lists uncited or lists twice."""
    references = page_of(language, "references", root).source
    if not references.exists():  # a book of the tests
        return
    known = entries(references)
    unused = dict(known)
    for page in chapters(language, root):
        name = page.source.relative_to(root)
        listed = entries(page.source)
        text = page.source.read_text(encoding="utf-8")
        lines = [match[0] for match in ENTRY.finditer(text)]
        for entry in sorted({line for line in lines if lines.count(line) > 1}):
            yield f"{name}: it lists this twice: {entry}"
        text = ENTRY.sub("", text)
        cited = {match["address"] for match in LINK.finditer(text)} & known.keys()
        for address in sorted(cited - listed.keys()):
            yield f"{name}: it cites {address} and does not list it at its end"
        for address in sorted(listed.keys() - cited):
            yield f"{name}: it lists {address} and does not cite it"
        for address, entry in listed.items():
            if known.get(address) != entry:
                yield f"{name}: references.md does not have the line {entry}"
        for address in listed.keys() | cited:
            unused.pop(address, None)
    lab = entries(page_of(language, "lab", root).source)
    for address in sorted(unused.keys() - lab.keys()):
        yield f"{references.relative_to(root)}: no page cites {address}"


def entries(path):
    """Return the lines of a page that name a work, by its address."""
    text = path.read_text(encoding="utf-8")
    return {match["address"]: match[0] for match in ENTRY.finditer(text)}
