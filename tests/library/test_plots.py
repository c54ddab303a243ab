"""What the figures show, read from the axes that were drawn."""

import nin_utils  # noqa: F401
from nin_utils import models, plots
from nin_utils.shapes import walkthrough
from nin_utils.verdicts import Effect

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Polygon, Rectangle
from mxnet import nd


@pytest.fixture(autouse=True)
def figures():
    """Draw into memory, and leave neither figures nor settings behind."""
    before = matplotlib.get_backend()
    plt.switch_backend("agg")
    with plt.rc_context():
        yield
    plt.close("all")
    plt.switch_backend(before)


def drawn(ax):
    """Return the one picture on an axis, as it is coloured."""
    (image,) = ax.images
    return np.asarray(image.get_array()), image.get_clim()


@pytest.mark.parametrize("make", [nd.array, np.array])
@pytest.mark.parametrize("shape", [(5, 3, 4), (5, 1, 3, 4)])
def test_pictures_stand_in_a_grid_on_one_grey_scale(make, shape):
    values = np.arange(60, dtype="float32").reshape(shape)
    titles = list("abcde")
    assert plots.show_images(make(values), titles, num_cols=3) is None
    axes = plt.gcf().axes
    assert len(axes) == 6
    for ax, image, title in zip(axes, values.reshape(5, 3, 4), titles):
        shown, limits = drawn(ax)
        np.testing.assert_array_equal(shown, image)
        assert limits == (0, 59)
        assert ax.images[0].get_cmap().name == "gray_r"
        assert ax.get_title() == title
    assert not axes[5].images and not axes[5].axison


def test_few_pictures_stand_in_one_row_without_titles():
    plots.show_images(np.zeros((2, 3, 3)))
    assert [ax.get_title() for ax in plt.gcf().axes] == ["", ""]
    tops = {ax.get_position().y1 for ax in plt.gcf().axes}
    assert len(tops) == 1


@pytest.mark.parametrize("shape", [(3, 3), (2, 2, 4, 4)])
def test_what_is_no_stack_of_grey_pictures_is_named(shape):
    with pytest.raises(ValueError, match=r"\(N, H, W\)") as error:
        plots.show_images(np.zeros(shape))
    assert str(shape) in str(error.value)


@pytest.mark.parametrize(
    "show",
    [
        plots.show_images,
        lambda X: plots.show_maps(X, np.zeros((2, 1, 2, 2)), ["a", "b"], ["c"]),
    ],
)
def test_photographs_keep_their_colours(show):
    X = nd.random.uniform(shape=(2, 3, 5, 4))
    show(X)
    shown = [drawn(ax)[0] for ax in plt.gcf().axes]
    shown = [image for image in shown if image.ndim == 3]
    for image, expected in zip(shown, X.asnumpy(), strict=True):
        np.testing.assert_array_equal(image, expected.transpose(1, 2, 0))


def test_a_mask_of_bytes_is_white_not_black():
    plots.show_images(np.ones((1, 3, 2, 2), "uint8"))
    assert drawn(plt.gcf().axes[0])[0].dtype == float


@pytest.mark.parametrize("value", [-0.1, 255])
def test_colours_beyond_1_are_named(value):
    with pytest.raises(ValueError, match=f"from {value} .*divide.*255"):
        plots.show_images(np.full((1, 3, 2, 2), value))


def test_maps_stand_beside_their_picture():
    images = nd.random.uniform(shape=(2, 1, 6, 6))
    maps = np.zeros((2, 3, 2, 2), "float32")
    maps[0] = np.arange(12).reshape(3, 2, 2)
    rows, columns = ["bag", "coat"], ["x", "y", "z"]
    assert plots.show_maps(images, nd.array(maps), rows, columns) is None
    axes = np.reshape(plt.gcf().axes, (2, 4))
    for row, image, of_picture, title in zip(axes, images, maps, rows):
        np.testing.assert_array_equal(drawn(row[0])[0], image[0].asnumpy())
        assert row[0].get_ylabel() == title
        for ax, one in zip(row[1:], of_picture):
            shown, limits = drawn(ax)
            np.testing.assert_array_equal(shown, one)
            assert limits == (0, max(of_picture.max(), 1e-12))
    assert [ax.get_title() for ax in axes[0, 1:]] == columns


