"""nin_utils.data: the sample, and batches equal to d2lzh's."""

import gzip
import inspect
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import nin_utils  # noqa: F401
from nin_utils import data
from nin_utils.data import batches as _batches
from nin_utils.data import canvas
from nin_utils.data.sets import FASHION_MNIST

import d2lzh as d2l
import numpy as np
import pytest
from mxnet import gluon, init, nd

import make_sample

(_DEBIAN,) = FASHION_MNIST.packaged
SAMPLE = Path(data.__file__).parents[1] / "sample"
needs_debian = pytest.mark.skipif(
    not Path(_DEBIAN).exists(),
    reason="needs the real data: apt-get install dataset-fashion-mnist",
)


@pytest.fixture
def d2lzh_iters(monkeypatch):
    """Return d2lzh's own loader, reading the sample in this process."""

    def dataset(root, train):
        images, labels = data.fashion_mnist(train, subset=True)
        return gluon.data.ArrayDataset(
            nd.array(images[..., None], dtype=np.uint8), labels
        )

    monkeypatch.setattr(gluon.data.vision, "FashionMNIST", dataset)
    monkeypatch.setattr(d2l.utils, "sys", SimpleNamespace(platform="win32"))
    return d2l.load_data_fashion_mnist


def same(ours, theirs):
    X, y = ours
    X2, y2 = theirs
    assert type(X) is type(X2) is nd.NDArray
    assert (X.dtype, X.shape) == (X2.dtype, X2.shape)
    assert (y.dtype, y.shape) == (y2.dtype, y2.shape)
    assert np.array_equal(X.asnumpy(), X2.asnumpy())
    assert np.array_equal(y.asnumpy(), y2.asnumpy())


@pytest.mark.parametrize("resize", [None, 1, 20, 28, 96, 224])
@pytest.mark.parametrize("at_once", [True, False])
def test_equal_to_d2lzh(d2lzh_iters, monkeypatch, resize, at_once):
    if not at_once:
        monkeypatch.setattr(_batches, "_MAX_BYTES", 0)
    theirs = d2lzh_iters(64, resize)
    ours = data.load_data_fashion_mnist(64, resize, subset=True)
    for part in range(2):  # training, test
        assert len(ours[part]) == len(theirs[part])
        batches = []
        for batch_iter in (theirs[part], ours[part]):
            np.random.seed(3)
            batches.append([b for b, _ in zip(batch_iter, range(3))])
        for one, other in zip(*batches):
            same(one, other)


def test_a_whole_pass_is_equal_to_d2lzh(d2lzh_iters):
    np.random.seed(1)
    theirs = list(d2lzh_iters(128)[0])
    np.random.seed(1)
    train_iter, _ = data.load_data_fashion_mnist(128, subset=True)
    ours = list(train_iter)
    assert len(ours) == len(theirs) == len(train_iter) == 47
    assert ours[-1][0].shape == (6000 - 46 * 128, 1, 28, 28)
    for one, other in zip(ours, theirs):
        same(one, other)


def test_same_signature_as_d2lzh():
    ours = inspect.signature(data.load_data_fashion_mnist).parameters
    theirs = inspect.signature(d2l.load_data_fashion_mnist).parameters
    assert list(ours)[: len(theirs)] == list(theirs)


def test_d2lzh_trains_with_it(capsys):
    train_iter, test_iter = data.load_data_fashion_mnist(100, subset=True)
    net = gluon.nn.Dense(10)
    net.initialize(init.Normal(0.01))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    d2l.train_ch5(net, train_iter, test_iter, 100, trainer, d2l.try_gpu(), 1)
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("epoch 1, loss ")
    assert float(line.split("test acc ")[1].split(",")[0]) > 0.5


