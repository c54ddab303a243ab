"""nin_utils.data.mnist: made-up digits from all the places MNIST may lie at."""

import os

from nin_utils import data
from nin_utils.data.sets import FASHION_MNIST, MNIST

import numpy as np
import pytest

from helpers.data_files import GOOD, fill, listing, make_up

IMAGES = "train-images-idx3-ubyte.gz"
LABELS = "train-labels-idx1-ubyte.gz"


@pytest.fixture
def digits(places, monkeypatch):
    """Return the files and the arrays of an MNIST of 50 and 20 pictures."""
    return make_up(monkeypatch, MNIST, 50, 20)


def is_right(arrays, train=True, root=None):
    images, labels = data.mnist(train, root)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int32)
    return all(map(np.array_equal, (images, labels), arrays[train]))


@pytest.mark.parametrize("train", [True, False])
def test_folder(digits, tmp_path, train):
    files, arrays = digits
    fill(tmp_path / "digits", files)
    assert is_right(arrays, train, tmp_path / "digits")
    assert is_right(arrays, train, str(tmp_path / "digits"))


@pytest.mark.parametrize(
    "folder", ["cache/nin_utils/mnist", "mxnet/datasets/mnist", "home/.mxnet"]
)
def test_folders_of_this_machine(digits, tmp_path, monkeypatch, folder):
    files, arrays = digits
    if folder.startswith("home"):
        monkeypatch.delenv("MXNET_HOME")
        folder += "/datasets/mnist"
    fill(tmp_path / folder, files)
    assert is_right(arrays)


def test_download_is_kept_in_a_folder_of_its_own(digits, places, host, monkeypatch):
    files, arrays = digits
    monkeypatch.delenv("NIN_MIRROR")
    monkeypatch.setattr(MNIST, "hosts", (places.dead, host.url))
    fill(places.cache)  # Fashion-MNIST's
    host.pages.update(files)
    assert is_right(arrays)
    assert is_right(arrays)
    assert host.asked == [f"/{IMAGES}", f"/{LABELS}"]
    assert listing(places.cache.parent / "mnist") == [IMAGES, LABELS]
    assert (places.cache / IMAGES).read_bytes() == GOOD[IMAGES]


def test_repository_of_gluon_is_the_first_host(digits, host, monkeypatch):
    files, arrays = digits
    host.pages.update(files)
    monkeypatch.delenv("NIN_MIRROR")
    monkeypatch.setenv("MXNET_GLUON_REPO", f"{host.url}/")
    assert is_right(arrays)
    assert host.asked[0] == f"/gluon/dataset/mnist/{IMAGES}"


def in_subfolders(files):
    """Return pages of a host that has a folder for each data set."""

    def page(request):
        parts = request.path.split("/")
        folders = {"mnist": files, "fashion-mnist": GOOD}
        content = folders.get(parts[-2], {}).get(parts[-1])
        request.send_response(200 if content else 404)
        request.end_headers()
        request.wfile.write(content or b"")

    return dict.fromkeys(GOOD, page)


def test_one_mirror_for_both(digits, host, monkeypatch):
    files, arrays = digits
    host.pages.update(in_subfolders(files))
    monkeypatch.setenv("NIN_MIRROR", f"{host.url}/data/")
    assert is_right(arrays)
    assert len(data.fashion_mnist(False)[0]) == 1000


def test_one_folder_for_both(digits, tmp_path, monkeypatch):
    files, arrays = digits
    fill(tmp_path / "all" / "mnist", files)
    fill(tmp_path / "all" / "fashion-mnist")
    monkeypatch.setenv("NIN_DATA", str(tmp_path / "all"))
    assert is_right(arrays)
    assert len(data.fashion_mnist(False)[0]) == 1000
    monkeypatch.setenv("NIN_DATA", str(tmp_path / "all" / "mnist"))
    assert is_right(arrays, train=False)


def test_one_beside_the_other(digits, tmp_path, monkeypatch):
    """Files of the one in the folder, those of the other in a folder of it."""
    files, arrays = digits
    fill(tmp_path / "all")
    fill(tmp_path / "all" / "mnist", files)
    monkeypatch.setenv("NIN_DATA", str(tmp_path / "all"))
    assert is_right(arrays)
    assert len(data.fashion_mnist(False)[0]) == 1000


