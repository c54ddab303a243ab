"""The average against a fully connected head: arithmetic and use."""

import re

import nin_utils  # noqa: F401

import numpy as np
import pytest
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

from helpers import ROOT
from helpers.widgets import PHONE, STILL, arithmetic

NAME = "average"
GARMENT = np.array([[5, 7, 5], [4, 9, 4], [4, 7, 4]])
FIRST = [2, 1]
PLACES = [
    (7, [2, 1]),
    (7, [2, 3]),
    (7, [0, 4]),
    (7, [4, 0]),
    (7, [-2, 6]),
    (4, [0, 1]),
    (4, [2, 2]),
    (14, [11, 11]),
    (14, [5, -1]),
]


# The arithmetic alone


@pytest.fixture(scope="module")
def heads(browser):
    """A page with the arithmetic and nothing else."""
    with arithmetic(browser, "average/heads.js") as page:
        yield page


def map_of(size, place):
    """Return the feature map, cut out of a larger one, (size, size)."""
    around = np.zeros((size + 6, size + 6))
    top, left = place[0] + 3, place[1] + 3
    around[top : top + 3, left : left + 3] = GARMENT
    return around[3:-3, 3:-3]


def gradient(head, f):
    """Return score and gradient of a Gluon head on one map, flat."""
    x = nd.array(f[None, None], dtype="float64")
    x.attach_grad()
    with autograd.record():
        score = head(x).reshape(-1)
    score.backward()
    return score.asscalar(), x.grad.asnumpy().ravel()


def dense_head(weights):
    head = nn.Dense(1, use_bias=False, in_units=weights.size)
    head.initialize()
    head.cast("float64")
    head.weight.set_data(nd.array(weights.reshape(1, -1), dtype="float64"))
    return head


def by_script(page, kind, f, *rest):
    return page.evaluate(
        "([kind, ...all]) => NinLab.heads[kind](...all)",
        [kind, f.ravel().tolist(), *(w.tolist() for w in rest)],
    )


def learned():
    """Return the weights in closed form, (49,)."""
    f = map_of(7, FIRST).ravel()
    return f * f.mean() / (f @ f)


@pytest.mark.parametrize("size, place", PLACES)
def test_map_and_average_equal_mxnet(heads, size, place):
    f = map_of(size, place)
    found = heads.evaluate(
        "([size, place]) => NinLab.heads.featureMap(size, place)", [size, place]
    )
    assert found == f.ravel().tolist()
    mean = by_script(heads, "average", f)
    score, slope = gradient(nn.GlobalAvgPool2D(), f)
    assert mean["score"] == pytest.approx(score, abs=1e-6)
    assert mean["score"] == pytest.approx(f.sum() / size**2, abs=1e-14)
    np.testing.assert_allclose(mean["gradient"], slope, rtol=0, atol=1e-6)
    np.testing.assert_allclose(mean["gradient"], np.full(size**2, 1 / size**2))
    np.testing.assert_allclose(mean["terms"], f.ravel() / size**2, atol=1e-14)
    assert mean["parameters"] == len(nn.GlobalAvgPool2D().collect_params().keys())


@pytest.mark.parametrize("size, place", PLACES)
def test_dense_equals_mxnet_or_refuses_as_it_does(heads, size, place):
    f, weights = map_of(size, place), learned()
    found = by_script(heads, "dense", f, weights)
    head = dense_head(weights)
    if size != 7:
        assert found is None
        with pytest.raises(Exception, match="hape"):
            head(nd.array(f[None, None], dtype="float64")).wait_to_read()
        return
    score, slope = gradient(head, f)
    assert found["score"] == pytest.approx(score, abs=1e-6)
    assert found["score"] == pytest.approx(weights @ f.ravel(), abs=1e-14)
    np.testing.assert_allclose(found["gradient"], slope, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found["terms"], weights * f.ravel(), atol=1e-14)
    assert found["parameters"] == head.weight.data().size == 49


def test_heads_equal_mxnet_on_random_maps_and_weights(heads):
    rng = np.random.default_rng(3)
    for size in (1, 2, 5, 7):
        f, weights = rng.normal(size=(size, size)), rng.normal(size=size * size)
        for kind, head, rest in (
            ("average", nn.GlobalAvgPool2D(), ()),
            ("dense", dense_head(weights), (weights,)),
        ):
            found, (score, slope) = by_script(heads, kind, f, *rest), gradient(head, f)
            assert found["score"] == pytest.approx(score, abs=1e-6)
            np.testing.assert_allclose(found["gradient"], slope, rtol=0, atol=1e-6)


