"""The network for photographs: its pixels, its maps, its camera."""

import contextlib
import re

from nin_utils import models
from nin_utils.data import CIFAR10_LABELS, photographs
from nin_utils.maps import confidence_maps, top_mask

import numpy as np
import pytest
from mxnet import nd
from PIL import Image

from booktools.browser import chromium, served, wait_until
from booktools.policy import HEADERS, with_policy
from helpers.widgets import PHONE, STILL, arithmetic, opened, png

NAME = "photos"
WIDGET = "document.querySelector('nin-photos')"
MAPS = "[w.h, w.w, Array.from(w.maps), Array.from(w.logits), Array.from(w.cells)]"


@pytest.fixture(scope="module")
def browser():
    """A browser with a camera: a green picture with a moving clock."""
    with chromium("--use-fake-device-for-media-stream") as browser:
        yield browser


@pytest.fixture(scope="module")
def net():
    return models.nin_cifar10(pretrained=True)


@pytest.fixture
def lab(shared):
    """The widget with a cat, as the network was trained."""
    setup(shared, photo="cat")
    return shared


def setup(lab, **state):
    lab.get(f"widget.set({state!r})")
    lab.wait()


def pixels(lab):
    """Return what the network sees, (height, width, 3)."""
    *size, rgb = lab.get(
        "(({ width, height, rgb }) => [height, width, Array.from(rgb)])"
        "(widget.result.picture)"
    )
    return np.reshape(np.array(rgb, np.uint8), (*size, 3))


def answer(lab):
    """Return maps and shown cells, (10, h, w), and scores."""
    h, w, maps, scores, cells = lab.get(f"((w) => {MAPS})(widget.result)")
    return np.reshape(maps, (10, h, w)), np.reshape(cells, (10, h, w)), scores


# The pixels


@pytest.mark.parametrize("size, new", [((30, 20), (8, 5)), ((9, 14), (40, 14))])
def test_resizing_is_pillows(browser, size, new):
    image = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), np.uint8)
    wanted = Image.fromarray(image).resize(new, Image.Resampling.BICUBIC)
    with arithmetic(browser, "photos/pixels.js") as page:
        found = page.evaluate(
            """([rgb, [width, height], size]) => Array.from(
              NinLab.pixels.resized({ rgb, width, height }, ...size).rgb)""",
            [image.ravel().tolist(), size, new],
        )
    found = np.reshape(found, (new[1], new[0], 3))
    assert abs(found - np.asarray(wanted, int)).max() <= 1


@pytest.mark.parametrize(
    "name, height", [("cat", 32), ("frog", 100), ("horse_and_bird", 96)]
)
def test_network_sees_the_photographs_of_the_library(lab, name, height):
    setup(lab, photo=name, height=str(height))
    wanted = photographs(height)[name.replace("_", " ")].astype(int)
    assert pixels(lab).shape == wanted.shape
    assert abs(pixels(lab) - wanted).max() <= 3  # another decoder of JPEG


# The answer


@pytest.mark.parametrize("state", [{"photo": "bird"}, {"photo": "taxis", "mask": ""}])
def test_scores_and_maps_are_mxnets(lab, net, state):
    setup(lab, height="32", **state)
    X = nd.image.to_tensor(nd.array(pixels(lab), dtype="uint8")).expand_dims(0)
    wanted = confidence_maps(net, X).asnumpy()
    maps, cells, scores = answer(lab)
    assert maps.shape == wanted.shape[1:] and wanted.max() > 0.1
    np.testing.assert_allclose(maps, wanted[0], atol=1e-4)
    np.testing.assert_allclose(scores, wanted[0].mean((1, 2)), atol=1e-4)
    kept = top_mask(maps[None])[0] if "mask" in state else True
    np.testing.assert_array_equal(cells, np.where(kept, maps, 0))
    assert lab.button("top 10 %").get_attribute("aria-pressed") == (
        "true" if "mask" in state else "false"
    )


