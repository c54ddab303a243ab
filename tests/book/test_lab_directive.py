"""The directive and the button of the lab, in a book of two pages."""

import re

import pytest
from sphinx.application import Sphinx

import nin_lab

WITH = """# With

{lab-set}`Small <canvas=84 side=20>`

:::{lab} canvas
:alt: A "live" network
:attributes: canvas=48 compact

Still *here*.
:::
"""


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Build a page beside another one; return folder and warnings."""
    monkeypatch.setattr(nin_lab, "write_files", lambda app, error: None)

    def build(text):
        source = tmp_path / "source"
        source.mkdir()
        (source / "index.md").write_text("# Other\n\n```{toctree}\nwith\n```\n")
        (source / "with.md").write_text(text)
        with open(tmp_path / "warnings", "w") as warning:
            Sphinx(
                source,
                None,
                tmp_path / "html",
                tmp_path / "doctrees",
                "html",
                confoverrides={
                    "extensions": ["myst_parser", "nin_lab"],
                    "myst_enable_extensions": ["colon_fence"],
                },
                status=None,
                warning=warning,
            ).build()
        return tmp_path / "html", (tmp_path / "warnings").read_text()

    return build


def test_only_the_page_with_a_widget_loads_the_loader(build):
    folder, warnings = build(WITH)
    assert not warnings
    text = (folder / "with.html").read_text()
    assert "lab/core/lab.js" in text
    assert "lab/core/lab.js" not in (folder / "index.html").read_text()
    begin, end = text.index("<nin-canvas"), text.index("</nin-canvas>")
    assert "Still <em>here</em>" in text[begin:end]
    tag = text[begin : text.index(">", begin)]
    assert 'aria-label="A &quot;live&quot; network"' in tag
    assert 'canvas="48"' in tag and 'compact=""' in tag
    assert 'data-scripts="core/colours.js ' in tag
    assert 'hidden data-lab-set="canvas=84&amp;side=20">Small<' in text


@pytest.mark.parametrize(
    "text, message",
    [
        (":::{lab} kitchen\n:alt: x\n\ny\n:::", "no widget.*'kitchen'"),
        (":::{lab} canvas\n\ny\n:::", "needs :alt:"),
        (":::{lab} canvas\n:alt: x\n:::", "needs :alt: and a still picture"),
        ("{lab-set}`Small`", "lab-set needs words"),
    ],
)
def test_mistakes_are_named(build, text, message):
    _, warnings = build(f"# With\n\n{text}\n")
    assert re.search(message, warnings)
