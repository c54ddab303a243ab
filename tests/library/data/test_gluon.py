"""Gluon's own FashionMNIST and MNIST, and d2lzh's loader, after one import."""

from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import nin_utils  # noqa: F401
from nin_utils import compat, data
from nin_utils.data import sources
from nin_utils.data.sets import FASHION_MNIST, MNIST

import d2lzh as d2l
import mxnet as mx
import numpy as np
import pytest
from mxnet import gluon, nd
from mxnet.gluon.data.vision import datasets

from helpers.data_files import fill, listing, make_up
from helpers.offline import no_network
from helpers.python import output

IMAGES = "train-images-idx3-ubyte.gz"
LABELS = "train-labels-idx1-ubyte.gz"
CLASSES = {"fashion-mnist": datasets.FashionMNIST, "mnist": datasets.MNIST}
BOTH = pytest.mark.parametrize("which", [FASHION_MNIST, MNIST], ids=lambda s: s.folder)


@pytest.fixture
def small(places, monkeypatch):
    """Return files and arrays of both data sets, by the names of folders."""
    return {
        which.folder: make_up(monkeypatch, which, 50, 20, seed)
        for seed, which in enumerate((FASHION_MNIST, MNIST))
    }


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """Return the addresses that something wanted; none is reached."""
    return no_network(monkeypatch)


def gluons_own(monkeypatch, cls, **kwargs):
    """Return what the class of Gluon makes by itself of the files in root."""
    with monkeypatch.context() as patch:
        original = datasets.MNIST._get_data.__wrapped__
        patch.setattr(datasets.MNIST, "_get_data", original)
        patch.setattr(
            datasets,
            "download",
            lambda url, path, sha1_hash: str(Path(path, url.rsplit("/", 1)[1])),
        )
        return cls(**kwargs)


def is_right(dataset, arrays):
    images, labels = arrays[dataset._train]
    return np.array_equal(dataset._data.asnumpy()[..., 0], images) and np.array_equal(
        dataset._label, labels
    )


@BOTH
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("np_array", [False, True])
def test_the_same_as_gluons_own(small, places, monkeypatch, which, train, np_array):
    files, arrays = small[which.folder]
    fill(places.own, files)
    kwargs = {"root": str(places.own), "train": train, "transform": lambda X, y: (y, X)}
    with mx.util.np_array(np_array):
        theirs = gluons_own(monkeypatch, CLASSES[which.folder], **kwargs)
        ours = CLASSES[which.folder](**kwargs)
        assert len(ours) == len(theirs) == (50 if train else 20)
        pairs = [(ours._data, theirs._data), (ours._label, theirs._label)]
        for dataset_pair in ((ours[3], theirs[3]), (ours[2:7], theirs[2:7])):
            pairs += zip(*dataset_pair)
        for one, other in pairs:
            assert type(one) is type(other)
            assert (one.dtype, one.shape) == (other.dtype, other.shape)
            assert np.array_equal(nd_to_numpy(one), nd_to_numpy(other))
    kind = mx.np.ndarray if np_array else nd.NDArray
    assert type(ours._data) is kind
    assert ours._data.shape[1:] == (28, 28, 1)
    assert vars(ours).keys() == vars(theirs).keys()
    plain = vars(ours).keys() - {"_data", "_label"}
    assert all(vars(ours)[name] == vars(theirs)[name] for name in plain)


def nd_to_numpy(array):
    return array.asnumpy() if isinstance(array, nd.NDArray) else np.asarray(array)


@BOTH
@pytest.mark.parametrize("place", ["NIN_DATA", "cache", "gluon", "debian"])
@pytest.mark.parametrize("root", ["home", "gluon", "own"])
def test_found_wherever_data_finds_it(
    small, places, monkeypatch, asked, which, place, root
):
    """Whatever root is named: d2lzh's, Gluon's, or one's own."""
    files, arrays = small[which.folder]
    folders = {
        "NIN_DATA": places.own.with_name("data") / which.folder,
        "cache": places.cache.with_name(which.folder),
        "gluon": places.gluon.with_name(which.folder),
        "debian": places.debian,
    }
    fill(folders[place], files)
    monkeypatch.setattr(which, "packaged", (str(places.debian),))
    if place == "NIN_DATA":
        monkeypatch.setenv("NIN_DATA", str(folders[place].parent))
    root = getattr(places, root).with_name(which.folder)
    assert is_right(CLASSES[which.folder](root=str(root)), arrays)
    assert not asked


