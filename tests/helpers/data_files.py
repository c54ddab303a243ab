"""Files of a data set: the sample's, made-up ones, and folders of them."""

import gzip
import hashlib
from pathlib import Path

from nin_utils import data
from nin_utils.data.sets import FASHION_MNIST, Spec

import numpy as np

from make_sample import encode

_SAMPLE = Path(data.__file__).parents[1] / "sample"
GOOD = {
    f"{name}.gz": (_SAMPLE / f"{name}.gz").read_bytes() for name in FASHION_MNIST.sample
}


def fill(folder, files=GOOD, **changes):
    """Write the four files, some of them changed; None leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**files, **changes}.items():
        if content is not None:
            (folder / name).write_bytes(content)


def listing(folder):
    """Return the names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def make_up(monkeypatch, data_set, train, test, seed=0):
    """Let a few random pictures count as the whole data set.

    Returns
    -------
    files : dict of str to bytes
        The four gzipped IDX files.
    arrays : dict of bool to tuple
        Pictures and labels, by whether they are for training.
    """
    rng = np.random.RandomState(seed)
    files, arrays = {}, {}
    for part, count in (("train", train), ("t10k", test)):
        images = rng.randint(0, 256, size=(count, 28, 28)).astype(np.uint8)
        labels = rng.randint(0, 10, size=count).astype(np.uint8)
        arrays[part == "train"] = images, labels.astype(np.int32)
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            name, content = f"{part}-{kind}-ubyte", encode(array)
            digest = hashlib.sha256(content).hexdigest()
            spec = Spec(data_set.name, array.shape, digest)
            monkeypatch.setitem(data_set.files, name, spec)
            files[f"{name}.gz"] = gzip.compress(content, mtime=0)
    return files, arrays
