"""A book of two pages that each test may spoil."""

import pytest

from helpers.small_book import Book


@pytest.fixture
def book(tmp_path):
    """The English edition alone."""
    return Book(tmp_path)


@pytest.fixture
def both(book):
    """The English and the Chinese edition."""
    book.translate()
    return book
