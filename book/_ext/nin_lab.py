"""The lab: the directive of its widgets, and the files they load.

    :::{lab} canvas
    :alt: What the widget lets you see, in one sentence.
    :attributes: sample=3 compact

    ![](../figures/lab_canvas.png)

    A still picture and words with the same message.
    :::

A button in the text puts the widget of its page into a state::

    {lab-set}`Set it up <canvas=84 side=20 weights=only28>`

The content of the directive stands in the page wherever the widget cannot
run: without JavaScript, in an old browser, when a file does not load. Only
pages with the directive load anything of the lab, and their readers load the
scripts and styles of a widget when they come near it.
"""

import html
import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

import nin_lab_files

#: The scripts of each widget, in the order in which they are loaded.
WIDGETS = {
    "canvas": (
        "core/colours.js core/layers.js engine/kernels-wasm.js "
        "engine/engine.js canvas/samples.js canvas/scene.js canvas/upload.js "
        "canvas/stage.js canvas/stage-input.js canvas/rows.js "
        "canvas/numbers.js canvas/controls.js canvas/canvas.js"
    ),
    "probe": (
        "core/colours.js probe/maps.js probe/view.js probe/controls.js "
        "probe/equation.js probe/probe.js"
    ),
    "shapes": (
        "core/layers.js shapes/presets.js shapes/editor.js shapes/table.js "
        "shapes/shapes.js"
    ),
}


class Lab(SphinxDirective):
    """``{lab}``: a widget around its own still picture."""

    required_arguments = 1
    has_content = True
    option_spec = {
        "alt": directives.unchanged_required,
        "attributes": directives.unchanged,
    }

    def run(self):
        """Return the element, with the content inside."""
        widget = self.arguments[0]
        if widget not in WIDGETS:
            known = ", ".join(WIDGETS)
            raise self.error(f"no widget is called {widget!r}: {known}")
        if not self.content or not self.options.get("alt"):
            raise self.error(
                "the directive lab needs :alt: and a still picture or words "
                "for readers without JavaScript"
            )
        attributes = {
            "role": "group",
            "aria-label": self.options["alt"],
            "data-scripts": WIDGETS[widget],
        }
        for option in self.options.get("attributes", "").split():
            name, _, value = option.partition("=")
            attributes[name] = value
        text = "".join(
            f' {name}="{html.escape(value)}"' for name, value in attributes.items()
        )
        still = nodes.container(classes=["lab-still"])
        self.state.nested_parse(self.content, self.content_offset, still)
        return [
            nodes.raw("", f"<nin-{widget}{text}>", format="html"),
            still,
            nodes.raw("", f"</nin-{widget}>", format="html"),
        ]


def lab_set(name, rawtext, text, lineno, inliner, options=None, content=()):
    """``{lab-set}``: a button, unseen where it could do nothing."""
    found = re.fullmatch(r"(.+?)\s*<(.+)>", text, re.S)
    if not found:
        message = inliner.reporter.error(
            f"lab-set needs words <name=value …>, not {text!r}", line=lineno
        )
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    words, state = found.groups()
    button = (
        f'<button class="lab-set" type="button" hidden data-lab-set="'
        f'{html.escape("&".join(state.split()))}">{html.escape(words)}'
        "</button>"
    )
    return [nodes.raw("", button, format="html")], []


def add_script(app, pagename, templatename, context, doctree):
    """Let a page with a widget load the loader, and no other page."""
    if doctree is not None and any(
        "lab-still" in node["classes"] for node in doctree.findall(nodes.container)
    ):
        app.add_js_file("lab/core/lab.js", loading_method="defer")


def write_files(app, exception):
    """Write the weights and the test pictures beside the scripts."""
    if exception or app.builder.format != "html":
        return
    nin_lab_files.write(Path(app.outdir, "_static", "lab"))


def setup(app):
    """Register the directive and its hooks."""
    app.add_directive("lab", Lab)
    app.add_role("lab-set", lab_set)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_files)
