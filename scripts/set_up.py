"""Look at the machine, then make .venv: what every target of make does first.

    python3 scripts/set_up.py [GOAL ...] [--python PYTHON]

Within two seconds, and before anything is downloaded, all that is missing is
known.  Root on Debian or Ubuntu gets it installed; else one line says how, and
the exit status is 1.  Any Python 3 may run this.
"""

import argparse
import hashlib
import os
import shutil
import subprocess

from booktools import machine
from booktools.alone import alone
from booktools.machine import ROOT

LOCK = ("requirements.txt", "pyproject.toml")
PIP = ("-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-deps")
NO_NETWORK = (
    "the packages cannot be had: look after the network, or name a mirror: "
    "PIP_INDEX_URL=https://… make book"
)
FAULTS = {  # what pip says, and what to do about it
    "No space left": "there is no space left: make room",
    "CERTIFICATE_VERIFY_FAILED": "a certificate could not be verified. If your "
    "network replaces certificates, set REQUESTS_CA_BUNDLE to a file with all "
    "that you trust, its root certificate included",
    "DO NOT MATCH": "a package is not the one that was locked: take another mirror",
    "No matching distribution": NO_NETWORK,
    "HTTPSConnectionPool": NO_NETWORK,  # it stalled
}


def main():
    """Look, install what is missing, make the environment."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goals", nargs="*", help="what make was asked for")
    parser.add_argument("--python", default="", help="the only one to be taken")
    arguments = parser.parse_args()
    try:
        findings = machine.look(arguments.goals, arguments.python)
        install_missing(findings)
        with alone():
            make_environment(arguments.python)
            if any(finding.found == machine.DOWNLOAD for finding in findings):
                download_browser()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def install_missing(findings):
    """Install as root, by apt, what is missing; else exit with one line."""
    problems = [finding.problem for finding in findings if finding.problem]
    needed = [finding for finding in findings if finding.needed]
    try:
        line, commands = machine.one_line(needed), machine.commands(needed)
    except LookupError as error:
        raise SystemExit(" ".join([*problems, str(error)])) from None
    if problems:
        raise SystemExit(" ".join(filter(None, [*problems, line])))
    if not machine.may_install(commands):
        raise SystemExit(line)
    for command in commands:
        if not _install(command):
            raise SystemExit(f"This failed, see above: {command}")
    # apart: one name that apt does not know, and it installs none of them
    more = machine.commands(finding for finding in findings if not finding.needed)
    if machine.may_install(more):
        for command in more:
            if command not in commands and not _install(command):
                break  # without them tests are skipped


def _install(command):
    """Run a command of an installer; say whether it succeeded."""
    print(command, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    words = [*command.split(), "-qq", "--no-install-recommends"]
    return not subprocess.call(words, env=quiet, stdout=subprocess.DEVNULL)


def make_environment(wanted="", root=ROOT):
    """Make .venv with all that requirements.txt locks; nothing if it is there.

    One that was not finished, that no longer runs, or that was moved is made
    afresh.  Nothing is left of one that fails; one that is brought up to date
    stays, and the next call tries again.

    Parameters
    ----------
    wanted : str
        The Python to take; if empty, the first one that fits.
    root : pathlib.Path
        The folder of the book.
    """
    ready = root / ".venv" / ".ready"  # written last: what it was made from
    locked = hashlib.sha256()
    for name in LOCK:
        locked.update((root / name).read_bytes())
    begun = not (ready.exists() and _runs(root, wanted))
    if begun:
        remove_environment(root)
        begin_environment(wanted, root)
    elif ready.read_text() == locked.hexdigest():
        return
    else:
        print("Bringing .venv up to date", flush=True)
        ready.write_text("")  # until all of it is there
    try:
        _pip(root, "--require-hashes", "-r", "requirements.txt")
        _pip(root, "--no-build-isolation", "-e", ".")
    except BaseException:
        if begun:
            remove_environment(root)
        raise
    ready.write_text(locked.hexdigest())


def _runs(root, wanted):
    """Say whether .venv runs, has not been moved, and has the Python wanted."""
    own = root / ".venv" / "bin" / "python"
    code = "import pip, sys; print('%d.%d' % sys.version_info[:2])"
    try:
        asked = [str(own), "-c", code]
        said = subprocess.check_output(asked, stderr=subprocess.DEVNULL)
        script = (own.parent / "pip").read_bytes()[:2000]
    except (OSError, subprocess.CalledProcessError):
        return False
    at_home = os.fsencode(str((root / ".venv").resolve() / "bin")) in script
    return at_home and (not wanted or machine.ask(wanted)[0] == said.decode().strip())


def remove_environment(root):
    """Remove .venv; of one that stands elsewhere, only the link."""
    folder = root / ".venv"
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(str(folder))


def begin_environment(wanted, root):
    """Make an environment that holds nothing but pip."""
    python, _ = machine.find_python(wanted)
    where = python.path or f"a Python {python.version} that uv brings"
    print(f"Setting up .venv with {where}: some minutes, 900 MB", flush=True)
    folder = str(root / ".venv")
    if python.has_venv:
        command = [python.path, "-m", "venv", folder]
    else:
        chosen = python.path or python.version
        command = ["uv", "venv", "--quiet", "--seed", "--python", chosen, folder]
    # uv does not know what pip is told.
    index = os.environ.get("PIP_INDEX_URL")
    index = {"UV_DEFAULT_INDEX": index, "UV_INDEX_URL": index} if index else {}
    if subprocess.call(command, env={**index, **os.environ}):
        remove_environment(root)
        raise SystemExit(f"This failed, see above: {' '.join(command)}")


def _pip(root, *arguments):
    """Let pip install; if it fails, exit with one line that says what to do."""
    temporary = root / ".venv" / "tmp"  # not /tmp, which may be small
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [str(root / ".venv" / "bin" / "python"), *PIP, *arguments],
        cwd=str(root),
        env={
            **os.environ,
            "TMPDIR": str(temporary),
            "LC_ALL": "C.UTF-8",
            "PIP_USER": "0",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    shutil.rmtree(str(temporary), ignore_errors=True)
    if done.returncode:
        said = done.stdout.decode().strip()
        known = (FAULTS[words] for words in FAULTS if words in said)
        remedy = next(known, said[-2000:])
        raise SystemExit(f".venv could not be set up: {remedy}")


def download_browser():
    """Let Playwright download its Chromium, unless it has."""
    if machine.browser():
        return
    command = [ROOT / ".venv" / "bin" / "python", "-m", "playwright", "install"]
    command += ["--only-shell", *(["--with-deps"] if os.getuid() == 0 else [])]
    if subprocess.call([*map(str, command), "chromium"]):
        raise SystemExit(
            "Playwright could not download its Chromium, see above: install Chromium "
            "or Chrome by the ways of this system, and try again."
        )


if __name__ == "__main__":
    main()
