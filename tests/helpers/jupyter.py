"""A real JupyterLab in a browser, and the notebooks that are opened in it."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import PurePath

from booktools.browser import wait_until

# Let all cells be drawn, not only those that are in sight.
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}


@contextlib.contextmanager
def jupyterlab(root, folder):
    """Serve the book in `root` as `make jupyter` does; yield the address.

    What JupyterLab keeps for its user lies in `folder`.
    """
    overrides = json.loads((root / "notebooks/.jupyter/overrides.json").read_text())
    (folder / "overrides.json").write_text(json.dumps({**overrides, **SETTINGS}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.root_dir": root,
        "IdentityProvider.token": "",
        "LabApp.app_settings_dir": folder,
        "LabApp.user_settings_dir": folder / "settings",
        "LabApp.workspaces_dir": folder / "workspaces",
        "LabApp.expose_app_in_browser": True,
    }
    command = [sys.executable, "-m", "jupyterlab", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    places = {f"JUPYTER_{x}_DIR": str(folder / x) for x in ("CONFIG", "RUNTIME")}
    log = folder / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            command, env={**os.environ, **places}, stdout=out, stderr=out
        )
    try:
        wait_for(port, server, log)
        yield f"http://127.0.0.1:{port}/"
    finally:
        # It has no kernels and nothing to save, and its orderly end takes long.
        server.kill()
        server.wait()


def wait_for(port, server, log, seconds=90):
    """Wait until a server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port)).close()
        time.sleep(0.1)
    raise RuntimeError(log.read_text())


class Lab:
    """JupyterLab in one tab of a browser, with all requests it makes."""

    def __init__(self, page, address):
        self.page, self.requests = page, []
        page.on("request", lambda request: self.requests.append(request.url))
        # Words are read here, nothing is run: no kernel is started.
        page.route(re.compile("/api/sessions"), self.without_kernel)
        page.goto(address + "lab?reset")
        wait_until(page, "window.jupyterapp?.shell.currentWidget", 90)

    @staticmethod
    def without_kernel(route):
        """Let a request for a kernel wait for ever, and answer all others."""
        if route.request.method != "POST":
            route.continue_()

    def close_all(self):
        """Close all documents."""
        self.page.evaluate("jupyterapp.commands.execute('application:close-all')")

    def open(self, path):
        """Open a document, or come back to it; wait until it is drawn."""
        self.page.evaluate(OPEN, path)
        wait_until(self.page, DRAWN, 60)

    def click(self, target):
        """Click the link of the open notebook that its source gives so."""
        file, _, label = target.partition("#")
        end = f'[href$="#{label}"]' if label else ':not([href*="#"])'
        link = f'.jp-RenderedMarkdown a[href*="/{PurePath(file).name}"]{end}'
        self.page.locator(f"{link} >> visible=true").first.click()

    def wait_for(self, path, label=""):
        """Wait until a document lies on top, with an anchor of it in sight."""
        shown = f"({IN_SIGHT})({json.dumps(path)}, {json.dumps(label)})"
        wait_until(self.page, shown, 60)

    def asked_outside(self):
        """Return the requests that left this machine."""
        own = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|attachment:")
        return [url for url in self.requests if not own.match(url)]


OPEN = """async (path) => {
  window.opened = await jupyterapp.commands.execute("docmanager:open", {path});
  await opened.context.ready;
  await opened.revealed;
}"""

# Every cell of the notebook stands in the page, its Markdown is rendered.
DRAWN = """(opened.content.widgets ?? []).every((cell) => cell.node.isConnected
    && (cell.model.type !== "markdown"
        || cell.node.querySelector(".jp-RenderedMarkdown")?.childElementCount))"""

IN_SIGHT = """(path, label) => {
  const tab = jupyterapp.shell.currentWidget;
  if (tab?.context?.path !== path) return false;
  if (!label) return tab.node.querySelector("h1");
  const target = tab.node.querySelector(`[data-jupyter-id="${label}"]`);
  const {top, bottom} = tab.content.node.getBoundingClientRect();
  const y = target?.getBoundingClientRect().top;
  return y >= top - 1 && y < bottom;
}"""
