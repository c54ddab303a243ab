"""Rules on the code cells of a page and on their stored outputs."""

import base64
import re
from pathlib import Path

from booktools.files import code_cells

MAX_LINES = 25
MAX_COLUMNS = 79
MAX_PNG_BYTES = 300_000  # a notebook
MIN_STRICT = 0.8  # of the cells that print, share compared strictly
IGNORE = "nbval-ignore-output"
TAGS = {
    "hide-input",  # imports, code that draws, a check that would interrupt
    "hide-cell",  # a solution, with its output
    "remove-cell",
    "raises-exception",
    IGNORE,
}
IMAGES = ("image/png", "image/jpeg", "image/svg+xml")

# What would differ on another machine or at another time.
PRIVATE = {
    "an absolute path": re.compile(
        r"(?<![\w.:/])/(?:home|Users|root|tmp|var|usr|opt)/\S+"
        r"|\b[A-Z]:\\\w+"
    ),
    "a time stamp": re.compile(
        r"\b20\d\d-\d\d-\d\d[ T]\d\d:\d\d|\[\d\d:\d\d:\d\d\] \S+:\d+:"
    ),
}


def tags(cell):
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def place_of(name, number, cell):
    """Say which cell is meant: its number and its first line."""
    first = cell.source.strip().splitlines()
    return f"{name}, code cell {number} ({first[0] if first else 'empty'})"


def cell_problems(source, name):
    """Yield the problems of a page's code cells, whatever they output."""
    cells = code_cells(source)
    if "remove-cell" not in tags(cells[0]):
        yield (
            f"{place_of(name, 1, cells[0])}: the first code cell must be "
            "the set-up, tagged remove-cell"
        )
    for number, cell in enumerate(cells, start=1):
        place = place_of(name, number, cell)
        lines = cell.source.splitlines()
        if not lines:
            yield f"{place}: it is empty"
        if len(lines) > MAX_LINES:
            yield f"{place}: {len(lines)} lines, at most {MAX_LINES}"
        for row, line in enumerate(lines, start=1):
            if len(line) > MAX_COLUMNS:
                yield (
                    f"{place}: line {row} has {len(line)} columns, at most "
                    f"{MAX_COLUMNS}"
                )
        for tag in sorted(tags(cell) - TAGS):
            yield (
                f"{place}: the tag {tag} is not allowed; allowed are "
                f"{', '.join(sorted(TAGS))}"
            )
    # Nobody sees the set-up cell, so no words are needed after it.
    number, after_code = 0, False
    for cell in source.cells:
        is_code = cell.cell_type == "code"
        number += is_code
        if is_code and after_code:
            place = place_of(name, number, cell)
            yield f"{place}: no words between it and the code cell before"
        after_code = is_code and "remove-cell" not in tags(cell)


def output_problems(notebook, name, root):
    """Yield the problems of the stored outputs of a notebook."""
    printing = strict = png_bytes = 0
    for number, cell in enumerate(code_cells(notebook), start=1):
        place = place_of(name, number, cell)
        for what in sorted(set(private_things(cell, root))):
            yield f"{place}: its output holds {what}"
        for output in cell.outputs:
            error = output.output_type == "error"
            if error and "raises-exception" not in tags(cell):
                yield f"{place}: it raised {output.ename}"
            picture = output.get("data", {}).get("image/png", "")
            png_bytes += len(base64.b64decode(picture))
        if has_picture(cell) and not alternative_text(cell):
            yield (
                f"{place}: its picture has no alternative text; give it "
                "under mystnb: image: alt: in the head of the cell"
            )
        if prints(cell):
            printing += 1
            strict += IGNORE not in tags(cell)
            if IGNORE in tags(cell) and "assert" not in cell.source:
                yield (
                    f"{place}: what it prints is not compared ({IGNORE}), "
                    "so it must assert something"
                )
    if png_bytes > MAX_PNG_BYTES:
        yield (
            f"{name}: {png_bytes / 1000:.0f} kB of PNG pictures, at most "
            f"{MAX_PNG_BYTES / 1000:.0f} kB"
        )
    if strict < MIN_STRICT * printing:
        yield (
            f"{name}: only {strict} of {printing} code cells that print are "
            f"compared strictly, at least {MIN_STRICT:.0%} must be"
        )


def has_picture(cell):
    """Tell whether a picture is among the outputs of a cell."""
    return any(
        mime in output.get("data", {}) for output in cell.outputs for mime in IMAGES
    )


def alternative_text(cell):
    """Return the alternative text of the pictures of a cell."""
    image = cell.metadata.get("mystnb", {}).get("image", {})
    return str(image.get("alt", "")).strip()


def prints(cell):
    """Tell whether a cell has an output of words or numbers."""
    return any(
        output.output_type == "stream"
        or (
            "text/plain" in output.get("data", {})
            and not any(mime in output.data for mime in IMAGES)
        )
        for output in cell.outputs
    )


def private_things(cell, root):
    """Yield what a stored output tells about one machine or one moment."""
    for output in cell.outputs:
        texts = [output.get("text", ""), output.get("evalue", "")]
        texts += output.get("traceback", [])
        data = output.get("data", {})
        texts += [str(v) for k, v in data.items() if k.startswith("text/")]
        for text in texts:
            for what, pattern in PRIVATE.items():
                match = pattern.search(text)
                if match:
                    yield f"{what}: {match[0]}"
            for folder in (str(root), str(Path.home())):
                if len(folder) > 1 and f"{folder}/" in text:
                    yield f"an absolute path: {folder}/"
