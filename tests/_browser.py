"""A Chromium and a local server for the tests of the built pages."""

import contextlib
import functools
import gzip
import http.server
import io
import shutil
import threading

from playwright.sync_api import Error, sync_playwright

INSTALL = (
    "The page tests need Chromium or Chrome.  Install one, by: "
    "apt-get install chromium   (or: .venv/bin/playwright install chromium)"
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
TEXT = (".html", ".css", ".js", ".svg", ".json", ".ipynb", ".xml", ".txt")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as web hosts do: text compressed, others as they are."""

    def log_message(self, *args):
        """Be quiet."""

    def end_headers(self):
        """Let the browser keep nothing from one page to the next."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_head(self):
        """Compress text."""
        path = self.translate_path(self.path)
        if not path.endswith(TEXT):
            return super().send_head()
        try:
            with open(path, "rb") as file:
                content = gzip.compress(file.read(), 6)
        except OSError:
            return super().send_head()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


@contextlib.contextmanager
def served(folder):
    """Serve a folder on a free local port; yield its address."""
    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextlib.contextmanager
def chromium():
    """Yield the system's Chromium or Chrome, else Playwright's own."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=found, args=FLAGS
            )
        except Error as error:
            raise RuntimeError(f"{INSTALL}\n{error}") from None
        yield browser
        browser.close()