@pytest.mark.parametrize("by_root", [True, False])
@pytest.mark.parametrize("wanted", [MNIST, FASHION_MNIST], ids=lambda s: s.folder)
def test_the_other_one(digits, places, monkeypatch, wanted, by_root):
    (there,) = (s for s in (MNIST, FASHION_MNIST) if s is not wanted)
    # of equal size, as the real ones are
    files, _ = make_up(monkeypatch, there, 50, 20, seed=1)
    make_up(monkeypatch, wanted, 50, 20, seed=2)
    fill(places.own, files)
    read = data.mnist if wanted is MNIST else data.fashion_mnist
    if not by_root:
        monkeypatch.setenv("NIN_DATA", str(places.own))
    with pytest.raises(data.DataError) as error:
        read(root=places.own if by_root else None)
    assert str(error.value).startswith(
        f"{places.own / IMAGES} holds {there.name}, not {wanted.name}, whose files"
    )
    assert f"put those of {wanted.name} into a folder of their own" in str(error.value)
    assert "NIN_DATA" in str(error.value)
    assert "delete" not in str(error.value)


def test_the_other_one_on_a_mirror(digits, host, monkeypatch):
    files, _ = make_up(monkeypatch, FASHION_MNIST, 50, 20, seed=1)
    host.pages.update(files)
    monkeypatch.setenv("NIN_MIRROR", host.url)
    with pytest.raises(data.DataError) as error:
        data.mnist()
    assert f"{host.url}/{IMAGES} holds Fashion-MNIST, not MNIST" in str(error.value)


def test_no_source(digits, places, monkeypatch):
    with pytest.raises(data.DataError) as error:
        data.load_data_mnist(128)
    for part in (IMAGES, places.dead, "files of MNIST", MNIST.home, "NIN_DATA"):
        assert part in str(error.value)
    assert "subset" not in str(error.value)  # there is none
    monkeypatch.setenv("NIN_DATA", str(places.own))
    with pytest.raises(data.DataError, match="holds neither.*four files of MNIST"):
        data.mnist()


def test_damaged(digits, places):
    files, _ = digits
    fill(places.own, files, **{LABELS: files[LABELS][:-9]})
    with pytest.raises(data.DataError, match="truncated.*replace or delete"):
        data.load_data_mnist(8, root=places.own)
    fill(places.own, files, **{LABELS: b"\0\0\x08\x01\0\0\0\x32" + bytes(50)})
    with pytest.raises(data.DataError, match="is not from MNIST, or is damaged"):
        data.load_data_mnist(8, root=places.own)


def test_batches(digits, places):
    files, arrays = digits
    fill(places.own, files)
    train_iter, test_iter = data.load_data_mnist(16, 32, places.own)
    assert (train_iter.num_examples, test_iter.num_examples) == (50, 20)
    assert [X.shape for X, _ in test_iter] == [(16, 1, 32, 32), (4, 1, 32, 32)]
    expected = data.Batches(*arrays[True], 16, resize=32, shuffle=True)
    passes = []
    for batches in (train_iter, expected):
        np.random.seed(5)
        passes.append([(X.asnumpy(), y.asnumpy()) for X, y in batches])
    for ours, theirs in zip(*passes):
        assert all(map(np.array_equal, ours, theirs))


def test_only_training_pictures_are_augmented(digits, places):
    files, _ = digits
    fill(places.own, files)
    iters = data.load_data_mnist(50, root=places.own, augment=lambda X: X * 0)
    train, test = (next(iter(batches))[0].max().asscalar() for batches in iters)
    assert (train, test) == (0, 1)


def test_bad_arguments():
    with pytest.raises(TypeError, match="train must be True or False, not 'train'"):
        data.mnist("train")
    with pytest.raises(ValueError, match="batch_size must be at least 1, not 0"):
        data.load_data_mnist(0)
    with pytest.raises(ValueError, match="augment must be at least 0, not -1"):
        data.load_data_mnist(1, augment=-1)


def _has_mnist(named):
    return any(
        os.path.exists(os.path.join(named, folder, IMAGES)) for folder in ("", "mnist")
    )


@pytest.mark.skipif(
    not _has_mnist(os.environ.get("NIN_DATA", "")),
    reason="needs the real files: name their folder in NIN_DATA",
)
def test_real_data_is_known():
    (images, labels), (test, test_labels) = map(data.mnist, (True, False))
    assert (images.shape, test.shape) == ((60000, 28, 28), (10000, 28, 28))
    assert labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    # The mean and deviation that PyTorch users know for this data set.
    assert (images / 255).mean() == pytest.approx(0.1307, abs=5e-5)
    assert (images / 255).std() == pytest.approx(0.3081, abs=5e-5)
