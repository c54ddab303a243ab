"""Fashion-MNIST, MNIST and CIFAR-10: d2lzh's batches, from memory.

The files are looked for in this order: `root`, else the folder that
``$NIN_DATA`` names; the cache (``$XDG_CACHE_HOME`` or ``~/.cache``, in it
``nin_utils/fashion-mnist``, ``nin_utils/mnist`` and ``nin_utils/cifar10``);
Debian's package dataset-fashion-mnist; Gluon's ``~/.mxnet/datasets``; the
network, from several hosts or the one that ``$NIN_MIRROR`` names. They are
verified each time: IDX files by the SHA-256 of their decompressed content,
CIFAR-10 as `cifar10` says.

Fashion-MNIST and MNIST have files of the same names. So ``$NIN_DATA`` and
``$NIN_MIRROR`` name either the folder of one of the sets, or a folder in
which ``fashion-mnist``, ``mnist`` and ``cifar10`` lie.

With ``subset=True`` a sample of Fashion-MNIST is used that comes with this
package.

Sources: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747;
Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied
to document recognition", Proceedings of the IEEE 86 (11), 1998, for MNIST;
A. Krizhevsky, "Learning multiple layers of features from tiny images",
University of Toronto, 2009, for CIFAR-10.
"""

from pathlib import Path

import numpy as np

from ..checks import check_bool
from . import photos
from .batches import Batches, check_batches, resize_images
from .canvas import RandomPlace, place
from .gallery import photographs
from .idx import DataError, decode
from .sets import FASHION_MNIST, MNIST
from .sources import load

__all__ = [
    "CIFAR10_LABELS",
    "LABELS",
    "Batches",
    "DataError",
    "RandomPlace",
    "cifar10",
    "cifar10_source",
    "fashion_mnist",
    "load_data_cifar10",
    "load_data_fashion_mnist",
    "load_data_mnist",
    "mnist",
    "photographs",
    "place",
    "resize_images",
]

#: Classes of CIFAR-10, by label.
CIFAR10_LABELS = photos.CIFAR10_LABELS
#: Classes of Fashion-MNIST, by label.
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
    """Return the images and labels of Fashion-MNIST.

    Parameters
    ----------
    train : bool
        The 60,000 training images, or the 10,000 test images.
    root : path-like, optional
        The folder that holds the four IDX files, gzipped or not.
    subset : bool
        The embedded sample of 6,000 training and 1,000 test images, as
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
    if subset:
        return _arrays(train, _load_sample)
    return _arrays(train, lambda name: load(FASHION_MNIST, name, root))


def mnist(train=True, root=None):
    """Return the images and labels of MNIST, handwritten digits.

    Parameters
    ----------
    train : bool
        The 60,000 training images, or the 10,000 test images.
    root : path-like, optional
        The folder that holds the four IDX files, gzipped or not.

    Returns
    -------
    images : numpy.ndarray
        uint8, (N, 28, 28); 0 is the background.
    labels : numpy.ndarray
        int32, (N,); the digits 0 to 9.

    Raises
    ------
    DataError
        If a file is missing, unreadable or wrong; names it and the remedy.
    TypeError
        If `train` is neither True nor False.
    """
    check_bool("train", train)
    return _arrays(train, lambda name: load(MNIST, name, root))


def cifar10(train=True, root=None):
    """Return the images and labels of CIFAR-10, small photographs.

    Parameters
    ----------
    train : bool
        The 50,000 training images, or the 10,000 test images.
    root : path-like, optional
        The folder that holds one of these: the batches of the binary
        version, ``data_batch_1.bin`` to ``test_batch.bin``, or a folder
        ``cifar-10-batches-bin`` of them; the archive
        ``cifar-10-binary.tar.gz``; images in JPEG or PNG by class, as
        ``train/airplane/0001.jpg`` and ``test/truck/0999.jpg``.

    Returns
    -------
    images : numpy.ndarray
        uint8, (N, 32, 32, 3); red, green, blue.
    labels : numpy.ndarray
        int32, (N,); indices into `CIFAR10_LABELS`.

    Raises
    ------
    DataError
        If a file is missing, unreadable or wrong; names it and the remedy.
    TypeError
        If `train` is neither True nor False.

    Notes
    -----
    The archive is verified by the MD5 that its author publishes, batches by
    the MD5 of each. Images by class cannot be verified, only counted, 5,000
    and 1,000 of each class, and measured; JPEG has changed their pixels. Say
    so with results: `cifar10_source` tells which it is. Their order is not
    that of the original: the first image of each class, then the second.
    """
    check_bool("train", train)
    return photos.load(train, root)


def cifar10_source(root=None):
    """Return what `cifar10` reads, for the record of a result.

    Parameters
    ----------
    root
        As in `cifar10`.

    Returns
    -------
    str
        "original", which includes what would be downloaded; "JPEG files" or
        "PNG files"; "JPEG files, original" if the two parts differ.

    Raises
    ------
    DataError
        If `root` (or ``$NIN_DATA``) lacks one of the two parts.
    """
    return photos.source(root)


def load_data_fashion_mnist(
    batch_size, resize=None, root=None, subset=False, *, augment=None
):
    """Return batches of Fashion-MNIST, equal to those of d2lzh.

    Parameters
    ----------
    batch_size : int
        Images in a batch; the last one may be smaller.
    resize : int, optional
        Height and width in pixels; 28 if left out.
    root, subset
        As in `fashion_mnist`.
    augment : int or callable, optional
        What `Batches` does with the training images in each epoch; by
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
    parts = (fashion_mnist(train, root, subset) for train in (True, False))
    return _iterators(parts, batch_size, resize, augment)


