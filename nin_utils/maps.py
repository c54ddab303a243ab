"""The maps before global average pooling: one map of evidence per class."""

import math

import numpy as np
from mxnet import nd
from mxnet.gluon import nn

from .checks import check_number
from .shapes import rules


def confidence_maps(net, X):
    """Return the last feature maps, those that are averaged to the scores.

    Section 3.2 of the paper calls them confidence maps: map c shows where in
    the image the network sees class c, and its mean is the score of c.

    Parameters
    ----------
    net : mxnet.gluon.nn.Sequential or HybridSequential
        Initialised, with a GlobalAvgPool2D (`nin`, `nin_mnist`), in any
        nesting of (Hybrid)Sequential. Of several it is the last one whose
        input is returned, since only its averages are the scores: the same
        maps as those of `nin_utils.export.export_onnx`.
    X : mxnet.ndarray.NDArray
        Images, (N, C, H, W), on the device of the network.

    Returns
    -------
    mxnet.ndarray.NDArray
        (N, K, h, w); K is num_classes if nothing but Flatten follows the
        average, as in the paper.

    Raises
    ------
    TypeError
        If `X` is no NDArray.
    ValueError
        If `net` has no GlobalAvgPool2D, or `X` is not four-dimensional.
    RuntimeError
        If `net` is not initialised.
    """
    if not isinstance(X, nd.NDArray):
        raise TypeError(
            f"X must be an NDArray, not {type(X).__name__}: use nd.array(X)"
        )
    if X.ndim != 4:
        raise ValueError(
            f"X must have shape (N, C, H, W), not {X.shape}: a single "
            "image needs X.expand_dims(0)"
        )
    layers = _before_pooling(net)
    if layers is None:
        raise ValueError(
            f"{type(net).__name__} has no GlobalAvgPool2D among its layers, or is "
            "not a (Hybrid)Sequential, whose layers can be followed: there are no "
            "maps to show"
        )
    for layer in layers:
        X = layer(X)
    return X


def _before_pooling(net):
    """Return the layers before the last GlobalAvgPool2D, None without one."""
    layers = list(net) if rules.kind(net) in rules.CONTAINERS else []
    for i in reversed(range(len(layers))):
        if rules.kind(layers[i]) is nn.GlobalAvgPool2D:
            return layers[:i]
        inner = _before_pooling(layers[i])
        if inner is not None:
            return layers[:i] + inner
    return None


def top_mask(maps, fraction=0.1):
    """Mark the largest activations of each image, over all its maps.

    Figure 4 of the paper shows the top 10 % only.

    Parameters
    ----------
    maps : mxnet.ndarray.NDArray or numpy.ndarray
        (N, num_classes, h, w).
    fraction : float
        Of the num_classes x h x w activations of an image; rounded up to
        whole activations.

    Returns
    -------
    numpy.ndarray of bool
        (N, num_classes, h, w). Activations equal to the smallest one kept
        are kept too; one of 0 or less (no evidence) never is.

    Raises
    ------
    TypeError, ValueError
        If `fraction` is no number in (0, 1], or `maps` is not
        four-dimensional.
    """
    check_number("fraction", fraction, 0, 1, above=True)
    values = np.asarray(maps)
    if values.ndim != 4:
        raise ValueError(
            f"maps must have shape (N, num_classes, h, w), not {values.shape}"
        )
    flat = values.reshape(len(values), math.prod(values.shape[1:]))
    # 1e-9: 0.1 * 490 must be 49, also where 0.1 is a little more than 1/10
    count = max(1, math.ceil(fraction * flat.shape[1] - 1e-9))
    smallest = np.sort(flat)[:, flat.shape[1] - count]
    return (values >= smallest[:, None, None, None]) & (values > 0)


def lit(images, maps):
    """Return images that are dark but for where their maps are bright.

    Parameters
    ----------
    images : mxnet.ndarray.NDArray or numpy.ndarray
        (N, C, H, W), also larger than the network saw them.
    maps : mxnet.ndarray.NDArray or numpy.ndarray
        One of each image, (N, h, w), of `nin_mnist` or `nin_cifar10`: their
        cell i looks at the middle of pixel 4i + 3. The height and width that
        the network saw must be multiples of 4.

    Returns
    -------
    numpy.ndarray
        (N, C, H, W): a fifth of the image where the map is 0 or less, all of
        it where the map is highest.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    images, maps = np.asarray(images), np.asarray(maps)
    if images.ndim != 4 or maps.ndim != 3 or len(images) != len(maps):
        raise ValueError(
            f"images of shape {images.shape} and maps of shape {maps.shape}: give "
            "(N, C, H, W) and one map of each, (N, h, w)"
        )
    shares = [_at_pixels(one, *images.shape[2:]) for one in maps]
    shares = np.array(shares).reshape(-1, 1, *images.shape[2:])
    return images * (0.2 + 0.8 * shares)


def _at_pixels(one, height, width):
    """Return a map, (h, w), at each pixel of an image, from 0 to 1."""
    one = np.maximum(one, 0)
    for length in (height, width):  # first down, then across
        cells = length / len(one) * (np.arange(len(one)) + 3.5 / 4)
        pixels = np.arange(length) + 0.5
        one = np.array([np.interp(pixels, cells, line) for line in one.T])
    return one / max(float(one.max()), 1e-12)
