"""nin_utils.compat: each case in a Python of its own."""

import importlib
import importlib.util
import os

import nin_utils  # noqa: F401
from nin_utils import compat
from nin_utils.compat import usable_cpus

import numpy as np
import pytest

from helpers.python import error, output, run

HIDE = """
import importlib.util as util, sys
find_spec = util.find_spec
util.find_spec = lambda name, *a: None if name == {!r} else find_spec(name)
"""


def test_numpy_is_left_as_it_was():
    out = output(
        "import warnings; warnings.simplefilter('ignore')\n"
        "import numpy as np\n"
        "before = dict(vars(np))\n"
        "import nin_utils, mxnet\n"
        "print([k for k in {*before, *vars(np)} if "
        "before.get(k, 0) is not vars(np).get(k, 0)])"
    )
    # Submodules that NumPy itself loads when they are first used.
    changed = set(eval(out))
    assert not changed & {"bool", "Inf", "PINF", "product", "trapz", "mirr"}
    lazy = {"testing", "f2py", "distutils", "rec", "char", "strings", "core"}
    lazy |= {"_core", "typing"}  # by SciPy, which MXNet imports
    assert changed <= lazy | {"ctypeslib", "fft", "polynomial", "ma", "random"}


ONNX_IN_MXNET = "mxnet.onnx.mx2onnx._op_translations._op_translations_opset12"


def test_mxnet_does_not_import_onnx():
    out = output(
        "import sys\n"
        "from nin_utils import compat\n"
        "import mxnet\n"
        "print(any(m.split('.')[0] in ('onnx', 'google') "
        "for m in sys.modules))\n"
        f"print({ONNX_IN_MXNET}.onnx)\n"
        "import onnx, onnx.helper\n"
        "print(onnx is sys.modules['onnx'], onnx.helper.make_node('Relu', "
        "['x'], ['y']).op_type)"
    )
    assert out.split() == ["False", "None", "True", "Relu"]


def test_onnx_that_is_already_there_is_left_to_mxnet():
    out = output(
        "import onnx, sys\n"
        "import nin_utils, mxnet\n"
        f"print({ONNX_IN_MXNET}.onnx is onnx is sys.modules['onnx'])"
    )
    assert out == "True"


def test_onnx_can_be_imported_after_mxnet_could_not():
    out = output(
        "import ctypes, sys\n"
        "real = ctypes.CDLL\n"
        "def fake(name, *args, **kwargs):\n"
        "    if 'libmxnet' in str(name):\n"
        "        print(sys.modules['onnx'])\n"
        "        raise OSError('broken')\n"
        "    return real(name, *args, **kwargs)\n"
        "ctypes.CDLL = fake\n"
        "try:\n    import nin_utils\n"
        "except ImportError:\n    print('onnx' in sys.modules)"
    )
    assert out.split() == ["None", "False"]


def test_import_loads_only_what_mxnet_needs():
    loaded = output("import sys, nin_utils\nprint(*sys.modules)").split()
    assert "mxnet" in loaded
    ours = {m.split(".")[1] for m in loaded if m.startswith("nin_utils.")}
    assert ours == {"compat"}
    heavy = {"matplotlib.pyplot", "onnx", "d2lzh", "IPython.core.pylabtools"}
    assert not heavy.intersection(loaded)


def test_modules_are_loaded_when_used():
    out = output(
        "import nin_utils; print(nin_utils.data.LABELS[9], "
        "nin_utils.__version__, 'shapes' in dir(nin_utils))"
    )
    assert out == "ankle boot 0.2.0 True"
    assert "no attribute 'nonsense'" in (
        run("import nin_utils; nin_utils.nonsense").stderr
    )


THREADS = "import nin_utils, os; print(os.environ.get('OMP_NUM_THREADS'))"


def test_threads_are_set_to_what_affinity_leaves():
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"
    assert output(f"{code}\n{THREADS}") == "1"


