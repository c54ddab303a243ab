"""Run the README's two commands, word for word, on bare Debians (as root).

    make bare
    .venv/bin/python scripts/bare.py [SUITE:USER ...]

A bare Debian here holds ca-certificates, make, git, python3 and python3-venv,
and an empty home.  Root runs the commands as they stand.  The user `reader`,
who may not install anything, runs the last one first: it must end within two
seconds with one line; root does what the line says; then the commands pass.
Each outcome is recorded in results/bare.json as soon as it is there; a part
replaces that part of the record.  Takes 20 to 30 minutes each.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from booktools import machine
from booktools.files import ROOT
from experiments.records import chosen, git_commit, parser_of, threads, write_record

PLACES = ("bookworm:root", "trixie:root", "sid:root", "trixie:reader")
PACKAGES = "ca-certificates,make,git,python3,python3-venv"
RECORD = ROOT / "results" / "bare.json"
WORK = ROOT / "_build" / "bare"
# How this machine reaches its registries, if not directly.
SETTINGS = (
    *("resolv.conf", "hosts", "pip.conf", "xdg/pip", "ssl/certs"),
    "apt/apt.conf.d",
)
VARIABLES = re.compile(r"(https?|no|all)_proxy|PIP_(INDEX_URL|CERT|TRUSTED_HOST)", re.I)
# A machine of its own, as far as processes and mounts go.
ENTER = """
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
mount --rbind /sys "$0/sys" && exec chroot "$@"
"""


class Bare:
    """A bare Debian in a folder, and a user in it with the book at home."""

    def __init__(self, suite, user):
        self.root = WORK / suite
        self.user = user
        self.home = "/root" if user == "root" else f"/home/{user}"
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.parent.mkdir(parents=True, exist_ok=True)
        options = ["--quiet", "--variant=minbase", f"--include={PACKAGES}"]
        options += ['--aptopt=Acquire::Check-Valid-Until "false"']  # an old mirror
        check("mmdebstrap", *options, suite, self.root, mirror())
        for name in SETTINGS:
            here = Path("/etc") / name
            if here.exists():
                there = self.root / "etc" / name
                there.parent.mkdir(exist_ok=True)
                # not the link that it may be, and readable for the user
                check("cp", "-rT", "--preserve=mode", here.resolve(), there)
        if user != "root":
            self.run(f"useradd --create-home {user}", user="root")
        book = self.root / self.home[1:] / "book"
        check("git", "clone", "-q", "--no-hardlinks", ROOT, book)
        self.run(f"chown -R {user}: {self.home}", user="root")

    def run(self, command, user=None):
        """Run a command in the book's folder; return status, output, seconds."""
        user = user or self.user
        variables = {k: v for k, v in os.environ.items() if VARIABLES.fullmatch(k)}
        paths = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        inside = f"cd ~/book 2>/dev/null; {command}"
        words = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        words += ["sh", "-c", ENTER, self.root, f"--userspec={user}", self.root]
        start = time.monotonic()
        done = subprocess.run(
            [*map(str, words), "sh", "-c", inside],
            env={**variables, "HOME": self.home, "PATH": paths, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout, time.monotonic() - start

    def says(self, command):
        """Return what a command prints, on one line; "" if it fails."""
        status, output, _ = self.run(command)
        return "" if status else " ".join(output.split())


def check(*command):
    """Run a command of this machine; exit if it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr[-3000:]}")


def mirror():
    """Return where Debian's packages come from: as for this machine, if it is one."""
    lists = Path("/etc/apt").rglob("*.sources")
    found = re.search(r"^URIs: (\S+)$", "\n".join(p.read_text() for p in lists), re.M)
    is_debian = machine.distribution()[0] == "debian"
    return found[1] if found and is_debian else "http://deb.debian.org/debian"


def readme_commands():
    """Return the commands of the README's first block."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```bash\n(.*?)```", text, re.DOTALL)[1]
    return [line.split(" #")[0].strip() for line in block.splitlines()]


def try_place(place):
    """Run everything in one place; return its cell of the record."""
    suite, user = place.split(":")
    bare = Bare(suite, user)
    commands = readme_commands()
    cell = {"suite": suite, "user": user}
    if user != "root":
        cell["line"] = ask_for_line(bare, commands[-1])
    cell["commands"] = []
    for command in commands:
        status, output, seconds = bare.run(command)
        (WORK / f"{suite}-{user}-{commands.index(command)}.log").write_text(output)
        print(f"{place}: {command}: status {status}, {seconds:.0f} s", flush=True)
        facts = {"command": command, "status": status, "seconds": round(seconds)}
        cell["commands"].append(facts)
        if status:
            print(output[-3000:])
            break
    python = ".venv/bin/python"
    cell["versions"] = {
        "debian": bare.says("cat /etc/debian_version"),
        "python": bare.says(f"{python} -V").replace("Python ", ""),
        "numpy": bare.says(f"{python} -c 'import numpy; print(numpy.__version__)'"),
        "browser": bare.says("chromium --version --no-sandbox"),
    }
    cell["outcome"] = "failed" if cell["commands"][-1]["status"] else "passed"
    return cell


def ask_for_line(bare, command):
    """Let a user get the one line and root do what it says."""
    status, output, seconds = bare.run(command)
    line = next(iter(output.splitlines()), "")
    install = line.partition(": ")[2]
    print(f"{bare.user}: after {seconds:.1f} s: {line}", flush=True)
    # The line, and what make says of a command that failed.
    if status == 0 or not install or len(output.splitlines()) > 2 or seconds > 2:
        raise SystemExit(f"That is not one line within two seconds:\n{output}")
    status, output, _ = bare.run(install, user="root")
    if status:
        raise SystemExit(f"{install}\n{output[-3000:]}")
    return {"text": line, "seconds": round(seconds, 1)}


def table(record):
    """Return the table of a record, as Markdown without a language."""
    lines = ["| Debian | Python | NumPy | `make book` | `make test` |"]
    lines.append("|---|---|---|---|---|")
    for cell in record["cells"]:
        versions = cell["versions"]
        debian = f"{cell['suite']} ({versions['debian']}), {cell['user']}"
        row = [debian, versions["python"], versions["numpy"]]
        for done in cell["commands"]:
            sign = "✗" if done["status"] else "✓"
            row.append(f"{sign} {done['seconds'] / 60:.1f} min")
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def main():
    """Try the places and record each."""
    parser = parser_of(__doc__)
    parser.add_argument("places", nargs="*", metavar="SUITE:USER")
    parser.add_argument(
        "--table", action="store_true", help="only print the recorded table"
    )
    arguments = parser.parse_args()
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    if arguments.table:
        print(table(record))
        return
    if os.getuid():
        sys.exit("A bare Debian is made by root: sudo make bare")
    changed = ["git", "status", "--porcelain", "-uno", ".", ":!results", ":!README*"]
    if subprocess.check_output(changed, cwd=ROOT):
        sys.exit("What is tried is what is committed: commit first.")
    cells = {f"{c['suite']}:{c['user']}": c for c in record.get("cells", [])}
    for place in chosen(parser, arguments.places, PLACES, "no place"):
        commit = git_commit()
        cells[place] = {**try_place(place), "commit": commit}
        facts = {"cells": [cells[p] for p in PLACES if p in cells]}
        write_record(RECORD, "make bare", commit, threads(), facts)
        if cells[place]["outcome"] == "failed":
            raise SystemExit(f"{place} failed, see above and {WORK}.")


if __name__ == "__main__":
    main()