def test_a_decision_is_a_plane_with_points():
    scores = [np.array([[-1.0, 2.0], [3.0, -4.0]]), np.ones((2, 2))]
    points = np.array([[0, 0], [0, 1], [1, 0]])
    labels = np.array([0, 1, 1])
    extent = (-0.5, 1.5, -0.5, 1.5)
    plots.show_decision(scores, extent, ["one", "two"], points, labels)
    axes = plt.gcf().axes
    assert [ax.get_title() for ax in axes] == ["one", "two"]
    for ax, score in zip(axes, scores):
        assert drawn(ax)[0].tolist() == (score > 0).tolist()
        assert tuple(ax.images[0].get_extent()) == extent
        zeros, ones = (c.get_offsets().tolist() for c in ax.collections)
        assert zeros == [[0, 0]]
        assert ones == [[0, 1], [1, 0]]


def test_a_network_is_a_row_of_stacks():
    stages = [("input", 1, 28), ("MLPConv 1", 48, 14), ("GAP", 10, 1)]
    assert plots.show_network(stages) is None
    (ax,) = plt.gcf().axes
    texts = [text.get_text() for text in ax.texts if text.get_text()]
    assert texts == [
        "input", "1\n28×28", "MLPConv 1", "48\n14×14", "GAP", "10\n1×1",
    ]  # fmt: skip
    sheets = [patch.get_width() for patch in ax.patches]
    assert len(sheets) == 1 + 7 + 2
    assert sheets[0] > sheets[1] > sheets[8]
    assert len(ax.lines) == 3 * 3 + 3 * 2  # one micro network
    assert [len(c.get_offsets()) for c in ax.collections] == [3, 3, 2]
    plots.show_network(stages[:1])
    assert not plt.gcf().axes[0].lines


def words(ax):
    """Return the labels of a drawing, in the order in which they are set."""
    return [text.get_text() for text in ax.texts if text.get_text()]


@pytest.mark.parametrize("make", [nd.array, np.array])
def test_one_position_of_all_maps_is_multiplied_by_the_matrix(make):
    X = np.arange(24, dtype="float32").reshape(3, 2, 4)
    weight = np.array([[1, 0, -1], [0.5, 0, 0]], "float32")
    assert plots.show_one_by_one(make(X), make(weight), (1, 2)) is None
    (ax,) = plt.gcf().axes
    assert words(ax) == [
        "$X$", "3×2×4",
        "6", "14", "22", r"$\mathbf{x}$", "3",
        "1", "0", "−1", "0.5", "0", "0", "$W$", "2×3",
        "−16", "3", r"$\mathbf{y}$", "2",
        "$Y$", "2×2×4",
    ]  # fmt: skip
    cells = [patch for patch in ax.patches if isinstance(patch, Polygon)]
    marks = [patch for patch in cells if not patch.get_fill()]
    floors = [patch for patch in cells if patch.get_fill()]
    assert len(floors) == X.size + 2 * 8
    at = [0 * 8 + 6, 1 * 8 + 6, 2 * 8 + 6, 24 + 6, 24 + 8 + 6]  # row 1, column 2
    assert len(marks) == len(at)
    for mark, place in zip(marks, at):
        np.testing.assert_allclose(mark.get_xy(), floors[place].get_xy())
    red, _, blue, _ = floors[24].get_facecolor()  # 0 - 16
    assert red > blue
    red, _, blue, _ = floors[-1].get_facecolor()  # 0.5 · 7
    assert red < blue
    assert floors[0].get_facecolor()[:3] == pytest.approx((1, 1, 1), abs=0.01)


