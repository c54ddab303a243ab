"""The languages of the book are read in one place."""

from booktools import languages


def test_book_without_translation_has_only_the_original(book):
    assert list(languages.languages(book.root)) == ["en"]
    assert languages.translations(book.root) == []
    assert book.problems == []
