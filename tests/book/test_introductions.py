"""Where the book introduces each term is found in its pages."""

import pytest

from booktools import files
from booktools.rules.pages import listed_pages
from booktools.terms import Finder, Place, introduced, read_terms, sections
from helpers import ROOT

PAGES = ["index", "00_five_minutes", "01_one", "02_two"]
UNSAID = {"depthwise separable convolution"}  # by neither edition


def test_nearly_every_term_of_the_book_is_introduced():
    terms = read_terms(ROOT)
    names = listed_pages(ROOT)
    places = introduced(terms, names)
    english = {term.english for term in terms}
    assert english - places["zh"].keys() <= UNSAID
    assert len(english - places["en"].keys()) < 12
    both = english & places["en"].keys() & places["zh"].keys()
    same = [name for name in both if places["en"][name] == places["zh"][name]]
    assert len(same) > 0.9 * len(both)
    assert places["en"]["receptive field"].page == "03_nin_block"
    assert places["zh"]["confidence map"].page == "05_gap"
    for code, found in places.items():
        assert {place.page for place in found.values()} <= set(names)
        for place in found.values():
            source = files.page_of(code, place.page).source
            assert place.number < len(sections(source))


@pytest.fixture
def says(tmp_path):
    """Find the places of stride and pooling in pages of a test."""
    table = (
        "| English | we use | d2l 1 | d2l 2 | never |\n|---|---|---|---|---|\n"
        "| average pooling | 平均池化 |  |  |  |\n"
        "| pooling | 池化 |  |  |  |\n"
        "| stride (of a window) | 步幅 |  |  | 步长 |\n"
    )
    files.write_text(tmp_path / "TERMINOLOGY.md", table)
    terms = read_terms(tmp_path)

    def says(english, chinese):
        for code, texts in (("en", english), ("zh", chinese)):
            for name in PAGES:
                text = texts.get(name, "# X\n")
                files.write_text(tmp_path / f"book/{code}/{name}.md", text)
        return introduced(terms, PAGES, tmp_path)

    return says


STRIDE = "stride (of a window)"


def test_first_section_with_the_term(says):
    found = says(
        {"01_one": "# A\n## B\nTwo strides.\n## C\nA stride."},
        {"01_one": "# 一\n## 二\n步幅\n## 三\n步幅"},
    )
    assert found["en"] == found["zh"] == {STRIDE: Place("01_one", 1)}


@pytest.mark.parametrize(
    ("english", "chinese", "number"),
    [
        ("# A\nstride\n## B\nA **stride**.", "# 一\n步幅\n## 二\n步幅", 1),
        ("# A\nstride\n## B\nstride", "# 一\n步幅\n## 二\n**步幅**。", 1),
        ("# A\nstride\n## The stride\n", "# 一\n步幅\n## 步幅\n", 1),
        ("# A\nstride\n## B\nstride", "# 一\n步幅\n## 二\n步幅（stride）", 1),
        ("# A\nstride\n## B\n**The stride is 2**", "# 一\n步幅\n## 二\n步幅", 0),
        ("# A\n`stride`\n## B\nstride", "# 一\n$步幅$\n## 二\n步幅", 1),
        ("# A\nstride\n## B\nstride", "# 一\n## 二\n步幅", 1),
        ("# A\n## Exercises\nstride\n## B\nstride", "# A\n## B\n步幅\n## C\n步幅", 2),
    ],
)
def test_section_that_is_preferred(says, english, chinese, number):
    found = says({"02_two": english}, {"02_two": chinese})
    assert found["en"] == found["zh"] == {STRIDE: Place("02_two", number)}


def test_overview_explains_only_what_no_chapter_does(says):
    pages = {"00_five_minutes": "# A\n**stride**", "index": "# I\n**stride**"}
    texts = {name: text.replace("stride", "步幅") for name, text in pages.items()}
    found = says(pages, texts)
    assert found["en"] == {STRIDE: Place("00_five_minutes", 0)}
    later = {"02_two": "# A\n## B\nstride 步幅"}
    assert says(pages | later, texts | later)["zh"] == {STRIDE: Place("02_two", 1)}


def test_term_within_a_longer_one(says):
    page = {"01_one": "# A\naverage pooling 平均池化\n## B\npooling 池化"}
    found = says(page, page)
    assert found["en"] == {
        "average pooling": Place("01_one", 0),
        "pooling": Place("01_one", 1),
    }
    page = {"01_one": "# A\naverage pooling 平均池化"}  # better than nothing
    assert says(page, page)["zh"]["pooling"] == Place("01_one", 0)


def test_editions_that_do_not_say_the_same(says):
    found = says({"01_one": "# A\nstride"}, {"02_two": "# 一\n步幅"})
    assert found["en"] == {STRIDE: Place("01_one", 0)}
    assert found["zh"] == {STRIDE: Place("02_two", 0)}


def test_words_are_found_whole():
    finder = Finder("class", ["class map", "class"])
    texts = ("a class", "Classes.", "subclass", "classify", "a class map")
    assert [bool(finder.places(text)) for text in texts] == [1, 1, 0, 0, 0]
