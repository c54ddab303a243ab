"""A small site with one widget of the lab, to test and to measure it."""

import shutil

from booktools import lab_files
from booktools.browser import wait_until
from booktools.files import ROOT, template

LAB = ROOT / "book" / "_static" / "lab"


def write_page(folder, widget, attributes="", above=0):
    """Write a page and all that it loads into a folder.

    Parameters
    ----------
    folder : pathlib.Path
    widget : str
        A key of `lab_files.WIDGETS`.
    attributes : str
        Those of the widget's element.
    above : int
        Empty pixels above the widget.

    Returns
    -------
    pathlib.Path
        The page, <widget>.html.
    """
    shutil.copytree(LAB, folder / "lab", dirs_exist_ok=True)
    scripts = lab_files.WIDGETS[widget]
    if widget in ("canvas", "photos", "probe"):  # the others need no network
        lab_files.write(folder / "lab")
    page = folder / f"{widget}.html"
    text = template(
        "lab.html", above=above, attributes=attributes, scripts=scripts, widget=widget
    )
    page.write_text(text)
    return page


def wait(page, widget):
    """Wait until a widget shows everything that it was asked for."""
    element = f"document.querySelector('nin-{widget}')"
    wait_until(page, f"{element}?.result && !{element}.frame")
