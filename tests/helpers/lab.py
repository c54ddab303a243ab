"""A small site with the lab's canvas alone, and ways to look into it."""

import contextlib
import shutil

import nin_lab
import nin_lab_files
from booktools.browser import wait_until
from helpers import ROOT

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>lab</title>
<meta name="viewport" content="width=device-width">
<script src="lab/lab.js" defer></script></head>
<body style="max-width: 46rem; margin: auto">
<nin-canvas data-scripts="{scripts}" {attributes}>still</nin-canvas>
</body></html>
"""
WIDGET = "document.querySelector('nin-canvas')"


def write_site(folder):
    """Write lab.html and all it loads into an empty folder."""
    shutil.copytree(ROOT / "book" / "_static" / "lab", folder / "lab")
    nin_lab_files.write(folder / "lab")
    scripts = " ".join(nin_lab.WIDGETS["canvas"])
    for name, attributes in {
        "lab": "canvas=48 sample=2",
        "js": "only=js",
        "small": "sample=2",
    }.items():
        text = PAGE.format(scripts=scripts, attributes=attributes)
        (folder / f"{name}.html").write_text(text)


class Lab:
    """The widget on an open page."""

    def __init__(self, page):
        self.page = page
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.widget = page.locator("nin-canvas")
        self.stage = self.widget.locator(".stage")

    def wait(self):
        """Wait until everything that was asked for is shown."""
        wait_until(self.page, f"{WIDGET}?.result && !{WIDGET}.frame")
        return self

    def get(self, expression):
        """Return a value; `lab` is the widget."""
        self.wait()
        return self.page.evaluate(
            f"(() => {{ const lab = {WIDGET}; return {expression}; }})()"
        )

    def array(self, expression):
        """Return a typed array as a list."""
        return self.get(f"Array.from({expression})")

    @property
    def scores(self):
        """The ten scores, or None."""
        return self.get("lab.result.scores && Array.from(lab.result.scores)")

    @property
    def garment(self):
        """Side, top and left of the selected garment."""
        return self.get(
            "(({ side, top, left }) => ({ side, top, left }))"
            "(lab.scene.garment)"
        )

    def point(self, row, column):
        """Return where a pixel of the canvas lies in the window."""
        box = self.stage.bounding_box()
        zoom = box["width"] / self.get("lab.scene.canvas")
        return box["x"] + column * zoom, box["y"] + row * zoom

    def drag(self, start, end):
        """Drag the mouse from one pixel of the canvas to another."""
        self.page.mouse.move(*self.point(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.point(*end), steps=4)
        self.page.mouse.up()
        self.wait()

    def press(self, *keys):
        """Press keys on the canvas."""
        self.stage.focus()
        for key in keys:
            self.page.keyboard.press(key)
        self.wait()

    def click(self, name, **options):
        """Click a button by its name."""
        self.widget.get_by_role("button", name=name, **options).click()
        self.wait()

    def failure(self):
        """Return the text of the message that is shown."""
        return self.widget.get_by_role("alert").inner_text()


@contextlib.contextmanager
def opened(browser, address, wait=True, **options):
    """Open a page of the site in a window of its own."""
    options.setdefault("viewport", {"width": 1000, "height": 1000})
    context = browser.new_context(**options)
    try:
        lab = Lab(context.new_page())
        lab.page.goto(address)
        yield lab.wait() if wait else lab
        assert not lab.errors
    finally:
        context.close()
