"""Every notebook runs alone on any host, from its first cell as written.

`make hosts` runs the slow tests (marked hosts): notebooks in empty folders, in
fresh environments.  Those of Colab and Kaggle are imitations, with the versions
of tests/tools/hosts; `plain` is ipykernel and the newest NumPy.  It needs the
Pythons named there, a package index and an hour.
"""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from types import SimpleNamespace

import nbformat
import pytest

import matrix
import nin_book
from booktools import first_cell
from booktools.files import ROOT, chapters, code_cells, page_of, read_notebook
from booktools.languages import ORIGINAL, languages
from helpers.stub_libraries import COMPILER, DRIVER, compile_stub

WORK = ROOT / "_build" / "hosts"
HOSTS = {  # (host, Python): what is installed there
    **{("colab", v): ("-r", f"colab-{v}.txt") for v in ("3.12", "3.13")},
    ("kaggle", "3.11"): ("-r", "kaggle-3.11.txt"),
    **{("plain", v): ("ipykernel", "numpy", "pip") for v in ("3.11", "3.12", "3.14")},
}
ELSEWHERE = {"01_mlpconv", "06_training", "14_onnx"}  # not only on Colab
FOLDER = ROOT / "tests" / "tools" / "hosts"
MENDS = [
    ROOT / "tests" / "library" / "compat" / name
    for name in ("test_mends.py", "test_bystanders.py")
]
ADDED = {"mxnet", "d2lzh", "nin-utils"}
EXTRAS = {"onnx", "onnxruntime"}  # of chapter 14, beside an old protobuf
slow = pytest.mark.hosts


# --- the first cell -------------------------------------------------------


def test_no_address_no_url():
    cell = first_cell.setup_source("")
    assert "://" not in cell
    assert "nin_utils-*.whl" in cell


def test_address_of_the_book():
    cell = first_cell.setup_source("https://example.org/a/b", "v1")
    assert '"https://example.org/a/b/archive/refs/heads/v1.zip"' in cell
    assert cell.count("://") == 1


def test_where_nin_utils_is_nothing_happens(monkeypatch):
    monkeypatch.setattr(sys, "exit", None)
    names = {}
    exec(as_python(first_cell.setup_source("")), names)
    assert "wheel" not in names and "pip" not in names


@pytest.fixture
def without_nin_utils(tmp_path, monkeypatch):
    """Run the first cell where nin_utils is missing; return what pip is told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIN_WHEEL", raising=False)
    there = []  # is it there now?
    monkeypatch.setattr("importlib.util.find_spec", lambda name: there.pop() or None)

    def run(url="", works=True):
        there[:] = [works, False]
        told = []
        exec(as_python(first_cell.setup_source(url)), {"pip": told.append})
        return told

    return run


def as_python(cell):
    """Return a cell without IPython's magic: pip becomes a function."""
    return re.sub(r"%pip (.*)", r"pip(rf'\1')", cell)


def test_wheels_in_their_order(without_nin_utils, tmp_path, monkeypatch):
    assert (
        '"https://a.org/b/archive/refs/heads/main.zip"'
        in (without_nin_utils("https://a.org/b")[-1])
    )
    for name in (
        "nin_utils-0.1.0-py3-none-any.whl",
        "nin_utils-0.2.0-py3-none-any.whl",
    ):
        (tmp_path / name).touch()
    assert without_nin_utils("https://a.org/b")[-1].endswith(f'"{tmp_path / name}"')
    monkeypatch.setenv("NIN_WHEEL", "elsewhere/x.whl")
    assert without_nin_utils()[-1].endswith(' "elsewhere/x.whl"')


def test_numpy_is_not_touched(without_nin_utils, tmp_path):
    (tmp_path / "nin_utils-0.2.0-py3-none-any.whl").touch()
    listed, *installed = without_nin_utils()
    assert listed.startswith("list ") and listed.endswith("> installed.txt")
    assert "|numpy|" in re.sub(r"\W+", "|", listed)
    for words in installed:
        assert "--no-deps" in words or " -c installed.txt " in words
        assert "index" not in words  # pip's own settings


def test_one_line_if_there_is_no_wheel(without_nin_utils, tmp_path):
    with pytest.raises(SystemExit) as caught:
        without_nin_utils()
    expected = f"{tmp_path}/*.whl? NIN_WHEEL? setup.html#sec-setup-hosts"
    assert caught.value.code == expected


