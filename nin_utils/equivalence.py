"""One function, two layers: weights carried from one layer to its equal.

A 1x1 convolution is one fully connected layer that all positions share (paper
section 3.1: cross-channel parametric pooling), and a batch normalisation with
fixed statistics is part of the convolution before it.
"""

from mxnet.gluon import nn

from ._folding import fold_batch_norm
from ._parameters import activation_of, check_type, values, with_values

__all__ = ["conv1x1_from_dense", "dense_from_conv1x1", "fold_batch_norm"]

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
        If `conv` is not a Conv2D.
    ValueError
        If a setting is another (the message names it), or there are no
        weights yet.
    """
    check_type("conv", conv, nn.Conv2D)
    for setting, needed in _POINTWISE.items():
        value = conv._kwargs[setting]
        if (tuple(value) if isinstance(value, list) else value) != needed:
            raise ValueError(
                f"{conv.name} has {setting} {value}: only a convolution with "
                f"{setting} {needed} is a fully connected layer shared by "
                "all positions"
            )
    weight = values(conv, "weight")
    dense = nn.Dense(
        weight.shape[0],
        activation=activation_of(conv),
        use_bias=conv.bias is not None,
        flatten=False,
        in_units=weight.shape[1],
    )
    return with_values(
        dense, weight, values(conv, "bias"), conv.weight.list_ctx()
    )


def conv1x1_from_dense(dense):
    """Return the 1x1 convolution that equals a fully connected layer.

    Parameters
    ----------
    dense : mxnet.gluon.nn.Dense
        Initialised. With ``flatten=False`` it maps (N, H, W, C) to
        (N, H, W, units); with ``flatten=True`` the two are equal on pictures
        of 1x1 pixel, (N, C, 1, 1).

    Returns
    -------
    mxnet.gluon.nn.Conv2D
        Maps (N, C, H, W) to (N, units, H, W). A copy of the weights, bias and
        activation kept.

    Raises
    ------
    TypeError
        If `dense` is not a Dense.
    ValueError
        If there are no weights yet.
    """
    check_type("dense", dense, nn.Dense)
    weight = values(dense, "weight")
    conv = nn.Conv2D(
        weight.shape[0],
        kernel_size=1,
        activation=activation_of(dense),
        use_bias=dense.bias is not None,
        in_channels=weight.shape[1],
    )
    return with_values(
        conv, weight, values(dense, "bias"), dense.weight.list_ctx()
    )
