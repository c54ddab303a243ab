"""Load CUDA 11 for MXNet's build for GPUs, in the order that works.

The wheels ``nvidia-*-cu11`` put each library into a folder of its own, where
the loader does not look. What is loaded already it takes, so each one must
come after those it needs; then no ``LD_LIBRARY_PATH`` is necessary.
"""

import ctypes
from pathlib import Path

# Where Linux, Google Colab and WSL 2 keep NVIDIA's driver.
_DRIVER = (
    "libcuda.so.1",
    "/usr/lib64-nvidia/libcuda.so.1",
    "/usr/lib/wsl/lib/libcuda.so.1",
)
_LIBRARIES = (  # folder in the wheel, library, name of the wheel
    ("cuda_runtime", "libcudart.so.11.0", "nvidia-cuda-runtime-cu11"),
    ("cublas", "libcublasLt.so.11", "nvidia-cublas-cu11"),
    ("cublas", "libcublas.so.11", "nvidia-cublas-cu11"),
    ("cufft", "libcufft.so.10", "nvidia-cufft-cu11"),
    ("curand", "libcurand.so.10", "nvidia-curand-cu11"),
    ("cusparse", "libcusparse.so.11", "nvidia-cusparse-cu11"),
    ("cusolver", "libcusolver.so.11", "nvidia-cusolver-cu11"),
    ("cuda_nvrtc", "libnvrtc.so.11.2", "nvidia-cuda-nvrtc-cu11"),
    ("nvtx", "libnvToolsExt.so.1", "nvidia-nvtx-cu11"),
    ("nccl", "libnccl.so.2", "nvidia-nccl-cu11"),
    ("cudnn", "libcudnn.so.8", "nvidia-cudnn-cu11==8.9.6.50"),
)
NO_GPU = "nin_utils: MXNet's build for GPUs finds no GPU here; the CPU does the work."


def is_cuda_build(home):
    """Return whether the MXNet in the folder `home` is one for GPUs."""
    return any(Path(home).parent.glob("mxnet_cu*.dist-info"))


def has_driver(driver=_DRIVER):
    """Load NVIDIA's driver, the first of these; return whether one works."""
    return any(_loads(name) for name in driver)


def preload(home, driver=_DRIVER):
    """Load what MXNet's build for GPUs needs; leave any other build alone.

    Parameters
    ----------
    home : path-like
        The folder of MXNet; the wheels lie beside it, or else the system has
        the libraries.
    driver : sequence of str
        Names of the driver's library, the first that loads is taken.

    Returns
    -------
    bool
        Whether it is a build for GPUs.

    Raises
    ------
    ImportError
        If there is no driver (nothing is loaded then) or a library is
        missing; the message names it and what to install.
    """
    if not is_cuda_build(home):
        return False
    if not has_driver(driver):
        raise ImportError(
            "MXNet's build for GPUs needs NVIDIA's driver, and there is none "
            f"({driver[0]}): install the driver, or the build for CPUs: "
            "pip uninstall -y mxnet-cu117 (or remove its folder from "
            "sys.path), then "
            "pip install --no-deps --force-reinstall mxnet==1.9.1"
        )
    missing = {}
    for folder, library, wheel in _LIBRARIES:
        path = Path(home).parent / "nvidia" / folder / "lib" / library
        if not (path.exists() and _loads(path)) and not _loads(library):
            missing.setdefault(wheel, []).append(library)
    if missing:
        names = ", ".join(name for part in missing.values() for name in part)
        raise ImportError(
            f"MXNet's build for GPUs needs CUDA 11, and {names} cannot be "
            f"loaded: pip install --no-deps {' '.join(missing)}"
        )
    return True


def _loads(library):
    """Load a library for all that come after it; return whether it works."""
    try:
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
