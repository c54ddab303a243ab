"""The built book without a web server: from a disk or a USB stick."""

import shutil

import pytest

from helpers.site import SITE, html_files, tour

QUERIES = {"en": ["receptive field", "dropout"], "zh": ["池化", "感受野", "MXNet"]}


@pytest.fixture(scope="module")
def stick(site, tmp_path_factory):
    """A copy of the book in a folder with a name as people give them."""
    folder = tmp_path_factory.mktemp("stick") / "my book, 第 1 本"
    shutil.copytree(SITE, folder)
    return folder


@pytest.mark.parametrize("language", QUERIES)
def test_every_page_opens_well_from_the_disk(stick, browser, language):
    names = [
        name.partition("/")[2]
        for name in html_files()
        if name.startswith(f"{language}/") and "_modules/" not in name
    ]
    assert len(names) >= 12
    problems, folder = [], f"{(stick / language).as_uri()}/"
    for name, one in tour(browser, folder, names):
        problems += [f"{name}: {trouble}" for trouble in one.troubles]
        problems += [
            f"{name}: request to {url}"
            for url in one.requests
            if not url.startswith((stick.as_uri(), "data:", "blob:"))
        ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("language", "words"),
    [(code, words) for code, found in QUERIES.items() for words in found],
)
def test_search_works_from_the_disk(site, stick, visit, language, words):
    one = visit((stick / language / "index.html").as_uri())
    page = one.page
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    first = page.locator("#search-results li a").first
    first.wait_for()
    first.click()
    page.wait_for_url(lambda url: "search.html" not in url)
    assert page.url.startswith((stick / language).as_uri())
    assert page.locator("h1:visible").count() == 1
    assert not one.troubles, one.troubles


def test_switch_of_languages_works_from_the_disk(site, stick, visit):
    page = visit((stick / "en" / "05_gap.html").as_uri()).page
    page.locator("[data-language=zh]:visible").first.click()
    page.wait_for_url("**/zh/05_gap.html*")
