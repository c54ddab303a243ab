"""The built pages, and what happens when one is opened."""

from helpers import ROOT

SITE = ROOT / "_build" / "html"
TABS = 8


def html_files():
    """Return every page of the built site, as paths within it."""
    found = sorted(
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.html")
        if "_static" not in path.parts
    )
    assert len(found) > 50, f"{SITE} is not the built book: make book"
    return found


def chapter_names():
    """Return the pages with a notebook, as paths within the site."""
    found = [
        path.relative_to(ROOT / "notebooks").with_suffix(".html").as_posix()
        for path in (ROOT / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    ]
    assert len(found) >= 22, found
    return sorted(found)


class Visit:
    """A page in a new tab, with all that happened while it loaded."""

    def __init__(self, context):
        self.page = context.new_page()
        self.requests, self.troubles = [], []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("requestfailed", lambda r: self.trouble("failed", r.url))
        self.page.on("response", self.responded)
        self.page.on("pageerror", lambda e: self.trouble("script", e))
        self.page.on("console", self.said)
        self.responses = []

    def trouble(self, what, detail):
        self.troubles.append(f"{what}: {detail}")

    def responded(self, response):
        self.responses.append(response)
        if response.status >= 400:
            self.trouble(response.status, response.url)

    def said(self, message):
        if message.type in ("error", "warning"):
            self.trouble(f"console {message.type}", message.text)

    def transferred(self):
        """Return the bytes that came over the wire, without headers."""
        return sum(
            response.request.sizes()["responseBodySize"] for response in self.responses
        )


def new_window(browser, width, **options):
    """Return a window of this width that has seen no page yet."""
    size = {"width": width, "height": 900}
    return browser.new_context(viewport=size, **options)


def tour(browser, site, names, width=1280):
    """Open pages in one window, `TABS` at a time; yield name and `Visit`.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    site : str
        What stands before the names, ending with a slash.
    names : sequence of str
    width : int
        Of the window, in pixels.
    """
    window = new_window(browser, width)
    for first in range(0, len(names), TABS):
        visits = {name: Visit(window) for name in names[first : first + TABS]}
        for name, one in visits.items():
            one.page.goto(site + name, wait_until="commit")
        for name, one in visits.items():
            one.page.wait_for_load_state("load")
            one.page.wait_for_load_state("networkidle")
            yield name, one
            one.page.close()
    window.close()
