"""Libraries that have names and do nothing, compiled in a moment."""

import shutil
import subprocess

COMPILER = shutil.which("clang") or shutil.which("cc")
CUDA_ERROR_NO_DEVICE = 100
# What libmxnet.so of mxnet-cu117 takes from the driver, and what CUDA's own
# runtime asks it for first.
DRIVER = [
    "cuInit",
    "cuDriverGetVersion",
    "cuDeviceGetCount",
    "cuGetErrorString",
    "cuDeviceGet",
    "cuDevicePrimaryCtxRetain",
    "cuGraphKernelNodeGetParams",
    "cuGraphNodeGetType",
    "cuLaunchKernel",
    "cuModuleGetFunction",
    "cuModuleLoadData",
    "cuModuleLoadDataEx",
    "cuModuleUnload",
]


def compile_stub(path, functions, needs=(), calls=()):
    """Compile a library whose functions all return CUDA_ERROR_NO_DEVICE.

    It is linked to the libraries `needs` by their names alone (it does not
    know where they are) and cannot be loaded without the functions `calls`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    source = [f"int {f}(void) {{return {CUDA_ERROR_NO_DEVICE};}}"
              for f in functions]  # fmt: skip
    source += [f"int {f}(void);" for f in calls]
    source += [f"void *use_{f} = {f};" for f in calls]
    subprocess.run(
        [
            COMPILER,
            "-shared",
            "-fPIC",
            "-Wl,--no-as-needed",
            "-Wl,-z,now",
            f"-Wl,-soname,{path.name}",
            "-xc",
            "-",
            "-o",
            path,
            "-xnone",
            *needs,
        ],
        input="\n".join(source),
        text=True,
        check=True,
    )
