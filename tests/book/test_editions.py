"""The PDF and the EPUB, made from pages as small as they can be."""

import io
import zipfile
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from booktools import editions
from booktools.editions import epub, pdf
from booktools.policy import with_policy

PAGE = """<html><head><meta charset="utf-8"></head><body>
<article class="bd-article"><section id="{name}"><h1>Title {name}
<a class="headerlink" href="#x">#</a></h1>
<p><span class="pre">See</span> <a href="b.html#b">there</a>,
<a href="#{name}">here</a>,
<a href="https://example.org/">outside</a>, <a href="x.ipynb">a file</a>.
<span class="katex"><span class="katex-mathml"><math
xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></span>
<span class="katex-html">x</span></span></p>
<details class="sd-dropdown"><summary>Solution</summary><p>folded &lt;</p>
</details><button onclick="a()">Press</button>
<nin-canvas role="group"><p>still</p></nin-canvas></section></article>
</body></html>"""


@pytest.fixture
def built(tmp_path, monkeypatch):
    for name in "ab":
        page = tmp_path / f"{name}.html"
        page.write_text(PAGE.format(name=name), encoding="utf-8")
    (tmp_path / "_static" / "katex").mkdir(parents=True)
    (tmp_path / "_static" / "katex" / "katex.min.css").write_text("")
    for module in (editions, pdf, epub):
        monkeypatch.setattr(module, "folder_of", lambda language: tmp_path)
    monkeypatch.setattr(editions, "listed_pages", lambda root: ["a", "b"])
    words = {"tag": "en-GB", "title": "T & T", "author": "A", "contents": "C"}
    for module in (pdf, epub):
        monkeypatch.setattr(module, "words_of", lambda language: words)
        monkeypatch.setattr(
            module, "path_of", lambda language, kind: tmp_path / f"x.{kind}"
        )
    return tmp_path


def test_long_page_holds_all_in_order_and_open(built):
    text = pdf.long_page("en")
    assert '<html lang="en-GB" data-theme="light">' in text
    assert text.index("Title a") < text.index("Title b")
    assert text.count("folded &lt;") == 2 and "<details" not in text
    assert 'href="#b--b"' in text and 'id="b--b"' in text
    assert 'href="#a--top"' in text and 'id="a--top"' in text
    assert "Press" not in text and "x.ipynb" not in text
    assert 'href="https://example.org/"' in text
    assert "T &amp; T" in text
    with_policy(text)  # no script in an attribute


def test_pdf_has_clickable_contents_and_tags(built):
    content = pdf.make("en").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/Dest" in content and b"/StructTreeRoot" in content
    assert not (built / "_edition.html").exists()


@pytest.mark.parametrize("columns, wide", [(6, []), (7, ["wide"])])
def test_wide_tables_get_small_letters(columns, wide):
    table = f"<table><tr>{columns * '<th>x</th>'}</tr></table>"
    article = BeautifulSoup(table, "html.parser")
    epub.simplify(article)
    assert article.table.get("class", []) == wide


def test_epub_is_well_formed_and_complete(built):
    content = epub.make("en").read_bytes()
    book = zipfile.ZipFile(io.BytesIO(content))
    assert book.namelist()[0] == "mimetype"
    assert content[30:58] == b"mimetypeapplication/epub+zip"
    texts = {}
    for name in book.namelist():
        if name.endswith((".xhtml", ".opf", ".xml")):
            texts[name] = book.read(name).decode()
            ElementTree.fromstring(texts[name])
    package = texts["book/book.opf"]
    for name in ("a.xhtml", "b.xhtml", "nav.xhtml"):
        assert f'href="{name}"' in package and f"book/{name}" in texts
    first = texts["book/a.xhtml"]
    assert 'href="b.xhtml#b--b"' in first and 'id="a--a"' in first
    assert "<mi>x</mi>" in first and "katex-html" not in first
    assert "onclick" not in first and "<nin-" not in first
