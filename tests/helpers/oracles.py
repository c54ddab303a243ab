"""Layers written as loops over positions, from their definitions.

Slow, plain NumPy in float64, sharing nothing with nin_utils or MXNet.
"""

import numpy as np


def starts(size, window, stride, ceil=False):
    """Return where a window starts: while it fits, or until all is seen."""
    if not ceil:
        return list(range(0, size - window + 1, stride))
    found = [0]
    while found[-1] + window < size:
        found.append(found[-1] + stride)
    return found


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """(N, C, H, W), (K, C, k, k) -> (N, K, H', W')."""
    n, c, h, w = x.shape
    k = weight.shape[-1]
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    padded[:, :, padding : padding + h, padding : padding + w] = x
    rows = starts(h + 2 * padding, k, stride)
    columns = starts(w + 2 * padding, k, stride)
    y = np.empty((n, len(weight), len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            patch = padded[:, :, top : top + k, left : left + k]
            y[:, :, i, j] = np.tensordot(patch, weight, ((1, 2, 3), (1, 2, 3)))
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)


def max_pool(x, window, stride, ceil=False):
    """(N, C, H, W) -> (N, C, H', W'); windows end at the border."""
    rows = starts(x.shape[2], window, stride, ceil)
    columns = starts(x.shape[3], window, stride, ceil)
    y = np.empty((*x.shape[:2], len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            patch = x[:, :, top : top + window, left : left + window]
            y[:, :, i, j] = patch.max((2, 3))
    return y


def global_avg_pool(x):
    """(N, C, H, W) -> (N, C)."""
    y = np.zeros(x.shape[:2])
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            y += x[:, :, i, j]
    return y / (x.shape[2] * x.shape[3])


def dense(x, weight, bias=None):
    """(N, ..., C), (units, C) -> (N, ..., units), one vector at a time."""
    y = np.empty((*x.shape[:-1], len(weight)))
    for position in np.ndindex(x.shape[:-1]):
        y[position] = weight @ x[position]
    return y if bias is None else y + bias


def relu(x):
    """Of any shape."""
    return np.where(x > 0, x, 0)
