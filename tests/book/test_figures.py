"""What a dark page makes of figures: decided by their pixels."""

from nin_utils import plots
from nin_utils.data import photographs

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nin_figures
from helpers import ROOT
from helpers.sphinx_site import build_html

FIGURES = ROOT / "book" / "figures"
RNG = np.random.default_rng(0)
MAPS = np.maximum(RNG.normal(-1, 1, (3, 10, 7, 7)), 0)
NAMES = [str(number) for number in range(10)]


def curve():
    _, ax = plt.subplots()
    for color in plots.COLORS:
        ax.plot(RNG.random(5), color=color)


@pytest.fixture
def save(tmp_path):
    """Draw into a file as a notebook does."""

    def save(draw, *args, **options):
        path = tmp_path / "figure.png"
        draw(*args)
        plt.savefig(path, bbox_inches="tight", **options)
        plt.close("all")
        return path

    with plt.rc_context():
        plots.use_style()
        yield save


@pytest.mark.parametrize(
    "draw, args, kind",
    [
        (plots.show_maps, (RNG.random((3, 1, 28, 28)), MAPS, "abc", NAMES), "maps"),
        (plots.show_average, (RNG.random((28, 28)), MAPS[0], NAMES), "maps"),
        (plots.show_images, (RNG.random((3, 28, 28)),), None),
        (curve, (), None),
    ],
)
def test_maps_are_told_from_charts_and_grey_images(save, draw, args, kind):
    assert nin_figures.kind_of(save(draw, *args)) == kind


def test_photographs_are_told_from_charts(save):
    scene = photographs(128)["horse and bird"].transpose(2, 0, 1)[None] / 255
    for share in (1, 0.6):  # a dark one has fewer tones
        assert nin_figures.kind_of(save(plots.show_images, share * scene)) == "photo"


def test_a_transparent_ground_is_seen(save):
    assert nin_figures.kind_of(save(curve, transparent=True)) == "clear"


@pytest.mark.parametrize(
    "name, kind",
    [
        ("nin", "clear"),
        ("lineage", "clear"),
        ("lab", "clear"),
        ("lab_probe", "maps"),
        ("photos", "clear"),
        ("sizes", None),
    ],
)
def test_figures_of_the_book(name, kind):
    assert nin_figures.kind_of(FIGURES / f"{name}.png") == kind


def test_pages_carry_the_class(save, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    maps = save(plots.show_average, RNG.random((28, 28)), MAPS[0], NAMES)
    maps.rename(source / "maps.png")
    save(curve).rename(source / "chart.png")
    (source / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    names = "maps.png", "chart.png", "x.svg"
    words = "\n\n".join(f"![{name}]({name})" for name in names)
    (source / "index.md").write_text(f"# Title\n\n{words}\n")
    build_html(source, tmp_path, "nin_figures")
    text = (tmp_path / "html" / "index.html").read_text()
    assert '<img alt="maps.png" class="maps" src="_images/maps.png"' in text
    assert '<img alt="chart.png" src="_images/chart.png"' in text
    assert '<img alt="x.svg" src="_images/x.svg"' in text
