"""The environment is whole or not there; what fails says so in one line."""

import subprocess
import sys
from pathlib import Path

import pip
import pytest

import set_up
from booktools import machine
from booktools.machine import Finding


@pytest.fixture
def book(tmp_path):
    """A book with an environment of which this one's pip is a part."""
    root = tmp_path / "book"
    root.mkdir()
    for name in set_up.LOCK:
        (root / name).write_text("")

    def begin(wanted, root):
        folder = root / ".venv"
        subprocess.run([wanted, "-m", "venv", "--without-pip", folder], check=True)
        (packages,) = folder.glob("lib/python3*/site-packages")
        (packages / "pip.pth").write_text(str(Path(pip.__file__).parents[1]))
        (folder / "bin" / "pip").write_text(f"#!{folder}/bin/python\n")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(set_up, "begin_environment", begin)
        patch.setattr(set_up, "_pip", lambda root, *arguments: None)
        set_up.make_environment(sys.executable, root)
    return root


@pytest.fixture
def calls(monkeypatch):
    """What would be done, instead of doing it."""
    calls = []

    def begin(wanted, root):
        calls.append("begin")
        (root / ".venv" / "bin").mkdir(parents=True)

    monkeypatch.setattr(set_up, "begin_environment", begin)
    monkeypatch.setattr(set_up, "_pip", lambda root, *words: calls.append(words[-1]))
    return calls


ALL = ["begin", "requirements.txt", "."]


def test_whole_one_is_left_alone(book, calls):
    set_up.make_environment("", book)
    set_up.make_environment(sys.executable, book)  # as it is one of this version
    assert calls == []


def test_scripts_may_name_their_python_in_the_second_line(book, calls):
    """As pip writes them where the path has a space, or is long."""
    script = book / ".venv" / "bin" / "pip"
    script.write_text(f"#!/bin/sh\nexec {script.parent}/python $0\n")
    set_up.make_environment("", book)
    assert calls == []


def test_other_requirements_are_installed_into_it(book, calls):
    (book / "requirements.txt").write_text("more")
    for _ in range(2):
        set_up.make_environment("", book)
    assert calls == ALL[1:]


def half_installed(root):
    (root / ".venv" / ".ready").unlink()


def of_an_earlier_python(root):
    """Its packages lie in a folder where the new Python does not look."""
    (library,) = (root / ".venv" / "lib").iterdir()
    library.rename(library.with_name("python3.0"))


def whose_python_is_gone(root):
    (root / ".venv" / "bin" / "python").unlink()


def moved(root):
    script = root / ".venv" / "bin" / "pip"
    script.write_text(script.read_text().replace(str(root), "/elsewhere"))


@pytest.mark.parametrize(
    "harm", [half_installed, of_an_earlier_python, whose_python_is_gone, moved]
)
def test_broken_one_is_made_afresh(book, calls, harm):
    harm(book)
    set_up.make_environment("", book)
    assert calls == ALL
    assert not (book / ".venv" / "pyvenv.cfg").exists()  # of the old one


def test_another_python_is_wanted(book, calls, monkeypatch):
    monkeypatch.setattr(machine, "ask", lambda path: ("3.99", 64, True))
    set_up.make_environment("python3.99", book)
    assert calls == ALL


def test_of_one_that_stands_elsewhere_only_the_link_goes(book, calls, tmp_path):
    (book / ".venv").rename(tmp_path / "elsewhere")
    (book / ".venv").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / ".ready").unlink()
    set_up.make_environment("", book)
    assert calls == ALL
    assert (tmp_path / "elsewhere" / "pyvenv.cfg").exists()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_nothing_is_left_of_one_that_fails(book, monkeypatch, stop):
    def stopped(root, *arguments):
        raise stop

    half_installed(book)
    monkeypatch.setattr(set_up, "begin_environment", lambda *_: None)
    monkeypatch.setattr(set_up, "_pip", stopped)
    with pytest.raises(stop):
        set_up.make_environment("", book)
    assert not (book / ".venv").exists()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_update_that_fails_is_tried_again(book, calls, monkeypatch, stop):
    def stopped(root, *arguments):
        raise stop

    (book / "requirements.txt").write_text("more")
    with monkeypatch.context() as patch:
        patch.setattr(set_up, "_pip", stopped)
        with pytest.raises(stop):
            set_up.make_environment("", book)
    assert (book / ".venv" / "pyvenv.cfg").exists()
    set_up.make_environment("", book)
    assert calls == ALL[1:]


