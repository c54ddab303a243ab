"""Garments of any size at any place of a larger, black canvas."""

import numpy as np

from ..checks import check_integer
from .batches import check_pixels


def place(images, canvas, side, top, left, mirrored=False):
    """Put each image onto a canvas of its own.

    Parameters
    ----------
    images : numpy.ndarray
        uint8, (N, H, W, C).
    canvas : int
        Height and width of the result in pixels.
    side, top, left : int or numpy.ndarray
        Height and width of the image on the canvas, and its upper left
        corner, in pixels; arrays have shape (N,). What lies outside the
        canvas is cut off.
    mirrored : bool or numpy.ndarray
        Swap left and right.

    Returns
    -------
    numpy.ndarray
        uint8, (N, canvas, canvas, C); 0 around the images.

    Raises
    ------
    TypeError, ValueError
        If `images` are not as above, `canvas` is no positive integer, or a
        `side` is less than 1.

    Notes
    -----
    Bilinear; an image that shrinks is smoothed over as many of its pixels as
    fall into one, as Pillow does. Each row and each column of the canvas is a
    weighted mean of rows and columns of the image, so the whole is two
    matrix products per image and channel.
    """
    check_pixels(images)
    check_integer("canvas", canvas)
    if np.any(np.asarray(side) < 1):
        raise ValueError(f"side must be at least 1, not {side}")
    n, height, width, _ = images.shape
    rows = _weights(n, canvas, height, side, top)
    columns = _weights(n, canvas, width, side, left)
    mirrored = np.broadcast_to(np.asarray(mirrored, bool), n)
    columns[mirrored] = columns[mirrored, :, ::-1]
    channels = np.moveaxis(images, 3, 0).astype(np.float32, order="C")
    placed = rows @ channels @ columns.transpose(0, 2, 1)
    return np.moveaxis(np.rint(placed).astype(np.uint8), 0, 3)


def _weights(n, canvas, length, side, start):
    """Return the share of each old pixel in each new one.

    Returns
    -------
    numpy.ndarray
        float32, (n, canvas, length); the rows sum to 1 on the image and to
        0 beside it.
    """
    side = np.broadcast_to(side, n)[:, None, None].astype(np.float32)
    start = np.broadcast_to(start, n)[:, None, None]
    position = np.arange(canvas)[:, None] - start  # (n, canvas, 1)
    scale = np.float32(length) / side
    centre = (position + np.float32(0.5)) * scale - np.float32(0.5)
    distance = np.abs(np.arange(length) - np.clip(centre, 0, length - 1))
    hat = np.maximum(0, 1 - distance / np.maximum(scale, 1))
    inside = (position >= 0) & (position < side)
    return (hat * inside / hat.sum(axis=2, keepdims=True)).astype(np.float32)


class RandomPlace:
    """Draw canvas, size, place and reflection of images from ``np.random``.

    Parameters
    ----------
    canvases : int or sequence of int
        One of these sizes in pixels is drawn for a whole batch.
    smallest, largest : int
        Between these, both included, lies the side of an image in pixels.
        One that would not fit fills the canvas.

    Raises
    ------
    TypeError, ValueError
        If a size or `smallest` is no positive integer, there is no size, or
        `largest` is no integer from `smallest` on.
    """

    def __init__(self, canvases, smallest=16, largest=40):
        if isinstance(canvases, np.ndarray):
            canvases = canvases.tolist()
        if not isinstance(canvases, (tuple, list, range)):
            canvases = [canvases]
        if not canvases:
            raise ValueError("canvases is empty: name a size, as 28 or (28, 40)")
        self._canvases = [check_integer("canvases", one) for one in canvases]
        smallest = check_integer("smallest", smallest)
        largest = check_integer("largest", largest, smallest)
        self._range = smallest, largest + 1

    def __call__(self, images):
        """Return the placed images.

        Parameters
        ----------
        images : numpy.ndarray
            uint8, (N, H, W, C).

        Returns
        -------
        numpy.ndarray
            uint8, (N, canvas, canvas, C).
        """
        n = len(images)
        canvas = int(np.random.choice(self._canvases))
        side = np.minimum(np.random.randint(*self._range, size=n), canvas)
        top, left = np.random.randint(0, canvas - side + 1, size=(2, n))
        mirrored = np.random.randint(0, 2, size=n) == 1
        return place(images, canvas, side, top, left, mirrored)