def test_order():
    train_iter, test_iter = data.load_data_fashion_mnist(1000, subset=True)

    def passes(batch_iter, seed):
        np.random.seed(seed)
        return [np.concatenate([y.asnumpy() for _, y in batch_iter]) for _ in range(2)]

    one, two = passes(train_iter, 0)
    assert not np.array_equal(one, two)
    assert np.bincount(two).tolist() == [600] * 10
    assert np.array_equal([one, two], passes(train_iter, 0))
    assert not np.array_equal(one, passes(train_iter, 1)[0])
    one, two = passes(test_iter, 0)
    assert np.array_equal(one, two)
    assert np.array_equal(one, data.fashion_mnist(False, subset=True)[1])


def test_sizes():
    iters = data.load_data_fashion_mnist(np.int64(7000), subset=True)
    assert [len(i) for i in iters] == [1, 1]
    assert [i.num_examples for i in iters] == [6000, 1000]
    assert [i.batch_size for i in iters] == [7000, 7000]
    ((X, y),) = iters[1]
    assert X.shape == (1000, 1, 28, 28)
    assert (X.min().asscalar(), X.max().asscalar()) == (0, 1)
    assert y.shape == (1000,)


@pytest.mark.parametrize("name", ["batch_size", "resize"])
@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (0, ValueError),
        (-3, ValueError),
        (96.0, TypeError),
        ("96", TypeError),
        (True, TypeError),
        ((96, 96), TypeError),
    ],
)
def test_bad_arguments(name, value, kind):
    with pytest.raises(kind, match=name) as error:
        data.load_data_fashion_mnist(**{"batch_size": 128, "subset": True, name: value})
    assert str(value) in str(error.value)
    images, labels = data.fashion_mnist(False, subset=True)
    options = {"batch_size": 128, name: value}
    with pytest.raises(kind, match=name):
        data.Batches(images, labels, **options)


LABELS, BLACK = np.arange(4), np.zeros((4, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("images", "labels", "kind", "match"),
    [
        (np.zeros((4, 28, 28)), LABELS, TypeError, "uint8, .* not float64"),
        (np.zeros((4, 784), "uint8"), LABELS, ValueError, r"not \(4, 784\)"),
        (BLACK, LABELS[:3], ValueError, "4 images and 3 "),
        (BLACK.tolist(), LABELS, TypeError, "images must be a numpy.ndarray, not list"),
        (BLACK, [0, 1, 2, 3], TypeError, "labels must be a numpy.ndarray, not list"),
        (BLACK, LABELS / 2, TypeError, r"integers, \(N,\), not float64, \(4,\)"),
        (BLACK, LABELS[:, None], TypeError, r"integers, .*, not int64, \(4, 1\)"),
    ],
)
def test_bad_images(images, labels, kind, match):
    with pytest.raises(kind, match=match):
        data.Batches(images, labels, 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda X: _batches.resize_images(X, 4),
        lambda X: canvas.place(X, 10, 8, 0, 0),
        lambda X: next(iter(data.Batches(BLACK, LABELS, 2, augment=lambda _: X))),
    ],
    ids=["resize", "place", "augment"],
)
def test_pixels_are_bytes_everywhere(call):
    """A float in [0, 1] would become a black pixel."""
    with pytest.raises(TypeError, match="images must be uint8, .* not float64"):
        call(np.ones((2, 8, 8, 1)))
    with pytest.raises(ValueError, match=r"\(N, H, W, C\), not \(2, 8, 8\)"):
        call(np.ones((2, 8, 8), np.uint8))
    with pytest.raises(ValueError, match=r"channels first: images\.transpose"):
        call(np.ones((2, 3, 8, 8), np.uint8))


def test_a_size_is_a_positive_integer():
    with pytest.raises(ValueError, match="size must be at least 1, not 0"):
        _batches.resize_images(BLACK[..., None], 0)
    with pytest.raises(TypeError, match="size must be an integer, not '28'"):
        _batches.resize_images(BLACK[..., None], "28")


def test_shuffle_is_yes_or_no():
    images, labels = np.zeros((2, 8, 8), np.uint8), np.zeros(2, int)
    with pytest.raises(TypeError, match="shuffle must be True or False, not 'no'"):
        data.Batches(images, labels, 1, shuffle="no")


