"""The two editions side by side, in a real browser."""

import re
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from booktools.browser import wait_until
from booktools.docstrings import has_words
from booktools.terms import read_terms
from helpers import ROOT
from helpers.site import SITE, html_files

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2}")


def read(name):
    """Return a built page, without running it."""
    return BeautifulSoup((SITE / name).read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-GB", "en"), ("zh-CN", "zh"), ("zh-TW", "zh"), ("fr-FR", "en")],
)
def test_root_page_follows_the_browser(site, visit, locale, language):
    page = visit(site, locale=locale).page
    page.wait_for_url(f"**/{language}/index.html")
    assert page.locator("h1").count() >= 1


def test_root_page_works_without_a_server(site, visit):
    page = visit((SITE / "index.html").as_uri()).page
    page.wait_for_url("**/en/index.html")


def test_root_page_offers_both_without_javascript(site, visit):
    page = visit(site, java_script_enabled=False).page
    targets = [a.get_attribute("href") for a in page.locator("a").all()]
    assert targets == ["en/index.html", "zh/index.html"]


def test_switch_keeps_page_and_section_and_is_remembered(site, visit):
    page = visit(urljoin(site, "en/05_gap.html#sec-confidence-maps")).page
    page.locator("[data-language=zh]:visible").first.click()
    page.wait_for_url("**/zh/05_gap.html#sec-confidence-maps")
    page.goto(site)
    page.wait_for_url("**/zh/index.html")
    page.goto(urljoin(site, "zh/04_shapes.html"))
    page.locator("[data-language=en]:visible").first.click()
    page.wait_for_url("**/en/04_shapes.html*")
    page.goto(site)
    page.wait_for_url("**/en/index.html")


def test_switch_keeps_a_section_without_a_label(site, visit):
    page = visit(urljoin(site, "en/05_gap.html")).page
    page.evaluate(
        "[...document.querySelectorAll('main section[id]')][4]"
        ".scrollIntoView({behavior: 'instant'})"
    )
    page.locator("[data-language=zh]").first.evaluate("a => a.click()")
    page.wait_for_url("**/zh/05_gap.html#*")
    wait_until(page, "scrollY > 300")


@pytest.mark.parametrize("word", ["池化", "感受野", "MXNet"])
def test_chinese_search(site, visit, word):
    page = visit(urljoin(site, f"zh/search.html?q={word}")).page
    page.locator("#search-results li a").first.wait_for()


def test_pages_of_both_languages_know_each_other(site):
    english = {n[3:] for n in html_files() if n.startswith("en/")}
    chinese = {n[3:] for n in html_files() if n.startswith("zh/")}
    chapters = {n for n in english if n[:2].isdigit()}
    assert len(chapters) > 7
    assert chapters <= chinese
    for name in chapters:
        for code in ("en", "zh"):
            text = (SITE / code / name).read_text(encoding="utf-8")
            for tag, other in (("en", "en"), ("zh-CN", "zh")):
                link = f'hreflang="{tag}" href="./../{other}/{name}"'
                assert link in text, f"{code}/{name}: no {link}"


def test_chinese_page_speaks_chinese(site, visit):
    page = visit(urljoin(site, "zh/07_stuck_at_2303.html")).page
    texts = page.evaluate(INTERFACE)
    assert len(texts) > 10
    english = [t for t in texts if not CHINESE.search(t)]
    assert not english, f"not translated: {english}"


def test_chinese_pages_have_no_english_hint(site):
    names = [name for name in html_files() if name.startswith("zh/")]
    assert len(names) > 40
    for name in names:
        soup = read(name)
        for kind in ("title", "aria-label", "placeholder", "alt"):
            for element in soup.find_all(attrs={kind: LATIN}):
                words = element[kind]
                assert CHINESE.search(words) or words.startswith("nin_utils."), (
                    f"{name}: {kind} of {element.name} is not translated: {words}"
                )


def test_chinese_api_page_speaks_chinese(site):
    page, english = read("zh/api.html"), read("en/api.html")
    names = [soup.select("dt.sig[id]") for soup in (page, english)]
    assert [n["id"] for n in names[0]] == [n["id"] for n in names[1]]
    heads = page.select("dl.field-list > dt, .rubric")
    assert len(heads) > 100
    assert all(CHINESE.search(head.text) for head in heads)
    for head in heads:
        if "类型" in head.text:  # a type is code
            head.find_next_sibling("dd").decompose()
    paragraphs = page.select("dl.py p, section > p")
    assert len(paragraphs) > 300
    for paragraph in paragraphs:
        for code in paragraph.select("strong, code, em"):
            code.extract()
        words = paragraph.text
        assert CHINESE.search(words) or not has_words(words), words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_terms_lead_to_where_they_stand(site, language):
    terms = {term.english: term for term in read_terms(ROOT)}
    rows = read(f"{language}/terminology.html").select("table.terms tbody tr")
    pages, linked = {}, 0
    for row in rows:
        first, second, *editions, place = [cell.text.strip() for cell in row("td")]
        english, ours = (first, second) if language == "en" else (second, first)
        term = terms.pop(english)
        assert (term.ours, term.editions) == (ours, tuple(editions))
        link = row.find("a")
        assert bool(link) == bool(place)
        if not link:
            continue
        linked += 1
        page, _, anchor = link["href"].partition("#")
        if page not in pages:
            pages[page] = read(f"{language}/{page}")
        soup = pages[page]
        section = soup.find(id=anchor) if anchor else soup.find("article")
        assert section.find(re.compile("h[1-6]")).text.startswith(place)
        words = first.partition(" (")[0].partition("（")[0].lower()
        assert words in section.text.lower(), f"{first}: not in {link['href']}"
    assert not terms and linked > 0.85 * len(rows)


# What readers see of the theme: titles, summaries, placeholders, hints.
INTERFACE = """() => {
  const texts = [];
  for (const e of document.querySelectorAll(
      '.caption-text, .admonition-title, .prev-next-title, .page-toc,' +
      '.prev-next-subtitle, details > summary'))
    texts.push(e.innerText || e.textContent);
  for (const e of document.querySelectorAll('input[placeholder]'))
    texts.push(e.placeholder);
  for (const e of document.querySelectorAll(
      'button[data-bs-title], button[title], .headerlink[title]'))
    texts.push(e.dataset.bsTitle || e.title);
  return texts.map(t => t.trim()).filter(
      t => t && !/^#|^[A-Za-z_.]+\\.(ipynb|md)$|^\\.(ipynb|md)$/.test(t));
}"""
