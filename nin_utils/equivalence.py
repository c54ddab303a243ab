"""One function, two layers: weights carried from one layer to its equal.

A 1x1 convolution is one fully connected layer that all positions share (paper
section 3.1: cross-channel parametric pooling), and a batch normalisation with
fixed statistics is part of the convolution before it.
"""

import numpy as np
from mxnet import init, nd
from mxnet.gluon import nn

from .shapes.rules import kind

# Settings that a 1x1 convolution must have to be a fully connected layer.
_POINTWISE = {
    "kernel": (1, 1),
    "stride": (1, 1),
    "pad": (0, 0),
    "dilate": (1, 1),
    "num_group": 1,
    "layout": "NCHW",
}


def dense_from_conv1x1(conv):
    """Return the fully connected layer that equals a 1x1 convolution.

    Parameters
    ----------
    conv : mxnet.gluon.nn.Conv2D
        Kernel 1x1; stride, padding, dilation and groups as by default;
        initialised. Maps (N, C, H, W) to (N, units, H, W).

    Returns
    -------
    mxnet.gluon.nn.Dense
        With ``flatten=False``: maps (N, H, W, C) to (N, H, W, units), the
        same numbers with the channels last. A copy of the weights, bias and
        activation kept.

    Raises
    ------
    TypeError
        If `conv` is not a Conv2D, or a subclass that computes the same.
    ValueError
        If a setting is another (the message names it), or there are no
        weights yet.
    """
    _check_type("conv", conv, nn.Conv2D)
    for setting, needed in _POINTWISE.items():
        value = conv._kwargs[setting]
        if (tuple(value) if isinstance(value, list) else value) != needed:
            raise ValueError(
                f"{conv.name} has {setting} {value}: only a convolution with "
                f"{setting} {needed} is a fully connected layer shared by "
                "all positions"
            )
    weight = _values(conv, "weight")
    dense = nn.Dense(
        weight.shape[0],
        activation=_activation_of(conv),
        use_bias=conv.bias is not None,
        flatten=False,
        in_units=weight.shape[1],
    )
    return _with_values(dense, weight, _values(conv, "bias"), conv.weight.list_ctx())


def conv1x1_from_dense(dense):
    """Return the 1x1 convolution that equals a fully connected layer.

    Parameters
    ----------
    dense : mxnet.gluon.nn.Dense
        Initialised. With ``flatten=False`` it maps (N, H, W, C) to
        (N, H, W, units); with ``flatten=True`` the two are equal on images
        of 1x1 pixel, (N, C, 1, 1).

    Returns
    -------
    mxnet.gluon.nn.Conv2D
        Maps (N, C, H, W) to (N, units, H, W). A copy of the weights, bias and
        activation kept.

    Raises
    ------
    TypeError
        If `dense` is not a Dense, or a subclass that computes the same.
    ValueError
        If there are no weights yet.
    """
    _check_type("dense", dense, nn.Dense)
    weight = _values(dense, "weight")
    conv = nn.Conv2D(
        weight.shape[0],
        kernel_size=1,
        activation=_activation_of(dense),
        use_bias=dense.bias is not None,
        in_channels=weight.shape[1],
    )
    return _with_values(conv, weight, _values(dense, "bias"), dense.weight.list_ctx())


