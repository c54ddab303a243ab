"""A Chromium and a local server, to test and audit the built pages."""

import contextlib
import functools
import gzip
import http.server
import io
import threading
import time
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from booktools import machine

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TEXT = (".html", ".css", ".js", ".svg", ".json", ".ipynb", ".xml", ".txt")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as web hosts do: text compressed, others as they are."""

    def log_message(self, *args):
        """Be quiet."""

    def end_headers(self):
        """Let the browser keep nothing from one page to the next."""
        self.send_header("Cache-Control", "no-store")
        for name, value in self.headers_of_site():
            self.send_header(name, value)
        super().end_headers()

    def headers_of_site(self):
        """Yield what the site's file _headers adds to every answer."""
        file = Path(self.directory) / "_headers"
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines()[1:]:
                name, value = line.split(":", 1)
                yield name.strip(), value.strip()

    def send_head(self):
        """Compress text."""
        path = self.translate_path(self.path)
        if not path.endswith(TEXT):
            return super().send_head()
        try:
            content = _compressed(path, Path(path).stat().st_mtime_ns)
        except OSError:
            return super().send_head()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


@functools.cache
def _compressed(path, changed):
    """Return the compressed content of a file that was changed then."""
    return gzip.compress(Path(path).read_bytes(), 6)


@contextlib.contextmanager
def served(folder):
    """Serve a folder on a free local port; yield its address."""
    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


@contextlib.contextmanager
def chromium(*flags):
    """Yield the system's Chromium or Chrome, else Playwright's own."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=machine.browser(), args=[*FLAGS, *flags]
            )
        except Error as error:
            raise RuntimeError(
                f"No Chromium starts: see make doctor.\n{error}"
            ) from None
        yield browser
        browser.close()


def wait_until(page, expression, seconds=20):
    """Wait until an expression is true on a page.

    Playwright's own `wait_for_function` evaluates a text within the page,
    which the pages' security policy forbids.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(f"Boolean({expression})"):
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds} s not yet: {expression}")
        page.wait_for_timeout(20)
