"""How the parts of a widget come, and what is seen until they are there."""

import pytest

from booktools.browser import served
from booktools.lab_files import WIDGETS
from booktools.lab_site import write_page
from helpers.widgets import opened

SHEETS = {name: ("core/lab.css", f"{name}/{name}.css") for name in WIDGETS}
CASES = [(name, sheet) for name in WIDGETS for sheet in SHEETS[name]]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("loading")
    for name in WIDGETS:
        write_page(folder, name, 'answer="1"' if name == "predict" else "")
    with served(folder) as address:
        yield address


def until(widget, condition):
    """Wait until something was asked for, or was said on the console."""
    for _ in range(500):
        if condition():
            return
        widget.page.wait_for_timeout(20)
    pytest.fail(f"asked for: {widget.requests}; errors: {widget.errors}")


def unstyled(widget):
    """Only the still words are there."""
    return widget.page.get_by_text("still").is_visible() and widget.element.evaluate(
        "widget => [...widget.shadowRoot.children].map(e => e.localName)"
        ".filter(name => name !== 'link').join() === 'slot'"
    )


@pytest.mark.parametrize("name, sheet", CASES)
def test_nothing_is_shown_without_its_looks(site, browser, name, sheet):
    held = []

    def hold(page):
        page.route(f"**/{sheet}", lambda route: held.append(route))

    with opened(
        browser, f"{site}{name}.html", name, wait=False, prepare=hold
    ) as widget:
        other = next(one for one in SHEETS[name] if one != sheet)
        until(widget, lambda: held and other in " ".join(widget.requests))
        widget.page.wait_for_timeout(300)
        assert unstyled(widget)
        held[0].continue_()
        widget.wait()
        assert not widget.element.locator("slot").count()
        assert widget.get("getComputedStyle(widget).display") in ("block", "grid")


@pytest.mark.parametrize("name, sheet", CASES)
def test_a_missing_sheet_leaves_the_picture(site, browser, name, sheet):
    with opened(
        browser,
        f"{site}{name}.html",
        name,
        wait=False,
        prepare=lambda page: page.route(f"**/{sheet}", lambda r: r.abort()),
    ) as widget:
        widget.element.get_by_role("alert").wait_for()
        assert f"/lab/{sheet})" in widget.failure()
        assert widget.page.get_by_text("still").is_visible()
        assert not widget.element.evaluate("widget => widget.result")
        assert all(sheet in e or "ERR_FAILED" in e for e in widget.errors)
        widget.errors.clear()


@pytest.mark.parametrize("name", WIDGETS)
def test_a_missing_script_leaves_the_picture(site, browser, name):
    script = WIDGETS[name].split()[-2:][0]
    with opened(
        browser,
        f"{site}{name}.html",
        name,
        wait=False,
        prepare=lambda page: page.route(f"**/{script}", lambda r: r.abort()),
    ) as widget:
        until(widget, lambda: script in " ".join(widget.errors))
        assert widget.page.get_by_text("still").is_visible()
        assert not widget.element.evaluate("widget => widget.shadowRoot")
        widget.errors.clear()
