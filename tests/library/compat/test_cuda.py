"""CUDA for MXNet's build for GPUs, with libraries that do nothing.

`test_real_wheels` downloads 2 GB and is run by ``make gpu-stub`` alone.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from nin_utils.compat import cuda

import pytest

from helpers import ROOT
from helpers.stub_libraries import COMPILER, DRIVER, compile_stub

pytestmark = pytest.mark.skipif(
    COMPILER is None or sys.platform != "linux",
    reason="compiles libraries for Linux: apt-get install clang",
)
NEEDS = {  # as in NVIDIA's wheels, whose folders the loader does not know
    "libcublas.so.11": ["libcublasLt.so.11"],
    "libcusolver.so.11": ["libcublas.so.11", "libcusparse.so.11"],
    "libcudnn.so.8": ["libcublas.so.11", "libnvrtc.so.11.2"],
}


@pytest.fixture(scope="module")
def stubs(tmp_path_factory):
    """A folder like site-packages with a driver beside."""
    site = tmp_path_factory.mktemp("cuda") / "site-packages"
    paths = {
        library: site / "nvidia" / folder / "lib" / library
        for folder, library, _ in cuda._LIBRARIES
    }
    for library, path in paths.items():
        needs = NEEDS.get(library, [])
        compile_stub(
            path,
            [function(library)],
            [paths[other] for other in needs],
            [function(other) for other in needs],
        )
    compile_stub(
        site / "mxnet" / "libmxnet.so",
        ["mxnet_stub"],
        paths.values(),
        [function(library) for library in paths],
    )
    compile_stub(site.parent / "libcuda.so.1", DRIVER)
    return site


def function(library):
    return library.split(".")[0] + "_stub"


def preload(site, code="", build="mxnet_cu117", driver="libcuda.so.1"):
    """Preload in a Python of its own, which has not loaded MXNet."""
    for old in site.glob("*.dist-info"):
        old.rmdir()
    (site / f"{build}-1.9.1.dist-info").mkdir()
    program = f"""
import ctypes, importlib.util
spec = importlib.util.spec_from_file_location("_cuda", {cuda.__file__!r})
cuda = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cuda)
{code}
try:
    print(cuda.preload({str(site / "mxnet")!r}, [{str(site.parent)!r} + "/"
        + {driver!r}]))
    ctypes.CDLL({str(site / "mxnet" / "libmxnet.so")!r})
    print(ctypes.CDLL(None).libcudnn_stub())
except (ImportError, OSError) as error:
    print(type(error).__name__, error)
print("loaded:", *sorted({{
    line.split("/")[-1].strip() for line in open("/proc/self/maps")
    if {str(site.parent)!r} in line}}))
"""
    env = {k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_all_are_found_in_their_order(stubs):
    result, answer, loaded = preload(stubs)
    assert result == "True"
    assert answer == "100"  # found by its name alone: loaded globally
    libraries = [library for _, library, _ in cuda._LIBRARIES]
    assert loaded.split()[1:] == sorted(["libcuda.so.1", "libmxnet.so", *libraries])


def test_another_order_fails(stubs):
    """The stubs do need each other: the test above can fail."""
    message, _ = preload(stubs, "cuda._LIBRARIES = tuple(reversed(cuda._LIBRARIES))")
    assert message.startswith("ImportError") and "libcudnn.so.8" in message


@pytest.mark.parametrize(
    ("library", "wheel"),
    [
        ("libcudnn.so.8", "nvidia-cudnn-cu11==8.9.6.50"),
        ("libcurand.so.10", "nvidia-curand-cu11"),
    ],
)
def test_missing_library(stubs, library, wheel):
    path = next(stubs.glob(f"nvidia/*/lib/{library}"))
    hidden = path.rename(path.with_name("hidden"))
    try:
        message, _ = preload(stubs)
    finally:
        hidden.rename(path)
    assert message == (
        f"ImportError MXNet's build for GPUs needs CUDA 11, and {library} "
        f"cannot be loaded: pip install --no-deps {wheel}"
    )


def test_damaged_library(stubs):
    path = next(stubs.glob("nvidia/*/lib/libnccl.so.2"))
    good = path.read_bytes()
    path.write_bytes(good[:100])
    try:
        message, _ = preload(stubs)
    finally:
        path.write_bytes(good)
    assert "libnccl.so.2 cannot be loaded: pip install" in message


def test_without_a_driver_nothing_is_loaded(stubs):
    message, loaded = preload(stubs, driver="libcuda.so.none")
    assert message.startswith(
        "ImportError MXNet's build for GPUs needs NVIDIA's driver"
    )
    assert "pip install --no-deps --force-reinstall mxnet==1.9.1" in message
    assert loaded == "loaded:"


def test_the_build_for_cpus_is_left_alone(stubs):
    """Whatever wheels lie beside it, PyTorch's for example."""
    result, failure, loaded = preload(stubs, build="mxnet")
    assert result == "False"
    assert failure.startswith("OSError libcu")
    assert loaded == "loaded:"


# The real wheels

OTHERS = ["numpy==1.26.4", "setuptools<81", "requests", "graphviz", "tqdm"]
USE = """
import ctypes, os, sys
for driver in sys.argv[1:]:
    ctypes.CDLL(driver, ctypes.RTLD_GLOBAL)
assert "LD_LIBRARY_PATH" not in os.environ
import nin_utils
import mxnet as mx
from nin_utils import models, training
features = mx.runtime.Features()
print(*(features.is_enabled(name) for name in ("CUDA", "CUDNN", "NCCL")))
print(mx.context.num_gpus(), training.try_gpu())
net = models.nin_mnist(pretrained=True)
print(net(mx.nd.ones((2, 1, 28, 28))).shape)
"""
CHECK = f"""
import ctypes, runpy, sys
ctypes.CDLL(sys.argv.pop(), ctypes.RTLD_GLOBAL)
runpy.run_path({str(ROOT / "scripts" / "check_gpu.py")!r}, None, "__main__")
"""


@pytest.fixture
def scratch():
    """A folder of 4 GB that pytest does not keep for three runs."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.gpu_stub
def test_real_wheels(scratch):
    """They resolve with a stub driver, and the CPU does the work."""
    python = scratch / "venv" / "bin" / "python"
    cuda11 = scratch / "cuda11"
    env = {k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"}
    env["PYTHONPATH"] = os.pathsep.join([str(cuda11), str(ROOT)])
    for command in (
        [sys.executable, "-m", "venv", scratch / "venv"],
        [python, "-m", "pip", "install", "-q", *OTHERS],
        [python, "-m", "nin_utils.gpu", "--anyway", cuda11],
    ):
        subprocess.run(command, check=True, timeout=3600, env=env)
    compile_stub(scratch / "libcuda.so.1", DRIVER)

    def use(program, *driver):
        return subprocess.run(
            [python, "-c", program, *driver],
            env=env,
            capture_output=True,
            text=True,
            timeout=600,
        )

    done = use(USE, scratch / "libcuda.so.1")
    assert done.stdout.splitlines() == ["True True True", "0 cpu(0)", "(2, 10)"], (
        done.stderr
    )
    notes = [line for line in done.stderr.splitlines() if "nin_utils" in line]
    assert notes == [cuda.NO_GPU]
    check = use(CHECK, scratch / "libcuda.so.1")
    assert check.returncode == 3, check.stderr
    assert check.stdout.startswith("There is no GPU")
    without = use(USE)
    assert "ImportError: MXNet's build for GPUs needs NVIDIA's driver" in (
        without.stderr
    )