def test_one_line_if_pip_could_not_get_it(without_nin_utils, monkeypatch):
    monkeypatch.setenv("NIN_WHEEL", "x.whl")
    with pytest.raises(SystemExit) as caught:
        without_nin_utils(works=False)
    assert caught.value.code == "x.whl? pip? setup.html#sec-setup-hosts"


def test_the_page_it_names_has_the_section():
    for language in languages():
        page = page_of(language, "setup").source.read_text(encoding="utf-8")
        assert 'id="sec-setup-hosts"' in page


def test_pages_hold_the_cell_for_the_address_of_the_book():
    expected = first_cell.setup_source(*first_cell.repository())
    for page in chapters(ORIGINAL):
        assert expected in page.source.read_text(encoding="utf-8")


def test_another_address_makes_no_notebook_old(tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    config = tmp_path / "_config.yml"
    text = config.read_text().replace('url: ""', "url: https://example.org/b")
    config.write_text(text)
    page = chapters(ORIGINAL)[0]
    copy = page._replace(source=tmp_path / "page.md")
    shutil.copy(page.source, copy.source)
    old = first_cell.read_source(copy.source)
    assert "make notebooks" in first_cell.setup_problem(old, tmp_path)
    first_cell.write_setup(copy, tmp_path)
    new = first_cell.read_source(copy.source)
    assert first_cell.setup_problem(new, tmp_path) is None
    assert [c.source for c in new.cells[2:]] == [c.source for c in old.cells[2:]]
    first_cell.forgive_setup(old, new)
    assert code_cells(old)[0].source == code_cells(new)[0].source
    text = page.source.read_text().replace("\n```", "\n\n````", 1)
    copy.source.write_text(text.replace("```{code-cell}", "````{code-cell}", 1))
    with pytest.raises(SystemExit, match="copy it from another chapter"):
        first_cell.write_setup(copy, tmp_path)


@pytest.mark.parametrize("url", ["", "https://example.org/a/b"])
def test_button_is_shown_only_if_the_address_is_known(url):
    options = {"repository_url": url, "launch_buttons": {"colab_url": "x"}}
    nin_book.set_repository_buttons(
        SimpleNamespace(srcdir=ROOT / "book" / "en"),
        SimpleNamespace(html_theme_options=options),
    )
    assert ("launch_buttons" in options) == bool(url)
    assert options["use_repository_button"] == bool(url)


# --- whole notebooks ------------------------------------------------------


def test_what_the_slow_tests_need_is_there():
    named = {words[1] for words in HOSTS.values() if words[0] == "-r"}
    assert {path.name for path in FOLDER.glob("*")} == named
    assert all(path.is_file() for path in MENDS)
    assert {page.name for page in chapters(ORIGINAL)} > ELSEWHERE


@pytest.fixture(scope="module")
def wheel():
    """The wheel of nin_utils, as the book publishes it."""
    folder = WORK / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    matrix.run(
        *(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"),
        *("--no-build-isolation", "-w", folder, ROOT),
    )
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools' own
    (found,) = folder.glob("nin_utils-*.whl")
    return found


@pytest.fixture(params=HOSTS, ids="-".join)
def fresh(request, tmp_path):
    """A fresh environment as on one of the hosts, with its kernel."""
    _, version = request.param
    found = matrix.find_python(version)
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    place = WORK / "now"
    words = [str(FOLDER / w) if w.endswith(".txt") else w for w in HOSTS[request.param]]
    python = matrix.make_environment(place, found, words)
    kernel = tmp_path / "jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    kernel.write_text(json.dumps(spec))
    yield python
    shutil.rmtree(place)


def packages(python):
    """Return what is installed, with versions."""
    listed = matrix.run(python, "-m", "pip", "list", "--format=json")
    found = json.loads(listed[listed.index("[") :])
    return {package["name"]: package["version"] for package in found}


def uploaded(page, wheel, tmp_path):
    """Return the notebook of a page, with the wheel where it looks for it."""
    notebook = read_notebook(page.notebook)
    assert notebook is not None, "run `make notebooks` first"
    if first_cell.repository()[0]:  # may not hold this state of the book yet
        source = first_cell.setup_of(first_cell.read_source(page.source))
        address = first_cell.setup_source(*first_cell.repository())
        code_cells(notebook)[0].source = source.replace(
            address, first_cell.setup_source("")
        )
    (tmp_path / "content").mkdir()
    shutil.copy(wheel, tmp_path / "content")
    return notebook


def run_alone(notebook, tmp_path, **variables):
    """Run a notebook with the kernel of `fresh`.

    Outputs are compared as in `make test`. The set-up cell may print what pip
    says. `variables` are added to the environment.
    """
    content = tmp_path / "content"
    content.mkdir(exist_ok=True)
    code_cells(notebook)[0].metadata.tags.append("nbval-ignore-output")
    nbformat.write(notebook, content / "alone.ipynb")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", content, "-q"]
        + ["-c", tmp_path / "pytest.ini", "-p", "no:cacheprovider"]
        + ["--nbval-kernel-name", "python3", "--nbval-cell-timeout", "3600"]
        + ["--nbval-sanitize-with", ROOT / "tests/nbval_sanitize.cfg"],
        env={
            **{k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
            "JUPYTER_PATH": str(tmp_path / "jupyter"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **variables,
        },
        capture_output=True,
        text=True,
    )


def check(notebook, python, tmp_path):
    """Run a notebook alone, and see what became of the environment."""
    before = packages(python)
    done = run_alone(notebook, tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]
    after = packages(python)
    assert {n: after.get(n) for n in before} == before
    more = after.keys() - before.keys()
    setup = code_cells(notebook)[0].source
    wanted = ADDED | {n for n in EXTRAS if f" {n}" in setup}
    assert more >= wanted
    if "pandas" in before:  # Colab and Kaggle have the rest
        assert more == wanted


@slow
@pytest.mark.parametrize("page", chapters(ORIGINAL), ids=lambda p: p.name)
def test_notebook_runs_alone(page, fresh, wheel, tmp_path, request):
    host = request.node.callspec.params["fresh"][0]
    if host != "colab" and page.name not in ELSEWHERE:
        pytest.skip("the imitations of Colab run it")
    check(uploaded(page, wheel, tmp_path), fresh, tmp_path)


@slow
def test_notebook_installs_from_the_address_of_the_book(fresh, tmp_path):
    archive = tmp_path / "site/someone/book/archive/refs/heads/main.zip"
    archive.parent.mkdir(parents=True)
    matrix.run("git", "-C", ROOT, "archive", "-o", archive, "HEAD")
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=tmp_path / "site"
    )
    notebook = read_notebook(ROOT / f"notebooks/{ORIGINAL}/02_one_by_one.ipynb")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/someone/book"
        code_cells(notebook)[0].source = first_cell.setup_source(url)
        check(notebook, fresh, tmp_path)
        server.shutdown()


@slow
@pytest.mark.parametrize("path", MENDS, ids=lambda path: path.stem)
def test_mends_beside_the_libraries_of_colab(path, fresh, wheel, tmp_path):
    if "pandas" not in packages(fresh):
        pytest.skip("there is nothing beside it")
    mxnet = ("mxnet==1.9.1", "d2lzh==1.0.0", wheel)
    matrix.run(fresh, "-m", "pip", "install", "-q", "--no-deps", *mxnet)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    out = matrix.run(
        *(fresh, "-m", "pytest", "-q", "--noconftest", "-rs"),
        *("-c", tmp_path / "pytest.ini", "-p", "no:cacheprovider"),
        *("-o", f"pythonpath={ROOT / 'tests'}", path),
    )
    assert " passed" in out
    assert "pandas is not" not in out


@slow
@pytest.mark.skipif(COMPILER is None, reason="compiles a stub of the driver")
def test_gpu_build_where_there_is_a_driver(fresh, wheel, tmp_path):
    """Chapter 6 gets it by itself; here the stub says there is no GPU."""
    (page,) = (p for p in chapters(ORIGINAL) if p.name == "06_training")
    notebook = uploaded(page, wheel, tmp_path)
    second = code_cells(notebook)[1]
    second.metadata.tags = ["nbval-ignore-output"]  # one line on stderr
    second.source += """
assert pathlib.Path(mx.__file__).parts[-3:-1] == ("cuda11", "mxnet")
assert mx.runtime.Features().is_enabled("CUDNN")
"""
    compile_stub(tmp_path / "driver" / "libcuda.so.1", DRIVER)
    driver = str(tmp_path / "driver")
    done = run_alone(notebook, tmp_path, LD_LIBRARY_PATH=driver)
    shutil.rmtree(tmp_path / "content" / "cuda11", ignore_errors=True)
    assert done.returncode == 0, done.stdout[-6000:]
