"""A browser for each file of tests: one that stays open would take Ctrl-C.

A file on one widget names it, NAME, and where needed its ATTRIBUTES.
"""

import pytest

from booktools.browser import chromium, served
from booktools.lab_site import write_page
from helpers.widgets import opened


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(request, tmp_path_factory):
    """A page with the widget alone, as a file."""
    name, attributes = request.module.NAME, getattr(request.module, "ATTRIBUTES", "")
    return write_page(tmp_path_factory.mktemp(name), name, attributes)


@pytest.fixture(scope="module")
def window(request, browser, page):
    """Open the widget, in a window as it is asked for, for a with statement."""

    def window(language="en", **options):
        path = page.with_name(f"{language}.html")
        path.write_text(page.read_text().replace('lang="en"', f'lang="{language}"'))
        return opened(browser, path.as_uri(), request.module.NAME, **options)

    return window


@pytest.fixture(scope="module")
def shared(window):
    """The widget in a window that all tests of a file share."""
    with window() as widget:
        yield widget


@pytest.fixture(scope="module")
def canvas_page(tmp_path_factory):
    """A page with the lab's canvas alone, as a file."""
    folder = tmp_path_factory.mktemp("lab")
    return write_page(folder, "canvas", "canvas=48 sample=2")


@pytest.fixture(scope="module")
def canvas_address(canvas_page):
    with served(canvas_page.parent) as address:
        yield address + canvas_page.name
