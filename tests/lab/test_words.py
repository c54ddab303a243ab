"""The words of the widgets: those that exist are those that are asked for."""

import re

import pytest

from booktools.lab_files import WIDGETS
from booktools.lab_site import LAB

LIVE = "canvas", "photos"  # what these share stands under `common`
GENERATED = "canvas/samples.js", "photos/pictures.js"
LANGUAGES = "en", "zh"


def words(language):
    """Return {section: the keys of its words}."""
    text = (LAB / "core" / f"words.{language}.js").read_text()
    sections = re.findall(r"^  (\w+): \{\n(.*?)\n  \},", text, re.S | re.M)
    return {
        name: set(re.findall(r"^    (\w+):", section, re.M))
        for name, section in sections
    }


def scripts(widget):
    names = set(WIDGETS[widget].split()) - set(GENERATED)
    return "".join((LAB / name).read_text() for name in names)


def unused(keys, text):
    return {key for key in keys if not re.search(rf'"{key}"|\b{key}\b', text)}


@pytest.mark.parametrize("widget", LIVE)
def test_words_that_are_asked_for_are_the_words_that_exist(widget):
    exist, text = words("en"), scripts(widget)
    asked = set(re.findall(r'\bt\(\s*"(\w+)"', text))
    asked |= set(re.findall(r'(?:fail|button|problem)\("(\w+)"', text))
    assert asked <= exist[widget] | exist["common"]
    assert not unused(exist[widget], text)


def test_common_words_are_used():
    text = (LAB / "core" / "lab.js").read_text() + scripts("canvas")
    assert not unused(words("en")["common"], text)


def test_languages_have_the_same_words():
    english, chinese = (words(language) for language in LANGUAGES)
    assert english == chinese and len(english) >= len(WIDGETS)
