"""What one layer does to a shape: arithmetic only.

A layer is known by its class; its settings are read from its attributes, so
it need be neither initialised nor run.
"""

from math import prod
from typing import NamedTuple, Optional

from mxnet.gluon import nn


class TooSmall(ValueError):
    """A window is larger than the padded image it should move over."""


WHOLE = "whole"  # a window as large as the input
UNKNOWN = "unknown"  # the input is not an image of shape (N, C, H, W)


class Effect(NamedTuple):
    """What a layer makes of its input, and at what cost per image.

    `window` (or `WHOLE`, `UNKNOWN`) and `stride` are (height, width) in
    pixels of the layer's own input; `stride` is None where the outputs do not
    lie on a grid.
    """

    output_shape: tuple
    params: int = 0
    macs: int = 0
    window: object = (1, 1)
    stride: Optional[tuple] = (1, 1)


def _sized(pair):
    """Return height and width as in ``3×3``."""
    return f"{pair[0]}×{pair[1]}"


def _windowed(layer):
    """Return kernel and stride as in ``3×3/2``."""
    kernel, stride = layer._kwargs["kernel"], layer._kwargs["stride"]
    text = _sized(kernel)
    if tuple(stride) != (1, 1):
        same = stride[0] == stride[1]
        text += f"/{stride[0] if same else _sized(stride)}"
    return text


def _check_image(layer, shape):
    """Raise an error unless the layer gets images, channels first."""
    layout = layer._kwargs.get("layout", "NCHW")
    if layout != "NCHW":
        raise ValueError(f"has layout {layout}: only NCHW is supported")
    if len(shape) != 4:
        raise ValueError(f"needs an input (N, C, H, W), not {shape}")


def _check_inputs(expected, found, what):
    """Compare with the number the layer was built or initialised for."""
    if expected > 0 and expected != found:
        raise ValueError(f"was made for {expected} {what}, not for {found}")


def _outputs(size, kernel, stride, pad, ceil=False):
    """Return the number of positions of a window along each axis."""
    free = [n + 2 * p - k for n, k, p in zip(size, kernel, pad)]
    if min(free) < 0:
        padded = [n + 2 * p for n, p in zip(size, pad)]
        raise TooSmall(
            f"has a window of {_sized(kernel)}, but its input is only "
            f"{_sized(padded)}" + (", padding included" if any(pad) else "")
        )
    return tuple(1 + (f + (s - 1 if ceil else 0)) // s for f, s in zip(free, stride))


def _conv(layer, shape):
    _check_image(layer, shape)
    setting = layer._kwargs
    channels, groups = setting["num_filter"], setting["num_group"]
    if shape[1] % groups:
        raise ValueError(
            f"has {groups} groups, which do not divide {shape[1]} channels"
        )
    _check_inputs(layer.weight.shape[1] * groups, shape[1], "channels")
    dilated = tuple(
        d * (k - 1) + 1 for k, d in zip(setting["kernel"], setting["dilate"])
    )
    size = _outputs(shape[2:], dilated, setting["stride"], setting["pad"])
    weights = channels * shape[1] // groups * prod(setting["kernel"])
    return Effect(
        (shape[0], channels, *size),
        weights + (0 if setting["no_bias"] else channels),
        weights * prod(size),
        dilated,
        setting["stride"],
    )


def _pool(layer, shape):
    _check_image(layer, shape)
    setting = layer._kwargs
    size = _outputs(
        shape[2:],
        setting["kernel"],
        setting["stride"],
        setting["pad"],
        setting["pooling_convention"] == "full",
    )
    return Effect(
        (*shape[:2], *size), window=setting["kernel"], stride=setting["stride"]
    )


def _global_pool(layer, shape):
    _check_image(layer, shape)
    return Effect((*shape[:2], 1, 1), window=WHOLE, stride=None)


def _dense(layer, shape):
    units = layer._units
    inputs = prod(shape[1:]) if layer._flatten else shape[-1]
    _check_inputs(layer.weight.shape[1], inputs, "inputs")
    output_shape = (*(shape[:1] if layer._flatten else shape[:-1]), units)
    return Effect(
        output_shape,
        units * (inputs + (layer.bias is not None)),
        prod(output_shape[1:]) * inputs,
        WHOLE if len(output_shape) == 2 else UNKNOWN,
        None,
    )


def _batch_norm(layer, shape):
    if layer._kwargs["axis"] != 1:
        raise ValueError(f"has axis {layer._kwargs['axis']}: only axis 1 is supported")
    _check_inputs(layer.gamma.shape[0], shape[1], "channels")
    # Not grad_req: that of a frozen layer is "null" too.
    learnt = sum(p._differentiable for p in (layer.gamma, layer.beta))
    return Effect(shape, params=learnt * shape[1])


def _flatten(layer, shape):
    return Effect((shape[0], prod(shape[1:])), stride=None)


def _same(layer, shape):
    return Effect(shape)


CONTAINERS = (nn.Sequential, nn.HybridSequential)

# Class of MXNet: what it does, and what its row's name says after the class.
_RULES = {
    nn.Conv2D: (_conv, _windowed),
    nn.MaxPool2D: (_pool, _windowed),
    nn.AvgPool2D: (_pool, _windowed),
    nn.GlobalMaxPool2D: (_global_pool, None),
    nn.GlobalAvgPool2D: (_global_pool, None),
    nn.Dense: (_dense, None),
    nn.BatchNorm: (_batch_norm, None),
    nn.Flatten: (_flatten, None),
    nn.Dropout: (_same, None),
    nn.Activation: (_same, None),
}


def kind(layer):
    """Return MXNet's class of a layer or container, or None if unknown.

    A subclass counts as its parent unless it computes something else.
    """
    for base in type(layer).__mro__:
        if base in _RULES or base in CONTAINERS:
            same = all(
                getattr(type(layer), f, None) is getattr(base, f, None)
                for f in ("forward", "hybrid_forward", "__call__")
            )
            return base if same else None
    return None


def elementary(net, path=""):
    """Yield the path ("6.0") of every layer that is no container, and it."""
    if kind(net) in CONTAINERS:
        for i, layer in enumerate(net):
            yield from elementary(layer, f"{path}.{i}" if path else f"{i}")
    else:
        yield path, net


def label(layer):
    """Return class and window of a layer, as in ``MaxPool2D 3×3/2``."""
    detail = _RULES[kind(layer)][1]
    name = kind(layer).__name__
    return f"{name} {detail(layer)}" if detail else name


def effect(layer, shape):
    """Return the `Effect` of a layer on an input, or raise ValueError."""
    return _RULES[kind(layer)][0](layer, shape)
