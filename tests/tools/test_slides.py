"""The slides of the lecture: the same in each language, whole, and offline."""

import functools
import re

import pytest
from bs4 import BeautifulSoup

import slides
from booktools.browser import chromium
from helpers import ROOT

LANGUAGES = sorted(path.stem for path in slides.SOURCES.glob("*.md"))
SIZE = {"width": 1280, "height": 720}
# The parts of a slide that leave it, or each other's room.
OVERFLOWING = """() => {
  const slide = document.querySelector(".slide.current");
  const frame = slide.getBoundingClientRect();
  const body = slide.querySelector(".body");
  const found = [];
  if (body.scrollHeight > body.clientHeight || body.scrollWidth > body.clientWidth)
    found.push(`body ${body.scrollWidth}×${body.scrollHeight}`);
  for (const tag of slide.querySelectorAll(".body *:not(.katex *)")) {
    const box = tag.getBoundingClientRect();
    if (box.bottom > frame.bottom - 30 || box.right > frame.right - 30)
      found.push(tag.tagName);
    if (tag.tagName === "IMG" && Math.min(box.width, box.height) < 150)
      found.push(`too small: ${tag.alt}`);
    const next = tag.nextElementSibling;
    if (next && tag.parentElement.matches(".body, .words, .figures")
        && next.getBoundingClientRect().top < box.bottom - 1)
      found.push(`${tag.tagName} over ${next.tagName}`);
  }
  return found;
}"""


lecture = functools.cache(slides.lecture)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    return {language: slides.make(lecture(language), folder) for language in LANGUAGES}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def window(browser):
    window = browser.new_context(viewport=SIZE).new_page()
    problems, asked = [], set()
    window.on("pageerror", lambda error: problems.append(error))
    window.on("console", lambda message: problems.append(message.text))
    window.on("request", lambda request: asked.add(request.url.split(":")[0]))
    yield window
    assert problems == [] and asked <= {"file", "data"}
    window.context.close()


def current(window):
    return window.evaluate("document.querySelector('.slide.current').id")


def test_languages_have_the_same_slides():
    assert {"en", "zh"} <= set(LANGUAGES)
    found = {name: lecture(name).slides for name in LANGUAGES}
    plans = [[(s.minutes, s.figures) for s in found[name]] for name in LANGUAGES]
    assert plans[0] == plans[1]
    assert 20 <= len(plans[0]) <= 25


def test_languages_have_the_same_formulas():
    def displayed(language):
        found = lecture(language).reader.formulas
        return [re.sub(r"\\text{.*?}", "", text) for text, large in found if large]

    assert displayed("en") == displayed("zh") != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_add_up(language):
    assert lecture(language).minutes == 45
    slides.check_length(lecture(language))


@pytest.mark.parametrize("minutes", [range(10, 45), range(46, 51)])
def test_other_lengths_are_refused_when_all_is_written(monkeypatch, capsys, minutes):
    monkeypatch.setattr(slides, "MINUTES", minutes)
    monkeypatch.setattr(slides, "lecture", lecture)
    monkeypatch.setattr(slides, "make", lambda given: [slides.KATEX / "LICENSE"])
    monkeypatch.setattr("sys.argv", ["slides.py", "en"])
    least, most = minutes[0], minutes[-1]
    expected = f"en.md: 45 minutes, but a lecture takes {least} to {most}"
    with pytest.raises(SystemExit, match=expected):
        slides.main()
    assert "LICENSE: 0.0 MB, 45 minutes" in capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_say_ask_and_expect(language):
    for slide in lecture(language).slides:
        heads = re.findall("<p><strong>", slide.notes)
        assert len(heads) == 3, slide.body
        assert 1 <= slide.minutes <= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_have_alternative_text(language):
    images = []
    for slide in lecture(language).slides:
        assert len(slide.figures) == slide.body.count("<figure>")
        images += BeautifulSoup(slide.body, "html.parser").find_all("img")
    assert len(images) > 10
    least = 15
    if language == "zh":
        least = 10
        assert all(re.search("[\u4e00-\u9fff]", image["alt"]) for image in images)
    assert [image["alt"] for image in images if len(image["alt"]) < least] == []


