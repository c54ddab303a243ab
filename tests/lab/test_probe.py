"""The 1×1 probe, driven as a reader drives it, against MXNet."""

import re

import nin_utils  # noqa: F401

import numpy as np
import pytest
from mxnet import nd
from mxnet.gluon import nn

from booktools import lab_files
from booktools.lab_site import write_page
from helpers.widgets import PHONE, STILL, opened

NAME = "probe"
SIZE = 28


@pytest.fixture
def probe(shared):
    """The probe as it is at first."""
    for name, pressed in (("ReLU", "true"), ("Shuffle pixels", "false")):
        button = shared.button(name)
        if button.get_attribute("aria-pressed") != pressed:
            button.click()
    shared.button("Reset").click()
    weight(shared, 1, 1).click()
    point(shared, 0, 9, 15)
    return shared


def weight(probe, to, source):
    """Return the button of a weight, or of a bias if `source` is 4."""
    name = f"Weight from input {source} to output {to}:"
    if source == 4:
        name = f"Bias of output {to}:"
    return probe.element.get_by_role("button", name=name)


def centre(probe, k, row, column):
    """Return where a pixel of map k lies in the window."""
    frame = probe.element.locator(".frame").nth(k)
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    return [
        box[edge] + (place + 0.5) / SIZE * box[length]
        for edge, place, length in (("x", column, "width"), ("y", row, "height"))
    ]


def point(probe, k, row, column):
    probe.page.mouse.move(*centre(probe, k, row, column))


def maps(probe):
    """Return what goes in, (3, 28, 28), and what comes out, (4, 28, 28)."""
    x = probe.get("widget.x.map(map => [...map])")
    y = probe.get("widget.result.y.map(map => [...map])")
    return [np.array(v).reshape(-1, SIZE, SIZE) for v in (x, y)]


def by_mxnet(probe):
    """Return the output maps of the shown weights, by nn.Conv2D."""
    W, b, relu = probe.get("[widget.W, widget.b, widget.relu]")
    conv = nn.Conv2D(4, 1, in_channels=3, activation="relu" if relu else None)
    conv.initialize()
    conv.weight.set_data(nd.array(W).reshape((4, 3, 1, 1)))
    conv.bias.set_data(nd.array(b))
    return conv(nd.array(maps(probe)[0][None])).asnumpy()[0]


def shown(probe, part):
    """Return the numbers in the cells of W, x, b or y."""
    texts = probe.element.locator(f".part.{part} .cell").all_inner_texts()
    return [float(text.replace("−", "-")) for text in texts]


def picture(probe, k):
    """Return the colours of map k as they are painted."""
    return probe.get(
        f"[...widget.shadowRoot.querySelectorAll('.frame canvas')[{k}]"
        ".getContext('2d').getImageData(0, 0, 28, 28).data]"
    )


def slide(probe, *keys):
    """Move the slider by keys."""
    probe.element.get_by_role("slider").focus()
    for key in keys:
        probe.page.keyboard.press(key)


def test_maps_are_those_of_the_trained_network(probe):
    channels, expected = lab_files.probe_maps()
    assert channels == probe.get("NinLab.probeMaps.channels") == [6, 66, 84]
    found = np.rint(maps(probe)[0] * 255)
    assert np.array_equal(found, expected)
    assert found.max(axis=(1, 2)).tolist() == [255] * 3


def test_whole_map_equals_a_convolution_of_mxnet(probe):
    assert np.abs(maps(probe)[1] - by_mxnet(probe)).max() < 1e-5
    for name in ("Copy", "Random", "ReLU"):
        probe.button(name).click()
        assert np.abs(maps(probe)[1] - by_mxnet(probe)).max() < 1e-5
    probe.button("Reset").click()  # a row of its weights is negative
    assert maps(probe)[1].min() < 0


def test_hovering_shows_the_channel_vector_of_the_pixel(probe):
    x, y = maps(probe)
    W = shown(probe, "W")
    for k, row, column in ((0, 12, 14), (2, 20, 3), (5, 7, 17), (6, 0, 27)):
        point(probe, k, row, column)
        assert probe.get("widget.at") == row * SIZE + column
        np.testing.assert_allclose(shown(probe, "x"), x[:, row, column], atol=0.0051)
        np.testing.assert_allclose(shown(probe, "y"), y[:, row, column], atol=0.0051)
        assert shown(probe, "W") == W
        for marker in probe.element.locator(".marker").all():
            style = marker.get_attribute("style")
            left, top = map(float, re.findall(r"([\d.]+)%", style))
            assert abs(left - 100 * column / SIZE) < 0.01
            assert abs(top - 100 * row / SIZE) < 0.01


def test_arrow_keys_move_the_pixel_and_stop_at_the_edge(probe):
    probe.element.get_by_label("Input feature maps").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"):
        probe.page.keyboard.press(key)
    assert probe.get("widget.at") == 11 * SIZE + 15
    probe.page.keyboard.press("Shift+ArrowUp")
    assert probe.get("widget.at") == 7 * SIZE + 15
    for _ in range(10):
        probe.page.keyboard.press("Shift+ArrowUp")
        probe.page.keyboard.press("Shift+ArrowRight")
    assert probe.get("widget.at") == 27
    status = probe.element.get_by_role("status")
    probe.told()
    assert status.text_content().startswith("Row 1, column 28: x is 0.0")
    assert probe.page.evaluate("scrollY") == 0


