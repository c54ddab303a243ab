"""What a machine lacks is named at once, with the remedy, before a download."""

import ast
import os
import platform
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest

import doctor
from booktools import machine
from booktools.machine import Finding
from helpers import ROOT

OLD_PYTHON = (3, 7)  # may still look, and says that it is too old
UNAME = namedtuple("uname", "system machine libc")


def imitate(monkeypatch, system="Linux", processor="x86_64", libc="glibc 2.36"):
    """Let the machine look like another one."""

    def confstr(name):
        if libc is None:
            raise OSError(22, "Invalid argument")
        return libc

    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: processor)
    monkeypatch.setattr(machine.os, "confstr", confstr)


@pytest.mark.parametrize(
    ("uname", "words"),
    [
        (UNAME("Windows", "AMD64", None), "WSL 2"),
        (UNAME("Darwin", "arm64", None), "--platform linux/amd64"),
        (UNAME("Darwin", "x86_64", None), "Docker"),
        (UNAME("Linux", "aarch64", "glibc 2.36"), "Docker"),
        (UNAME("Linux", "i686", "glibc 2.36"), "64-bit"),
        (UNAME("Linux", "x86_64", None), "musl"),
        (UNAME("Linux", "x86_64", ""), "musl"),
        (UNAME("Linux", "x86_64", "glibc 2.17"), "glibc 2.28"),
        (UNAME("FreeBSD", "x86_64", None), "Linux"),
    ],
)
def test_platform_without_mxnet(monkeypatch, uname, words):
    imitate(monkeypatch, *uname)
    (finding,) = machine.look(("test",))  # nothing else matters there
    assert words in finding.problem and "Colab" in finding.problem
    assert "\n" not in finding.problem


@pytest.mark.parametrize("libc", ["glibc 2.28", "glibc 2.41"])
def test_platform_with_mxnet(monkeypatch, libc):
    imitate(monkeypatch, libc=libc)
    assert machine.look_at_platform() == Finding("platform", f"Linux x86_64, {libc}")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The only folder in which programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder, name, says=""):
    """Put a program into a folder that prints these words."""
    file = folder / name
    file.write_text("#!/bin/sh\n" + "".join(f"echo {w}\n" for w in says.split()))
    file.chmod(0o755)
    return str(file)


def test_python3_is_taken_if_it_fits(path):
    program(path, "python3.14", "3.14 64 1")
    own = program(path, "python3", "3.12 64 1")
    assert machine.find_python() == (machine.Python("3.12", own, True), [])


def test_newest_of_the_others(path):
    program(path, "python3", "3.10 64 1")
    program(path, "python3.11", "3.11 64 1")
    newest = program(path, "python3.13", "3.13 64 1")
    python, others = machine.find_python()
    assert python == machine.Python("3.13", newest, True)
    assert others == ["python3 (3.10, 64 bits)"]


def test_uv_brings_one(path):
    program(path, "python3", "3.15 64 1")
    program(path, "uv")
    assert machine.find_python()[0] == machine.Python("3.12", "", False)
    assert machine.look_at_python() == Finding("Python", "3.12, from uv")


def test_uv_does_for_a_missing_venv(path):
    own = program(path, "python3", "3.13 64")
    finding = machine.look_at_python()
    assert (finding.lacks, finding.problem) == ("venv", "")
    assert machine.PACKAGES["venv"][0].format(version="3.13") == "python3.13-venv"
    program(path, "uv")
    assert machine.look_at_python() == Finding("Python", f"3.13, {own}")


@pytest.mark.parametrize("says", ["3.10 64 1", "3.15 64 1", "3.12 32 1", "nonsense"])
def test_python_that_does_not_fit(path, says):
    program(path, "python3", says)
    finding = machine.look_at_python()
    assert "3.11 to 3.14" in finding.problem and "uv" in finding.problem
    assert "\n" not in finding.problem


@pytest.mark.parametrize("says", ["3.10 64 1", "", None])
def test_python_that_was_named_and_no_other(path, says):
    program(path, "python3", "3.12 64 1")
    if says is not None:
        program(path, "python3.10", says)
    problem = machine.look_at_python("python3.10").problem
    assert "python3.10" in problem and "leave out PYTHON" in problem


