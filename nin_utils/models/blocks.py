"""What the networks of the book are built of."""

from mxnet.gluon import nn

from ..checks import check_bool, check_integer, check_share, check_window


def check_options(num_classes, batch_norm, dropout):
    """Raise a clear error for options of a network that cannot be."""
    check_integer("num_classes", num_classes)
    check_bool("batch_norm", batch_norm)
    check_share("dropout", dropout)


def add_convolution(blk, channels, kernel_size, strides, padding, batch_norm):
    """Add a convolution and its ReLU to a block.

    On request a batch normalisation stands between; then the convolution has
    no bias.
    """
    window = kernel_size, strides, padding
    if batch_norm:
        blk.add(
            nn.Conv2D(channels, *window, use_bias=False),
            nn.BatchNorm(),
            nn.Activation("relu"),
        )
    else:
        blk.add(nn.Conv2D(channels, *window, activation="relu"))


def mlpconv(widths, kernel_size, strides, padding, *, batch_norm=False, last_relu=True):
    """Return an MLPConv layer: a small perceptron that slides over the maps.

    The paper's section 3.1, equation 2: a convolution, whose ReLU is the
    first layer of the perceptron, and a 1x1 convolution with a ReLU for each
    further one.

    Parameters
    ----------
    widths : sequence of int
        Output channels of each convolution, as in ``(96, 64, 48)``.
    kernel_size, strides, padding : int or (int, int)
        Of the first convolution, in pixels; (height, width).
    batch_norm : bool
        Put a batch normalisation between each convolution and its ReLU; the
        convolution then has no bias.
    last_relu : bool
        Whether a ReLU follows the last convolution, as in the paper; if not,
        nor does a batch normalisation.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, H, W) -> (N, widths[-1], H', W').

    Raises
    ------
    TypeError, ValueError
        If `widths` is no sequence or empty, `last_relu` neither True nor
        False, another argument is not an integer (or a pair), one is not
        positive, or `padding` is negative; the message names the value.
    """
    if not isinstance(widths, (tuple, list)):
        raise TypeError(
            f"widths must be a sequence of integers, not {widths!r} "
            f"({type(widths).__name__})"
        )
    if not widths:
        raise ValueError(f"widths must hold at least one, not {widths!r}")
    for i, width in enumerate(widths):
        check_integer(f"widths[{i}]", width)
    check_window("kernel_size", kernel_size)
    check_window("strides", strides)
    check_window("padding", padding, smallest=0)
    check_bool("batch_norm", batch_norm)
    check_bool("last_relu", last_relu)
    blk = nn.HybridSequential()
    for i, width in enumerate(widths):
        window = (1, 1, 0) if i else (kernel_size, strides, padding)
        if last_relu or i < len(widths) - 1:
            add_convolution(blk, width, *window, batch_norm)
        else:
            blk.add(nn.Conv2D(width, *window))
    return blk


def nin_block(num_channels, kernel_size, strides, padding):
    """Return one NiN block: a convolution and two 1x1 convolutions.

    Each of the three is followed by a ReLU. This is the MLPConv layer of the
    paper (section 3.1, equation 2) with all layers equally wide.

    Parameters
    ----------
    num_channels : int
        Output channels of each of the three convolutions.
    kernel_size, strides, padding : int or (int, int)
        Of the first convolution, in pixels.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        (N, C, H, W) -> (N, num_channels, H', W').

    Raises
    ------
    TypeError, ValueError
        If an argument is not an integer (or a pair), is not positive, or
        `padding` is negative; the message names the value.
    """
    check_integer("num_channels", num_channels)
    return mlpconv([num_channels] * 3, kernel_size, strides, padding)