def test_bad_augmentation():
    with pytest.raises(ValueError, match="augment must be at least 0, not -1"):
        data.load_data_fashion_mnist(128, subset=True, augment=-1)


# 5,000 pictures of 464 pixels are more than a GiB.
LARGE, SIZE = 5000, 464


@pytest.fixture(scope="module")
def large():
    """Return pictures that are resized batch by batch."""
    images, labels = data.fashion_mnist(subset=True)
    tracemalloc.start()
    try:
        data.Batches(images[:LARGE], labels[:LARGE], 7, resize=SIZE)
        assert tracemalloc.get_traced_memory()[1] < 1 << 28
    finally:
        tracemalloc.stop()
    return images[:LARGE], labels[:LARGE]


@pytest.mark.parametrize("shuffle", [False, True])
def test_resized_batch_by_batch_as_at_once(large, shuffle):
    images, labels = large
    np.random.seed(4)
    order = np.arange(LARGE)
    if shuffle:
        np.random.shuffle(order)
    batches = data.Batches(*large, 7, resize=SIZE, shuffle=shuffle)
    np.random.seed(4)
    for i, batch in zip(range(0, 28, 7), batches):
        part = order[i : i + 7]
        (at_once,) = data.Batches(images[part], labels[part], 7, resize=SIZE)
        same(batch, at_once)


def test_small_sets_are_resized_once():
    images, labels = (part[:9] for part in data.fashion_mnist(subset=True))
    batches = data.Batches(images, labels, 4, resize=20)
    before = [X.asnumpy() for X, _ in batches]
    images[:] = 0  # nothing is read of them any more
    assert all(map(np.array_equal, before, (X.asnumpy() for X, _ in batches)))


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("augment", [2, lambda X: X[:, ::-1]])
def test_pictures_are_augmented_then_resized(augment, shuffle):
    """Of whatever size the set is."""
    images, labels = (part[:50] for part in data.fashion_mnist(subset=True))
    options = {"shuffle": shuffle, "augment": augment}
    passes = []
    for resize in None, 40:
        np.random.seed(6)
        batches = data.Batches(images, labels, 16, resize=resize, **options)
        passes.append(list(batches))
        assert len(passes[-1]) == len(batches) == 4
    for (X, y), batch in zip(*passes):
        X = (X.asnumpy().transpose(0, 2, 3, 1) * 255).round().astype(np.uint8)
        (at_once,) = data.Batches(X[..., 0], y.asnumpy(), 16, resize=40)
        same(batch, at_once)


@pytest.mark.parametrize("resize", [None, 40])
@pytest.mark.parametrize("augment", [None, 2, lambda X: X[:, ::-1]])
def test_pictures_keep_their_labels(augment, resize):
    """Each has one shade of its own, that of its label."""
    labels = np.arange(1, 51, dtype=np.int32)
    images = np.tile(labels[:, None, None], (28, 28)).astype(np.uint8)
    options = {"resize": resize, "augment": augment, "shuffle": True}
    batches = list(data.Batches(images, labels, 16, **options))
    for X, y in batches:
        shades = (X.asnumpy().max(axis=(1, 2, 3)) * 255).round()
        assert np.array_equal(shades, y.asnumpy())
    seen = np.concatenate([y.asnumpy() for _, y in batches])
    assert sorted(seen) == labels.tolist() != seen.tolist()


def test_augmented_pictures_are_mirrored_and_moved():
    image = np.zeros((400, 8, 8), np.uint8)
    image[:, 3, 2] = 200  # one dot, so that every change can be read off
    labels = np.zeros(400, np.int32)
    batches = _batches.Batches(image, labels, 400, augment=1)
    np.random.seed(0)
    X, _ = next(iter(batches))
    seen = np.argwhere(X.asnumpy()[:, 0] > 0)
    assert X.shape == (400, 1, 8, 8)
    assert np.array_equal(seen[:, 0], np.arange(400))  # no dot is lost
    rows, columns = seen[:, 1], seen[:, 2]
    assert sorted(set(rows)) == [2, 3, 4]
    assert sorted(set(columns)) == [1, 2, 3, 4, 5, 6]
    assert 140 < (columns > 3).sum() < 260  # about half are mirrored
    again, _ = next(iter(batches))
    assert (again.asnumpy() != X.asnumpy()).any()