@pytest.mark.parametrize(
    ("release", "lacks"),
    [
        ('ID=ubuntu\nVERSION_ID="22.04"\n', "python"),
        ("ID=debian\nVERSION_ID='11'\n", ""),
    ],
)
def test_old_ubuntu_has_a_newer_python(path, monkeypatch, tmp_path, release, lacks):
    program(path, "python3", "3.10 64 1")
    program(path, "apt-get")
    monkeypatch.setattr(machine, "RELEASE", tmp_path / "os-release")
    machine.RELEASE.write_text(release)
    finding = machine.look_at_python()
    assert (finding.lacks, bool(finding.problem)) == (lacks, not lacks)


def test_library_that_is_missing(monkeypatch):
    assert machine.look_at_library("libc.so.6").lacks == ""
    monkeypatch.setitem(machine.PACKAGES, "libnone.so.9", ("libnone9",) * 4)
    assert machine.look_at_library("libnone.so.9").lacks == "libnone.so.9"


def test_no_space(monkeypatch, tmp_path):
    usage = namedtuple("usage", "free")(2.5e9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "3 GB" in machine.look_at_space(tmp_path).problem
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".ready").touch()  # then the space is used already
    assert machine.look_at_space(tmp_path).problem == ""


@pytest.fixture
def no_browser(path, tmp_path, monkeypatch):
    """A machine with no browser, whose root we are not."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setattr(machine.os, "getuid", lambda: 1000)
    monkeypatch.setattr(machine, "RELEASE", tmp_path / "none")
    return path


def test_browser_of_the_system_then_of_playwright(no_browser, tmp_path):
    assert machine.browser() is None
    folder = tmp_path / "browsers" / "chromium_headless_shell-1200" / "chrome-linux"
    folder.mkdir(parents=True)
    own = program(folder, "headless_shell")
    assert machine.browser() is None  # half a download
    (folder.parent / "INSTALLATION_COMPLETE").touch()
    assert machine.browser() == own
    system = program(no_browser, "google-chrome")
    assert machine.browser() == system


@pytest.mark.parametrize("libraries", [True, False])
@pytest.mark.parametrize("answers", [True, False])
def test_playwright_downloads_one_where_it_can(
    no_browser, monkeypatch, libraries, answers
):
    monkeypatch.setattr(machine, "_loads", lambda name: libraries)
    monkeypatch.setattr(machine, "_answers", lambda: answers)
    expected = (
        Finding("browser", machine.DOWNLOAD)
        if libraries and answers
        else Finding("browser", "none", "browser")
    )
    assert machine.look_at_browser() == expected


def test_host_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(machine, "BROWSER_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "*")
    assert not machine._answers()
    done, limits = threading.Event(), []

    def hang(address, timeout):
        limits.append(timeout)
        done.wait(9)
        raise OSError

    monkeypatch.setattr(machine, "urlopen", hang)
    start = time.monotonic()
    assert not machine._answers()
    assert time.monotonic() - start < 6 and limits == [1]
    done.set()


def test_host_that_answers(monkeypatch):
    def refuse(address, timeout):
        raise machine.HTTPError(address, 404, "Not Found", None, None)

    monkeypatch.setattr(machine, "urlopen", refuse)
    assert machine._answers()


@pytest.mark.parametrize(
    ("goal", "things"),
    [
        ("book", set()),
        ("test", {"browser", "clang", "ld.lld", "ip", "Fashion-MNIST"}),
        ("audit", {"browser"}),
        ("bare", {"mmdebstrap"}),
    ],
)
def test_a_goal_asks_for_what_it_needs(goal, things):
    always = {"platform", "Python", "disk", *machine.LIBRARIES}
    assert {f.what for f in machine.look((goal,))} == always | things


LACKING = [
    Finding("Python", "3.13, /usr/bin/python3, without venv", "venv"),
    Finding("libgomp.so.1", "none", "libgomp.so.1"),
    Finding("browser", "none", "browser"),
    Finding("disk", "9 GB free"),
]


@pytest.mark.parametrize(
    ("installer", "packages"),
    [
        ("apt-get", "python3.13-venv libgomp1 chromium"),
        ("dnf", "python3 libgomp chromium"),
        ("zypper", "python3 libgomp1 chromium"),
        ("pacman", "python gcc-libs chromium"),
    ],
)
def test_one_line_names_everything(no_browser, installer, packages):
    program(no_browser, installer)
    line = machine.one_line(LACKING)
    assert line.endswith(f"{machine.INSTALLERS[installer]} {packages}")
    assert "sudo" not in line and "as root" in line
    program(no_browser, "sudo")
    assert f"sudo {machine.INSTALLERS[installer]} {packages}" in machine.one_line(
        LACKING
    )


@pytest.mark.parametrize(("there", "missing"), [("clang", 0), ("cc", 0), ("", 1)])
def test_any_compiler_makes_the_stub(no_browser, there, missing):
    if there:
        program(no_browser, there)
    found = [f for f in machine.look(("gpu-stub",)) if f.lacks == "clang"]
    assert len(found) == missing


def test_ubuntus_chromium_is_a_snap(no_browser, tmp_path):
    machine.RELEASE.write_text("ID=ubuntu\nVERSION_ID='24.04'\n")
    program(no_browser, "apt-get")
    commands = machine.commands(LACKING)
    assert commands[0] == "apt-get update"
    assert commands[1] == "apt-get install -y python3.13-venv libgomp1 curl"
    assert commands[2].startswith("curl ") and machine.CHROME in commands[2]
    assert commands[3] == "apt-get install -y /tmp/chrome.deb"


def test_nothing_is_missing(no_browser):
    assert machine.one_line([Finding("disk", "9 GB free")]) == ""


def test_system_with_an_unknown_installer(no_browser):
    with pytest.raises(LookupError, match=r"venv, libgomp\.so\.1, browser"):
        machine.commands(LACKING)


def test_only_root_with_apt_is_not_asked(no_browser, monkeypatch):
    apt, other = ["apt-get update"], ["dnf install -y libgomp"]
    assert not machine.may_install(apt)
    monkeypatch.setattr(machine.os, "getuid", lambda: 0)
    assert machine.may_install(apt)
    assert not machine.may_install(other)
    assert not machine.may_install([*apt, "curl x"])


def test_table():
    findings = [*LACKING, Finding("clang", "none", "clang", needed=False)]
    rows = doctor.table(findings).splitlines()
    assert [row.split()[-1] for row in rows] == [
        *("missing", "missing", "missing", "ok", "skipped")
    ]
    assert len({row.rindex(row.split()[1]) for row in rows[1:3]}) == 1


def test_looking_takes_less_than_two_seconds_of_a_processor():
    def seconds():  # other tests slow the clock on the wall
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    start = seconds()
    done = subprocess.run(
        [sys.executable, "-S", ROOT / "scripts" / "doctor.py"],
        capture_output=True,
        text=True,
    )
    assert seconds() - start < 2
    assert "platform" in done.stdout and not done.stderr


@pytest.mark.parametrize(
    "name", ["doctor", "set_up", "booktools/machine", "booktools/alone"]
)
def test_an_old_python_can_look_with_nothing_but_its_library(name):
    source = (ROOT / "scripts" / f"{name}.py").read_text()
    tree = ast.parse(source, feature_version=OLD_PYTHON)
    imports = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}
    outside = {name.split(".")[0] for name in names} - sys.stdlib_module_names
    assert outside <= {"booktools"}
    assert (ROOT / "scripts/booktools/__init__.py").read_text().count("import") == 0


@pytest.mark.parametrize("version", ["3.7", "3.8", "3.9", "3.10"])
def test_an_old_python_says_so(version, path, tmp_path):
    homes = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*"))
    if not homes:
        pytest.skip(f"there is no Python {version} here")
    (path / "python3").symlink_to(homes[-1] / "bin" / "python3")
    (tmp_path / "scripts").mkdir()
    done = subprocess.run(
        [path / "python3", ROOT / "scripts" / "doctor.py"],
        capture_output=True,
        text=True,
        env={"PATH": str(path), "HOME": os.environ.get("HOME", "/")},
    )
    assert done.returncode == 1
    assert f"here is python3 ({version}, 64 bits)" in done.stdout
