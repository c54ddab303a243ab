"""A prediction, made as a reader makes it, by mouse, keyboard and touch."""

import re

import pytest

from booktools.lab_site import write_page
from helpers import ROOT
from helpers.widgets import PHONE, opened

CELL = """<style>.nin-hidden { display: none }</style>
<div class="cell"><div class="cell_input">code</div>
<div class="cell_output">18</div></div><p>words</p><p>more</p>"""


def page_with(folder, attributes):
    """Write a page with a prediction before a cell; return its address."""
    page = write_page(folder, "predict", attributes)
    text = page.read_text()
    text = text.replace("<nin-predict", "<p><nin-predict")
    text = text.replace("</nin-predict>", f"</nin-predict></p>{CELL}")
    page.write_text(text)
    return page.as_uri()


@pytest.fixture(scope="module")
def number(tmp_path_factory):
    folder = tmp_path_factory.mktemp("number")
    return page_with(folder, 'answer="3,840" near="0.1" ask="Weights"')


@pytest.fixture(scope="module")
def choice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("choice")
    return page_with(folder, 'answer="VGG" choices="NiN|VGG"')


def visible(widget):
    """Return which of code, output, words and more the page shows."""
    return [
        text
        for text in ("code", "18", "words", "more")
        if widget.page.get_by_text(text, exact=True).is_visible()
    ]


def said(widget):
    return widget.element.locator(".said").inner_text()


@pytest.mark.parametrize(
    ("guess", "answer"),
    [
        ("3840", "3840: right."),
        (" 3 840 ", "3 840: right."),
        ("4,000", "4,000: close. The answer is 3,840."),
        ("3.5e3", "3.5e3: close. The answer is 3,840."),
        ("34,560", "34,560: no. The answer is 3,840."),
        ("-3840", "-3840: no. The answer is 3,840."),
    ],
)
def test_number_is_compared_and_the_output_shown(browser, number, guess, answer):
    with opened(browser, number, "predict") as widget:
        assert visible(widget) == ["code", "more"]
        field = widget.element.get_by_label("Weights")
        field.fill(guess)
        field.press("Enter")
        assert said(widget) == answer
        assert visible(widget) == ["code", "18", "words", "more"]
        assert not field.is_visible()
        assert widget.focused() == answer  # the keyboard goes on from here
        assert not widget.errors


def test_what_is_no_number_is_said_and_nothing_is_given_away(browser, number):
    with opened(browser, number, "predict") as widget:
        for text in ("", "many", "NaN"):
            widget.element.get_by_label("Weights").fill(text)
            widget.button("Compare").click()
            assert said(widget) == "Enter a number, such as 0.75 or 12,000."
            assert visible(widget) == ["code", "more"]


def test_reader_may_just_look(browser, number):
    with opened(browser, number, "predict") as widget:
        widget.button("Show me").click()
        assert said(widget) == "The answer is 3,840."
        assert visible(widget) == ["code", "18", "words", "more"]


def test_cell_with_folded_code_leaves_no_empty_card(browser, tmp_path):
    page = write_page(tmp_path, "predict", 'answer="3,840"')
    folded = CELL.replace('class="cell"', 'class="cell tag_hide-input"')
    text = page.read_text().replace("</nin-predict>", f"</nin-predict>{folded}")
    page.write_text(text)
    with opened(browser, page.as_uri(), "predict") as widget:
        assert visible(widget) == ["more"]
        widget.button("Show me").click()
        assert visible(widget) == ["code", "18", "words", "more"]


def test_reader_may_see_all_answers_of_the_page(browser, number):
    second = "document.body.append(document.querySelector('nin-predict')"
    with opened(browser, number, "predict") as widget:
        widget.page.evaluate(f"{second}.cloneNode(true))")
        links = widget.page.get_by_role("button", name="Show all answers on this page")
        widget.page.get_by_role("button", name="Show me").nth(1).wait_for()
        assert links.count() == 1  # the first one has it
        links.click()
        assert visible(widget) == ["code", "18", "words", "more"]
        assert widget.page.get_by_text("The answer is 3,840.").count() == 2
        # what comes to life later asks no more
        widget.page.evaluate(f"{second}.cloneNode(true))")
        widget.page.get_by_text("The answer is 3,840.").nth(2).wait_for()


@pytest.mark.parametrize(
    ("guess", "answer"),
    [("VGG", "VGG: right."), ("NiN", "NiN: no. The answer is VGG.")],
)
def test_choice_is_compared(browser, choice, guess, answer):
    with opened(browser, choice, "predict", **PHONE) as widget:
        assert widget.smallest_target() >= 44
        widget.button(guess).tap()
        assert said(widget) == answer
        assert visible(widget) == ["code", "18", "words", "more"]


def test_shares_are_written_in_two_ways(browser, tmp_path):
    address = page_with(tmp_path, 'answer="22 %" near="0.15"')
    with opened(browser, address, "predict") as widget:
        judged = widget.get(
            "['22%', '0.22', '0.2', '25 %', '22', '0,22', '2', '２'].map("
            "guess => NinLab.judge(guess, '22 %', 0.15))"
        )
        assert judged == [*["right"] * 2, *["near"] * 2, *["right"] * 2, "far", None]


@pytest.mark.parametrize(
    ("guess", "answer"),
    [
        ("0,69", "0.69"),
        ("-0,5", "-0.5"),
        ("1,5", "1.5"),
        ("−5", "-5"),
        ("3,072", "3072"),
        ("56，147，978", "56147978"),
        ("3.072e3", "3072"),
        ("146×", "146"),
        ("37 %", "0.37"),
        ("0.39 %", "0.39"),
        ("9,5％", "9.5"),
    ],
)
def test_numbers_are_read_as_they_are_written(browser, number, guess, answer):
    with opened(browser, number, "predict") as widget:
        assert widget.get(f"NinLab.judge('{guess}', '{answer}', 0)") == "right"


def test_everything_is_printed(browser, number):
    with opened(browser, number, "predict") as widget:
        hidden = widget.page.locator(".nin-hidden")
        assert hidden.count() == 2
        css = (ROOT / "book/_static/nin.css").read_text()
        rule = re.search(r"@media screen \{\s*\.bd-article \.nin-hidden", css)
        assert rule, "what is hidden must be hidden on the screen only"
