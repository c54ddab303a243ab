"""Shapes, parameters, cost and receptive field of every layer of a network.

Arithmetic only: the network is not run and need not be initialised.
"""

import operator
from math import prod

from ..checks import check_integer
from . import rules
from .table import Row, Walkthrough

_LARGEST = 4096  # px, where the search for a legal size ends


def _compact(pair):
    """Return one number for a square, the pair otherwise."""
    return pair[0] if pair and pair[0] == pair[1] else pair


def _rows(net, shape):
    image = shape[2:] if len(shape) == 4 else None
    field = stride = image and (1, 1)
    for path, layer in rules.elementary(net):
        if rules.kind(layer) is None:
            raise TypeError(
                f"layer {path or '(the network itself)'} is a "
                f"{type(layer).__name__}, whose arithmetic is unknown: "
                "walkthrough knows Conv2D, Dense, BatchNorm, Activation, Dropout, "
                "Flatten, the 2D poolings and (Hybrid)Sequential"
            )
        name = f"{path} {rules.label(layer)}".lstrip()
        try:
            effect = rules.effect(layer, shape)
        except ValueError as error:
            raise type(error)(f"layer {name} {error}") from None
        shape = effect.output_shape
        if effect.window == rules.UNKNOWN:
            field = None
        elif field and effect.window == rules.WHOLE:
            field = image
        elif stride:
            field = tuple(
                f + (w - 1) * s for f, w, s in zip(field, effect.window, stride)
            )
        stride = (
            stride and effect.stride and tuple(map(operator.mul, stride, effect.stride))
        )
        yield Row(
            name,
            shape,
            effect.params,
            effect.macs,
            4 * prod(shape),
            _compact(field),
            _compact(stride),
        )


def walkthrough(net, input_shape):
    """Return what every layer of a network does to a batch of images.

    Parameters
    ----------
    net : mxnet.gluon.Block
        Conv2D, Dense, BatchNorm, Activation, Dropout, Flatten and the 2D
        poolings, in any nesting of (Hybrid)Sequential. A layer's own
        ``activation`` belongs to its row.
    input_shape : tuple of int
        (N, C, H, W), or (N, ..., C) for Dense.

    Returns
    -------
    Walkthrough
        A tuple of `Row`, one for each layer in order; the totals are its
        `params`, `macs` and `activation_bytes`.

    Raises
    ------
    ValueError
        If the shape is no shape, the image is too small (the message names
        the layer and the smallest size), or a layer was initialised for
        another number of inputs.
    TypeError
        If the arithmetic of a layer is unknown; the message names it.
    """
    try:
        shape = tuple(map(operator.index, input_shape))
    except TypeError:
        shape = ()
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(
            f"input_shape must be positive integers (N, C, H, W), not {input_shape!r}"
        )
    try:
        return Walkthrough(_rows(net, shape))
    except rules.TooSmall as error:
        try:
            smallest = smallest_size(net, shape[1])
            remedy = f"; the smallest square that fits is {smallest}×{smallest}"
        except ValueError:
            remedy = ""  # initialised for what is no square
        raise ValueError(
            f"an input of {shape[2]}×{shape[3]} is too small: {error}{remedy}"
        ) from None


def smallest_size(net, channels=1):
    """Return the side in pixels of the smallest square image that fits.

    Parameters
    ----------
    net : mxnet.gluon.Block
        As in `walkthrough`.
    channels : int
        Of the image.

    Returns
    -------
    int
        Pixels.

    Raises
    ------
    ValueError
        If no square up to 4096 pixels fits, or `channels` is not positive.
    TypeError
        If the arithmetic of a layer is unknown, or `channels` no integer.
    """
    channels = check_integer("channels", channels)
    for size in range(1, _LARGEST + 1):
        try:
            for _ in _rows(net, (1, channels, size, size)):
                pass
        except ValueError as error:
            reason = error
        else:
            return size
    raise ValueError(
        f"no square of up to {_LARGEST} px with {channels} channels fits: {reason}"
    )
