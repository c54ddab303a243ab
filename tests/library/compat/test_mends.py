"""nin_utils.compat.mends: MXNet where it trips over a NumPy of today."""

import struct
import warnings

import nin_utils  # noqa: F401
from nin_utils import compat

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, gluon, nd

from helpers.python import output

TWO, THREE = np.int64(2), np.int64(3)  # str((TWO,)) is "(np.int64(2),)"


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", module=r"matplotlib\.")
        yield


def test_numpy_prints_as_its_version_does():
    out = output("import nin_utils, numpy; print(repr(numpy.float64(2)))")
    old = np.__version__.startswith("1.")
    assert out == ("2.0" if old else "np.float64(2.0)")


def test_gluon_forks_its_workers_whatever_the_default():
    """On Python 3.14 it is another one; this test is in the matrix."""
    out = output(
        "import multiprocessing\n"
        "multiprocessing.set_start_method('forkserver')\n"
        "import nin_utils\n"
        "from mxnet.gluon.data import DataLoader\n"
        "print([x.asnumpy().tolist() for x in DataLoader([1, 2], 1, num_workers=2)])"
    )
    assert out == "[[1], [2]]"


@pytest.mark.parametrize(
    ("call", "shape"),
    [
        (lambda x: x.reshape((TWO, -1)), (2, 3)),
        (lambda x: nd.slice(x, begin=(TWO - 1,), end=(TWO,)), (1, 3)),
        (lambda x: nd.one_hot(nd.array([1]), THREE), (1, 3)),
        (lambda x: nd.split(x, THREE, axis=TWO - 1)[0], (2, 1)),
        (lambda x: x.clip(np.float32(1), np.float64(2)), (2, 3)),
        (lambda x: nd.zeros((TWO, THREE)), (2, 3)),
        (lambda x: nd.full((TWO, THREE), np.float64(1)), (2, 3)),
        (lambda x: nd.random.uniform(shape=(TWO, THREE)), (2, 3)),
        (lambda x: x.expand_dims(TWO), (2, 3, 1)),
        (lambda x: nd.moveaxis(x, 0, TWO - 1), (3, 2)),
        (lambda x: x[np.array([0, 1]), np.array([0, 1])], (2,)),
        (lambda x: mx.np.zeros((TWO, THREE)), (2, 3)),
    ],
)
def test_numpy_numbers_as_arguments(call, shape):
    assert call(nd.ones((2, 3))).shape == shape


def test_lists_of_numpy_floats_as_arguments():
    weights = nd.ones(2)
    nd.multi_sgd_update(
        weights,
        nd.ones(2),
        lrs=[np.float64(0.5)],
        wds=[np.float64(0)],
        num_weights=TWO - 1,
        out=weights,
    )
    assert weights.asnumpy().tolist() == [0.5, 0.5]


def test_assignment_with_numpy_numbers():
    x = nd.zeros((2, 3))
    x[0, TWO] = np.float64(3)
    assert x.asnumpy().tolist() == [[0, 0, 3], [0, 0, 0]]


def test_padding_given_by_an_array():
    width = tuple(np.array([0, 0, 0, 0, 1, 1, 2, 2]))
    x = nd.pad(nd.ones((1, 1, 2, 2)), mode="constant", pad_width=width)
    assert x.shape == (1, 1, 4, 6)


def test_layers_made_with_numpy_numbers():
    net = gluon.nn.HybridSequential()
    net.add(
        gluon.nn.Conv2D(THREE, kernel_size=(TWO, TWO), strides=TWO), gluon.nn.Dense(TWO)
    )
    net.initialize()
    x = nd.ones((1, 1, 4, 4))
    eager = net(x)
    net.hybridize()
    assert net(x).shape == eager.shape == (1, 2)
    rates = {"learning_rate": np.float64(0.1), "momentum": np.float32(0.9)}
    trainer = gluon.Trainer(net.collect_params(), "sgd", rates)
    with autograd.record():
        loss = net(x).sum()
    loss.backward()
    trainer.step(np.int64(1))
    assert net[1].bias.data().asnumpy() == pytest.approx([-0.1, -0.1])


def test_symbols_made_with_numpy_numbers():
    data = mx.sym.var("data", shape=(TWO, THREE))
    assert data.attr("__shape__") == "(2, 3)"
    out = mx.sym.Convolution(mx.sym.var("x"), kernel=(THREE, THREE), num_filter=TWO)
    _, shapes, _ = out.infer_shape(x=(np.int64(1), TWO, 8, 8))
    assert shapes == [(1, 2, 6, 6)]
    backend = getattr(mx.symbol.symbol, "str", str)  # in optimize_for
    assert isinstance("MKLDNN", backend)
    assert not isinstance(3, backend)


def test_text_of_words_is_left_alone():
    assert mx.sym.var("x", attr={"a": "np.int64(2)"}).attr("a") == ("np.int64(2)")