def test_sliding_one_weight_changes_its_whole_map_and_no_other(probe):
    weight(probe, 3, 2).click()
    before, colours = maps(probe)[1], [picture(probe, k) for k in range(7)]
    slide(probe, *["ArrowRight"] * 5)
    assert weight(probe, 3, 2).inner_text() == "−0.5"
    after = maps(probe)[1]
    changed = np.abs(after - before).max(axis=(1, 2)) > 0
    assert changed.tolist() == [False, False, True, False]
    assert (after[2] != before[2]).sum() > 100
    repainted = [picture(probe, k) != colours[k] for k in range(7)]
    assert repainted == [False] * 5 + [True, False]
    assert np.abs(after - by_mxnet(probe)).max() < 1e-5
    slide(probe, "End")
    assert weight(probe, 3, 2).inner_text() == "2.0"


def test_weights_and_biases_are_chosen_by_keyboard(probe):
    weight(probe, 1, 1).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        probe.page.keyboard.press(key)
    assert probe.focused() == "Bias of output 2: −1.0"
    assert weight(probe, 2, 4).get_attribute("aria-pressed") == "true"
    assert (
        probe.get(
            "[...widget.shadowRoot.querySelectorAll('button.cell')]"
            ".filter(e => e.tabIndex === 0).length"
        )
        == 1
    )
    slide(probe, "Home")
    assert shown(probe, "b") == [0, -2, 0, 0]
    assert maps(probe)[1][1].max() == 0
    label = probe.element.get_by_role("slider").get_attribute("aria-label")
    assert label == "Bias of output 2"


def test_the_row_is_written_out_as_a_sum(probe):
    weight(probe, 2, 4).click()
    text = probe.element.locator(".sum").inner_text()
    x = [f"{value:.2f}" for value in shown(probe, "x")]
    y = f"{shown(probe, 'y')[1]:.2f}"
    assert text.replace("\n", "") == (
        f"y2 = ReLU(1.0·{x[0]} + 1.0·{x[1]} + 0.0·{x[2]} + (−1.0)) = {y}"
    )
    assert probe.element.locator(".sum mark").inner_text() == "(−1.0)"


def test_pressing_on_an_output_map_chooses_its_row(probe):
    probe.page.mouse.click(*centre(probe, 5, 14, 14))
    assert weight(probe, 3, 1).get_attribute("aria-pressed") == "true"
    assert probe.element.locator(".map.chosen").count() == 1


def test_shuffled_pixels_come_out_shuffled(probe):
    x, y = maps(probe)
    point(probe, 0, 12, 14)
    vector = shown(probe, "x")
    probe.button("Shuffle pixels").focus()
    probe.page.keyboard.press("Enter")
    x2, y2 = maps(probe)
    order = np.array(probe.get("widget.order"))
    assert sorted(order) == list(range(SIZE**2))
    assert (order != np.arange(SIZE**2)).mean() > 0.99
    flat = (-1, SIZE**2)
    assert (x2.reshape(flat) == x.reshape(flat)[:, order]).all()
    assert (y2.reshape(flat) == y.reshape(flat)[:, order]).all()
    assert shown(probe, "x") == vector  # the probe follows its pixel
    probe.button("Shuffle pixels").click()
    assert (maps(probe)[1] == y).all()


def test_scan_draws_all_pixels_and_can_be_stopped(probe):
    full = picture(probe, 3)
    scan = probe.button("Scan pixels")
    scan.focus()
    with probe.slow_motion():
        probe.page.keyboard.press("Enter")
        probe.page.wait_for_function("document.querySelector('nin-probe').until > 100")
        drawn = picture(probe, 3)
        assert scan.get_attribute("aria-pressed") == "true"
        assert 0 < sum(a == 255 for a in drawn[3::4]) < SIZE**2
        probe.page.keyboard.press("Enter")
    assert scan.get_attribute("aria-pressed") == "false"
    assert picture(probe, 3) == full
    probe.page.keyboard.press("Enter")
    probe.page.wait_for_function(
        "!document.querySelector('nin-probe').running", timeout=60_000
    )
    assert picture(probe, 3) == full


def test_touch_on_a_phone_and_reduced_motion(window):
    with window(**STILL, **PHONE) as probe:
        probe.page.touchscreen.tap(*centre(probe, 1, 10, 20))
        assert abs(probe.get("widget.at % 28") - 20) <= 1
        weight(probe, 4, 3).tap()
        assert weight(probe, 4, 3).get_attribute("aria-pressed") == "true"
        assert probe.too_wide() <= 0
        assert probe.button("Scan pixels").count() == 0
        cells = probe.get(
            "[...widget.shadowRoot.querySelectorAll('.tools button,"
            " input')].map(e => e.offsetHeight)"
        )
        assert min(cells) >= 40


def test_scripts_come_only_when_the_probe_comes_near(browser, tmp_path):
    address = write_page(tmp_path, "probe", above=3000).as_uri()
    with opened(browser, address, "probe", wait=False) as probe:
        probe.page.wait_for_timeout(300)
        loaded = [url.rsplit("/", 1)[-1] for url in probe.requests]
        assert loaded == ["probe.html", "lab.js"]
        assert probe.page.get_by_text("still").count() == 1
        probe.reach()
        assert any(url.endswith("/probe.js") for url in probe.requests)
        assert not probe.page.locator("nin-probe slot").count()
