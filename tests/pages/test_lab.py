"""The lab on its page of the built book."""

import re

import pytest

from booktools.browser import wait_until
from helpers.site import SITE
from helpers.widgets import opened

MAX_BYTES = 1_500_000  # the first visit, all it loads, compressed


@pytest.mark.parametrize("width, scheme", [(1280, "light"), (390, "dark")])
def test_first_visit(site, browser, width, scheme):
    responses, asked = [], []

    def listen(page):
        page.on("response", lambda answer: responses.append(answer))
        page.on("request", lambda request: asked.append(request.url))

    with opened(
        browser,
        f"{site}en/lab.html",
        "canvas",
        wait=False,
        prepare=listen,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    ) as lab:
        lab.page.wait_for_load_state("networkidle")
        lab.element.scroll_into_view_if_needed()
        assert len(lab.scores) == 10
        lab.drag((24, 24), (20, 30))
        assert all(r.status == 200 for r in responses)
        sizes = [r.request.sizes()["responseBodySize"] for r in responses]
        assert sum(sizes) <= MAX_BYTES, f"{sum(sizes):,} bytes"
        assert not [url for url in asked if not url.startswith(site)]
        wide = lab.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        assert not lab.element.locator("img").is_visible()


def test_buttons_in_the_text_set_up_the_lab(site, browser):
    with opened(browser, f"{site}en/lab.html", "canvas", wait=False) as lab:
        buttons = lab.page.locator(".lab-set:not([data-lab-for])")
        assert buttons.count() >= 7
        for button in buttons.all():
            button.click()
            lab.wait()
        assert lab.get("[widget.shown.mask, widget.result.side]") == [True, 28]
        assert not lab.element.get_by_role("alert").count()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_buttons_in_the_text_set_up_the_second_network(site, browser, language):
    with opened(browser, f"{site}{language}/lab.html", "photos", wait=False) as lab:
        assert not [url for url in lab.requests if "weights-photos" in url]
        buttons = lab.page.locator(".lab-set[data-lab-for]").all()
        assert len(buttons) == 5
        for button in buttons:
            button.click()
            lab.wait()
        wait_until(lab.page, "document.querySelector('nin-photos').height === 48")
        assert lab.wait().get("[widget.shown.mask, widget.height]") == [True, 48]
        assert not lab.element.get_by_role("alert").count()
        assert lab.too_wide() <= 0


def test_the_second_network_starts_when_asked(site, browser):
    with opened(browser, f"{site}en/lab.html", "photos", wait=False) as lab:
        lab.element.scroll_into_view_if_needed()
        lab.page.wait_for_timeout(300)
        assert lab.element.locator("img").is_visible()
        lab.element.locator(".lab-start").click()
        lab.wait()
        assert lab.get("widget.result.picture.height") == 32
        assert not lab.element.locator("img[src*='photos']").is_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_address_sets_up_the_lab(site, browser, language):
    address = f"{site}{language}/lab.html#canvas=56&sample=18&side=20&top=3&left=4"
    with opened(browser, address, "canvas", wait=False) as lab:
        assert lab.reach().garment == {"side": 20, "top": 3, "left": 4}
        assert lab.get("[widget.scene.canvas, widget.scene.garment.sample]") == [56, 18]


def test_chapters_keep_their_address(site, browser):
    address = f"{site}en/05_gap.html#canvas=56"
    with opened(browser, address, "canvas", wait=False) as lab:
        lab.reach().drag((24, 24), (20, 30))
        assert lab.get("widget.scene.canvas") == 48
        lab.page.wait_for_timeout(700)
        assert lab.page.url == address


def test_page_works_from_the_disk(browser):
    address = (SITE / "en" / "lab.html").as_uri()
    with opened(browser, address, "canvas", wait=False) as lab:
        lab.element.scroll_into_view_if_needed()
        assert len(lab.scores) == 10


def test_still_picture_without_javascript(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}en/lab.html")
    assert page.locator("nin-canvas img[alt]").is_visible()
    assert page.get_by_text("if your browser let it").is_visible()
    assert page.locator(".lab-set").first.is_hidden()
    context.close()


def test_pages_without_a_widget_load_nothing_of_the_lab(site):
    for path in SITE.glob("en/**/*.html"):
        text = path.read_text("utf-8")
        loaded = re.findall(r'(?:src|href)="[^"]*/lab/([^"?]*)', text)
        expected = ["core/lab.js"] if "data-scripts=" in text else []
        assert loaded == expected, path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_front_page_loads_the_network_when_asked_for(site, browser, language):
    asked = []

    def listen(page):
        page.on("request", lambda request: asked.append(request.url))

    address = f"{site}{language}/index.html"
    with opened(browser, address, "canvas", wait=False, prepare=listen) as hero:
        hero.page.wait_for_load_state("networkidle")
        assert hero.element.locator("img[alt]").is_visible()
        assert not [url for url in asked if "weights" in url]
        hero.page.locator(".lab-start").click()
        assert len(hero.scores) == 10
        assert not hero.element.locator("img[alt]").is_visible()
        hero.page.keyboard.press("ArrowLeft")  # the canvas has the focus
        assert hero.garment["left"] == 9
