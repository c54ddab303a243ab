"""A browser for each file of tests: one that stays open would take Ctrl-C."""

import pytest

from booktools.browser import chromium, served
from booktools.lab_site import write_page


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def canvas_page(tmp_path_factory):
    """A page with the lab's canvas alone, as a file."""
    folder = tmp_path_factory.mktemp("lab")
    return write_page(folder, "canvas", "canvas=48 sample=2")


@pytest.fixture(scope="module")
def canvas_address(canvas_page):
    with served(canvas_page.parent) as address:
        yield address + canvas_page.name
