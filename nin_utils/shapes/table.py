"""The table that a walkthrough of a network returns."""

from typing import NamedTuple, Optional

from ..tables import Table

_HEADINGS = ("layer", "output shape", "parameters", "MACs", "bytes", "field", "stride")


class Row(NamedTuple):
    """One layer of a `walkthrough`.

    Attributes
    ----------
    name : str
        Position in the network, class, kernel, and stride if not 1:
        ``0.1 Conv2D 1×1`` is child 1 of child 0, ``1 MaxPool2D 3×3/2`` is
        child 1.
    output_shape : tuple of int
        (N, C, H, W), or (N, C) where the layer flattens.
    params : int
        Learnt numbers, bias included; of a batch normalisation gamma and
        beta, not the running statistics.
    macs : int
        Multiply-accumulate operations for one image: those of convolutions
        and fully connected layers, without the addition of the bias.
    activation_bytes : int
        Output of the whole batch as float32.
    receptive_field : int, (int, int) or None
        Pixels of the input, padding included, that can reach one output: the
        side of a square, or (height, width). The whole input after global
        pooling or a fully connected layer. None if the input is not an
        image of shape (N, C, H, W), as for Dense(flatten=False).
    stride : int, (int, int) or None
        Pixels of the input between neighbouring outputs; None where there are
        no neighbours (after global pooling, flattening).
    """

    name: str
    output_shape: tuple
    params: int
    macs: int
    activation_bytes: int
    receptive_field: Optional[object]
    stride: Optional[object]


class Walkthrough(tuple):
    """The rows of a network, one for each layer; prints as a table."""

    __slots__ = ()

    @property
    def params(self):
        """Learnt numbers of all rows; a layer that is there twice counts twice."""
        return sum(row.params for row in self)

    @property
    def macs(self):
        """Multiply-accumulate operations for one image."""
        return sum(row.macs for row in self)

    @property
    def activation_bytes(self):
        """Outputs of all layers for the whole batch, as float32."""
        return sum(row.activation_bytes for row in self)

    def __str__(self):
        lines = [_HEADINGS]
        lines += [tuple(map(_as_text, row)) for row in self]
        totals = (self.params, self.macs, self.activation_bytes)
        lines.append(("total", "", *map(_as_text, totals), "", ""))
        widths = [max(map(len, column)) for column in zip(*lines)]
        texts = [
            "  ".join(
                cell.rjust(width) if i > 1 else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(line, widths))
            ).rstrip()
            for line in lines
        ]
        rule = "-" * max(map(len, texts))
        return "\n".join([texts[0], rule, *texts[1:-1], rule, texts[-1]])

    __repr__ = __str__

    def _repr_html_(self):
        """Return the table as HTML, what matters most in the first columns."""
        head = "layer", "output", "params:,", "MACs:,", "field", "stride", "bytes:,"
        rows = [
            (
                row.name,
                "×".join(map(str, row.output_shape[1:])),
                row.params or None,
                row.macs or None,
                row.receptive_field,
                row.stride,
                row.activation_bytes,
            )
            for row in self
        ]
        totals = self.params, self.macs, None, None, self.activation_bytes
        return Table(head, [*rows, ("total", "", *totals)])._repr_html_()


def _as_text(value):
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)
