"""What this machine has and lacks for the book, before anything is installed.

Any Python 3 may ask, also one that is too old for the book: nothing but the
standard library is imported here.
"""

import ctypes
import os
import platform
import shutil
import subprocess
import threading
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")  # what requirements.txt is for
GLIBC = (2, 28)  # what today's wheels are for
SPACE = 3.0  # GB: an environment, what is downloaded for it, a book
LIBRARIES = ("libgomp.so.1", "libquadmath.so.0")  # MXNet is linked to them
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_GOALS = {"test", "bench", "offline", "audit", "pdf", "slides"}
# What a goal needs, the first choice first.
TOOLS = {"offline": ["ip"], "gpu-stub": ["clang", "cc"], "bare": ["mmdebstrap"]}
# Some of the libraries that Playwright's own Chromium does not bring.
BROWSER_LIBRARIES = ("libnss3.so", "libatk-bridge-2.0.so.0", "libgbm.so.1")
BROWSER_HOST = "https://cdn.playwright.dev"
DOWNLOAD = "none yet: Playwright downloads one"
DOCKER = "docker build --platform linux/amd64 -t nin-book ."

# How each installer is called, and what it calls the things that may be
# missing; "" if it has no such package.  Only apt-get was tried.
INSTALLERS = {
    "apt-get": "apt-get install -y",
    "dnf": "dnf install -y",
    "zypper": "zypper install -y",
    "pacman": "pacman -S --needed",
}
PACKAGES = {
    "libgomp.so.1": ("libgomp1", "libgomp", "libgomp1", "gcc-libs"),
    "libquadmath.so.0": ("libquadmath0", "libquadmath", "libquadmath0", "gcc-libs"),
    "python": ("", "python3.12", "python312", ""),
    "venv": ("python{version}-venv", "python3", "python3", "python"),
    "browser": ("chromium", "chromium", "chromium", "chromium"),
    "clang": ("clang", "clang", "clang", "clang"),
    "ld.lld": ("lld", "lld", "lld", "lld"),
    "ip": ("iproute2", "iproute", "iproute2", "iproute2"),
    "Fashion-MNIST": ("dataset-fashion-mnist", "", "", ""),
    "mmdebstrap": ("mmdebstrap", "mmdebstrap", "", ""),
}
# Where Ubuntu has something else: a Python that fits, and no snap.
RELEASE = Path("/etc/os-release")  # says which Linux this is
CHROME = "https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb"


class Finding(NamedTuple):
    """Something the book needs, and what there is of it here."""

    what: str
    found: str
    lacks: str = ""  # what is missing, a key of PACKAGES
    problem: str = ""  # what no package mends, and the remedy
    needed: bool = True  # else some tests are skipped


class Python(NamedTuple):
    """A Python that can run the book."""

    version: str  # "3.12"
    path: str  # "" if uv has to bring it
    has_venv: bool


def look(goals=(), wanted="", root=ROOT):
    """Return a `Finding` for each thing that is needed.

    Parameters
    ----------
    goals : iterable of str
        What `make` was asked for.
    wanted : str
        The only Python to be taken; if empty, the first one that fits.
    root : pathlib.Path
        The folder of the book.
    """
    findings = [look_at_platform()]
    if findings[0].problem:
        return findings
    findings.append(look_at_python(wanted))
    findings += map(look_at_library, LIBRARIES)
    findings.append(look_at_space(root))
    if BROWSER_GOALS.intersection(goals):
        findings.append(look_at_browser())
    if {"test", "offline"}.intersection(goals):
        findings += look_at_extras()
    findings += (_look_for(*TOOLS[goal]) for goal in TOOLS if goal in goals)
    return findings


