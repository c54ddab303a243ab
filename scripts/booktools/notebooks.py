"""Write the notebooks from the pages and execute what needs it."""

import time

import nbformat
from jupytext.combine import combine_inputs_with_outputs
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from booktools.files import (
    ROOT,
    chapters,
    chosen,
    code_cells,
    is_executed,
    read_notebook,
    read_source,
    same_code,
    write_text,
)
from booktools.first_cell import forgive_setup, write_setup
from booktools.languages import ORIGINAL
from booktools.portable import adapt

TIMEOUT = 600  # seconds a cell


class NotebookError(Exception):
    """A cell of a notebook failed; the message says which and why."""


def update_notebooks(names=(), root=ROOT):
    """Write and execute the English notebooks, all or the named ones.

    The other languages take their outputs from these (`booktools.sync`).
    A notebook is executed where it never was, where its code differs from
    the page's, or where it is named. Whether the stored outputs still are
    those of today, `pytest --nbval` tells: name the notebooks that it finds.
    """
    known = chapters(ORIGINAL, root)
    failed = []
    for page in chosen(names, known, "chapter with code"):
        try:
            update_notebook(page, root, anew=bool(names))
        except NotebookError as error:
            print(error)
            failed.append(page.name)
    if failed:
        raise SystemExit(f"Not written, a cell failed: {', '.join(failed)}")


def update_notebook(page, root=ROOT, anew=False):
    """Write one notebook; keep its cell ids, and its outputs if valid."""
    name = page.notebook.relative_to(root)
    write_setup(page, root)
    old = read_notebook(page.notebook)
    new = read_source(page.source)
    stale = True
    if old is not None:
        forgive_setup(old, new)
        stale = anew or not (is_executed(old) and same_code(new, old))
        new = combine_inputs_with_outputs(new, old, fmt="md:myst")
    new = adapt(new, page)
    if stale:
        print(f"{name}: executing", flush=True)
        start = time.monotonic()
        execute(new, page.notebook, root)
        print(f"{name}: executed in {time.monotonic() - start:.0f} s")
    clean(new, root)
    text = nbformat.writes(new) + "\n"
    if not write_text(page.notebook, text):
        print(f"{name}: up to date")


def execute(notebook, path, root=ROOT):
    """Execute a notebook on a fresh kernel, in the folder it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    begun = []
    client.on_cell_start = lambda cell, cell_index: begun.append(cell)
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        cells = code_cells(notebook)
        number = sum(cell.cell_type == "code" for cell in begun)
        raise NotebookError(
            f"{path.relative_to(root)}: code cell {number} of {len(cells)} failed; "
            f"the notebook was not written.\n{error}"
        ) from None


def clean(notebook, root=ROOT):
    """Keep only what is the same whoever executes the notebook."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        for key in ("execution", "ExecuteTime", "collapsed", "trusted"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [
                    line.replace(f"{root}/", "") for line in output.traceback
                ]
