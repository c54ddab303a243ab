"""The EPUB of a language: the built pages as chapters of one e-book."""

import datetime
import html
import uuid
import zipfile
from pathlib import Path

from nin_utils.files import replaced

from bs4 import BeautifulSoup

from booktools.editions import chapters, folder_of, path_of, words_of
from booktools.files import template

TYPES = {
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
}
ATTRIBUTES = {"id", "class", "href", "src", "alt", "lang", "start"}
ATTRIBUTES |= {"colspan", "rowspan"}
WIDE = 7  # columns of a table that gets small letters
NAMESPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122


def place(page, anchor):
    """Return the address of a place in the e-book."""
    return f"{page}.xhtml" + (f"#{anchor}" if anchor else "")


def simplify(article):
    """Keep of a chapter what e-books know; mathematics becomes MathML."""
    for tag in article.select(".katex"):
        tag.replace_with(tag.find("math"))
    for tag in article.select("p:has(> ul, > ol, > dl, > div, > pre)"):
        tag.name = "div"  # what XHTML forbids
    for tag in article.find_all("annotation"):
        tag.decompose()
    for tag in article.find_all("table"):
        if len(tag.tr.find_all(["td", "th"])) >= WIDE:
            tag["class"] = [*tag.get("class", []), "wide"]
    for tag in article.find_all(True):
        if tag.name != "math" and not tag.find_parent("math"):
            tag.attrs = {k: v for k, v in tag.attrs.items() if k in ATTRIBUTES}


def pictures(article, folder):
    """Yield the files of the pictures; name them as in the e-book."""
    for tag in article.find_all("img"):
        path = folder / tag["src"]
        tag["src"] = f"images/{path.name}"
        yield path


def navigation(title, words, found):
    """Return the table of contents that every e-book has."""
    entries = "".join(
        f'<li><a href="{place(c.name, "")}">{html.escape(c.title)}</a></li>'
        for c in found
    )
    body = f'<nav epub:type="toc"><h1>{words["contents"]}</h1><ol>{entries}</ol></nav>'
    return template("editions/chapter.xhtml", tag=words["tag"], title=title, body=body)


def make(language):
    """Write the EPUB; return where it is."""
    words = words_of(language)
    title, tag = html.escape(words["title"]), words["tag"]
    found = chapters(language, place)
    files, images = {"book.css": template("editions/epub.css")}, {}
    files["nav.xhtml"] = navigation(title, words, found)
    for chapter in found:
        simplify(chapter.article)
        for path in pictures(chapter.article, folder_of(language)):
            images[f"images/{path.name}"] = path
        body = BeautifulSoup(str(chapter.article), "html.parser")
        files[f"{chapter.name}.xhtml"] = template(
            "editions/chapter.xhtml",
            tag=tag,
            title=html.escape(chapter.title),
            body=body.decode(formatter="minimal"),
        )
    path = path_of(language, "epub")
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [c.name for c in found]
    now = datetime.datetime.now(datetime.timezone.utc)
    package = template(
        "editions/package.opf",
        tag=tag,
        title=title,
        author=html.escape(words["author"]),
        uuid=uuid.uuid5(NAMESPACE, f"{title} {language}"),
        now=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        items="".join(item(n, files.get(n, "")) for n in [*files, *images]),
        spine="".join(
            f'<itemref idref="{ident(n)}"/>'
            for n in ("nav.xhtml", *(f"{name}.xhtml" for name in names))
        ),
    )
    with (
        replaced(path) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", template("editions/container.xml"))
        book.writestr("book/book.opf", package)
        for name, text in files.items():
            book.writestr(f"book/{name}", text)
        for name, image in images.items():
            book.write(image, f"book/{name}")
    return path


def ident(name):
    """Return the identifier of a file in the list of all."""
    return "f-" + name.replace("/", "-")


def item(name, text):
    """Return the entry of a file in the list of all."""
    properties = ' properties="nav"' if name == "nav.xhtml" else ""
    if "<math" in text:
        properties = ' properties="mathml"'
    kind = TYPES[Path(name).suffix]
    return f'<item id="{ident(name)}" href="{name}" media-type="{kind}"{properties}/>'
