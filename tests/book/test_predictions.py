"""What a page expects of its readers is what its cells say."""

import re

import nbformat
import pytest

from helpers import ROOT

TAG = re.compile(r"<nin-predict (?P<attributes>[^>]*)></nin-predict>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")
CHAPTERS = sorted(p.stem for p in (ROOT / "book" / "en").glob("[0-9]*.md"))


def number_text(text):
    return text.replace(",", "").rstrip(" %").rstrip(".")


def number(text):
    return float(number_text(text))


def predictions(language, chapter):
    """Yield the attributes of each, the next output, the paragraph after it."""
    cells = nbformat.read(ROOT / f"notebooks/{language}/{chapter}.ipynb", 4).cells
    for place, (cell, code) in enumerate(zip(cells, cells[1:])):
        for match in TAG.finditer(cell.source):
            assert cell.source.endswith(match[0]), "the answer must come next"
            shown = "".join(
                output.get("text", "") or output.get("data", {}).get("text/plain", "")
                for output in code.outputs
            )
            words = cells[place + 2].source.split("\n\n")[0]
            yield dict(ATTRIBUTE.findall(match["attributes"])), shown, words


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_answers_are_what_the_cell_or_the_words_after_it_say(language, chapter):
    for settings, shown, words in predictions(language, chapter):
        answer = settings["answer"]
        if "choices" in settings:
            assert answer in settings["choices"].split("|")
            continue
        digits = len(number_text(answer).partition(".")[2])
        said = NUMBER.findall((shown + words).replace("{,}", ","))
        off = min(abs(number(text) - number(answer)) for text in said)
        assert off <= 0.5001 * 10**-digits, (answer, shown)  # rounded as it is


def test_both_languages_ask_the_same_and_enough():
    pairs = [
        (en[0], zh[0])
        for chapter in CHAPTERS
        for en, zh in zip(
            predictions("en", chapter), predictions("zh", chapter), strict=True
        )
    ]
    assert len(pairs) >= 30
    for en, zh in pairs:
        assert en.keys() == zh.keys()
        assert en.get("near") == zh.get("near")
        if "choices" in en:
            one, other = (x["choices"].split("|") for x in (en, zh))
            assert one.index(en["answer"]) == other.index(zh["answer"])
        else:
            assert en["answer"] == zh["answer"]
