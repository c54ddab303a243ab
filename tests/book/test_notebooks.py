"""`make notebooks` executes what it must, and nothing else."""

import re

import pytest

from booktools import files, notebooks, sync
from helpers import ROOT


def test_make_notebooks_executes_only_what_changed(book, capsys):
    book.notebook.unlink()
    notebooks.update_notebooks(root=book.root)
    assert book.problems == []
    text = book.notebook.read_text()
    assert '"2\\n"' in text
    capsys.readouterr()

    notebooks.update_notebooks(root=book.root)  # nothing to do
    assert book.notebook.read_text() == text
    assert "executing" not in capsys.readouterr().out

    ids = [c.id for c in files.read_notebook(book.notebook).cells]
    page = book.page.read_text()
    book.page.write_text(page.replace("More words.", "Other words."))
    notebooks.update_notebooks(root=book.root)  # only words changed
    assert "executing" not in capsys.readouterr().out
    notebook = files.read_notebook(book.notebook)
    assert notebook.cells[-1].source == "Other words."
    assert [c.id for c in notebook.cells][:-1] == ids[:-1]

    notebooks.update_notebooks(["01_one"], book.root)  # asked for by name
    assert "executing" in capsys.readouterr().out


@pytest.mark.parametrize(
    "path", ["nin_utils/__init__.py", "requirements.txt", "_toc.yml"]
)
def test_an_edit_elsewhere_rewrites_no_notebook(both, capsys, path):
    def make_notebooks():
        notebooks.update_notebooks(root=both.root)
        sync.sync(root=both.root)
        return {
            file: (file.read_bytes(), file.stat().st_mtime_ns)
            for file in (both.root / "notebooks").rglob("*.ipynb")
        }

    before = make_notebooks()
    assert len(before) == 2
    with open(both.root / path, "a") as file:
        file.write("# other words\n")
    assert make_notebooks() == before
    assert "executing" not in capsys.readouterr().out


def test_failing_cell_is_named_and_nothing_is_written(book, capsys):
    before = book.notebook.read_text()
    page = book.page.read_text()
    last = "```{code-cell} ipython3\nprint(2)\n```\n"
    for fault, said in (
        ("print(1 / 0)", "ZeroDivisionError"),
        ("import os; os._exit(1)", "Kernel died"),
    ):
        changed = page.replace("print(1 + 1)", fault)
        book.page.write_text(f"{changed}\n{last}")
        with pytest.raises(SystemExit, match="01_one"):
            notebooks.update_notebooks(root=book.root)
        out = capsys.readouterr().out
        assert "notebooks/en/01_one.ipynb: code cell 2 of 3 failed" in out
        assert said in out
        assert book.notebook.read_text() == before


def test_unknown_chapter(book):
    with pytest.raises(SystemExit, match="No chapter .* 09_none"):
        notebooks.update_notebooks(["09_none"], book.root)


@pytest.mark.parametrize(
    "language, table", [("en", "README.md"), ("zh", "zh/README.md")]
)
def test_the_list_of_notebooks_has_them_all_with_their_time_and_memory(language, table):
    path = ROOT / "notebooks" / table
    row = re.compile(r"^\| \[.+\]\((\S+\.ipynb)\) \| .+ \| (.+) \| (.+ GB) \|$", re.M)
    rows = row.findall(path.read_text(encoding="utf-8"))
    known = files.chapters(language)
    assert [path.parent / name for name, _, _ in rows] == [p.notebook for p in known]
    for page, (_, time, memory) in zip(known, rows):
        card = page.source.read_text(encoding="utf-8").split("```")[0]
        takes = next(
            line for line in card.splitlines() if re.match("> .*CPU .*GB", line)
        )
        assert memory in takes and time.removesuffix(" s") in takes
