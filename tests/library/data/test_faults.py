"""Where the files of Fashion-MNIST come from, and what can go wrong.

The embedded sample plays the part of the full data set, folders below
tmp_path that of the machine's, a server on 127.0.0.1 that of the hosts.
"""

import contextlib
import gzip
import os
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

from nin_utils import data
from nin_utils.data import sources as _sources
from nin_utils.data.idx import decode
from nin_utils.data.sets import FASHION_MNIST

import numpy as np
import pytest
import requests
import urllib3

from helpers import ROOT
from helpers.data_files import GOOD, fill, listing
from helpers.disk import no_larger_files

(DEBIAN,) = FASHION_MNIST.packaged
IMAGES = "train-images-idx3-ubyte.gz"
LABELS = "train-labels-idx1-ubyte.gz"
TEST_IMAGES = "t10k-images-idx3-ubyte.gz"


def is_right(train=True, root=None):
    images, labels = data.fashion_mnist(train, root)
    expected = data.fashion_mnist(train, subset=True)
    return np.array_equal(images, expected[0]) and np.array_equal(labels, expected[1])


def raw(name):
    return gzip.decompress(GOOD[name])


def idx(*numbers, size):
    return np.array(numbers, ">u4").tobytes() + bytes(size)


def test_sources_in_order(places, host, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    sources = []
    real = _sources._from_folder
    monkeypatch.setattr(
        _sources,
        "_from_folder",
        lambda folder, *what: sources.append(folder) or real(folder, *what),
    )

    def looked(root=None):
        sources.clear()
        host.asked.clear()
        assert is_right(root=root)
        return sources[: len(sources) // 2], len(host.asked)

    all_three = [places.cache, places.debian, places.gluon]
    assert looked() == (all_three, 2)
    assert looked() == ([places.cache], 0)  # from the cache by now
    (places.cache / IMAGES).unlink()
    (places.cache / LABELS).unlink()
    fill(places.gluon)
    assert looked() == (all_three, 0)
    fill(places.debian)
    assert looked() == ([places.cache, places.debian], 0)
    fill(places.own)
    monkeypatch.setenv("NIN_DATA", str(places.own))
    assert looked() == ([places.own], 0)
    fill(places.own / "other")
    assert looked(places.own / "other") == ([places.own / "other"], 0)


def test_no_source(places):
    with pytest.raises(data.DataError) as error:
        data.fashion_mnist()
    for part in (IMAGES, places.dead, "NIN_DATA", "NIN_MIRROR", "subset=True"):
        assert part in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda name: {f"{name}.gz": gzip.compress(raw(f"{name}.gz"), 1)},
        lambda name: {f"{name}.gz": raw(f"{name}.gz")},
        lambda name: {f"{name}.gz": None, name: raw(f"{name}.gz")},
        lambda name: {f"{name}.gz": None, name: GOOD[f"{name}.gz"]},
    ],
    ids=["gzipped elsewhere", "not gzipped", "plain", "gzip without suffix"],
)
def test_equal_copies(places, change):
    for name in FASHION_MNIST.files:
        fill(places.own, **change(name))
    for name in listing(places.own):
        if change(name.replace(".gz", "")).get(name, b"") is None:
            (places.own / name).unlink()
    assert is_right(True, places.own)
    assert is_right(False, str(places.own))


BAD = {
    "empty": (IMAGES, b"", "not an IDX file"),
    "page": (IMAGES, b"<!DOCTYPE html><html>", "not an IDX.*<!DOCTYPE"),
    "other gzip": (IMAGES, gzip.compress(b"hello"), "not an IDX.*hello"),
    "cut gzip": (IMAGES, GOOD[IMAGES][:-5000], "truncated or damaged"),
    "cut header": (IMAGES, raw(IMAGES)[:7], "not an IDX file"),
    "cut": (IMAGES, raw(IMAGES)[:-1], "truncated.*4704015.*4704016"),
    "longer": (IMAGES, raw(IMAGES) + b"x", "too long.*4704016"),
    "bomb": (IMAGES, gzip.compress(raw(IMAGES) + bytes(10**8)), "too long"),
    "flipped": (
        IMAGES,
        GOOD[IMAGES][:5000] + b"\xff\x00\xff" + GOOD[IMAGES][5003:],
        "truncated or damaged",
    ),
    "labels": (IMAGES, GOOD[LABELS], "holds labels, not images"),
    "images": (LABELS, GOOD[IMAGES], "holds images, not labels"),
    "test": (IMAGES, GOOD[TEST_IMAGES], "shape .1000, 28, 28.*swapped"),
    "magic": (IMAGES, idx(9, 6000, 28, 28, size=4704000), "not an IDX file"),
    "count": (IMAGES, idx(2051, 5999, 28, 28, size=4703216), "shape .5999"),
    "MNIST": (
        IMAGES,
        idx(2051, 6000, 28, 28, size=4704000),
        "not from Fashion-MNIST.*SHA-256",
    ),
    "one label": (
        LABELS,
        raw(LABELS)[:-1] + bytes([raw(LABELS)[-1] ^ 1]),
        "not from Fashion-MNIST",
    ),
}
bad = pytest.mark.parametrize(("name", "content", "match"), BAD.values(), ids=BAD)


