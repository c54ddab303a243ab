"""The Chinese pages use the terms of TERMINOLOGY.md."""

import pytest

from booktools.rules.terms import term_problems
from booktools.terms import read_terms
from helpers import ROOT
from helpers.small_book import TERMS


def test_terms_of_the_book():
    terms = {t.english: t for t in read_terms(ROOT)}
    assert terms["stride"] == ("stride", "步幅", ("步幅", "步幅"), ("步长",))
    assert terms["pooling"].editions == ("池化", "汇聚")
    assert terms["overfitting"].never == ("过度拟合",)
    assert terms["bias"].never == ()
    assert len(terms) == len(read_terms(ROOT)) > 80
    assert list(terms) == sorted(terms, key=str.lower)
    for term in terms.values():
        assert term.english and term.ours
        assert not any(word in term.ours for word in term.never)


def test_pages_use_the_terms_of_the_book():
    assert len(list((ROOT / "book" / "zh").glob("*.md"))) > 15
    assert list(term_problems(ROOT)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("更多。步长是 2。", 27),
        ("**步长**", 27),
        ("\n:::{figure} x.png\n:alt: 步长\n:::", 29),
    ],
)
def test_term_never_used(both, text, line):
    both.replace_chinese("更多文字。", text)
    (problem,) = term_problems(both.root)
    assert problem == (f"book/zh/01_one.md, line {line}: 步长; we use 步幅 (stride)")
    assert problem in both.problems


def test_term_in_an_alternative_text_of_a_cell(both):
    head = "---\nmystnb:\n  image:\n    alt: 步长\n---\nprint("
    both.replace_chinese("print(", head)
    (problem,) = term_problems(both.root)
    assert "line 27: 步长" in problem


@pytest.mark.parametrize(
    "text", ["`步长`", "$步长$", "[x](步长)", "```\n步长\n```", "步幅、汇聚"]
)
def test_code_formulas_and_addresses_are_free(both, text):
    both.replace_chinese("更多文字。", text)
    assert list(term_problems(both.root)) == []


@pytest.mark.parametrize(
    "name",
    [
        "README.zh.md",
        "book/_static/lab/core/words.zh.js",
        "book/slides/zh.md",
        "notebooks/zh/README.md",
    ],
)
def test_other_chinese_files(both, name):
    path = both.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("一\n步长\n")
    (problem,) = term_problems(both.root)
    assert problem.startswith(f"{name}, line 2: 步长")


def test_row_with_several_words(both):
    path = both.root / "TERMINOLOGY.md"
    path.write_text(TERMS.replace("步长", "步长、跨步"))
    both.replace_chinese("更多文字。", "跨步")
    (problem,) = term_problems(both.root)
    assert "跨步; we use 步幅" in problem


def test_table_with_other_columns(both):
    (both.root / "TERMINOLOGY.md").write_text("| a | b |\n|---|---|\n")
    with pytest.raises(SystemExit, match="the columns are"):
        list(term_problems(both.root))
