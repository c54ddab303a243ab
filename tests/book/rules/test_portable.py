"""What some reader of a notebook would see raw, broken or nowhere is found."""

import pytest
from nbformat import v4

from booktools.rules import portable
from booktools.rules.portable import FRAGILE, RAW

# Every pattern with words that must fail.
WRONG = [
    ("a target", "(sec-gap)=\n# The average"),
    ("a target", "(eq_old)= "),
    ("a colon fence", ":::{admonition} This chapter\n:class: tip\nWords.\n:::"),
    ("a colon fence", "> ::::{note}"),
    ("a directive", "```{figure} x.png\nA caption.\n```"),
    ("a directive", "~~~{note}\nWords.\n~~~"),
    ("a directive", "> ```{eval-rst}\n> ```"),
    ("a directive", "```{code-cell} ipython3\nprint(1)\n"),
    ("a role", "See {cite:t}`lin2014`."),
    ("a role", "See {doc}`chapter 4 <04_shapes>`."),
    ("a role", "{eq}`eq-gap`"),
    ("a labelled formula", "$$\na = b\n$$ (eq-gap)"),
    ("a labelled formula", "$$ a $$(eq-gap)"),
    ("an attribute", "{#sec-gap}\n# The average"),
    ("an attribute", "[words]{.class}"),
    ("an attribute", "![alt](attachment:x.png){#fig-x width=50%}"),
    ("an option", ":class: tip"),
    ("an option", "> :name: fig-x"),
    ("a substitution", "Version {{ version }}."),
    ("a break of blocks", "Words.\n\n+++\n\nWords."),
    ("a comment", "<!-- not yet -->"),
    ("a comment", "% not yet"),
    ("front matter", "---\nlang: zh\n---\n"),
    ("a footnote", "Words.[^1]"),
    ("a citation by key", "As [@lin2014] says."),
    ("a link without words", "See [](04_shapes.ipynb)."),
    ("an address of the builder", "<project:#sec-gap>"),
    ("an anchor that JupyterLab drops", '<a name="sec-gap"></a>'),
    ("an anchor that JupyterLab drops", '<h2 id="sec-gap">The average</h2>'),
    ("an anchor that JupyterLab drops", '<figure class="x" id="fig-x">'),
    ("Markdown in a summary", "<summary>Solution **1**</summary>\n"),
    (
        "a solution without an empty line within",
        "<details>\n<summary>Solution</summary>\nWords.\n\n</details>",
    ),
    (
        "a solution without an empty line within",
        "<details>\n<summary>Solution</summary>\n\nWords.\n</details>",
    ),
]

# What looks like one of them, and reads well everywhere.
RIGHT = [
    '<a id="sec-gap"></a>\n\n# The average',
    '<a id="ex-swap"></a>**2.** Average first?',
    "> **This chapter**\n>\n> $x$ and a [link](#ex-swap).",
    "> **⚠ Private networks only**\n>\n> Words.",
    "$$\ns_c = \\frac{1}{hw} \\sum_{i} f_{i} \\tag{5.1}\n$$\n\n(see below)",
    "$\\frac{{a}}{{b}}$, $W^{[1]}(x)$ and $\\{.5\\}$",
    "<details>\n<summary>Solution of <b>2</b></summary>\n\nWords.\n\n</details>",
    "<nin-canvas canvas='48' compact>\n\nWords.\n\n</nin-canvas>",
    "```python\n:::{note}\n(x)=\n```",
    "````\n```{figure} x.png\n```\n````",
    "`(sec-gap)=`, `:::` and ``{cite}`x` `` are not for us",
    "It takes 50 s: much. (One)= two, f(x)=y",
    "| a | b |\n|:--|:-:|\n| 1 | {2} |",
    "Sets {a, b} and {1}; 100 % of it",
    "![a picture](attachment:x.png)",
    "Words.\n\n---\n\nWords.",
    "<https://arxiv.org/abs/1312.4400>",
    "C++ and 1 + 1 +++ 2",
]


@pytest.mark.parametrize(("what", "text"), WRONG)
def test_what_is_raw_somewhere(what, text):
    assert any(p.startswith(what) for p in portable.raw_problems(text))


@pytest.mark.parametrize("text", RIGHT)
def test_what_reads_well_everywhere(text):
    assert list(portable.raw_problems(text)) == []


def test_every_pattern_has_an_example():
    assert {what for what, _ in WRONG} == {*RAW, *FRAGILE}


def test_solution_that_spans_two_cells():
    (problem,) = portable.raw_problems("<details>\n<summary>S</summary>\n\nWords.")
    assert "in one cell" in problem


