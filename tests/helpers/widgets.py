"""A widget of the lab on an open page, and ways to use it."""

import contextlib
import functools
import io

from booktools import lab_site
from booktools.browser import wait_until

STILL = {"reduced_motion": "reduce"}
PHONE = {
    "viewport": {"width": 390, "height": 800},
    "has_touch": True,
    "is_mobile": True,
    "color_scheme": "dark",
}


def png(image, name="x.png"):
    """Return an image as a file that a reader chooses."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": buffer.getvalue()}


class Widget:
    """The widget on an open page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.element = page.locator(f"nin-{name}")
        self.errors, self.requests = [], []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)
        page.on("request", lambda request: self.requests.append(request.url))

    def _said(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def reach(self):
        """Scroll to the widget and wait until it lives."""
        self.element.scroll_into_view_if_needed()
        return self.wait()

    def wait(self):
        """Wait until everything that was asked for is shown."""
        lab_site.wait(self.page, self.name)
        return self

    def get(self, expression):
        """Return a value; `widget` is the element."""
        return self.element.evaluate(f"widget => ({expression})")

    def choose(self, file):
        """Choose a file, as `png` returns it, and wait for its answer."""
        self.element.locator("input[type=file]").set_input_files(file)
        self.get("widget.opening")
        self.wait()

    def button(self, name):
        """Return the button of this exact name."""
        return self.element.get_by_role("button", name=name, exact=True)

    def failure(self):
        """Return the text of the message that is shown."""
        return self.element.get_by_role("alert").inner_text()

    def focused(self):
        """Return name or label of what has the focus inside the widget."""
        return self.get(
            "(e => e && (e.name || e.getAttribute('aria-label') ||"
            " e.textContent))(widget.shadowRoot.activeElement)"
        )

    def smallest_target(self):
        """Return the least height in pixels of what a finger must hit."""
        return self.get(
            "Math.min(...[...widget.shadowRoot.querySelectorAll("
            "'button, input:not(.unseen), select')].map("
            "e => (e.closest('label.check') ?? e).offsetHeight))"
        )

    def forbid_motion(self):
        """Let whatever moves from now on be an error."""
        self.get("(window.requestAnimationFrame = () => { throw Error('moves'); })")

    @contextlib.contextmanager
    def slow_motion(self):
        """Slow animations down, so that a test catches them under way.

        Ten frames come in a second, and the clock that they are given runs at
        a fifth of its speed.
        """
        self.get(
            "(window.swift = [requestAnimationFrame, cancelAnimationFrame],"
            " window.requestAnimationFrame = f =>"
            "   setTimeout(() => window.swift && f(performance.now() / 5), 100),"
            " window.cancelAnimationFrame = clearTimeout, 0)"
        )
        try:
            yield
        finally:
            self.get(
                "([window.requestAnimationFrame, window.cancelAnimationFrame] ="
                " window.swift, window.swift = null)"
            )

    def told(self):
        """Wait until the delayed words for screen readers are written, if any."""
        self.wait()
        element = f"document.querySelector('nin-{self.name}')"
        wait_until(self.page, f"{element}.waiting == null")

    def heard(self):
        """Return what a screen reader is told once nothing changes any more."""
        self.told()
        return self.element.get_by_role("status").text_content().replace("\xa0", " ")

    def too_wide(self):
        """Return how many pixels of the page do not fit its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")


class Canvas(Widget):
    """The widget with the network."""

    def __init__(self, page, name="canvas"):
        super().__init__(page, name)
        self.stage = self.element.locator(".stage")

    def get(self, expression):
        """Return a value once everything is shown."""
        self.wait()
        return super().get(expression)

    def array(self, expression):
        """Return a typed array as a list."""
        return self.get(f"Array.from({expression})")

    @property
    def scores(self):
        """The ten scores, or None."""
        return self.get("widget.result.scores && Array.from(widget.result.scores)")

    @property
    def garment(self):
        """Side, top and left of the selected garment."""
        return self.get(
            "(({ side, top, left }) => ({ side, top, left }))(widget.scene.garment)"
        )

    def point(self, row, column):
        """Return where a pixel of the canvas lies in the window."""
        box = self.stage.bounding_box()
        zoom = box["width"] / self.get("widget.scene.canvas")
        return box["x"] + column * zoom, box["y"] + row * zoom

    def drag(self, start, end):
        """Drag the mouse from one pixel of the canvas to another."""
        self.page.mouse.move(*self.point(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.point(*end), steps=4)
        self.page.mouse.up()
        self.wait()

    @functools.cached_property
    def _devtools(self):
        return self.page.context.new_cdp_session(self.page)

    def touch(self, kind, *places):
        """Let fingers Start, Move or End; they are at pixels of the canvas."""
        points = [self.point(*place) for place in places]
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        touch = {"type": f"touch{kind}", "touchPoints": points}
        self._devtools.send("Input.dispatchTouchEvent", touch)

    def press(self, *keys):
        """Press keys on the canvas."""
        self.stage.focus()
        for key in keys:
            self.page.keyboard.press(key)
        self.wait()

    def click(self, name, **options):
        """Click a button by its name."""
        self.element.get_by_role("button", name=name, **options).click()
        self.wait()


@contextlib.contextmanager
def opened(browser, address, name, *, wait=True, prepare=None, **options):
    """Open a page in a window of its own; at the end it had no error.

    `prepare` is called with the empty page before it goes to the address.
    """
    options.setdefault("viewport", {"width": 1000, "height": 1000})
    context = browser.new_context(**options)
    try:
        kind = Canvas if name == "canvas" else Widget
        widget = kind(context.new_page(), name)
        if prepare:
            prepare(widget.page)
        widget.page.goto(address)
        yield widget.reach() if wait else widget
        assert not widget.errors
    finally:
        context.close()


@contextlib.contextmanager
def arithmetic(browser, *scripts):
    """Open a page with these scripts of the lab and nothing else."""
    page = browser.new_page()
    page.evaluate("window.NinLab = {}")
    for script in scripts:
        page.add_script_tag(path=lab_site.LAB / script)
    yield page
    page.close()