def test_weights_are_where_gradient_descent_ends(heads):
    f = nd.array(map_of(7, FIRST)[None], dtype="float64")
    head = dense_head(np.zeros(49))
    head.initialize(init.Zero(), force_reinit=True)
    loss = gluon.loss.L2Loss()
    trainer = gluon.Trainer(head.collect_params(), "sgd", {"learning_rate": 0.002})
    for _ in range(40):
        with autograd.record():
            error = loss(head(f), f.mean().reshape((1, 1)))
        error.backward()
        trainer.step(1)
    found = heads.evaluate("NinLab.heads.WEIGHTS")
    expected = head.weight.data().asnumpy().ravel()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found, learned(), rtol=0, atol=1e-14)
    assert max(found) > 0.03 and min(found) == 0


def test_first_cells_add_up_to_the_whole(heads):
    f, weights = map_of(7, [3, 2]).ravel(), learned()
    for count in (0, 1, 24, 25, 30, 48, 49):
        mean, dense = heads.evaluate(
            """([f, weights, n]) => [NinLab.heads.average(f, n).score,
                                     NinLab.heads.dense(f, weights, n).score]""",
            [f.tolist(), weights.tolist(), count],
        )
        assert mean == pytest.approx(f[:count].sum() / 49, abs=1e-14)
        assert dense == pytest.approx(weights[:count] @ f[:count], abs=1e-14)


@pytest.mark.parametrize("language, refused", [("en", "refused"), ("zh", "无法作答")])
def test_still_table_says_what_the_script_says(heads, language, refused):
    page = (ROOT / "book" / language / "05_gap.md").read_text()
    still = re.search(r"<nin-average.*?</nin-average>", page, re.DOTALL)[0]
    rows = re.findall(r"^\| .*? \| ([\d.]+) \| (.*?) \|$", still, re.M)
    assert len(rows) == 5
    cases = [(7, [2, 1 + right]) for right in range(4)] + [(14, FIRST)]
    for (mean, dense), (size, place) in zip(rows, cases):
        f = map_of(size, place)
        assert mean == f"{by_script(heads, 'average', f)['score']:.2f}"
        found = by_script(heads, "dense", f, learned())
        assert dense == (f"{found['score']:.2f}" if found else refused)


# The widget


@pytest.fixture
def average(shared):
    """The widget as it is at first."""
    shared.get("widget.set({gradient: false, size: 7, place: [2, 1]})")
    return shared


def place(average):
    return average.get("widget.place")


def head(average, kind):
    name = {"mean": "Average (GAP)", "dense": "Fully connected"}[kind]
    return average.element.get_by_role("region", name=name)


def text(locator):
    """Return the text with plain spaces."""
    return locator.text_content().replace("\xa0", " ")


def scores(average, kind):
    """Return the two numbers beside the bars."""
    return head(average, kind).locator(".value").all_inner_texts()


def cells(average, square):
    """Return the numbers in the cells of map, mean or dense."""
    inside = average.element.locator(".map")
    if square != "map":
        inside = head(average, square).locator(".square")
    texts = inside.locator(".cells span").all_inner_texts()
    return np.array([float(text) for text in texts])


def centre(average, square, row, column):
    """Return where a cell of .picture or .map lies in the window."""
    box = average.element.locator(square).bounding_box()
    size = average.get("widget.size")
    return (
        box["x"] + (column + 0.5) / size * box["width"],
        box["y"] + (row + 0.5) / size * box["height"],
    )


def drag(average, square, start, end):
    mouse = average.page.mouse
    mouse.move(*centre(average, square, *start))
    mouse.down()
    mouse.move(*centre(average, square, *end), steps=3)
    mouse.up()


def press(average, *keys):
    average.element.get_by_role("application").focus()
    for key in keys:
        average.page.keyboard.press(key)


