"""The EPUB of a language: the built pages as chapters of one e-book."""

import datetime
import html
import uuid
import zipfile
from pathlib import Path

from bs4 import BeautifulSoup

from booktools.editions import chapters, folder_of, path_of, words_of

CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0"
 xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book/book.opf"
 media-type="application/oebps-package+xml"/></rootfiles></container>
"""
XHTML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"
 xmlns:epub="http://www.idpf.org/2007/ops" lang="{tag}" xml:lang="{tag}">
<head><title>{title}</title>
<link rel="stylesheet" type="text/css" href="book.css"/></head>
<body>{body}</body></html>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"
 unique-identifier="id" xml:lang="{tag}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{uuid}</dc:identifier>
<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>
<dc:language>{tag}</dc:language>
<meta property="dcterms:modified">{now}</meta></metadata>
<manifest>{items}</manifest>
<spine>{spine}</spine></package>
"""
STYLE = """
img { max-width: 100%; }
pre { font-size: 0.8em; white-space: pre-wrap; }
table { border-collapse: collapse; font-size: 0.9em; }
th, td { border: 1px solid #999; padding: 0.2em 0.4em; }
.admonition, .sd-card { border-left: 3px solid #999; padding-left: 0.8em; }
.admonition-title, .edition-summary { font-weight: bold; }
.cell_input pre { border: 1px solid #999; padding: 0.4em; }
figcaption { font-size: 0.9em; }
.eqno { float: right; }
"""
TYPES = {
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
}
ATTRIBUTES = {"id", "class", "href", "src", "alt", "lang", "start"}
ATTRIBUTES |= {"colspan", "rowspan"}
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
    return XHTML.format(tag=words["tag"], title=title, body=body)


def make(language):
    """Write the EPUB; return where it is."""
    words = words_of(language)
    title, tag = html.escape(words["title"]), words["tag"]
    found = chapters(language, place)
    files, images = {"book.css": STYLE}, {}
    files["nav.xhtml"] = navigation(title, words, found)
    for chapter in found:
        simplify(chapter.article)
        for path in pictures(chapter.article, folder_of(language)):
            images[f"images/{path.name}"] = path
        body = BeautifulSoup(str(chapter.article), "html.parser")
        files[f"{chapter.name}.xhtml"] = XHTML.format(
            tag=tag,
            title=html.escape(chapter.title),
            body=body.decode(formatter="minimal"),
        )
    path = path_of(language, "epub")
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [c.name for c in found]
    now = datetime.datetime.now(datetime.timezone.utc)
    package = PACKAGE.format(
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
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", CONTAINER)
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
