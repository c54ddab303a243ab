"""A table says the same as text and as HTML, and marks what is best."""

from html.parser import HTMLParser

import nin_utils  # noqa: F401
from nin_utils.tables import Table

import numpy as np
import pytest

ROWS = [("LeNet", 61_706, 0.7412, None), ("NiN", 1_992_166, 0.93, 12.34)]
HEAD = ["net", "params:,", "acc:.3f", "s:.0f"]


class Cells(HTMLParser):
    """Collect the rows of a table."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.strong = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        self.tag = tag

    def handle_data(self, data):
        if data.strip():
            self.rows[-1][-1] += data
            if self.tag == "strong":
                self.strong.append(data)


def test_text_is_aligned():
    assert repr(Table(HEAD, ROWS)).split("\n") == [
        "net       params    acc   s",
        "LeNet     61,706  0.741",
        "NiN    1,992,166  0.930  12",
    ]


def test_best_is_marked():
    table = Table(HEAD, ROWS, most="acc")
    assert repr(table).split("\n") == [
        "net       params    acc    s",
        "LeNet     61,706  0.741",
        "NiN    1,992,166  0.930*  12",
    ]
    assert Cells(table._repr_html_()).strong == ["0.930"]


def test_html_holds_the_same_cells():
    found = Cells(Table(HEAD, ROWS)._repr_html_()).rows
    lines = [line.split() for line in repr(Table(HEAD, ROWS)).split("\n")]
    assert [[c for c in row if c] for row in found] == lines


def test_equal_best_are_both_marked_and_text_is_escaped():
    table = Table(["a<b", "x"], [("&", np.float32(1)), ("c", 1)], most="x")
    page = table._repr_html_()
    assert "a&lt;b" in page and "&amp;" in page
    assert Cells(page).strong == ["1.0", "1"]
    assert "text-align: right'>x" in page and "<th>a&lt;b" in page


def test_where_nothing_is_known_nothing_is_best():
    table = Table(["net", "acc"], [("LeNet", None), ("NiN", None)], most="acc")
    assert "*" not in repr(table) and "<strong>" not in table._repr_html_()


def test_a_column_without_a_head_names_the_rows():
    page = Table(["", "x"], [("a", 1)])._repr_html_()
    assert "<tr><td></td><th style" in page
    assert "<th scope='row'>a</th><td style" in page


def test_a_row_without_a_name_has_no_empty_head():
    page = Table(["", "x"], [("", 1), ("a", 2)])._repr_html_()
    assert "<tr><td></td><td style" in page
    assert page.count("<th scope='row'") == 1


def test_truth_values_are_words_and_no_rows_are_no_error():
    assert repr(Table(["ok"], [(True,)])) == "ok\nTrue"
    assert repr(Table(["ok", "n:,"], [], most="n")) == "ok  n"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"rows": [("x", 1)]}, ValueError, "a row has 2 cells and the head 4"),
        ({"most": "loss"}, ValueError, "there is no column 'loss': net, params"),
        ({"most": "net"}, TypeError, "column 'net' holds 'LeNet': not a number"),
    ],
)
def test_bad_input_is_named(options, error, message):
    rows = options.pop("rows", ROWS)
    with pytest.raises(error, match=message):
        Table(HEAD, rows, **options)


@pytest.mark.parametrize("values", [(float("nan"), 0.9), (0.9, float("nan"))])
def test_what_is_no_number_is_not_the_best(values):
    table = Table(["net", "x"], list(zip("ab", values)), most="x")
    assert repr(table).count("*") == 1 and "0.9*" in repr(table)