def look_at_platform():
    """Say whether MXNet 1.9.1 runs on this machine."""
    system, machine = platform.system(), platform.machine()
    found, remedy = f"{system} {machine}", ""
    if system == "Windows":
        remedy = "run it in WSL 2 (wsl --install, then again in there) or on Colab"
    elif system == "Darwin" or machine in ("aarch64", "arm64"):
        remedy = f"run it in Docker ({DOCKER}) or on Colab"
    elif system != "Linux" or machine != "x86_64":
        remedy = "run it on 64-bit Linux on x86 or on Colab"
    else:
        libc = _libc()
        found += f", {libc}"
        version = [int(part) for part in libc.split()[1].split(".")[:2]]
        if tuple(version) < GLIBC:
            oldest = "glibc {}.{}".format(*GLIBC)
            remedy = f"run it where there is {oldest}, in Docker ({DOCKER}) or on Colab"
    if remedy:
        remedy = f"MXNet 1.9.1 does not run on {found}: {remedy}."
    return Finding("platform", found, problem=remedy)


def _libc():
    """Return the C library and its version, such as "glibc 2.36"."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or "musl 0"
    except (OSError, ValueError):
        return "musl 0"


def look_at_python(wanted=""):
    """Say which Python makes the environment."""
    python, others = find_python(wanted)
    if python:
        found = f"{python.version}, {python.path or 'from uv'}"
        if not (python.has_venv or shutil.which("uv")):
            return Finding("Python", f"{found}, without venv", "venv")
        return Finding("Python", found)
    found = ", ".join(others) or "none"
    if not wanted and package_of("python"):
        return Finding("Python", found, "python")
    if wanted:
        remedy = "leave out PYTHON or name another one, as in make PYTHON=python3.12"
    else:
        remedy = "install uv (https://docs.astral.sh/uv), which brings one"
    span = f"{PYTHONS[0]} to {PYTHONS[-1]}"
    problem = f"The book needs a 64-bit Python {span}; here is {found}: {remedy}."
    return Finding("Python", found, problem=problem)


def find_python(wanted=""):
    """Return the `Python` to take, or None, and words on what else was found.

    The wanted one and no other; else `python3` if it fits, else the newest
    that does, else one that uv brings.
    """
    names = [wanted] if wanted else ["python3", *(f"python{v}" for v in PYTHONS[::-1])]
    others, without_venv = [], None
    for name in names:
        path = shutil.which(name)
        version, bits, has_venv = ask(path) if path else ("", 0, False)
        if version in PYTHONS and bits == 64:
            python = Python(version, path, has_venv)
            if has_venv:
                return python, others
            without_venv = without_venv or python
        elif version:
            others.append(f"{name} ({version}, {bits} bits)")
        elif wanted:
            others.append(f"no {name} that runs")
    if not wanted and not without_venv and shutil.which("uv"):
        return Python("3.12", "", False), others
    return without_venv, others


def ask(path):
    """Return version, bits and "has it venv?" of a Python that may not run."""
    code = (
        "import sys; print('%d.%d' % sys.version_info[:2]); "
        "print(64 if sys.maxsize > 2**32 else 32); import ensurepip, venv; print(1)"
    )
    try:
        said = subprocess.run(
            [path, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
        ).stdout.decode()
        version, bits, *has_venv = said.split()
        return version, int(bits), bool(has_venv)
    except (OSError, ValueError, subprocess.SubprocessError):
        return "", 0, False


def look_at_library(name):
    """Say whether a C library can be loaded."""
    return Finding(name, "there") if _loads(name) else Finding(name, "none", name)


def _loads(name):
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def look_at_space(root):
    """Say whether an environment and a book find room."""
    free = shutil.disk_usage(str(root)).free / 1e9
    found = f"{free:.1f} GB free"
    if free >= SPACE or (root / ".venv" / ".ready").exists():
        return Finding("disk", found)
    problem = f"The book needs {SPACE:.0f} GB of disk, {root} has {found}: make room."
    return Finding("disk", found, problem=problem)


def look_at_browser():
    """Say which browser opens the built pages."""
    found = browser()
    if found:
        return Finding("browser", found)
    brings_libraries = os.getuid() == 0 and distribution()[0] == "ubuntu"
    if (brings_libraries or all(map(_loads, BROWSER_LIBRARIES))) and _answers():
        return Finding("browser", DOWNLOAD)
    return Finding("browser", "none", "browser")


def browser():
    """Return the path of the system's Chromium or Chrome, else of Playwright's."""
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright"
    # Playwright writes the mark last: an interrupted download has none.
    marks = Path(cache).expanduser().glob("chromium*-*/INSTALLATION_COMPLETE")
    own = (p for mark in sorted(marks) for p in sorted(mark.parent.glob("*/*")))
    names = ("chrome", "headless_shell", "chrome-headless-shell")
    system = next(filter(None, map(shutil.which, BROWSERS)), None)
    return system or next((str(p) for p in own if p.name in names), None)


def _answers(seconds=1):
    """Say whether the browser's host answers, whatever it says, within a second."""
    answers = []

    def ask():
        try:
            urlopen(BROWSER_HOST, timeout=seconds).close()
        except HTTPError:
            pass
        except OSError:
            return
        answers.append(True)

    thread = threading.Thread(target=ask, daemon=True)  # looking up a name may last
    thread.start()
    thread.join(seconds)
    return bool(answers)