def test_rows_tell_mean_share_and_brightest_cell(lab):
    maps, _, scores = answer(lab)
    shares = np.exp(scores) / np.exp(scores).sum()
    for c, row in enumerate(lab.element.locator(".item").all()):
        label = row.get_attribute("aria-label")
        wanted = f"{CIFAR10_LABELS[c]}: {scores[c]:.2f}, {round(100 * shares[c])}\xa0%."
        assert label.startswith(wanted)
        bar = row.locator(".mean i").evaluate("e => e.style.transform")
        tick = row.locator(".mean b").evaluate("e => e.style.left")
        length = float(re.search(r"[\d.]+", bar)[0])
        assert length == pytest.approx(scores[c] / maps.max(), abs=1e-3)
        assert float(tick[:-1]) == pytest.approx(
            100 * maps[c].max() / maps.max(), abs=1e-3
        )
        assert row.locator(".mean b").evaluate(
            "e => e.offsetTop >= 0 && e.offsetTop < e.parentNode.clientHeight"
        )


@pytest.mark.parametrize("height, side", [(24, 6), (32, 8), (96, 24)])
def test_maps_of_a_scene_are_as_wide_as_it(lab, height, side):
    setup(lab, photo="taxis", height=str(height))
    maps, _, _ = answer(lab)
    assert maps.shape == (10, side, 2 * side)
    sizes = lab.get(
        "(e => [e.width, e.height, Math.round(100 * e.clientWidth / e.clientHeight)])"
        "(widget.shadowRoot.querySelector('.map'))"
    )
    assert sizes == [2 * side, side, pytest.approx(200, abs=6)]


def test_status_and_sight(lab):
    scores = answer(lab)[2]
    share = np.exp(max(scores)) / np.exp(scores).sum()
    name = CIFAR10_LABELS[np.argmax(scores)]
    words = f"{name}, {round(100 * share)} %. 8 × 8 maps from 32 × 32 pixels, in "
    assert re.fullmatch(re.escape(words) + r"\d+ ms", said(lab))
    sight = lab.element.locator(".tools .note").first
    assert "32\xa0×\xa032 pixels, the height of its training" in sight.inner_text()
    lab.element.get_by_role("slider", name="Height").fill("128")
    lab.wait()
    words = sight.inner_text().replace("\xa0", " ")
    assert words.endswith("128 × 128 pixels, each cell 27 × 27 of them.")
    assert answer(lab)[0].shape == (10, 32, 32)


def said(lab):
    lab.told()
    words = lab.element.locator(".lab > [role=status]").text_content()
    return words.replace("\xa0", " ")


# What one cell sees


def cell(lab):
    """Return row and column of what the widget says, and its ten values."""
    words = lab.element.locator(".cell p").inner_text()
    row, column = map(int, re.match(r"Row (\d+), column (\d+)", words).groups())
    values = lab.element.locator(".cell li .number").all_inner_texts()
    return row - 1, column - 1, [float(v) for v in values], words


def crop(lab):
    """Return the pixels that the widget shows large, as (27, 27, 4)."""
    values = lab.get(
        "(e => Array.from(e.getContext('2d').getImageData(0, 0, 27, 27).data))"
        "(widget.shadowRoot.querySelector('.crop'))"
    )
    return np.reshape(np.array(values), (27, 27, 4))


def test_at_first_it_is_the_brightest_cell(lab):
    setup(lab, photo="cat", map="ship")
    ship = answer(lab)[0][CIFAR10_LABELS.index("ship")]
    row, column, _, words = cell(lab)
    assert ship[row, column] == ship.max() and "brightest cell of the map" in words


def test_click_on_the_photograph(lab):
    setup(lab, photo="horse_and_bird", height="64")
    stage = lab.element.locator(".stage")
    box = stage.bounding_box()
    zoom = box["width"] / 128
    # Pixel 63 across is the middle of cell 15, 32 down between 7 and 8.
    stage.click(position={"x": 63.5 * zoom, "y": 30.9 * zoom})
    maps, _, _ = answer(lab)
    row, column, values, words = cell(lab)
    assert (row, column) == (7, 15) and "orange frame" in words
    np.testing.assert_allclose(values, maps[:, 7, 15], atol=0.051)
    # A cell in the middle sees 13 pixels on each side of its own.
    seen = crop(lab)
    wanted = pixels(lab)[31 - 13 : 31 + 14, 63 - 13 : 63 + 14]
    np.testing.assert_array_equal(seen[..., :3], wanted)
    stage.click(position={"x": 63.5 * zoom, "y": 30.9 * zoom})
    assert "dashed frame" in cell(lab)[3]


