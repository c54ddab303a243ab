"""The built site, and a browser for each file of page tests."""

import pytest

from booktools.browser import chromium, served
from helpers.site import SITE, Visit, new_window


@pytest.fixture(scope="session")
def site():
    assert (SITE / "index.html").exists(), "there is no book yet: make book"
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser):
    windows = []

    def visit(address, width=1280, **options):
        windows.append(new_window(browser, width, **options))
        one = Visit(windows[-1])
        one.page.goto(address)
        one.page.wait_for_load_state("networkidle")
        return one

    yield visit
    for window in windows:
        window.close()