@pytest.mark.parametrize("square", [".picture", ".map"])
def test_garment_is_dragged_by_mouse_and_its_map_follows(average, square):
    drag(average, square, (3, 3), (3, 5))
    assert place(average) == [2, 3]
    assert cells(average, "map").tolist() == map_of(7, [2, 3]).ravel().tolist()
    assert scores(average, "mean") == ["1.000", "1.000"]
    assert scores(average, "dense") == ["1.000", "0.195"]
    # Dragging over the numbers does not select them.
    style = f"getComputedStyle(widget.shadowRoot.querySelector('{square}'))"
    assert average.get(f"{style}.userSelect") == "none"
    average.page.mouse.move(*centre(average, square, 0, 0))
    assert place(average) == [2, 3]  # nothing is held any more
    average.page.mouse.click(*centre(average, square, 1, 1))
    assert place(average) == [0, 0]  # it comes to the pointer


def test_garment_goes_by_arrow_keys_as_far_as_some_of_it_is_left(average):
    press(average, "ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp")
    assert place(average) == [1, 3]
    where = average.element.locator(".where")
    assert where.inner_text() == "The garment has moved: 1 up, 2 right."
    press(average, *["ArrowUp"] * 9, *["ArrowLeft"] * 9)
    assert place(average) == [-2, -2]
    assert scores(average, "mean") == ["1.000", f"{4 / 49:.3f}"]
    assert where.inner_text().endswith("Of its 9 cells, 8 are cut off.")
    press(average, *["ArrowDown"] * 9, *["ArrowRight"] * 9)
    assert place(average) == [6, 6]
    assert average.page.evaluate("scrollY") == 0
    average.button("Put it back").click()
    assert place(average) == FIRST
    assert where.inner_text().startswith("The garment is at its first place.")


def test_everywhere_inside_the_mean_stays_and_the_other_head_falls(average):
    found = average.get(
        """[0, 1, 2, 3, 4].flatMap((top) => [0, 1, 2, 3, 4].map((left) => {
             widget.moveTo([top, left]);
             return [top, left, widget.result.mean.score,
                     widget.result.dense.score];
           }))"""
    )
    assert len(found) == 25
    for top, left, mean, dense in found:
        assert mean == 1
        f = map_of(7, [top, left]).ravel()
        assert dense == pytest.approx(learned() @ f, abs=1e-14)
        assert ([top, left] == FIRST) == (dense > 0.7)


def test_cells_show_terms_and_gradient(average):
    press(average, "ArrowRight", "ArrowRight")
    f = map_of(7, [2, 3]).ravel()
    np.testing.assert_allclose(cells(average, "mean"), f / 49, atol=0.00051)
    np.testing.assert_allclose(cells(average, "dense"), learned() * f, atol=0.00051)
    assert cells(average, "dense").max() > 0.05
    average.button("Gradient").focus()
    average.page.keyboard.press("Enter")
    assert average.button("Gradient").get_attribute("aria-pressed") == "true"
    before = cells(average, "mean"), cells(average, "dense")
    assert set(before[0]) == {0.020}
    np.testing.assert_allclose(before[1], learned(), atol=0.00051)
    press(average, "ArrowDown")
    for old, kind in zip(before, ("mean", "dense")):
        assert (cells(average, kind) == old).all()
    assert "∂s/∂f = 1/49 ≈ 0.020 in every cell" in text(head(average, "mean"))
    average.button("Gradient").click()
    assert cells(average, "mean").max() > 0.1


def test_sums_parameters_and_bars_say_the_same(average):
    press(average, "ArrowRight")
    mean, dense = (head(average, kind) for kind in ("mean", "dense"))
    assert text(mean.locator(".total")) == (
        "Σ f = 5 + 7 + 5 + 4 + 9 + 4 + 4 + 7 + 4 = 49"
    )
    assert text(mean.locator(".result")) == "s = 49 ÷ (7 · 7) = 1.000"
    assert "0 parameters" in mean.inner_text().split("\n")
    terms = (learned() * map_of(7, [2, 2]).ravel()).tolist()
    written = " + ".join(f"{term:.3f}" for term in terms if term)
    assert text(dense.locator(".total")) == f"Σ W f = {written} ≈ 0.676"
    assert text(dense.locator(".result")) == "s ≈ 0.676"
    assert "49 parameters" in dense.inner_text()
    for kind, share in (("mean", 1), ("dense", 198 / 293)):
        boxes = [
            [e.bounding_box()["width"] for e in head(average, kind).locator(at).all()]
            for at in (".bar i", ".bar")
        ]
        np.testing.assert_allclose(np.divide(*boxes), [1, share], atol=0.01)


