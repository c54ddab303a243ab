"""The built pages, and what happens when one is opened."""

from helpers import ROOT

SITE = ROOT / "_build" / "html"


def html_files():
    """Return every page of the site, as paths within it."""
    found = [
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.html")
        if "_static" not in path.parts
    ]
    assert found, "no page in _build/html: run `make book`"
    return sorted(found)


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
    """A page in a new window, with all that happened while it loaded."""

    def __init__(self, browser, address, width, **options):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, **options
        )
        self.page = self.context.new_page()
        self.requests, self.troubles = [], []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("requestfailed", lambda r: self.trouble("failed", r.url))
        self.page.on("response", self.responded)
        self.page.on("pageerror", lambda e: self.trouble("script", e))
        self.page.on("console", self.said)
        self.responses = []
        self.page.goto(address, wait_until="networkidle")

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
            response.request.sizes()["responseBodySize"]
            for response in self.responses
        )
