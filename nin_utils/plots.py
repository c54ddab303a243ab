"""The house style of the figures, and the pictures several chapters share.

Every function draws with matplotlib and returns None, so that a notebook cell
shows the picture and nothing else.
"""

import matplotlib.pyplot as plt
import numpy as np

from ._diagram import COLORS, show_network

__all__ = [
    "COLORS",
    "show_decision",
    "show_images",
    "show_maps",
    "show_network",
    "use_style",
]


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
    images, maps = _as_maps(images), np.asarray(_numpy(maps))
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
            score > 0,
            origin="lower",
            extent=extent,
            cmap="Blues",
            vmin=0,
            vmax=2,
        )
        for label, marker in ((0, "o"), (1, "s")):
            chosen = points[labels == label]
            ax.scatter(*chosen.T, marker=marker, c=COLORS[label], s=60)
        ax.set_title(title)
        ax.set_xlabel("$a$")
        ax.set_ylabel("$b$")
        ax.grid(False)
    plt.tight_layout()


def _numpy(array):
    """Return ``array`` as NumPy, from an NDArray or what NumPy takes."""
    return array.asnumpy() if hasattr(array, "asnumpy") else np.asarray(array)


def _as_maps(images):
    """Return (N, H, W) from (N, H, W) or (N, 1, H, W)."""
    images = _numpy(images)
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    if images.ndim != 3:
        raise ValueError(
            f"pictures of shape {images.shape}: give (N, H, W) or (N, 1, H, W)"
        )
    return images
