"""The networks of the book as ONNX files: the same weights without MXNet.

ONNX is the file format that other frameworks, browsers and telephones read.
"""

import pathlib

from mxnet import nd
from mxnet.gluon import HybridBlock

from ..checks import check_window
from ..files import replaced

__all__ = ["export_onnx"]


def export_onnx(net, path, size=None):
    """Write a network as an ONNX file.

    The file has one input, ``image``, float32 of shape (N, C, H, W), and the
    output ``logits``, one score per class, (N, num_classes). A network with
    global average pooling has a second output ``maps``, what is averaged,
    (N, num_classes, h, w): those of `nin_utils.maps.confidence_maps`. Of
    several such poolings it is the last. Dropout is left out: the file
    predicts.

    Parameters
    ----------
    net : mxnet.gluon.HybridBlock
        Any network of `nin_utils.models`, or one of your own of Conv2D,
        Dense, BatchNorm, Activation, Dropout, Flatten and the 2D poolings.
        It has been initialised and has seen a batch (or was loaded); its
        weights are float32. It is not changed.
    path : str or path-like
        Where to write; replaced only when the new file is complete.
    size : int or (int, int), optional
        (Height, width) of the images in pixels. By default the file takes
        any height and width. Needed where a fully connected layer without
        pooling over the whole map fixes the size (`alexnet`, `lenet`,
        `vgg`).

    Raises
    ------
    TypeError
        If the network is not hybrid, or `size` is no integer.
    ValueError
        If there are no weights yet, a layer cannot be exported (the message
        names it), or `size` is missing or does not fit.
    ImportError
        If the package ``onnx`` is not installed.
    OSError
        If the file cannot be written; what was there before is intact.

    Notes
    -----
    All of it fits opset 17. MXNet's poolings that round up become poolings
    with more padding that round down: ONNX's own ``ceil_mode`` leaves out a
    window that begins in the padding, MXNet does not. Images smaller than
    the network allows are an error in MXNet, but not always in ONNX.
    """
    if not isinstance(net, HybridBlock):
        raise TypeError(
            f"net must be a HybridBlock, not {type(net).__name__}: only a "
            "hybrid network can be exported; build it from "
            "nn.HybridSequential instead of nn.Sequential"
        )
    if size is not None:
        check_window("size", size)
        pair = size if isinstance(size, (tuple, list)) else (size, size)
        size = tuple(map(int, pair))
    model = _assembler()(net, *_weights(net), size)
    _write(pathlib.Path(path).expanduser(), model.SerializeToString(deterministic=True))


def _assembler():
    """Return what makes the model; here, since onnx may be missing."""
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"export_onnx needs the package onnx ({error}): pip install onnx"
        ) from error
    from .model import model

    return model


def _weights(net):
    """Return the parameters by structure, and their names in MXNet."""
    arrays, names = {}, {}
    nd.waitall()  # see nin_utils.equivalence._values
    for name, parameter in net._collect_params_with_prefix().items():
        try:
            array = parameter.list_data()[0].asnumpy()
        except RuntimeError as error:
            raise ValueError(
                f"the network has no {name} yet: call initialize(), then run "
                "one batch through the network, or load its weights"
            ) from error
        if array.dtype != "float32":
            raise ValueError(
                f"{name} is {array.dtype}: only float32 can be exported; "
                "call net.cast('float32')"
            )
        arrays[name] = array
        names.setdefault(parameter.name, name)
    return arrays, names


def _write(path, content):
    """Write a file all at once, in a folder that exists."""
    try:
        path.parent.resolve(strict=True)
        with replaced(path) as part:
            part.write_bytes(content)
    except OSError as error:
        raise OSError(
            f"cannot write {path}: {error.strerror or error}; give a path "
            "in a folder that exists, is writable and has "
            f"{len(content) / 1e6:.1f} MB free"
        ) from error
