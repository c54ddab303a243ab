"""The PDF of a language: all pages printed as one by Chromium."""

import html

from booktools.browser import chromium
from booktools.editions import chapters, folder_of, path_of, words_of

# Its folder is the one of the built pages: it uses their pictures and looks.
PAGE = """<!DOCTYPE html>
<html lang="{tag}" data-theme="light"><head><meta charset="utf-8">
<title>{title}</title><meta name="author" content="{author}">
{styles}
<style>
@page {{ size: A4; margin: 18mm 17mm 20mm; }}
html {{ font-size: 10.5pt; }}
body {{ background: #fff; }}
.edition-title {{ padding-top: 35vh; text-align: center; }}
.edition-contents li {{ list-style: none; margin: 0.5rem 0; }}
.edition-title, .edition-contents, article {{ break-after: page; }}
.edition-summary {{ font-weight: 600; }}
.bd-article pre {{ font-size: 8pt; white-space: pre-wrap; }}
.bd-article {{ padding: 0; }}
h1, h2, h3, .edition-summary {{ break-after: avoid; }}
a {{ text-decoration: none; }}
img {{ max-height: 23cm; object-fit: contain; }}
</style></head>
<body><main>
<header class="edition-title"><p style="font-size: 28pt">{title}</p>
<p>{author}</p></header>
<nav class="edition-contents"><p style="font-size: 18pt">{contents}</p>
<ul>{entries}</ul></nav>
{articles}
</main></body></html>
"""
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
    return PAGE.format(
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
    path.parent.mkdir(parents=True, exist_ok=True)
    source = folder_of(language) / "_edition.html"
    source.write_text(long_page(language), encoding="utf-8")
    try:
        with chromium() as browser:
            page = browser.new_page()
            page.set_default_timeout(300_000)
            page.goto(source.as_uri(), wait_until="load")
            page.pdf(
                path=path,
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
