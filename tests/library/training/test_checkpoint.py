"""Checkpoints that are damaged, of another version, or on a full disk."""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import zipfile

from nin_utils import training
from nin_utils.training import checkpoint

import mxnet as mx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mxnet import nd
from mxnet.gluon import nn

from helpers import small_training as small
from helpers.damage import flip

CTX = mx.cpu()
PAGE = 4096  # bytes, by which a tmpfs counts
BATCHES = small.make_batches(*small.make_data(32))


def fresh():
    net = small.small_net()
    net(BATCHES[0][0])
    return net, small.make_trainer(net, momentum=0.9)


def train(path, num_epochs=1, seed=4, **options):
    net = small.small_net()
    trainer = small.make_trainer(net, momentum=0.9)
    training.train(
        net,
        BATCHES,
        BATCHES,
        trainer,
        num_epochs,
        seed=seed,
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
    st.lists(st.tuples(numbers, st.integers(0, 7)), min_size=1, max_size=8).map(
        lambda places: lambda content: flip(content, places)
    ),
    st.tuples(numbers, st.integers(1, 10**4)).map(
        lambda part: lambda content: cut(content, *part)
    ),
    numbers.map(lambda n: lambda content: content[: n % len(content)]),
)


def facts_of(path, make=fresh):
    """Load a file; return all that it brings, as bytes and numbers."""
    net, trainer = make()
    before = small.values(net)
    try:
        facts = checkpoint.load(path, net, trainer, CTX)
    except ValueError:
        assert all(map(np.array_equal, small.values(net), before))
        raise
    states = trainer._updaters[0].states
    arrays = small.values(net) + [s.asnumpy() for s in states.values()]
    return facts, [array.tobytes() for array in arrays]


@pytest.fixture(scope="module")
def whole(good, folder):
    path = folder / "whole.params"
    path.write_bytes(good)
    return facts_of(path)


def is_refused(path, content, whole, make=fresh):
    """Tell whether a damaged file is refused: else nothing is lost in it."""
    path.write_bytes(content)
    try:
        facts = facts_of(path, make)
    except ValueError as error:
        assert f"{path.name} is not a checkpoint of" in str(error)
        assert "remove it, or give another name" in str(error)
        return True
    assert facts == whole
    return False


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(damage=damages)
def test_damaged_checkpoint_is_never_loaded(good, folder, whole, damage):
    content = damage(good)
    refused = is_refused(folder / "run.params", content, whole)
    assert refused or len(content) == len(good)


def parts(content):
    """Return where the arrays are, and all that a zip has around them."""
    data = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                start = file._orig_compress_start
            data.append(range(start, start + member.file_size))
    return data, sorted({*range(len(content))}.difference(*data))


def tiny():
    net = nn.Dense(2, in_units=3)
    net.initialize()
    return net, small.make_trainer(net, momentum=0.9)


def test_damage_in_each_part_of_the_file(tmp_path):
    path = tmp_path / "tiny.params"
    net, trainer = tiny()
    batch = [(nd.ones((4, 3)), nd.zeros(4))]
    training.train(net, batch, batch, trainer, 1, seed=1, checkpoint=path)
    good, whole = path.read_bytes(), facts_of(path, tiny)

    def refuses(place):
        content = flip(good, [(place, place % 8)])
        return is_refused(path, content, whole, tiny)

    data, frame = parts(good)
    assert len(data) == 5 and sum(map(len, data)) + len(frame) == len(good)
    for array in data:  # the first bytes are NumPy's header
        assert all(map(refuses, (*array[:9], *array[9::19])))
    refused = [refuses(place) for place in frame]
    # A header says many things twice, and others that matter to nobody.
    assert sum(refused) > len(frame) / 3


@pytest.mark.parametrize("more", [b"\0", b"x" * 99, b"x" * (1 << 17)], ids=len)
def test_bytes_that_came_to_it(good, folder, whole, more):
    path = folder / "longer.params"
    is_refused(path, good + more, whole)
    assert is_refused(path, more + good, whole)
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = more[:999]
    commented = good[:-2] + path.read_bytes()[-2 - len(archive.comment) :]
    assert not is_refused(path, commented, whole)


