"""The networks that NiN is compared with, as in d2l: LeNet, AlexNet, VGG."""

from mxnet.gluon import nn

from ..checks import check_integer
from .blocks import add_convolution, check_options


def _add_dense_head(net, num_classes, dropout):
    """Add the fully connected head that AlexNet and VGG share."""
    net.add(
        nn.Dense(4096, activation="relu"),
        nn.Dropout(dropout),
        nn.Dense(4096, activation="relu"),
        nn.Dropout(dropout),
        nn.Dense(num_classes),
    )


def _vgg_block(num_convs, num_channels, batch_norm):
    """Return 3x3 convolutions and a pooling that halves height and width."""
    blk = nn.HybridSequential()
    for _ in range(num_convs):
        add_convolution(blk, num_channels, 3, 1, 1, batch_norm)
    blk.add(nn.MaxPool2D(pool_size=2, strides=2))
    return blk


def lenet(num_classes=10):
    """Return LeNet as in d2l, for images of 28x28.

    Parameters
    ----------
    num_classes : int
        Units of the last layer.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, 28, 28) -> (N, num_classes); 44,426 parameters with C = 1 and
        10 classes. The first image fixes the size: the fully connected
        head takes no other.

    Raises
    ------
    TypeError, ValueError
        If `num_classes` is not a positive integer.
    """
    check_integer("num_classes", num_classes)
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(6, kernel_size=5, activation="sigmoid"),
        nn.MaxPool2D(pool_size=2, strides=2),
        nn.Conv2D(16, kernel_size=5, activation="sigmoid"),
        nn.MaxPool2D(pool_size=2, strides=2),
        nn.Dense(120, activation="sigmoid"),
        nn.Dense(84, activation="sigmoid"),
        nn.Dense(num_classes),
    )
    return net


def alexnet(num_classes=10, *, batch_norm=False, dropout=0.5):
    """Return AlexNet as in d2l, for images of 224x224.

    Parameters
    ----------
    num_classes : int
        Units of the last layer.
    batch_norm, dropout
        As in `vgg`.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, 224, 224) -> (N, num_classes); 46,764,746 parameters with C = 1
        and 10 classes. The first image fixes the size: the fully connected
        head takes no other.

    Raises
    ------
    TypeError, ValueError
        If `num_classes` is not a positive integer or `dropout` not in
        [0, 1).
    """
    check_options(num_classes, batch_norm, dropout)
    net = nn.HybridSequential()
    for stage in (
        ((96, 11, 4, 0),),
        ((256, 5, 1, 2),),
        ((384, 3, 1, 1), (384, 3, 1, 1), (256, 3, 1, 1)),
    ):
        for options in stage:
            add_convolution(net, *options, batch_norm)
        net.add(nn.MaxPool2D(pool_size=3, strides=2))
    _add_dense_head(net, num_classes, dropout)
    return net


def vgg(num_classes=10, *, batch_norm=False, dropout=0.5):
    """Return the thin VGG-11 of d2l (a quarter of the channels).

    Parameters
    ----------
    num_classes : int
        Units of the last layer.
    batch_norm : bool
        Put a batch normalisation between each convolution and its ReLU, as
        in `nin_mnist`.
    dropout : float
        Share of activations that the two dropouts silence in training, in
        [0, 1).

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, 224, 224) -> (N, num_classes); 43,093,322 parameters with C = 1
        and 10 classes. The first image fixes the size: the fully connected
        head takes no other.

    Raises
    ------
    TypeError, ValueError
        If `num_classes` is not a positive integer or `dropout` not in
        [0, 1).
    """
    check_options(num_classes, batch_norm, dropout)
    net = nn.HybridSequential()
    for num_convs, num_channels in ((1, 16), (1, 32), (2, 64), (2, 128), (2, 128)):
        net.add(_vgg_block(num_convs, num_channels, batch_norm))
    _add_dense_head(net, num_classes, dropout)
    return net