@bad
def test_bad_file(places, host, monkeypatch, name, content, match):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    fill(places.debian)
    fill(places.own, **{name: content})
    with pytest.raises(data.DataError, match=match) as error:
        data.load_data_fashion_mnist(128, root=places.own)
    assert str(places.own / name) in str(error.value)
    assert "replace or delete" in str(error.value)
    assert not host.asked  # what was named is never replaced in silence


@bad
def test_bad_host(places, host, monkeypatch, name, content, match):
    monkeypatch.setenv("NIN_MIRROR", host.url + "/")
    host.pages[name] = content
    with pytest.raises(data.DataError, match=match) as error:
        data.load_data_fashion_mnist(128)
    assert f"{host.url}/{name}" in str(error.value)
    assert "NIN_MIRROR" in str(error.value)
    assert not (places.cache / name).exists()


def test_bomb_takes_no_memory():
    bomb = gzip.compress(raw(IMAGES) + bytes(10**8))
    tracemalloc.start()
    try:
        with pytest.raises(data.DataError):
            decode(bomb, FASHION_MNIST.sample["train-images-idx3-ubyte"], "bomb")
        assert tracemalloc.get_traced_memory()[1] < 4e7
    finally:
        tracemalloc.stop()


def cut_off(request):
    request.send_response(200)
    request.send_header("Content-Length", "1000000")
    request.end_headers()
    request.wfile.write(GOOD[IMAGES][:1000])


def endless(request):
    request.send_response(200)
    request.end_headers()
    with contextlib.suppress(OSError):
        while True:
            request.wfile.write(bytes(1 << 20))


def silent(request):
    time.sleep(2)


@pytest.mark.parametrize(
    ("page", "match"),
    [
        (None, "404"),
        (lambda request: request.send_error(503, "busy"), "503"),
        (cut_off, "IncompleteRead|truncated"),
        (endless, "sends more than 5000000 bytes"),
        (silent, "timed out"),
    ],
    ids=["404", "503", "cut off", "endless", "silent"],
)
def test_faulty_host(places, host, monkeypatch, page, match):
    monkeypatch.setattr(_sources, "_TIMEOUT", (10, 0.5 if page is silent else 30))
    monkeypatch.setattr(_sources, "_LIMIT", 5_000_000)
    monkeypatch.setenv("NIN_MIRROR", host.url)
    host.pages[IMAGES] = page
    with pytest.raises(data.DataError, match=match) as error:
        data.fashion_mnist()
    assert f"{host.url}/{IMAGES}" in str(error.value)
    assert not places.cache.exists()


@pytest.mark.parametrize(
    ("said", "helps"),
    [("CERTIFICATE_VERIFY_FAILED", True), ("WRONG_VERSION_NUMBER", False)],
)
def test_certificate_that_is_not_trusted(places, monkeypatch, said, helps):
    def get(url, **options):
        reason = urllib3.exceptions.SSLError(f"[SSL: {said}] ...")
        cause = urllib3.exceptions.MaxRetryError(None, url, reason)
        raise requests.exceptions.SSLError(cause)

    monkeypatch.setattr(requests, "get", get)
    with pytest.raises(data.DataError) as error:
        data.fashion_mnist()
    remedy = f"[SSL: {said}] ... (if your network replaces certificates, set REQUESTS"
    assert (remedy in str(error.value)) == helps
    assert f": [SSL: {said}] ..." in str(error.value)


def test_file_of_certificates_that_is_not_there(places, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", "https://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such.pem")
    with pytest.raises(data.DataError, match="CA certificate bundle.*/no/such.pem"):
        data.fashion_mnist()


def test_next_host_is_tried(places, host, monkeypatch, capsys):
    monkeypatch.delenv("NIN_MIRROR")

    def page(request):
        wrong = request.path.startswith("/portal/")
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"<html>" if wrong else GOOD[IMAGES])

    host.pages[IMAGES] = page
    hosts = places.dead, f"{host.url}/portal", host.url
    monkeypatch.setattr(FASHION_MNIST, "hosts", hosts)
    assert is_right()
    assert IMAGES in capsys.readouterr().err  # the progress bar
    assert listing(places.cache) == [IMAGES, LABELS]
    assert (places.cache / IMAGES).read_bytes() == GOOD[IMAGES]


def test_host_that_unpacks(places, host, monkeypatch):
    def page(request):
        request.send_response(200)
        request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        request.wfile.write(GOOD[IMAGES])

    monkeypatch.setenv("NIN_MIRROR", host.url)
    host.pages[IMAGES] = page
    assert is_right()
    assert is_right()  # what was kept can be read