def test_the_cells_of_a_vector_hang_on_their_maps():
    plots.show_one_by_one(np.ones((2, 2, 2)), np.ones((3, 2)), (0, 1))
    (ax,) = plt.gcf().axes
    boxes = [p for p in ax.patches if isinstance(p, Rectangle)]
    vectors = boxes[:2] + boxes[-3:]
    threads = [line for line in ax.lines if line.get_linestyle() == "-"]
    assert len(threads) == 5
    for thread, box in zip(threads, vectors):
        assert thread.get_ydata()[1] == pytest.approx(box.get_center()[1])
        sides = box.get_x(), box.get_x() + box.get_width()
        assert min(abs(thread.get_xdata()[1] - side) for side in sides) < 1e-6


def test_maps_of_zeros_are_white():
    plots.show_one_by_one(np.zeros((1, 1, 1)), np.zeros((1, 1)), (0, 0))
    cell = plt.gcf().axes[0].patches[0]
    assert cell.get_facecolor()[:3] == pytest.approx((1, 1, 1), abs=0.01)


@pytest.mark.parametrize("make", [nd.array, np.array])
@pytest.mark.parametrize("shape", [(4, 4), (1, 4, 4)])
def test_the_means_of_the_maps_are_bars_below_them(make, shape):
    image = np.arange(16, dtype="float32").reshape(shape)
    maps = np.zeros((3, 2, 2), "float32")
    maps[0, 0, 0], maps[2] = 2, 1  # means of 0.5, 0 and 1
    names = ["bag", "coat", "shirt"]
    assert plots.show_average(make(image), make(maps), names) is None
    (ax,) = plt.gcf().axes
    assert words(ax) == ["0.5", "bag", "0.0", "coat", "1.0", "shirt", "GAP"]
    shown, *drawings = ax.images
    np.testing.assert_array_equal(shown.get_array(), image.reshape(4, 4))
    for drawing, one in zip(drawings, maps):
        np.testing.assert_array_equal(drawing.get_array(), one)
        assert drawing.get_clim() == (0, 2)
    bars = [patch for patch in ax.patches if patch.get_fill()]
    first, none, highest = (bar.get_height() for bar in bars)
    assert none == 0 and first == pytest.approx(highest / 2)
    assert bars[0].get_facecolor() == bars[1].get_facecolor()
    assert bars[2].get_facecolor() != bars[0].get_facecolor()
    for bar, drawing in zip(bars, drawings):
        left, right, *_ = drawing.get_extent()
        assert bar.get_center()[0] == pytest.approx((left + right) / 2)


def test_means_below_0_hang_from_the_line():
    plots.show_average(np.ones((3, 3)), np.array([[[-1.0]], [[1e-3]]]), "ab")
    (ax,) = plt.gcf().axes
    bars = [patch for patch in ax.patches if patch.get_fill()]
    assert bars[0].get_height() == pytest.approx(-1.8)
    name = next(text for text in ax.texts if text.get_text() == "a")
    assert name.get_position()[1] < -1.8  # below its bar
    assert ax.get_ylim()[0] == pytest.approx(-1.8 - 2.75)


def test_maps_of_zeros_have_bars_of_no_height():
    plots.show_average(np.ones((3, 3)), np.zeros((2, 1, 1)), "ab")
    bars = [patch for patch in plt.gcf().axes[0].patches if patch.get_fill()]
    assert [bar.get_height() for bar in bars] == [0, 0]


@pytest.mark.parametrize("shape", [(3, 2, 2), (1, 2, 2, 2)])
def test_maps_without_a_title_each_are_named(shape):
    with pytest.raises(ValueError, match=r"\(C, h, w\) and C titles") as error:
        plots.show_average(np.ones((3, 3)), np.zeros(shape), "ab")
    assert str(shape) in str(error.value) and "2 titles" in str(error.value)


