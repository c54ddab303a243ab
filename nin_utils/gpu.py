"""Get MXNet's build for GPUs, with what it needs of CUDA 11.

The command::

    python -m nin_utils.gpu [FOLDER] [--anyway]

It goes into a folder of its own, 2.4 GB to download, each file verified by
its checksum. In an environment together with PyTorch's wheels for CUDA 12,
one would overwrite the other's files of the same names. Afterwards, before
``import nin_utils``::

    sys.path.insert(0, "cuda11")

Exit status: 0 if the folder is there, 1 if it could not be made, 3 if there
is no driver (then nothing is installed). Needs no MXNet.
"""

import argparse
import platform
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from .compat.cuda import has_driver, is_cuda_build

LIST = Path(__file__).with_name("gpu.txt")
NO_DRIVER = (
    "nin_utils.gpu: there is no driver by NVIDIA here, so nothing is "
    "installed; MXNet uses the CPU."
)


def install(folder):
    """Install all of it into a folder, or leave the folder as it was.

    Parameters
    ----------
    folder : path-like
        Is made; one that was made before is kept.

    Returns
    -------
    pathlib.Path
        Of the folder.

    Raises
    ------
    RuntimeError
        If this is another system than Linux on x86-64, or pip fails (it has
        said why).
    FileExistsError
        If there is something else of that name, be it an empty folder.
    OSError
        If it cannot be written.
    """
    folder = Path(folder).expanduser().resolve()
    if is_cuda_build(folder / "mxnet"):
        return folder
    if folder.exists():
        raise FileExistsError(
            f"{folder} exists and holds no MXNet: name another folder"
        )
    system = f"{platform.system()} {platform.machine()}"
    if system != "Linux x86_64":
        raise RuntimeError(
            f"MXNet's build for GPUs is for Linux on x86-64, not {system}"
        )
    unfinished = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    unfinished.mkdir(parents=True)
    try:
        pip = [sys.executable, "-m", "pip", "install", "--no-deps"]
        pip += ["--no-cache-dir", "--require-hashes", "--only-binary", ":all:"]
        done = subprocess.run([*pip, "--target", unfinished, "-r", LIST])
        if done.returncode:
            raise RuntimeError(
                f"pip could not install {LIST.name}, see above; try again"
            )
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def main():
    """Read the command line and install."""
    parser = argparse.ArgumentParser(
        prog="python -m nin_utils.gpu",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", default="cuda11")
    parser.add_argument(
        "--anyway",
        action="store_true",
        help="also without a driver, for another machine",
    )
    arguments = parser.parse_args()
    if not (arguments.anyway or has_driver()):
        print(NO_DRIVER)
        raise SystemExit(3)
    try:
        folder = install(arguments.folder)
    except (OSError, RuntimeError) as error:
        raise SystemExit(f"nin_utils.gpu: {error}") from None
    print(f'Before nin_utils: sys.path.insert(0, "{folder}")')


if __name__ == "__main__":
    main()
