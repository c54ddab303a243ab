"""Checkpoints that are damaged, of another version, or on a full disk."""

import contextlib
import json
import os
import subprocess

from nin_utils import training
from nin_utils.training import checkpoint, checkpoint_file

import mxnet as mx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mxnet import nd

from helpers import small_training as small
from helpers.damage import flip

CTX = mx.cpu()
PAGE = 4096  # bytes, by which a tmpfs counts
BATCHES = small.make_batches(*small.make_data(32))


def fresh():
    net = small.small_net()
    return net, small.make_trainer(net, momentum=0.9)


def train(path, num_epochs=1, **options):
    net, trainer = fresh()
    training.train(
        net,
        BATCHES,
        BATCHES,
        trainer,
        num_epochs,
        seed=4,
        checkpoint=path,
        **options,
    )
    return net, trainer


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "run.params"
    train(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


def cut(content, start, length):
    start %= len(content)
    return content[:start] + content[start + length :]


numbers = st.integers(0, 10**6)
damages = st.one_of(
    st.lists(
        st.tuples(numbers, st.integers(0, 7)), min_size=1, max_size=8
    ).map(lambda places: lambda content: flip(content, places)),
    st.tuples(numbers, st.integers(1, 10**4)).map(
        lambda part: lambda content: cut(content, *part)
    ),
    numbers.map(lambda n: lambda content: content[: n % len(content)]),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(damage=damages)
def test_damaged_checkpoint_is_never_loaded(good, folder, damage):
    content = damage(good)
    path = folder / "run.params"
    path.write_bytes(content)
    net, trainer = fresh()
    net(BATCHES[0][0])
    before = small.values(net)
    if content == good:  # flipped twice
        return
    with pytest.raises(ValueError, match=r"run\.params is not a check"):
        checkpoint.load(path, net, trainer, CTX)
    assert all(map(np.array_equal, small.values(net), before))


def test_every_bit_of_the_end_counts(good, folder):
    path = folder / "end.params"
    for place in range(len(good) - 45, len(good)):
        path.write_bytes(flip(good, [(place, place % 8)]))
        with pytest.raises(ValueError, match="is not a checkpoint"):
            checkpoint.load(path, *fresh(), CTX)


def rewritten(good, folder, sealed=True, **changes):
    """Write the good checkpoint with a changed description."""
    path = folder / "other.params"
    path.write_bytes(good)
    arrays, _ = checkpoint_file.read(path)
    meta = json.loads(arrays["meta"].asnumpy().tobytes())
    text = json.dumps({**meta, **changes}).encode()
    arrays["meta"] = nd.array(np.frombuffer(text, np.uint8), dtype="uint8")
    if sealed:
        checkpoint_file.write(path, arrays)
    else:
        nd.save(str(path), arrays)
    return path


@pytest.mark.parametrize(
    "changes",
    [{"format": "nin_utils.training 3"}, {"mxnet": "1.4.0"}],
    ids=lambda changes: next(iter(changes)),
)
def test_refuses_another_version(good, folder, changes):
    path = rewritten(good, folder, **changes)
    with pytest.raises(
        ValueError,
        match=rf"other\.params is that of another version: .*"
        rf"{next(iter(changes.values()))}.*this is .*training 2' and MXNet "
        r"1\.9\.1\. Resume it with the version that wrote it",
    ):
        train(path, 2, resume=True)


def test_takes_one_from_before_there_were_seals(good, folder):
    path = rewritten(good, folder, False, format="nin_utils.training 1")
    whole, _ = train(folder / "whole.params", 2)
    net, _ = train(path, 2, resume=True)
    assert all(map(np.array_equal, small.values(net), small.values(whole)))


@contextlib.contextmanager
def small_disk(folder, size):
    """Mount a file system of so many bytes."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)],
        capture_output=True,
    )
    if done.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_full_disk(tmp_path, good):
    folder = tmp_path / "disk"
    path = folder / "run.params"
    with small_disk(folder, 64 << 10):
        train(path)
        net, trainer = fresh()
        checkpoint.load(path, net, trainer, CTX)
        filler = open(folder / "filler", "wb", 0)  # noqa: SIM115
        with filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(PAGE))
        old = path.read_bytes()
        for _ in range(-(-len(good) // PAGE)):
            with pytest.raises(
                OSError, match=r"run\.params: .*the previous checkpoint is in"
            ):
                train(path)
            assert path.read_bytes() == old
            assert sorted(os.listdir(folder)) == ["filler", "run.params"]
            size = os.path.getsize(folder / "filler")
            os.truncate(folder / "filler", size - PAGE)
        train(path)  # with room for both it works again


def test_no_space_for_the_last_bytes(tmp_path, monkeypatch):
    path = tmp_path / "run.params"
    train(path)
    old = path.read_bytes()

    def no_space(*args):
        raise OSError(28, os.strerror(28))

    for name in "fsync", "replace":
        with monkeypatch.context() as patch:
            patch.setattr(os, name, no_space)
            with pytest.raises(OSError, match="No space left .*intact"):
                train(path)
        assert path.read_bytes() == old
        assert os.listdir(tmp_path) == ["run.params"]
