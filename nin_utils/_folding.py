"""Batch normalisation as part of the convolution before it."""

import numpy as np
from mxnet.gluon import nn

from ._parameters import activation_of, check_type, values, with_values


def _folded(conv, norm, activation):
    """Return one convolution for conv, norm (or None) and activation."""
    weight, bias = values(conv, "weight"), values(conv, "bias")
    if norm is not None:
        gamma = values(norm, "gamma").astype("float64")
        if norm._kwargs["fix_gamma"]:
            gamma = np.ones_like(gamma)
        scale = gamma / np.sqrt(
            values(norm, "running_var") + norm._kwargs["eps"]
        )
        shift = (0 if bias is None else bias) - values(norm, "running_mean")
        bias = (values(norm, "beta") + scale * shift).astype("float32")
        weight = (weight * scale[:, None, None, None]).astype("float32")
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
        in_channels=weight.shape[1] * setting["num_group"],
    )
    return with_values(new, weight, bias, conv.weight.list_ctx())


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
        If `net` is not a HybridSequential.
    ValueError
        If a layer cannot be folded (the message names it), or there are no
        weights yet.
    """
    check_type("net", net, nn.HybridSequential)
    plain = nn.HybridSequential()
    layers = list(net)
    while layers:
        layer = layers.pop(0)
        if isinstance(layer, nn.Conv2D):
            norm, activation = None, activation_of(layer)
            if layers and activation is None:
                if _can_fold(layer, layers[0]):
                    norm = layers.pop(0)
                if layers and isinstance(layers[0], nn.Activation):
                    activation = layers.pop(0)._act_type
            layer = _folded(layer, norm, activation)
        elif isinstance(layer, nn.HybridSequential):
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
    return isinstance(layer, nn.BatchNorm) and layer._kwargs[
        "axis"
    ] == conv._kwargs["layout"].find("C")