def test_other_archives(good, folder, whole):
    def saved(write, **arrays):
        file = io.BytesIO()
        write(file, **arrays)
        return file.getvalue()

    path = folder / "archive.params"
    with np.load(io.BytesIO(good), allow_pickle=False) as arrays:
        arrays = dict(arrays)
    assert not is_refused(path, saved(np.savez, **arrays), whole)
    packed = saved(np.savez_compressed, **arrays)
    alone = saved(np.savez, weight=np.zeros(3))
    pickled = saved(np.savez, meta=np.array([{}, None], dtype=object))
    empty = saved(lambda file: zipfile.ZipFile(file, "w").close())
    more = saved(np.savez, **arrays, more=np.zeros(3))
    del arrays["state/0.weight"]
    fewer = saved(np.savez, **arrays)
    for content in packed, alone, pickled, empty, more, fewer:
        assert is_refused(path, content, whole)


def rewritten(good, path, **changes):
    """Write the good checkpoint with a changed description."""
    with np.load(io.BytesIO(good), allow_pickle=False) as arrays:
        arrays = dict(arrays)
    meta = {**json.loads(arrays["meta"].tobytes()), **changes}
    arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    with open(path, "wb") as file:
        np.savez(file, **arrays)
    return arrays


@pytest.mark.parametrize(
    "changes",
    [{"format": "nin_utils.training 4"}, {"mxnet": "1.4.0"}],
    ids=lambda changes: next(iter(changes)),
)
def test_refuses_another_version(good, folder, changes):
    path = folder / "other.params"
    rewritten(good, path, **changes)
    with pytest.raises(
        ValueError,
        match=rf"other\.params is that of another version: .*"
        rf"{next(iter(changes.values()))}.*this is .*training 3' and MXNet "
        r"1\.9\.1\. Resume it with the version that wrote it",
    ):
        train(path, 2, resume=True)


def test_refuses_the_format_of_others(good, folder, whole):
    path = folder / "other.params"
    rewritten(good, path, format="others 3")
    assert is_refused(path, path.read_bytes(), whole)


@pytest.mark.parametrize("number", [1, 2])
def test_says_what_an_old_file_is(good, folder, number):
    """Formats 1 and 2 were MXNet's own, the second one had a seal."""
    path = folder / "old.params"
    written = f"nin_utils.training {number}"
    arrays = rewritten(good, path, format=written)
    nd.save(str(path), {k: nd.array(a, dtype=a.dtype) for k, a in arrays.items()})
    if number == 2:
        content = path.read_bytes()
        digest = hashlib.sha256(content).digest()
        path.write_bytes(content + b"nin-seal" + digest)
    old = path.read_bytes()
    with pytest.raises(
        ValueError,
        match=rf"old\.params is that of another version: it is of format "
        rf"'{written}', written with MXNet 1\.9\.1; this is .* 3' and .* "
        "Resume it with the version that wrote it, or give another file name",
    ):
        train(path, 2, resume=True)
    assert path.read_bytes() == old


def test_two_trainings_on_one_file(tmp_path, monkeypatch):
    """The second one writes while the first one does."""
    path = tmp_path / "run.params"
    sync, nets = os.fsync, []

    def meanwhile(handle):
        monkeypatch.setattr(os, "fsync", sync)
        nets.append(train(path, seed=5)[0])
        sync(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    nets.append(train(path)[0])
    assert os.listdir(tmp_path) == ["run.params"]
    for seed, net in zip((4, 5), reversed(nets)):  # the last to end wins
        again, trainer = fresh()
        facts = checkpoint.load(path, again, trainer, CTX)
        equal = map(np.array_equal, small.values(again), small.values(net))
        assert all(equal) == (facts["seed"] == seed) == (seed == 4)


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        OSError,
        match=r"file/run\.params: .*there is no checkpoint\. Free some space"
        r".*, then begin anew",
    ):
        train(tmp_path / "file" / "run.params")


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


def test_the_checkpoint_of_a_job_on_many_machines_is_named(tmp_path):
    net, trainer = fresh()
    training.train(net, BATCHES, BATCHES, trainer, 1, seed=4)
    path = tmp_path / "job.params"
    checkpoint.save(path, net, trainer, seed=4, step=3, options={})
    net, trainer = fresh()
    before = net[0].weight.data().asnumpy()
    with pytest.raises(ValueError, match="another kind .* it holds no history"):
        training.train(
            net, BATCHES, BATCHES, trainer, 2, seed=4, checkpoint=path, resume=True
        )
    np.testing.assert_array_equal(net[0].weight.data().asnumpy(), before)
