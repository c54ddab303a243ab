"""The shape calculator, driven as a reader drives it."""

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.shapes import walkthrough

import pytest
from mxnet.gluon import nn

from booktools.lab_site import write_page
from helpers.widgets import PHONE, opened

NAME, ATTRIBUTES = "shapes", 'preset="nin96"'


@pytest.fixture
def shapes(shared):
    """The calculator with the network of the tutorial at 96 px."""
    choose(shared, "nin96")
    shared.element.locator("[name=batch]").fill("1")
    return shared


def choose(shapes, key):
    shapes.element.get_by_label("Network").select_option(key)


def cards(shapes):
    return shapes.element.locator(".cards dd").all_inner_texts()


def names(shapes):
    return shapes.element.locator(".name").all_inner_texts()


def column(shapes, name):
    return shapes.element.locator(f"td.{name}").all_inner_texts()


def chosen(shapes):
    select = shapes.element.get_by_label("Network")
    return select.evaluate("e => e.selectedOptions[0].textContent")


def problem(shapes):
    return shapes.element.locator(".problem").inner_text()


def remarks(shapes):
    return shapes.element.locator(".remarks li").all_inner_texts()


def texts(net, size):
    """Return the columns as `walkthrough` computes them."""
    rows = list(walkthrough(net, (1, 1, size, size)))
    return {
        "output": [" × ".join(f"{n:,}" for n in row.output_shape[1:]) for row in rows],
        "params": [f"{row.params:,}" if row.params else "" for row in rows],
        "macs": [f"{row.macs:,}" if row.macs else "" for row in rows],
        "field": [str(row.receptive_field) for row in rows],
    }


def test_shows_the_numbers_of_walkthrough(shapes):
    table = walkthrough(models.nin(), (1, 1, 96, 96))
    assert cards(shapes) == [
        "10 × 1 × 1",
        f"{table.params:,}",
        f"{table.macs:,}",
        f"{table.activation_bytes / 1000:.0f} kB",
    ]
    for name, expected in texts(models.nin(), 96).items():
        assert column(shapes, name) == expected
    assert column(shapes, "memory")[0] == "186 kB"
    shapes.element.locator("[name=batch]").fill("128")
    assert cards(shapes)[3] == "128 MB"
    assert chosen(shapes) == "NiN of the tutorial, at 96"


def test_three_pixels_more_end_both_remarks(shapes):
    dead, idle = remarks(shapes)
    assert "Layer 14, Conv2D 3×3: 8 of the 9 taps" in dead
    assert "Layer 17, GlobalAvgPool2D" in idle
    size = shapes.element.locator("[name=size]")
    size.focus()
    for _ in range(3):
        shapes.page.keyboard.press("ArrowUp")
    assert size.input_value() == "99"
    assert cards(shapes)[0] == "10 × 2 × 2"
    assert remarks(shapes) == []
    assert chosen(shapes) == "Your own"


def test_impossible_layer_is_marked_and_the_smallest_size_offered(shapes):
    shapes.element.locator("[name=size]").fill("28")
    assert "Layer 8, MaxPool2D 3×3/2, has a window of 3 × 3" in problem(shapes)
    assert "only 2 × 2. The smallest input that fits is 67 × 67." in problem(shapes)
    assert shapes.element.locator(".problem").get_attribute("role") == "alert"
    bad = shapes.element.locator("tr.bad")
    assert bad.count() == 1 and "does not fit" in bad.inner_text()
    assert cards(shapes) == ["–"] * 4
    shapes.button("Use 67 × 67").focus()
    shapes.page.keyboard.press("Enter")
    assert problem(shapes) == "" and not bad.count()
    assert cards(shapes)[0] == "10 × 1 × 1"
    assert shapes.focused() == "size"
    shapes.element.locator("[name=size]").fill("66")
    assert "67 × 67" in problem(shapes)


def test_a_bad_number_is_marked_and_changes_nothing(shapes):
    shapes.button("Conv2D 11×11/4").click()
    kernel = shapes.element.locator("[name=kernel]")
    before = cards(shapes)
    for bad in ("0", "", "2.5", "-3", "1000"):
        kernel.fill(bad)
        assert kernel.get_attribute("aria-invalid") == "true", bad
        hint = shapes.element.locator("small.bad:not([hidden])")
        assert hint.inner_text() == "a whole number from 1 to 99"
        assert cards(shapes) == before
        kernel.blur()
        assert kernel.input_value() == "11"
        assert hint.count() == 0


