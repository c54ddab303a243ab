"""A file is written whole or not at all, whatever comes in between."""

import contextlib
import errno
import fcntl
import itertools
import os
import signal
import stat
import subprocess
import sys
import threading

from nin_utils.files import replaced

import pytest

from helpers.disk import no_larger_files

OLD, NEW = b"old" * 100, b"new" * 5000


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "some [folder]" / "run.bin"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def write(path, content=NEW):
    with replaced(path) as part:
        part.write_bytes(content)


def listing(path):
    return sorted(entry.name for entry in path.parent.iterdir())


def test_has_its_name_when_it_is_complete(path):
    with replaced(str(path)) as part:
        assert part.parent == path.parent and part.read_bytes() == b""
        part.write_bytes(NEW)
        assert path.read_bytes() == OLD
    assert path.read_bytes() == NEW and listing(path) == ["run.bin"]


def test_makes_the_folder(tmp_path):
    path = tmp_path / "a" / "b" / "run.bin"
    write(path)
    assert path.read_bytes() == NEW and listing(path) == ["run.bin"]


@pytest.mark.parametrize("letter", ["x", "网"])
def test_a_name_as_long_as_names_can_be(tmp_path, letter):
    path = tmp_path / (letter * (255 // len(letter.encode())))
    write(path)
    assert listing(path) == [path.name]


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_has_the_rights_of_a_new_file(path, mask, monkeypatch):
    path.unlink()
    before = os.umask(mask)
    try:
        with monkeypatch.context() as patch:
            # Even for a moment, the umask would be that of other threads.
            patch.setattr(os, "umask", lambda mask: pytest.fail("touched"))
            write(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_keeps_the_rights_of_the_old_one(path):
    path.chmod(0o600)
    write(path)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_a_link_the_file_behind_it_is_replaced(path, tmp_path):
    link = tmp_path / "link.bin"
    link.symlink_to(path)
    write(link)
    assert link.is_symlink() and path.read_bytes() == NEW
    assert listing(path) == [path.name]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_block_that_fails(path, error):
    with pytest.raises(error), replaced(path) as part:
        part.write_bytes(NEW)
        raise error
    assert path.read_bytes() == OLD and listing(path) == ["run.bin"]


def test_a_file_that_is_gone_at_the_end(path):
    with pytest.raises(FileNotFoundError), replaced(path) as part:
        part.unlink()
    assert path.read_bytes() == OLD and listing(path) == ["run.bin"]


def test_a_folder_of_that_name(tmp_path):
    path = tmp_path / "run.bin"
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        write(path)
    assert listing(path) == ["run.bin"]


@pytest.mark.parametrize("size", [0, 1, 8192, len(NEW) - 1])
def test_full_disk(path, size):
    with no_larger_files(size), pytest.raises(OSError, match="too large"):
        write(path)
    assert path.read_bytes() == OLD and listing(path) == ["run.bin"]
    with no_larger_files(len(NEW)):
        write(path)
    assert path.read_bytes() == NEW


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_no_space_for_the_last_bytes(path, name, monkeypatch):
    def no_space(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, name, no_space)
        with pytest.raises(OSError, match="No space left"):
            write(path)
    assert path.read_bytes() == OLD and listing(path) == ["run.bin"]


def test_is_on_the_disk_before_it_has_its_name(path, monkeypatch):
    done = []
    for name in "fsync", "replace":
        real = getattr(os, name)
        monkeypatch.setattr(
            os,
            name,
            lambda *args, name=name, real=real: done.append(name) or real(*args),
        )
    write(path)
    assert done == ["fsync", "replace"]


KILLED = """
import os, signal, sys
from nin_utils.files import replaced
with replaced(sys.argv[1]) as part:
    part.write_bytes(b"half")
    print(part.name, flush=True)
    sys.stdin.read()
"""


def test_killed_in_the_middle(path):
    """What it leaves is swept by the next one, but not while it lives."""
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        name = child.stdout.readline().strip()
        write(path, b"meanwhile")
        assert listing(path) == [name, "run.bin"]
        child.kill()
    assert child.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"meanwhile"
    assert listing(path) == [name, "run.bin"]
    mine = path.with_name(".run.bin.mine.part")  # another's, left alone
    mine.write_bytes(b"")
    write(path.with_name("run"))  # nor does another file's writer care
    assert listing(path) == sorted([name, mine.name, "run", "run.bin"])
    write(path)
    assert listing(path) == [mine.name, "run", "run.bin"]


def test_two_at_once_and_the_last_to_end_wins(path):
    with replaced(path) as first:
        first.write_bytes(b"first")
        with replaced(path) as second:
            second.write_bytes(b"second")
            assert first != second
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first" and listing(path) == ["run.bin"]


def test_many_at_once(path):
    """What stands there is at each moment what one of them wrote, whole."""
    failed = []

    def run(letter):
        try:
            for length in range(1, 40):
                write(path, bytes([letter]) * length * 1000)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        content = path.read_bytes()
        assert content == OLD or len(content) % 1000 == 0 < len(content)
        assert content == OLD or len(set(content)) == 1
    assert not failed and listing(path) == ["run.bin"]


def test_swept_before_it_was_locked(path, monkeypatch):
    lock, calls = fcntl.flock, itertools.count()

    def late(handle, how):
        if next(calls) == 0:  # another process comes in between
            for left in path.parent.glob(".run.bin.*.part"):
                left.unlink()
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    write(path)
    assert next(calls) == 2
    assert path.read_bytes() == NEW and listing(path) == ["run.bin"]


def test_without_locks(path, monkeypatch):
    """Then nothing is swept, for it could be another's."""

    def no_locks(*args):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with replaced(path) as part:
        part.write_bytes(b"one")
        with contextlib.suppress(RuntimeError), replaced(path) as other:
            assert part.exists() and other.exists()
            raise RuntimeError
    assert path.read_bytes() == b"one" and listing(path) == ["run.bin"]
