"""No code, workflow or lock file does what SECURITY.md says it does not.

Ruff looks at code and cells (``make test`` runs it, too), zizmor at the
workflows; here are proofs that they would find it, and the few rules that
they lack.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from booktools.files import code_cells, read_notebook
from helpers import ROOT

FOLDERS = ("nin_utils", "scripts", "book/_ext")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOW = """\
name: x
on:
  pull_request:
permissions:
  contents: read
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@11d5960a326750d5838078e36cf38b85af677262 # v4
        with:
          persist-credentials: false
      - run: echo hello
"""


def run(program, *arguments, text=None):
    """Return what a program of the environment says."""
    return subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
    )


def ruff(*arguments, text=None):
    """Return what ruff finds by its rules of security."""
    found = run("ruff", "check", "--output-format=concise", *arguments, text=text)
    assert found.returncode in (0, 1), found.stderr
    rules = re.compile(r": (?:S\d+|TID251) ")
    return [line for line in found.stdout.splitlines() if rules.search(line)]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("import pickle", "TID251"),
        ("import cPickle", "TID251"),
        ("import dill", "TID251"),
        ("from cloudpickle import load", "TID251"),
        ("from joblib import load", "TID251"),
        ("import joblib.memory", "TID251"),
        ("import shelve", "TID251"),
        ("import marshal", "TID251"),
        ("import torch; torch.load(x)", "TID251"),
        ("import yaml; yaml.load(x)", "S506"),
        ("import requests; requests.get(x, verify=False)", "S501"),
        ("import subprocess; subprocess.run(x, shell=True)", "S602"),
        ("run(x, shell=True)", "S604"),
        ("import os; os.system(x)", "S605"),
        ("eval(x)", "S307"),
        ("exec(x)", "S102"),
    ],
)
def test_ruff_finds_a_danger(source, rule):
    assert rule in " ".join(ruff("--stdin-filename=scripts/x.py", text=source))


@pytest.mark.parametrize("folder", [*FOLDERS, "tests", "notebooks/en"])
def test_ruff_looks_everywhere(folder):
    name, text = f"{folder}/x.py", "import pickle"
    if folder.startswith("notebooks"):
        cells = [nbformat.v4.new_code_cell(f"%pip install x\n{text}")]
        name, text = (
            f"{folder}/x.ipynb",
            nbformat.writes(nbformat.v4.new_notebook(cells=cells)),
        )
    assert "TID251" in " ".join(ruff(f"--stdin-filename={name}", text=text))


def test_no_danger_that_ruff_finds():
    assert ruff() == []
    seen = set(run("ruff", "check", "--show-files").stdout.splitlines())
    for folder in (*FOLDERS, "tests", "notebooks/en"):
        kind = "ipynb" if folder.startswith("notebooks") else "py"
        there = {str(path) for path in sources(folder, kind)}
        assert there and there <= seen, folder


def sources(folder, kind="py"):
    """Return the files of a kind, without those that others made."""
    others = {"node_modules", ".ipynb_checkpoints"}
    found = (ROOT / folder).rglob(f"*.{kind}")
    return [path for path in found if others.isdisjoint(path.parts)]


def dangers(text):
    """Yield what ruff has no rule for.

    To it every np.load is safe (as its default is; ours say so for whoever
    reads it), MXNet's trainers, which pickle, are unknown, and certificates
    matter in the functions of requests only, not in its sessions. It lets a
    text be evaluated and yaml.load with a safe loader pass; we need neither.
    """
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        call = ast.unparse(node.func)
        options = {k.arg: ast.unparse(k.value) for k in node.keywords}
        if call in ("np.load", "numpy.load"):
            if options.get("allow_pickle") != "False":
                yield f"line {node.lineno}: {call} without allow_pickle=False"
        elif call.endswith((".save_states", ".load_states")):
            yield f"line {node.lineno}: {call}, which pickles"
        elif call in ("eval", "yaml.load"):
            yield f"line {node.lineno}: {call}"
        if options.get("verify") == "False":
            yield f"line {node.lineno}: {call} with verify=False"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("np.load('x.npy')", "allow_pickle"),
        ("np.load('x.npy', allow_pickle=True)", "allow_pickle"),
        ("trainer.save_states('x')", "pickles"),
        ("session.get(x, verify=False)", "verify"),
        ("yaml.load(x, Loader=yaml.SafeLoader)", "yaml.load"),
        ("eval('1')", "eval"),
    ],
)
def test_a_danger_is_found_that_ruff_does_not_know(source, expected):
    assert expected in " ".join(dangers(source))


def test_no_danger_that_ruff_does_not_know():
    texts = {
        path: path.read_text("utf-8") for folder in FOLDERS for path in sources(folder)
    }
    assert len(texts) > 40
    cells = 0
    for path in sorted(sources("notebooks/en", "ipynb")):
        for cell in code_cells(read_notebook(path)):
            cells += 1
            texts[path, cells] = re.sub(
                r"^(\s*)[%!].*", r"\1pass", cell.source, flags=re.M
            )
    assert cells > 50
    problems = {
        str(place): found
        for place, text in texts.items()
        if (found := list(dangers(text)))
    }
    assert not problems


def zizmor(path):
    """Return what zizmor finds in workflows, from medium severity on."""
    found = run(
        "zizmor",
        *("--offline", "--no-progress", "--persona=auditor"),
        *("--min-severity=medium", "--format=plain", path),
    )
    return found.stdout + found.stderr


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("@11d5960a326750d5838078e36cf38b85af677262", "@v4", "unpinned-uses"),
        ("hello", "${{ github.event.issue.title }}", "template-injection"),
        ("hello", "${{ github.head_ref }}", "template-injection"),
        ("hello", "${{ secrets.TOKEN }}", "secrets-outside-env"),
        ("credentials: false", "credentials: true", "artipacked"),
        ("persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("contents: read", "contents: write", "excessive-permissions"),
        (":\n  contents: read", ": write-all", "excessive-permissions"),
        ("permissions:\n  contents: read\n", "", "excessive-permissions"),
        ("pull_request", "pull_request_target", "dangerous-triggers"),
    ],
)
def test_zizmor_finds_a_bad_workflow(old, new, rule, tmp_path):
    path = tmp_path / ".github" / "workflows" / "x.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOW)
    assert "No findings" in zizmor(path)
    assert WORKFLOW.count(old) == 1
    path.write_text(WORKFLOW.replace(old, new))
    assert f"[{rule}]" in zizmor(path)


def test_zizmor_finds_nothing_in_the_workflows():
    assert len(WORKFLOWS) >= 2
    said = zizmor(ROOT / ".github" / "workflows")
    assert "No findings" in said, said
    assert said.count(" completed ") == len(WORKFLOWS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_zizmor_allows_and_we_do_not(path):
    text = path.read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in text
    assert workflow["jobs"]
    for name, job in workflow["jobs"].items():
        assert "permissions" not in job, name
        assert job["timeout-minutes"] <= 360, name
        # The values of the matrix stand in the workflow itself.
        for step in job["steps"]:
            expressions = re.findall(r"\$\{\{\s*(\w+)", step.get("run", ""))
            assert set(expressions) <= {"matrix"}, step


def test_every_requirement_is_locked_with_hashes():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)
    entries = [e for e in entries if re.match(r"[a-z0-9][\w.-]*==", e)]
    assert len(entries) > 100
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "http://" not in text and "https://" not in text


def test_the_tools_of_the_audit_are_locked_with_hashes():
    folder = ROOT / "scripts" / "audit"
    wanted = json.loads((folder / "package.json").read_text("utf-8"))
    for name, version in wanted["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    packages = {k: v for k, v in lock["packages"].items() if k}
    assert len(packages) > 20
    assert all(p["integrity"].startswith("sha512-") for p in packages.values())
    # An address here would be asked instead of the registry npm is set to.
    assert not [name for name, p in packages.items() if "resolved" in p]
    scripts = [n for n, p in packages.items() if p.get("hasInstallScript")]
    assert not scripts, f"installing these runs their code: {scripts}"