def test_mxnet_uses_these_threads(monkeypatch):
    code = (
        "import os; os.sched_getaffinity = lambda pid: set(range({}))\n"
        "import nin_utils, mxnet as mx\n"
        "conv = mx.gluon.nn.Conv2D(8, 3)\n"
        "conv.initialize()\n"
        "conv(mx.nd.ones((4, 3, 32, 32))).wait_to_read()\n"
        "print(os.environ['OMP_NUM_THREADS'],\n"
        "      len(os.listdir('/proc/self/task')))"
    )
    (one, without), (chosen, with_all) = (
        map(int, output(code.format(n), OPENBLAS_NUM_THREADS="1").split())
        for n in (1, 4)
    )
    monkeypatch.setattr(
        os, "sched_getaffinity", lambda pid: set(range(4)), raising=False
    )
    assert (one, chosen) == (1, usable_cpus())  # 4, unless a quota is lower
    assert with_all - without == chosen - 1


def test_threads_chosen_by_the_user_are_kept():
    assert output(THREADS, OMP_NUM_THREADS="7") == "7"
    assert output(THREADS, MXNET_OMP_MAX_THREADS="3") == "None"


@pytest.mark.parametrize(
    ("group", "files", "cpus"),
    [
        ("0::/\n", {"cpu.max": "100000 100000"}, 1),
        ("0::/\n", {"cpu.max": "max 100000"}, 8),
        ("0::/\n", {"cpu.max": "10000 100000"}, 1),
        ("0::/\n", {"cpu.max": "250000 100000"}, 3),
        ("0::/\n", {"cpu.max": "350000 100000"}, 4),
        ("0::/a/b\n", {"a/cpu.max": "300000 100000"}, 3),
        ("0::/a/b\n", {"a/b/cpu.max": "500000 100000", "cpu.max": "200000 100000"}, 2),
        (
            "3:cpuset:/\n2:cpu,cpuacct:/docker/x\n0::/\n",
            {"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"},
            3,
        ),
        (
            "2:cpu:/\n",
            {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"},
            8,
        ),
        ("3:cpuset:/\n", {"cpu.max": "100000 100000"}, 8),
        (None, {}, 8),
    ],
)
def test_container_quota(tmp_path, monkeypatch, group, files, cpus):
    monkeypatch.setattr(
        os, "sched_getaffinity", lambda pid: set(range(8)), raising=False
    )
    proc = tmp_path / "proc"
    if group is not None:
        proc.write_text(group)
    for name, content in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content + "\n")
    assert usable_cpus(proc, tmp_path / "cgroup") == cpus


def test_cpus_without_affinity(tmp_path, monkeypatch):  # macOS
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert usable_cpus(tmp_path / "none", tmp_path) == 6


@pytest.mark.skipif(int(np.__version__[0]) > 1, reason="here mxnet imports by itself")
def test_after_a_failed_import():
    done = run(
        "try:\n    import mxnet\nexcept AttributeError:\n    print('failed')\n"
        "import nin_utils, mxnet, d2lzh\nprint(dir(mxnet))"
    )
    assert done.returncode == 0, done.stderr
    failed, names = done.stdout.splitlines()
    assert failed == "failed"
    assert names == output("import nin_utils, mxnet; print(dir(mxnet))")
    assert "restart Python and import nin_utils first" in done.stderr


def test_after_mxnet():
    out = output(
        "import numpy as np\n"
        "from nin_utils import compat\n"
        "import sys, mxnet\n"
        "for name in [m for m in sys.modules if m.startswith('nin_utils')]:\n"
        "    del sys.modules[name]\n"
        "import nin_utils\n"
        "print(nin_utils.compat is not compat,\n"
        "      'mxnet' in sys.modules, np.array(mxnet.nd.ones(2)))"
    )
    assert out == "True True [1. 1.]"


