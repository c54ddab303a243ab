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
import ctypes
import importlib
import importlib.util
import os
import platform
import re
import sys
import warnings
from pathlib import Path

import numpy as np

from ._threads import usable_cpus

_INSTALL = "pip install --no-deps mxnet==1.9.1"
_PLATFORMS = {("Linux", "x86_64"), ("Darwin", "x86_64")}
_CUDA_LIBRARIES = (
    "cuda_runtime/lib/libcudart.so.11.0",
    "cublas/lib/libcublas.so.11",
    "cufft/lib/libcufft.so.10",
    "curand/lib/libcurand.so.10",
    "cusparse/lib/libcusparse.so.11",
    "cusolver/lib/libcusolver.so.11",
    "cuda_nvrtc/lib/libnvrtc.so.11.2",
    "nvtx/lib/libnvToolsExt.so.1",
    "nccl/lib/libnccl.so.2",
    "cudnn/lib/libcudnn.so.8",
)


def _remedy():
    """Say how to get MXNet 1.9.1 on this platform."""
    here = platform.system(), platform.machine()
    if here in _PLATFORMS:
        return f"run: {_INSTALL}"
    return (
        f"there is none for {' '.join(here)}; use Google Colab or Linux on "
        "x86-64 (WSL 2 on Windows, 'docker run --platform linux/amd64' on "
        "a Mac with Apple silicon)"
    )


def _find_mxnet():
    """Return the folder of MXNet 1.9.1 without importing it."""
    spec = importlib.util.find_spec("mxnet")
    if spec is None or not spec.origin:
        raise ImportError(f"MXNet 1.9.1 is not installed: {_remedy()}")
    home = Path(spec.origin).parent
    text = (home / "libinfo.py").read_text(encoding="utf-8")
    version = re.search(r"__version__ = ['\"](.+?)['\"]", text)[1]
    if version != "1.9.1":
        raise ImportError(
            f"this book needs MXNet 1.9.1, {home} is MXNet {version}: "
            f"{_remedy()}"
        )
    for name, package in (
        ("distutils", "setuptools"),  # Python 3.12 has dropped it
        ("requests", "requests"),
        ("graphviz", "graphviz"),
    ):
        if importlib.util.find_spec(name) is None:
            raise ImportError(f"MXNet needs {name}: pip install {package}")
    return home


def _load_cuda(home):
    """Load CUDA 11 from the nvidia-*-cu11 wheels beside MXNet, if any."""
    for name in _CUDA_LIBRARIES:
        path = home.parent / "nvidia" / name
        if path.exists():
            ctypes.CDLL(str(path))


@contextlib.contextmanager
def _old_numpy():
    """Give NumPy the names back that it has dropped since 1.23."""
    names = dict.fromkeys("mirr msort npv pmt ppmt pv rate".split())
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


def _import_mxnet():
    """Import MXNet, also after an attempt that has failed before."""
    home = _find_mxnet()
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
        _load_cuda(home)
        with _old_numpy():
            return importlib.import_module("mxnet")
    except (OSError, RuntimeError) as error:
        raise ImportError(f"MXNet does not load: {error}\n{_LOADING}") from (
            error
        )


_LOADING = (
    "libgomp, libquadmath: apt-get install libgomp1 libquadmath0; "
    "libcuda: no NVIDIA driver, install mxnet instead of mxnet-cu117; "
    "another libcu* or libn*: install the nvidia-*-cu11 wheels; "
    f"else: {_INSTALL} --force-reinstall"
)


def _to_numpy(self, dtype=None, copy=None):
    """Return the NDArray as a NumPy array, always a copy."""
    if copy is False:
        raise ValueError("an NDArray cannot be seen from NumPy uncopied")
    array = self.asnumpy()
    return array if dtype is None else array.astype(dtype, copy=False)


def _set_matplotlib_formats(*formats, **kwargs):
    """Choose the formats of figures in a notebook, as "svg"."""
    from matplotlib_inline import backend_inline

    backend_inline.set_matplotlib_formats(*formats, **kwargs)


mxnet = sys.modules.get("mxnet") or _import_mxnet()
mxnet.nd.NDArray.__array__ = _to_numpy
if int(np.__version__.split(".")[0]) >= 2:
    np.set_printoptions(legacy="1.25")
if importlib.util.find_spec("matplotlib_inline"):
    import IPython.display

    IPython.display.set_matplotlib_formats = _set_matplotlib_formats
