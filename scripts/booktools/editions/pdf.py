"""The PDF of a language: all pages printed as one by Chromium."""

import html

from nin_utils.files import replaced

from booktools.browser import chromium
from booktools.editions import chapters, folder_of, path_of, words_of
from booktools.files import template

# Each span would be an element of the PDF. Of the colours of code only those
# of keywords, strings and comments stay.
PLAIN = "pre span:not(.k, .kn, .s2, .c1), span.pre, span.std-ref"
FOOTER = (
    '<div style="font-size: 8pt; text-align: center; width: 100%">'
    '<span class="pageNumber"></span></div>'
)


def place(page, anchor):
    """Return the address of a place in the one long page."""
    return f"#{anchor or f'{page}--top'}"


def long_page(language):
    """Return all pages of a language as one."""
    words = words_of(language)
    found = chapters(language, place)
    for chapter in found:
        chapter.article["id"] = f"{chapter.name}--top"
        for span in chapter.article.select(PLAIN):
            span.unwrap()
    entries = "".join(
        f'<li><a href="{place(c.name, "")}">{html.escape(c.title)}</a></li>'
        for c in found
    )
    static = folder_of(language) / "_static"
    styles = [
        *(static / "styles").glob("*.css"),
        *static.glob("*.css"),
        static / "katex" / "katex.min.css",
    ]
    return template(
        "editions/pdf.html",
        tag=words["tag"],
        title=html.escape(words["title"]),
        author=html.escape(words["author"]),
        styles="\n".join(
            f'<link rel="stylesheet" href="{s.relative_to(static.parent)}">'
            for s in sorted(styles, key=lambda s: s.name == "nin.css")
        ),
        contents=words["contents"],
        entries=entries,
        articles="\n".join(str(c.article) for c in found),
    )


def make(language):
    """Print the PDF; return where it is."""
    path = path_of(language, "pdf")
    source = folder_of(language) / "_edition.html"
    source.write_text(long_page(language), encoding="utf-8")
    try:
        with chromium() as browser, replaced(path) as part:
            page = browser.new_page()
            page.set_default_timeout(300_000)
            page.goto(source.as_uri(), wait_until="load")
            page.pdf(
                path=part,
                prefer_css_page_size=True,
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOTER,
                tagged=True,  # for screen readers
            )
    finally:
        source.unlink()
    return path
