"""A few pages, built by Sphinx in the process of the test."""

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace


def build_html(source, target, *extensions, warning=None):
    """Build the pages of a folder; return the application.

    Parameters
    ----------
    source, target : pathlib.Path
        Folder with ``index.md``, and where ``html`` and ``doctrees`` go.
    *extensions : str
        Of Sphinx, beside myst_parser.
    warning : file-like, optional
        Takes the warnings.
    """
    with docutils_namespace():  # else a second build warns of the first one
        app = Sphinx(
            source,
            None,
            target / "html",
            target / "doctrees",
            "html",
            confoverrides={"extensions": ["myst_parser", *extensions]},
            status=None,
            warning=warning,
        )
        app.build()
    return app
