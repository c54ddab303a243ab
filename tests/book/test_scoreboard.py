"""The verdicts in the words of chapter 9 are those that its code reached."""

import re

import nbformat
import pytest

from helpers import ROOT

NAME = "09_scoreboard"

# | **M5** claim | ✓ ...
ROW = re.compile(r"^\| \*\*([A-Z]\d)\*\* .*? \| (?:([✓◐✗?]) )?", re.M)
# M5 ✓
REACHED = re.compile(r"\b([A-Z]\d) ([✓◐✗?])(?=\s|$)")


def rows(language):
    """Return the verdict of each row of the tables, by the claim's name."""
    text = (ROOT / f"book/{language}/{NAME}.md").read_text(encoding="utf-8")
    found = ROW.findall(text)
    assert len(found) == len(dict(found)), "a claim has two rows"
    return dict(found)


def board():
    """Return the verdicts that the last cell of the code prints."""
    path = ROOT / f"notebooks/en/{NAME}.ipynb"
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code" and "board.items()" in cell.source:
            return dict(REACHED.findall(cell.outputs[0].text))
    raise AssertionError(f"{path.name} prints no board")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_say_what_the_code_found(language):
    words, code = rows(language), board()
    assert len(code) == 13
    assert {claim: words[claim] for claim in code} == code
