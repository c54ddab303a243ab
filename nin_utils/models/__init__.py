"""The networks of the book: three NiNs and the three they are compared with.

All are hybrid, their layers are found by position (``net[0][1]``) and their
weights by structure (``net.save_parameters``), and all take images of shape
(N, C, H, W) and return one score per class, (N, num_classes).
"""

from mxnet.gluon import nn

from . import weights
from .blocks import check_options, mlpconv, nin_block
from .classic import alexnet, lenet, vgg

__all__ = [
    "alexnet",
    "lenet",
    "mlpconv",
    "nin",
    "nin_block",
    "nin_cifar10",
    "nin_mnist",
    "vgg",
]


def _check(num_classes, batch_norm, dropout, pretrained, variants=()):
    check_options(num_classes, batch_norm, dropout)
    if not isinstance(pretrained, bool) and pretrained not in variants:
        known = ", ".join(repr(v) for v in (False, True, *variants))
        raise ValueError(f"pretrained must be {known}, not {pretrained!r}")
    if pretrained and (num_classes != 10 or batch_norm):
        raise ValueError(
            "trained weights exist for num_classes=10 and batch_norm=False, "
            f"not for num_classes={num_classes} and batch_norm={batch_norm}: "
            "use pretrained=False and train the network"
        )


def nin(
    num_classes=10, *, batch_norm=False, dropout=0.5, last_relu=True, pretrained=False
):
    """Return NiN as in d2l: the author's later ImageNet network, cut short.

    Four NiN blocks, three max poolings, global average pooling. Any square
    image from 67x67 pixels fits; 224x224 is the size it was made for.

    Parameters
    ----------
    num_classes : int
        Channels of the last block, one map per class.
    batch_norm : bool
        As in `nin_mnist`.
    dropout : float
        Probability of dropping an activation before the last block.
    last_relu : bool
        Whether a ReLU follows the last convolution, as in d2l.
    pretrained : bool
        As in `nin_mnist`; trained at 112x112, where the last map has 2x2
        cells.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, H, W) -> (N, num_classes); 1,992,166 parameters with C = 1 and
        10 classes.

    Raises
    ------
    TypeError, ValueError
        As `nin_mnist` does.
    FileNotFoundError, OSError
        If the file of weights is missing or damaged.
    """
    _check(num_classes, batch_norm, dropout, pretrained)
    if pretrained and not last_relu:
        raise ValueError(
            "trained weights exist for last_relu=True: use pretrained=False and "
            "train the network"
        )
    net = nn.HybridSequential()
    net.add(
        mlpconv([96] * 3, 11, strides=4, padding=0, batch_norm=batch_norm),
        nn.MaxPool2D(pool_size=3, strides=2),
        mlpconv([256] * 3, 5, strides=1, padding=2, batch_norm=batch_norm),
        nn.MaxPool2D(pool_size=3, strides=2),
        mlpconv([384] * 3, 3, strides=1, padding=1, batch_norm=batch_norm),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Dropout(dropout),
        mlpconv([num_classes] * 3, 3, 1, 1, batch_norm=batch_norm, last_relu=last_relu),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    if pretrained:
        weights.load(net, "nin")
    return net


def nin_mnist(num_classes=10, *, batch_norm=False, dropout=0.5, pretrained=False):
    """Return the author's network for MNIST.

    Three MLPConv layers, 96-64-48, 128-96-48 and 128-96-10, with a ReLU after
    every convolution including the last; overlapping max poolings that round
    up (28 -> 14 -> 7); dropout after each; global average pooling. Kernels
    (all three 5x5) and widths are those of the author's own configuration,
    ``NIN/mnist_def`` of github.com/mavenlin/cuda-convnet.

    Parameters
    ----------
    num_classes : int
        Channels of the last convolution, one map per class.
    batch_norm : bool
        Put a batch normalisation between each convolution and its ReLU: the
        variant that trains easily. `nin_utils.equivalence.fold_batch_norm`
        turns it into the plain network afterwards.
    dropout : float
        Share of activations that the two dropouts silence in training, in
        [0, 1); 0.5 in the paper.
    pretrained : bool or "canvas"
        Load the weights that come with the package, onto the CPU, trained on
        Fashion-MNIST (images in [0, 1]); otherwise the network is not
        initialised. Only for the plain network with 10 classes.
        True: trained on 28x28. "canvas": on garments of any size, anywhere
        on a larger canvas; a little less accurate on 28x28.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, H, W) -> (N, num_classes); 349,674 parameters with C = 1 and 10
        classes, last maps of 7x7 with images of 28x28.

    Raises
    ------
    TypeError, ValueError
        If `num_classes` is not a positive integer, `dropout` not in [0, 1),
        or there are no such weights.
    FileNotFoundError, OSError
        If the file of weights is missing or damaged.
    """
    _check(num_classes, batch_norm, dropout, pretrained, ("canvas",))
    widths = (96, 64, 48), (128, 96, 48), (128, 96, num_classes)
    net = _three_layers(widths, (5, 5, 5), batch_norm, dropout)
    if pretrained:
        canvas = "_canvas" if pretrained == "canvas" else ""
        weights.load(net, "nin_mnist" + canvas)
    return net


def nin_cifar10(num_classes=10, *, batch_norm=False, dropout=0.5, pretrained=False):
    """Return the author's network for CIFAR-10, colour images of 32x32.

    Like `nin_mnist`, with MLPConv layers of 192-160-96, 192-192-192 and
    192-192-10 channels, the third with a kernel of 3x3. Kernels and widths are
    those of the author's own configuration, ``NIN/cifar-10_def`` of
    github.com/mavenlin/cuda-convnet; its images were whitened.

    Parameters
    ----------
    num_classes : int
        Channels of the last convolution, one map per class.
    batch_norm, dropout
        As in `nin_mnist`.
    pretrained : bool
        As in `nin_mnist`; trained on a copy of CIFAR-10 in JPEG (images in
        [0, 1]), so its accuracy is not to be compared with the paper's.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, H, W) -> (N, num_classes); 966,986 parameters with C = 3 and 10
        classes, last maps of 8x8 with images of 32x32.

    Raises
    ------
    TypeError, ValueError, FileNotFoundError, OSError
        As `nin_mnist` does.
    """
    _check(num_classes, batch_norm, dropout, pretrained)
    widths = (192, 160, 96), (192, 192, 192), (192, 192, num_classes)
    net = _three_layers(widths, (5, 5, 3), batch_norm, dropout)
    if pretrained:
        weights.load(net, "nin_cifar10")
    return net


def _three_layers(widths, kernels, batch_norm, dropout):
    """Return three MLPConv layers with poolings and dropout between them."""
    net = nn.HybridSequential()
    for channels, kernel in zip(widths, kernels):
        if len(net):
            net.add(
                nn.MaxPool2D(pool_size=3, strides=2, ceil_mode=True),
                nn.Dropout(dropout),
            )
        net.add(mlpconv(channels, kernel, 1, kernel // 2, batch_norm=batch_norm))
    net.add(nn.GlobalAvgPool2D(), nn.Flatten())
    return net
