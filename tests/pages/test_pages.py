"""Every built page, opened in a real browser.

They test _build/html as it stands (`make book`).
"""

from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup

from helpers import ROOT
from helpers.site import SITE, chapter_names, html_files, tour

MAX_BYTES = 600_000  # a chapter's page with all it loads, compressed
WIDTHS = (1280, 390)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_opens_well_and_asks_nothing_outside(site, browser, width):
    problems, names = [], html_files()
    assert "en/index.html" in names
    chapters = set(chapter_names())
    assert chapters < set(names)
    for name, one in tour(browser, site, names, width):
        problems += [f"{name}: {trouble}" for trouble in one.troubles]
        own = (site, "data:", "blob:")
        outside = [url for url in one.requests if not url.startswith(own)]
        problems += [f"{name}: request to {url}" for url in outside]
        scroll = one.page.evaluate("document.documentElement.scrollWidth")
        if scroll > width:
            problems.append(f"{name}: {scroll} px wide on {width} px")
        if name in chapters:
            problems += [f"{name}: {what}" for what in chapter_problems(one, name)]
    assert not problems, "\n".join(problems)


def chapter_problems(one, name):
    """Yield what is wrong with an open chapter."""
    page = one.page
    if one.transferred() > MAX_BYTES:
        yield f"{one.transferred()} bytes"
    lang = {"en": "en", "zh": "zh-CN"}[name.split("/")[0]]
    if page.locator("html").get_attribute("lang") != lang:
        yield "another language"
    description = page.locator("meta[name=description]").get_attribute("content")
    if len(description) <= 20:
        yield f"described as {description!r}"
    yield from page.evaluate(WRONG)


# What is wrong on a page: mathematics not set, pictures without words, fonts.
WRONG = """() => {
  const count = (css) => document.querySelectorAll(css).length;
  const fonts = [...document.fonts].filter((f) => f.status === "error");
  return Object.entries({
    "mathematics that was not set":
      count(".math") - count(".math .katex-html") + count(".katex-error"),
    "a picture without words": count("main img:not([alt]), main img[alt='']"),
    "a font that did not load": fonts.length,
  }).filter(([, number]) => number).map(([what]) => what);
}"""


@pytest.mark.parametrize("name", chapter_names())
def test_download_button_gives_the_notebook(site, name):
    soup = BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")
    button = soup.find("a", class_="btn-download-notebook-button")
    delivered = (SITE / name).parent / unquote(button["href"])
    nbformat.validate(nbformat.read(delivered, as_version=4))
    original = ROOT / "notebooks" / Path(name).with_suffix(".ipynb")
    assert delivered.read_bytes() == original.read_bytes()


def test_search_finds_receptive_field(site, visit):
    address = urljoin(site, "en/search.html?q=receptive+field")
    page = visit(address).page
    page.locator("#search-results li a").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_is_readable_in_both_modes(site, visit, scheme):
    one = visit(urljoin(site, chapter_names()[0]))
    one.page.emulate_media(color_scheme=scheme)
    one.page.reload()
    count, ratio = one.page.evaluate(LOWEST_CONTRAST)
    assert count > 20
    assert ratio >= 4.5, f"contrast {ratio:.2f}, at least 4.5 is legible"


# How many words of code are coloured, and the lowest WCAG contrast of one with
# its background.
LOWEST_CONTRAST = """() => {
  const rgb = c => c.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = c => rgb(c).map(v => v / 255).map(
      v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ratios = [];
  for (const pre of document.querySelectorAll('.cell_input pre')) {
    const back = light(getComputedStyle(pre).backgroundColor);
    for (const span of pre.querySelectorAll('span')) {
      const front = light(getComputedStyle(span).color);
      ratios.push((Math.max(front, back) + .05) /
                  (Math.min(front, back) + .05));
    }
  }
  return [ratios.length, Math.min(...ratios)];
}"""


@pytest.mark.parametrize(
    "name, figure, look",
    [
        ("en/05_gap.html", "img.maps", "brightness(0.85)"),
        ("en/05_gap.html", "img:not(.maps)", "invert(0.93) hue-rotate(180deg)"),
        ("en/index.html", "img.clear", "none"),
    ],
)
def test_figures_on_a_dark_page(site, visit, name, figure, look):
    page = visit(urljoin(site, name), color_scheme="dark").page
    found = page.locator(f".bd-article {figure}").first
    assert found.evaluate("e => getComputedStyle(e).filter") == look


def test_every_internal_link_leads_somewhere(site):
    anchors, links = {}, []
    for name in html_files():
        text = (SITE / name).read_text(encoding="utf-8")
        soup = BeautifulSoup(text, "html.parser")
        anchors[name] = {tag["id"] for tag in soup.find_all(id=True)}
        for tag in soup.find_all(["a", "link", "img", "script"]):
            url = tag.get("href") or tag.get("src")
            if url and not urlsplit(url).scheme:
                links.append((name, url))
    assert len(links) > 100
    broken = []
    for name, url in links:
        path, anchor = urldefrag(url)
        target = unquote(urlsplit(urljoin(name, path) or name).path)
        target = target or name
        exists = (SITE / target).is_file()
        if not exists or (
            anchor and target in anchors and anchor not in anchors[target]
        ):
            broken.append(f"{name}: {url}")
    assert not broken, "\n".join(broken)
