"""Each worker's share of a batch, and what is tested at the end."""

import tracemalloc

from nin_utils import data, models
from nin_utils.data.batches import to_tensors
from nin_utils.distributed import options
from nin_utils.distributed.options import parse
from nin_utils.distributed.shares import Shares
from nin_utils.shapes import smallest_size

import numpy as np
import pytest
from mxnet import init

LITTLE = "--subset --examples 64 --batch-size 16 --parts 2 --seed 5"


@pytest.mark.parametrize("size", [None, 28, 40, 224])
def test_shares_are_parts_of_the_resized_pictures(size):
    """Bit for bit those of a set that was resized as a whole."""
    words = LITTLE + (f" --size {size}" if size else "")
    shares = Shares(parse(words, workers=2))
    images, labels = data.fashion_mnist(subset=True)
    images, labels = images[:64, ..., None], labels[:64]
    if size:
        images = data.resize_images(images, size)
    for step in (0, 3, 4):
        order = np.random.default_rng([5, step // 4]).permutation(64)
        begin = 16 * (step % 4)
        for rank in (0, 1):
            found = list(shares.batch(step, rank, 2))
            assert len(found) == 2
            for i, (X, y) in enumerate(found):
                at = begin + 8 * rank + 4 * i
                part = order[at : at + 4]
                for ours, whole in zip((X, y), to_tensors(images[part], labels[part])):
                    assert ours.dtype == whole.dtype
                    assert np.array_equal(ours.asnumpy(), whole.asnumpy())


def test_large_pictures_are_not_held():
    """All 6,000 of the sample would take 300 MB."""
    tracemalloc.start()
    try:
        shares = Shares(parse("--subset --size 224 --batch-size 64"))
        ((X, _),) = shares.batch(0, 0, 1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert X.shape == (64, 1, 224, 224)
    assert peak < 100e6


@pytest.mark.parametrize(
    "words, message",
    [
        ("--subset --examples 6001", "--examples 6001: there are 6000"),
        ("--subset --batch-size 6001", "6001: there are 6000 images"),
        ("--subset --test-examples 1001", "--test-examples 1001: there are 1000"),
    ],
)
def test_more_than_there_are(words, message):
    with pytest.raises(ValueError, match=message):
        Shares(parse(words))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--net nin", "--net nin needs --size 67 or more, not 28"),
        ("--net lenet --dropout 0.5", "lenet has neither"),
        ("--net lenet --batch-norm", "lenet has neither"),
        ("--dropout 1.5", "--dropout must be .* not 1.5"),
        ("--lr nan", "--lr must be above 0, not nan"),
        ("--momentum -3", "--momentum must be at least 0"),
        ("--wd -1", "--wd must be at least 0"),
    ],
)
def test_options_that_no_network_can_have(words, message):
    with pytest.raises(ValueError, match=f"training options: .*{message}"):
        parse(f"--subset {words}")


@pytest.mark.parametrize("name", options.SMALLEST)
def test_smallest_images(name):
    make = getattr(models, name)
    assert smallest_size(make()) == options.SMALLEST[name]


class Ear:
    """What a launcher hears."""

    def __init__(self):
        self.heard = []

    def send(self, **message):
        self.heard.append(message)


def test_accuracy_is_that_of_the_first_test_pictures():
    words = "--subset --test-examples 250 --size 32"
    net, ear = models.lenet(), Ear()
    net.initialize(init.Xavier())
    found = Shares(parse(words)).accuracy(net, ear)
    X, y = data.fashion_mnist(train=False, subset=True)
    X = data.resize_images(X[:250, ..., None], 32)
    right = net(to_tensors(X, y[:250])[0]).asnumpy().argmax(1) == y[:250]
    assert found == right.sum() / 250
    assert ear.heard == 3 * [{"stage": "testing"}]