def look_at_extras():
    """Return findings on what some tests are skipped without."""
    for program in ("clang", "ld.lld", "ip"):
        yield _look_for(program)._replace(needed=False)
    data = Path("/usr/share/datasets/fashion-mnist")
    found, lacks = (str(data), "") if data.exists() else ("none", "Fashion-MNIST")
    yield Finding("Fashion-MNIST", found, lacks, needed=False)


def _look_for(program, *others):
    """Return the finding on a program, in whose place others do as well."""
    folders = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    paths = (shutil.which(name, path=folders) for name in (program, *others))
    path = next(filter(None, paths), None)
    return Finding(program, path or "none", "" if path else program)


def installer():
    """Return the name of the system's installer, "" if it is none of ours."""
    return next(filter(shutil.which, INSTALLERS), "")


def package_of(thing, version=""):
    """Return what the installer calls a thing, "" if it has none."""
    name = installer()
    if thing == "python" and distribution() == ("ubuntu", "22.04"):
        return "python3.11-venv"
    packages = dict(zip(INSTALLERS, PACKAGES[thing]))
    return packages.get(name, "").format(version=version)


def distribution():
    """Return name and version of this Linux, such as ("debian", "13")."""
    try:
        text = RELEASE.read_text(encoding="utf-8")
    except OSError:
        return "", ""
    lines = (line.partition("=") for line in text.splitlines())
    said = {name: value.strip("\"'") for name, _, value in lines}
    return said.get("ID", ""), said.get("VERSION_ID", "")


def commands(findings):
    """Return the commands, for root, that install what is missing.

    Raises
    ------
    LookupError
        If no installer is known here that has it all; says what is missing.
    """
    lacking = [finding for finding in findings if finding.lacks]
    if not lacking:
        return []
    chrome = distribution()[0] == "ubuntu" and "browser" in (f.lacks for f in lacking)
    packages = []
    for finding in lacking:
        if finding.lacks == "browser" and chrome:
            packages.append("curl")
            continue
        name = package_of(finding.lacks, finding.found.split(",")[0])
        if not name and finding.needed:
            things = ", ".join(f.lacks for f in lacking if f.needed)
            raise LookupError(f"Install {things} by the ways of this system.")
        packages.append(name)
    install = INSTALLERS.get(installer(), "")
    packages = dict.fromkeys(filter(None, packages))
    found = [f"{install} {' '.join(packages)}"] if packages else []
    if found and installer() == "apt-get":
        found.insert(0, "apt-get update")
    if chrome:
        found += [f"curl -fsSLo /tmp/chrome.deb {CHROME}", f"{install} /tmp/chrome.deb"]
    return found


def one_line(findings):
    """Return the line that a reader copies to install what is missing, or ""."""
    sudo = "sudo " if shutil.which("sudo") else ""
    line = " && ".join(sudo + command for command in commands(findings))
    if not line:
        return ""
    return f"Something is missing; install it{'' if sudo else ' as root'}: {line}"


def may_install(commands):
    """Say whether these may be run without a question: by root, apt-get only."""
    return not commands or (
        os.getuid() == 0 and all(c.startswith("apt-get ") for c in commands)
    )
