"""Every notebook runs alone on Colab, from its first cell as written.

`make colab` runs the slow tests (marked colab): each notebook in an empty
folder, in a fresh environment with the versions of tests/tools/colab/. It
needs the Pythons named there, a package index and half an hour.
"""

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from types import SimpleNamespace

import nbformat
import pytest

import matrix
import nin_book
from booktools import colab
from booktools.files import ROOT, chapters, code_cells, read_notebook
from booktools.languages import ORIGINAL
from helpers.stub_libraries import COMPILER, DRIVER, compile_stub

WORK = ROOT / "_build" / "colab"
RUNTIMES = sorted((ROOT / "tests/tools/colab").glob("python*.txt"))
MENDS = [
    ROOT / "tests" / "library" / "compat" / name
    for name in ("test_mends.py", "test_bystanders.py")
]
STUB = """import sys, types
sys.modules["google.colab"] = types.ModuleType("google.colab")
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""
INSTALLED = {"mxnet", "d2lzh", "nin-utils"}
EXTRAS = {"onnx", "onnxruntime"}  # of chapter 10, beside an old protobuf
slow = pytest.mark.colab


# --- the first cell -------------------------------------------------------


def test_no_address_no_url():
    cell = colab.setup_source("")
    assert "://" not in cell
    assert "nin_utils-*.whl" in cell


def test_address_of_the_book_is_the_only_source():
    cell = colab.setup_source("https://example.org/a/b", "v1")
    assert '"https://example.org/a/b"' in cell
    assert '"/archive/refs/heads/v1.zip"' in cell
    assert cell.count("://") == 1


@pytest.mark.parametrize("url", ["", "https://example.org/a/b"])
def test_numpy_is_not_touched(url):
    (install,) = (
        line for line in colab.setup_source(url).splitlines() if "pip" in line
    )
    assert "--no-deps" in install


def test_cell_says_in_one_line_which_file_belongs_where(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    code = colab.setup_source("").replace("%pip", "pip = 0 #")
    wheel = tmp_path / "nin_utils-0.2.0-py3-none-any.whl"
    with pytest.raises(AssertionError) as caught:
        exec(code, {})
    assert str(caught.value) == f"setup.html#google-colab -> {tmp_path}"
    wheel.touch()
    exec(code, {})


def test_pages_hold_the_cell_for_the_address_of_the_book():
    expected = colab.setup_source(*colab.repository())
    for page in chapters(ORIGINAL):
        assert expected in page.source.read_text(encoding="utf-8")


def test_another_address_makes_no_notebook_old(tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    config = tmp_path / "_config.yml"
    text = config.read_text().replace('url: ""', "url: https://example.org/b")
    config.write_text(text)
    page = chapters(ORIGINAL)[0]
    copy = page._replace(source=tmp_path / "page.md")
    shutil.copy(page.source, copy.source)
    old = colab.read_source(copy.source)
    assert "make notebooks" in colab.setup_problem(old, tmp_path)
    colab.write_setup(copy, tmp_path)
    new = colab.read_source(copy.source)
    assert colab.setup_problem(new, tmp_path) is None
    assert [c.source for c in new.cells[2:]] == [c.source for c in old.cells[2:]]
    colab.forgive_setup(old, new)
    assert code_cells(old)[0].source == code_cells(new)[0].source


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
    assert [path.stem for path in RUNTIMES] == ["python3.12", "python3.13"]
    assert all(path.is_file() for path in MENDS)
    assert len(chapters(ORIGINAL)) > 10


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
    return folder / "nin_utils-0.2.0-py3-none-any.whl"


@pytest.fixture(params=RUNTIMES, ids=lambda path: path.stem)
def fresh(request, tmp_path):
    """One of Colab's runtimes, with a kernel as Colab starts it."""
    version = request.param.stem[6:]
    found = matrix.find_python(version)
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    place = WORK / "now"
    python = matrix.make_environment(place, found, ("-r", request.param))
    kernel = tmp_path / "jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    (tmp_path / "start.py").write_text(STUB)
    argv = [str(python), str(tmp_path / "start.py"), "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Colab", "language": "python"}
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
    if colab.repository()[0]:  # may not hold this state of the book yet
        source = colab.setup_of(colab.read_source(page.source))
        address = colab.setup_source(*colab.repository())
        code_cells(notebook)[0].source = source.replace(address, colab.setup_source(""))
    (tmp_path / "content").mkdir()
    shutil.copy(wheel, tmp_path / "content")
    return notebook


def run_alone(notebook, python, tmp_path, **variables):
    """Run a notebook with that kernel; outputs are compared as in `make test`.

    The set-up cell may print what pip says. `variables` are added to the
    environment.
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
    done = run_alone(notebook, python, tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]
    after = packages(python)
    assert {n: after.get(n) for n in before} == before
    more = after.keys() - before.keys()
    setup = code_cells(notebook)[0].source
    assert more == INSTALLED | {n for n in EXTRAS if f" {n}" in setup}


@slow
@pytest.mark.parametrize("page", chapters(ORIGINAL), ids=lambda p: p.name)
def test_notebook_runs_alone(page, fresh, wheel, tmp_path):
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
        code_cells(notebook)[0].source = colab.setup_source(url)
        check(notebook, fresh, tmp_path)
        server.shutdown()


@slow
@pytest.mark.parametrize("path", MENDS, ids=lambda path: path.stem)
def test_mends_beside_the_libraries_of_colab(path, fresh, wheel, tmp_path):
    mxnet = colab.PACKAGES.split()
    matrix.run(fresh, "-m", "pip", "install", "-q", "--no-deps", *mxnet, wheel)
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
    done = run_alone(notebook, fresh, tmp_path, LD_LIBRARY_PATH=driver)
    shutil.rmtree(tmp_path / "content" / "cuda11", ignore_errors=True)
    assert done.returncode == 0, done.stdout[-6000:]
