"""Draw the figures of book/figures from trained weights.

    python scripts/make_figures.py

nin.png: one test image, maps of each MLPConv layer of `nin_mnist`, the ten
confidence maps and their means. lab.png, photos.png and lab_probe.png: what
the lab, that for photographs and the 1×1 probe show, standing still.
sizes.png: accuracy of the trained networks on images of other sizes.
lineage.png: the time line of chapter 10. The weights are those that come with
nin_utils.
"""

import argparse
import itertools

from nin_utils import data, models, plots
from nin_utils.data import LABELS, Batches, fashion_mnist, place
from nin_utils.files import replaced
from nin_utils.maps import confidence_maps, lit
from nin_utils.training import evaluate_accuracy

import matplotlib.pyplot as plt
import numpy as np
from mxnet import nd

from booktools import lab_files
from booktools.browser import chromium
from booktools.files import ROOT

FIGURES = ROOT / "book" / "figures"
CLASS = LABELS.index("ankle boot")
FRAME = "#8a8a8a"
INK = "#7d7d7d"  # is read on white and on black
ON_ANY_GROUND = ("nin.png", "lab.png", "photos.png")
WIDE = 5.6, 4.0  # inches, of a figure whose words are read on a telephone
NUM_PICTURES = 500  # of the embedded test images, the first ones
NETS = (  # label, network, side of the images in training, sides shown
    (
        "nin (112 px)",
        lambda: models.nin(pretrained=True),
        112,
        (67, 80, 96, 99, 112, 128, 144, 160, 192, 224),
    ),
    (
        "nin_mnist (28 px)",
        lambda: models.nin_mnist(pretrained=True),
        28,
        (14, 17, 20, 24, 28, 32, 36, 40, 48, 56),
    ),
    (
        "nin_mnist (16–40 px)",
        lambda: models.nin_mnist(pretrained="canvas"),
        28,
        (14, 17, 20, 24, 28, 32, 36, 40, 48, 56),
    ),
)


def main():
    """Draw all."""
    draw_network()
    draw_lab()
    draw_photos()
    draw_probe()
    draw_sizes()
    draw_lineage()


def draw_lineage():
    """Render lineage.svg: not every reader of notebooks shows attached SVG."""
    with chromium() as browser:
        page = browser.new_page(
            viewport={"width": 345, "height": 372}, device_scale_factor=1.6
        )
        page.goto((FIGURES / "lineage.svg").as_uri())
        with replaced(FIGURES / "lineage.png") as part:
            page.screenshot(path=part, omit_background=True, type="png")


def draw_sizes():
    """Draw the accuracy against the size, relative to that of training."""
    plots.use_style()
    images, labels = fashion_mnist(train=False, subset=True)
    images, labels = images[:NUM_PICTURES], labels[:NUM_PICTURES]
    fig, ax = plt.subplots(figsize=(5.6, 3.2))
    markers = itertools.cycle("os^")
    for (label, make, usual, sides), marker in zip(NETS, markers):
        net = make()
        net.hybridize()
        values = [
            evaluate_accuracy(net, Batches(images, labels, 50, resize=side))
            for side in sides
        ]
        print(label, *(f"{s}:{v:.3f}" for s, v in zip(sides, values)))
        ax.plot([s / usual for s in sides], values, f"{marker}-", label=label)
    ax.set_xscale("log")
    ticks = {0.5: "× ½", 0.75: "× ¾", 1: "× 1", 1.5: "× 1½", 2: "× 2"}
    ax.set_xticks(list(ticks), ticks.values())
    ax.set_xticks([], minor=True)
    ax.set(ylim=(0, 1), ylabel="accuracy")
    ax.legend(loc="lower center")
    _save(fig, "sizes.png")


