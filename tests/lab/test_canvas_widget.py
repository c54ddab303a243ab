"""The lab, driven as a reader drives it: mouse, touch, keys, files."""

import re

import nin_utils  # noqa: F401

import numpy as np
import pytest
from PIL import Image, ImageDraw

from booktools.browser import wait_until
from helpers.widgets import PHONE, Widget, opened, png

WIDGET = "document.querySelector('nin-canvas')"


@pytest.fixture(scope="module")
def shared(canvas_address, browser):
    with opened(browser, canvas_address, "canvas") as lab:
        yield lab


@pytest.fixture
def lab(shared):
    """The widget as it is at first."""
    shared.click("Reset")
    shared.click("average")
    shared.click("on canvases")
    assert not shared.element.get_by_role("alert").count()
    return shared


def photograph(mode, background, ink):
    """A square of 200x200 in the middle of 400x300."""
    image = Image.new(mode, (400, 300), background)
    ImageDraw.Draw(image).rectangle((100, 50, 299, 249), fill=ink)
    return png(image)


def drop(lab, file):
    """Drop a file on the widget, as a desktop would."""
    transfer = lab.page.evaluate_handle(
        """([name, type, bytes]) => {
          const transfer = new DataTransfer();
          const file = new File([new Uint8Array(bytes)], name, { type });
          transfer.items.add(file);
          return transfer;
        }""",
        [file["name"], file["mimeType"], list(file["buffer"])],
    )
    lab.element.dispatch_event("drop", {"dataTransfer": transfer})
    lab.get("widget.opening")
    lab.wait()


# Moving and scaling


def test_drag(lab):
    before, old = lab.scores, lab.garment
    lab.drag((24, 24), (30, 15))
    assert lab.garment == {"side": 28, "top": old["top"] + 6, "left": old["left"] - 9}
    assert lab.scores != before


def test_drag_stops_at_the_border(lab):
    lab.drag((24, 24), (200, -200))
    assert lab.garment == {"side": 28, "top": 20, "left": 0}


def test_drag_by_touch(canvas_address, browser):
    with opened(browser, canvas_address, "canvas", **PHONE) as lab:
        lab.stage.scroll_into_view_if_needed()
        lab.touch("Start", (24, 24))
        lab.touch("Move", (21, 26))
        lab.touch("Move", (18, 28))
        lab.touch("End")
        assert lab.garment == {"side": 28, "top": 4, "left": 14}
        assert lab.too_wide() <= 0


def test_two_fingers_scale(canvas_address, browser):
    with opened(browser, canvas_address, "canvas", has_touch=True) as lab:
        lab.page.mouse.move(*lab.point(10, 10))  # only passes over
        lab.touch("Start", (24, 20))
        lab.touch("Start", (24, 20), (24, 28))
        lab.touch("Move", (24, 18), (24, 30))
        lab.touch("End")
        garment = lab.garment
        assert garment["side"] == 42 and {3, 4} >= {garment["top"]}


def test_page_sets_it_up(lab):
    lab.get(
        "widget.set({ canvas: '60', side: '20', top: '5', left: '0',"
        "second: '18', head: 'fc', weights: 'canvas28', mask: '' })"
    )
    assert lab.scores is None and lab.get("widget.shown.mask")
    garments = lab.get("widget.scene.garments.map((g) => [g.side, g.left])")
    assert garments == [[20, 0], [28, 32]]
    lab.page.mouse.move(0, 0)
    lab.element.locator(".item").nth(8).hover()
    assert lab.get("widget.preview") == 8  # the mouse stays there
    lab.get("widget.set({})")
    assert lab.garment == {"side": 28, "top": 10, "left": 10}
    assert lab.get("widget.chosen === widget.result.top")
    assert lab.scores and not lab.get("widget.shown.mask")


def test_corner_resizes(lab):
    lab.drag((37.5, 37.5), (31.5, 31.5))
    garment = lab.garment
    assert garment["top"] == garment["left"] == 10
    assert 20 <= garment["side"] <= 24


