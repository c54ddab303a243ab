"""What is mended in MXNet 1.9.1 itself, once it is imported."""

import numpy as np

from .numpy_names import NUMPY_2, keep_for_mxnet


def mend(mxnet):
    """Mend an imported MXNet; twice does no harm."""
    keep_for_mxnet(mxnet)
    mxnet.nd.NDArray.__array__ = _to_numpy
    if NUMPY_2:  # the modules that hand arguments over to the core
        for module in (
            mxnet._ctypes.ndarray,
            mxnet._ctypes.symbol,
            mxnet.symbol.symbol,
            mxnet.io.io,
            mxnet.kvstore.base,
        ):
            module.str = _Text


def _to_numpy(self, dtype=None, copy=None):
    """Return the NDArray as a NumPy array, always a copy."""
    if copy is False:
        raise ValueError("an NDArray cannot be seen from NumPy uncopied")
    array = self.asnumpy()
    return array if dtype is None else array.astype(dtype, copy=False)


class _IsString(type):
    """Makes `isinstance(x, _Text)` mean `isinstance(x, str)`."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, str)


class _Text(metaclass=_IsString):
    """`str` as MXNet's core can read it.

    MXNet hands arguments over as text.  NumPy 2 writes ``(np.int64(2),)``
    for what was ``(2,)``, which the core does not understand.
    """

    def __new__(cls, value=""):
        text = str(value)
        if "np." in text and not isinstance(value, str):
            with np.printoptions(legacy="1.25"):
                text = str(value)
        return text
