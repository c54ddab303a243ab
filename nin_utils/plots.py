"""The house style of the figures, and the pictures several chapters share.

Every function draws with matplotlib and returns None, so that a notebook cell
shows the picture and nothing else. They stand in one module because they share
colours and parts.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colors, patches

from .checks import check_integer

#: Okabe and Ito's colours, told apart by colour-blind readers too.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

_LIGHT = ("#cfe3f0", "#f7dccb", "#cbe8df", "#f3e2ec", "#faeccb", "#dcf0fa")
_LINEAR = 0.02  # effects up to here are drawn on a linear axis
_TICKS = (-0.5, -0.1, -0.01, 0, 0.01, 0.1, 0.5)
_GAP = 1.45  # between two stages, in units of the drawing
_MARKERS = "os^D"
_WIDE = 5.6  # inches, of a drawing whose labels are read on a telephone
_SIGNED = colors.LinearSegmentedColormap.from_list(
    "signed", (COLORS[1], "white", COLORS[0])
)
_UNDER = {"ha": "center", "va": "top"}  # of a label
_TO = {"arrowstyle": "->", "color": "0.35"}  # of an arrow
_THIN = {"edgecolor": "0.5", "linewidth": 0.6}
_SQUARE = 0.62  # of a matrix
_CELL = (0.37, 0.15, 0.22)  # of a map that lies: width, slope, height
_FLOOR = 1.12  # from one such map to the next
_PITCH = 54  # from one solid to the next, in pixels of the input
_DEPTH = 0.12  # of a solid, seen from the side, a pixel of its height


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
    """Draw one image without axes; ``image`` is (H, W) or (H, W, 3)."""
    ax.imshow(image, interpolation="nearest", **{"cmap": "gray_r", **options})
    ax.set_title(title, fontsize=9)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for side in ax.spines.values():
        side.set_visible(True)
        side.set_color("#999999")


def show_images(images, titles=None, num_cols=8, size=1.2):
    """Draw images in a grid.

    Parameters
    ----------
    images : NDArray or numpy.ndarray
        Images, (N, H, W) or (N, 1, H, W), all drawn on one grey scale, or
        (N, 3, H, W), red, green and blue in [0, 1].
    titles : sequence of str, optional
        One title per image.
    num_cols : int
        Images in a row.
    size : float
        Width of an image in inches.

    Raises
    ------
    TypeError, ValueError
        If there is no image, a shape or a colour is not as above, or
        `num_cols` is no positive integer.
    """
    images = _as_images(images)
    if not len(images):
        raise ValueError(f"images of shape {images.shape}: there is none to draw")
    check_integer("num_cols", num_cols)
    titles = [""] * len(images) if titles is None else titles
    _check_count("titles", titles, len(images))
    rows = -(-len(images) // num_cols)
    cols = min(num_cols, len(images))
    height = size * images.shape[1] / images.shape[2] + 0.3  # with the title
    _, axes = plt.subplots(
        rows, cols, figsize=(size * cols, height * rows), squeeze=False
    )
    for ax in axes.flat:
        ax.axis("off")
    limits = {"vmin": images.min(), "vmax": images.max()}
    for ax, image, title in zip(axes.flat, images, titles):
        ax.axis("on")
        _picture(ax, image, title, **limits)


def show_maps(images, maps, row_titles, col_titles, size=0.45):
    """Draw each image beside its feature maps, as the paper's Figure 4.

    The names are large enough to be read on a telephone.

    Parameters
    ----------
    images : NDArray or numpy.ndarray
        Images, (N, 1, H, W), or (N, 3, H, W) in [0, 1].
    maps : NDArray or numpy.ndarray
        Their feature maps, (N, C, h, w), coloured on one scale per image.
    row_titles, col_titles : sequence of str
        N names of the images and C names of the maps.
    size : float
        Width of a panel in inches.

    Raises
    ------
    ValueError
        If shapes, colours or numbers of titles do not fit.
    """
    images, maps = _as_images(images), np.asarray(maps)
    if maps.ndim != 4:
        raise ValueError(f"maps of shape {maps.shape}: give (N, C, h, w)")
    count, channels = maps.shape[:2]
    _check_count("images", images, count)
    _check_count("row_titles", row_titles, count)
    _check_count("col_titles", col_titles, channels)
    _, axes = plt.subplots(
        count,
        channels + 1,
        squeeze=False,
        figsize=(size * (channels + 1), size * count),
        gridspec_kw={"wspace": 0.08, "hspace": 0.08},
    )
    for row, image, channel_maps, title in zip(axes, images, maps, row_titles):
        _picture(row[0], image)
        row[0].set_ylabel(title, fontsize=11, rotation=0, ha="right", va="center")
        top = max(float(channel_maps.max()), 1e-12)
        for ax, channel_map in zip(row[1:], channel_maps):
            _picture(ax, channel_map, cmap="viridis", vmin=0, vmax=top)
    for ax, title in zip(axes[0, 1:], col_titles):
        ax.set_title(title, fontsize=11, rotation=90)


def show_average(image, maps, titles):
    """Draw how the maps of one image become scores: each by its mean.

    Parameters
    ----------
    image : NDArray or numpy.ndarray
        The image, (H, W) or (1, H, W).
    maps : NDArray or numpy.ndarray
        Its last feature maps, (C, h, w), coloured on one scale.
    titles : sequence of str
        C names of the maps.

    Raises
    ------
    ValueError
        If shapes and number of titles do not fit.
    """
    maps, (image,) = np.asarray(maps), _as_maps(np.asarray(image)[None])
    if maps.ndim != 3 or len(maps) != len(titles):
        raise ValueError(
            f"maps of shape {maps.shape} and {len(titles)} titles: "
            "give (C, h, w) and C titles"
        )
    means = maps.mean(axis=(1, 2))
    best, top = means.argmax(), max(float(abs(means).max()), 1e-12)
    lowest = 1.8 * min(float(means.min()), 0) / top
    _, ax = plt.subplots(figsize=(_WIDE, 2.9))
    _sheet(ax, (0, 2.6), 2.4, image, cmap="gray_r")
    ax.annotate("", (3.3, 3.8), (2.5, 3.8), arrowprops=_TO)
    limits = {"cmap": "viridis", "vmin": 0, "vmax": max(float(maps.max()), 1e-12)}
    for index, (one, mean, title) in enumerate(zip(maps, means, titles)):
        left, color = 3.4 + 1.15 * index, COLORS[int(index == best)]
        _sheet(ax, (left, 3.3), 1, one, **limits)
        middle, height = left + 0.5, 1.8 * mean / top
        above = max(height, 0)
        ax.annotate("", (middle, above + 0.68), (middle, 3.25), arrowprops=_TO)
        ax.add_patch(patches.Rectangle((left + 0.1, 0), 0.8, height, color=color))
        ax.text(middle, above + 0.08, f"{mean:.1f}", ha="center", fontsize=12)
        ax.text(middle, lowest - 0.15, title, rotation=90, fontsize=12, **_UNDER)
    ax.plot((3.3, left + 1.1), (0, 0), color="0.35", linewidth=0.8)
    ax.text(3.2, 1.8, "GAP", ha="right", fontsize=12)
    _frame(ax, (-0.1, left + 1.2), (lowest - 2.75, 5.05))


def _check_count(name, values, count):
    if len(values) != count:
        raise ValueError(f"there are {len(values)} {name}: give {count}")


def _sheet(ax, corner, side, image, **options):
    """Draw an image into a square of a drawing, with an edge."""
    (x, y), box = corner, (side, side)
    extent = (x, x + side, y, y + side)
    ax.imshow(image, extent=extent, interpolation="nearest", **options)
    ax.add_patch(patches.Rectangle(corner, *box, fill=False, **_THIN))


def show_learning(curves, mark, name):
    """Draw accuracies against the images seen, and a mark to be passed.

    Parameters
    ----------
    curves : dict of str to list of tuple
        ``(images, accuracies)`` of each run, by what the runs have in common:
        these share a colour and a label.
    mark : float
        The accuracy to be passed, drawn as a dashed line.
    name : str
        What the mark is.

    Raises
    ------
    ValueError
        If there are more than four groups.
    """
    if len(curves) > len(_MARKERS):
        raise ValueError(
            f"curves holds {len(curves)} groups: at most {len(_MARKERS)} can be drawn"
        )
    _, ax = plt.subplots(figsize=(_WIDE, 3.4))
    ax.axhline(mark, color="0.35", linewidth=1, linestyle="--")
    for (label, runs), color, marker in zip(curves.items(), COLORS, _MARKERS):
        for images, accuracies in runs:
            ax.semilogx(images, accuracies, marker=marker, color=color, label=label)
            label = None
    ax.set_xlabel("images", fontsize=12)
    ax.set_ylabel("accuracy", fontsize=12)
    ax.tick_params(labelsize=11)
    ax.set_ylim(0, 1)
    low, high = ax.get_xlim()
    ticks = [step * 10**power for power in range(9) for step in (1, 3)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    ax.text(low, mark - 0.02, f"  {name}: {mark}", fontsize=12, va="top")
    ax.legend(loc="lower left", fontsize=11)


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
        1, len(scores), figsize=(2.4 * len(scores), 2.6), squeeze=False
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
    _, ax = plt.subplots(figsize=(3.3, 0.2 * len(effects) + 0.7))
    ax.set_xscale("symlog", linthresh=_LINEAR, linscale=1.5)  # before the limits
    ax.axvline(0, color="0.35", linewidth=1)
    for row, (name, effect) in enumerate(effects.items()):
        shade = color[verdicts[name]]
        ax.plot((effect.low, effect.high), (row, row), color=shade, linewidth=2)
        ax.plot(effect.value, row, "o", color=shade, markersize=5, clip_on=False)
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
    low, high = ax.get_xlim()
    ticks = [t for t in _TICKS if low <= t <= high]
    ax.set_xticks(ticks, [f"{t:g}".replace("-", "−") for t in ticks])
    ax.minorticks_off()
    ax.grid(False, axis="y")


def _as_maps(images):
    """Return (N, H, W) from (N, H, W) or (N, 1, H, W)."""
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    if images.ndim != 3:
        raise ValueError(
            f"images of shape {images.shape}: give (N, H, W) or (N, 1, H, W)"
        )
    return images


def _as_images(images):
    """Return what `_as_maps` does, or (N, H, W, 3) from (N, 3, H, W)."""
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[1] not in (1, 3) and images.shape[3] == 3:
        raise ValueError(
            f"images of shape {images.shape} have their colours last: give "
            "images.transpose(0, 3, 1, 2) / 255"
        )
    if images.ndim != 4 or images.shape[1] != 3:
        return _as_maps(images)
    if images.size and not 0 <= images.min() <= images.max() <= 1:
        raise ValueError(
            f"colours from {images.min()} to {images.max()}: divide them by 255, "
            "they must be in [0, 1]"
        )
    return images.transpose(0, 2, 3, 1).astype(float)  # bytes would be of 255


def show_network(stages):
    """Draw a network as a row of stacks of feature maps.

    Before each stage whose label begins with "MLPConv" stands its micro
    network, the small multilayer perceptron, as in the paper's Figure 2.

    Parameters
    ----------
    stages : sequence of tuple
        ``(label, channels, height)`` of each stage, from left to right: what
        makes it, written over the arrow that leads to it, the number of
        feature maps and their height in cells.
    """
    _, ax = plt.subplots(figsize=(_WIDE, 1.7))
    tallest = max(height for _, _, height in stages)
    left = 0.0
    for index, (label, channels, height) in enumerate(stages):
        side = _side(height, tallest)
        middle = 0.2
        if index:
            _arrow(ax, left, left + _GAP)
            middle = left + _GAP / 2
            if label.startswith("MLPConv"):
                _micro_network(ax, middle)
            left += _GAP
        ax.text(middle, 1.35, label, ha="center", fontsize=10)
        size = f"{channels}\n{height}×{height}"
        ax.text(left + side / 2, -0.95, size, fontsize=11, **_UNDER)
        left += _stack(ax, left, side, min(7, 1 + channels // 8), index)
    _frame(ax, (-0.2, left + 0.1), (-2, 1.75))


def _side(height, tallest):
    """Return the side of a map's sheet: small maps shrink less."""
    return 0.35 + 1.25 * (height / tallest) ** 0.5


