"""`python -m nin_utils.gpu`, without the 2.4 GB: see also test_cuda."""

import hashlib
import http.server
import os
import re
import subprocess
import sys
import threading
import zipfile

from nin_utils import gpu
from nin_utils.compat import cuda

import pytest

from helpers import ROOT


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A list with one small wheel, from a folder instead of the network."""
    info = "mxnet_cu117-1.9.1.dist-info"
    wheel = tmp_path / "wheels" / "mxnet_cu117-1.9.1-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("mxnet/__init__.py", "")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\n")
        file.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: mxnet-cu117\nVersion: 1.9.1\n",
        )
        file.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    listed = tmp_path / "gpu.txt"
    listed.write_text(f"mxnet-cu117==1.9.1 --hash=sha256:{digest}\n")
    monkeypatch.setattr(gpu, "LIST", listed)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    monkeypatch.setattr(gpu.platform, "system", lambda: "Linux")
    monkeypatch.setattr(gpu.platform, "machine", lambda: "x86_64")
    return listed


@pytest.fixture(params=["sys.orig_argv", "as on Python 3.9"])
def run(request, tmp_path_factory):
    """Run the command where `import mxnet` fails."""
    place = tmp_path_factory.mktemp("broken")
    (place / "mxnet").mkdir()
    (place / "mxnet" / "__init__.py").write_text("raise SystemExit(9)")
    if request.param == "as on Python 3.9":
        (place / "sitecustomize.py").write_text(
            "import sys\nif hasattr(sys, 'orig_argv'): del sys.orig_argv\n"
        )
    path = os.pathsep.join([str(place), str(ROOT)])
    return lambda *arguments: subprocess.run(
        [sys.executable, "-m", "nin_utils.gpu", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "PIP_NO_INDEX": "1"},
    )


def test_list_has_each_wheel_with_its_checksum():
    text = gpu.LIST.read_text()
    names = set(re.findall(r"^([\w-]+==[\w.]+) \\\n    --hash", text, re.M))
    plain = {name.split("==")[0] for name in names}
    assert len(names) == text.count("==") == len(plain)
    needed = {wheel for *_, wheel in cuda._LIBRARIES}
    assert {w.split("==")[0] for w in needed} | {"mxnet-cu117"} == plain
    assert {w for w in needed if "==" in w} <= names
    assert "gpu.txt" in (ROOT / "pyproject.toml").read_text()


def test_folder_is_made_once(small, tmp_path):
    folder = gpu.install(tmp_path / "new" / "cuda11")
    assert (folder / "mxnet" / "__init__.py").exists()
    assert list(folder.parent.iterdir()) == [folder]
    assert folder.stat().st_mode == folder.parent.stat().st_mode  # for all
    small.unlink()  # a second time, nothing is installed
    assert gpu.install(folder) == folder


def test_command_says_what_to_do_next(small, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "cuda11"
    monkeypatch.setattr(sys, "argv", ["gpu", str(folder), "--anyway"])
    gpu.main()
    hint = f'Before nin_utils: sys.path.insert(0, "{folder}")\n'
    assert capsys.readouterr().out == hint
    assert cuda.is_cuda_build(folder / "mxnet")


def test_wrong_checksum_leaves_nothing(small, tmp_path):
    other = re.sub("sha256:.*", f"sha256:{'0' * 64}", small.read_text())
    small.write_text(other)
    with pytest.raises(RuntimeError, match=r"gpu\.txt, see above; try again"):
        gpu.install(tmp_path / "new" / "cuda11")
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("way", ["PIP_INDEX_URL", "PIP_CONFIG_FILE"])
def test_the_index_is_the_one_that_pip_is_told(small, tmp_path, monkeypatch, way):
    asked = []

    class Mirror(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *words):
            pass

    for name in ("PIP_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with http.server.HTTPServer(("127.0.0.1", 0), Mirror) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/simple"
        (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {url}\n")
        values = {"PIP_INDEX_URL": url, "PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
        monkeypatch.setenv(way, values[way])
        with pytest.raises(RuntimeError, match="try again"):
            gpu.install(tmp_path / "cuda11")
        server.shutdown()
    assert asked == ["/simple/mxnet-cu117/"]


def test_other_folder_is_left_alone(small, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileExistsError, match="mine exists and holds no MXN"):
        gpu.install(tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []


def test_other_system(small, tmp_path, monkeypatch):
    monkeypatch.setattr(gpu.platform, "machine", lambda: "aarch64")
    with pytest.raises(RuntimeError, match="x86-64, not Linux aarch64"):
        gpu.install(tmp_path / "cuda11")


@pytest.mark.skipif(cuda.has_driver(), reason="there is a driver here")
def test_without_a_driver_nothing_is_installed(run, tmp_path):
    done = run(str(tmp_path / "cuda11"))
    assert done.returncode == 3
    assert done.stdout.strip() == gpu.NO_DRIVER
    assert not (tmp_path / "cuda11").exists()


def test_failure_of_pip_is_a_status(run, tmp_path):
    done = run(str(tmp_path / "cuda11"), "--anyway")
    assert done.returncode == 1
    assert "nin_utils.gpu: " in done.stderr
    assert list(tmp_path.iterdir()) == []