@pytest.mark.parametrize(
    ("show", "message"),
    [
        (lambda X: plots.show_images(X, "a"), "1 titles: give 2"),
        (lambda X: plots.show_maps(X, X, "a", "b"), "1 row_titles: give 2"),
        (lambda X: plots.show_maps(X, X, "ab", "cd"), "2 col_titles: give 1"),
        (lambda X: plots.show_maps(X[:1], X, "ab", "c"), "1 images: give 2"),
        (lambda X: plots.show_maps(X, X[:, 0], "ab", "cde"), r"give \(N, C, h, w\)"),
        (lambda X: plots.show_learning(dict.fromkeys("abcde", []), 1, ""), "most 4"),
    ],
)
def test_too_few_names_are_no_picture(show, message):
    with pytest.raises(ValueError, match=message):
        show(np.zeros((2, 1, 3, 3)))


def test_runs_of_a_kind_share_colour_and_label():
    one, other, third = [0.1, 0.2], [0.3, 0.9], [0.8]
    kinds = {
        "SGD": [([2_000, 4_000], one), ([2_000, 4_000], other)],
        "BN": [([40_000], third)],
    }
    assert plots.show_learning(kinds, 0.748, "tutorial") is None
    (ax,) = plt.gcf().axes
    mark, *runs = ax.lines
    assert set(mark.get_ydata()) == {0.748} and mark.get_linestyle() == "--"
    assert words(ax) == ["  tutorial: 0.748"]
    assert [list(run.get_ydata()) for run in runs] == [one, other, third]
    assert [list(run.get_xdata()) for run in runs[1:]] == [[2_000, 4_000], [40_000]]
    colors = [run.get_color() for run in runs]
    assert colors[0] == colors[1] != colors[2]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["SGD", "BN"]
    assert ax.get_xscale() == "log"
    ticks = [text.get_text() for text in ax.get_xticklabels()]
    assert ticks == ["3,000", "10,000", "30,000"]


@pytest.mark.parametrize("shapes", [((2, 3, 3), (4, 3)), ((3, 3), (4, 3))])
def test_a_matrix_that_fits_no_maps_is_named(shapes):
    with pytest.raises(ValueError, match=r"\(C, H, W\) and \(K, C\)") as error:
        plots.show_one_by_one(*map(np.zeros, shapes), (0, 0))
    assert all(str(shape) in str(error.value) for shape in shapes)


def test_a_block_is_windows_between_stacks():
    shape = (1, 1, 28, 28)
    rows = walkthrough(models.nin_mnist()[0], shape)
    assert plots.show_block(rows, shape) is None
    (ax,) = plt.gcf().axes
    assert words(ax) == [
        "1", "28×28", "5×5", "ReLU",
        "96", "28×28", "1×1", "ReLU",
        "64", "28×28", "1×1", "ReLU",
        "48", "28×28",
    ]  # fmt: skip
    front = [p for p in ax.patches if p.zorder > 3]
    sheets = [p for p in ax.patches if p.zorder < 3]
    assert len(sheets) == 1 + 8 + 6 + 4
    share = [p.get_width() / sheets[0].get_width() * 28 for p in front]
    assert share == pytest.approx([5, 1, 1, 1, 1, 1])
    centers = [p.get_center() for p in front]
    assert centers[1] == pytest.approx(centers[2])
    assert centers[3] == pytest.approx(centers[4])


def test_the_window_is_in_the_scale_of_the_map_it_stands_on():
    shape = (2, 3, 224, 224)
    plots.show_block(walkthrough(models.nin_block(96, 11, 4, 0), shape), shape)
    (ax,) = plt.gcf().axes
    assert {"11×11/4", "54×54"} <= set(words(ax))
    window, cell = [p.get_width() for p in ax.patches if p.zorder > 3][:2]
    first, after = ax.patches[0].get_width(), ax.patches[2].get_width()
    assert window / first == pytest.approx(11 / 224)
    assert cell / after == pytest.approx(1 / 54)
    assert after < first