def test_settings_by_keyboard_and_the_formulas(shapes):
    choose(shapes, "ninMnist")
    shapes.button("Conv2D 5×5").first.focus()
    shapes.page.keyboard.press("Enter")
    assert shapes.focused() == "Conv2D 5×5"
    for value in ("32", "7", "2", "3"):
        shapes.page.keyboard.press("Tab")
        shapes.page.keyboard.press("Control+a")
        shapes.page.keyboard.type(value)
    formulas = shapes.element.locator(".formulas").inner_text()
    assert "⌊(28 + 2·3 − 7) / 2⌋ + 1 = ⌊13.5⌋ + 1 = 14" in formulas
    assert "32 · (1·7·7 + 1) = 1,600" in formulas
    assert "32·14·14 · 1·7·7 = 307,328" in formulas
    assert "1 + (7 − 1) · 1 = 7" in formulas
    shapes.button("MaxPool2D 3×3/2").first.click()
    box = shapes.element.get_by_label("round up")
    assert box.is_checked() and column(shapes, "output")[3] == "48 × 7 × 7"
    box.focus()
    shapes.page.keyboard.press("Space")
    assert column(shapes, "output")[3] == "48 × 6 × 6"
    net = nn.HybridSequential()
    net.add(nn.Conv2D(32, 7, 2, 3), nn.Conv2D(64, 1), nn.Conv2D(48, 1))
    net.add(nn.MaxPool2D(3, 2))
    for layer in list(models.nin_mnist())[2:]:
        net.add(layer)
    for name, expected in texts(net, 28).items():
        assert column(shapes, name) == expected


def test_add_move_and_remove_layers(shapes):
    choose(shapes, "lenet")
    first = ["Conv2D 5×5", "MaxPool2D 2×2/2", "Conv2D 5×5", "MaxPool2D 2×2/2"]
    assert names(shapes) == [*first, "Dense", "Dense", "Dense"]
    shapes.element.locator("#kind").select_option("Conv2D")
    shapes.button("Add").click()
    assert "Layer 8, Conv2D 3×3, needs maps" in problem(shapes)
    assert "smallest" not in problem(shapes)
    assert shapes.focused() == "channels"
    for _ in range(3):
        shapes.button("Move up").focus()
        shapes.page.keyboard.press("Enter")
        assert shapes.focused() == "up"
    assert names(shapes)[:5] == [*first, "Conv2D 3×3"]
    assert problem(shapes) == "" and chosen(shapes) == "Your own"
    shapes.element.locator("#kind").select_option("AvgPool2D")
    shapes.button("Add").click()
    assert names(shapes)[4:6] == ["Conv2D 3×3", "AvgPool2D 3×3/2"]
    shapes.button("Move down").click()
    assert "needs maps" in problem(shapes)
    shapes.button("Remove").click()
    assert problem(shapes) == "" and shapes.focused() == "Dense"
    while shapes.element.locator(".name").count():
        shapes.element.locator(".name").first.click()
        shapes.button("Remove").click()
    assert cards(shapes) == ["–", "0", "0", "0 B"]
    assert shapes.focused()
    shapes.button("Add").click()
    assert names(shapes) == ["AvgPool2D 3×3/2"]


def test_removing_a_layer_changes_everything_behind_it(shapes):
    assert chosen(shapes) == "NiN of the tutorial, at 96"
    shapes.button("MaxPool2D 3×3/2").first.click()
    shapes.button("Remove").click()
    assert chosen(shapes) == "Your own"
    layers = [
        layer
        for block in models.nin()
        for layer in (block if isinstance(block, nn.HybridSequential) else [block])
    ]
    net = nn.HybridSequential()
    net.add(*layers[:3], *layers[4:])
    for name, expected in texts(net, 96).items():
        assert column(shapes, name) == expected


def test_every_network_of_the_list_fits(shapes):
    options = shapes.element.get_by_label("Network").locator("option")
    keys = [o.get_attribute("value") for o in options.all()]
    for key in filter(None, keys):
        choose(shapes, key)
        assert problem(shapes) == "" and chosen(shapes) != "Your own"
    choose(shapes, "vgg11")
    assert cards(shapes)[:2] == ["512 × 7 × 7", "132,863,336"]


def test_phone(window):
    with window(**PHONE) as shapes:
        shapes.button("Conv2D 11×11/4").tap()
        assert shapes.element.locator("[name=stride]").is_visible()
        assert shapes.too_wide() <= 0
        assert shapes.smallest_target() >= 40
        choose(shapes, "vgg11")
        clipped = shapes.get(
            "[...widget.shadowRoot.querySelectorAll('td')].filter("
            "e => e.scrollWidth > e.clientWidth + 1).length"
        )
        assert clipped == 0 and shapes.too_wide() <= 0


def test_an_unknown_network_leaves_the_still_table(browser, tmp_path):
    address = write_page(tmp_path, "shapes", 'preset="resnet"').as_uri()
    with opened(browser, address, "shapes", wait=False) as shapes:
        shapes.element.get_by_role("alert").wait_for()
        assert "does not work here" in shapes.failure()
        assert shapes.page.get_by_text("still").is_visible()
        (error,) = shapes.errors
        assert "PRESETS" in error
        shapes.errors.clear()
