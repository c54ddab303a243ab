"""Put the site together from the pages that Sphinx built."""

import html
import shutil

from booktools.disk import write_text
from booktools.entry import entry_page, site_words
from booktools.files import ROOT, languages, pages
from booktools.policy import HEADERS, with_policy

BUILD = ROOT / "_build"
EDITIONS = BUILD / "editions"  # made by `make pdf` and `make epub`


def publish():
    """Replace _build/html by the pages that were just built."""
    site, new = BUILD / "html", BUILD / "html.new"
    shutil.rmtree(new, ignore_errors=True)
    for language in languages():
        shutil.copytree(
            BUILD / "sphinx" / language / "html",
            new / language,
            ignore=shutil.ignore_patterns(".buildinfo*"),
        )
        offer_editions(new / language, language)
    write_text(new / "index.html", entry_page(languages()))
    for page in new.rglob("*.html"):
        if "_static" not in page.parts:
            text = page.read_text(encoding="utf-8")
            page.write_text(with_policy(text), encoding="utf-8")
    write_text(new / "_headers", HEADERS)
    shutil.rmtree(site, ignore_errors=True)
    new.rename(site)


def offer_editions(folder, language):
    """Link the PDF and the EPUB on the first page, if they are of today."""
    built = BUILD / "sphinx" / language / "html"
    newest = max(
        (built / f"{page.name}.html").stat().st_mtime
        for page in pages(language)
    )
    links = []
    for kind in ("pdf", "epub"):
        edition = EDITIONS / f"nin-{language}.{kind}"
        if edition.exists() and edition.stat().st_mtime >= newest:
            shutil.copy2(edition, folder)
            size = f"{edition.stat().st_size / 1e6:.1f} MB"
            links.append(
                f'<a href="{edition.name}" download>{kind.upper()}</a> '
                f"({size})"
            )
    if links:
        words = html.escape(site_words()[language]["editions"])
        line = f'<p class="nin-editions">{words} {", ".join(links)}</p>'
        index = folder / "index.html"
        text = index.read_text(encoding="utf-8")
        head, end, rest = text.rpartition("</h1>")
        index.write_text(f"{head}{end}\n{line}{rest}", encoding="utf-8")
