"""Find and read CIFAR-10: its author's binary files, or images by class.

Nothing is unpacked onto the disk: the batches are read out of the archive in
memory.

Source: https://www.cs.toronto.edu/~kriz/cifar.html ("Binary version").
"""

import hashlib
import io
import os
import tarfile
import zlib
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from .idx import DataError
from .sets import CIFAR10
from .sources import (
    cache_folder,
    download,
    first_found,
    named_folder,
    read_bytes,
    unreadable,
)

CIFAR10_LABELS = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)

_ARCHIVE = "cifar-10-binary.tar.gz"
_ARCHIVE_BYTES = 170_052_171
MD5 = {
    # as its author publishes it
    _ARCHIVE: "c32a1d4ab5d03f1284b67883e8d87530",
    # what is in it, as several projects list it that unpack it
    "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
    "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
    "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
    "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
    "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
    "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
}
_INNER = "cifar-10-batches-bin"  # the folder in the archive
_BATCHES = {
    "train": tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
    "test": ("test_batch.bin",),
}
_PER_CLASS = {"train": 5000, "test": 1000}
_SIDE = 32
_RECORD = 1 + 3 * _SIDE**2  # bytes: the label, then the three planes
_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
COPIES = _ORIGINAL, _JPEG, _PNG = "original", "JPEG files", "PNG files"


def load(train, root=None):
    """Return images, uint8 (N, 32, 32, 3), and labels, int32 (N,).

    Looked for in `root`, else ``$NIN_DATA``, and nowhere else if one of them
    is given; otherwise in the cache, where Gluon puts it, and at last on the
    network.

    Raises
    ------
    DataError
        If no source has it.
    """
    part = "train" if train else "test"
    named = _named(root)
    if named is not None:
        _, read = _in_named(named, part)
        return read()
    found = first_found(CIFAR10, partial(_read_if_there, part=part))
    if found is not None:
        return found
    return download(
        CIFAR10,
        _ARCHIVE,
        cache_folder(CIFAR10),
        limit=_ARCHIVE_BYTES,
        decode=partial(_from_archive, part=part),
        files="it",
    )


def source(root=None):
    """Return which copy `load` reads, as `nin_utils.data.cifar10_source`."""
    named, kinds = _named(root), set()
    for part in _BATCHES:
        if named is not None:
            found = _in_named(named, part)
        else:
            found = first_found(CIFAR10, partial(_find_verified, part=part))
        kinds.add(found[0] if found else _ORIGINAL)
    return ", ".join(sorted(kinds))


def _named(root):
    """Return the folder that the reader has named, or None."""
    return named_folder(CIFAR10) if root is None else Path(root).expanduser()


def _in_named(folder, part):
    """Return what `_find` does, or say what is missing."""
    found = _find(folder, part)
    if found is None:
        names = _BATCHES[part]
        batches = f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0]
        raise DataError(
            f"{folder} holds neither {_ARCHIVE}, nor {batches}, nor a folder "
            f"{part} with images by class: put the archive (from {CIFAR10.home}) "
            "there, or leave out root (and NIN_DATA) to have it found or "
            "downloaded"
        )
    return found


def _read_if_there(folder, part):
    """Return images and labels, or None if `folder` has none."""
    found = _find(folder, part)
    return found and found[1]()


def _find(folder, part):
    """Return what of a part is in a folder: its name, a function that reads it.

    Returns None if there is nothing; nothing is read or verified yet.
    """
    for inner in (folder, folder / _INNER):
        paths = [inner / name for name in _BATCHES[part]]
        if all(map(_is_there, paths)):
            return _ORIGINAL, partial(_from_batches, paths, part)
    archive = folder / _ARCHIVE
    if _is_there(archive):
        return _ORIGINAL, partial(_from_file, archive, part)
    if _is_there(folder / part):
        paths = _images(folder / part, _PER_CLASS[part])
        png = all(path.suffix.lower() == ".png" for of in paths for path in of)
        return _PNG if png else _JPEG, partial(_from_images, paths)
    return None


def _find_verified(folder, part):
    """Do the same, but raise `DataError` where an original is damaged."""
    found = _find(folder, part)
    if found is not None and found[0] == _ORIGINAL:
        found[1]()
    return found


def _is_there(path):
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unreadable(path, error) from error
    return True


def _from_batches(paths, part):
    """Return images and labels from unpacked batches, each verified."""
    batches = []
    for path in paths:
        try:
            batch = _decode(read_bytes(path) or b"", path, part)
            _verify(batch, MD5[path.name], path)
        except DataError as error:
            raise DataError(f"{error}; replace or delete {path}") from error
        batches.append(batch)
    return _arrays(batches)


def _from_file(path, part):
    """Return images and labels from the archive in a folder."""
    try:
        return _from_archive(read_bytes(path) or b"", path, part)
    except DataError as error:
        raise DataError(f"{error}; replace or delete {path}") from error


