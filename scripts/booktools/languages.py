"""Which languages the book has, and the words of the site in each.

All of it stands in book/languages.yml; the extensions of Sphinx, the rules
and the editions ask here.
"""

import yaml

from booktools.files import ROOT

ORIGINAL = "en"  # written first; its notebooks are the ones executed


def languages(root=ROOT):
    """Return what is said of each language that the book has, by its code.

    The original comes first.
    """
    text = (root / "book" / "languages.yml").read_text(encoding="utf-8")
    return {
        code: words
        for code, words in yaml.safe_load(text).items()
        if (root / "book" / code).is_dir()
    }


def translations(root=ROOT):
    """Return the codes of the languages besides the original."""
    return [code for code in languages(root) if code != ORIGINAL]
