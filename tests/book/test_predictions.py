"""What a page expects of its readers is what its cells say."""

import re

import nbformat
import pytest

from helpers import ROOT

TAG = re.compile(r"<nin-predict (?P<attributes>[^>]*)></nin-predict>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")
CHAPTERS = sorted(p.stem for p in (ROOT / "book" / "en").glob("[0-9]*.md"))
# What the cell or the words after it say, where one chooses an answer.
CHOSEN = {
    ("01_mlpconv", "spatial pooling"): "Spatial pooling meets other neighbours",
    ("02_one_by_one", "their sum"): "the *sum* over all positions",
    ("03_nin_block", "VGG"): "This is the VGG block",
    ("05_gap", "changed"): "The scores are the same for 0 and 4 pixels only",
    ("06_training", "0"): "Equal to the last bit",
    ("08_versus", "at 96"): "true at 224×224 and half true at 96×96",
    ("08_versus", "VGG, AlexNet, NiN"): "VGG, AlexNet, NiN.",
    ("08_versus", "sneaker"): "*a single* sneaker",
    ("09_scoreboard", "1"): "*cheaper* than none",
    ("09_scoreboard", "fc"): "It is `fc`",
    ("09_scoreboard", "lower"): "falls by nine points",
    ("11_class_maps", "1/49 w"): "w_{c,k}/49",
    ("12_photographs", "middle"): "*Middle* wins",
}


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
            if language == "en":
                assert CHOSEN[chapter, answer] in shown + words
            continue
        digits = len(number_text(answer).partition(".")[2])
        said = NUMBER.findall((shown + words).replace("{,}", ","))
        off = min(abs(number(text) - number(answer)) for text in said)
        rounded = 0.5001 * 10**-digits if number(answer) else 0
        assert off <= rounded, (answer, shown)


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
