"""Make MXNet 1.9.1 and d2lzh 1.0.0 work on the Python of today.

Runs when ``nin_utils`` is imported; from then on ``import mxnet`` and
``import d2lzh`` simply work, on Python 3.9 to 3.14 with NumPy 1.26 or 2.x.

What it changes
---------------
environment
    ``OMP_NUM_THREADS`` is set to the number of processors that this
    process may use, unless you have set it or ``MXNET_OMP_MAX_THREADS``.
    Left alone, MXNet uses half of them. Other libraries with OpenMP that
    are imported later read it too.
NumPy
    Nothing, once MXNet is imported. The names that MXNet needs and NumPy
    has dropped exist while MXNet is being imported; from then on only
    MXNet sees them. How NumPy 2 prints numbers is left alone too.
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
    Matplotlib take one. Numbers of NumPy 2 are understood as arguments,
    such as ``kernel_size=tuple(np.array([3, 3]))``. `recordio`, stopping
    early, `nd.moveaxis` and `mxnet.np` no longer fail or warn. Gluon's
    DataLoader forks its workers on Python 3.14, too.
Gluon
    ``gluon.data.vision.FashionMNIST`` and ``MNIST``, and with them
    ``d2lzh.load_data_fashion_mnist``, read the files that `nin_utils.data`
    finds, and raise its `DataError`. Files as Gluon downloads them it reads
    itself, as ever. A ``root`` of your own is looked at first: what it lacks is
    searched for elsewhere, and kept in it if it has to be downloaded; a file in
    it that is damaged, or from another data set, is an error and stays as it
    is. ``$MXNET_GLUON_REPO`` is still the first host, if there is no
    ``$NIN_MIRROR``.
IPython
    ``IPython.display`` gets back its ``set_matplotlib_formats``, which
    d2lzh calls.
"""

import contextlib
import importlib
import importlib.util
import os
import platform
import re
import sys
import warnings
from pathlib import Path

import numpy as np

from .cuda import NO_GPU, preload
from .datasets import mend_datasets
from .mends import mend, old_numpy
from .threads import usable_cpus

_INSTALL = "pip install --no-deps mxnet==1.9.1"
_PLATFORMS = {  # that have a wheel; tried on the first one only.  The one for
    ("Linux", "x86_64"),  # 64-bit ARM lacks a library (libarmpl) and is left out
    ("Darwin", "x86_64"),
}
_LOADING = (
    "libgomp, libquadmath: apt-get install libgomp1 libquadmath0; "
    f"else: {_INSTALL} --force-reinstall"
)


def _remedy(words=f"run: {_INSTALL}"):
    """Return `words` where MXNet 1.9.1 can run, else say where it does."""
    here = platform.system(), platform.machine()
    if here in _PLATFORMS:
        return words
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
    try:
        text = (home / "libinfo.py").read_text(encoding="utf-8")
        version = re.search(r"__version__ = ['\"](.+?)['\"]", text)[1]
    except (OSError, TypeError):  # a mxnet.py of your own, say
        version = "of no known version"
    if version != "1.9.1":
        raise ImportError(
            f"this book needs MXNet 1.9.1, {spec.origin} is MXNet {version}:"
            f" {_remedy()}"
        )
    for name, package in (
        ("distutils", "setuptools"),  # Python 3.12 has dropped it
        ("requests", "requests"),
        ("graphviz", "graphviz"),
    ):
        if importlib.util.find_spec(name) is None:
            # setuptools that pip has just installed brings distutils only now
            with contextlib.suppress(ImportError):
                importlib.import_module(package)
        if importlib.util.find_spec(name) is None:
            raise ImportError(f"MXNet needs {name}: pip install {package}")
    return home


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
    home = _find_mxnet()
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
        os.environ["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS") or str(
            usable_cpus()
        )
    try:
        for_gpus = preload(home)
        with old_numpy(), _no_onnx():
            mxnet = importlib.import_module("mxnet")
    except AttributeError as error:
        raise ImportError(
            f"MXNet does not work with NumPy {np.__version__} ({error}): "
            "pip install 'numpy<2'"
        ) from error
    except (OSError, RuntimeError) as error:
        raise ImportError(
            f"MXNet does not load: {error}\n{_remedy(_LOADING)}"
        ) from error
    if for_gpus and not _num_gpus(mxnet):
        print(NO_GPU, file=sys.stderr)
    return mxnet


def _num_gpus(mxnet):
    try:
        return mxnet.context.num_gpus()
    except mxnet.MXNetError:  # what a driver without a GPU may lead to
        return 0


def _set_matplotlib_formats(*formats, **kwargs):
    """Choose the formats of figures in a notebook, such as "svg"."""
    from IPython import get_ipython

    if get_ipython() is not None:  # elsewhere it would start a shell
        from matplotlib_inline import backend_inline

        backend_inline.set_matplotlib_formats(*formats, **kwargs)


def activate():
    """Make ``import mxnet`` and ``import d2lzh`` work from now on.

    Called by ``import nin_utils``; again does no harm.

    Raises
    ------
    ImportError
        If MXNet cannot be had here; the message says what to do.
    """
    mxnet = _import_mxnet()
    mend(mxnet)
    mend_datasets(mxnet)
    if importlib.util.find_spec("IPython"):
        import IPython.display

        IPython.display.set_matplotlib_formats = _set_matplotlib_formats