def test_no_network(book, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    (book / "requirements.txt").write_text(f"nowhere==1 --hash=sha256:{'0' * 64}")
    with pytest.raises(SystemExit) as stopped:
        set_up.make_environment("", book)
    assert "PIP_INDEX_URL" in str(stopped.value) and "\n" not in str(stopped.value)


def test_a_mirror_that_serves_something_else(book, monkeypatch, tmp_path):
    wheel = tmp_path / "wheels" / "nowhere-1-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"something else")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    (book / "requirements.txt").write_text(f"nowhere==1 --hash=sha256:{'0' * 64}")
    with pytest.raises(SystemExit, match="mirror"):
        set_up.make_environment("", book)


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("ERROR: [Errno 28] No space left on device", "make room"),
        (
            "WARNING: Retrying … [SSL: CERTIFICATE_VERIFY_FAILED] …\n"
            "ERROR: No matching distribution found for nin",
            "set REQUESTS_CA_BUNDLE to a file",
        ),
        ("HTTPSConnectionPool(host='x', port=443): Read timed out.", "PIP_INDEX_URL"),
        ("ERROR: something new\nERROR: and more", "something new\nERROR: and more"),
    ],
)
def test_words_of_pip(book, monkeypatch, said, remedy):
    done = subprocess.CompletedProcess([], 1, stdout=said.encode())
    monkeypatch.setattr(set_up.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(SystemExit, match=remedy):
        set_up._pip(book, "-r", "requirements.txt")


LACKS = Finding("libgomp.so.1", "none", "libgomp.so.1")
EXTRA = Finding("clang", "none", "clang", needed=False)
PROBLEM = Finding("disk", "1 GB free", problem="Make room.")


@pytest.fixture
def apt(tmp_path, monkeypatch):
    """An apt-get that notes what it was asked for, and no sudo."""
    folder, asked = tmp_path / "bin", tmp_path / "asked"
    folder.mkdir()
    (folder / "apt-get").write_text(f'#!/bin/sh\necho "$*" >> {asked}\nexit $FAIL\n')
    (folder / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("FAIL", "0")
    return lambda: asked.read_text().splitlines() if asked.exists() else []


def be(monkeypatch, user):
    monkeypatch.setattr(machine.os, "getuid", lambda: user)


def test_root_gets_it_installed(apt, monkeypatch):
    be(monkeypatch, 0)
    set_up.install_missing([LACKS, EXTRA])
    assert [words.split(" -qq")[0] for words in apt()] == [
        "update",
        "install -y libgomp1",
        "install -y clang",
    ]


def test_a_user_gets_one_line_of_what_is_needed(apt, monkeypatch):
    be(monkeypatch, 1000)
    with pytest.raises(SystemExit) as stopped:
        set_up.install_missing([LACKS, EXTRA])
    assert str(stopped.value).endswith("apt-get install -y libgomp1")
    assert "\n" not in str(stopped.value)
    set_up.install_missing([EXTRA])  # without it, tests are skipped
    assert apt() == []


@pytest.mark.parametrize("user", [0, 1000])
def test_what_no_package_mends_comes_first(apt, monkeypatch, user):
    be(monkeypatch, user)
    with pytest.raises(SystemExit, match=r"^Make room\. .*libgomp1$"):
        set_up.install_missing([LACKS, PROBLEM])
    assert apt() == []


def test_apt_fails(apt, monkeypatch):
    be(monkeypatch, 0)
    monkeypatch.setenv("FAIL", "100")
    set_up.install_missing([EXTRA])
    with pytest.raises(SystemExit, match="apt-get update"):
        set_up.install_missing([LACKS])


def test_playwright_downloads_a_browser_if_there_is_none(monkeypatch):
    calls = []
    monkeypatch.setattr(set_up.subprocess, "call", lambda words: calls.append(words))
    monkeypatch.setattr(machine, "browser", lambda: "/usr/bin/chromium")
    set_up.download_browser()
    assert not calls
    monkeypatch.setattr(machine, "browser", lambda: None)
    be(monkeypatch, 1000)
    set_up.download_browser()
    assert calls[0][1:] == ["-m", "playwright", "install", "--only-shell", "chromium"]
    monkeypatch.setattr(set_up.subprocess, "call", lambda words: 1)
    with pytest.raises(SystemExit, match="install Chromium"):
        set_up.download_browser()
