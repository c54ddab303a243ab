"""Find the files of Fashion-MNIST on this machine, or download them."""

import os
import warnings
from pathlib import Path

from ..files import replaced
from .idx import FULL, DataError, decode

_DEBIAN = "/usr/share/datasets/fashion-mnist"
_HOSTS = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist"
    "/master/data/fashion",
    "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon"
    "/dataset/fashion-mnist",
)
_TIMEOUT = 10, 30  # seconds to connect, between two pieces
_PIECE = 1 << 16  # bytes
_LIMIT = 1 << 26  # bytes; the largest file has 47 MB


def load(name, root=None):
    """Return the array held by one file of the full data set.

    Looked for in `root`, else ``$NIN_DATA``, and nowhere else if one of
    them is given; otherwise in the cache, Debian's dataset-fashion-mnist
    and Gluon's folder, and at last on the network.

    Parameters
    ----------
    name : str
        A key of `FULL`.
    root : path-like, optional
        A folder.

    Returns
    -------
    numpy.ndarray
        uint8.

    Raises
    ------
    DataError
        If no source has it.
    """
    folder = root if root is not None else os.environ.get("NIN_DATA") or None
    if folder is not None:
        found = _from_folder(Path(folder).expanduser(), name)
        if found is None:
            raise DataError(
                f"{folder} holds neither {name}.gz nor {name}: put the four "
                "files of Fashion-MNIST there, or leave out root (and "
                "NIN_DATA) to have them found or downloaded"
            )
        return found
    gluon = os.environ.get("MXNET_HOME") or "~/.mxnet"
    for folder in (
        cache_folder(),
        Path(_DEBIAN),
        Path(gluon).expanduser() / "datasets" / "fashion-mnist",
    ):
        try:
            found = _from_folder(folder, name)
        except DataError as error:
            warnings.warn(
                f"{error}; trying the next source", RuntimeWarning, stacklevel=2
            )
        else:
            if found is not None:
                return found
    return _download(name)


def cache_folder():
    """Return the folder where downloads are kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "nin_utils" / "fashion-mnist"


def _from_folder(folder, name):
    """Return the array, or None if `folder` has no such file."""
    for path in (folder / f"{name}.gz", folder / name):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise DataError(
                f"{path} cannot be read ({error.strerror}): make {folder} "
                "a folder that you may read"
            ) from error
        try:
            return decode(content, FULL[name], path)
        except DataError as error:
            raise DataError(f"{error}; replace or delete {path}") from error
    return None


def _download(name):
    """Download a file, verify it, keep it in the cache."""
    import requests

    mirror = os.environ.get("NIN_MIRROR")
    faults = []
    for host in [mirror] if mirror else _HOSTS:
        url = f"{host.rstrip('/')}/{name}.gz"
        try:
            content = _fetch(url)
            found = decode(content, FULL[name], url)
        except requests.RequestException as error:
            # The cause lies below "Max retries exceeded", if it is there.
            cause = getattr([*error.args, None][0], "reason", None)
            faults.append(f"{url}: {cause or error}")
        except DataError as error:
            faults.append(str(error))
        else:
            _keep(cache_folder() / f"{name}.gz", content)
            return found
    raise DataError(
        f"{name}.gz cannot be downloaded:\n  "
        + "\n  ".join(faults)
        + "\nEither put the four files of Fashion-MNIST (from "
        "https://github.com/zalandoresearch/fashion-mnist) into a folder "
        "and name it in NIN_DATA, or name another host in NIN_MIRROR, or "
        "use subset=True, the sample that comes with this book."
    )


def _fetch(url):
    """Return what `url` sends, showing a progress bar on stderr."""
    import requests
    from tqdm import tqdm

    content = bytearray()
    with requests.get(url, stream=True, timeout=_TIMEOUT) as response:
        response.raise_for_status()
        total = int(response.headers.get("Content-Length") or 0) or None
        with tqdm(
            total=total, desc=url.rsplit("/", 1)[1], unit="B", unit_scale=True
        ) as bar:
            for piece in response.iter_content(_PIECE):
                content += piece
                bar.update(len(piece))
                if len(content) > _LIMIT:
                    raise DataError(f"{url} sends more than {_LIMIT} bytes")
    return bytes(content)


def _keep(path, content):
    """Write a file whole or not at all, whoever else writes it too."""
    try:
        with replaced(path) as part:
            part.write_bytes(content)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}): free some space, "
            "or name another folder in XDG_CACHE_HOME"
        ) from error