@pytest.mark.parametrize(
    "address, words, message",
    [
        ("05_gap#9", "Ten rows", r"the notebook has \d+ of these"),
        ("05_gap#0", "Ten rows", r"the notebook has \d+ of these"),
        ("05_gap#1", "Ten rows", "05_gap#1 is not “Ten rows” but"),
        ("05_gap#2", "", "05_gap#2 is not “” but"),
        ("05_gap#table1", "alexnet", "05_gap#table1 is not “alexnet” but"),
        ("00_nothing#1", "Ten rows", "There is no notebook 00_nothing"),
        ("nothing.png", "words", "no file of book/figures, or without words"),
        ("nin.png", "", "no file of book/figures, or without words"),
    ],
)
def test_wrong_figures_are_refused(address, words, message):
    with pytest.raises(SystemExit, match=message):
        slides.figure("en", address, words)


def test_a_slide_without_notes_is_refused():
    with pytest.raises(SystemExit, match="::: notes"):
        slides.Reader("en").slide("# Title\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slide_fits(made, window, language):
    window.goto(made[language][0].as_uri())
    last = len(lecture(language).slides)
    for number in range(1, last + 1):
        assert current(window) == f"s{number}"
        assert (number, window.evaluate(OVERFLOWING)) == (number, [])
        window.keyboard.press("ArrowRight")
    assert current(window) == f"s{last}"
    loaded = "[...document.images].every((image) => image.naturalWidth > 0)"
    assert window.evaluate(loaded)
    assert window.locator(".katex-error").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_carry_all_they_need(made, language):
    text = made[language][0].read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    for address in re.findall(r'\b(?:src|srcset)="([^"]*)"|url\(([^)]*)\)', text):
        assert "".join(address).startswith("data:")
    assert "<link" not in text and "\0" not in text and str(ROOT) not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_has_a_page_a_slide(made, language):
    content = made[language][1].read_bytes()
    pages = re.findall(rb"/Type\s*/Page\b", content)
    assert len(pages) == len(lecture(language).slides)
    boxes = set(re.findall(rb"/MediaBox\s*\[([^]]*)\]", content))
    width, height = (float(number) for number in boxes.pop().split()[2:])
    assert not boxes and width / height == pytest.approx(16 / 9, rel=0.002)


def test_keys_and_buttons(made, window):
    window.goto(f"{made['en'][0].as_uri()}#s3")
    assert current(window) == "s3"
    for key, place in (
        ("PageDown", "s4"),
        (" ", "s5"),
        ("ArrowLeft", "s4"),
        ("PageUp", "s3"),
        ("Home", "s1"),
        ("ArrowLeft", "s1"),
    ):
        window.keyboard.press(key)
        assert current(window) == place, key
    window.click("#next")
    assert current(window) == "s2"
    assert window.inner_text("#place") == "2 / 23"
    window.click("#previous")
    assert window.is_disabled("#previous")
    assert window.locator(".notes:visible").count() == 0
    window.keyboard.press("n")
    assert window.locator(".notes:visible").count() == 1
    assert window.get_attribute("#notes", "aria-pressed") == "true"
    slide, notes = (
        window.locator(f"{name}.current").bounding_box()
        for name in (".slide", ".notes")
    )
    assert slide["y"] + slide["height"] <= notes["y"] + 1
    window.click("#notes")
    assert window.locator(".notes:visible").count() == 0


def test_a_smaller_window_shows_the_whole_slide(made, window):
    window.set_viewport_size({"width": 390, "height": 700})
    window.goto(made["en"][0].as_uri())
    slide = window.locator(".slide.current").bounding_box()
    assert slide["x"] == pytest.approx(0, abs=1)
    assert slide["width"] == pytest.approx(390, abs=1)


def test_without_script_all_slides_and_notes_are_there(made, browser):
    window = browser.new_context(java_script_enabled=False, viewport=SIZE).new_page()
    window.goto(made["en"][0].as_uri())
    for name in (".slide", ".notes"):
        assert window.locator(f"{name}:visible").count() == 23
    window.context.close()