def draw_lab():
    """Draw garments on a canvas, and the ten maps."""
    images, labels = fashion_mnist(train=False, subset=True)
    picture = np.zeros((56, 56, 1), np.uint8)
    for name, top, left in (("trouser", 14, 0), ("ankle boot", 14, 28)):
        first = np.flatnonzero(labels == LABELS.index(name))[:1]
        placed = place(images[first, ..., None], 56, 28, top, left)[0]
        picture = np.maximum(picture, placed)
    X = nd.array(picture[None, None, ..., 0]) / 255
    net = models.nin_mnist(pretrained="canvas")
    maps = confidence_maps(net, X)[0].asnumpy()
    fig = plt.figure(figsize=(5.6, 4.8))
    _panel(fig, (0.27, 0.46, 0.46, 0.53), picture[..., 0], "gray")
    _named_maps(fig, maps, LABELS, 0.16)
    _save(fig, "lab.png")


def draw_photos():
    """Draw a street, lit where one map is bright, and the ten maps."""
    small, large = (data.photographs(height)["taxis"] for height in (96, 128))
    X = nd.image.to_tensor(nd.array(small, dtype="uint8")).expand_dims(0)
    maps = confidence_maps(models.nin_cifar10(pretrained=True), X)[0].asnumpy()
    fig = plt.figure(figsize=(5.6, 4.4))
    automobile = maps[data.CIFAR10_LABELS.index("automobile")]
    picture = lit(large.transpose(2, 0, 1)[None] / 255, automobile[None])[0]
    _panel(fig, (0.01, 0.36, 0.98, 0.63), picture.transpose(1, 2, 0), None)
    _named_maps(fig, maps, data.CIFAR10_LABELS, 0.12)
    _save(fig, "photos.png")


