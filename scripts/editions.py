"""Make the PDF and EPUB editions of the built book, and link them.

`make pdf` and `make epub` call it: `scripts/editions.py pdf epub`.
"""

import argparse
import importlib

from booktools.files import ROOT
from booktools.languages import languages
from booktools.publish import publish

MOST = 10_000_000  # bytes, of each file


def main():
    """Make the wanted kinds for all languages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="+", choices=("pdf", "epub"))
    for kind in parser.parse_args().kinds:
        edition = importlib.import_module(f"booktools.editions.{kind}")
        for language in languages():
            path = edition.make(language)
            size = path.stat().st_size
            print(f"{path.relative_to(ROOT)}: {size / 1e6:.1f} MB", flush=True)
            if size > MOST:
                raise SystemExit(f"{path}: {size:,} bytes, more than {MOST:,}")
    publish()


if __name__ == "__main__":
    main()
