"""Results as a table: aligned text in a terminal, HTML in a page."""

import html
import numbers

__all__ = ["Table"]

_MARK = "*"  # of the best value of a column, in text


class Table:
    """Rows of results under a head.

    As the last line of a notebook cell it shows itself: as an HTML table where
    there is a page, as aligned text elsewhere. Columns of numbers are aligned
    to the right.

    Parameters
    ----------
    head : sequence of str
        One name a column; a format may follow it, as in ``"acc:.3f"``, for the
        numbers of that column. The first may be empty: that column names the
        rows.
    rows : iterable of sequence
        As many cells in each as the head has names: text, numbers, or None
        for an empty cell.
    most : str, optional
        The column whose largest number is marked.

    Raises
    ------
    ValueError
        If a row has another length than the head, or no column has the name
        of one to mark; names the row or the column.
    TypeError
        If a column to mark holds something else than numbers.

    Examples
    --------
    >>> Table(["net", "acc:.3f"], [("LeNet", 0.7412), ("NiN", 0.93)], most="acc")
    net      acc
    LeNet  0.741
    NiN    0.930*
    """

    def __init__(self, head, rows, *, most=None):
        parts = [name.partition(":") for name in head]
        self.head = [name for name, _, _ in parts]
        formats = [spec for _, _, spec in parts]
        rows = [tuple(row) for row in rows]
        for row in rows:
            if len(row) != len(self.head):
                raise ValueError(
                    f"a row has {len(row)} cells and the head {len(self.head)}: {row!r}"
                )
        self._best = set()
        if most is not None:
            self._mark(most, rows)
        self._cells = [
            [_text(value, spec) for value, spec in zip(row, formats)] for row in rows
        ]
        self._right = [
            any(_is_number(row[column]) for row in rows)
            for column in range(len(self.head))
        ]

    def _mark(self, name, rows):
        if name not in self.head:
            raise ValueError(f"there is no column {name!r}: {', '.join(self.head)}")
        column = self.head.index(name)
        values = [row[column] for row in rows if row[column] is not None]
        for value in values:
            if not _is_number(value):
                raise TypeError(f"column {name!r} holds {value!r}: not a number")
        values = [value for value in values if value == value]  # NaN is not
        if not values:
            return
        best = max(values)
        self._best |= {
            (place, column) for place, row in enumerate(rows) if row[column] == best
        }

    def __repr__(self):
        """Return the table as aligned text."""
        marked = {column for _, column in self._best}
        lines = [self.head, *self._cells]
        widths = [max(map(len, column)) for column in zip(*lines)]
        text = []
        for place, line in enumerate(lines, -1):
            cells = []
            for column, (cell, width) in enumerate(zip(line, widths)):
                cell = cell.rjust(width) if self._right[column] else cell.ljust(width)
                if column in marked:
                    cell += _MARK if (place, column) in self._best else " "
                cells.append(cell)
            text.append("  ".join(cells).rstrip())
        return "\n".join(text)

    def _repr_html_(self):
        """Return the table as HTML, for a notebook."""
        align = [" style='text-align: right'" * right for right in self._right]
        head = "".join(
            f"<th{style}>{html.escape(name)}</th>" if name else "<td></td>"
            for name, style in zip(self.head, align)
        )
        body = []
        for place, line in enumerate(self._cells):
            cells = []
            for column, cell in enumerate(line):
                cell = html.escape(cell)
                if (place, column) in self._best:
                    cell = f"<strong>{cell}</strong>"
                if column or self.head[0] or not cell:
                    cells.append(f"<td{align[column]}>{cell}</td>")
                else:  # a column without a head names the rows
                    cells.append(f"<th scope='row'{align[0]}>{cell}</th>")
            body.append(f"<tr>{''.join(cells)}</tr>\n")
        return (
            f"<table class='results'>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{''.join(body)}</tbody>\n</table>"
        )


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _text(value, spec):
    if value is None:
        return ""
    return format(value, spec) if _is_number(value) else str(value)