def test_every_size_for_the_average_and_one_for_the_other_head(average):
    for size, score in ((14, "0.250"), (4, "3.063")):
        average.button(f"{size} × {size}").click()
        assert average.element.locator(".map .cells span").count() == size**2
        assert scores(average, "mean") == [score, score]
        dense = head(average, "dense")
        refusal = dense.locator(".refusal")
        assert refusal.is_visible()
        assert refusal.inner_text() == (
            "It refuses. It has a weight for each of 7 × 7 = 49 cells; "
            f"this map has {size} × {size} = {size**2}."
        )
        assert scores(average, "dense") == ["–", "–"]
        assert not dense.locator(".square").is_visible()
        average.button("Put it back").click()
        row, column = place(average)
        assert 0 <= row <= size - 3 and 0 <= column <= size - 3
    assert text(head(average, "mean").locator(".result")) == (
        "s = 49 ÷ (4 · 4) ≈ 3.063"
    )
    average.get("widget.set({size: 14})")
    average.get("widget.moveTo([11, 11])")
    average.button("7 × 7").click()
    assert place(average) == [4, 4]  # brought inside
    assert scores(average, "mean")[1] == "1.000"
    assert not head(average, "dense").locator(".refusal").is_visible()


def test_cells_are_added_one_by_one_and_the_sum_grows(average):
    with average.slow_motion():
        average.button("Add up").click()
        average.page.wait_for_function(
            "(e => e.count > 17 && e.count < 49)(document.querySelector('nin-average'))"
        )
        count, score, f = average.get(
            "[widget.count, widget.result.mean.score, widget.result.map]"
        )
        assert score == sum(f[:count]) / 49
        marked, later, count = average.get(
            """(cells => [cells.flatMap((e, i) => e.matches('.now') ? [i] : []),
                          cells.filter((e) => e.matches('.later')).length,
                          widget.count])(
               [...widget.shadowRoot.querySelectorAll('.map .cells span')])"""
        )
        assert marked == [count - 1] and later == 49 - count > 0
        average.button("Stop").click()
        assert average.get("[widget.count, widget.frame]") == [49, None]
    average.button("Add up").click()
    press(average, "ArrowRight")  # moving ends it
    assert average.get("[widget.count, widget.frame]") == [49, None]
    assert average.button("Add up").count() == 1
    average.button("4 × 4").click()
    average.button("Add up").click()
    average.page.wait_for_function(
        "document.querySelector('nin-average').frame === null", timeout=60_000
    )
    assert average.get("widget.count") == 16
    assert average.element.locator(".later, .now").count() == 0
    status = average.heard()
    assert "The 16 cells add up to 49. Average (GAP): 3.063. " in status
    assert "Fully connected: It refuses." in status


def test_screen_reader_hears_where_it_is_and_both_scores(average):
    press(average, "ArrowRight", "ArrowRight")
    average.button("Gradient").click()
    assert average.heard() == (
        "The garment has moved: 2 right. Average (GAP): 1.000. "
        "Fully connected: 0.195. ∂s/∂f = 1/49 ≈ 0.020 in every cell. "
        "∂s/∂f = W: the weight of the cell."
    )


def test_reduced_motion_has_the_sum_at_once(window):
    with window(**STILL) as average:
        average.forbid_motion()
        average.button("Add up").click()
        assert average.get("widget.count") == 49
        assert "The 49 cells add up to 49." in average.heard()


def test_phone_in_chinese_by_touch(window):
    with window("zh", **PHONE) as average:
        assert average.too_wide() <= 0
        assert average.smallest_target() >= 44
        average.page.touchscreen.tap(*centre(average, ".map", 3, 4))
        assert place(average) == [2, 3]
        where = average.element.locator(".where")
        assert where.inner_text() == "衣物移动了：向右 2 格。"
        average.button("梯度").tap()
        average.button("14 × 14").tap()
        assert average.too_wide() <= 0
        mean, dense = average.element.locator(".head").all()
        assert "∂s/∂f = 1/196 ≈ 0.005，每一格都一样" in text(mean)
        assert "无法作答：权重对应 7 × 7 = 49 格，这里的特征图却有" in text(dense)
        boxes = [
            average.element.locator(square).bounding_box()
            for square in (".picture", ".map")
        ]
        assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
