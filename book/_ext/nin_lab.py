"""The lab: its widgets in the pages, and the files they load.

A widget is an element of its own around what the page shows wherever the
widget cannot run, without JavaScript, say, or in a notebook::

    <nin-canvas sample="3" compact role="group" aria-label="What it lets see.">

    ![A still picture.](../figures/lab.png)

    Words with the same message.

    </nin-canvas>

A button in the text puts the widget of its page into a state::

    <button class="lab-set" type="button" hidden data-lab-set="side=20">Set</button>

the first one, or that which `data-lab-for="photos"` names.

A prediction has nothing to show there; it stands between a question and the
cell that answers it::

    <nin-predict answer="0.69" near="0.05" ask="Loss"></nin-predict>
    <nin-predict answer="VGG" choices="NiN|VGG"></nin-predict>

Only pages with a widget load anything of the lab. The scripts and styles of a
widget are loaded when its reader comes near it; of one that holds a ``<button
class="lab-start" type="button" hidden>``, when the reader presses that.
"""

import re
from pathlib import Path

from docutils import nodes

from booktools import lab_files
from booktools.lab_files import WIDGETS

TAG = re.compile(r"<nin-(?P<widget>[a-z]+)[^>]*>")


def name_scripts(app, doctree):
    """Name the scripts of each widget in its tag.

    Raises
    ------
    ValueError
        If there is no such widget, or its tag has no label for those who
        cannot see it.
    """
    for raw in doctree.findall(nodes.raw):
        match = TAG.match(raw.astext())
        if not match:
            continue
        if match["widget"] not in WIDGETS:
            known = ", ".join(WIDGETS)
            raise ValueError(f"{app.env.docname}: {match[0]} is none of {known}")
        if "aria-label=" not in match[0] and match["widget"] != "predict":
            raise ValueError(f"{app.env.docname}: {match[0]} needs an aria-label")
        scripts = f' data-scripts="{WIDGETS[match["widget"]]}">'
        text = match[0].removesuffix(">") + scripts
        raw.replace_self(nodes.raw("", text, format="html"))


def add_script(app, pagename, templatename, context, doctree):
    """Let a page with a widget load the loader, and no other page."""
    if doctree is not None and any(
        TAG.match(node.astext()) for node in doctree.findall(nodes.raw)
    ):
        app.add_js_file("lab/core/lab.js", loading_method="defer")


def write_files(app, exception):
    """Write the weights and the test images beside the scripts."""
    if exception or app.builder.format != "html":
        return
    lab_files.write(Path(app.outdir, "_static", "lab"))


def setup(app):
    """Connect the hooks."""
    app.connect("doctree-read", name_scripts)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_files)
