"""Rules on the words of the notebooks: every renderer understands them.

A notebook is read in JupyterLab, VS Code, Colab and on GitHub.  What only
the builder of the pages understands stands there as it was written, a link
must lead to a notebook or file beside it, and a picture must lie within.
"""

import functools
import re
from urllib.parse import unquote

from booktools.files import pages, read_notebook, read_source
from booktools.portable import ANCHOR

# Pages that only the builder shows: what they hold lies in other files.
BUILT = {"api", "pytorch", "terminology"}

# What a reader would see as it was written, by what it is.
RAW = {
    "a target": r"^\([\w-]+\)=[ \t]*$",
    "a colon fence": r"^[> ]*:{3,}",
    "a directive": r"^[> ]*(?:`{3,}|~{3,})\{[\w:-]+\}",
    "a role": r"\{[\w:+-]+\}`",
    "a labelled formula": r"\$\$ *\([\w-]+\)",
    "an attribute": r"\{[#.][A-Za-z][\w-]*[^}\n]*\}",
    "an option": r"^[> ]*:[a-z][\w-]*:(?=\s|$)",
    "a substitution": r"\{\{.*?\}\}",
    "a break of blocks": r"^\+\+\+",
    "a comment": r"<!--|^% ",
    "front matter": r"\A---\n\w+:",
    "a footnote": r"\[\^[\w-]+\]",
    "a citation by key": r"\[@[\w-]",
    "a link without words": r"(?<!!)\[\s*\]\(",
    "an address of the builder": r"<(?:project|inv|path|doc|ref):",
}

# What reads well in one place and not in another.
FRAGILE = {
    "an anchor that JupyterLab drops": (
        r'<(?!a id="[\w-]+"></a>)[a-z][\w-]*\s(?:[^>]*\s)?(?:id|name)\s*='
    ),
    "Markdown in a summary": r"<summary>[^<\n]*(?:\*|`|\]\()",
    "a solution without an empty line within": r"</summary>\n?[^\n]|[^\n]\n</details>",
}

CODE = re.compile(
    r"^(?P<head>[> ]*(?P<fence>`{3,}|~{3,})[^`\n]*)$.*?^[> ]*(?P=fence)[`~]* *$"
    r"|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
FORMULA = re.compile(r"\$\$.*?\$\$|(?<![\\$])\$(?!\$)[^$]+?(?<!\\)\$", re.DOTALL)
LINK = re.compile(r"(?<!!)\[(?P<words>[^\[\]]*)\]\((?P<target>[^()\s]*)\)")
PICTURE = re.compile(
    r'!\[[^\]]*\]\((?P<markdown>[^)\s]*)|<img[^>]* src="(?P<tag>[^"]*)'
)
TAG = re.compile(r"\\tag\{(?P<number>[^}]*)\}")


def portable_problems(root, language):
    """Yield what some reader of a notebook, or of a page, would see raw."""
    for page in pages(language, root):
        if page.name in BUILT:
            continue
        is_chapter = page.notebook.exists()
        path = page.notebook if is_chapter else page.source
        document = _document(path, path.stat().st_mtime_ns)
        name = path.relative_to(root)
        for number, cell in enumerate(document.cells, start=1):
            if cell.cell_type == "markdown":
                problems = [*raw_problems(cell.source), *link_problems(cell, path)]
                problems += picture_problems(cell) if is_chapter else []
            else:
                problems = folding_problems(cell) if is_chapter else []
            yield from (f"{name}, cell {number}: {problem}" for problem in problems)
        for problem in number_problems(document, page.name):
            yield f"{name}: {problem}"


def raw_problems(text):
    """Yield what of a Markdown cell stands raw in some notebook."""
    text = without_formulas(without_code(text))
    for what, pattern in {**RAW, **FRAGILE}.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield f"{what}: {match[0].strip()}"
    if len(re.findall("<details\\b", text)) != text.count("</details>"):
        yield "<details> must open and close in one cell"


def without_code(text):
    """Return Markdown with empty code, so that its marks remain."""

    def emptied(match):
        return f"{match['head']}\n{match['fence']}" if match["head"] else "``"

    return CODE.sub(emptied, text)


def without_formulas(text):
    """Return Markdown with empty formulas."""
    return FORMULA.sub(lambda match: "$$" if match[0][:2] == "$$" else "$", text)


def link_problems(cell, path):
    """Yield the links of a Markdown cell that lead nowhere."""
    for match in LINK.finditer(without_formulas(without_code(cell.source))):
        target = match["target"]
        if re.match(r"[a-z]+:", target):
            continue
        name, _, label = target.partition("#")
        place = path.parent / unquote(name) if name else path
        if place.suffix not in (".ipynb", ".md") and path.suffix == ".md":
            continue  # the builder of the pages looks after it
        if not place.is_file():
            yield f"there is no {name}"
        elif label:
            document = _document(place, place.stat().st_mtime_ns)
            numbers = anchors(document)
            if label not in numbers:
                yield f"no anchor {label} in {name or 'this notebook'}"
            elif label.startswith("eq-") and match["words"] != f"({numbers[label]})":
                yield f"{label} is ({numbers[label]}), not {match['words']}"


def picture_problems(cell):
    """Yield the pictures of a Markdown cell that do not lie in it."""
    for match in PICTURE.finditer(without_code(cell.source)):
        source = match["markdown"] or match["tag"] or ""
        kind, _, name = source.partition(":")
        if kind != "attachment" or name not in cell.get("attachments", {}):
            yield f"the picture {source} does not lie in the cell"


def folding_problems(cell):
    """Yield what is wrong with the code cell of a solution."""
    if "hide-cell" in cell.metadata.get("tags", []):
        folded = cell.metadata.get("jupyter", {})
        if not (folded.get("source_hidden") and folded.get("outputs_hidden")):
            yield "the code of a solution is not folded in Jupyter"
        if cell.metadata.get("cellView") != "form":
            yield "the code of a solution is not folded on Colab"


def number_problems(document, name):
    """Yield formulas that are not numbered 5.1, 5.2, ... in chapter 5."""
    chapter = name.split("_")[0].lstrip("0")
    for k, match in enumerate(TAG.finditer(words(document)), start=1):
        if match["number"] != f"{chapter}.{k}":
            yield f"the formula ({match['number']}) must be ({chapter}.{k})"
            return


def anchors(document):
    """Return the anchors of a document, with the number of the next formula."""
    text, found = words(document), {}
    for match in ANCHOR.finditer(text):
        tag = TAG.search(text, match.end())
        found[match["label"]] = tag["number"] if tag else "no number"
    return found


def words(document):
    """Return all Markdown of a document, without its code."""
    cells = (c.source for c in document.cells if c.cell_type == "markdown")
    return without_code("\n\n".join(cells))


@functools.cache
def _document(path, changed):
    """Return a notebook, or a page as one, that was changed then."""
    return read_notebook(path) if path.suffix == ".ipynb" else read_source(path)