@pytest.mark.parametrize(
    "here", [("Windows", "AMD64"), ("Darwin", "arm64"), ("Linux", "riscv64")]
)
def test_platform_without_mxnet(here):
    message = error(
        HIDE.format("mxnet") + "import platform\n"
        f"platform.system = lambda: {here[0]!r}\n"
        f"platform.machine = lambda: {here[1]!r}\nimport nin_utils"
    )
    assert "there is none for " + " ".join(here) in message
    assert "Google Colab" in message


@pytest.mark.parametrize(
    ("machine", "remedy"), [("x86_64", "libgomp1"), ("aarch64", "Google Colab")]
)
def test_a_library_that_mxnet_lacks(machine, remedy):
    """The wheel for ARM can be installed, and does not load."""
    message = error(
        "import importlib, platform, numpy\n"
        "whole = importlib.import_module\n"
        "def broken(name, *more):\n"
        "    if name == 'mxnet':\n"
        "        raise OSError('libarmpl.so: cannot open')\n"
        "    return whole(name, *more)\n"
        "importlib.import_module = broken\n"
        "platform.system = lambda: 'Linux'\n"
        f"platform.machine = lambda: {machine!r}\nimport nin_utils"
    )
    assert "MXNet does not load: libarmpl.so" in message and remedy in message


def test_missing_packages():
    assert "pip install --no-deps mxnet==1.9.1" in (
        error(HIDE.format("mxnet") + "import nin_utils")
    )
    assert "pip install setuptools" in (
        error(HIDE.format("distutils") + "import nin_utils")
    )
    assert "pip install graphviz" in (
        error(HIDE.format("graphviz") + "import nin_utils")
    )


def test_setuptools_that_pip_has_just_installed(monkeypatch):
    """It brings distutils by a .pth file, which Python reads when it starts."""
    asked, find_spec = [], importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: find_spec(name) if name != "distutils" or asked else None,
    )
    monkeypatch.setattr(importlib, "import_module", asked.append)
    assert compat._find_mxnet().name == "mxnet"
    assert asked == ["setuptools"]


@pytest.mark.parametrize("version", ["1.7.0", None])
def test_wrong_mxnet(tmp_path, version):
    if version:
        (tmp_path / "mxnet").mkdir()
        (tmp_path / "mxnet" / "__init__.py").write_text("")
        (tmp_path / "mxnet" / "libinfo.py").write_text(f'__version__ = "{version}"\n')
    else:
        (tmp_path / "mxnet.py").write_text("my notes")
    message = error(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport nin_utils"
    )
    assert str(tmp_path) in message
    assert f"MXNet {version or 'of no known version'}" in message
    assert "pip install" in message


@pytest.mark.parametrize("library", ["libgomp.so.1", "libquadmath.so.0"])
def test_missing_library(library):
    message = error(
        "import ctypes\n"
        "real = ctypes.CDLL\n"
        "def fake(name, *args, **kwargs):\n"
        "    if 'libmxnet' in str(name):\n"
        f"        raise OSError('{library}: cannot open shared object "
        "file: No such file or directory')\n"
        "    return real(name, *args, **kwargs)\n"
        "ctypes.CDLL = fake\nimport nin_utils"
    )
    assert library in message
    assert "apt-get install libgomp1 libquadmath0" in message


def test_numpy_of_the_future():
    message = error(
        "import warnings; warnings.simplefilter('ignore')\n"
        "import numpy; del numpy.float64\nimport nin_utils"
    )
    assert "MXNet does not work with NumPy" in message
    assert "float64" in message