def test_drag_over_the_photograph(lab):
    box = lab.element.locator(".stage").bounding_box()
    mouse = lab.page.mouse
    at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    mouse.move(*at)
    mouse.down()
    mouse.move(box["x"] + 2, at[1], steps=3)
    assert cell(lab)[1] == 0
    mouse.move(box["x"] + box["width"] - 2, box["y"] + 2, steps=3)
    mouse.up()
    assert cell(lab)[:2] == (0, 7) and "orange frame" in cell(lab)[3]


def test_what_a_cell_sees_is_what_it_depends_on(lab, net):
    """Change all that lies outside the crop: its ten values stay."""
    setup(lab, photo="dog", height="64", at="50,50")
    row, column, values, _ = cell(lab)
    size = 64
    seen = np.zeros((size, size), bool)
    y, x = 3 + 4 * row, 3 + 4 * column
    seen[y - 13 : y + 14, x - 13 : x + 14] = True
    image = np.where(seen[..., None], pixels(lab), 255)
    np.testing.assert_array_equal(
        crop(lab)[..., :3].reshape(-1, 3), image[seen].reshape(-1, 3)
    )
    X = nd.array(image / 255).transpose((2, 0, 1)).expand_dims(0)
    found = confidence_maps(net, X)[0].asnumpy()[:, row, column]
    np.testing.assert_allclose(found, answer(lab)[0][:, row, column], atol=1e-4)
    np.testing.assert_allclose(found, values, atol=0.051)


def test_keys_on_the_photograph(lab):
    setup(lab, photo="cat", at="40,40")
    row, column, *_ = cell(lab)
    lab.element.locator(".stage").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        lab.page.keyboard.press(key)
    assert cell(lab)[:2] == (row, column + 1)
    for _ in range(9):
        lab.page.keyboard.press("ArrowUp")
    assert cell(lab)[:2] == (0, column + 1)
    lab.page.keyboard.press("+")
    lab.page.keyboard.press("+")
    assert lab.wait().get("widget.result.picture.height") == 40
    for _ in range(9):
        lab.page.keyboard.press("-")
    assert lab.wait().get("widget.result.picture.height") == 24
    lab.page.keyboard.press("Escape")
    assert "brightest" in cell(lab)[3]


def test_light_is_where_the_map_is(lab):
    """With the evidence the photograph is darker, least where the map is high."""
    setup(lab, photo="bird", map="ship")

    def brightness():
        """Return that of the middle of each cell, but those at the border."""
        return np.array(
            lab.get(
                """(({ canvas }) => {
                  widget.stage.draw();
                  const zoom = canvas.width / 32, found = [];
                  const context = canvas.getContext("2d");
                  for (let row = 1; row < 7; row++) {
                    for (let column = 1; column < 7; column++) {
                      const [x, y] = [column, row].map((i) => (4 * i + 3.5) * zoom);
                      const { data } = context.getImageData(x, y, 1, 1);
                      found.push(data[0] + data[1] + data[2]);
                    }
                  }
                  return found;
                })(widget.stage)"""
            )
        )

    lit = brightness()
    lab.button("evidence").click()
    lab.wait()
    shares = lit / brightness()
    lab.button("evidence").click()
    maps = answer(lab)[0]
    ship = maps[CIFAR10_LABELS.index("ship"), 1:7, 1:7].ravel()
    assert shares.max() <= 1.01 and shares.min() < 0.95 and ship.max() > 0
    order = np.corrcoef(ship, shares)[0, 1]
    assert order > 0.7


# Choosing