def _stack(ax, left, side, sheets, index):
    """Draw some sheets for the maps of a stage; return its width."""
    for sheet in reversed(range(sheets)):
        shift = 0.06 * sheet
        ax.add_patch(
            patches.Rectangle(
                (left + shift, -side / 2 + shift), side, side, **_paint(index)
            )
        )
    return side + 0.06 * sheets


def _paint(index):
    """Return the colours of the stage of this number."""
    index %= len(COLORS)
    return {"facecolor": _LIGHT[index], "edgecolor": COLORS[index], "linewidth": 0.9}


def _arrow(ax, start, end):
    """Draw an arrow from one stage to the next."""
    ax.annotate("", (end - 0.06, 0), (start + 0.06, 0), arrowprops=_TO)


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
        ax.scatter(*zip(*column), s=7, color="0.25", zorder=3)


def show_one_by_one(X, weight, position):
    """Draw a 1×1 convolution: the vector of one position, times a matrix.

    Blue is positive and orange negative, on one scale for all values.

    Parameters
    ----------
    X : NDArray or numpy.ndarray
        The maps, (C, H, W), drawn one over the other.
    weight : NDArray or numpy.ndarray
        The matrix, (K, C).
    position : (int, int)
        Row and column of the position that is followed.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    X, weight = np.asarray(X), np.asarray(weight)
    if X.ndim != 3 or weight.shape[1:] != X.shape[:1]:
        raise ValueError(
            f"maps of shape {X.shape} and a matrix of shape {weight.shape}: "
            "give (C, H, W) and (K, C)"
        )
    Y = np.einsum("kc,chw->khw", weight, X)
    x, y = (maps[(slice(None), *position)] for maps in (X, Y))
    top = max(float(abs(values).max()) for values in (X, weight, Y)) or 1
    _, ax = plt.subplots(figsize=(_WIDE, 2.9))
    left, ends = 0.0, []
    names = "$X$", r"$\mathbf{x}$", "$W$", r"$\mathbf{y}$", "$Y$"
    for name, values in zip(names, (X, x, weight, y, Y)):
        draw = _floors if values.ndim == 3 else _matrix
        right = draw(ax, left, values, _SIGNED(0.5 + 0.5 * values / top))
        shape = "×".join(map(str, values.shape))
        for height, text, size in ((-2.75, name, 14), (-3.3, shape, 11)):
            ax.text((left + right) / 2, height, text, ha="center", fontsize=size)
        ends.append((left, right))
        left = right + _GAP / 2
    _arrow(ax, ends[1][1], ends[2][0])
    _arrow(ax, ends[2][1], ends[3][0])
    _threads(ax, ends[0][0], X.shape, position, ends[1][0])
    _threads(ax, ends[4][0], Y.shape, position, ends[3][1])
    _frame(ax, (-0.1, right + 0.1), (-3.4, 2.3))


def _frame(ax, xlim, ylim):
    """Leave nothing but the drawing, in its true proportions."""
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")


def _lying(left, shape, channel, i, j):
    """Return the corners of a value of a map that lies like a floor."""
    channels, height, _ = shape
    x = left + _CELL[0] * j + _CELL[1] * (height - 1 - i)
    y = _FLOOR * ((channels - 1) / 2 - channel) + _CELL[2] * (height / 2 - 1 - i)
    right, slope, up = _CELL
    return np.array(
        [(x, y), (x + right, y), (x + right + slope, y + up), (x + slope, y + up)]
    )


def _floors(ax, left, maps, shades):
    """Draw maps as floors, the first on top; return where they end."""
    for place in np.ndindex(maps.shape):
        corners = _lying(left, maps.shape, *place)
        ax.add_patch(patches.Polygon(corners, facecolor=shades[place], **_THIN))
    return _lying(left, maps.shape, 0, 0, maps.shape[2] - 1)[2, 0]


def _matrix(ax, left, values, shades):
    """Draw a matrix, or a vector as a column; return where it ends."""
    rows = len(values)
    values, shades = values.reshape(rows, -1), shades.reshape(rows, -1, 4)
    for (i, j), value in np.ndenumerate(values):
        x, y = left + _SQUARE * j, _SQUARE * (rows / 2 - 1 - i)
        box = patches.Rectangle(
            (x, y), _SQUARE, _SQUARE, facecolor=shades[i, j], **_THIN
        )
        ax.add_patch(box)
        ax.text(
            x + _SQUARE / 2,
            y + _SQUARE / 2,
            f"{value:g}".replace("-", "−"),
            ha="center",
            va="center_baseline",
            fontsize=11,
            color="white" if shades[i, j][:3].mean() < 0.5 else "black",
        )
    return left + _SQUARE * values.shape[1]


def _threads(ax, left, shape, position, end):
    """Mark one position of all maps, and lead it to the cells of a vector."""
    centers = []
    for channel in range(shape[0]):
        corners = _lying(left, shape, channel, *position)
        centers.append(corners.mean(axis=0))
        ax.add_patch(patches.Polygon(corners, fill=False, linewidth=1.8, zorder=4))
        height = _SQUARE * ((shape[0] - 1) / 2 - channel)
        ax.plot(*zip(centers[-1], (end, height)), color="0.35", linewidth=0.8)
    ax.plot(*zip(*centers), color="black", linewidth=1.4, linestyle=":")


def show_block(rows, input_shape):
    """Draw the layers of a block as windows between stacks of feature maps.

    The window of each layer stands on the maps that it looks at, in their
    scale, and leads to the one position that it yields.

    Parameters
    ----------
    rows : nin_utils.shapes.table.Walkthrough
        Convolutions with square windows, each with its ReLU.
    input_shape : tuple of int
        (N, C, H, W) of what goes in.
    """
    shapes = [tuple(input_shape), *(row.output_shape for row in rows)]
    windows = [row.name.split()[-1] for row in rows]
    most, tallest = (max(shape[axis] for shape in shapes) for axis in (1, 2))
    _, ax = plt.subplots(figsize=(_WIDE, 1.9))
    left, window = 0.0, None
    for index, (_, channels, height, width) in enumerate(shapes):
        side = _side(height, tallest)
        center, cell = left + side / 2, side / height
        right = left + _stack(ax, left, side, -(-8 * channels // most), index)
        for y, text in ((-1.2, channels), (-1.6, f"{height}×{width}")):
            ax.text(center, y, text, ha="center", fontsize=11)
        if window:
            _project(ax, window, (center, cell))
        if index < len(windows):
            window = center, int(windows[index].split("×")[0]) * cell
            gap = max(1.1, 0.27 * len(windows[index]))
            middle = right + gap / 2
            ax.text(middle, 0.3, windows[index], ha="center", fontsize=12)
            ax.text(middle, -0.55, "ReLU", ha="center", fontsize=10)
            left = right + gap
    _frame(ax, (-0.2, right + 0.1), (-1.65, 1.35))


def _project(ax, start, end):
    """Draw a window and the position it yields, and lines between them."""
    corners = []
    for center, side in (start, end):
        box = (center - side / 2, -side / 2), side, side
        ax.add_patch(patches.Rectangle(*box, color=COLORS[1], zorder=4))
        corners.append((center + side / 2, side / 2))
    (x, up), (there, small) = corners
    for sign in (1, -1):
        ends = (x, there), (sign * up, sign * small)
        ax.plot(*ends, color=COLORS[1], linewidth=1.2, zorder=4)


def show_shapes(tables, input_shapes):
    """Draw what each layer makes of its input as a solid, in scale.

    The height of a solid is the height of the maps in pixels; its thickness
    is the root of their number, which stands below it. Over the last maps
    before the global pooling stand their cells, enlarged.

    Parameters
    ----------
    tables : sequence of nin_utils.shapes.table.Walkthrough
        One network at several sizes: a row of solids each, on one scale.
    input_shapes : sequence of tuple of int
        (N, C, H, W) of what goes in, for each row.
    """
    rows = [
        [("$X$", *shape[1:3]), *_outer(table)]
        for table, shape in zip(tables, input_shapes)
    ]
    tall = [stages[0][2] * (1 + _DEPTH) + 75 for stages in rows]
    width = _PITCH * len(rows[0])
    above, below = -45, 110  # the names stand below
    size = _WIDE, _WIDE * (sum(tall) + above + below) / width
    _, ax = plt.subplots(figsize=size)
    floor = 0.0
    for stages, height in zip(rows, tall):
        floor -= height
        middles = _solids(ax, stages, floor)
    for middle, (name, _, _) in zip(middles, stages):
        ax.text(middle, floor - 35, name, rotation=90, fontsize=11, **_UNDER)
    _frame(ax, (-8, width), (floor - below, above))


def _solids(ax, stages, floor):
    """Draw the stages of a network on a floor; return where they stand."""
    names, counts, heights = zip(*stages)
    kinds = list(dict.fromkeys(names))
    ax.text(0, floor + heights[0] * (1 + _DEPTH) + 5, heights[0], fontsize=12)
    middles = []
    for index, (name, channels, height) in enumerate(stages):
        thick = 3 + 32 * (channels / max(counts)) ** 0.5
        left = _PITCH * index
        middle = left + thick / 2
        color = kinds.index(name)
        _solid(ax, (left, floor), thick, height, color)
        if not index or channels != counts[index - 1]:
            ax.text(middle, floor - 8, channels, fontsize=11, **_UNDER)
        if "GAP" in names[index + 1 : index + 2]:
            _enlarged(ax, (middle, floor + height), height, color)
        middles.append(middle)
    return middles


def _outer(rows):
    """Return name, channels and height after each outermost layer.

    One that is made of layers is called NiN, as the blocks of this book are.
    """
    layers = {}
    for row in rows:
        path, kind = row.name.split()[:2]
        kind = {"GlobalAvgPool2D": "GAP"}.get(kind, kind).replace("2D", "")
        channels, height = (*row.output_shape, 1)[1:3]
        outer = path.split(".")[0]
        layers[outer] = (kind if outer == path else "NiN", channels, height)
    return list(layers.values())


def _solid(ax, corner, thick, height, index):
    """Draw a solid by its front, its top and its right side."""
    front = corner + np.array([(0, 0), (thick, 0), (thick, height), (0, height)])
    back = front + _DEPTH * height
    for face in (
        front,
        (front[3], front[2], back[2], back[3]),
        (front[1], back[1], back[2], front[2]),
    ):
        ax.add_patch(patches.Polygon(face, **_paint(index)))


def _enlarged(ax, point, cells, index):
    """Draw the cells of a small map over it, enlarged."""
    (x, y), side = point, 19
    left, low = x - side * cells / 2, y + 45
    for i, j in np.ndindex(cells, cells):
        box = (left + side * j, low + side * i), side, side
        ax.add_patch(patches.Rectangle(*box, **_paint(index)))
    for end in (left, left + side * cells):
        ax.plot((end, x), (low, y + 4), color="0.5", linewidth=0.8)
    label = f"{cells}×{cells}"
    middle = low + side * cells / 2
    ax.text(left - 7, middle, label, ha="right", va="center", fontsize=13)
