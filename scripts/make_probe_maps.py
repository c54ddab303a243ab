"""Write the feature maps that the page's 1×1 probe works on.

    python scripts/make_probe_maps.py

They are three of the 96 maps behind the first 5×5 convolution of the trained
`nin_mnist`, on one test picture: those most like its left edges, its upper
edges and its surface. Each is scaled to a largest value of 1 and rounded to
1/255. The result is book/_static/lab/probe/maps.js.
"""

import base64

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.data import LABELS, fashion_mnist

import numpy as np
from mxnet import nd

from booktools.files import ROOT, write_text

TARGET = ROOT / "book" / "_static" / "lab" / "probe" / "maps.js"
CLASS = LABELS.index("ankle boot")
SCRIPT = """\
// Written by scripts/make_probe_maps.py: bytes, row by row, 255 means 1.
NinLab.probeMaps = {{
  channels: {channels},
  size: 28,
  maps: [
{maps}
  ],
}};
"""


def feature_maps():
    """Return the chosen channels and their maps.

    Returns
    -------
    list of int
        Three channels of the first convolution.
    numpy.ndarray of uint8
        (3, 28, 28).
    """
    images, labels = fashion_mnist(train=False, subset=True)
    X = images[np.flatnonzero(labels == CLASS)[0]].astype("float32") / 255
    net = models.nin_mnist(pretrained=True)
    maps = net[0][0](nd.array(X).reshape((1, 1, 28, 28))).asnumpy()[0]
    channels = [_most_like(target, maps) for target in _targets(X)]
    chosen = maps[channels]
    scale = 255 / chosen.max(axis=(1, 2), keepdims=True)
    return channels, np.rint(chosen * scale).astype("uint8")


def _targets(X):
    """Return where the picture gets brighter to the right, downwards; it."""
    padded = np.pad(X, 1)
    right = padded[1:-1, 2:] - padded[1:-1, :-2]
    down = padded[2:, 1:-1] - padded[:-2, 1:-1]
    return np.maximum(right, 0), np.maximum(down, 0), X


def _most_like(target, maps):
    """Return the channel whose map has the highest correlation."""
    target = target - target.mean()
    maps = maps - maps.mean(axis=(1, 2), keepdims=True)
    norms = np.sqrt((maps**2).sum(axis=(1, 2)))
    dead = norms < 1e-6
    likeness = (maps * target).sum(axis=(1, 2)) / np.where(dead, 1, norms)
    return int(np.where(dead, -1, likeness).argmax())


def main():
    """Write the script that the page loads."""
    channels, maps = feature_maps()
    lines = []
    for one in maps:
        text = base64.b64encode(one.tobytes()).decode()
        parts = [text[i : i + 68] for i in range(0, len(text), 68)]
        lines.append("    " + " +\n    ".join(f'"{part}"' for part in parts))
    write_text(
        TARGET,
        SCRIPT.format(channels=channels, maps=",\n".join(lines) + ","),
    )
    print(f"{TARGET.name}: channels {channels}")


if __name__ == "__main__":
    main()
