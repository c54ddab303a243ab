"""Find the files of a data set on this machine, or download them."""

import os
import warnings
from pathlib import Path

from ..files import replaced
from .idx import DataError, OtherDataSet, decode
from .sets import DATA_SETS

_TIMEOUT = 10, 30  # seconds to connect, between two pieces
_CERTIFICATE = (
    " (if your network replaces certificates, set REQUESTS_CA_BUNDLE to a file "
    "with all that you trust, its root certificate included)"
)
_PIECE = 1 << 16  # bytes
_LIMIT = 1 << 26  # bytes; the largest file has 47 MB


def load(data_set, name, root=None):
    """Return the array held by one file of the whole data set.

    Looked for in `root`, else ``$NIN_DATA``, and nowhere else if one of
    them is given; otherwise in the cache, where a distribution's package and
    where Gluon put it, and at last on the network.

    Parameters
    ----------
    data_set : DataSet
        As in `sets`.
    name : str
        A key of ``data_set.files``.
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
    if root is not None:
        return _from_named(Path(root).expanduser(), data_set, name)
    return _search(data_set, name, cache_folder(data_set))


def load_or_keep(data_set, name, root):
    """Return the same as `load`, with a `root` that may lack the file.

    It is looked for there first, then wherever `load` looks without a root;
    a download is kept there. What is there is never replaced.
    """
    found = _from_folder(Path(root), data_set, name)
    return _search(data_set, name, Path(root)) if found is None else found


def cache_folder(data_set):
    """Return the folder where downloads are kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "nin_utils" / data_set.folder


def gluon_folder(data_set):
    """Return the folder where Gluon keeps its downloads."""
    home = os.environ.get("MXNET_HOME") or "~/.mxnet"
    return Path(home).expanduser() / "datasets" / data_set.folder


def _search(data_set, name, keep):
    """Look everywhere; keep a download in the folder `keep`."""
    named = named_folder(data_set)
    if named is not None:
        return _from_named(named, data_set, name)
    found = first_found(data_set, lambda folder: _from_folder(folder, data_set, name))
    return _download(data_set, name, keep) if found is None else found


def named_folder(data_set):
    """Return the folder of the data set that ``$NIN_DATA`` names, or None."""
    named = os.environ.get("NIN_DATA")
    if not named:
        return None
    named = Path(named).expanduser()
    own = named / data_set.folder
    return own if os.path.isdir(own) else named


def first_found(data_set, read):
    """Return what ``read(folder)`` finds first on this machine, or None.

    A bad copy, a `DataError`, is skipped with a warning.
    """
    for folder in (
        cache_folder(data_set),
        *map(Path, data_set.packaged),
        gluon_folder(data_set),
    ):
        try:
            found = read(folder)
        except DataError as error:
            warnings.warn(
                f"{error}; trying the next source", RuntimeWarning, stacklevel=3
            )
        else:
            if found is not None:
                return found
    return None


def _from_named(folder, data_set, name):
    """Return the array from a folder that the reader has named."""
    found = _from_folder(folder, data_set, name)
    if found is None:
        raise DataError(
            f"{folder} holds neither {name}.gz nor {name}: put the four "
            f"files of {data_set.name} there, or leave out root (and "
            "NIN_DATA) to have them found or downloaded"
        )
    return found


def _from_folder(folder, data_set, name):
    """Return the array, or None if `folder` has no such file."""
    for path in (folder / f"{name}.gz", folder / name):
        content = read_bytes(path)
        if content is None:
            continue
        try:
            return decode(content, data_set.files[name], path)
        except OtherDataSet as error:
            raise DataError(
                f"{error}: put those of {data_set.name} into a folder of their "
                "own (NIN_DATA may name one that holds folders fashion-mnist "
                "and mnist)"
            ) from error
        except DataError as error:
            raise DataError(f"{error}; replace or delete {path}") from error
    return None


def read_bytes(path):
    """Return the content of a file, or None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path, error):
    """Return the `DataError` of a file that is there and cannot be read."""
    return DataError(
        f"{path} cannot be read ({error.strerror}): make it a file, in a "
        "folder, that you may read"
    )


def _download(data_set, name, keep):
    """Download one of the four files."""
    sample = (
        ", or use subset=True of nin_utils.data, the sample that comes with this book"
    )
    return download(
        data_set,
        f"{name}.gz",
        keep,
        limit=_LIMIT,
        decode=lambda content, url: decode(content, data_set.files[name], url),
        files=f"the four files of {data_set.name}",
        remedy=sample if data_set.sample else "",
    )


def download(data_set, file, keep, *, limit, decode, files, remedy=""):
    """Download a file, verify it, keep it in a folder.

    Parameters
    ----------
    data_set : DataSet
        As in `sets`.
    file : str
        Its name on the host and in the folder.
    keep : pathlib.Path
        The folder.
    limit : int
        The most bytes that a host may send.
    decode : callable
        Gets the content and its address; raises a `DataError` if it is wrong.
    files, remedy : str
        For the error message: what to put into a folder instead, and what
        else helps.

    Returns
    -------
    object
        What `decode` returns.

    Raises
    ------
    DataError
        If no host has it, or it cannot be written.
    """
    faults = []
    for host in _hosts(data_set):
        url = f"{host}/{file}"
        try:
            content = _fetch(url, limit)
            found = decode(content, url)
        except DataError as error:
            faults.append(str(error))
        except OSError as error:  # what requests raises is one
            # The cause lies below "Max retries exceeded", if it is there.
            cause = getattr([*error.args, None][0], "reason", None)
            faults.append(f"{url}: {cause or error}")
            if "CERTIFICATE_VERIFY_FAILED" in faults[-1]:
                faults[-1] += _CERTIFICATE
        else:
            _keep(keep / file, content, keep == cache_folder(data_set))
            return found
    raise DataError(
        f"{file} cannot be downloaded:\n  "
        + "\n  ".join(faults)
        + f"\nEither put {files} (from "
        f"{data_set.home}) into a folder and name it in NIN_DATA, or name "
        f"another host in NIN_MIRROR{remedy}."
    )


def _hosts(data_set):
    """Return the addresses of folders that may hold the data set."""
    mirror = os.environ.get("NIN_MIRROR")
    if mirror:
        mirror = mirror.rstrip("/")
        return mirror, f"{mirror}/{data_set.folder}"
    gluon = os.environ.get("MXNET_GLUON_REPO")
    if gluon and data_set in DATA_SETS:  # it packs CIFAR-10 otherwise
        own = f"{gluon.rstrip('/')}/gluon/dataset/{data_set.folder}"
        return own, *data_set.hosts
    return data_set.hosts


def _fetch(url, limit):
    """Return what `url` sends, showing a progress bar on stderr."""
    import requests
    from tqdm import tqdm

    content = bytearray()
    with requests.get(url, stream=True, timeout=_TIMEOUT) as response:
        response.raise_for_status()
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None  # for the bar only
        with tqdm(
            total=total, desc=url.rsplit("/", 1)[1], unit="B", unit_scale=True
        ) as bar:
            for piece in response.iter_content(_PIECE):
                content += piece
                bar.update(len(piece))
                if len(content) > limit:
                    raise DataError(f"{url} sends more than {limit} bytes")
    return bytes(content)


def _keep(path, content, in_cache):
    """Write a file whole or not at all, whoever else writes it too."""
    try:
        with replaced(path) as part:
            part.write_bytes(content)
    except OSError as error:
        other = "in XDG_CACHE_HOME" if in_cache else "as root"
        raise DataError(
            f"{path} cannot be written ({error.strerror}): free some space, "
            f"or name another folder {other}"
        ) from error