def test_custom_operators_take_numpy_numbers():
    class Double(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], 2 * in_data[0])

    @mx.operator.register("double")
    class DoubleProp(mx.operator.CustomOpProp):
        def __init__(self, size):
            super().__init__()
            assert size == "(3,)"

        def create_operator(self, *args):
            return Double()

    y = nd.Custom(nd.ones(2), size=(THREE,), op_type="double")
    assert y.asnumpy().tolist() == [2, 2]


@pytest.mark.parametrize("label", [[1.0, 2.0], np.array([1, 2])])
def test_recordio_with_several_labels(label):
    header = mx.recordio.IRHeader(0, label, 7, 0)
    packed = mx.recordio.pack(header, b"content")
    assert packed == struct.pack("IfQQ2f", 2, 0, 7, 0, 1, 2) + b"content"
    header, content = mx.recordio.unpack(packed)
    assert header.label.tolist() == [1, 2]
    assert content == b"content"


def test_recordio_with_one_label():
    packed = mx.recordio.pack((0, 5, 7, 0), b"content")
    assert mx.recordio.unpack(packed)[0].label == 5


def test_recordio_with_a_picture(tmp_path):
    (tmp_path / "cv2.py").write_text(
        "import numpy as np\n"
        "IMWRITE_PNG_COMPRESSION = 16\n"
        "def imencode(form, img, params): return True, np.ravel(img)\n"
    )
    out = output(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import nin_utils, cv2, numpy as np\n"
        "from mxnet import recordio\n"
        "img = np.arange(3, dtype='uint8')\n"
        "packed = recordio.pack_img((0, 5, 7, 0), img, 3, '.png')\n"
        "print(recordio.unpack(packed)[1],\n"
        "      type(cv2.imencode('.png', img, None)[1]) is np.ndarray)"
    )
    assert out == r"b'\x00\x01\x02' True"


def test_names_that_numpy_dropped_are_there_when_mxnet_runs():
    best = gluon.contrib.estimator.EarlyStoppingHandler(
        mx.metric.Accuracy(), mode="max"
    )
    best.train_begin(None)
    assert best.best == -np.inf
    assert mx.np.full((2,), True).dtype == np.bool_
    padded = mx.np.pad(mx.np.ones((1, 1)), ((0, 0), (1, 1)), mode="constant")
    assert padded.asnumpy().tolist() == [[0, 1, 0]]
    mx.test_utils.assert_almost_equal(nd.ones(2), np.ones(2))


def test_no_module_of_mxnet_sees_numpy_itself():
    from nin_utils.compat.mends import _globals_of_mxnet

    assert not [m for m, _, value in _globals_of_mxnet() if value is np]
    assert mx.nd.ndarray.np.ndarray is np.ndarray
    assert mx.nd.ndarray.np.random is np.random
    with pytest.raises(AttributeError):
        mx.nd.ndarray.np.nonsense  # noqa: B018


def test_mending_twice_changes_nothing():
    compat.mend(mx)
    assert mx.recordio.unpack(mx.recordio.pack((0, [1], 7, 0), b""))
    assert mx.nd.ndarray.np.ndarray is np.ndarray


def test_matplotlib_takes_ndarrays():
    from matplotlib.figure import Figure

    axes = Figure().subplots(1, 4)
    x, y = nd.array([1, 2, 3]), nd.array([2, 4, 8])
    (line,) = axes[0].plot(x, y)
    assert line.get_xydata().tolist() == [[1, 2], [2, 4], [3, 8]]
    axes[1].scatter(x, y, c=y)
    axes[1].hist(y)
    bars = axes[2].bar(x, y)
    assert [bar.get_height() for bar in bars] == [2, 4, 8]
    image = axes[3].imshow(nd.array([[0, 1], [2, 3]]))
    assert image.get_array().tolist() == [[0, 1], [2, 3]]
    axes[0].semilogy(x, y)
    axes[0].axhline(y[0].asscalar())


def test_numpy_takes_ndarrays():
    x = nd.array([[1, 2], [3, 4]])
    assert np.allclose(x, x.asnumpy())
    assert np.concatenate([x, x]).shape == (4, 2)
    assert np.exp(nd.zeros(2)).tolist() == [1, 1]
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
    assert np.stack([x, x]).shape == (2, 2, 2)
    assert np.isfinite(x).all()


def test_pandas_takes_ndarrays():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": np.array(nd.array([1, 2]))})
    assert table["a"].tolist() == [1, 2]


def test_scipy_and_mxnet_exchange_sparse_matrices():
    sparse = pytest.importorskip("scipy.sparse")
    x = nd.sparse.csr_matrix(sparse.csr_matrix(np.eye(2)))
    assert x.asscipy().toarray().tolist() == [[1, 0], [0, 1]]
    assert nd.array(np.ones(2)).shape == (2,)  # looks for scipy's types