def test_no_root_is_named_by_the_defaults(places):
    """Neither by Gluon's nor by d2lzh's: a damaged file there is passed over."""
    fill(places.cache)
    fill(places.home, **{IMAGES: b"damaged"})
    printed = output(
        "import nin_utils, d2lzh, sys\n"
        "from nin_utils.data.sets import FASHION_MNIST\n"
        "from mxnet.gluon.data.vision import FashionMNIST\n"
        "FASHION_MNIST.files.update(FASHION_MNIST.sample)\n"
        "print(len(FashionMNIST()), len(FashionMNIST(train=False)),\n"
        "      *map(len, d2lzh.load_data_fashion_mnist(1000)))",
        MXNET_HOME=str(places.home.parent.parent),
    )
    assert printed == "6000 1000 6 1"
    assert (places.home / IMAGES).read_bytes() == b"damaged"


def test_root_of_d2lzh_when_gluon_keeps_its_files_elsewhere(small, places):
    files, arrays = small["fashion-mnist"]
    fill(places.home, files)
    assert is_right(datasets.FashionMNIST(str(places.home)), arrays)


@pytest.mark.parametrize("own", [False, True], ids=["default", "root"])
def test_download(small, places, host, monkeypatch, own):
    files, arrays = small["fashion-mnist"]
    host.pages.update(files)
    monkeypatch.setenv("NIN_MIRROR", host.url)
    root = places.own if own else places.gluon
    for _ in range(2):
        assert is_right(datasets.FashionMNIST(str(root)), arrays)
    assert host.asked == [f"/{IMAGES}", f"/{LABELS}"]
    assert listing(places.own if own else places.cache) == [IMAGES, LABELS]
    assert places.cache.exists() is not own
    assert own or not listing(root)


def test_download_that_cannot_be_kept(small, places, host, monkeypatch):
    host.pages.update(small["fashion-mnist"][0])
    monkeypatch.setenv("NIN_MIRROR", host.url)

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sources, "replaced", full)
    match = r"own/train-images.*No space left.*name another folder as root"
    with pytest.raises(data.DataError, match=match):
        datasets.FashionMNIST(str(places.own))


def test_own_root_comes_first_and_may_lack_files(small, places, monkeypatch, asked):
    files, arrays = small["fashion-mnist"]
    looked = []
    real = sources._from_folder
    monkeypatch.setattr(
        sources,
        "_from_folder",
        lambda folder, *what: looked.append(folder) or real(folder, *what),
    )
    monkeypatch.setenv("NIN_DATA", str(places.debian))
    fill(places.debian, files)
    fill(places.own, files, **{LABELS: None})
    assert is_right(datasets.FashionMNIST(str(places.own)), arrays)
    assert looked == [places.own, places.own, places.debian]
    assert LABELS not in listing(places.own)  # there is a good one
    assert not asked


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"<!DOCTYPE html>", "is not an IDX file.*replace or delete"),
        ("cut", "truncated.*replace or delete"),
        ("mnist", "holds MNIST, not Fashion-MNIST.*folder of their own"),
    ],
    ids=["page", "cut", "other data set"],
)
def test_bad_file_in_own_root_is_named_and_stays(small, places, content, match):
    files, _ = small["fashion-mnist"]
    fill(places.debian, files)
    content = {"cut": files[IMAGES][:-99], "mnist": small["mnist"][0][IMAGES]}.get(
        content, content
    )
    fill(places.own, files, **{IMAGES: content})
    with pytest.raises(data.DataError, match=match) as error:
        datasets.FashionMNIST(str(places.own))
    assert str(places.own / IMAGES) in str(error.value)
    assert (places.own / IMAGES).read_bytes() == content


def test_bad_file_in_gluons_folder_is_skipped(small, places, host, monkeypatch):
    files, arrays = small["fashion-mnist"]
    host.pages.update(files)
    monkeypatch.setenv("NIN_MIRROR", host.url)
    fill(places.gluon, files, **{IMAGES: b"damaged"})
    with pytest.warns(RuntimeWarning, match="damaged.*trying the next source"):
        assert is_right(datasets.FashionMNIST(str(places.gluon)), arrays)
    assert (places.gluon / IMAGES).read_bytes() == b"damaged"
    assert listing(places.cache) == [IMAGES]


def test_files_as_gluon_left_them_are_read_by_gluon(small, places, monkeypatch):
    files, arrays = small["fashion-mnist"]
    fill(places.own, files)
    monkeypatch.setattr(gluon.utils, "check_sha1", lambda path, sha1: True)
    monkeypatch.setattr(sources, "_from_folder", None)  # not called
    assert is_right(datasets.FashionMNIST(str(places.own)), arrays)


@pytest.mark.parametrize("which", ["fashion-mnist", "mnist"])
def test_no_source(small, places, which):
    with pytest.raises(data.DataError) as error:
        CLASSES[which](str(places.own), train=False)
    for part in ("t10k-images-idx3-ubyte.gz", places.dead, "NIN_DATA", "NIN_MIRROR"):
        assert part in str(error.value)


