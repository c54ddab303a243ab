"""Gluon's `MNIST` and `FashionMNIST` read what `nin_utils.data` finds.

By themselves they know one host and one gzip of each file, by its SHA-1: a
copy with the same content, gzipped elsewhere, they download again.
"""

import contextlib
import functools
from pathlib import Path


def mend_datasets(mxnet):
    """Let both classes look where `nin_utils.data` looks; twice does no harm."""
    mnist = mxnet.gluon.data.vision.MNIST  # FashionMNIST inherits from it
    gluons = getattr(mnist._get_data, "__wrapped__", mnist._get_data)

    @functools.wraps(gluons)
    def _get_data(self):
        from ..data.sets import DATA_SETS  # only now: MXNet comes first

        files = _files(self)
        known = [
            data_set
            for data_set in DATA_SETS
            if data_set.folder == self._namespace
            and all(name.replace(".gz", "") in data_set.files for name, _ in files)
        ]
        if not known or all(_is_gluons(self._root, *file) for file in files):
            return gluons(self)
        images, labels = (_read(known[0], name, self._root) for name, _ in files)
        if mxnet.util.is_np_array():
            array = mxnet.np.array
            self._label = array(labels.astype("int32"), dtype="int32")
        else:
            array = mxnet.nd.array
            self._label = labels.astype("int32")
        self._data = array(images[..., None], dtype=images.dtype)

    mnist._get_data = _get_data


def _files(dataset):
    """Return name and SHA-1 of the two files that Gluon would download."""
    if dataset._train:
        return dataset._train_data, dataset._train_label
    return dataset._test_data, dataset._test_label


def _is_gluons(root, name, sha1):
    """Return whether the file is there as Gluon has left it."""
    from mxnet.gluon.utils import check_sha1

    with contextlib.suppress(OSError):
        return check_sha1(Path(root) / name, sha1)
    return False


def _read(data_set, name, root):
    """Return an array of `nin_utils.data`, from `root` or wherever it is.

    The folder where Gluon keeps what it downloads, its default and d2lzh's, is
    no choice of the reader: it is one of the places where `load` looks.
    """
    from ..data.sources import gluon_folder, load, load_or_keep

    name = name.replace(".gz", "")
    if Path(root) == gluon_folder(data_set):
        return load(data_set, name)
    return load_or_keep(data_set, name, root)
