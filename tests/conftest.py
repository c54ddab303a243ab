"""What several files of page tests share."""

import subprocess
import sys

import pytest

from booktools.browser import chromium, served
from helpers import ROOT
from helpers.site import SITE, Visit


@pytest.fixture(scope="module")
def site():
    if not (SITE / "index.html").exists():
        command = [sys.executable, str(ROOT / "scripts" / "book.py"), "build"]
        subprocess.run(command, check=True, cwd=ROOT)
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser):
    visits = []

    def visit(address, width=1280, **options):
        visits.append(Visit(browser, address, width, **options))
        return visits[-1]

    yield visit
    for one in visits:
        one.context.close()


@pytest.fixture(scope="module")
def lab_folder(tmp_path_factory):
    """A folder with the lab's canvas alone, on pages of its own."""
    from helpers import lab  # loads MXNet, which few tests of pages need

    folder = tmp_path_factory.mktemp("lab") / "site"
    lab.write_site(folder)
    return folder


@pytest.fixture(scope="module")
def lab_site(lab_folder):
    with served(lab_folder) as address:
        yield address