def _named_maps(fig, maps, names, height):
    """Draw ten maps in two rows at the bottom of a figure, each with its name."""
    for c, (channel_map, name) in enumerate(zip(maps, names)):
        bottom = 0.01 + (height + 0.055) * (1 - c // 5)
        box = (0.01 + 0.198 * (c % 5), bottom, 0.188, height)
        _panel(fig, box, channel_map, "viridis", maps.max())
        fig.axes[-1].set_title(name, fontsize=9, pad=2, color=INK)


def draw_probe():
    """Draw a pixel's way through a 1×1 convolution, without words."""
    maps = lab_files.probe_maps()[1] / 255
    row, column = 9, 15
    W = np.array([[1, 1, 0], [1, 1, 0], [-1, -1, 1], [1, -1, 0]])
    b = np.array([[0], [-1], [0], [0]])
    out = np.maximum(np.tensordot(W, maps, 1) + b[..., None], 0)
    x, y = (values[:, row, column, None] for values in (maps, out))
    fig = plt.figure(figsize=(6.4, 3.6))
    for left, size, panels in ((0.0, 0.28, maps), (0.86, 0.215, out)):
        for k, panel in enumerate(panels):
            bottom = 1 - (k + 1) * (size + 0.03)
            box = (left, bottom, size * 3.6 / 6.4, size)
            _panel(fig, box, panel, "viridis", 1)
            fig.axes[-1].plot(column, row, "s", ms=6, mec="w", mfc="none")
    for left, values, name, digits in (
        (0.18, W, "$W$", 1),
        (0.43, x, r"$\mathbf{x}$", 2),
        (0.56, b, r"$\mathbf{b}$", 1),
        (0.75, y, r"$\mathbf{y}$", 2),
    ):
        _cells(fig, left, values, name, digits, W.min() * 2)
    for x_sign, text in ((0.41, "·"), (0.53, "+"), (0.69, "ReLU\n→")):
        fig.text(x_sign, 0.5, text, ha="center", va="center", fontsize=13)
    _save(fig, "lab_probe.png")


def _cells(fig, left, values, name, digits, low):
    """Draw a matrix as coloured cells with their numbers."""
    rows, columns = values.shape
    ax = fig.add_axes(
        (left, 0.5 - 0.07 * rows, 0.07 * columns, 0.14 * rows), title=name
    )
    signed = digits == 1
    ax.imshow(
        values,
        "PuOr_r" if signed else "viridis",
        vmin=low if signed else 0,
        vmax=-low if signed else 1,
        aspect="auto",
    )
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    for (i, j), value in np.ndenumerate(values):
        ink = "k" if signed or value > 0.6 else "w"
        text = f"{value:.{digits}f}".replace("-", "−")
        ax.text(j, i, text, ha="center", va="center", color=ink)


def _save(fig, name):
    """Write a figure all at once."""
    with replaced(FIGURES / name) as part:
        fig.savefig(
            part,
            format="png",
            dpi=160,
            metadata={"Software": None},
            transparent=name in ON_ANY_GROUND,
        )
    print(f"{name}: {(FIGURES / name).stat().st_size / 1e3:.0f} kB")


def draw_network():
    """Run the network on one image and draw what it makes of it."""
    images, labels = fashion_mnist(train=False, subset=True)
    image = images[np.flatnonzero(labels == CLASS)[0]]
    stages = [X.asnumpy()[0] for X in _maps(image)]
    fig = plt.figure(figsize=WIDE)
    _panel(fig, _box(0.15, 2.25, 1.1, 1.1), image, "gray_r")
    _stack(fig, (1.85, 2.1), stages[0])
    _stack(fig, (3.95, 2.1), stages[1])
    _confidence(fig, stages[2])
    for x, y, text in (
        (0.70, 3.95, "X\n1×28×28"),
        (2.55, 3.95, "MLPConv 1\n48×28×28"),
        (4.65, 3.95, "MLPConv 2\n48×14×14"),
        (0.45, 1.75, "MLPConv 3\n10×7×7"),
        (0.45, 1.22, "GAP\n10×1×1"),
    ):
        _write(fig, x, y, text, va="top")
    for x, y, arrow in ((1.55, 2.8, "→"), (3.6, 2.8, "→"), (4.65, 1.96, "↓")):
        _write(fig, x, y, arrow, va="center", fontsize=20)
    _save(fig, "nin.png")


def _box(left, bottom, width, height):
    """Return a box in parts of the figure, from one in inches."""
    across, up = WIDE
    return left / across, bottom / up, width / across, height / up


def _write(fig, x, y, text, **options):
    """Write words at a place in inches, large enough for a telephone."""
    style = {"ha": "center", "fontsize": 11, "color": INK, **options}
    fig.text(*_box(x, y, 0, 0)[:2], text, **style)


def _maps(image):
    """Yield the maps after each of the three MLPConv layers."""
    X = nd.array(image).reshape((1, 1, 28, 28)) / 255
    for index, layer in enumerate(models.nin_mnist(pretrained=True)):
        X = layer(X)
        if index in (0, 3, 6):
            yield X


def _panel(fig, box, image, cmap, top=None):
    """Draw one image or map in a box of the figure."""
    ax = fig.add_axes(box)
    ax.imshow(image, cmap=cmap, vmin=0, vmax=top, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    for side in ax.spines.values():
        side.set(visible=True, color=FRAME, linewidth=0.6)


def _stack(fig, corner, maps):
    """Draw the six strongest maps as a stack of sheets."""
    left, bottom = corner
    strongest = np.argsort(-maps.std(axis=(1, 2)))[:6]
    for depth, channel in reversed(list(enumerate(strongest))):
        box = _box(left + 0.07 * depth, bottom + 0.07 * depth, 1.05, 1.05)
        _panel(fig, box, maps[channel], "viridis")


def _confidence(fig, maps):
    """Draw the ten confidence maps in a row, a bar and a name below each."""
    means = maps.mean(axis=(1, 2))
    for column, (label, channel_map) in enumerate(zip(LABELS, maps)):
        left = 0.95 + 0.463 * column
        box = _box(left, 1.37, 0.44, 0.44)
        _panel(fig, box, channel_map, "viridis", maps.max())
        ax = fig.add_axes(_box(left + 0.08, 0.92, 0.28, 0.4))
        color = plots.COLORS[1 if column == CLASS else 0]
        ax.bar([0], [means[column]], color=color)
        ax.set_ylim(0, means.max())
        ax.axis("off")
        _write(fig, left + 0.22, 0.88, label, va="top", rotation=90)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    main()