def test_keys_move_and_scale(lab):
    lab.press("ArrowUp", "ArrowUp", "ArrowLeft", "Shift+ArrowDown")
    assert lab.garment == {"side": 28, "top": 12, "left": 9}
    lab.press("+")
    assert lab.garment == {"side": 30, "top": 11, "left": 8}
    lab.press("-", "-")
    assert lab.garment["side"] == 26


def test_stride_leaves_the_scores(lab):
    """On a canvas with room on all sides, 4 pixels are one cell."""
    field = lab.element.get_by_role("spinbutton", name="Canvas")
    field.fill("112")
    field.press("Enter")
    before = lab.scores
    lab.press("ArrowRight")
    moved = lab.scores
    lab.press("ArrowRight", "ArrowRight", "ArrowRight")
    np.testing.assert_allclose(lab.scores, before, atol=1e-4)
    assert max(abs(np.subtract(moved, before))) > 1e-3


def test_sliders(lab):
    canvas, garment = (
        lab.element.get_by_role("slider", name=name) for name in ("Canvas", "Garment")
    )
    canvas.fill("60")
    assert lab.get("[widget.result.side, widget.result.h]") == [60, 15]
    garment.fill("40")
    assert lab.garment == {"side": 40, "top": 10, "left": 10}
    canvas.fill("32")
    assert lab.garment == {"side": 32, "top": 0, "left": 0}


# Rows, numbers, switches


def test_row_and_cell_tell_their_numbers(lab):
    row = lab.element.get_by_role("button", name=re.compile("^coat: "))
    row.click()
    assert row.get_attribute("aria-pressed") == "true"
    h, w, maps, scores = lab.get(
        "[widget.result.h, widget.result.w, Array.from(widget.result.maps),"
        "Array.from(widget.result.logits)]"
    )
    coat = np.reshape(maps, (10, h, w))[4]
    told = lab.element.locator(".numbers").inner_text()
    assert f"{h * w} cells" in told and f"= {scores[4]:.2f}" in told
    lab.element.locator(".big").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        lab.page.keyboard.press(key)
    told = lab.element.locator(".numbers").inner_text()
    assert f"Row 2, column 2: {coat[1, 1]:.2f}. It sees the 35 × 35" in told
    row.click()
    assert row.get_attribute("aria-pressed") == "false"


def test_mouse_on_a_row_shows_its_map(lab):
    lab.page.mouse.move(0, 0)
    row = lab.element.locator(".item").nth(8)
    row.hover()
    assert lab.get("widget.chosen") == 8
    lab.page.mouse.move(0, 0)
    assert lab.get("widget.chosen") == lab.get("widget.result.top")


def test_click_on_a_cell(lab):
    big = lab.element.locator(".big")
    box = big.bounding_box()
    big.click(position={"x": box["width"] * 0.99, "y": 2})
    assert lab.get("widget.cell") == {"row": 0, "column": 11}


def test_rows_say_what_the_network_says(lab):
    scores = np.array(lab.scores)
    shares = np.exp(scores) / np.exp(scores).sum()
    for row, score, share in zip(lab.element.locator(".item").all(), scores, shares):
        label = row.get_attribute("aria-label")
        assert f": {score:.2f}, {round(100 * share)}\xa0%" in label
    status = lab.element.locator(".lab")
    status.get_by_text("12 × 12 maps from 48 × 48 pixels").wait_for()


def test_fully_connected_head_takes_one_size(lab):
    lab.click("fully connected")
    assert lab.scores is None
    told = lab.element.locator(".refusal").inner_text()
    assert "4,704" in told and "96 × 12 × 12 = 13,824" in told
    assert lab.element.locator(".numbers").is_hidden()
    assert lab.element.locator(".item").first.is_disabled()
    lab.element.get_by_role("slider", name="Canvas").fill("28")
    assert lab.get("widget.result.top") == 1  # a trouser, as it was trained
    assert not lab.element.locator(".refusal").is_visible()
    lab.click("average")
    assert lab.element.locator(".numbers").is_visible()


