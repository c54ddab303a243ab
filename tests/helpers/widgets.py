"""A small site with one widget of the lab, and ways to look into it."""

import contextlib
import shutil

import nin_lab
from booktools.browser import wait_until
from helpers import ROOT

PHONE = {
    "viewport": {"width": 390, "height": 800},
    "has_touch": True,
    "is_mobile": True,
    "color_scheme": "dark",
}
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width">
<script src="lab/lab.js" defer></script></head>
<body style="max-width: 46rem; margin: auto"><p style="height: {above}px"></p>
<nin-{name} role="group" aria-label="x" data-scripts="{scripts}" {attributes}>
still</nin-{name}></body></html>
"""


def write_page(folder, name, attributes="", above=0):
    """Write <name>.html and all scripts; return its address on the disk."""
    shutil.copytree(
        ROOT / "book" / "_static" / "lab", folder / "lab", dirs_exist_ok=True
    )
    scripts = " ".join(nin_lab.WIDGETS[name])
    page = folder / f"{name}.html"
    page.write_text(
        PAGE.format(
            above=above, attributes=attributes, name=name, scripts=scripts
        )
    )
    return page.as_uri()


class Widget:
    """The widget on an open page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.element = page.locator(f"nin-{name}")
        self.errors, self.requests = [], []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)
        page.on("request", lambda request: self.requests.append(request.url))

    def _said(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def wait(self):
        """Scroll to the widget and wait until it lives."""
        self.element.scroll_into_view_if_needed()
        wait_until(
            self.page, f"document.querySelector('nin-{self.name}').result"
        )
        return self

    def get(self, expression):
        """Return a value; `widget` is the element."""
        return self.element.evaluate(f"widget => ({expression})")

    def button(self, name):
        """Return the button of this exact name."""
        return self.element.get_by_role("button", name=name, exact=True)

    def focused(self):
        """Return name or label of what has the focus inside the widget."""
        return self.get(
            "(e => e && (e.name || e.getAttribute('aria-label') ||"
            " e.textContent))(widget.shadowRoot.activeElement)"
        )

    def smallest_target(self):
        """Return the least height in pixels of what a finger must hit."""
        return self.get(
            "Math.min(...[...widget.shadowRoot.querySelectorAll("
            "'button, input, select')].map("
            "e => (e.closest('label.check') ?? e).offsetHeight))"
        )

    def too_wide(self):
        """Return how many pixels of the page do not fit its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - innerWidth"
        )


@contextlib.contextmanager
def opened(browser, address, name, wait=True, **options):
    """Open a page in a window of its own; at the end it had no error."""
    options.setdefault("viewport", {"width": 1000, "height": 900})
    context = browser.new_context(**options)
    try:
        widget = Widget(context.new_page(), name)
        widget.page.goto(address)
        yield widget.wait() if wait else widget
        assert not widget.errors
    finally:
        context.close()
