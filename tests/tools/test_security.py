"""No code, workflow or lock file does what SECURITY.md says it does not."""

import ast
import json
import re

import pytest
import yaml

from booktools.files import ROOT, read_notebook

MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve"}
MODULES |= {"marshal"}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FOLDERS = ("nin_utils", "scripts", "book/_ext")


def dangers(text):
    """Yield what a source does with data that could run as code."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names]
            names.append(getattr(node, "module", None) or "")
            for name in names:
                if name.split(".")[0] in MODULES:
                    yield f"line {node.lineno}: import of {name}"
        if not isinstance(node, ast.Call):
            continue
        call = ast.unparse(node.func)
        options = {k.arg: ast.unparse(k.value) for k in node.keywords}
        if call in ("np.load", "numpy.load"):
            # the default; said all the same, for whoever reads it
            if options.get("allow_pickle") != "False":
                yield f"line {node.lineno}: {call} without allow_pickle=False"
        elif call in ("eval", "exec", "yaml.load", "os.system", "torch.load"):
            yield f"line {node.lineno}: {call}"
        elif call.endswith((".save_states", ".load_states")):
            yield f"line {node.lineno}: {call}, which pickles"
        if options.get("shell") == "True" or options.get("verify") == "False":
            yield f"line {node.lineno}: {call} with {options}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import pickle", "pickle"),
        ("from joblib import load", "joblib"),
        ("np.load('x.npy')", "allow_pickle"),
        ("np.load('x.npy', allow_pickle=True)", "allow_pickle"),
        ("yaml.load(x)", "yaml.load"),
        ("trainer.save_states('x')", "pickles"),
        ("requests.get(x, verify=False)", "verify"),
        ("subprocess.run(x, shell=True)", "shell"),
    ],
)
def test_a_danger_is_found(source, expected):
    assert expected in " ".join(dangers(source))


def test_no_danger_in_sources():
    problems, count = [], 0
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            count += 1
            problems += [
                f"{path.relative_to(ROOT)}: {danger}"
                for danger in dangers(path.read_text("utf-8"))
            ]
    assert count > 40
    assert not problems, "\n".join(problems)


def test_no_danger_in_cells():
    problems, count = [], 0
    for path in sorted((ROOT / "notebooks").glob("en/*.ipynb")):
        for cell in read_notebook(path).cells:
            if cell.cell_type == "code":
                count += 1
                source = re.sub(
                    r"^(\s*)[%!].*", r"\1pass", cell.source, flags=re.M
                )
                problems += [f"{path.name}: {d}" for d in dangers(source)]
    assert count > 50
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_have_the_least_rights(path):
    text = path.read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in text
    assert "secrets." not in text
    # An expression in a shell command is run as part of it; the values of
    # the matrix stand in the workflow itself.
    for name, job in workflow["jobs"].items():
        assert "permissions" not in job, name
        assert job["timeout-minutes"] <= 360, name
        for step in job["steps"]:
            expressions = re.findall(r"\$\{\{\s*(\w+)", step.get("run", ""))
            assert set(expressions) <= {"matrix"}, step
            uses = step.get("uses", "@" + "0" * 40)
            assert re.fullmatch(r"[^@]*@[0-9a-f]{40}", uses), uses
            if uses.startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


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
    assert all(p["integrity"].startswith("sha512-") for p in packages.values())
    # An address here would be asked instead of the registry npm is set to.
    assert not [name for name, p in packages.items() if "resolved" in p]
    scripts = [n for n, p in packages.items() if p.get("hasInstallScript")]
    assert not scripts, f"installing these runs their code: {scripts}"
