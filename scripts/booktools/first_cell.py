"""The first cell of every notebook: what it installs where nin_utils is missing.

It works on any host, Colab, Kaggle or a Jupyter of the reader's own: it only asks
whether `nin_utils` can be imported.  If not, pip gets it, with the host's own
settings, from ``repository.url`` in _config.yml, from a wheel beside the
notebook, or from what ``NIN_WHEEL`` names, which goes before all others.
NumPy and protobuf, which much else depends on, stay as the host has them.

Until _config.yml names an address, the notebooks ask for the wheel that lies
beside the set-up page: an address that does not exist yet could be registered by
anybody, who could then run code on the machines of the readers.
"""

import yaml

from booktools.files import ROOT, code_cells, read_source, write_text

ADDRESS = "{url}/archive/refs/heads/{branch}.zip"
CELL = """\
import importlib.util
import os
import pathlib
import sys

if importlib.util.find_spec("nin_utils") is None:
    here = pathlib.Path.cwd()
    wheels = ["{address}", *map(str, sorted(here.glob("nin_utils-*.whl")))]
    wheel = os.environ.get("NIN_WHEEL") or wheels[-1]
    if not wheel:
        sys.exit(f"{{here}}/*.whl? NIN_WHEEL? setup.html#sec-setup-hosts")
    %pip list --format=freeze | grep -E "^(numpy|protobuf)=" > installed.txt
    %pip install -q --no-deps mxnet==1.9.1 d2lzh==1.0.0
    %pip install -q -c installed.txt "{{wheel}}"
    importlib.invalidate_caches()
    if importlib.util.find_spec("nin_utils") is None:
        sys.exit(f"{{wheel}}? pip? setup.html#sec-setup-hosts")"""
LAST = CELL.splitlines()[-1].replace("{{", "{").replace("}}", "}")


def repository(root=ROOT):
    """Return the address and the branch that _config.yml names."""
    text = (root / "_config.yml").read_text(encoding="utf-8")
    settings = yaml.safe_load(text)["repository"]
    return (settings["url"] or "").rstrip("/"), settings["branch"]


def setup_source(url, branch="main"):
    """Return the code of the first cell, for this address of the book."""
    address = ADDRESS.format(url=url, branch=branch) if url else ""
    return CELL.format(address=address)


def setup_of(source, root=ROOT):
    """Return what the first code cell of a page should be.

    Lines after those that every chapter needs are the page's own.
    """
    _, found, rest = code_cells(source)[0].source.partition(LAST)
    if not found:
        raise SystemExit(
            f"A first code cell lacks the line {LAST.strip()}: copy the cell of "
            "another chapter."
        )
    return setup_source(*repository(root)) + rest


def setup_problem(source, root=ROOT):
    """Say what is wrong with the first code cell of a page, or None."""
    if not (root / "_config.yml").exists():  # a book of the tests
        return None
    if "remove-cell" not in code_cells(source)[0].metadata.get("tags", []):
        return None  # the rules of cells name it
    if code_cells(source)[0].source == setup_of(source, root):
        return None
    return (
        "the first code cell is not the one for the address in _config.yml; "
        "run `make notebooks`"
    )


def write_setup(page, root=ROOT):
    """Put the first code cell into a page, if it is not there already."""
    source = read_source(page.source)
    if setup_problem(source, root):
        old = code_cells(source)[0].source
        new = setup_of(source, root)
        text = page.source.read_text(encoding="utf-8")
        changed = text.replace(f"\n{old}\n```", f"\n{new}\n```", 1)
        if changed == text:
            raise SystemExit(
                f"{page.source}: its first code cell does not stand there as it is "
                "read; copy it from another chapter"
            )
        write_text(page.source, changed)


def forgive_setup(old, new):
    """Give an executed notebook the first code cell of its page.

    The cell does nothing where nin_utils is: no output depends on it.
    """
    ours, theirs = code_cells(old)[0], code_cells(new)[0]
    both = (set(cell.metadata.get("tags", [])) for cell in (ours, theirs))
    if all("remove-cell" in tags for tags in both):
        ours.source = theirs.source