@pytest.mark.parametrize(
    "gpus", ["0", "1", "(_ for _ in ()).throw(module.MXNetError('driver'))"]
)
def test_a_build_for_gpus_says_when_there_is_none(gpus):
    done = run(
        "import importlib, sys\n"
        "sys.argv, sys.orig_argv = ['-m'], ['-m', 'nin_utils.gpu']\n"
        "from nin_utils import compat\n"
        "real = importlib.import_module\n"
        "def fake(name):\n"
        "    module = real(name)\n"
        "    if name == 'mxnet':\n"
        f"        module.context.num_gpus = lambda: {gpus}\n"
        "    return module\n"
        "importlib.import_module, compat.preload = fake, lambda home: True\n"
        "compat.activate()"
    )
    assert done.returncode == 0, done.stderr
    notes = [s for s in done.stderr.splitlines() if "nin_utils" in s]
    assert notes == ([] if gpus == "1" else [compat.cuda.NO_GPU])


def test_without_ipython():
    code = HIDE.format("IPython") + "import nin_utils, mxnet\n"
    assert output(f"{code}print('IPython' in sys.modules)") == "False"


def test_ndarray_to_numpy():
    from mxnet import nd

    x = nd.array([[1, 2, 3], [4, 5, 6]])
    expected = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    for array in (np.array(x), np.asarray(x), np.asanyarray(x)):
        assert type(array) is np.ndarray
        assert array.dtype == np.float32
        assert array.tolist() == expected
    assert np.array(x, dtype="int8").dtype == np.int8
    assert np.array(nd.array([3], dtype="uint8")).dtype == np.uint8
    assert np.array([x, x]).shape == (2, 2, 3)
    assert np.array(nd.array([5])).tolist() == [5.0]
    assert np.array(x, copy=True).tolist() == expected
    array = np.array(x)
    array[0, 0] = 9
    assert x[0, 0].asscalar() == 1


def test_ndarray_to_numpy_without_copy():
    from mxnet import nd

    x = nd.ones(2)
    if int(np.__version__.split(".")[0]) >= 2:
        with pytest.raises(ValueError, match="uncopied"):
            np.array(x, copy=False)
    else:  # meant "only if needed"
        assert np.array(x, copy=False).tolist() == [1, 1]
    assert x.__array__(copy=None).tolist() == [1, 1]
    with pytest.raises(ValueError, match="uncopied"):
        x.__array__(copy=False)


def test_arithmetic_still_gives_an_ndarray():
    from mxnet import nd

    x = nd.ones(2)
    for y in (np.float32(2) * x, x * np.float32(2), np.int64(2) * x, 2 * x):
        assert isinstance(y, nd.NDArray)
        assert y.asnumpy().tolist() == [2, 2]


def test_numpy_integers_as_arguments():
    from mxnet import nd

    shape = (np.int64(2), np.int64(3))
    assert nd.ones((6,)).reshape(shape).shape == (2, 3)
    assert nd.zeros(shape).shape == (2, 3)
    assert nd.Pooling(
        nd.ones((1, 1, 4, 4)), kernel=(np.int64(2),) * 2, pool_type="max"
    ).shape == (1, 1, 3, 3)


def test_d2lzh():
    import d2lzh as d2l
    import mxnet as mx
    from matplotlib import pyplot as plt

    assert d2l.try_gpu() in (mx.cpu(), mx.gpu())
    assert callable(d2l.train_ch5)
    assert callable(d2l.load_data_fashion_mnist)
    with plt.rc_context():
        d2l.set_figsize((4, 2))
        assert plt.rcParams["figure.figsize"] == [4, 2]


def test_d2lzh_draws_svg_in_a_notebook():
    out = output(
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "import nin_utils, d2lzh as d2l\n"
        "d2l.use_svg_display()\n"
        "from matplotlib.figure import Figure\n"
        "svg = shell.display_formatter.formatters['image/svg+xml']\n"
        "print(Figure in svg)",
        IPYTHONDIR=os.devnull,
        MPLBACKEND="module://matplotlib_inline.backend_inline",
    )
    assert out.endswith("True")


def test_d2lzh_starts_no_shell_in_a_script():
    out = output(
        "import nin_utils, d2lzh as d2l, IPython\n"
        "d2l.use_svg_display()\nprint(IPython.get_ipython())"
    )
    assert out == "None"
