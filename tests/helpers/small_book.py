"""A book of two pages in a temporary folder, to be made wrong on purpose."""

import base64

import nbformat

from booktools import files, portable, rules, sync, translation
from helpers import ROOT

HEAD = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

"""
SETUP = """```{code-cell} ipython3
:tags: [remove-cell]

import sys
```
"""
CELL = "```{code-cell} ipython3\nprint(1 + 1)\n```\n"
ALT = "---\nmystnb:\n  image:\n    alt: {}\n---\nprint("
PAGE = f"""{HEAD}<a id="sec-one"></a>

# One

{SETUP}
Words. <a id="eq-one"></a>

$$
a = b \\tag{{1.1}}
$$

{CELL}
More words.
"""
TOC = """format: jb-book
root: book/en/index
chapters:
  - file: book/en/01_one
"""
PNG = "iVBORw0KGgo="

# What the Chinese edition says instead of the English words.
CHINESE = {"# One": "# 一", "More words.": "更多文字。", "Words.": "文字。"}
LANGUAGES = (ROOT / "book/languages.yml").read_text(encoding="utf-8")
TERMS = """| English | we use · 本书 | d2l 1 | d2l 2 | never · 不用 |
|---|---|---|---|---|
| stride | 步幅 | 步幅 | 步幅 | 步长 |
| pooling | 池化 | 池化 | 汇聚 |  |
"""


class Book:
    """A book of two pages in a temporary folder."""

    def __init__(self, root):
        self.root = root
        self.page = root / "book/en/01_one.md"
        self.chinese = root / "book/zh/01_one.md"
        self.chinese_notebook = root / "notebooks/zh/01_one.ipynb"
        self.notebook = root / "notebooks/en/01_one.ipynb"
        self.figure = root / "book/figures/x.png"
        for path, text in {
            "_toc.yml": TOC,
            "book/languages.yml": LANGUAGES,
            "requirements.txt": "mxnet==1.9.1\n",
            "nin_utils/__init__.py": "",
            "book/en/index.md": "# Index\n",
            "TERMINOLOGY.md": TERMS,
            "book/en/01_one.md": PAGE,
        }.items():
            files.write_text(root / path, text)
        self.figure.parent.mkdir()
        self.figure.write_bytes(base64.b64decode(PNG))
        self.write_notebook()

    def write_notebook(self):
        """Write the notebook as if it had been executed, without a kernel."""
        page = files.page_of("en", self.page.stem, self.root)
        notebook = portable.as_notebook(page)
        for count, cell in enumerate(files.code_cells(notebook), 1):
            cell.execution_count = count
            if cell.source.startswith("print"):
                cell.outputs = [stream("2\n")]
        self.save(notebook)

    def translate(self):
        """Add the Chinese edition."""
        text = self.page.read_text()
        for old, new in CHINESE.items():
            text = text.replace(old, new)
        files.write_text(self.chinese, text)
        index = self.chinese.with_name("index.md")
        files.write_text(index, "# 目录\n")
        translation.accept(root=self.root)
        sync.sync(root=self.root)

    def replace_chinese(self, old, new):
        """Change the Chinese page; its notebook stays as it is."""
        text = self.chinese.read_text()
        assert old in text
        self.chinese.write_text(text.replace(old, new))

    def show_picture(self, english="A line", chinese="一条线"):
        """Give both pages a picture with an alternative text."""
        self.replace("print(", ALT.format(english))
        self.output(stream("2\n"), picture())
        self.replace_chinese("print(", ALT.format(chinese))
        sync.sync(root=self.root)

    def save(self, notebook, path=None):
        """Write a notebook, the English one unless told."""
        files.write_text(path or self.notebook, nbformat.writes(notebook))

    def replace(self, old, new):
        """Change the page, and the notebook with it."""
        text = self.page.read_text()
        assert old in text
        self.page.write_text(text.replace(old, new))
        self.write_notebook()

    def output(self, *outputs):
        """Give the last code cell other outputs."""
        notebook = files.read_notebook(self.notebook)
        files.code_cells(notebook)[-1].outputs = list(outputs)
        self.save(notebook)

    @property
    def problems(self):
        """All problems, as text."""
        return list(rules.book_problems(self.root))

    def one_problem(self, *parts):
        """Assert that there is exactly one problem, and what it says."""
        (problem,) = self.problems
        for part in parts:
            assert part in problem


def stream(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def picture(data=PNG):
    return nbformat.v4.new_output("display_data", data={"image/png": data})