def load_data_mnist(batch_size, resize=None, root=None, *, augment=None):
    """Return batches of MNIST, like `load_data_fashion_mnist`.

    Parameters
    ----------
    batch_size : int
        Images in a batch; the last one may be smaller.
    resize : int, optional
        Height and width in pixels; 28 if left out.
    root
        As in `mnist`.
    augment : int or callable, optional
        What `Batches` does with the training images in each epoch; by
        default they are left as they are. An integer mirrors, too: digits
        want a function of your own.

    Returns
    -------
    train_iter, test_iter : Batches
        As in `load_data_fashion_mnist`: ``(X, y)`` with X float32 in [0, 1],
        (n, 1, H, W), and y int32, (n,).

    Raises
    ------
    DataError
        If a file is missing, unreadable or wrong; names it and the remedy.
    TypeError, ValueError
        If `batch_size`, `resize` or `augment` is no integer or too small.
    """
    check_batches(batch_size, resize, augment)
    parts = (mnist(train, root) for train in (True, False))
    return _iterators(parts, batch_size, resize, augment)


def load_data_cifar10(batch_size, resize=None, root=None, *, augment=None):
    """Return batches of CIFAR-10, like `load_data_fashion_mnist`.

    Parameters
    ----------
    batch_size : int
        Images in a batch; the last one may be smaller.
    resize : int, optional
        Height and width in pixels; 32 if left out.
    root
        As in `cifar10`.
    augment : int or callable, optional
        What `Batches` does with the training images in each epoch; by
        default they are left as they are.

    Returns
    -------
    train_iter, test_iter : Batches
        As in `load_data_fashion_mnist`, with three channels: ``(X, y)`` with
        X float32 in [0, 1], (n, 3, H, W), and y int32, (n,).

    Raises
    ------
    DataError
        If a file is missing, unreadable or wrong; names it and the remedy.
    TypeError, ValueError
        If `batch_size`, `resize` or `augment` is no integer or too small.
    """
    check_batches(batch_size, resize, augment)
    parts = (cifar10(train, root) for train in (True, False))
    return _iterators(parts, batch_size, resize, augment)


def _arrays(train, read):
    """Return images and labels, read file by file."""
    part = "train" if train else "t10k"
    images = read(f"{part}-images-idx3-ubyte")
    labels = read(f"{part}-labels-idx1-ubyte")
    return images.copy(), labels.astype(np.int32)


def _iterators(parts, batch_size, resize, augment):
    """Return batches of the training part, shuffled, and of the test part."""
    (X, y), (test_X, test_y) = parts
    return (
        Batches(X, y, batch_size, resize=resize, shuffle=True, augment=augment),
        Batches(test_X, test_y, batch_size, resize=resize),
    )


def _load_sample(name):
    path = _SAMPLE_FOLDER / f"{name}.gz"
    try:
        return decode(path.read_bytes(), FASHION_MNIST.sample[name], path)
    except OSError as error:
        raise DataError(f"{error}; install nin_utils again") from error
