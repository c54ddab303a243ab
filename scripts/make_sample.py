"""Make the sample of Fashion-MNIST that comes with nin_utils.

    python scripts/make_sample.py [folder]

draws 600 training and 100 test images of each class from the real data,
keeps their order, and writes four gzipped IDX files. The same bytes come
out each time.
"""

import argparse
import gzip
import hashlib
from pathlib import Path

from nin_utils import data
from nin_utils.files import replaced

import numpy as np

from booktools.files import ROOT

SEED = 20131216  # the day the paper came out
PER_CLASS = {"train": 600, "t10k": 100}
FOLDER = ROOT / "nin_utils" / "sample"


def choose(labels, per_class, rng):
    """Return sorted indices of `per_class` examples of each class."""
    return np.sort(
        np.concatenate(
            [
                rng.permutation(np.flatnonzero(labels == label))[:per_class]
                for label in range(10)
            ]
        )
    )


def encode(array):
    """Return a uint8 array as IDX."""
    header = np.array([2048 + array.ndim, *array.shape], ">u4")
    return header.tobytes() + array.astype(np.uint8).tobytes()


def main(folder=FOLDER):
    """Write the four files and print the SHA-256 of what they hold."""
    folder = Path(folder)
    rng = np.random.RandomState(SEED)  # its stream is frozen for ever
    for part, per_class in PER_CLASS.items():
        images, labels = data.fashion_mnist(train=part == "train")
        chosen = choose(labels, per_class, rng)
        for name, array in (
            (f"{part}-images-idx3-ubyte", images[chosen]),
            (f"{part}-labels-idx1-ubyte", labels[chosen]),
        ):
            content = encode(array)
            path = folder / f"{name}.gz"
            with replaced(path) as new:
                new.write_bytes(gzip.compress(content, 9, mtime=0))
            digest = hashlib.sha256(content).hexdigest()
            print(f"{path.stat().st_size:9,d} {name} {array.shape} {digest}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=FOLDER)
    main(parser.parse_args().folder)
