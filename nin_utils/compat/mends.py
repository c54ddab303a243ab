"""What is mended in MXNet 1.9.1, and the NumPy it was written for.

MXNet alone sees the names that NumPy has dropped: while it is imported they
are there for all, from then on in a copy of NumPy that its modules get.
"""

import contextlib
import functools
import multiprocessing
import sys
import types
import warnings

import numpy as np

_NUMPY_2 = int(np.__version__.split(".")[0]) >= 2


def _dropped():
    """Return the names that MXNet uses and this NumPy no longer has."""
    unused = ("mirr", "msort", "npv", "pmt", "ppmt", "pv", "rate")
    names = dict.fromkeys(unused)  # MXNet only passes them on
    names.update(
        bool=np.bool_,
        int=int,
        PZERO=0.0,
        NZERO=-0.0,
        Inf=np.inf,
        PINF=np.inf,
        NINF=-np.inf,
        NAN=np.nan,
        NaN=np.nan,
        alltrue=np.all,
        sometrue=np.any,
        product=np.prod,
        round_=np.round,
        in1d=np.isin,
        trapz=getattr(np, "trapezoid", None),
        compat=types.SimpleNamespace(basestring=str),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {k: v for k, v in names.items() if not hasattr(np, k)}


@contextlib.contextmanager
def old_numpy():
    """Give NumPy the names back that it has dropped since 1.23."""
    missing = _dropped()
    vars(np).update(missing)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in missing:
            delattr(np, name)


def mend(mxnet):
    """Mend an imported MXNet; twice does no harm."""
    _keep_names(mxnet)
    _fork_workers(mxnet)
    mxnet.nd.NDArray.__array__ = _to_numpy
    if _NUMPY_2:  # the modules that hand arguments over to the core
        for module in (
            mxnet._ctypes.ndarray,
            mxnet._ctypes.symbol,
            mxnet.symbol.symbol,
            mxnet.io.io,
            mxnet.kvstore.base,
        ):
            module.str = _Text


def _keep_names(mxnet):
    """Let the modules of MXNet see a copy of NumPy that has the names.

    Some are needed long after the import: `numpy.Inf` when training stops
    early, `numpy.bool` when a `mxnet.np.ndarray` is made. Functions and
    types of the copy are those of NumPy itself.

    Parameters
    ----------
    mxnet : module
        Fully imported.
    """
    numpy = _copy(np, **_dropped())
    if _NUMPY_2:  # numpy.core is deprecated there
        numpy.core = types.SimpleNamespace(numeric=np.lib.array_utils)
    copies = {id(np): numpy}
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None:  # its module csr is deprecated
        copies[id(sparse)] = _copy(sparse, csr=sparse)
    for module, name, value in _globals_of_mxnet():
        if id(value) in copies:
            setattr(module, name, copies[id(value)])
    recordio = mxnet.recordio
    recordio.np = _copy(numpy, asarray=_with_tostring(np.asarray))
    if recordio.cv2 is not None:
        encode = _with_tostring(recordio.cv2.imencode)
        recordio.cv2 = _copy(recordio.cv2, imencode=encode)


def _fork_workers(mxnet):
    """Let Gluon's DataLoader fork its workers, which it relies on.

    Started anew, as Python 3.14 does by default, each of them imports MXNet by
    itself, without these mends, fails, and is replaced, for ever.
    """
    fork = multiprocessing.get_context("fork")
    mxnet.gluon.data.dataloader.multiprocessing = _copy(
        multiprocessing, Pool=fork.Pool, Process=fork.Process, get_context=lambda: fork
    )


def _copy(module, **names):
    """Return a module with the names of another one, and more."""
    copy = types.ModuleType(module.__name__, module.__doc__)
    vars(copy).update(vars(module))
    vars(copy).update(names)
    return copy


def _globals_of_mxnet():
    """Return module, name and value of all that is global in MXNet."""
    return [
        (module, name, value)
        for key, module in list(sys.modules.items())
        if key.split(".")[0] == "mxnet"
        for name, value in list(vars(module).items())
    ]


class _OldArray(np.ndarray):
    """An array with the method that NumPy 2.3 has dropped."""

    tostring = np.ndarray.tobytes


def _with_tostring(function):
    """Let a function return arrays that have a method `tostring`."""

    @functools.wraps(function)
    def returning_old_arrays(*args, **kwargs):
        done = function(*args, **kwargs)
        if isinstance(done, tuple):  # of imencode: success, array
            return done[0], done[1].view(_OldArray)
        return done.view(_OldArray)

    return returning_old_arrays


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