FIVE = [
    '<a id="sec-gap"></a>\n\n# The average <a id="eq-gap"></a>\n\n'
    "$$\na \\tag{5.1}\n$$\n\n$$\nb \\tag{5.2}\n$$",
    '<a id="eq-bare"></a>\n\n$$\nc\n$$',
]
SETUP = '# Set-up\n\n<a id="sec-gpu"></a>\n\n## A GPU\n'
FOLDED = {
    "tags": ["hide-cell"],
    "cellView": "form",
    "jupyter": {"source_hidden": True, "outputs_hidden": True},
}


@pytest.fixture
def problems(tmp_path):
    """Return the problems of a small book in which chapter 4 has this cell."""
    for folder in ("book/en", "notebooks/en"):
        (tmp_path / folder).mkdir(parents=True)

    def write(name, *cells):
        (tmp_path / "book/en" / f"{name}.md").write_text("# Words\n")
        path = tmp_path / "notebooks/en" / f"{name}.ipynb"
        path.write_text(v4.writes(v4.new_notebook(cells=cells)))

    def problems(*cells, page=SETUP):
        write("05_gap", *map(v4.new_markdown_cell, FIVE))
        write("04_shapes", *cells)
        (tmp_path / "book/en/setup.md").write_text(page)
        return list(portable.portable_problems(tmp_path, "en"))

    return problems


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("[x](06_gone.ipynb)", "there is no 06_gone.ipynb"),
        ("[x](05_gap.md)", "there is no 05_gap.md"),
        ("[x](../../book/en/gone.md)", "there is no ../../book/en/gone.md"),
        ("[x](05_gap.ipynb#sec-gone)", "no anchor sec-gone in 05_gap.ipynb"),
        ("[x](#sec-gap)", "no anchor sec-gap in this notebook"),
        ("[x](../../book/en/setup.md#sec-x)", "no anchor sec-x in ../../book"),
        ("[(5.2)](05_gap.ipynb#eq-gap)", "eq-gap is (5.1), not (5.2)"),
        ("[The mean](05_gap.ipynb#eq-gap)", "eq-gap is (5.1), not The mean"),
        ("[(5.2)](05_gap.ipynb#eq-bare)", "eq-bare is (no number), not"),
    ],
)
def test_link_that_leads_nowhere(problems, link, says):
    (problem,) = problems(v4.new_markdown_cell(link))
    assert problem.startswith("notebooks/en/04_shapes.ipynb, cell 1: ")
    assert says in problem


@pytest.mark.parametrize(
    "link",
    [
        "[x](05_gap.ipynb)",
        "[x](05_gap.ipynb#sec-gap)",
        '<a id="sec-x"></a>\n\n# X\n\n[x](#sec-x)',
        "[x](../../book/en/setup.md#sec-gpu)",
        "[(5.1)](05_gap.ipynb#eq-gap)",
        "[x](https://example.org/a.md#b)",
        "`[x](gone.ipynb)` and $f[x](y)$",
    ],
)
def test_link_that_leads_somewhere(problems, link):
    assert problems(v4.new_markdown_cell(link)) == []


def test_page_without_a_notebook(problems):
    text = "# S\n\n[x](gone.md), [x](../x.c), [x](05_gap.md)\n\n:::{note}\nW.\n:::\n"
    found = problems(page=text)
    assert "book/en/setup.md, cell 1: there is no gone.md" in found
    assert sum("a colon fence" in problem for problem in found) == 2
    assert len(found) == 3


@pytest.mark.parametrize("name", ["../figures/x.png", "attachment:y.png", "x.png"])
@pytest.mark.parametrize("form", ["![a]({})", '<img alt="a" src="{}">'])
def test_picture_outside_its_cell(problems, form, name):
    cell = v4.new_markdown_cell(form.format(name))
    cell.attachments = {"x.png": {"image/png": ""}}
    (problem,) = problems(cell)
    assert f"the picture {name} does not lie in the cell" in problem
    cell.source = form.format("attachment:x.png")
    assert problems(cell) == []


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ("4.1 4.2 4.3", None),
        ("4.2", "the formula (4.2) must be (4.1)"),
        ("4.1 4.3 4.4", "the formula (4.3) must be (4.2)"),
        ("4.1 4.1", "the formula (4.1) must be (4.2)"),
        ("5.1", "the formula (5.1) must be (4.1)"),
    ],
)
def test_numbers_of_formulas(problems, numbers, says):
    cells = [v4.new_markdown_cell(f"$$ a \\tag{{{n}}} $$") for n in numbers.split()]
    found = problems(*cells)
    assert found == ([f"notebooks/en/04_shapes.ipynb: {says}"] if says else [])


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        (FOLDED, None),
        ({}, None),
        ({**FOLDED, "cellView": "code"}, "not folded on Colab"),
        ({**FOLDED, "jupyter": {"source_hidden": True}}, "not folded in Jupyter"),
    ],
)
def test_code_of_solutions(problems, metadata, says):
    found = problems(v4.new_code_cell("1", metadata=metadata))
    assert len(found) == (says is not None)
    assert all(says in problem for problem in found)
