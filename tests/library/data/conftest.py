"""The places where files of a data set are looked for, all below tmp_path."""

import http.server
import threading
from types import SimpleNamespace

from nin_utils.data.sets import FASHION_MNIST, MNIST

import pytest

from helpers.data_files import GOOD

DEAD = "http://127.0.0.1:9/"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Return the folders that are searched, all missing at first.

    The sample counts as the whole of Fashion-MNIST.
    """
    monkeypatch.setattr(FASHION_MNIST, "files", dict(FASHION_MNIST.sample))
    monkeypatch.setattr(FASHION_MNIST, "packaged", (str(tmp_path / "debian"),))
    monkeypatch.setattr(MNIST, "files", dict(MNIST.files))
    monkeypatch.delenv("NIN_DATA", raising=False)
    monkeypatch.delenv("MXNET_GLUON_REPO", raising=False)
    monkeypatch.setenv("NIN_MIRROR", DEAD)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("MXNET_HOME", str(tmp_path / "mxnet"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return SimpleNamespace(
        cache=tmp_path / "cache" / "nin_utils" / "fashion-mnist",
        debian=tmp_path / "debian",
        gluon=tmp_path / "mxnet" / "datasets" / "fashion-mnist",
        home=tmp_path / "home" / ".mxnet" / "datasets" / "fashion-mnist",
        own=tmp_path / "own",
        dead=DEAD,
    )


@pytest.fixture
def host(monkeypatch):
    """Return a server; `host.pages` maps names to what it sends."""
    pages, asked = dict(GOOD), []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            page = pages.get(self.path.rsplit("/", 1)[1])
            if callable(page):
                return page(self)
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Length", str(len(page or b"")))
            self.end_headers()
            self.wfile.write(page or b"")

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("no_proxy", "127.0.0.1")  # outranks NO_PROXY
    yield SimpleNamespace(pages=pages, asked=asked, url=url)
    server.shutdown()
    server.server_close()
