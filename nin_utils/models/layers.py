"""A convolution as the networks of the book use it."""

from mxnet.gluon import nn


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
