"""The diagram of a network: stacks of feature maps from left to right."""

import matplotlib.pyplot as plt
from matplotlib import patches

#: Okabe and Ito's colours: told apart by colour-blind readers too.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

_LIGHT = ("#cfe3f0", "#f7dccb", "#cbe8df", "#f3e2ec", "#faeccb", "#dcf0fa")
_GAP = 1.25  # between two stages, in units of the drawing


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
        ax.text(
            center, -1.4, size, ha="center", va="top", fontsize=8, color="0.35"
        )
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