def fold_batch_norm(net):
    """Return the plain network that predicts what a normalised one does.

    In prediction mode a batch normalisation (Ioffe and Szegedy, 2015) is
    y = gamma (x - mean) / sqrt(variance + eps) + beta with fixed numbers, one
    of each per channel: the convolution before it can do that.

    Parameters
    ----------
    net : mxnet.gluon.nn.HybridSequential
        Nested as you like, initialised. A BatchNorm must directly follow a
        Conv2D that has no activation; an Activation after the pair becomes
        that of the new convolution. Besides convolutions only layers without
        parameters (pooling, dropout, flattening) are allowed.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        Of ``nin_mnist(batch_norm=True)`` the layers of ``nin_mnist()``, so
        that the weights can be saved and loaded there. Layers without
        parameters are shared with `net`, convolutions are new.

    Raises
    ------
    TypeError
        If `net` is not a HybridSequential, or a subclass that runs its
        layers one after the other.
    ValueError
        If a layer cannot be folded (the message names it), or there are no
        weights yet.
    """
    _check_type("net", net, nn.HybridSequential)
    plain = nn.HybridSequential()
    layers = list(net)
    while layers:
        layer = layers.pop(0)
        if kind(layer) is nn.Conv2D:
            norm, activation = None, _activation_of(layer)
            if layers and activation is None:
                if _can_fold(layer, layers[0]):
                    norm = layers.pop(0)
                if layers and kind(layers[0]) is nn.Activation:
                    activation = layers.pop(0)._act_type
            layer = _folded(layer, norm, activation)
        elif kind(layer) is nn.HybridSequential:
            layer = fold_batch_norm(layer)
        elif layer.collect_params().keys():
            raise ValueError(
                f"{layer.name} ({type(layer).__name__}) cannot be folded: "
                "only a BatchNorm directly after a Conv2D without activation "
                "can, and no other layer may have parameters"
            )
        plain.add(layer)
    return plain


def _can_fold(conv, layer):
    """Say whether a layer normalises the channels of the convolution."""
    channels = conv._kwargs["layout"].find("C")
    return kind(layer) is nn.BatchNorm and layer._kwargs["axis"] == channels


def _folded(conv, norm, activation):
    """Return one convolution for conv, norm (or None) and activation."""
    weight, bias = _values(conv, "weight"), _values(conv, "bias")
    if norm is not None:
        gamma = _values(norm, "gamma").astype("float64")
        if norm._kwargs["fix_gamma"]:
            gamma = np.ones_like(gamma)
        scale = gamma / np.sqrt(_values(norm, "running_var") + norm._kwargs["eps"])
        shift = (0 if bias is None else bias) - _values(norm, "running_mean")
        dtype = weight.dtype
        bias = (_values(norm, "beta") + scale * shift).astype(dtype)
        weight = (weight * scale[:, None, None, None]).astype(dtype)
    setting = conv._kwargs
    new = nn.Conv2D(
        len(weight),
        setting["kernel"],
        setting["stride"],
        setting["pad"],
        setting["dilate"],
        setting["num_group"],
        setting["layout"],
        activation=activation,
        use_bias=bias is not None,
        in_channels=weight.shape[setting["layout"].find("C")] * setting["num_group"],
    )
    return _with_values(new, weight, bias, conv.weight.list_ctx())


def _check_type(name, value, expected):
    """Raise TypeError unless `value` does what an `expected` does."""
    if kind(value) is not expected:
        raise TypeError(
            f"{name} must be a {expected.__name__}, not {value!r} "
            f"({type(value).__name__})"
        )


def _values(layer, name):
    """Return a parameter of a layer as a NumPy array; None if it has none."""
    parameter = getattr(layer, name)
    if parameter is None:
        return None
    try:
        array = parameter.list_data()[0]
    except RuntimeError as error:
        raise ValueError(
            f"{layer.name} has no {name} yet: call initialize(), then run "
            "one batch through the network"
        ) from error
    # A convolution that predicts (oneDNN's) has MXNet reorder its weights in
    # place, once it is done; what is read meanwhile is torn: half of it is in
    # one order, half in the other. `asnumpy` waits for what writes them, but
    # this write is not announced while the convolution still runs.
    nd.waitall()
    return array.asnumpy()


def _activation_of(layer):
    """Return the name of the activation built into a layer, or None."""
    return layer.act._act_type if layer.act is not None else None


def _with_values(new, weight, bias, ctx):
    """Return a new layer, given these values on these devices."""
    new.cast(weight.dtype)
    new.initialize(init.Zero(), ctx=ctx)  # draws no random numbers
    new.weight.set_data(weight.reshape(new.weight.shape))
    if bias is not None:
        new.bias.set_data(bias)
    return new
