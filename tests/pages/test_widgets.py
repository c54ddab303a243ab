"""The widgets of the chapters on their pages of the book."""

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.shapes import walkthrough

import pytest

from helpers.site import SITE
from helpers.widgets import opened

PAGES = {
    "average": "en/05_gap.html",
    "plateau": "en/07_stuck_at_2303.html",
    "probe": "en/02_one_by_one.html",
    "shapes": "en/04_shapes.html",
    "train": "en/01_mlpconv.html",
}
MAX_BYTES = 25_000  # all that a widget loads, compressed


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width, scheme", [(1280, "light"), (390, "dark")])
def test_widget_in_its_chapter(site, browser, name, width, scheme):
    with opened(
        browser,
        site + PAGES[name],
        name,
        wait=False,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    ) as widget:
        responses = []
        widget.page.on("response", lambda r: responses.append(r))
        widget.reach()
        scripts = [r for r in responses if "/_static/lab/" in r.url]
        assert len(scripts) > 5 and all(r.status == 200 for r in scripts)
        sizes = [r.request.sizes()["responseBodySize"] for r in scripts]
        assert sum(sizes) <= MAX_BYTES, f"{sum(sizes):,} bytes"
        assert all(url.startswith(site) for url in widget.requests)
        assert widget.too_wide() <= 0
        assert not widget.page.locator(f"nin-{name} slot").count()


@pytest.mark.parametrize("name", PAGES)
def test_widget_works_from_the_disk(browser, name):
    address = (SITE / PAGES[name]).as_uri()
    with opened(browser, address, name) as widget:
        assert widget.get("widget.result")
        assert all(url.startswith("file:") for url in widget.requests)


@pytest.fixture
def plain(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_probe_without_javascript_is_a_picture(site, plain):
    plain.goto(site + PAGES["probe"])
    picture = plain.locator("nin-probe img")
    assert picture.is_visible()
    assert picture.evaluate("e => e.naturalWidth") > 500
    assert len(picture.get_attribute("alt")) > 50
    words = "Every other pixel meets the same"
    assert plain.locator("nin-probe").get_by_text(words).is_visible()


def test_plateau_without_javascript_is_words(site, plain):
    plain.goto(site + PAGES["plateau"])
    words = "nearly all are dead (†) after 1,000 steps"
    assert plain.locator("nin-plateau").get_by_text(words).is_visible()


def test_shapes_without_javascript_is_a_table_with_the_same_numbers(site, plain):
    plain.goto(site + PAGES["shapes"])
    rows = plain.locator("nin-shapes tbody tr")
    assert rows.first.is_visible()
    tables = [
        [
            row
            for row in walkthrough(models.nin(), (1, 1, size, size))
            if "2D " in row.name and " 1×1" not in row.name
        ]
        for size in (96, 224)
    ]
    assert rows.count() == len(tables[0])
    for row, at96, at224 in zip(rows.all(), *tables):
        assert row.locator("td").all_inner_texts() == [
            at96.name.split(" ", 1)[1],
            "×".join(map(str, at96.output_shape[1:])),
            "×".join(map(str, at224.output_shape[1:])),
            f"{at96.params:,}" if at96.params else "",
            str(at96.receptive_field),
        ]