@pytest.mark.parametrize("options", [{}, PHONE])
def test_refusal_moves_nothing_and_helps(canvas_address, browser, options):
    with opened(browser, canvas_address, "canvas", **options) as lab:

        def places():
            return [
                lab.get(f"widget.shadowRoot.querySelector('{one}').offsetTop")
                for one in (
                    ".frame",
                    ".sliders",
                    ".rows",
                    ".switches",
                    ".lab > [role=status]",
                )
            ]

        before, fit = places(), lab.button("Use 28×28")
        assert not fit.is_visible()
        lab.click("fully connected")
        assert fit.is_visible() and places() == before
        fit.click()
        assert lab.get("widget.result.side") == 28 and len(lab.scores) == 10
        assert not fit.is_visible() and places() == before
        assert lab.focused() == "The canvas with the garment"


# What is written on canvases, by the class of each.
LISTEN = """const { fillText } = CanvasRenderingContext2D.prototype;
  window.written = {};
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    (window.written[this.canvas.className] ??= []).push(text);
    fillText.call(this, text, ...place);
  };"""


@pytest.mark.parametrize("options", [{}, PHONE])
def test_numbers_of_large_maps(canvas_address, browser, options):
    """Where cells are too small, those around one cell are shown large."""
    with opened(
        browser,
        canvas_address,
        "canvas",
        prepare=lambda page: page.add_init_script(LISTEN),
        **options,
    ) as lab:
        big, around = lab.element.locator(".big"), lab.element.locator(".around")

        def written(kind):
            return lab.get(
                "(window.written = {}, widget.redraw(),"
                f" (window.written['{kind}'] ?? []).map(Number))"
            )

        def expect(row, column):
            h, w, maps, c = lab.get(
                "[widget.result.h, widget.result.w,"
                " Array.from(widget.result.maps), widget.chosen]"
            )
            own = np.reshape(maps, (10, h, w))[c]
            part = own[row : row + 5, column : column + 5].ravel()
            np.testing.assert_allclose(written("large"), part, atol=0.051)
            told = f"Rows {row + 1} to {row + 5}, columns {column + 1} to {column + 5}"
            assert around.inner_text().startswith(told)
            return own

        assert not around.is_visible() and len(written("big")) == 144
        lab.get("widget.set({ canvas: '64' })")
        lab.wait()
        assert not around.is_visible() and len(written("big")) == 256
        lab.get("widget.set({ canvas: '96' })")
        lab.wait()
        assert around.is_visible() and not written("big")
        best = lab.get(
            "(({ maps, top }) => { const own = maps.subarray(576 * top,"
            "576 * top + 576); return own.indexOf(Math.max(...own)) })(widget.result)"
        )
        own = expect(best // 24 - 2, best % 24 - 2)
        box = big.bounding_box()

        def cell(row, column):
            side = box["width"] / 24
            return {"x": (column + 0.5) * side, "y": (row + 0.5) * side}

        if options:
            big.tap(position=cell(10, 11))
        else:
            big.hover(position=cell(0, 23))
            expect(0, 19)
            assert lab.get("widget.cell") is None
            lab.page.mouse.move(0, 0)
            expect(best // 24 - 2, best % 24 - 2)
            big.click(position=cell(10, 11))
        expect(8, 9)
        told = lab.element.locator(".numbers").inner_text()
        assert f"Row 11, column 12: {own[10, 11]:.2f}." in told
        big.focus()
        lab.page.keyboard.press("ArrowDown")
        expect(9, 9)


# The state in the address


def address(lab, wanted):
    """Wait until the page's address ends so."""
    wait_until(lab.page, f"location.hash === {wanted!r}")


def test_address_keeps_the_state(canvas_address, browser):
    with opened(browser, canvas_address, "canvas") as lab:
        lab.page.wait_for_timeout(700)
        assert lab.page.url == canvas_address
        lab.press("ArrowUp")
        address(lab, "#canvas=48&sample=2&side=28&top=9&left=10")
        length = lab.page.evaluate("history.length")
        lab.click("Add one")
        lab.press("ArrowUp", "-", "n", "ArrowDown")
        lab.click("Mirror")
        lab.click("top 10 %")
        lab.click("on 28 × 28")
        wait_until(lab.page, f"{WIDGET}.weights === 'only28'")
        address(
            lab,
            "#canvas=56&sample=2&side=28&top=15&left=0&mirror"
            "&second=19&side2=26&top2=14&left2=29&weights=only28&mask",
        )
        assert lab.page.evaluate("history.length") == length
        picture, scores = lab.array("widget.result.picture"), lab.scores
        place = lab.page.url
        lab.choose(photograph("RGB", "white", "navy"))
        address(lab, "")
    with opened(browser, place, "canvas") as lab:
        assert lab.array("widget.result.picture") == picture
        assert lab.scores == scores
        lab.page.wait_for_timeout(700)
        assert lab.page.url == place
        lab.page.evaluate("location.hash = '#canvas=28&head=fc'")
        wait_until(lab.page, f"{WIDGET}.head === 'fc'")
        assert len(lab.scores) == 10


@pytest.mark.parametrize(
    "text, state",
    [
        ("", None),
        ("#seven-experiments", None),
        ("#canvas=5&sample=20&side=0&top=-1&left=1e1&head=x&weights=&mask=1", None),
        ("#__proto__=1&constructor=1&toString", None),
        ("#canvas=113&side=20&second=x", {"side": "20"}),
        ("#canvas=6&sample=0&head=fc&mask", {"canvas": "6", "sample": "0"}),
        ("#%E0%A4%A&top=<b>&left=112", {"left": "112"}),
    ],
)
def test_bad_addresses_are_ignored(lab, text, state):
    if state and "mask" in text:
        state = {**state, "head": "fc", "mask": ""}
    assert lab.get(f"NinLab.address.read({text!r}, widget.net.smallest)") == state


def test_address_from_the_disk(canvas_page, browser):
    place = canvas_page.as_uri() + "#canvas=60&sample=18&side=99&top=3"
    with opened(browser, place, "canvas") as lab:
        assert lab.garment == {"side": 60, "top": 0, "left": 0}
        assert lab.get("widget.scene.garment.sample") == 18
        lab.press("-")
        address(lab, "#canvas=60&sample=18&side=58&top=1&left=1")


def test_other_weights_come_when_asked_for(lab):
    asked = []
    lab.page.on("request", lambda request: asked.append(request.url))
    before = lab.scores
    lab.element.get_by_role("button", name="on 28 × 28").click()
    wait_until(lab.page, f"{WIDGET}.weights === 'only28'")
    assert lab.scores != before
    assert [url.split("/")[-1] for url in asked] == ["weights-28.js"]
    lab.click("fully connected")
    wait_until(lab.page, f"{WIDGET}.head === 'fc'")
    assert lab.get("widget.weights") == "canvas28"


def test_of_two_networks_the_last_one_asked_for_counts(canvas_address, browser):
    """Also where the other one arrives later."""
    with opened(browser, canvas_address, "canvas") as lab:
        held = []
        lab.page.route("**/weights-28.js", lambda route: held.append(route))
        lab.element.get_by_role("button", name="on 28 × 28").click()
        lab.click("on canvases")
        for route in held:
            route.continue_()
        lab.page.wait_for_timeout(500)
        assert held and lab.get("widget.weights") == "canvas28"


def test_a_head_is_that_of_the_network_that_has_it(canvas_address, browser):
    with opened(browser, canvas_address, "canvas") as lab:
        lab.get("widget.set({ weights: 'only28', head: 'fc' })")
        wait_until(lab.page, f"{WIDGET}.weights === 'only28'")
        assert lab.get("widget.head") == "gap" and len(lab.scores) == 10


def test_the_marked_image_is_that_of_the_selected_garment(lab):
    marked = "[...widget.shadowRoot.querySelectorAll('.strip [aria-pressed=true]')]"
    lab.element.get_by_role("button", name="Test image 3:").click()
    before = lab.get(f"{marked}.map((b) => b.ariaLabel ?? b.title)")
    lab.click("Add one")
    lab.click("Remove")
    assert lab.get(f"{marked}.map((b) => b.ariaLabel ?? b.title)") == before


def test_two_garments(lab):
    lab.click("Add one")
    first, second = lab.get("widget.scene.garments.map((g) => g.left)")
    assert first + 28 <= second
    assert lab.get("widget.result.side") == 56
    lab.press("n", "ArrowUp")
    assert lab.get("widget.scene.selected") == 0 and lab.garment["top"] == 13
    lab.drag((28, 50), (28, 45))
    assert lab.get("widget.scene.selected") == 1
    lab.click("Remove")
    assert lab.get("widget.scene.garments.length") == 1
    assert lab.element.get_by_role("button", name="Remove").is_disabled()


def test_mirror(lab):
    before = np.reshape(lab.array("widget.result.picture"), (48, 48))
    lab.click("Mirror")
    after = np.reshape(lab.array("widget.result.picture"), (48, 48))
    np.testing.assert_array_equal(after, before[:, ::-1])


def test_samples(lab):
    lab.element.get_by_role("button", name="Test image 19: ankle").click()
    assert lab.get("widget.result.top") == 9
    assert lab.get("widget.scene.garment.sample") == 18


@pytest.mark.parametrize("options, rows", [({}, 2), (PHONE, 3)])
def test_all_samples_are_in_sight(canvas_address, browser, options, rows):
    with opened(browser, canvas_address, "canvas", **options) as lab:
        boxes = [thumb.bounding_box() for thumb in lab.element.locator(".thumb").all()]
        frame = lab.element.bounding_box()
        assert len(boxes) == 20 and len({box["y"] for box in boxes}) == rows
        for box in boxes:
            assert min(box["width"], box["height"]) >= 44
            assert frame["x"] <= box["x"]
            assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert lab.too_wide() <= 0


def test_samples_with_keys(lab):
    """Tab comes to the chosen picture, arrow keys go on from there."""
    thumbs = lab.element.locator(".thumb")
    stops = lab.element.locator(".thumb[tabindex='0']")
    assert stops.get_attribute("aria-label") == "Test image 3: trouser"
    stops.focus()
    for key, n in (
        ("ArrowRight", 4),
        ("ArrowDown", 14),
        ("ArrowDown", 14),
        ("ArrowUp", 4),
        ("ArrowLeft", 3),
        ("End", 20),
        ("ArrowRight", 20),
        ("Home", 1),
        ("ArrowLeft", 1),
        ("End", 20),
    ):
        lab.page.keyboard.press(key)
        assert lab.focused().startswith(f"Test image {n}:"), key
        assert stops.count() == 1
    assert lab.get("widget.scene.garment.sample") == 2
    lab.page.keyboard.press("Enter")
    assert lab.get("widget.scene.garment.sample") == 19
    assert thumbs.nth(19).get_attribute("aria-pressed") == "true"
    lab.click("Reset")
    assert stops.get_attribute("aria-label") == "Test image 3: trouser"


# Pictures of one's own


def test_draw_with_the_mouse(lab):
    lab.click("Draw a garment")
    assert sum(lab.array("widget.result.picture")) == 0
    lab.drag((10, 24), (38, 24))
    picture = np.reshape(lab.array("widget.result.picture"), (48, 48))
    assert picture[12:36, 24].min() > 200 and picture[:, :18].max() == 0
    lab.click("Draw a garment")
    lab.drag((24, 24), (24, 30))
    assert lab.garment["left"] == 8


def test_strokes_are_taken_back(lab):
    hint = lab.element.locator(".hint")
    undo, clear = lab.button("Undo"), lab.button("Clear")
    assert not undo.is_visible() and not clear.is_visible()

    def ink():
        return sum(lab.array("widget.result.picture"))

    lab.click("Draw a garment")
    assert hint.inner_text() == "draw here" and undo.is_disabled()
    assert not lab.button("Add one").is_visible()
    lab.drag((10, 24), (38, 24))
    one = ink()
    assert one > 0 and not hint.is_visible()
    lab.drag((24, 10), (24, 38))
    two = ink()
    assert two > one
    lab.click("Clear")
    assert ink() == 0 and hint.is_visible()
    lab.click("Undo")
    assert ink() == two
    lab.press("Control+z")
    assert ink() == one
    lab.click("Undo")
    assert ink() == 0 and undo.is_disabled()
    lab.press("Control+z", " ", "ArrowDown", " ", "Control+z")
    assert ink() == 0
    lab.click("Reset")
    assert not undo.is_visible() and lab.button("Add one").is_visible()
    assert not hint.is_visible()


def test_draw_with_keys(lab):
    lab.click("Draw a garment")
    lab.press(" ", "ArrowDown", "ArrowDown", " ", "ArrowDown", "ArrowDown")
    picture = np.reshape(lab.array("widget.result.picture"), (48, 48))
    assert picture[24:27, 24].min() > 200 and picture[30].max() == 0


@pytest.mark.parametrize("act", [Widget.choose, drop])
@pytest.mark.parametrize(
    "mode, background, ink",
    [
        ("RGB", "white", "navy"),
        ("RGB", "black", "white"),
        ("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)),
        ("RGBA", (0, 0, 0, 0), (255, 255, 255, 255)),
    ],
)
def test_own_picture_is_bright_on_black(lab, act, mode, background, ink):
    act(lab, photograph(mode, background, ink))
    pixels = np.reshape(lab.array("widget.scene.garment.pixels"), (28, 28))
    assert pixels[10:18, 9:19].min() > 240
    assert pixels[:6].max() == pixels[:, :5].max() == 0
    assert not lab.element.get_by_role("alert").count()


@pytest.mark.parametrize("act", [Widget.choose, drop])
@pytest.mark.parametrize(
    "file, message",
    [
        (
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%P"},
            "“a.pdf” is not an image.*PNG, JPEG",
        ),
        (
            {
                "name": "b.png",
                "mimeType": "image/png",
                "buffer": png(Image.new("L", (90, 90), 7))["buffer"][:40],
            },
            "“b.png” is not an image",
        ),
        (png(Image.new("1", (8000, 7000))), "56 megapixels; this page takes up to 50"),
        (png(Image.new("RGB", (50, 50), "red")), "is all one colour"),
    ],
    ids=["no image", "half an image", "huge", "one colour"],
)
def test_bad_files_say_why_and_change_nothing(lab, act, file, message):
    before = lab.scores
    act(lab, file)
    lab.element.get_by_role("alert").wait_for()
    assert re.search(message, lab.failure())
    assert lab.scores == before
    lab.drag((24, 24), (26, 26))
    assert lab.scores != before
    lab.click("Close this message")
    assert not lab.element.get_by_role("alert").count()


# Bad sizes, missing files, other browsers


@pytest.mark.parametrize(
    "typed, message",
    [
        ("3", "3 pixels is too small.*smallest is 6"),
        ("-20", "too small"),
        ("900", "at most 112 pixels a side, not 900"),
        ("30.5", "whole number"),
        ("", "0 pixels is too small"),
    ],
)
def test_bad_canvas(lab, typed, message):
    field = lab.element.get_by_role("spinbutton", name="Canvas")
    field.fill(typed)
    field.press("Enter")
    field.blur()
    lab.wait()
    assert re.search(message, lab.failure())
    assert field.input_value() == "48" and lab.get("widget.result.side") == 48
    field.fill("6")
    field.press("Enter")
    assert lab.get("widget.result.side") == 6
    assert not lab.element.get_by_role("alert").count()


@pytest.mark.parametrize("damage", ["missing", "cut", "another"])
def test_weights_that_fail_to_load(canvas_address, browser, damage):
    def spoil(route):
        if damage == "missing":
            route.abort()
        else:
            text = route.fetch().text()
            body = text[: len(text) // 2] if damage == "cut" else "// none"
            route.fulfill(body=body, content_type="text/javascript")

    with opened(
        browser,
        canvas_address,
        "canvas",
        wait=False,
        prepare=lambda page: page.route("**/weights-*.js", spoil),
    ) as lab:
        lab.element.get_by_role("alert").wait_for()
        assert "weights of the network did not load" in lab.failure()
        assert lab.element.get_by_text("still").is_visible()
        assert lab.errors
        lab.errors.clear()
        lab.page.unroute("**/weights-*.js")
        lab.element.get_by_role("button", name="Try again").click()
        assert len(lab.wait().scores) == 10
        assert not lab.element.get_by_role("alert").count()


def test_works_from_the_disk(canvas_page, browser):
    with opened(browser, canvas_page.as_uri(), "canvas") as lab:
        before = lab.scores
        lab.drag((24, 24), (20, 20))
        assert lab.scores != before


# What is compiled is no module.
NO_SIMD = """const { compile } = WebAssembly; WebAssembly.compile =
  (bytes) => compile.call(WebAssembly, bytes.fill(7, 99));"""


@pytest.mark.parametrize("lacks", ["SIMD", "WebAssembly", "permission"])
def test_without_simd_the_still_picture_stays(canvas_address, browser, lacks):
    def forbid(route):
        headers = {"content-security-policy": "script-src 'self'"}
        route.fulfill(response=route.fetch(), headers=headers)

    def prepare(page):
        if lacks == "SIMD":
            page.add_init_script(NO_SIMD)
        elif lacks == "WebAssembly":
            page.add_init_script("delete window.WebAssembly")
        else:
            page.route(canvas_address, forbid)

    with opened(browser, canvas_address, "canvas", wait=False, prepare=prepare) as lab:
        lab.element.get_by_role("alert").wait_for()
        assert "does not work here" in lab.failure()
        assert lab.element.get_by_text("still").is_visible()
        assert not lab.element.locator(".lab, .retry").count()
        lab.page.wait_for_timeout(200)
        assert not [url for url in lab.requests if "weights" in url]
        (error,) = lab.errors
        assert "WebAssembly" in error
        lab.errors.clear()


def test_motion_is_reduced_on_request(canvas_address, browser):
    for wish, seconds in (("no-preference", "0.08s"), ("reduce", "0s")):
        with opened(browser, canvas_address, "canvas", reduced_motion=wish) as lab:
            bar = lab.element.locator(".bar i").first
            assert seconds == bar.evaluate(
                "(bar) => getComputedStyle(bar).transitionDuration"
            )


# For everyone


def test_every_control_has_a_name_and_shows_focus(lab):
    controls = lab.element.locator(
        "button:visible:enabled, input:visible, canvas[tabindex]"
    ).all()
    assert len(controls) > 40
    session = lab.page.context.new_cdp_session(lab.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    asked = ("button", "slider", "spinbutton", "application")
    nameless = [
        node["role"]["value"]
        for node in nodes
        if node.get("role", {}).get("value") in asked
        and not node.get("name", {}).get("value")
    ]
    assert not nameless
    lab.stage.focus()
    reached = set()
    for _ in range(60):
        lab.page.keyboard.press("Tab")
        reached.add(
            lab.page.evaluate(
                f"(() => {{ const e = {WIDGET}.shadowRoot.activeElement;"
                "return e && [e.className, e.getAttribute('aria-label'),"
                "getComputedStyle(e).outlineStyle].join() })()"
            )
        )
    reached.discard(None)
    assert any(one.startswith("big") for one in reached)
    assert all(one.endswith("solid") for one in reached)