def test_bad_copy_is_skipped_with_a_warning(places):
    fill(places.debian, **{IMAGES: GOOD[LABELS]})
    fill(places.gluon)
    with pytest.warns(RuntimeWarning, match="next source") as warning:
        assert is_right()
    assert str(places.debian / IMAGES) in str(warning[0].message)


def test_bad_cached_copy_is_downloaded_again(places, host, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    fill(places.cache, **{LABELS: GOOD[LABELS][:100]})
    before = (places.cache / IMAGES).stat()
    with pytest.warns(RuntimeWarning, match=LABELS):
        assert is_right()
    assert host.asked == [f"/{LABELS}"]
    after = (places.cache / IMAGES).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert is_right()
    assert listing(places.cache) == sorted(GOOD)


@contextlib.contextmanager
def unprivileged():
    """Take root's power to read everything away."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_folder_that_may_not_be_read(places):
    fill(places.own)
    places.own.chmod(0)
    try:
        with unprivileged(), pytest.raises(data.DataError) as error:
            data.fashion_mnist(root=places.own)
    finally:
        places.own.chmod(0o700)
    assert str(places.own / IMAGES) in str(error.value)
    assert "Permission denied" in str(error.value)
    assert "that you may read" in str(error.value)


def test_root_that_is_a_file_or_missing(places):
    fill(places.own)
    with pytest.raises(data.DataError, match="Not a directory"):
        data.fashion_mnist(root=places.own / IMAGES)
    with pytest.raises(data.DataError, match="none holds neither"):
        data.fashion_mnist(root=places.own / "none")


def test_cache_that_may_not_be_read_or_written(places, host, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    places.cache.parent.parent.write_text("in the way")
    with (
        pytest.warns(RuntimeWarning, match="cannot be read"),
        pytest.raises(data.DataError, match="XDG_CACHE_HOME") as error,
    ):
        data.fashion_mnist()
    assert str(places.cache / IMAGES) in str(error.value)


def test_full_disk(places, host, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    with no_larger_files(100_000), pytest.raises(data.DataError) as error:
        data.fashion_mnist()
    assert str(places.cache / IMAGES) in str(error.value)
    assert "(File too large): free some space" in str(error.value)
    assert len(host.asked) == 1  # another host would not help
    assert listing(places.cache) == []
    assert is_right()  # once there is space


def test_full_disk_leaves_what_was_there(places, host, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    fill(places.cache, **{IMAGES: b"damaged"})
    with (
        no_larger_files(100_000),
        pytest.warns(RuntimeWarning, match="not an IDX file"),
        pytest.raises(data.DataError, match="free some space"),
    ):
        data.fashion_mnist()
    assert listing(places.cache) == sorted(GOOD)
    assert (places.cache / IMAGES).read_bytes() == b"damaged"
    assert (places.cache / LABELS).read_bytes() == GOOD[LABELS]


def test_bad_sample(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "_SAMPLE_FOLDER", tmp_path)
    with pytest.raises(data.DataError, match="install nin_utils again"):
        data.fashion_mnist(subset=True)
    fill(tmp_path, **{IMAGES: b"version https://git-lfs"})
    with pytest.raises(data.DataError, match="install nin_utils again"):
        data.fashion_mnist(subset=True)


def test_two_processes_at_once(places, host, tmp_path):
    both = threading.Barrier(2, timeout=60)

    def page(request):
        both.wait()  # neither has the file before both have asked
        request.send_response(200)
        request.end_headers()
        request.wfile.write(GOOD[IMAGES])

    host.pages[IMAGES] = page
    code = (
        "from nin_utils import data\n"
        "from nin_utils.data.sets import FASHION_MNIST\n"
        "FASHION_MNIST.files.update(FASHION_MNIST.sample)\n"
        "FASHION_MNIST.packaged = ()\n"
        "print(data.fashion_mnist()[0].sum())"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NIN_MIRROR": host.url}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    results = [process.communicate(timeout=120) for process in processes]
    total = data.fashion_mnist(subset=True)[0].sum()
    assert [out.strip() for out, _ in results] == [str(total)] * 2, results
    assert host.asked.count(f"/{IMAGES}") == 2
    assert listing(places.cache) == [IMAGES, LABELS]
    assert is_right()


@pytest.mark.skipif(
    not Path(DEBIAN).exists(),
    reason="needs the real data: apt-get install dataset-fashion-mnist",
)
def test_full_data_is_known(monkeypatch):
    monkeypatch.delenv("NIN_DATA", raising=False)
    for train, count in ((True, 60000), (False, 10000)):
        images, labels = data.fashion_mnist(train, root=DEBIAN)
        assert images.shape == (count, 28, 28)
        assert np.bincount(labels).tolist() == [count // 10] * 10
    # The mean and deviation that PyTorch users know for this data set.
    images = data.fashion_mnist(root=DEBIAN)[0] / 255
    assert images.mean() == pytest.approx(0.2860, abs=5e-5)
    assert images.std() == pytest.approx(0.3530, abs=5e-5)
