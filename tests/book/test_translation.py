"""English words that changed since they were translated are named."""

import pytest

from booktools import translation
from helpers.small_book import CELL


def status(both, capsys):
    """Return what translate-status prints."""
    capsys.readouterr()
    translation.status(both.root)
    return capsys.readouterr().out


def test_translation_is_up_to_date(both, capsys):
    assert status(both, capsys) == "Every translation is up to date.\n"
    both.replace("print(1 + 1)", "print(2)")  # no words
    assert "up to date" in status(both, capsys)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("More words.", "Other words.", "cell 5 (Other words.): changed"),
        ("# One", "# Uno", "cell 1 (# Uno): changed"),
        ("More words.", f"Mo.\n\n{CELL}\nNew.", "cell 7 (New.): is new"),
        (f"\n{CELL}\nMore words.\n", "", "at the end: 1 cell(s) deleted"),
    ],
)
def test_translate_status_names_what_changed(both, capsys, old, new, says):
    both.replace(old, new)
    said = status(both, capsys)
    assert f"book/zh/01_one.md: book/en/01_one.md, {says}" in said
    translation.accept(["01_one"], both.root)
    assert "up to date" in status(both, capsys)


def test_translate_status_names_what_was_never_translated(both, capsys):
    both.chinese.unlink()
    assert "01_one.md, not translated yet" in status(both, capsys)


def test_page_that_was_never_accepted(both, capsys):
    text = both.chinese.with_name("index.md")
    text.write_text("# 目录\n")
    both.one_problem("book/zh/index.md: its front matter does not say")
    assert "index.md, never accepted" in status(both, capsys)


def test_accept_keeps_the_front_matter_and_the_words(both):
    before = both.chinese.read_text()
    hashes = translation.accepted(both.chinese)
    assert len(hashes) == 3
    many = translation.with_hashes(before, hashes * 9)
    assert max(len(line) for line in many.splitlines()) <= 79
    assert translation.with_hashes(many, hashes) == before
    bare = translation.with_hashes("# 目录\n", ["12345678"])
    assert bare == '---\ntranslated: ["12345678"]\n---\n\n# 目录\n'


def test_accept_names_unknown_pages(both):
    with pytest.raises(SystemExit, match="No page is called 09_none"):
        translation.accept(["09_none"], both.root)
