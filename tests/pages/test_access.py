"""Whoever reads the pages: with a keyboard, a screen reader, on paper.

`make audit` asks Lighthouse and axe; these are the rules that need neither.
"""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from booktools.browser import wait_until
from helpers.site import SITE, html_files

LANGUAGES = {"en": "en", "zh": "zh-CN"}
MAX_DESCRIPTION = 170


@pytest.fixture(scope="module")
def soups(site):
    """Every page by its name, parsed."""
    return {
        name: BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")
        for name in html_files()
    }


def pages(soups):
    """Return name and content of each page but the one at the root."""
    return [(name, s) for name, s in soups.items() if name != "index.html"]


def name_of(tag):
    """Return what a screen reader calls a link or a button."""
    pictures = [img.get("alt", "") for img in tag.find_all("img")]
    own = [tag.get("aria-label") or "", tag.get("title") or ""]
    return " ".join([tag.get_text(" "), *pictures, *own]).strip()


def test_every_page_says_its_language_title_and_content(soups):
    problems, seen = [], {}
    for name, soup in pages(soups):
        code = name.split("/")[0]
        if soup.html.get("lang") != LANGUAGES[code]:
            problems.append(f"{name}: lang is {soup.html.get('lang')}")
        if not soup.title.get_text(strip=True):
            problems.append(f"{name}: no title")
        found = soup.find_all("meta", attrs={"name": "description"})
        text = found[0]["content"] if len(found) == 1 else ""
        if not (8 if code == "zh" else 20) <= len(text) <= MAX_DESCRIPTION:
            problems.append(f"{name}: {len(found)} descriptions, {text!r}")
        if text in seen:
            problems.append(f"{name}: described like {seen[text]}: {text}")
        seen[text] = name
        chinese = re.search(r"[\u4e00-\u9fff]", text)
        if (code == "zh") != bool(chinese):
            problems.append(f"{name}: described in another language: {text}")
    assert not problems, "\n".join(problems)


def test_every_picture_link_and_button_has_a_name(soups):
    problems, count = [], 0
    for name, soup in soups.items():
        for tag in soup.find_all(["img", "a", "button", "summary"]):
            if tag.name == "a" and not tag.get("href"):
                continue
            count += 1
            good = tag.has_attr("alt") if tag.name == "img" else name_of(tag)
            if not good:
                problems.append(f"{name}: {str(tag)[:100]}")
        for tag in soup.find_all(["input", "select", "textarea"]):
            if not tag.get("aria-label") and not tag.find_parent("label"):
                problems.append(f"{name}: {str(tag)[:100]}")
    assert count > 1000
    assert not problems, "\n".join(problems)


def test_headings_leave_out_no_level(soups):
    problems = []
    for name, soup in pages(soups):
        article = soup.find("article") or soup.find("main")
        levels = [int(tag.name[1]) for tag in article.find_all(re.compile("^h[1-6]"))]
        # viewcode's pages: a title and a listing
        if levels.count(1) != 1 or levels[0] != 1:
            problems.append(f"{name}: first-level headings: {levels}")
        jumps = [b - a for a, b in zip(levels, levels[1:])]
        if max(jumps, default=0) > 1:
            problems.append(f"{name}: a level is left out: {levels}")
    assert not problems, "\n".join(problems)


def test_every_column_of_a_table_is_named(soups):
    heads = [
        (f"{name}: {row.get_text('|')}", cell.get_text(strip=True))
        for name, soup in pages(soups)
        for row in soup.select("thead tr:first-child")
        for cell in row.find_all("th")
        if not cell.find_parent("pre")
    ]
    assert len(heads) > 50
    empty = [place for place, text in heads if not text]
    assert not empty, "\n".join(empty)


FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {
    id: e.parentElement.id, text: e.innerText.trim(), tag: e.tagName,
    marked: style.outlineStyle !== "none" || style.boxShadow !== "none",
    shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    language: e.dataset.language || "",
  };
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_keyboard_is_enough(site, visit, language):
    page = visit(urljoin(site, f"{language}/05_gap.html")).page
    page.keyboard.press("Tab")
    wait_until(page, f"({FOCUS})().shown")  # it slides in
    first = page.evaluate(FOCUS)
    assert first["id"] == "pst-skip-link"
    assert (language == "zh") == (not first["text"].isascii())
    seen, switch = [], None
    for _ in range(60):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        if now["tag"] == "BODY":
            break
        seen.append(now)
        if now["language"] and now["language"] != language:
            switch = now
            break
    unmarked = [n for n in seen if not (n["marked"] and n["shown"])]
    assert not unmarked, f"the focus is not to be seen: {unmarked}"
    assert switch, "the switch of languages was not reached"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{switch['language']}/05_gap.html*")


def test_skip_link_leads_to_the_text(site, visit):
    page = visit(urljoin(site, "en/05_gap.html")).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.querySelector('main').contains(document.activeElement)"
    )


def test_a_dropdown_opens_with_the_keyboard_and_on_paper(site, visit):
    page = visit(urljoin(site, "en/05_gap.html")).page
    details = page.locator("article details:not(.hide)").last
    inside = details.locator("> :not(summary)").first
    assert not inside.is_visible()
    details.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert inside.is_visible()
    page.keyboard.press("Enter")
    assert not inside.is_visible()
    page.emulate_media(media="print")
    assert inside.evaluate("e => e.getClientRects().length > 0")
    assert inside.is_visible()
    for hidden in ("header-article", "sidebar-primary", "sidebar-secondary"):
        assert page.locator(f".bd-{hidden}").first.is_hidden()


def test_the_lab_is_reached_with_the_keyboard(site, visit):
    page = visit(urljoin(site, "en/lab.html")).page
    page.locator("nin-canvas").scroll_into_view_if_needed()
    page.locator("nin-canvas .stage").wait_for()
    page.evaluate("document.querySelector('#main-content').tabIndex = -1")
    page.locator("#main-content").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "NIN-CANVAS":
            break
    inner = page.evaluate("document.activeElement.shadowRoot?.activeElement?.tagName")
    assert inner in ("BUTTON", "CANVAS", "INPUT", "SELECT", "DIV"), inner


def test_root_page_has_a_name_for_both_languages(soups):
    root = soups["index.html"]
    assert root.html["lang"] == "en" and root.title.get_text(strip=True)
    assert {p["lang"] for p in root.select("p[lang]")} == {"en", "zh-CN"}
    assert Path(root.find("a")["href"]).name == "index.html"
