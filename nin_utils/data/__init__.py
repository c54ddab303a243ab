"""Fashion-MNIST: d2lzh's batches, from memory.

The files are looked for in this order: `root`, else the folder that
``$NIN_DATA`` names; the cache (``$XDG_CACHE_HOME`` or ``~/.cache``, in it
``nin_utils/fashion-mnist``); Debian's package dataset-fashion-mnist;
Gluon's ``~/.mxnet/datasets/fashion-mnist``; the network, from several hosts
or the one that ``$NIN_MIRROR`` names. They are verified each time. With
``subset=True`` a sample is used that comes with this package.

Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747.
"""

from pathlib import Path

import numpy as np

from ..checks import check_bool
from .batches import Batches, check_batches, resize_images
from .canvas import RandomPlace, place
from .idx import SAMPLE, DataError, decode
from .sources import load

__all__ = [
    "LABELS",
    "Batches",
    "DataError",
    "RandomPlace",
    "fashion_mnist",
    "load_data_fashion_mnist",
    "place",
    "resize_images",
]

LABELS = (
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)

_SAMPLE_FOLDER = Path(__file__).parents[1] / "sample"


def fashion_mnist(train=True, root=None, subset=False):
    """Return the pictures and labels of Fashion-MNIST.

    Parameters
    ----------
    train : bool
        The 60,000 training pictures, or the 10,000 test pictures.
    root : path-like, optional
        The folder that holds the four IDX files, gzipped or not.
    subset : bool
        The embedded sample of 6,000 training and 1,000 test pictures, as
        many of each class.

    Returns
    -------
    images : numpy.ndarray
        uint8, (N, 28, 28); 0 is the background.
    labels : numpy.ndarray
        int32, (N,); indices into `LABELS`.

    Raises
    ------
    DataError
        If a file is missing, unreadable or wrong; names it and the remedy.
    TypeError
        If `train` or `subset` is neither True nor False.
    ValueError
        If `subset` and `root` are both given.
    """
    check_bool("train", train)
    check_bool("subset", subset)
    if subset and root is not None:
        raise ValueError(
            f"subset=True is the sample that comes with this package: leave "
            f"out root={str(root)!r}, or leave out subset"
        )
    read = _load_sample if subset else lambda name: load(name, root)
    part = "train" if train else "t10k"
    images = read(f"{part}-images-idx3-ubyte")
    labels = read(f"{part}-labels-idx1-ubyte")
    return images.copy(), labels.astype(np.int32)


def load_data_fashion_mnist(
    batch_size, resize=None, root=None, subset=False, *, augment=None
):
    """Return batches of Fashion-MNIST, equal to those of d2lzh.

    Parameters
    ----------
    batch_size : int
        Pictures in a batch; the last one may be smaller.
    resize : int, optional
        Height and width in pixels; 28 if left out.
    root, subset
        As in `fashion_mnist`.
    augment : int or callable, optional
        What `Batches` does with the training pictures in each epoch; by
        default they are left as they are.

    Returns
    -------
    train_iter, test_iter : Batches
        Each can be iterated over again and again and yields ``(X, y)``: X
        float32 in [0, 1], (n, 1, H, W); y int32, (n,). ``len()`` is the
        number of batches; attributes ``batch_size`` and ``num_examples``.
        ``train_iter`` draws a new order from ``np.random`` each time.

    Raises
    ------
    DataError
        If a file is missing, unreadable or wrong; names it and the remedy.
    TypeError, ValueError
        If `batch_size`, `resize` or `augment` is no integer or too small,
        or if `subset` is neither True nor False, or True with a `root`.
    """
    check_batches(batch_size, resize, augment)
    return tuple(
        Batches(
            *fashion_mnist(train, root, subset),
            batch_size,
            resize=resize,
            shuffle=train,
            augment=augment if train else None,
        )
        for train in (True, False)
    )


def _load_sample(name):
    path = _SAMPLE_FOLDER / f"{name}.gz"
    try:
        return decode(path.read_bytes(), SAMPLE[name], path)
    except OSError as error:
        raise DataError(f"{error}; install nin_utils again") from error
