"""The page of the terms: TERMINOLOGY.md as a table, with links into the book.

In a page, in MyST::

    ```{nin-terms}
    ```
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from booktools.files import ROOT
from booktools.languages import ORIGINAL
from booktools.rules.pages import listed_pages
from booktools.terms import introduced, read_terms
from nin_languages import language_of, read_languages

MARK = "nin-terms"  # in the metadata of a page with the table


class Table(nodes.General, nodes.Element):
    """Stands where the table will stand when all pages have been read."""


class Terms(SphinxDirective):
    """The directive."""

    def run(self):
        """Return what is filled in later, from pages not yet read."""
        self.env.metadata[self.env.docname][MARK] = True
        self.env.note_dependency(str(ROOT / "TERMINOLOGY.md"))
        return [Table()]


def renew(app, env):
    """Write the page each time: a section that it names may have moved."""
    return [name for name, data in env.metadata.items() if MARK in data]


def fill(app, doctree, docname):
    """Put the table into its place."""
    for place in list(doctree.findall(Table)):
        place.replace_self(table(app, docname))


def table(app, docname):
    """Return the table as seen from a page."""
    language = language_of(app) or ORIGINAL
    heads = read_languages()[language]["terms"]
    terms = read_terms()
    links = introduced(terms, listed_pages(ROOT))[language]
    if language == ORIGINAL:
        rows = [(t.english, t.ours, *t.editions, t.english) for t in terms]
    else:  # GB 18030 has the common characters in the order of their sounds
        terms.sort(key=lambda term: term.ours.encode("gb18030"))
        rows = [(t.ours, t.english, *t.editions, t.english) for t in terms]
    found = nodes.table(classes=["terms"])
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=1) for head in heads]
    group += nodes.thead("", row(nodes.Text(head) for head in heads))
    group += nodes.tbody(
        "",
        *(
            row([*map(nodes.Text, words), link(app, docname, links.get(english))])
            for *words, english in rows
        ),
    )
    found += group
    return found


def row(cells):
    """Return a row of a table."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", c)) for c in cells))


def link(app, docname, place):
    """Return a link to a section, under its number or its title."""
    if place is None:
        return nodes.Text("")
    target = docname.rpartition("/")[0]
    target = f"{target}/{place.page}".lstrip("/")
    found = list(app.env.get_doctree(target).findall(nodes.section))[place.number]
    title = found[0].astext()
    anchor = "" if place.number == 0 else found["ids"][0]
    numbers = app.env.toc_secnumbers.get(target, {}).get(anchor and f"#{anchor}")
    words = ".".join(map(str, numbers)) if numbers else title
    return make_refnode(app.builder, docname, target, anchor, nodes.Text(words), title)


def setup(app):
    """Connect the hooks."""
    app.add_node(Table)
    app.add_directive(MARK, Terms)
    app.connect("env-updated", renew)
    app.connect("doctree-resolved", fill)