def test_root_that_may_not_be_read(small, places, monkeypatch):
    fill(places.own, small["fashion-mnist"][0])

    def forbidden(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(data.DataError, match="Permission denied.*you may read"):
        datasets.FashionMNIST(str(places.own))


class Marked(datasets.FashionMNIST):
    """A class of a reader's own."""

    def __init__(self, root, train=True):
        super().__init__(root, train)
        self.mark = "mine"

    def __getitem__(self, idx):
        return (*super().__getitem__(idx), self.mark)


class Other(datasets.MNIST):
    """Another data set, made of Gluon's class."""

    def __init__(self, root):
        self._train = True
        self._train_data = (IMAGES, "0" * 40)
        self._train_label = (LABELS, "0" * 40)
        self._namespace = "kmnist"
        super(datasets.MNIST, self).__init__(root, None)


def test_subclass(small, places):
    files, arrays = small["fashion-mnist"]
    fill(places.own, files)
    dataset = Marked(str(places.own))
    assert is_right(dataset, arrays)
    assert dataset[4][1:] == (arrays[True][1][4], "mine")


def test_subclass_for_another_data_set_is_left_to_gluon(small, places, monkeypatch):
    asked_for = []

    def download(url, path, sha1_hash):
        asked_for.append((url.split("gluon/")[1], sha1_hash))
        return str(Path(path, url.rsplit("/", 1)[1]))

    monkeypatch.setattr(datasets, "download", download)
    fill(places.own, small["mnist"][0])
    assert len(Other(str(places.own))) == 50
    assert asked_for[0] == (f"dataset/kmnist/{IMAGES}", "0" * 40)


def test_other_processes_take_it(small, places):
    files, arrays = small["fashion-mnist"]
    fill(places.own, files)
    dataset = Marked(str(places.own), train=False)
    copy = ForkingPickler.loads(ForkingPickler.dumps(dataset))
    assert is_right(copy, arrays) and copy.mark == "mine"


@pytest.mark.parametrize("thread_pool", [False, True])
@pytest.mark.parametrize("np_array", [False, True])
def test_data_loader_with_workers(small, places, np_array, thread_pool):
    files, (images, labels) = small["mnist"][0], small["mnist"][1][True]
    fill(places.own, files)
    with mx.util.np_shape(np_array), mx.util.np_array(np_array):
        dataset = datasets.MNIST(str(places.own))
        loader = gluon.data.DataLoader(
            dataset, 16, num_workers=4, thread_pool=thread_pool
        )
        batches = [(nd_to_numpy(X), nd_to_numpy(y)) for X, y in loader]
    X, y = map(np.concatenate, zip(*batches))
    assert np.array_equal(X[..., 0], images) and np.array_equal(y, labels)


@pytest.mark.parametrize("resize", [None, 96])
def test_d2lzh_with_its_workers(small, places, asked, resize):
    """The same batches in the same order as `nin_utils.data`."""
    fill(places.debian, small["fashion-mnist"][0])
    theirs = d2l.load_data_fashion_mnist(16, resize)
    ours = data.load_data_fashion_mnist(16, resize)
    for part in range(2):  # training, test
        assert theirs[part]._num_workers == 4
        passes = []
        for batches in (theirs[part], ours[part]):
            np.random.seed(7)
            passes.append([(X.asnumpy(), y.asnumpy()) for X, y in batches])
        assert len(passes[0]) == len(passes[1]) == (4, 2)[part]
        for one, other in zip(*passes):
            assert all(map(np.array_equal, one, other))
    assert not asked


def test_mending_twice_changes_nothing(small, places):
    before = datasets.MNIST._get_data.__wrapped__
    compat.activate()
    assert datasets.MNIST._get_data.__wrapped__ is before
    assert not hasattr(before, "__wrapped__")
    assert "_get_data" not in vars(datasets.FashionMNIST)


@pytest.mark.skipif(
    not Path(*FASHION_MNIST.packaged).exists(),
    reason="needs the real data: apt-get install dataset-fashion-mnist",
)
def test_d2lzh_with_the_real_data(monkeypatch, tmp_path, asked):
    for name in ("NIN_DATA", "NIN_MIRROR", "MXNET_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    train_iter, test_iter = d2l.load_data_fashion_mnist(128)
    assert (len(train_iter), len(test_iter)) == (469, 79)
    X, y = next(iter(test_iter))
    images, labels = data.fashion_mnist(train=False)
    assert np.array_equal((X.asnumpy()[:, 0] * 255).round(), images[:128])
    assert np.array_equal(y.asnumpy(), labels[:128])
    assert not asked
