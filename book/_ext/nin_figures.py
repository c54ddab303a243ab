"""How figures are shown on a dark page: the build looks at their pixels.

Most figures are drawn on white, and the style turns them dark.  Three kinds
must stay as they are, and get a class: with a transparent ground, ``clear``,
with maps in the colours of viridis, ``maps``, and with photographs, ``photo``.
"""

from pathlib import Path

import numpy as np
from docutils import nodes
from PIL import Image

LOWEST = (68, 1, 84)  # viridis of 0, as 8-bit RGB: most of a sparse map
NEAR = 15  # in each channel
LEAST = 0.02  # share of such pixels
FEW = 24  # tones, of 16 x 16 x 16, that make nearly all of a chart
REST = 0.07  # share of the other tones, from here on, of a photograph


def kind_of(path):
    """Return the class of a figure, or None."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGBA")).astype(int)
    colors, opacity = pixels[..., :3], pixels[..., 3]
    if opacity[0, 0] == 0:
        return "clear"
    lowest = (abs(colors - LOWEST) <= NEAR).all(axis=2)
    if lowest.mean() > LEAST:
        return "maps"
    tones = (colors // 16 @ (256, 16, 1)).ravel()
    most = np.sort(np.bincount(tones))[-FEW:].sum()
    return "photo" if 1 - most / tones.size > REST else None


def mark(app, doctree, docname):
    """Give the figures of a page their class."""
    for node in doctree.findall(nodes.image):
        path = Path(app.srcdir, node["uri"])
        if path.suffix == ".png" and (kind := kind_of(path)):
            node["classes"].append(kind)


def setup(app):
    """Connect the hook."""
    app.connect("doctree-resolved", mark)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
