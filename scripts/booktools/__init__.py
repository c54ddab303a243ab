"""What makes the book: sources, notebooks, languages, pages, editions."""
