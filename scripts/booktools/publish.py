"""Put the site together: the built pages and the one at the root."""

import html
import shutil

from booktools.files import ROOT, pages, template, write_text
from booktools.languages import languages
from booktools.policy import HEADERS, with_policy

BUILD = ROOT / "_build"
EDITIONS = BUILD / "editions"  # made by `make pdf` and `make epub`


def publish():
    """Replace _build/html by the pages that were just built."""
    site, new, old = (BUILD / name for name in ("html", "html.new", "html.old"))
    found = languages()
    shutil.rmtree(new, ignore_errors=True)
    for language, words in found.items():
        shutil.copytree(
            BUILD / "sphinx" / language / "html",
            new / language,
            ignore=shutil.ignore_patterns(".buildinfo*", "_edition.html"),
        )
        offer_editions(new / language, language, words["editions"])
    write_text(new / "index.html", entry_page(found))
    for page in new.rglob("*.html"):
        if "_static" not in page.parts:
            text = page.read_text(encoding="utf-8")
            try:
                page.write_text(with_policy(text), encoding="utf-8")
            except ValueError as error:
                raise SystemExit(f"{page.relative_to(new)}: {error}") from None
    write_text(new / "_headers", HEADERS)
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    new.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def entry_page(found):
    """Return the root page for these languages, the default one first.

    It follows the reader's last choice, else the languages of the browser;
    without JavaScript it offers all of them.
    """
    alternates = [
        f'<link rel="alternate" hreflang="{w["tag"]}" href="{code}/index.html">'
        for code, w in found.items()
    ]
    links = [
        f'<p lang="{w["tag"]}">{html.escape(w["title"])}<br>'
        f'<a href="{code}/index.html" hreflang="{w["tag"]}">'
        f"{html.escape(w['open'])}</a></p>"
        for code, w in found.items()
    ]
    return template(
        "root.html",
        titles=html.escape(" · ".join(w["title"] for w in found.values())),
        alternates="\n".join(alternates),
        codes=list(found),
        links="\n".join(links),
    )


def offer_editions(folder, language, words):
    """Link the PDF and the EPUB on the first page, if they are of today."""
    read = BUILD / "sphinx" / language / "doctrees"  # HTML is written more often
    newest = max(
        (read / f"{page.name}.doctree").stat().st_mtime for page in pages(language)
    )
    links = []
    for kind in ("pdf", "epub"):
        edition = EDITIONS / f"nin-{language}.{kind}"
        if edition.exists() and edition.stat().st_mtime >= newest:
            shutil.copy2(edition, folder)
            size = f"{edition.stat().st_size / 1e6:.1f} MB"
            links.append(
                f'<a href="{edition.name}" download>{kind.upper()}</a> ({size})'
            )
    if links:
        line = f'<p class="nin-editions">{html.escape(words)} {", ".join(links)}</p>'
        index = folder / "index.html"
        text = index.read_text(encoding="utf-8")
        head, end, rest = text.rpartition("</h1>")
        index.write_text(f"{head}{end}\n{line}{rest}", encoding="utf-8")
