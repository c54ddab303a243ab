"""Read and verify the IDX files of Fashion-MNIST.

What counts is the SHA-256 of the *decompressed* content: copies that were
compressed elsewhere, or not at all, are equal.

Source: http://yann.lecun.com/exdb/mnist/ ("File formats") for IDX.
"""

import gzip
import hashlib
import io
import zlib
from typing import NamedTuple

import numpy as np

_KINDS = {2051: "images", 2049: "labels"}  # magic number: what follows


class DataError(OSError):
    """A data file is missing, unreadable or not what its name says."""


class Spec(NamedTuple):
    """What a file must hold."""

    shape: tuple
    sha256: str

    @property
    def num_bytes(self):
        """Size of the decompressed file in bytes."""
        return 4 + 4 * len(self.shape) + int(np.prod(self.shape))


FULL = {
    "train-images-idx3-ubyte": Spec(
        (60000, 28, 28),
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    "train-labels-idx1-ubyte": Spec(
        (60000,), "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
    ),
    "t10k-images-idx3-ubyte": Spec(
        (10000, 28, 28),
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    "t10k-labels-idx1-ubyte": Spec(
        (10000,), "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
    ),
}

SAMPLE = {  # printed by scripts/make_sample.py
    "train-images-idx3-ubyte": Spec(
        (6000, 28, 28),
        "c540186f5633ff483ce2d9dbabce20d0248e6251883a17c50eec6ec96c444b5c",
    ),
    "train-labels-idx1-ubyte": Spec(
        (6000,), "69779412cbff504046383a1e9be8227b64112df81a0e75e5bb22dd54751527f7"
    ),
    "t10k-images-idx3-ubyte": Spec(
        (1000, 28, 28),
        "0ae27104073608a0c1b5f3b5be555bb80e7ffe3961de22c829e18257e0fc24e5",
    ),
    "t10k-labels-idx1-ubyte": Spec(
        (1000,), "9047b35264320d15c6dce901572d9934eb752f464f4bec0450d3758fc6182f70"
    ),
}


def decode(content, spec, where):
    """Return the array that an IDX file holds, or say what is wrong.

    Parameters
    ----------
    content : bytes
        The file, as IDX or as gzipped IDX.
    spec : Spec
        What it must hold.
    where : path-like or str
        Its path or address, for the error message.

    Returns
    -------
    numpy.ndarray
        uint8, of shape ``spec.shape``.

    Raises
    ------
    DataError
        If it holds anything else.
    """
    if content[:2] == b"\x1f\x8b":
        content = _gunzip(content, spec.num_bytes + 1, where)
    start = 4 + 4 * len(spec.shape)
    magic = 2048 + len(spec.shape)
    found = int.from_bytes(content[:4], "big")
    if found in _KINDS and found != magic:
        raise DataError(
            f"{where} holds {_KINDS[found]}, not {_KINDS[magic]} (magic "
            f"number {found}, not {magic}): are two files swapped?"
        )
    if found != magic or len(content) < start:
        raise DataError(f"{where} is not an IDX file: it begins with {content[:16]!r}")
    shape = tuple(np.frombuffer(content, ">u4", len(spec.shape), 4).tolist())
    if shape != spec.shape:
        raise DataError(
            f"{where} promises shape {shape}, not {spec.shape}: are the "
            "training and the test files swapped?"
        )
    if len(content) < spec.num_bytes:
        raise DataError(
            f"{where} is truncated: it holds {len(content)} bytes "
            f"(decompressed) instead of {spec.num_bytes}"
        )
    if len(content) > spec.num_bytes:
        raise DataError(
            f"{where} is too long: it holds more than {spec.num_bytes} bytes "
            "(decompressed)"
        )
    if hashlib.sha256(content).hexdigest() != spec.sha256:
        raise DataError(
            f"{where} is not from Fashion-MNIST, or is damaged: the SHA-256 "
            f"of its decompressed content is not {spec.sha256}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _gunzip(content, limit, where):
    """Decompress at most `limit` bytes."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            return file.read(limit)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{where} is truncated or damaged ({error})") from error
