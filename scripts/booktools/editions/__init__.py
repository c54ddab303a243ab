"""What the PDF and the EPUB share: the text of the built pages, in order."""

import importlib
import re
from typing import NamedTuple

import yaml
from bs4 import BeautifulSoup

from booktools.alone import alone
from booktools.files import ROOT
from booktools.languages import languages
from booktools.publish import EDITIONS, publish
from booktools.rules.pages import listed_pages

BUILT = ROOT / "_build" / "sphinx"
MOST = 10_000_000  # bytes, of each file

# What only does something on a page of the site.
INTERACTIVE = (
    ".headerlink, .lab-set, .viewcode-link, button, script, noscript, "
    "style, details.hide > summary"
)


@alone()
def make(kind):
    """Make the "pdf" or "epub" of all languages and link them in the site."""
    edition = importlib.import_module(f"booktools.editions.{kind}")
    for language in languages():
        path = edition.make(language)
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}: {size / 1e6:.1f} MB", flush=True)
        if size > MOST:
            path.unlink()  # else the site would link it
            raise SystemExit(f"{path}: {size:,} bytes, more than {MOST:,}")
    publish()


class Chapter(NamedTuple):
    """A page of the site, without all that surrounds its text."""

    name: str  # 05_gap
    title: str
    article: object  # bs4.Tag


def path_of(language, kind):
    """Return where an edition is made: _build/editions/nin-en.pdf."""
    return EDITIONS / f"nin-{language}.{kind}"


def words_of(language):
    """Return what book/languages.yml says of a language, and an author."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    return {"author": config["author"], **languages()[language]}


def folder_of(language):
    """Return the folder of a language's built pages."""
    return BUILT / language / "html"


def chapters(language, place):
    """Return all pages in the order of _toc.yml, ready for one file.

    Parameters
    ----------
    language : str
    place : callable
        Gives the address, within the edition, of (page, anchor or "").
    """
    names = listed_pages(ROOT)
    found = []
    for name in names:
        page = folder_of(language) / f"{name}.html"
        soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
        article = soup.find("article", class_="bd-article")
        clean(article)
        link(article, name, names, place)
        title = article.find("h1").get_text(" ", strip=True)
        found.append(Chapter(name, title, article))
    return found


def clean(article):
    """Open what is folded, leave out what only works on the site."""
    for tag in article.select(INTERACTIVE):
        tag.decompose()
    for tag in article.find_all("details"):
        summary = tag.find("summary")
        if summary:
            summary.name, summary["class"] = "p", ["edition-summary"]
            for icon in summary.find_all("svg"):
                icon.decompose()
        tag.name = "div"
    for tag in article.find_all(re.compile("^nin-")):
        tag.unwrap()


def link(article, name, names, place):
    """Point links within the book into the edition; drop the others' anchors.

    Identifiers become unique in the whole book: the page's name and their
    own.
    """
    for tag in article.find_all(id=True):
        tag["id"] = f"{name}--{tag['id']}"
    for tag in article.find_all(["a", "area"], href=True):
        target, _, anchor = tag["href"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        page = target.removeprefix("./").removesuffix(".html") or name
        if page in names:
            tag["href"] = place(page, f"{page}--{anchor}" if anchor else "")
        else:
            tag.unwrap()  # a download, the source of a function
