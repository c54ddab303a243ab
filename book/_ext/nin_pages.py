"""What the book does to its pages: notebooks, descriptions, less weight."""

import html
import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.locale import _

from booktools.files import ROOT

MAX_DESCRIPTION = 160  # letters
UNTITLED = {  # only their templates know, by these words of Sphinx
    "genindex": "Index",
    "py-modindex": "Python Module Index",
    "search": "Search",
}
MISLABELLED = '<summary aria-label="Toggle hidden content">'
THEBE = re.compile(
    r"<script>kernelName = [^<]*</script>"
    r'|<script type="text/x-thebe-config">.*?</script>',
    re.DOTALL,
)


def notebook_of(app, docname):
    """Return where the notebook of a page belongs.

    It is notebooks/en/x.ipynb for book/en/x.md, and need not exist.
    """
    source = Path(app.env.doc2path(docname)).resolve()
    relative = source.relative_to(ROOT / "book").with_suffix(".ipynb")
    return ROOT / "notebooks" / relative


def offer_notebook(app, pagename, templatename, context, doctree):
    """Name the notebook that the theme's download button delivers."""
    if doctree is not None and notebook_of(app, pagename).exists():
        context["ipynb_source"] = f"{pagename}.ipynb"


def point_launch_buttons(app, pagename, templatename, context, doctree):
    """Open the notebook on Colab, not the .md file that Colab cannot read."""
    if doctree is None:
        return
    source = Path(app.env.doc2path(pagename)).resolve().relative_to(ROOT)
    target = notebook_of(app, pagename).relative_to(ROOT)
    for group in context.get("header_buttons", []):
        if group.get("label") == "launch-buttons":
            for button in group["buttons"]:
                button["url"] = button["url"].replace(
                    source.as_posix(), target.as_posix()
                )


def follow_notebook(app, doctree):
    """Write a page anew when its notebook, hence its outputs, changed."""
    docname = app.env.docname
    if "kernelspec" in app.env.metadata[docname]:
        app.env.note_dependency(str(notebook_of(app, docname)))


def copy_notebooks(app, exception):
    """Put each committed notebook where its download button points."""
    if exception or app.builder.format != "html":
        return
    for docname in app.env.found_docs:
        notebook = notebook_of(app, docname)
        if notebook.exists():
            copy = Path(app.outdir, "_sources", f"{docname}.ipynb")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebook, copy)


def describe(app, pagename, templatename, context, doctree):
    """Give search engines a description of the page.

    It is the `description` of the front matter's `myst: html_meta:`, else
    the first paragraph; of a chapter that is its question.
    """
    if 'name="description"' in context.get("metatags", ""):
        return
    title = context.get("title") or _(UNTITLED.get(pagename, pagename))
    text = f"{title}: {app.config.project}"
    if doctree is not None:
        text = shortened(first_words(doctree)) or text
    context["metatags"] = (
        context.get("metatags", "")
        + f'<meta name="description" content="{html.escape(text)}" />\n'
    )


def first_words(doctree):
    """Return the first paragraph of a page, without its bold beginning."""
    for paragraph in doctree.findall(nodes.paragraph):
        parts = list(paragraph.children)
        if len(parts) > 1 and isinstance(parts[0], nodes.strong):
            parts = parts[1:]
        text = "".join(part.astext() for part in parts)
        return " ".join(text.split()).lstrip("：: ")
    return ""


def shortened(text):
    """Cut a text to what search engines show: Chinese is twice as wide."""
    widths = [1 + (ord(letter) >= 0x2E80) for letter in text]
    if sum(widths) <= MAX_DESCRIPTION:
        return text
    end = next(i for i in range(len(text)) if sum(widths[:i]) > MAX_DESCRIPTION - 3)
    words = text[:end].rsplit(" ", 1)
    return (words[0] if len(words[-1]) < 20 else text[:end]) + " …"


def mend(app, pagename, templatename, context, doctree):
    """Mend what the extensions write into the text of a page.

    A label in English that is not what is written there, and the settings of
    sphinx-thebe, which is not loaded.
    """
    body = context.get("body", "").replace(MISLABELLED, "<summary>")
    context["body"] = THEBE.sub("", body)


def drop_thebe(app, pagename, templatename, context, doctree):
    """Leave out sphinx-thebe, which Jupyter Book loads on every page."""

    def is_thebe(asset):
        body = asset.attributes.get("body") or ""
        return "THEBE" in body or "sphinx-thebe" in str(asset.filename)

    for kind in ("script_files", "css_files"):
        assets = context.get(kind, [])
        context[kind] = [a for a in assets if not is_thebe(a)]


def lighten(app, exception):
    """Drop dead weight from the finished site.

    The theme's fontawesome.js (500 kB) only doubles the icon fonts, source
    maps and .ttf twins of .woff2 fonts are never asked for by a browser.
    """
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    script = static / "scripts" / "fontawesome.js"
    script.write_text("/* the icons come from the web fonts */\n")
    for pattern in ("*.map", "vendor/fontawesome/webfonts/*.ttf"):
        for path in list(static.rglob(pattern)):
            path.unlink()


def setup(app):
    """Connect the hooks; the theme's own run at priority 500 and later."""
    app.add_js_file("page.js", loading_method="defer")
    app.connect("doctree-read", follow_notebook)
    app.connect("html-page-context", offer_notebook, priority=100)
    app.connect("html-page-context", point_launch_buttons, priority=900)
    app.connect("html-page-context", describe, priority=900)
    app.connect("html-page-context", mend, priority=900)
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("build-finished", copy_notebooks)
    app.connect("build-finished", lighten, priority=900)
