"""Batches of images from memory."""

import numpy as np
from mxnet import cpu, nd

from ..checks import check_bool, check_integer

_CHUNK = 1000  # images resized at once
_MAX_BYTES = 1 << 30  # larger sets are resized batch by batch


def resize_images(images, size):
    """Resize images as Gluon's ``transforms.Resize(size)`` does.

    Parameters
    ----------
    images : numpy.ndarray
        uint8, (N, H, W, C).
    size : int
        New height and width in pixels.

    Returns
    -------
    numpy.ndarray
        uint8, (N, size, size, C).

    Raises
    ------
    TypeError, ValueError
        If `images` are not as above, or `size` is no positive integer.
    """
    check_pixels(images)
    check_integer("size", size)
    resized = np.empty((len(images), size, size, images.shape[3]), np.uint8)
    for i in range(0, len(images), _CHUNK):
        chunk = nd.array(images[i : i + _CHUNK], cpu(), np.uint8)
        resized[i : i + _CHUNK] = nd.image.resize(chunk, size).asnumpy()
    return resized


def flip_and_shift(images, pixels):
    """Mirror each image or not, and move it, at random.

    Parameters
    ----------
    images : numpy.ndarray
        uint8, (N, H, W, C).
    pixels : int
        The image moves by up to so many pixels in each direction; what
        comes in at the border is background, 0.

    Returns
    -------
    numpy.ndarray
        uint8, (N, H, W, C); drawn from ``np.random``.
    """
    n, height, width, _ = images.shape
    moves = np.random.randint(0, 2 * pixels + 1, size=(2, n, 1))
    flips = np.random.randint(0, 2, size=(n, 1)) == 1
    rows = np.arange(height) + moves[0]
    columns = np.where(flips, np.arange(width)[::-1], np.arange(width))
    columns = columns + moves[1]
    around = ((0, 0), (pixels, pixels), (pixels, pixels), (0, 0))
    padded = np.pad(images, around)
    image = np.arange(n)[:, None, None]
    return padded[image, rows[:, :, None], columns[:, None, :]]


def to_tensors(images, labels):
    """Return a batch as networks take it.

    Parameters
    ----------
    images : numpy.ndarray
        uint8, (n, H, W, C).
    labels : numpy.ndarray
        int32, (n,).

    Returns
    -------
    X : mxnet.nd.NDArray
        float32 in [0, 1], (n, C, H, W).
    y : mxnet.nd.NDArray
        int32, (n,).
    """
    X = nd.image.to_tensor(nd.array(images, cpu(), np.uint8))
    return X, nd.array(labels, cpu(), np.int32)


def check_batches(batch_size, resize, augment):
    """Return them, numbers as int; a clear error if one cannot be."""
    batch_size = check_integer("batch_size", batch_size)
    if resize is not None:
        resize = check_integer("resize", resize)
    if augment is not None and not callable(augment):
        augment = check_integer("augment", augment, smallest=0)
    return batch_size, resize, augment


def check_pixels(images):
    """Raise a clear error unless images are uint8, (N, H, W, C)."""
    _check_array("images", images)
    if images.dtype != np.uint8:
        raise TypeError(
            f"images must be uint8, 0 to 255, not {images.dtype}: for values "
            "in [0, 1], np.rint(images * 255).astype('uint8')"
        )
    if images.ndim != 4:
        raise ValueError(
            f"images must be (N, H, W, C), not {images.shape}: for one channel, "
            "images[..., None]"
        )
    if images.shape[1] in (1, 3) and images.shape[3] > 4:
        raise ValueError(
            f"images must be (N, H, W, C), not {images.shape}, which has the channels "
            "first: images.transpose(0, 2, 3, 1)"
        )


def _check_array(name, value):
    if not isinstance(value, np.ndarray):
        raise TypeError(
            f"{name} must be a numpy.ndarray, not {type(value).__name__}: use "
            "np.asarray"
        )


def _check_labels(labels, images):
    _check_array("labels", labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise TypeError(
            f"labels must be integers, (N,), not {labels.dtype}, {labels.shape}: "
            "labels.astype('int32')"
        )
    if len(images) != len(labels):
        raise ValueError(f"there are {len(images)} images and {len(labels)} labels")


class Batches:
    """Iterate over a data set in batches, as often as you like.

    Parameters
    ----------
    images : numpy.ndarray
        uint8, (N, H, W), or (N, H, W, C) with C channels, as of colour.
    labels : numpy.ndarray
        int32, (N,).
    batch_size : int
        Images in a batch; the last one may be smaller.
    resize : int, optional
        New height and width in pixels: resized once if the result fits
        into 1 GiB, else batch by batch.
    shuffle : bool
        Draw a new order for each pass from ``np.random``.
    augment : int or callable, optional
        Mirror each image at random and move it by up to so many pixels, or
        do what the function does, from uint8 (n, H, W, C) to uint8
        (n, H', W', C), before they are resized; None leaves the images as
        they are.

    Yields
    ------
    X : mxnet.nd.NDArray
        float32 in [0, 1], (n, C, H, W); C is 1 for images (N, H, W).
    y : mxnet.nd.NDArray
        int32, (n,).

    Raises
    ------
    TypeError, ValueError
        If `images` or `labels` are not as above or not equally many, if
        `batch_size`, `resize` or `augment` is no integer or too small, or if
        `shuffle` is neither True nor False.
    """

    def __init__(
        self, images, labels, batch_size, *, resize=None, shuffle=False, augment=None
    ):
        batch_size, resize, augment = check_batches(batch_size, resize, augment)
        check_bool("shuffle", shuffle)
        _check_array("images", images)
        if images.ndim == 3:
            images = images[..., None]
        check_pixels(images)
        _check_labels(labels, images)
        self.batch_size = batch_size
        self.num_examples = len(images)
        self._shuffle = shuffle
        self._labels = labels
        self._images = images
        self._resize = resize
        self._augment = augment
        channels = self._images.shape[3]
        fits = resize and len(images) * channels * resize**2 <= _MAX_BYTES
        if fits and augment is None:
            self._images = resize_images(self._images, resize)
            self._resize = None

    def __len__(self):
        return -(-self.num_examples // self.batch_size)

    def __iter__(self):
        order = np.arange(self.num_examples)
        if self._shuffle:
            np.random.shuffle(order)
        for i in range(0, self.num_examples, self.batch_size):
            batch = order[i : i + self.batch_size]
            X = self._images[batch]
            if callable(self._augment):
                X = self._augment(X)
                check_pixels(X)
            elif self._augment is not None:
                X = flip_and_shift(X, self._augment)
            if self._resize:
                X = resize_images(X, self._resize)
            yield to_tensors(X, self._labels[batch])
