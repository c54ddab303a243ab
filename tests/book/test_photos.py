"""The lab's page names the source of each photograph."""

import re

import pytest

from helpers import ROOT

ROW = re.compile(r"^\| `(\w+\.jpg)` \| .* \| ([^|]+) \|$", re.M)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_lists_the_photographs_and_their_licences(language):
    folder = ROOT / "nin_utils" / "photos"
    listed = ROW.findall((folder / "README.md").read_text())
    assert {name for name, _ in listed} == {path.name for path in folder.glob("*.jpg")}
    page = (ROOT / f"book/{language}/lab.md").read_text()
    page = page.replace("公有领域", "public domain")
    assert ROW.findall(page) == listed
