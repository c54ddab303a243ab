"""Photographs that come with this package: see ``nin_utils/photos/README.md``."""

from pathlib import Path

import numpy as np

from ..checks import check_integer
from .photos import CIFAR10_LABELS

FOLDER = Path(__file__).parents[1] / "photos"
SCENES = "taxis", "horse and bird"
HEIGHT = 128  # pixels, of the files


def paths():
    """Return the file of each photograph, by its name, the classes first."""
    found = {}
    for name in (*CIFAR10_LABELS, *SCENES):
        found[name] = FOLDER / f"{name.replace(' ', '_')}.jpg"
        if not found[name].exists():
            raise FileNotFoundError(
                f"{found[name]} is missing: install nin_utils again"
            )
    return found


def photographs(height=32):
    """Return photographs that are free to use, none of them from CIFAR-10.

    Parameters
    ----------
    height : int
        Of the images in pixels, at most 128: they are made smaller, as those
        of CIFAR-10 were.

    Returns
    -------
    dict of str to numpy.ndarray
        uint8, (height, W, 3). First one for each class, under its name in
        `CIFAR10_LABELS` and in their order, square; then "taxis" and "horse
        and bird", twice as wide as high.

    Raises
    ------
    TypeError, ValueError
        If `height` is no integer from 1 to 128.
    FileNotFoundError
        If a file is missing from the package.
    """
    from PIL import Image  # comes with matplotlib; not MXNet's old libpng

    height = check_integer("height", height)
    if height > HEIGHT:
        raise ValueError(f"height must be at most {HEIGHT}, not {height}")
    found = {}
    for name, path in paths().items():
        with Image.open(path) as image:
            size = image.width * height // HEIGHT, height
            small = image.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        found[name] = np.array(small)
    return found
