"""Find MXNet 1.9.1 and the libraries it needs, or say what to do."""

import ctypes
import importlib.util
import platform
import re
from pathlib import Path

_INSTALL = "pip install --no-deps mxnet==1.9.1"
_PLATFORMS = {  # that have a wheel; tried on the first one only
    ("Linux", "x86_64"),
    ("Linux", "aarch64"),
    ("Darwin", "x86_64"),
}
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
LOADING = (
    "libgomp, libquadmath: apt-get install libgomp1 libquadmath0; "
    "libcuda: no NVIDIA driver, install mxnet instead of mxnet-cu117; "
    "another libcu* or libn*: install the nvidia-*-cu11 wheels; "
    f"else: {_INSTALL} --force-reinstall"
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


def find_mxnet():
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
            raise ImportError(f"MXNet needs {name}: pip install {package}")
    return home


def load_cuda(home):
    """Load CUDA 11 from the nvidia-*-cu11 wheels beside MXNet, if any."""
    for name in _CUDA_LIBRARIES:
        path = home.parent / "nvidia" / name
        if path.exists():
            ctypes.CDLL(str(path))
