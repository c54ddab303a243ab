"""The languages of the book are read in one place."""

from booktools import files, languages


def test_languages_of_the_book():
    found = languages.languages()
    assert list(found) == [languages.ORIGINAL, "zh"] == ["en", "zh"]
    assert languages.translations() == ["zh"]
    needed = {
        "sphinx",
        "tag",
        "name",
        "title",
        "open",
        "editions",
        "predict",
        "contents",
    }
    for words in found.values():
        assert needed <= words.keys()
    assert {"english", "letters", "captions"} <= found["zh"].keys()
    names = {code: [page.name for page in files.pages(code)] for code in found}
    assert names["en"] == names["zh"] and len(names["en"]) > 15
    for code in found:
        assert len(files.chapters(code)) >= 11


def test_book_without_translation_has_only_the_original(book):
    assert list(languages.languages(book.root)) == ["en"]
    assert languages.translations(book.root) == []
    assert book.problems == []