def _from_archive(content, where, part):
    """Return images and labels from the archive, verified as a whole.

    Parameters
    ----------
    content : bytes
        The archive.
    where : path-like or str
        Its path or address, for the error message.
    part : str
        A key of `_BATCHES`.
    """
    if len(content) < _ARCHIVE_BYTES:
        raise DataError(
            f"{where} is truncated: it holds {len(content)} bytes instead of "
            f"{_ARCHIVE_BYTES}"
        )
    _verify(content, MD5[_ARCHIVE], where)
    members = _members(content, where, part)
    batches = []
    for name in _BATCHES[part]:
        name = f"{_INNER}/{name}"
        if name not in members:
            raise DataError(f"{where} holds no {name}")
        batches.append(_decode(members[name], f"{name} in {where}", part))
    return _arrays(batches)


def _members(content, where, part):
    """Return the batches in the archive, bytes by name."""
    wanted = {f"{_INNER}/{name}" for name in _BATCHES[part]}
    found = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                name = str(PurePosixPath(member.name))
                if name in wanted and member.isreg():
                    found[name] = archive.extractfile(member).read()
                if len(found) == len(wanted):
                    break
    except (EOFError, OSError, tarfile.TarError, zlib.error) as error:
        raise DataError(f"{where} is truncated or damaged ({error})") from error
    return found


def _decode(content, where, part):
    """Return the records of a batch, uint8 (N, 3073), or say what is wrong."""
    count = _PER_CLASS[part] * len(CIFAR10_LABELS) // len(_BATCHES[part])
    if len(content) != count * _RECORD:
        fault = "truncated" if len(content) < count * _RECORD else "too long"
        raise DataError(
            f"{where} is {fault}: it holds {len(content)} bytes instead of "
            f"{count * _RECORD}"
        )
    records = np.frombuffer(content, np.uint8).reshape(count, _RECORD)
    wrong = np.flatnonzero(records[:, 0] >= len(CIFAR10_LABELS))
    if len(wrong):
        raise DataError(
            f"{where} is not from CIFAR-10: its image {wrong[0]} has the label "
            f"{records[wrong[0], 0]}, and labels are 0 to 9"
        )
    return records


def _verify(content, md5, where):
    """Raise a `DataError` unless the content has this MD5."""
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise DataError(
            f"{where} is not from CIFAR-10, or is damaged: its MD5 is not {md5}"
        )


def _arrays(batches):
    """Return images, (N, 32, 32, 3), and labels of batches of records."""
    count = sum(map(len, batches))
    images = np.empty((count, _SIDE, _SIDE, 3), np.uint8)
    labels = np.empty(count, np.int32)
    start = 0
    for records in batches:
        part = slice(start, start + len(records))
        planes = records[:, 1:].reshape(-1, 3, _SIDE, _SIDE)
        images[part] = planes.transpose(0, 2, 3, 1)
        labels[part] = records[:, 0]
        start = part.stop
    return images, labels


def _images(folder, count):
    """Return the paths of the images of each class, in the order of labels.

    Raises
    ------
    DataError
        If a class does not have as many as `count`.
    """
    classes = []
    for label in CIFAR10_LABELS:
        inner = folder / label
        try:
            names = sorted(os.listdir(inner))
        except OSError as error:
            raise DataError(
                f"{inner} cannot be read ({error.strerror}): put the {count} images "
                f"of the class {label} there"
            ) from error
        paths = [inner / name for name in names]
        paths = [path for path in paths if path.suffix.lower() in _FORMATS]
        if len(paths) != count:
            raise DataError(
                f"{inner} holds {len(paths)} images (.jpg, .jpeg or .png), not "
                f"{count}: put all of them there, and no others"
            )
        classes.append(paths)
    return classes


def _from_images(classes):
    """Return images and labels: the first of each class, then the second."""
    shape = len(classes[0]), len(classes)
    images = np.empty((*shape, _SIDE, _SIDE, 3), np.uint8)
    for label, paths in enumerate(classes):
        for i, path in enumerate(paths):
            images[i, label] = _decode_image(path)
    labels = np.tile(np.arange(shape[1], dtype=np.int32), shape[0])
    return images.reshape(-1, *images.shape[2:]), labels


def _decode_image(path):
    """Return an image of one file, uint8 (32, 32, 3), or say what is wrong."""
    from PIL import Image  # comes with matplotlib; not MXNet's old libpng

    content = io.BytesIO(read_bytes(path) or b"")
    kind = _FORMATS[path.suffix.lower()]
    remedy = f"replace {path}"
    pixels = None
    try:
        with Image.open(content, formats=[kind]) as image:
            width, height = image.size
            if width == height == _SIDE:
                pixels = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path} is truncated, damaged or no {kind} file; {remedy}"
        ) from error
    if pixels is None:
        raise DataError(
            f"{path} has {width}×{height} pixels, not {_SIDE}×{_SIDE}; {remedy}"
        )
    return pixels
