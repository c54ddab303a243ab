"""nin_utils.data.cifar10: made-up photographs, as archive, batches and images."""

import hashlib
import io
import os
import shutil
import struct
import tarfile
import tracemalloc
import zlib
from types import SimpleNamespace

from nin_utils import data
from nin_utils.data import photos
from nin_utils.data.batches import flip_and_shift
from nin_utils.data.sets import CIFAR10
from nin_utils.data.sources import gluon_folder

import numpy as np
import pytest
from PIL import Image

from helpers.data_files import fill, listing
from helpers.disk import no_larger_files

ARCHIVE = "cifar-10-binary.tar.gz"
INNER = "cifar-10-batches-bin"
TRAIN = [f"data_batch_{i}.bin" for i in range(1, 6)]
TEST = "test_batch.bin"
PER_CLASS = {True: 5, False: 2}


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def packed(members):
    """Return an archive; a str among the members is a symbolic link."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def batch(images, labels):
    """Return a batch, pixel by pixel: the label, then red, green and blue."""
    records = bytearray()
    for picture, label in zip(images, labels):
        records.append(label)
        for channel in range(3):
            for row in range(32):
                records += bytes(picture[row, :, channel].tolist())
    return bytes(records)


def inside(files):
    return {f"{INNER}/{name}": content for name, content in files.items()}


@pytest.fixture
def small(places, monkeypatch):
    """Let 50 and 20 random images count as the whole of CIFAR-10."""
    rng = np.random.RandomState(0)
    files, arrays = {}, {True: ([], []), False: ([], [])}
    for name in (*TRAIN, TEST):
        train = name != TEST
        images = rng.randint(0, 256, (10 if train else 20, 32, 32, 3)).astype(np.uint8)
        labels = rng.randint(0, 10, len(images)).astype(np.int32)
        files[name] = batch(images, labels)
        arrays[train][0].append(images)
        arrays[train][1].append(labels)
    monkeypatch.setattr(photos, "_PER_CLASS", {"train": 5, "test": 2})
    monkeypatch.setattr(photos, "MD5", {})
    for name, content in files.items():
        photos.MD5[name] = md5(content)
    found = SimpleNamespace(
        files=files,
        arrays={part: tuple(map(np.concatenate, arrays[part])) for part in arrays},
    )

    def publish(archive):
        """Let this be what the author has published."""
        photos.MD5[ARCHIVE] = md5(archive)
        monkeypatch.setattr(photos, "_ARCHIVE_BYTES", len(archive))
        return archive

    found.publish = publish
    extra = {f"{INNER}/batches.meta.txt": b"airplane\n"}
    found.archive = publish(packed({**extra, **inside(files)}))
    return found


def is_right(small, train=True, root=None):
    images, labels = data.cifar10(train, root)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int32)
    assert images.flags.c_contiguous
    return all(map(np.array_equal, (images, labels), small.arrays[train]))


def test_the_published_sums_and_labels():
    """As on the page of CIFAR-10."""
    assert photos.MD5[ARCHIVE] == "c32a1d4ab5d03f1284b67883e8d87530"
    assert list(photos.MD5) == [ARCHIVE, *TRAIN, TEST]
    labels = "airplane automobile bird cat deer dog frog horse ship truck"
    assert " ".join(data.CIFAR10_LABELS) == labels
    assert photos._PER_CLASS == {"train": 5000, "test": 1000}


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("as_is", ["archive", "batches", "inner folder"])
def test_folder(small, places, train, as_is):
    if as_is == "archive":
        fill(places.own, {ARCHIVE: small.archive})
    else:
        fill(places.own / (INNER if as_is == "inner folder" else ""), small.files)
    assert is_right(small, train, places.own)
    assert is_right(small, train, str(places.own))
    assert data.cifar10_source(places.own) == "original"


def test_batches_of_one_part_are_enough_for_it(small, places):
    fill(places.own, {TEST: small.files[TEST]})
    assert is_right(small, False, places.own)
    fill(places.own, small.files)
    (places.own / TRAIN[2]).unlink()
    with pytest.raises(data.DataError, match="data_batch_1.bin to data_batch_5.bin"):
        data.cifar10(root=places.own)
    fill(places.own, {ARCHIVE: small.archive})
    assert is_right(small, True, places.own)


@pytest.mark.parametrize(
    "folder", ["cache/nin_utils/cifar10", "mxnet/datasets/cifar10"]
)
def test_folders_of_this_machine(small, tmp_path, folder):
    fill(tmp_path / folder, small.files)
    assert is_right(small) and is_right(small, False)


def test_gluons_batches_count_its_archive_does_not(small, tmp_path):
    """Gluon keeps an archive that it has packed itself."""
    folder = tmp_path / "mxnet" / "datasets" / "cifar10"
    fill(folder, {**small.files, ARCHIVE: packed(small.files)})
    assert is_right(small)


@pytest.mark.parametrize("name", ["own", "all/cifar10"])
def test_folder_by_name(small, places, tmp_path, monkeypatch, name):
    fill(tmp_path / name, {ARCHIVE: small.archive})
    monkeypatch.setenv("NIN_DATA", str(tmp_path / name.split("/")[0]))
    assert is_right(small)
    assert data.cifar10_source() == "original"
    monkeypatch.setenv("NIN_DATA", str(tmp_path / "none"))
    with pytest.raises(data.DataError, match="none holds neither.*NIN_DATA"):
        data.cifar10()
    with pytest.raises(data.DataError, match="none holds neither.*NIN_DATA"):
        data.cifar10_source()


def test_download_is_kept(small, places, host, monkeypatch, capsys):
    monkeypatch.delenv("NIN_MIRROR")
    monkeypatch.setenv("MXNET_GLUON_REPO", f"{host.url}/gluon")  # packed otherwise
    monkeypatch.setattr(CIFAR10, "hosts", (places.dead, f"{host.url}/kriz"))
    host.pages[ARCHIVE] = small.archive
    assert data.cifar10_source() == "original"
    assert host.asked == []
    assert is_right(small)
    assert ARCHIVE in capsys.readouterr().err  # the progress bar
    assert is_right(small, False)
    assert host.asked == [f"/kriz/{ARCHIVE}"]
    cache = places.cache.parent / "cifar10"
    assert listing(cache) == [ARCHIVE]
    assert (cache / ARCHIVE).read_bytes() == small.archive


def test_bad_cached_copy_is_downloaded_again(small, places, host, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    host.pages[ARCHIVE] = small.archive
    cache = places.cache.parent / "cifar10"
    fill(cache, {ARCHIVE: small.archive[:1000]})
    with pytest.warns(RuntimeWarning, match="truncated.*trying the next source"):
        assert is_right(small)
    assert listing(cache) == [ARCHIVE]
    assert is_right(small)  # without a warning


def changed(content, at, value):
    return content[:at] + bytes([value]) + content[at + 1 :]


BAD_ARCHIVES = {
    "empty": (lambda good: b"", "truncated: it holds 0 bytes"),
    "cut": (lambda good: good[:-1], "truncated: it holds .* bytes instead of"),
    "longer": (lambda good: good + b"x", "its MD5 is not"),
    "flipped": (lambda good: changed(good, 5000, good[5000] ^ 1), "its MD5 is not"),
}


@pytest.mark.parametrize(("change", "match"), BAD_ARCHIVES.values(), ids=BAD_ARCHIVES)
def test_bad_archive(small, places, host, monkeypatch, change, match):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    host.pages[ARCHIVE] = small.archive
    fill(places.own, {ARCHIVE: change(small.archive)})
    with pytest.raises(data.DataError, match=match) as error:
        data.load_data_cifar10(8, root=places.own)
    path = places.own / ARCHIVE
    assert str(error.value).startswith(str(path))
    assert str(error.value).endswith(f"replace or delete {path}")
    assert not host.asked  # what was named is never replaced in silence
    host.pages[ARCHIVE] = change(small.archive)
    with pytest.raises(data.DataError, match=f"{match}|sends more than") as error:
        data.cifar10()
    for part in (f"{host.url}/{ARCHIVE}", CIFAR10.home, "NIN_DATA", "NIN_MIRROR"):
        assert part in str(error.value)
    assert "subset" not in str(error.value)  # there is none
    assert not (places.cache.parent / "cifar10").exists()


def without(name):
    return lambda files: {k: v for k, v in files.items() if k != name}


ODD_ARCHIVES = {
    "a batch missing": (without(f"{INNER}/{TEST}"), f"holds no {INNER}/{TEST}"),
    "flat": (lambda files: {TEST: files[f"{INNER}/{TEST}"]}, "holds no"),
    "link": (
        lambda files: {"x": files[f"{INNER}/{TEST}"], f"{INNER}/{TEST}": "../x"},
        "holds no",
    ),
    "above": (
        lambda files: {f"../{INNER}/{TEST}": files[f"{INNER}/{TEST}"]},
        "holds no",
    ),
    "short": (
        lambda files: {f"{INNER}/{TEST}": files[f"{INNER}/{TEST}"][:-1]},
        f"{INNER}/{TEST} in .* is truncated: it holds 61459 bytes instead of 61460",
    ),
    "label": (
        lambda files: {f"{INNER}/{TEST}": changed(files[f"{INNER}/{TEST}"], 3073, 10)},
        "image 1 has the label 10, and labels are 0 to 9",
    ),
}


@pytest.mark.parametrize(("change", "match"), ODD_ARCHIVES.values(), ids=ODD_ARCHIVES)
def test_odd_archive_with_the_right_sum(small, places, change, match):
    archive = small.publish(packed(change(inside(small.files))))
    fill(places.own, {ARCHIVE: archive})
    with pytest.raises(data.DataError, match=match) as error:
        data.cifar10(False, places.own)
    assert str(places.own / ARCHIVE) in str(error.value)


@pytest.mark.parametrize("kind", ["page", "cut"])
def test_no_archive_with_the_right_sum(small, places, kind):
    cut = packed(inside({TEST: small.files[TEST]}))[:30_000]
    archive = small.publish(b"<html>" * 99 if kind == "page" else cut)
    fill(places.own, {ARCHIVE: archive})
    with pytest.raises(data.DataError, match="is truncated or damaged"):
        data.cifar10(False, places.own)


def test_an_archive_writes_nothing(small, places, tmp_path):
    names = "../evil", str(tmp_path / "evil"), f"{INNER}/../../evil"
    evil = dict.fromkeys(names, b"evil")
    links = {f"{INNER}/out": "..", f"{INNER}/out/evil": b"evil"}
    archive = small.publish(packed({**evil, **links, **inside(small.files)}))
    fill(places.own, {ARCHIVE: archive})
    assert is_right(small, True, places.own) and is_right(small, False, places.own)
    everything = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    assert [str(path) for path in everything] == ["own", f"own/{ARCHIVE}"]


BAD_BATCHES = {
    "cut": (lambda good: good[:-1], "truncated: it holds 30729 bytes.*30730"),
    "longer": (lambda good: good + b"x", "too long: it holds 30731 bytes"),
    "label": (lambda good: changed(good, 2 * 3073, 200), "image 2 has the label 200"),
    "pixel": (lambda good: changed(good, 9, good[9] ^ 1), "its MD5 is not"),
    "other label": (lambda good: changed(good, 0, (good[0] + 1) % 10), "MD5 is not"),
}


@pytest.mark.parametrize(("change", "match"), BAD_BATCHES.values(), ids=BAD_BATCHES)
def test_bad_batch(small, places, change, match):
    fill(places.own, {**small.files, TRAIN[3]: change(small.files[TRAIN[3]])})
    with pytest.raises(data.DataError, match=match) as error:
        data.cifar10(root=places.own)
    path = places.own / TRAIN[3]
    assert str(error.value).startswith(str(path))
    assert str(error.value).endswith(f"replace or delete {path}")
    assert is_right(small, False, places.own)


def test_batches_exchanged(small, places):
    first, second = (small.files[name] for name in TRAIN[:2])
    fill(places.own, {**small.files, TRAIN[0]: second, TRAIN[1]: first})
    with pytest.raises(data.DataError, match="MD5 is not"):
        data.cifar10(root=places.own)


def test_full_disk(small, places, host, monkeypatch):
    monkeypatch.setenv("NIN_MIRROR", host.url)
    host.pages[ARCHIVE] = small.archive
    with no_larger_files(100_000), pytest.raises(data.DataError, match="free some"):
        data.cifar10()
    assert listing(places.cache.parent / "cifar10") == []
    assert is_right(small)


def test_root_that_is_a_file_or_empty(small, places):
    fill(places.own, {ARCHIVE: small.archive})
    with pytest.raises(data.DataError, match="Not a directory"):
        data.cifar10(root=places.own / ARCHIVE)
    (places.own / "empty").mkdir()
    with pytest.raises(data.DataError, match="test_batch.bin, nor a folder test") as e:
        data.cifar10(False, places.own / "empty")
    assert CIFAR10.home in str(e.value)


# Images by class.


@pytest.fixture
def pictures(small, places):
    """Return a function that writes them, and the arrays that are in them."""
    rng = np.random.RandomState(1)
    arrays = {}
    for train, count in PER_CLASS.items():
        images = rng.randint(0, 256, (count * 10, 32, 32, 3)).astype(np.uint8)
        arrays[train] = images, np.arange(count * 10, dtype=np.int32) % 10

    def write(suffix=".png", parts=(True, False)):
        for train in parts:
            for i, (pixels, label) in enumerate(zip(*arrays[train])):
                part = places.own / ("train" if train else "test")
                folder = part / data.CIFAR10_LABELS[label]
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"{i // 10:04}{suffix}"
                Image.fromarray(pixels).save(path, quality=95)
        return places.own

    return SimpleNamespace(write=write, arrays=arrays)


@pytest.mark.parametrize("train", [True, False])
def test_png_by_class(pictures, train):
    """The first image of each class, then the second; other files do not count."""
    root = pictures.write()
    (root / "train" / "cat" / "Thumbs.db").write_bytes(b"x")
    (root / "train" / "notes").mkdir()
    found = data.cifar10(train, root)
    assert [array.dtype for array in found] == [np.uint8, np.int32]
    assert all(map(np.array_equal, found, pictures.arrays[train]))
    assert data.cifar10_source(root) == "PNG files"


@pytest.mark.parametrize("suffix", [".jpg", ".JPG", ".jpeg"])
def test_jpeg_by_class(pictures, suffix, monkeypatch):
    root = pictures.write(suffix)
    monkeypatch.setenv("NIN_DATA", str(root))
    images, labels = data.cifar10(False)
    path = root / "test" / "dog" / f"0001{suffix}"
    assert labels[15] == data.CIFAR10_LABELS.index("dog")
    difference = images[15].astype(int) - np.asarray(Image.open(path))
    assert abs(difference).max() <= 4  # another decoder
    assert data.cifar10_source() == "JPEG files"


def test_source_is_what_is_read_where_the_original_is_damaged(small, places, pictures):
    fill(places.cache.parent / "cifar10", {ARCHIVE: small.archive[:1000]})
    shutil.copytree(pictures.write(), gluon_folder(CIFAR10))
    with pytest.warns(RuntimeWarning, match="truncated.*trying the next source"):
        assert data.cifar10_source() == "PNG files"
    with pytest.warns(RuntimeWarning, match="truncated"):
        assert np.array_equal(data.cifar10(False)[0], pictures.arrays[False][0])


def test_source_of_a_mixture(small, pictures):
    root = pictures.write()
    target = root / "train" / "frog" / "0003"
    Image.open(f"{target}.png").save(f"{target}.jpg")
    target.with_suffix(".png").unlink()
    assert data.cifar10_source(root) == "JPEG files, PNG files"
    fill(root, {name: small.files[name] for name in TRAIN})
    assert data.cifar10_source(root) == "PNG files, original"
    assert is_right(small, True, root)  # the original comes first
    assert np.array_equal(data.cifar10(False, root)[0], pictures.arrays[False][0])


def test_half_a_class_missing(pictures):
    root = pictures.write()
    for i in (1, 3):
        (root / "train" / "ship" / f"000{i}.png").unlink()
    for call in (data.cifar10, data.cifar10_source, data.load_data_cifar10):
        with pytest.raises(data.DataError, match="ship holds 3 images .*, not 5: put"):
            call(**({"batch_size": 8} if "load" in call.__name__ else {}), root=root)
    assert len(data.cifar10(False, root)[0]) == 20


def test_one_image_too_many(pictures):
    root = pictures.write()
    folder = root / "test" / "deer"
    (folder / "0001.jpg").write_bytes((folder / "0001.png").read_bytes())
    with pytest.raises(data.DataError, match="deer holds 3 images.*not 2.*no others"):
        data.cifar10(False, root)


def test_a_class_missing(pictures):
    root = pictures.write()
    (root / "test" / "truck").rename(root / "test" / "lorry")
    with pytest.raises(data.DataError, match="truck cannot be read .No such file") as e:
        data.cifar10(False, root)
    assert "put the 2 images of the class truck there" in str(e.value)


def resized(path):
    Image.open(path).resize((64, 48)).save(path)


def huge(path):
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 10**5, 10**5)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)


BAD_IMAGES = {
    "empty": (".png", lambda path: path.write_bytes(b""), "or no PNG file"),
    "cut png": (".png", lambda path: os.truncate(path, 2000), "truncated"),
    "cut jpeg": (".jpg", lambda path: os.truncate(path, 1000), "truncated"),
    "renamed": (
        ".png",
        lambda path: path.write_bytes(b"\xff\xd8 text \xff\xd9"),
        "or no PNG file",
    ),
    "noise": (
        ".jpg",
        lambda path: path.write_bytes(b"\xff\xd8 text \xff\xd9"),
        "or no JPEG file",
    ),
    "huge": (".png", huge, "damaged or no PNG file"),
    "size": (".jpg", resized, "has 64×48 pixels, not 32×32"),
}


@pytest.mark.parametrize(
    ("suffix", "change", "match"), BAD_IMAGES.values(), ids=BAD_IMAGES
)
def test_bad_image(pictures, suffix, change, match):
    root = pictures.write(suffix, parts=[False])
    path = root / "test" / "horse" / f"0001{suffix}"
    change(path)
    with pytest.raises(data.DataError, match=match) as error:
        data.cifar10(False, root)
    assert str(error.value).startswith(str(path))
    assert str(error.value).endswith(f"replace {path}")


def test_grey_images_get_three_channels(pictures):
    root = pictures.write(parts=[False])
    path = root / "test" / "bird" / "0000.png"
    Image.open(path).convert("L").save(path)
    picture = data.cifar10(False, root)[0][2]
    assert np.array_equal(picture, np.stack([np.asarray(Image.open(path))] * 3, axis=2))


# Batches of three channels.


@pytest.fixture(scope="module")
def photographs():
    rng = np.random.RandomState(2)
    images = rng.randint(0, 256, (30, 32, 32, 3)).astype(np.uint8)
    return images, rng.randint(0, 10, 30).astype(np.int32)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("resize", [None, 20])
@pytest.mark.parametrize("augment", [None, 3, data.RandomPlace((36,))])
def test_each_channel_is_treated_like_an_image(photographs, augment, resize, shuffle):
    images, labels = photographs
    options = {"resize": resize, "augment": augment, "shuffle": shuffle}
    passes = []
    for part in (images, *np.moveaxis(images, 3, 0)):
        np.random.seed(7)
        passes.append(list(data.Batches(part, labels, 16, **options)))
    side = resize or (36 if callable(augment) else 32)
    assert [X.shape for X, _ in passes[0]] == [(n, 3, side, side) for n in (16, 14)]
    for (X, y), *channels in zip(*passes):
        expected = np.concatenate([c.asnumpy() for c, _ in channels], axis=1)
        assert np.array_equal(X.asnumpy(), expected)
        assert all(np.array_equal(y.asnumpy(), z.asnumpy()) for _, z in channels)


def test_photographs_are_mirrored_and_moved(photographs):
    """Each is one of the 98 that there may be, and not always the same."""
    np.random.seed(3)
    images = photographs[0]
    seen = []
    for before, after in zip(images, flip_and_shift(images, 3)):
        padded = np.pad(before, ((3, 3), (3, 3), (0, 0)))
        for mirrored in (False, True):
            for top, left in np.ndindex(7, 7):
                window = padded[top : top + 32, left : left + 32]
                if np.array_equal(window[:, ::-1] if mirrored else window, after):
                    seen.append((mirrored, top, left))
    assert len(seen) == 30  # each is found, in one place
    assert {mirrored for mirrored, *_ in seen} == {False, True}
    assert len(set(seen)) > 15


def test_channels_count_for_the_memory():
    """1,700 images of 464 pixels in colour take more than a GiB."""
    images = np.zeros((1700, 8, 8, 3), np.uint8)
    tracemalloc.start()
    try:
        data.Batches(images, np.zeros(1700, np.int32), 7, resize=464)
        assert tracemalloc.get_traced_memory()[1] < 1 << 28
    finally:
        tracemalloc.stop()


def test_load_data(small, places):
    fill(places.own, {ARCHIVE: small.archive})
    train_iter, test_iter = data.load_data_cifar10(16, 40, places.own)
    assert (train_iter.num_examples, test_iter.num_examples) == (50, 20)
    assert [X.shape for X, _ in test_iter] == [(16, 3, 40, 40), (4, 3, 40, 40)]
    train_iter, test_iter = data.load_data_cifar10(50, root=places.own)
    for batches, train in ((train_iter, True), (test_iter, False)):
        np.random.seed(5)
        ((X, y),) = batches
        np.random.seed(5)
        order = np.arange(len(y))
        if train:
            np.random.shuffle(order)
        images, labels = (array[order] for array in small.arrays[train])
        pixels = (X.asnumpy() * 255).round().transpose(0, 2, 3, 1)
        assert np.array_equal(pixels, images) and np.array_equal(y.asnumpy(), labels)


def test_only_training_images_are_augmented(small, places):
    fill(places.own, {ARCHIVE: small.archive})
    iters = data.load_data_cifar10(50, root=places.own, augment=lambda X: X * 0)
    train, test = (next(iter(batches))[0].max().asscalar() for batches in iters)
    assert (train, test) == (0, 1)


def test_bad_arguments():
    with pytest.raises(TypeError, match="train must be True or False, not 'train'"):
        data.cifar10("train")
    with pytest.raises(ValueError, match="batch_size must be at least 1, not 0"):
        data.load_data_cifar10(0)
    with pytest.raises(TypeError, match="resize must be an integer, not '32'"):
        data.load_data_cifar10(1, "32")
    with pytest.raises(ValueError, match="augment must be at least 0, not -1"):
        data.load_data_cifar10(1, augment=-1)


def _has_cifar10(named):
    folders = (os.path.join(named, "cifar10"), named)
    names = (ARCHIVE, TEST, f"{INNER}/{TEST}", "test/truck")
    return any(os.path.exists(os.path.join(f, n)) for f in folders for n in names)


@pytest.mark.skipif(
    not _has_cifar10(os.environ.get("NIN_DATA", "/nowhere")),
    reason="needs the real files, original or by class: name their folder in NIN_DATA",
)
def test_real_data_is_known():
    (images, labels), (test, test_labels) = map(data.cifar10, (True, False))
    assert (images.shape, test.shape) == ((50000, 32, 32, 3), (10000, 32, 32, 3))
    assert np.bincount(labels).tolist() == [5000] * 10
    assert np.bincount(test_labels).tolist() == [1000] * 10
    # The means that PyTorch users know for this data set; JPEG keeps them.
    means = [images[..., channel].mean() / 255 for channel in range(3)]
    assert means == pytest.approx([0.4914, 0.4822, 0.4465], abs=5e-4)
