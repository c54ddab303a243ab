"""Every notebook as its readers see it: in JupyterLab, and as nbconvert's HTML."""

import contextlib
import re
import shutil

import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from booktools import files
from booktools.browser import wait_until
from booktools.portable import FOLDED
from booktools.rules.portable import FORMULA, RAW, TAG, without_code, without_formulas
from helpers import ROOT
from helpers.jupyter import Lab, jupyterlab
from helpers.site import new_window

LANGUAGES = ("en", "zh")
# Markdown, formulas or HTML that were not understood.
UNREAD = {
    "a mark of Markdown": r"\*\*|\]\(|^#+ |^> |~~",
    "a formula": r"\$|\\tag|\\frac",
    "a tag of HTML": r"</?[a-z][\w-]*( [^>\n]*)?>",
}


def notebooks(language):
    """Return the notebooks of a language."""
    found = sorted((ROOT / "notebooks" / language).glob("*.ipynb"))
    assert len(found) >= 11
    return found


def raw(text):
    """Yield what of rendered words is no word."""
    for what, pattern in {**RAW, **UNREAD}.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            around = text[max(0, match.start() - 20) : match.end() + 20]
            yield f"{what}: {around!r}"


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """JupyterLab in a copy of the book."""
    root, folder = tmp_path_factory.mktemp("book"), tmp_path_factory.mktemp("user")
    for name in ("notebooks", "book"):
        ignored = shutil.ignore_patterns("_*", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    window = new_window(browser, 1280)
    with jupyterlab(root, folder) as address:
        yield Lab(window.new_page(), address)
    window.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notebook_reads_well_in_jupyterlab(lab, language):
    problems = []
    for path in notebooks(language):
        name = f"{language}/{path.name}"
        lab.close_all()
        lab.open(f"notebooks/{name}")
        problems += [f"{name}: {what}" for what in jupyterlab_problems(lab.page, path)]
    problems += [f"request to {url}" for url in lab.asked_outside()]
    assert not problems, "\n".join(problems)


def jupyterlab_problems(page, path):
    """Yield what is wrong with the notebook that is open."""
    cells = files.read_notebook(path).cells
    text = "\n\n".join(
        without_code(c.source) for c in cells if c.cell_type == "markdown"
    )
    folded = [tag for c in cells for tag in c.metadata.get("tags", []) if tag in FOLDED]
    expected = {
        "formulas": len(FORMULA.findall(text)),
        "numbers": len(TAG.findall(text)),
        "solutions": text.count("<details>"),
        "cells folded": len(folded),
        "outputs folded": folded.count("hide-cell"),
    }
    with contextlib.suppress(TimeoutError):  # told below
        wait_until(page, f"({COUNT})().formulas === {expected['formulas']}", 60)
    found = page.evaluate(COUNT)
    for what, number in expected.items():
        if found[what] != number:
            yield f"{found[what]} {what}, not {number}"
    yield from raw(page.evaluate(WORDS))
    yield from page.evaluate(WRONG)


COUNT = """() => {
  const root = opened.node;
  const count = (css) => root.querySelectorAll(css).length;
  return {
    "formulas": count(".jp-RenderedMarkdown mjx-container"),
    "numbers": count(".jp-RenderedMarkdown mjx-labels"),
    "solutions": count(".jp-RenderedMarkdown details:not([open])"),
    "cells folded": count(".jp-InputPlaceholder"),
    "outputs folded": count(".jp-OutputPlaceholder"),
  };
}"""

WORDS = """() => {
  const words = [];
  for (const shown of opened.node.querySelectorAll(".jp-RenderedMarkdown")) {
    const copy = shown.cloneNode(true);
    for (const code of copy.querySelectorAll("code")) code.textContent = "``";
    for (const formula of copy.querySelectorAll("mjx-container")) formula.remove();
    words.push(copy.textContent);
  }
  return words.join("\\n\\n");
}"""

# Pictures that are not there, solutions that stay shut, links within.
WRONG = """() => {
  const wrong = [], root = opened.node;
  const all = (css) => [...root.querySelectorAll(css)];
  for (const image of all("img"))
    if (!image.naturalWidth) wrong.push(`no picture: ${image.alt}`);
  for (const formula of all("mjx-merror, [data-mjx-error]"))
    wrong.push(`formula: ${formula.textContent}`);
  for (const summary of all("summary")) {
    const details = summary.parentElement;
    const height = details.offsetHeight;
    summary.click();
    if (!details.open || details.offsetHeight <= height)
      wrong.push(`it does not open: ${summary.textContent}`);
  }
  const scroller = root.querySelector(".jp-WindowedPanel-outer");
  for (const link of all(".jp-RenderedMarkdown a:not(.jp-InternalAnchorLink)")) {
    if (!link.hasAttribute("href")) continue;
    if (!link.textContent.trim()) wrong.push("a link without words");
    const href = link.getAttribute("href");
    if (!href) wrong.push(`it leads nowhere: ${link.textContent}`);
    if (!href.startsWith("#")) continue;
    scroller.scrollTop = 0;
    link.click();
    const target = root.querySelector(`[data-jupyter-id="${href.slice(1)}"]`);
    const {top, bottom} = scroller.getBoundingClientRect();
    const y = target?.getBoundingClientRect().top;
    if (!(y >= top - 1 && y < bottom)) wrong.push(`it does not scroll: ${href}`);
  }
  return wrong;
}"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "target", ["09_scoreboard.ipynb#sec-scoreboard-moved", "lab.md"]
)
def test_links_lead_to_other_notebooks_and_pages(lab, language, target):
    path = f"notebooks/{language}/05_gap.ipynb"
    file, _, label = target.partition("#")
    folder = "notebooks" if file.endswith(".ipynb") else "book"
    there = f"{folder}/{language}/{file}"
    lab.close_all()
    lab.open(path)
    lab.click(target)
    lab.wait_for(there)
    if label:  # JupyterLab finds it where the notebook is open already
        lab.open(there)
        lab.open(path)
        lab.click(target)
        lab.wait_for(there, label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notebook_alone_as_html(language):
    problems, exporter = [], HTMLExporter()
    for path in notebooks(language):
        notebook = files.read_notebook(path)
        # Code takes three quarters of the time and looks like code.
        notebook.cells = [c for c in notebook.cells if c.cell_type == "markdown"]
        html, _ = exporter.from_notebook_node(notebook)  # that lies in no folder
        problems += [f"{path.name}: {what}" for what in html_problems(html)]
    assert not problems, "\n".join(problems)


def html_problems(html):
    """Yield what is wrong with a notebook as nbconvert's HTML."""
    soup = BeautifulSoup(html, "html.parser")
    for image in soup.find_all("img"):
        if not image["src"].startswith("data:image/"):
            yield f"no picture: {image['src']}"
    for details in soup.find_all("details"):
        if len(details.get_text().split()) <= len(details.summary.get_text().split()):
            yield "an empty solution"
    for code in soup.find_all("code"):
        code.string = "``"
    for words in soup.find_all(class_="jp-RenderedMarkdown"):
        yield from raw(without_formulas(words.get_text()).replace("$", ""))