def test_photographs_with_keys(lab):
    stops = lab.element.locator(".thumb[tabindex='0']")
    assert stops.get_attribute("aria-label") == "Photograph 4: cat"
    stops.focus()
    for key, name in (
        ("ArrowRight", "5: deer"),
        ("End", "12: a horse and a bird"),
        ("ArrowRight", "12: a horse and a bird"),
        ("ArrowLeft", "11: taxis in a street"),
    ):
        lab.page.keyboard.press(key)
        assert lab.focused() == f"Photograph {name}"
        assert stops.count() == 1
    before = pixels(lab)
    lab.page.keyboard.press("Enter")
    lab.get("widget.opening")
    lab.wait()
    assert pixels(lab).shape == (32, 64, 3) != before.shape
    pressed = lab.element.locator(".thumb[aria-pressed='true']")
    assert pressed.get_attribute("title") == "taxis in a street"


def test_own_photo(lab):
    image = Image.new("RGB", (300, 200), "teal")
    image.paste("orange", (150, 0, 300, 200))
    lab.choose(png(image))
    found = pixels(lab)
    assert found.shape == (32, 48, 3)
    assert tuple(found[16, 4]) == (0, 128, 128) and tuple(found[3, 44]) == (255, 165, 0)
    assert not lab.element.locator(".thumb[aria-pressed='true']").count()


def test_a_long_photo_is_cut_to_twice_its_height(lab):
    image = Image.new("RGB", (3000, 400), "red")
    image.paste("blue", (1100, 0, 1900, 400))
    lab.choose(png(image))
    found = pixels(lab)
    assert found.shape == (32, 64, 3) and (found == (0, 0, 255)).all()


def test_transparent_is_white_and_tall_is_cut(lab):
    lab.choose(png(Image.new("RGBA", (100, 600), (9, 9, 9, 0))))
    assert pixels(lab).shape == (32, 16, 3) and (pixels(lab) == 255).all()


@pytest.mark.parametrize(
    "one, message",
    [
        (
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%P"},
            "“a.pdf” is not an image.*PNG, JPEG",
        ),
        (
            {**png(Image.new("L", (90, 90), 7), "b.png"), "buffer": b"\x89PNG\r\n"},
            "“b.png” is not an image",
        ),
        (png(Image.new("1", (8000, 7000))), "56 megapixels; .* up to 50"),
    ],
    ids=["no image", "broken", "huge"],
)
def test_bad_files_say_why_and_change_nothing(lab, one, message):
    before = pixels(lab)
    lab.choose(one)
    assert re.search(message, lab.failure())
    np.testing.assert_array_equal(pixels(lab), before)
    setup(lab, photo="dog")
    assert not lab.element.get_by_role("alert").count()


def test_rows_choose_a_map(lab):
    row = lab.element.get_by_role("button", name=re.compile("^frog: "))
    row.click()
    assert row.get_attribute("aria-pressed") == "true"
    caption = lab.element.locator("figcaption")
    assert caption.inner_text() == "Bright where the network sees: frog"
    lab.button("evidence").click()
    lab.wait()
    assert not caption.inner_text().strip()
    lab.button("evidence").click()
    row.click()


def test_page_sets_it_up(lab):
    lab.page.mouse.move(0, 0)
    lab.element.get_by_role("button", name=re.compile("^frog: ")).hover()
    assert lab.get("widget.preview") == 6  # the mouse stays there
    setup(lab, photo="taxis", height="96", map="automobile", mask="", at="25,60")
    assert lab.get("[widget.sample, widget.height, widget.chosen, widget.cell]") == [
        10,
        96,
        1,
        {"row": 14, "column": 11},
    ]
    assert lab.get("widget.shown.mask")
    setup(lab)
    assert lab.get("[widget.sample, widget.height, widget.cell, widget.pinned]") == [
        0,
        32,
        None,
        None,
    ]


# The camera

TRACKS = """const { getUserMedia } = MediaDevices.prototype;
  window.tracks = [];
  MediaDevices.prototype.getUserMedia = async function (wish) {
    window.asked = wish;
    const stream = await getUserMedia.call(this, wish);
    window.tracks.push(...stream.getTracks());
    return stream;
  };"""
