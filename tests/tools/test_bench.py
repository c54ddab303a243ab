"""The processes that the benchmarks time stand alone."""

import json

import pytest

from experiments import bench, bench_workers


def test_a_worker_prints_its_number():
    assert bench.worker("sgemm", threads=1, steps=1) > 1e7  # FLOP per second


def test_a_worker_imports_only_its_own_framework():
    code = (
        f"import json, runpy, sys; runpy.run_path({bench_workers.__file__!r});"
        "print(json.dumps(list(sys.modules)))"
    )
    loaded = json.loads(bench.run(["-c", code], threads=1))
    assert "tempfile" in loaded
    assert not {"mxnet", "nin_utils", "numpy", "torch"} & set(loaded)


def test_a_worker_that_fails_says_why():
    with pytest.raises(RuntimeError, match="KeyError: 'nothing'"):
        bench.worker("nothing", threads=1, steps=1)


def test_an_interpreter_without_pytorch_is_refused(monkeypatch):
    monkeypatch.setenv("TORCH_PYTHON", "/nowhere/python")
    with pytest.raises(SystemExit, match="TORCH_PYTHON=/nowhere/python has no PyT"):
        bench.torch_python()
    monkeypatch.delenv("TORCH_PYTHON")
    assert bench.torch_python() is None


def test_an_import_takes_its_time():
    assert bench.import_seconds("time.sleep(0.2)", threads=1) >= 0.2
    assert bench.import_seconds(bench.MXNET_ALONE, threads=1) > 0
