"""What the figures show, read from the axes that were drawn."""

import nin_utils  # noqa: F401
from nin_utils import plots
from nin_utils.verdicts import Effect

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
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
        assert ax.get_title() == title
    assert not axes[5].images and not axes[5].axison


def test_few_pictures_stand_in_one_row_without_titles():
    plots.show_images(np.zeros((2, 3, 3)))
    assert [ax.get_title() for ax in plt.gcf().axes] == ["", ""]
    tops = {ax.get_position().y1 for ax in plt.gcf().axes}
    assert len(tops) == 1


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 4, 4)])
def test_what_is_no_stack_of_grey_pictures_is_named(shape):
    with pytest.raises(ValueError, match=r"\(N, H, W\)") as error:
        plots.show_images(np.zeros(shape))
    assert str(shape) in str(error.value)


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
        "input", "1×28×28", "MLPConv 1", "48×14×14", "GAP", "10×1×1",
    ]  # fmt: skip
    sheets = [patch.get_width() for patch in ax.patches]
    assert len(sheets) == 1 + 7 + 2
    assert sheets[0] > sheets[1] > sheets[8]
    assert len(ax.lines) == 3 * 3 + 3 * 2  # one micro network
    assert [len(c.get_offsets()) for c in ax.collections] == [3, 3, 2]
    plots.show_network(stages[:1])
    assert not plt.gcf().axes[0].lines


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