STATES = "window.tracks.map((track) => track.readyState).join()"


@contextlib.contextmanager
def filming(browser, address, permissions=("camera",)):
    """Open the page and click on the camera; it is there if it is allowed."""

    def prepare(page):
        page.add_init_script(TRACKS)
        page.context.grant_permissions(list(permissions))

    with opened(browser, address, NAME, prepare=prepare) as lab:
        assert lab.get("window.tracks.length") == 0
        lab.button("Camera").click()
        if permissions:
            lab.button("Stop the camera").wait_for()
            wait_until(lab.page, f"{WIDGET}.sample === null")
        yield lab


def test_camera_shows_frame_after_frame_and_is_released(page, browser):
    with filming(browser, page.as_uri()) as lab:
        assert lab.get("Object.keys(window.asked)") == ["video"]  # no sound
        first, updates = pixels(lab), lab.get("widget.updates")
        assert first.shape[0] == 32 and first.std() > 10
        wait_until(lab.page, f"{WIDGET}.updates > {updates + 3}")
        assert (pixels(lab) != first).any()
        status = lab.element.locator(".lab > [role=status]")
        status.filter(
            has_text=re.compile(r"^The camera is on\. The network says:\s\w+\.$")
        ).wait_for()
        assert lab.get(STATES) == "live"
        lab.button("Stop the camera").click()
        assert lab.get(STATES) == "ended"
        last = pixels(lab)
        lab.page.wait_for_timeout(300)
        np.testing.assert_array_equal(pixels(lab), last)
        lab.element.get_by_role("slider", name="Height").fill("64")
        assert pixels(lab.wait()).shape[0] == 64
        lab.button("Camera").click()
        lab.button("Stop the camera").wait_for()
        lab.element.locator(".thumb").nth(2).click()
        lab.get("widget.opening")
        lab.wait()
        assert lab.get(STATES) == "ended,ended" and lab.get("widget.sample") == 2


def test_camera_is_released_when_nobody_looks(page, browser):
    ways = (  # to leave, and back
        (
            "Object.defineProperty(document, 'hidden',"
            " { configurable: true, value: true }),"
            " document.dispatchEvent(new Event('visibilitychange'))",
            "delete document.hidden",
        ),
        ("window.dispatchEvent(new Event('pagehide'))", "1"),
        ("widget.style.marginTop = '9000px'", "widget.style.marginTop = ''"),
        ("setTimeout(() => widget.remove())", "1"),
    )
    with filming(browser, page.as_uri()) as lab:
        for i, (leave, back) in enumerate(ways):
            if i:
                lab.button("Camera").click()
                lab.button("Stop the camera").wait_for()
            assert lab.get(STATES) == ",".join(["ended"] * i + ["live"])
            lab.get(f"[{leave}, 1][1]")
            wait_until(lab.page, f"{STATES} === '{','.join(['ended'] * (i + 1))}'")
            if i < 3:
                lab.get(f"[{back}, 1][1]")


def test_refused_camera_says_what_helps(page, browser):
    with filming(browser, page.as_uri(), permissions=()) as lab:
        lab.element.get_by_role("alert").wait_for()
        assert "Allow it in the browser’s settings" in lab.failure()
        assert lab.get("widget.sample") == 0 and lab.button("Camera").is_visible()
        lab.page.evaluate(
            "() => { MediaDevices.prototype.getUserMedia = async () => {"
            "throw new DOMException('x', 'NotFoundError') } }"
        )
        lab.button("Camera").click()
        lab.get("widget.opening")
        assert "No camera answers" in lab.failure()


def test_without_a_camera_there_is_no_button(window):
    def prepare(page):
        page.add_init_script("delete Navigator.prototype.mediaDevices")

    with window(prepare=prepare) as lab:
        assert not lab.button("Camera").count()
        assert lab.button("Open a photo").is_visible()


