"""Portable Markdown in the pages' dress: boxes, figures, widgets, links."""

from pathlib import PurePath

from docutils import nodes

from booktools.languages import languages
from booktools.portable import for_builder

WARNING = "⚠ "
# begins what the reader is asked to guess
PREDICT = {words["predict"] for words in languages().values()}


def translate(app, docname, source):
    """Give the builder its own targets and links."""
    source[0] = for_builder(source[0])


def dress(app, doctree):
    """Make boxes, figures with a caption, and strips of what is asked."""
    for quote in list(doctree.findall(nodes.block_quote)):
        if quote.children and only(quote[0], nodes.strong) is not None:
            quote.replace_self(box(quote))
    for parent in list(doctree.findall(nodes.section)):
        held = list(parent.children)  # they change on the way
        for paragraph, following in zip(held, held[1:]):
            image, words = only(paragraph, nodes.image), only(following, nodes.emphasis)
            if image is not None and words is not None:
                caption = nodes.caption("", "", *words.children)
                parent.remove(following)
                name = f"fig-{PurePath(image['uri']).stem}"
                figure = nodes.figure("", image, caption, ids=[name])
                parent.replace(paragraph, figure)

    for strong in doctree.findall(nodes.strong):
        if strong.astext().rstrip(".。") in PREDICT:
            strong.parent["classes"].append("predict")


def only(node, kind):
    """Return the one thing that a paragraph holds, if it is of this kind."""
    if not isinstance(node, nodes.paragraph):
        return None
    held = [c for c in node if not isinstance(c, nodes.Text) or c.strip()]
    return held[0] if len(held) == 1 and isinstance(held[0], kind) else None


def box(quote):
    """Return the admonition that a block quote with a bold head stands for."""
    title = quote[0].astext()
    kind = "warning" if title.startswith(WARNING) else "note"
    if kind == "note" and not any(quote.document.findall(nodes.admonition)):
        kind = "tip"  # the first box of a page says what the page is about
    head = nodes.title("", title.removeprefix(WARNING))
    return nodes.admonition("", head, *quote[1:], classes=[kind])


def setup(app):
    """Connect the hooks."""
    app.connect("source-read", translate)
    app.connect("doctree-read", dress)
