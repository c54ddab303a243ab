"""Damaged files of Fashion-MNIST: refused by name, or read unharmed."""

import gzip

from nin_utils import data
from nin_utils.data.sets import FASHION_MNIST

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.damage import flip

SAMPLE = FASHION_MNIST.sample
NAMES = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
PACKED = {name: (data._SAMPLE_FOLDER / f"{name}.gz").read_bytes() for name in SAMPLE}
PLAIN = {name: gzip.decompress(PACKED[name]) for name in SAMPLE}
EXPECTED = data.fashion_mnist(train=False, subset=True)

numbers = st.integers(0, 10**7)


def removed(content, start, length):
    start %= len(content)
    return content[:start] + content[start + 1 + length % len(content) :]


def exchanged(content, first, second, length):
    """Let two parts change places."""
    first, second = sorted((first % len(content), second % len(content)))
    length = min(length, second - first, len(content) - second)
    a, b = (content[i : i + length] for i in (first, second))
    return (
        content[:first]
        + b
        + content[first + length : second]
        + a
        + content[second + length :]
    )


many_flips = st.lists(st.tuples(numbers, st.integers(0, 7)), min_size=1, max_size=9)
damages = st.one_of(
    st.tuples(st.just(flip), many_flips),
    # where the header is, of IDX as of gzip
    st.tuples(
        st.just(flip),
        st.lists(
            st.tuples(st.integers(0, 31), st.integers(0, 7)), min_size=1, max_size=3
        ),
    ),
    st.tuples(st.just(removed), numbers, numbers),
    st.tuples(st.just(exchanged), numbers, numbers, st.integers(1, 784)),
    st.tuples(st.just(lambda content, end: content[:end]), numbers),
    st.tuples(st.just(lambda content, more: content + more), st.binary(min_size=1)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name in SAMPLE:
            patch.setitem(FASHION_MNIST.files, name, SAMPLE[name])
        yield tmp_path_factory.mktemp("data")


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    source=st.one_of(st.just(None), st.just(None), st.sampled_from(sorted(SAMPLE))),
    packed=st.booleans(),
    repack=st.booleans(),
    damage=st.none() | damages,
)
def test_damaged_files(folder, name, source, packed, repack, damage):
    """`source` is the file that takes the place of `name`, if any."""
    source = source or name
    content = (PACKED if packed and not repack else PLAIN)[source]
    if damage:
        change, *values = damage
        content = change(content, *values)
    if packed and repack:  # gzip itself then finds nothing wrong
        content = gzip.compress(content, 1)
    for other in NAMES:
        (folder / f"{other}.gz").write_bytes(PACKED[other])
    (folder / f"{name}.gz").write_bytes(content)
    try:
        found = data.fashion_mnist(train=False, root=folder)
    except data.DataError as error:
        assert str(folder / f"{name}.gz") in str(error)
        assert "replace or delete" in str(error)
        refused = True
    else:
        assert all(map(np.array_equal, found, EXPECTED))
        refused = False
    harmless = source == name and (not damage or content == PACKED[name])
    if harmless or source != name:
        assert refused is not harmless
