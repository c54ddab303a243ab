"""What is known of each data set: its files, and where they may be had.

Sources: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747;
Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten
digits", http://yann.lecun.com/exdb/mnist; A. Krizhevsky, "Learning multiple
layers of features from tiny images", University of Toronto, 2009, and
https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import dataclasses
from typing import NamedTuple

import numpy as np

_FILES = (  # both data sets name their files alike
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_GLUON = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon/dataset"


class Spec(NamedTuple):
    """What a file must hold."""

    data_set: str  # its name
    shape: tuple
    sha256: str  # of the decompressed file

    @property
    def num_bytes(self):
        """Size of the decompressed file in bytes."""
        return 4 + 4 * len(self.shape) + int(np.prod(self.shape))


def _specs(data_set, train, test, *sha256):
    """Return the specs of the four files, by their names without ``.gz``."""
    shapes = (train, 28, 28), (train,), (test, 28, 28), (test,)
    specs = (Spec(data_set, *pair) for pair in zip(shapes, sha256))
    return dict(zip(_FILES, specs))


@dataclasses.dataclass
class DataSet:
    """A data set of four gzipped IDX files, or CIFAR-10.

    Attributes
    ----------
    name : str
        As people write it.
    folder : str
        As folders are called that hold it.
    files : dict of str to Spec
        By the name of the file without ``.gz``; empty for CIFAR-10, whose
        files `photos` knows.
    home : str
        Address of the page that offers it to people.
    hosts : tuple of str
        Addresses of folders that hold the files, the best one first.
    packaged : tuple of str
        Folders where packages of a distribution put it.
    sample : dict of str to Spec
        A part of it that comes with this package, as `files`; may be empty.
    """

    name: str
    folder: str
    files: dict
    home: str
    hosts: tuple
    packaged: tuple = ()
    sample: dict = dataclasses.field(default_factory=dict)


FASHION_MNIST = DataSet(
    "Fashion-MNIST",
    "fashion-mnist",
    _specs(
        "Fashion-MNIST",
        60000,
        10000,
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
    home="https://github.com/zalandoresearch/fashion-mnist",
    hosts=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist"
        "/master/data/fashion",
        f"{_GLUON}/fashion-mnist",
    ),
    packaged=("/usr/share/datasets/fashion-mnist",),  # Debian
    sample=_specs(  # printed by scripts/make_sample.py
        "Fashion-MNIST",
        6000,
        1000,
        "c540186f5633ff483ce2d9dbabce20d0248e6251883a17c50eec6ec96c444b5c",
        "69779412cbff504046383a1e9be8227b64112df81a0e75e5bb22dd54751527f7",
        "0ae27104073608a0c1b5f3b5be555bb80e7ffe3961de22c829e18257e0fc24e5",
        "9047b35264320d15c6dce901572d9934eb752f464f4bec0450d3758fc6182f70",
    ),
)

MNIST = DataSet(
    "MNIST",
    "mnist",
    _specs(
        "MNIST",
        60000,
        10000,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    home="http://yann.lecun.com/exdb/mnist",
    hosts=(
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
        f"{_GLUON}/mnist",
        "http://yann.lecun.com/exdb/mnist",
    ),
)

DATA_SETS = (FASHION_MNIST, MNIST)  # those of IDX files

CIFAR10 = DataSet(
    "CIFAR-10",
    "cifar10",
    {},
    home="https://www.cs.toronto.edu/~kriz/cifar.html",
    hosts=("https://www.cs.toronto.edu/~kriz",),
)