def test_augmentation_spares_the_test_pictures():
    plain = data.load_data_fashion_mnist(1000, subset=True)
    changed = data.load_data_fashion_mnist(1000, subset=True, augment=2)
    first = [next(iter(pair[1]))[0].asnumpy() for pair in (plain, changed)]
    assert np.array_equal(*first)
    np.random.seed(1)
    X = next(iter(plain[0]))[0].asnumpy()
    np.random.seed(1)
    Z = next(iter(changed[0]))[0].asnumpy()
    assert 0.9 < (X != Z).any(axis=(1, 2, 3)).mean() < 1


def test_bad_subset():
    with pytest.raises(ValueError, match="leave out root='here'"):
        data.fashion_mnist(root="here", subset=True)
    with pytest.raises(ValueError, match="leave out root='here'"):
        data.load_data_fashion_mnist(128, root="here", subset=True)
    for name in "subset", "train":
        for value in 100, None, "t10k":
            with pytest.raises(TypeError, match=f"{name} must be True or Fa"):
                data.fashion_mnist(**{name: value})
    with pytest.raises(TypeError, match="subset must be True or False, not 1"):
        data.load_data_fashion_mnist(128, subset=1)
    assert len(data.fashion_mnist(np.False_, subset=np.True_)[0]) == 1000


@pytest.mark.parametrize(("train", "each"), [(True, 600), (False, 100)])
def test_sample(train, each):
    images, labels = data.fashion_mnist(train, subset=True)
    assert (images.dtype, images.shape) == (np.uint8, (10 * each, 28, 28))
    assert (labels.dtype, labels.shape) == (np.int32, (10 * each,))
    assert np.bincount(labels).tolist() == [each] * 10
    # Classes stay mixed: each tenth of the sample holds all of them.
    for tenth in np.split(labels, 10):
        assert np.bincount(tenth, minlength=10).min() >= each / 40
    before = images.copy()
    images[:] = 0  # the caller's own
    assert np.array_equal(data.fashion_mnist(train, subset=True)[0], before)


def test_sample_is_small_and_has_its_licence():
    assert sum(p.stat().st_size for p in SAMPLE.iterdir()) <= 3.5e6
    licence = (SAMPLE / "LICENSE").read_text()
    assert "Copyright (c) 2017 Zalando SE, https://tech.zalando.com" in licence
    assert "Permission is hereby granted, free of charge" in licence


def test_labels():
    assert list(data.LABELS) == d2l.get_fashion_mnist_labels(range(10))


@needs_debian
def test_sample_is_what_the_script_makes(tmp_path, monkeypatch):
    monkeypatch.setenv("NIN_DATA", _DEBIAN)
    make_sample.main(tmp_path)
    made = sorted(p.name for p in tmp_path.iterdir())
    assert made == sorted(p.name for p in SAMPLE.glob("*.gz"))
    for name in made:  # how well zlib compresses depends on its version
        with gzip.open(tmp_path / name) as one, gzip.open(SAMPLE / name) as b:
            assert one.read() == b.read()


@needs_debian
@pytest.mark.parametrize("train", [True, False])
def test_sample_is_real(train):
    images, labels = data.fashion_mnist(train, subset=True)
    real, real_labels = data.fashion_mnist(train, root=_DEBIAN)
    assert real.shape == (60000 if train else 10000, 28, 28)
    assert np.bincount(real_labels).tolist() == [len(real) // 10] * 10
    sample = ((x.tobytes(), y) for x, y in zip(images, labels))
    everything = iter([(x.tobytes(), y) for x, y in zip(real, real_labels)])
    assert all(pair in everything for pair in sample)  # in the same order
