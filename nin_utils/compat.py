"""Make MXNet 1.9.1 and d2lzh 1.0.0 work on the Python of today.

Runs when ``nin_utils`` is imported; from then on ``import mxnet`` and
``import d2lzh`` simply work, on Python 3.9 to 3.13 with NumPy 1.26 or 2.x.

What it changes
---------------
environment
    ``OMP_NUM_THREADS`` is set to the number of processors that this
    process may use, unless you have set it or ``MXNET_OMP_MAX_THREADS``.
    Left alone, MXNet uses half of them.
NumPy
    The names that MXNet needs and NumPy has dropped exist only while MXNet
    is being imported. Under NumPy 2 the print option ``legacy`` becomes
    "1.25", because MXNet passes its arguments on as text and does not
    understand ``(np.int64(2),)``.
ONNX
    If ``onnx`` is installed, MXNet would import it along with itself, and
    with it parts of NumPy in which those names would stay. It is kept from
    that; afterwards ``import onnx`` works as ever, and so does
    `nin_utils.export`. MXNet's own ``mxnet.onnx.export_model`` (it takes
    onnx up to 1.18) wants ``onnx`` imported before ``nin_utils``.
CUDA
    For MXNet's build for GPUs, and for that only, the libraries of the
    ``nvidia-*-cu11`` wheels are loaded before it. Where it finds no GPU, one
    line on stderr says so.
MXNet
    ``NDArray`` gets an ``__array__``, so ``np.array(ndarray)`` and
    Matplotlib take one.
IPython
    ``IPython.display`` gets back its ``set_matplotlib_formats``, which
    d2lzh calls.

Raises
------
ImportError
    If MXNet cannot be had here; the message says what to do.
"""

import contextlib
import importlib
import importlib.util
import os
import sys
import warnings

import numpy as np

from ._cuda import NO_GPU, preload
from ._locate import LOADING, find_mxnet
from ._threads import usable_cpus


@contextlib.contextmanager
def _old_numpy():
    """Give NumPy the names back that it has dropped since 1.23."""
    unused = ("mirr", "msort", "npv", "pmt", "ppmt", "pv", "rate")
    names = dict.fromkeys(unused)  # MXNet only passes them on
    names.update(
        bool=np.bool_,
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
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        missing = {k: v for k, v in names.items() if not hasattr(np, k)}
        vars(np).update(missing)
        try:
            yield
        finally:
            for name in missing:
                delattr(np, name)


@contextlib.contextmanager
def _no_onnx():
    """Let `import onnx` fail, as if it were not installed.

    What has already been imported stays there for all to use.
    """
    if "onnx" in sys.modules:
        yield
        return
    sys.modules["onnx"] = None
    try:
        yield
    finally:
        sys.modules.pop("onnx", None)


def _import_mxnet():
    """Import MXNet, also after an attempt that has failed before."""
    home = find_mxnet()
    if "mxnet" in sys.modules:  # NumPy is old, or was patched
        return sys.modules["mxnet"]
    failed = [name for name in sys.modules if name.split(".")[0] == "mxnet"]
    for name in failed:
        del sys.modules[name]
    if failed:
        warnings.warn(
            "an import of mxnet has failed before nin_utils was imported; "
            "restart Python and import nin_utils first, or MXNet may use "
            "only half of the processors",
            RuntimeWarning,
            stacklevel=2,
        )
    if not os.environ.get("MXNET_OMP_MAX_THREADS"):
        os.environ["OMP_NUM_THREADS"] = os.environ.get(
            "OMP_NUM_THREADS"
        ) or str(usable_cpus())
    try:
        for_gpus = preload(home)
        with _old_numpy(), _no_onnx():
            mxnet = importlib.import_module("mxnet")
    except AttributeError as error:
        raise ImportError(
            f"MXNet does not work with NumPy {np.__version__} ({error}): "
            "pip install 'numpy<2'"
        ) from error
    except (OSError, RuntimeError) as error:
        raise ImportError(f"MXNet does not load: {error}\n{LOADING}") from (
            error
        )
    if for_gpus and not _num_gpus(mxnet):
        print(NO_GPU, file=sys.stderr)
    return mxnet


def _num_gpus(mxnet):
    try:
        return mxnet.context.num_gpus()
    except mxnet.MXNetError:  # what a driver without a GPU may lead to
        return 0


def _to_numpy(self, dtype=None, copy=None):
    """Return the NDArray as a NumPy array, always a copy."""
    if copy is False:
        raise ValueError("an NDArray cannot be seen from NumPy uncopied")
    array = self.asnumpy()
    return array if dtype is None else array.astype(dtype, copy=False)


def _set_matplotlib_formats(*formats, **kwargs):
    """Choose the formats of figures in a notebook, such as "svg"."""
    from IPython import get_ipython

    if get_ipython() is not None:  # elsewhere it would start a shell
        from matplotlib_inline import backend_inline

        backend_inline.set_matplotlib_formats(*formats, **kwargs)


mxnet = _import_mxnet()
mxnet.nd.NDArray.__array__ = _to_numpy
if int(np.__version__.split(".")[0]) >= 2:
    np.set_printoptions(legacy="1.25")
if importlib.util.find_spec("IPython"):
    import IPython.display

    IPython.display.set_matplotlib_formats = _set_matplotlib_formats