def test_policy_of_the_pages_lets_all_this_work(page, browser):
    """The rules of each page, and the headers that hosts send."""
    page.with_name("strict.html").write_text(with_policy(page.read_text()))
    page.with_name("_headers").write_text(HEADERS)
    with (
        served(page.parent) as address,
        filming(browser, f"{address}strict.html") as lab,
    ):
        policy = lab.page.locator("meta[http-equiv=Content-Security-Policy]")
        assert "media-src" not in policy.get_attribute("content")
        lab.button("Stop the camera").click()
        lab.choose(png(Image.new("RGB", (50, 50), "teal")))
        assert (pixels(lab) == (0, 128, 128)).all()
        assert all(url.startswith((address, "data:", "blob:")) for url in lab.requests)


# For everyone


def test_nothing_comes_before_it_is_asked_for(page, browser):
    text = page.read_text().replace(
        ">still<", '>still<button class="lab-start" hidden>Start (2 MB)</button><'
    )
    text += (
        '<p><button data-lab-for="photos" hidden data-lab-set="photo=dog&height=40">'
        "Set it up</button></p>"
    )
    address = page.with_name("asked.html")
    address.write_text(text)

    def prepare(page):
        page.route("**/photos.js", lambda route: route.abort())

    with opened(browser, address.as_uri(), NAME, wait=False, prepare=prepare) as lab:
        lab.page.wait_for_timeout(300)
        asked = [url.split("/")[-1] for url in lab.requests]
        assert asked[:2] == ["asked.html", "lab.js"] and len(asked) <= 3  # an icon
        for name in "Start (2 MB)", "Set it up":
            lab.page.get_by_role("button", name=name).click()
            alert = lab.element.get_by_role("alert")
            alert.wait_for()
            assert "This part of the page did not load" in alert.inner_text()
            assert "photos.js" in alert.inner_text()
            alert.evaluate("alert => alert.remove()")
        lab.errors.clear()
        lab.page.unroute("**/photos.js")
        lab.page.get_by_role("button", name="Start (2 MB)").click()
        lab.wait()
        assert lab.focused() == "The photograph as the network sees it"
        count = len(lab.requests)
        lab.page.get_by_role("button", name="Set it up").click()
        wait_until(lab.page, f"{WIDGET}.height === 40")
        assert lab.get("widget.sample") == 5
        assert all(u.startswith(("data:", "blob:")) for u in lab.requests[count:])


def test_missing_weights_say_so_and_come_on_request(page, browser):
    def prepare(page):
        page.route("**/weights-*.js", lambda route: route.abort())

    with (
        served(page.parent) as site,
        opened(browser, site + page.name, NAME, wait=False, prepare=prepare) as lab,
    ):
        lab.element.get_by_role("alert").wait_for()
        assert "weights of the network did not load" in lab.failure()
        assert lab.page.get_by_text("still").is_visible()
        lab.errors.clear()
        lab.page.unroute("**/weights-*.js")
        lab.button("Try again").click()
        assert lab.wait().get("widget.sample") == 0
        assert not lab.element.get_by_role("alert").count()


def test_by_touch_on_a_phone_in_chinese(window):
    with window("zh", **PHONE) as lab:
        assert lab.smallest_target() >= 44
        assert lab.too_wide() <= 0
        lab.element.locator(".thumb").nth(10).tap()
        lab.get("widget.opening")
        lab.wait()
        assert lab.too_wide() <= 0
        assert lab.get("widget.sample") == 10
        stage = lab.element.locator(".stage")
        box = stage.bounding_box()
        stage.tap(position={"x": box["width"] - 2, "y": 2})
        assert lab.get("widget.cell") == {"row": 0, "column": 15}
        assert lab.element.locator(".name").all_inner_texts()[1] == "汽车"
        assert "橙色方框" in lab.element.locator(".cell p").inner_text()


def test_motion_is_reduced_on_request(window):
    with window(**STILL) as lab:
        bar = lab.element.locator(".bar i").first
        assert bar.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


def test_every_control_has_a_name(lab):
    session = lab.page.context.new_cdp_session(lab.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    names = [
        node.get("name", {}).get("value")
        for node in nodes
        if node.get("role", {}).get("value") in ("button", "slider", "application")
    ]
    assert all(names) and len(names) >= 12 + 10 + 4 + 2
