"""The first cell of every notebook: what it installs on Google Colab.

It is written from ``repository.url`` in _config.yml.  Until that names an
address, the notebooks ask for the wheel that lies beside the set-up page: an
address that does not exist yet could be registered by anybody, who could then
run code on the machines of the readers.
"""

import yaml

from booktools.files import ROOT, code_cells, read_source, write_text

PACKAGES = "mxnet==1.9.1 d2lzh==1.0.0 graphviz"
ADDRESS = """\
import sys

if "google.colab" in sys.modules:
    wheel = "{url}"
    wheel += "/archive/refs/heads/{branch}.zip"
    %pip install -q --no-deps {packages} {{wheel}}"""
UPLOAD = """\
import pathlib
import sys

if "google.colab" in sys.modules:
    wheels = sorted(pathlib.Path.cwd().glob("nin_utils-*.whl"))
    assert wheels, f"setup.html#google-colab -> {{pathlib.Path.cwd()}}"
    %pip install -q --no-deps {packages} {{wheels[-1]}}"""


def repository(root=ROOT):
    """Return the address and the branch that _config.yml names."""
    text = (root / "_config.yml").read_text(encoding="utf-8")
    settings = yaml.safe_load(text)["repository"]
    return (settings["url"] or "").rstrip("/"), settings["branch"]


def setup_source(url, branch="main"):
    """Return the code of the first cell, for this address of the book."""
    template = ADDRESS if url else UPLOAD
    return template.format(url=url, branch=branch, packages=PACKAGES)


def setup_of(source, root=ROOT):
    """Return what the first code cell of a page should be.

    Lines after the one that installs what every chapter needs are the page's
    own.
    """
    _, _, rest = code_cells(source)[0].source.partition(PACKAGES)
    more = rest.splitlines()[1:]
    return "\n".join([setup_source(*repository(root)), *more])


def setup_problem(source, root=ROOT):
    """Say what is wrong with the first code cell of a page, or None."""
    if not (root / "_config.yml").exists():  # a book of the tests
        return None
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
        write_text(page.source, text.replace(old, new, 1))


def forgive_setup(old, new):
    """Give an executed notebook the first code cell of its page.

    The cell does nothing outside Colab: no output depends on it.
    """
    ours, theirs = code_cells(old)[0], code_cells(new)[0]
    both = (set(cell.metadata.get("tags", [])) for cell in (ours, theirs))
    if all("remove-cell" in tags for tags in both):
        ours.source = theirs.source