def test_the_shapes_of_a_network_are_solids_in_scale():
    shapes = [(1, 1, 224, 224), (1, 1, 96, 96)]
    tables = [walkthrough(models.nin(), shape) for shape in shapes]
    assert plots.show_shapes(tables, shapes) is None
    (ax,) = plt.gcf().axes
    counts = ["1", "96", "256", "384"]
    names = "$X$ NiN MaxPool NiN MaxPool NiN MaxPool Dropout NiN GAP Flatten"
    assert words(ax) == [
        "224", *counts, "10", "5×5", "96", *counts, "10", "1×1", *names.split()
    ]  # fmt: skip
    fronts = [p for p in ax.patches if isinstance(p, Polygon)][::3]
    heights = [np.ptp(p.get_xy()[:, 1]) for p in fronts]
    assert heights == pytest.approx(
        [224, 54, 26, 26, 12, 12, 5, 5, 5, 1, 1, 96, 22, 10, 10, 4, 4, 1, 1, 1, 1, 1]
    )
    thick = [np.ptp(p.get_xy()[:, 0]) for p in fronts]
    assert thick[0] < thick[9] < thick[1] < thick[3] < thick[5] == max(thick)
    assert len([p for p in ax.patches if isinstance(p, Rectangle)]) == 25 + 1
    colors = [p.get_edgecolor() for p in fronts[:11]]
    assert len(set(colors)) == 6 and colors[1] == colors[8]


def test_a_network_without_a_global_pooling_has_no_enlarged_cells():
    net = models.lenet()
    shape = (1, 1, 28, 28)
    plots.show_shapes([walkthrough(net, shape)], [shape])
    (ax,) = plt.gcf().axes
    assert not [p for p in ax.patches if isinstance(p, Rectangle)]
    assert "NiN" not in words(ax)
    assert "Conv" in words(ax) and "Dense" in words(ax)


def test_the_style_colours_lines():
    plots.use_style()
    axes = plt.figure().subplots()
    colors = [axes.plot([0, 1])[0].get_color() for _ in plots.COLORS]
    assert colors == list(plots.COLORS)
    assert axes.spines["bottom"].get_visible()
    assert not axes.spines["top"].get_visible()


def test_effects_stand_on_their_intervals_in_the_colour_of_the_verdict():
    effects = {
        "M5": Effect(0.02, 0.01, 0.03, 0, 1, (5, 5)),
        "H3": Effect(-0.1, -0.2, 0.1, 1, 0.2, (5, 5)),
    }
    verdicts = {"M5": "✓", "H3": "?"}
    assert plots.show_effects(effects, verdicts, "x", {"H3": "GAP > FC"}) is None
    (ax,) = plt.gcf().axes
    _, interval, dot, *_ = ax.lines
    assert list(interval.get_xdata()) == [0.01, 0.03]
    assert list(dot.get_xdata()) == [0.02] and list(dot.get_ydata()) == [0]
    assert interval.get_color() == dot.get_color() == plots.COLORS[2]
    assert ax.lines[3].get_color() != plots.COLORS[2]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["   M5", "GAP > FC   H3"]
    assert ax.get_xscale() == "symlog"
    (signs,) = ax.child_axes
    assert [t.get_text() for t in signs.get_yticklabels()] == ["✓", "?"]
    top, bottom = ax.get_ylim()[::-1]
    assert top < bottom


def test_colours_that_stand_last_are_named():
    with pytest.raises(ValueError, match=r"\(2, 8, 9, 3\) have their colours last"):
        plots.show_images(np.zeros((2, 8, 9, 3)))


def test_no_picture_is_no_grid():
    with pytest.raises(ValueError, match=r"\(0, 8, 8\): there is none to draw"):
        plots.show_images(np.zeros((0, 8, 8)))
    with pytest.raises(ValueError, match="num_cols must be at least 1, not 0"):
        plots.show_images(np.zeros((1, 8, 8)), num_cols=0)
