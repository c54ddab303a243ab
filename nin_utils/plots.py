"""The house style of the figures, and the pictures several chapters share.

Every function draws with matplotlib and returns None, so that a notebook cell
shows the picture and nothing else.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patches

#: Okabe and Ito's colours: told apart by colour-blind readers too.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

_LIGHT = ("#cfe3f0", "#f7dccb", "#cbe8df", "#f3e2ec", "#faeccb", "#dcf0fa")
_LINEAR = 0.02  # effects up to here are drawn on a linear axis
_TICKS = (-0.5, -0.1, -0.02, -0.01, 0, 0.01, 0.02, 0.1, 0.5)
_GAP = 1.25  # between two stages, in units of the drawing


def use_style():
    """Set the fonts, sizes and colours that all figures of the book use."""
    plt.rcParams.update(
        {
            "figure.figsize": (6, 3),
            "figure.dpi": 110,
            "savefig.bbox": "tight",
            "font.size": 10,
            "axes.grid": True,
            "axes.prop_cycle": plt.cycler(color=COLORS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "grid.alpha": 0.3,
            "image.cmap": "gray_r",
            "legend.frameon": False,
        }
    )


def _picture(ax, image, title="", **options):
    """Draw one picture without axes; ``image`` is (H, W)."""
    ax.imshow(image, interpolation="nearest", **options)
    ax.set_title(title, fontsize=9)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for side in ax.spines.values():
        side.set_visible(True)
        side.set_color("#999999")


def show_images(images, titles=None, num_cols=8, size=1.2):
    """Draw pictures in a grid.

    Parameters
    ----------
    images : NDArray or numpy.ndarray
        Pictures, (N, H, W) or (N, 1, H, W), all drawn on one grey scale.
    titles : sequence of str, optional
        One title a picture.
    num_cols : int
        Pictures in a row.
    size : float
        Width of a picture in inches.
    """
    images = _as_maps(images)
    titles = [""] * len(images) if titles is None else titles
    rows = -(-len(images) // num_cols)
    cols = min(num_cols, len(images))
    _, axes = plt.subplots(
        rows, cols, figsize=(size * cols, 1.25 * size * rows), squeeze=False
    )
    for ax in axes.flat:
        ax.axis("off")
    limits = {"vmin": images.min(), "vmax": images.max()}
    for ax, image, title in zip(axes.flat, images, titles):
        ax.axis("on")
        _picture(ax, image, title, **limits)


def show_maps(images, maps, row_titles, col_titles, size=0.85):
    """Draw each picture beside its feature maps, as the paper's Figure 4.

    Parameters
    ----------
    images : NDArray or numpy.ndarray
        Pictures, (N, 1, H, W).
    maps : NDArray or numpy.ndarray
        Their feature maps, (N, C, h, w), coloured on one scale a picture.
    row_titles, col_titles : sequence of str
        N names of the pictures and C names of the maps.
    size : float
        Width of a panel in inches.
    """
    images, maps = _as_maps(images), np.asarray(maps)
    count, channels = maps.shape[:2]
    _, axes = plt.subplots(
        count,
        channels + 1,
        squeeze=False,
        figsize=(size * (channels + 1), 1.08 * size * count),
    )
    for row, image, channel_maps, title in zip(axes, images, maps, row_titles):
        _picture(row[0], image)
        row[0].set_ylabel(title, fontsize=8)
        top = max(float(channel_maps.max()), 1e-12)
        for ax, channel_map in zip(row[1:], channel_maps):
            _picture(ax, channel_map, cmap="viridis", vmin=0, vmax=top)
    for ax, title in zip(axes[0, 1:], col_titles):
        ax.set_title(title, fontsize=8, rotation=30, ha="left")


def show_decision(scores, extent, titles, points, labels):
    """Draw where a score over a plane is positive.

    Parameters
    ----------
    scores : sequence of numpy.ndarray
        One (n, n) array of scores a panel; rows are the second coordinate.
    extent : tuple of float
        Left, right, bottom, top of the plane.
    titles : sequence of str
        One title a panel.
    points : numpy.ndarray
        Points to mark, (k, 2).
    labels : numpy.ndarray
        Their classes, 0 or 1, (k,).
    """
    _, axes = plt.subplots(
        1, len(scores), figsize=(2.7 * len(scores), 2.8), squeeze=False
    )
    for ax, score, title in zip(axes[0], scores, titles):
        ax.imshow(
            score > 0, origin="lower", extent=extent, cmap="Blues", vmin=0, vmax=2
        )
        for label, marker in ((0, "o"), (1, "s")):
            chosen = points[labels == label]
            ax.scatter(*chosen.T, marker=marker, c=COLORS[label], s=60)
        ax.set_title(title)
        ax.set_xlabel("$a$")
        ax.set_ylabel("$b$")
        ax.grid(False)
    plt.tight_layout()


def show_effects(effects, verdicts, xlabel="", labels=None):
    """Draw each effect as a dot on its 95 % interval, one row a claim.

    Near 0 the axis is linear, farther out it is logarithmic: small and large
    effects are seen in one picture.

    Parameters
    ----------
    effects : dict of str to nin_utils.verdicts.Effect
        By the name of the claim, from top to bottom.
    verdicts : dict of str to str
        The sign of each claim: those of `nin_utils.verdicts`.
    xlabel : str
        What the effects are measured in.
    labels : dict of str to str, optional
        What stands behind the name of a claim.
    """
    color = {"✓": COLORS[2], "✗": COLORS[1], "?": "#777777"}
    _, ax = plt.subplots(figsize=(4, 0.3 * len(effects) + 0.7))
    ax.axvline(0, color="0.35", linewidth=1)
    for row, (name, effect) in enumerate(effects.items()):
        shade = color[verdicts[name]]
        ax.plot((effect.low, effect.high), (row, row), color=shade, linewidth=2)
        ax.plot(effect.value, row, "o", color=shade, markersize=5)
    signs = ax.secondary_yaxis("right")
    signs.set_yticks(range(len(effects)), [verdicts[name] for name in effects])
    for label in signs.get_yticklabels():
        label.set(color=color[label.get_text()], fontsize=12)
    for side in (ax, signs):
        side.tick_params("y", length=0)
    ax.spines["left"].set_visible(False)
    signs.spines["right"].set_visible(False)
    ax.set(
        yticks=range(len(effects)),
        yticklabels=[f"{(labels or {}).get(name, '')}   {name}" for name in effects],
        ylim=(len(effects) - 0.4, -0.6),
        xlabel=xlabel,
    )
    ax.set_xscale("symlog", linthresh=_LINEAR, linscale=1.5)
    low, high = ax.get_xlim()
    ticks = [t for t in _TICKS if low <= t <= high]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    ax.grid(False, axis="y")


def _as_maps(images):
    """Return (N, H, W) from (N, H, W) or (N, 1, H, W)."""
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    if images.ndim != 3:
        raise ValueError(
            f"pictures of shape {images.shape}: give (N, H, W) or (N, 1, H, W)"
        )
    return images


def show_network(stages):
    """Draw a network as a row of stacks of feature maps.

    Before each stage whose label begins with "MLPConv" stands its micro
    network, the small multilayer perceptron, as in the paper's Figure 2.

    Parameters
    ----------
    stages : sequence of tuple
        ``(label, channels, height)`` of each stage, from left to right: its
        name, the number of feature maps and their height in cells.
    """
    _, ax = plt.subplots(figsize=(9, 2.6))
    tallest = max(height for _, _, height in stages)
    left = 0.0
    for index, (label, channels, height) in enumerate(stages):
        if index:
            _arrow(ax, left, left + _GAP)
            if label.startswith("MLPConv"):
                _micro_network(ax, left + _GAP / 2)
            left += _GAP
        side = 0.35 + 1.25 * (height / tallest) ** 0.5
        left += _stack(ax, left, side, channels, index)
        center = left - side / 2 - 0.1
        ax.text(center, -1.05, label, ha="center", va="top", fontsize=9)
        size = f"{channels}×{height}×{height}"
        ax.text(center, -1.4, size, ha="center", va="top", fontsize=8, color="0.35")
    ax.set_xlim(-0.3, left + 0.3)
    ax.set_ylim(-1.8, 1.5)
    ax.set_aspect("equal")
    ax.axis("off")


def _stack(ax, left, side, channels, index):
    """Draw up to seven sheets for the maps of a stage; return its width."""
    sheets = min(7, 1 + channels // 8)
    for sheet in reversed(range(sheets)):
        shift = 0.06 * sheet
        ax.add_patch(
            patches.Rectangle(
                (left + shift, -side / 2 + shift),
                side,
                side,
                facecolor=_LIGHT[index % len(_LIGHT)],
                edgecolor=COLORS[index % len(COLORS)],
                linewidth=0.9,
            )
        )
    return side + 0.06 * sheets


def _arrow(ax, start, end):
    """Draw an arrow from one stage to the next."""
    ax.annotate(
        "",
        (end - 0.06, 0),
        (start + 0.06, 0),
        arrowprops={"arrowstyle": "->", "color": "0.35"},
    )


def _micro_network(ax, center):
    """Draw a perceptron of 3, 3 and 2 units above an arrow."""
    columns = [
        [(center + dx, y) for y in heights]
        for dx, heights in (
            (-0.28, (0.42, 0.62, 0.82)),
            (0.0, (0.42, 0.62, 0.82)),
            (0.28, (0.52, 0.72)),
        )
    ]
    for here, there in zip(columns, columns[1:]):
        for start in here:
            for end in there:
                ax.plot(*zip(start, end), color="0.7", linewidth=0.6)
    for column in columns:
        ax.scatter(*zip(*column), s=13, color="0.25", zorder=3)
