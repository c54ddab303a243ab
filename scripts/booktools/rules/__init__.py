"""The rules of the book, checked: `make check`.

Every rule is a function that yields problems as text, each beginning with
the place where it is.
"""

from booktools import files
from booktools.files import (
    ROOT,
    chapters,
    code_cells,
    is_executed,
    read_notebook,
    read_source,
)
from booktools.first_cell import setup_problem
from booktools.languages import ORIGINAL, languages
from booktools.portable import as_notebook
from booktools.rules.cells import cell_problems, output_problems
from booktools.rules.pages import label_problems, picture_problems, toc_problems
from booktools.rules.portable import portable_problems
from booktools.rules.references import reference_problems
from booktools.rules.terms import term_problems
from booktools.rules.translations import translation_problems


def check(root=ROOT):
    """Check the whole book; exit with the list of problems if any."""
    problems = list(book_problems(root))
    for problem in problems:
        print(problem)
    if problems:
        raise SystemExit(f"{len(problems)} problem(s) in the book.")
    for language in languages(root):
        print(
            f"{language}: {len(files.pages(language, root))} pages, "
            f"{len(chapters(language, root))} notebooks: good."
        )


def book_problems(root=ROOT):
    """Yield every problem of the book under root."""
    known = set()
    for language, words in languages(root).items():
        yield from toc_problems(root, language)
        yield from label_problems(root, language)
        yield from picture_problems(root, language)
        yield from reference_problems(root, language)
        yield from portable_problems(root, language)
        for page in chapters(language, root):
            known.add(page.notebook)
            yield from pair_problems(page, root)
        if language != ORIGINAL:
            yield from translation_problems(root, language, words)
    yield from term_problems(root)
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        if path not in known and ".ipynb_checkpoints" not in path.parts:
            yield (
                f"{path.relative_to(root)}: no page with code in book/ "
                "belongs to it; delete it"
            )


def pair_problems(page, root=ROOT):
    """Yield the problems of one page and its notebook."""
    source = read_source(page.source)
    name = page.source.relative_to(root)
    yield from cell_problems(source, name)
    problem = setup_problem(source, root)
    if problem:
        yield f"{name}: {problem}"
    notebook = read_notebook(page.notebook)
    name = page.notebook.relative_to(root)
    if notebook is None:
        yield f"{name}: it is missing; run `make notebooks`"
        return
    different = first_difference(as_notebook(page), notebook)
    if different:
        yield f"{name}, {different}; run `make notebooks`"
    if not is_executed(notebook):
        counts = [c.execution_count for c in code_cells(notebook)]
        yield (
            f"{name}: its code cells were not executed in order on a fresh "
            f"kernel (execution counts {counts}); run `make notebooks`"
        )
    yield from output_problems(notebook, name, root)


def first_difference(source, notebook):
    """Say where a notebook differs from what its page gives, or return None."""

    def content(cell):
        attached = cell.get("attachments")
        return cell.cell_type, cell.source, dict(cell.metadata), attached

    pairs = zip(source.cells, notebook.cells)
    for number, (ours, theirs) in enumerate(pairs, start=1):
        if content(ours) != content(theirs):
            return f"cell {number}: it differs from the page's"
    if len(source.cells) != len(notebook.cells):
        return (
            f"cell {min(len(source.cells), len(notebook.cells)) + 1}: the "
            f"page has {len(source.cells)} cells, the notebook "
            f"{len(notebook.cells)}"
        )
    return None
