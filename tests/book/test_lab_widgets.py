"""The widgets of the lab in the pages, in a book of two pages."""

import pytest
from sphinx.errors import ExtensionError

import nin_lab
from helpers.sphinx_site import build_html

WITH = """# With

<nin-canvas canvas="48" compact role="group" aria-label="A &quot;live&quot; network">

Still *here*.

</nin-canvas>
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
            build_html(source, tmp_path, "nin_lab", warning=warning)
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
    assert 'canvas="48" compact role="group"' in tag
    assert 'data-scripts="core/colours.js ' in tag


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("nin-canvas", "nin-kitchen", "with: <nin-kitchen .* is none of average, "),
        ("aria-label", "title", "with: <nin-canvas .* needs an aria-label"),
    ],
)
def test_mistakes_are_named(build, old, new, message):
    with pytest.raises(ExtensionError, match=message):
        build(WITH.replace(old, new))
