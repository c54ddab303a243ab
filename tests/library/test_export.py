import itertools
import os
import subprocess
import sys

import nin_utils
from nin_utils import export, models
from nin_utils.data import fashion_mnist, photographs
from nin_utils.export import export_onnx
from nin_utils.maps import confidence_maps

import numpy as np
import onnx
import onnxruntime
import pytest
from mxnet import init, nd, random
from mxnet.gluon import nn

from helpers.unfinished import unfinished


@pytest.fixture(autouse=True)
def seeded():
    random.seed(4)


def ready(net, shape):
    """Initialise with scores of the order of 1, and run once."""
    net.initialize(init.MSRAPrelu(slope=0))
    net(nd.zeros(shape))
    return net


def chain(*layers, shape=(1, 2, 12, 12)):
    net = nn.HybridSequential()
    net.add(*layers)
    return ready(net, shape)


@pytest.fixture
def run(tmp_path):
    """Export a network and run the file: run(net, X) -> [logits, maps]."""

    def run(net, X, size=None):
        path = tmp_path / "net.onnx"
        export_onnx(net, path, size)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options)
        return session.run(None, {"image": X.asnumpy()})

    return run


def shapes(path):
    model = onnx.load(path)
    return {
        value.name: [
            dim.dim_value or dim.dim_param for dim in value.type.tensor_type.shape.dim
        ]
        for value in (*model.graph.input, *model.graph.output)
    }


@pytest.mark.parametrize("pretrained", [True, "canvas"])
def test_the_shipped_network_on_all_embedded_pictures(run, pretrained):
    net = models.nin_mnist(pretrained=pretrained)
    images, labels = fashion_mnist(train=False, subset=True)
    X = nd.array(images[:, None] / 255)
    logits, maps = run(net, X)
    expected = np.concatenate(
        [net(X[i : i + 100]).asnumpy() for i in range(0, 1000, 100)]
    )
    assert logits.shape == (1000, 10)
    assert abs(logits - expected).max() < 1e-4
    assert (logits.argmax(axis=1) == expected.argmax(axis=1)).all()
    assert (logits.argmax(axis=1) == labels).mean() > 0.85
    found = confidence_maps(net, X[:50]).asnumpy()
    assert abs(maps[:50] - found).max() < 1e-4
    assert maps.shape == (1000, 10, 7, 7)


def test_the_shipped_network_for_photographs(run):
    net = models.nin_cifar10(pretrained=True)
    for image in photographs(48).values():
        X = nd.array(image.transpose(2, 0, 1)[None] / 255)
        logits, maps = run(net, X)
        assert abs(logits - net(X).asnumpy()).max() < 1e-4
        assert abs(maps - confidence_maps(net, X).asnumpy()).max() < 1e-3
        assert maps.max() > 1


@pytest.mark.parametrize("size", [(28, 28), (29, 64), (6, 90)])
def test_one_file_takes_every_size(run, size):
    net = models.nin_mnist(pretrained=True)
    X = nd.random.uniform(shape=(3, 1, *size))
    logits, maps = run(net, X)
    assert abs(logits - net(X).asnumpy()).max() < 1e-4
    assert abs(maps - confidence_maps(net, X).asnumpy()).max() < 1e-4


def test_the_tutorials_trained_network(run):
    net = models.nin(pretrained=True)
    images, _ = fashion_mnist(train=False, subset=True)
    X = nd.contrib.BilinearResize2D(
        nd.array(images[:60, None] / 255), height=112, width=112
    )
    logits, maps = run(net, X)
    expected = net(X).asnumpy()
    assert maps.shape == (60, 10, 2, 2)
    assert abs(logits - expected).max() < 1e-4
    assert (logits.argmax(axis=1) == expected.argmax(axis=1)).all()
    assert len(set(logits.argmax(axis=1))) == 10


def test_the_tutorials_network_with_colours_and_fewer_classes(run):
    net = ready(models.nin(num_classes=4), (1, 3, 67, 67))
    X = nd.random.uniform(shape=(2, 3, 70, 101))
    logits, maps = run(net, X)
    assert maps.shape == (2, 4, 1, 2)
    assert abs(logits).max() > 0.001
    assert abs(logits - net(X).asnumpy()).max() < 1e-6


def test_batch_normalisation_uses_the_running_statistics(run):
    net = ready(models.nin_mnist(batch_norm=True), (1, 1, 28, 28))
    for name, parameter in net.collect_params().items():
        if name.endswith(("gamma", "beta", "running_mean", "running_var")):
            parameter.set_data(nd.random.uniform(0.5, 2, parameter.shape))
    net.hybridize()
    X = nd.random.uniform(shape=(2, 1, 28, 28))
    logits, _ = run(net, X)
    assert abs(logits).max() > 0.05
    assert abs(logits - net(X).asnumpy()).max() < 1e-4


def test_batch_normalisation_may_come_first(run, tmp_path):
    net = chain(nn.BatchNorm(), nn.Conv2D(2, 3), nn.GlobalAvgPool2D())
    net[0].running_mean.set_data(nd.array([0.3, -2]))
    X = nd.random.uniform(shape=(3, 2, 5, 6))
    logits, _ = run(net, X)
    assert abs(logits - net(X).asnumpy()).max() < 1e-5
    assert shapes(tmp_path / "net.onnx")["image"] == ["N", 2, "H", "W"]


@pytest.mark.parametrize("make, size", [("lenet", 28), ("alexnet", 67), ("vgg", 32)])
def test_networks_with_a_fully_connected_head(run, tmp_path, make, size):
    net = ready(getattr(models, make)(), (1, 1, size, size))
    X = nd.random.uniform(shape=(2, 1, size, size))
    (logits,) = run(net, X, size)
    assert abs(logits).max() > 0.05
    assert abs(logits - net(X).asnumpy()).max() < 1e-5
    assert shapes(tmp_path / "net.onnx") == {
        "image": ["N", 1, size, size],
        "logits": ["N", 10],
    }


def test_other_settings_of_the_layers(run):
    net = chain(
        nn.Conv2D(6, (3, 2), (2, 1), (1, 2), (1, 2), groups=2),
        nn.BatchNorm(scale=False, center=False, epsilon=0.1),
        nn.Activation("tanh"),
        nn.AvgPool2D((2, 3), (1, 2), (1, 0)),
        nn.GlobalMaxPool2D(),
        nn.Dense(3, use_bias=False, activation="sigmoid"),
    )
    net[1].gamma.set_data(nd.full(6, 7))  # scale=False: it does not count
    X = nd.random.normal(shape=(2, 2, 12, 15))
    (logits,) = run(net, X)
    assert logits.std() > 0.01
    assert abs(logits - net(X).asnumpy()).max() < 1e-5


WINDOWS = [
    (k, s, p) for k, s, p in itertools.product((1, 2, 3), (1, 2, 3), (0, 1)) if p < k
]


@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("kind", ["max", "avg", "avg without padding"])
def test_pooling_rounds_as_mxnet_does(run, kind, ceil):
    refused = []
    for k, s, p in WINDOWS:
        if kind == "max":
            pool = nn.MaxPool2D(k, s, p, ceil_mode=ceil)
        else:
            include = kind == "avg"
            pool = nn.AvgPool2D(k, s, p, ceil, count_include_pad=include)
        net = chain(nn.Conv2D(1, 1), pool)
        for size in range(3, 8):
            X = nd.random.uniform(-2, -1, (1, 2, size, size + 3))
            try:
                (found,) = run(net, X)
            except ValueError as error:
                assert "nothing to average" in str(error)
                refused.append((k, s, p))
                break
            expected = net(X).asnumpy()
            assert found.shape == expected.shape, (k, s, p, size)
            np.testing.assert_allclose(found, expected, rtol=1e-4)
    if kind == "max" or not ceil:
        assert not refused
    else:
        assert 0 < len(refused) < len(WINDOWS) / 2


def test_names_and_shapes(tmp_path):
    path = tmp_path / "net.onnx"
    net = models.nin_mnist(pretrained=True)
    export_onnx(net, path)
    assert shapes(path) == {
        "image": ["N", 1, "H", "W"],
        "logits": ["N", 10],
        "maps": ["N", 10, "h", "w"],
    }
    model = onnx.load(path)
    operators = {node.op_type for node in model.graph.node}
    assert operators == {
        "Conv", "Relu", "MaxPool", "GlobalAveragePool", "Flatten",
    }  # fmt: skip
    assert "6.2.weight" in {value.name for value in model.graph.initializer}
    export_onnx(net, path, size=(28, 64))
    assert shapes(path) == {
        "image": ["N", 1, 28, 64],
        "logits": ["N", 10],
        "maps": ["N", 10, 7, 16],
    }


def test_a_path_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    export_onnx(models.nin_mnist(pretrained=True), "~/net.onnx")
    assert (tmp_path / "net.onnx").exists()


def test_the_same_network_gives_the_same_file(tmp_path):
    for name in "ab":
        export_onnx(models.nin_mnist(pretrained=True), str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_maps_that_are_the_picture_itself(run):
    net = chain(nn.GlobalAvgPool2D(), nn.Conv2D(3, 1), nn.Flatten())
    X = nd.random.uniform(shape=(2, 2, 5, 6))
    logits, maps = run(net, X)
    np.testing.assert_allclose(logits, net(X).asnumpy(), atol=1e-6)
    np.testing.assert_array_equal(maps, X.asnumpy())


def test_of_several_global_poolings_the_maps_of_the_last(run):
    head = nn.HybridSequential()
    head.add(nn.Conv2D(4, 1), nn.GlobalAvgPool2D(), nn.Flatten())
    net = chain(nn.Conv2D(3, 1), nn.GlobalAvgPool2D(), head)
    X = nd.random.uniform(shape=(2, 2, 5, 6))
    logits, maps = run(net, X)
    assert maps.shape == (2, 4, 1, 1)
    np.testing.assert_allclose(logits, maps[:, :, 0, 0])
    found = confidence_maps(net, X).asnumpy()
    np.testing.assert_allclose(maps, found, atol=1e-6)


def test_a_layer_used_twice_keeps_one_set_of_weights(run, tmp_path):
    layer = nn.Conv2D(2, 3, activation="relu")
    net = chain(layer, nn.MaxPool2D(2), layer, nn.Flatten())
    X = nd.random.uniform(shape=(1, 2, 12, 12))
    (logits,) = run(net, X)
    np.testing.assert_allclose(logits, net(X).asnumpy(), atol=1e-5)
    assert len(onnx.load(tmp_path / "net.onnx").graph.initializer) == 2


class Twice(nn.HybridSequential):
    def hybrid_forward(self, F, x):
        return x * 2


class Pair(nn.HybridSequential):
    def hybrid_forward(self, F, x):
        y = super().hybrid_forward(F, x)
        return y, y


def laid_out(layout):
    net = nn.HybridSequential()
    net.add(nn.Conv2D(1, 1, in_channels=2, layout=layout))
    net.initialize()  # MXNet runs it on a GPU only
    return net


def operator(name, **settings):
    return chain(nn.HybridLambda(lambda F, x: getattr(F, name)(x, **settings)))


@pytest.mark.parametrize(
    "net, error, words",
    [
        (nn.Sequential(), TypeError, "HybridSequential instead"),
        ("nin", TypeError, "not str"),
        (models.nin_mnist(), ValueError, r"no 0\.0\.weight yet.*initialize"),
        (nn.HybridSequential(), ValueError, "no weights"),
        (chain(nn.Conv2D(1, 1), Twice()), ValueError, "_mul_scalar.*known"),
        (chain(nn.Conv2D(1, 1), nn.LeakyReLU(0.1)), ValueError, "LeakyReLU"),
        (chain(nn.Dense(3)), ValueError, "begin with a convolution"),
        (
            chain(nn.Conv2D(1, 1), nn.Dense(3, flatten=False)),
            ValueError,
            r"layer dense\d+ .*flatten=False.*conv1x1_from_dense",
        ),
        (chain(nn.BatchNorm(axis=3)), ValueError, "axis 3"),
        (
            chain(nn.Conv1D(1, 3), shape=(1, 2, 12)),
            ValueError,
            r"has pad \(0,\): only images",
        ),
        (laid_out("NHWC"), ValueError, "layout NHWC: only NCHW"),
        (
            operator("Pooling", kernel=(2, 2), layout="NHWC"),
            ValueError,
            "layout NHWC: only NCHW",
        ),
        (
            operator("Pooling", kernel=(2, 2), pool_type="sum"),
            ValueError,
            "pool_type sum: only avg and",
        ),
        (
            operator("Dropout", mode="always"),
            ValueError,
            "drops values in prediction too",
        ),
    ],
)
def test_networks_that_cannot_be_exported(tmp_path, net, error, words):
    with pytest.raises(error, match=words):
        export_onnx(net, tmp_path / "net.onnx")
    assert not list(tmp_path.iterdir())


def test_a_network_that_has_seen_no_batch(tmp_path):
    net = models.nin_mnist()
    net.initialize()
    with pytest.raises(ValueError, match="run one batch"):
        export_onnx(net, tmp_path / "net.onnx")


def test_half_precision_and_two_outputs(tmp_path):
    net = Pair()
    net.add(nn.Conv2D(1, 1))
    with pytest.raises(ValueError, match="2 outputs"):
        export_onnx(ready(net, (1, 2, 4, 4)), tmp_path / "net.onnx")
    net.cast("float16")
    with pytest.raises(ValueError, match=r"float16.*cast\('float32'\)"):
        export_onnx(net, tmp_path / "net.onnx")


@pytest.mark.parametrize(
    "size, error, words",
    [
        (None, ValueError, r"layer dense\d+ .*size=28"),
        (40, ValueError, "256 inputs, not for"),
        (3, ValueError, "smallest square that fits is 28×28"),
        (0, ValueError, "size must be at least 1, not 0"),
        ("28", TypeError, "size must be an integer"),
        ((28, 28, 1), ValueError, "pair"),
    ],
)
def test_a_size_that_is_missing_or_wrong(tmp_path, size, error, words):
    net = ready(models.lenet(), (1, 1, 28, 28))
    with pytest.raises(error, match=words):
        export_onnx(net, tmp_path / "net.onnx", size)


@pytest.mark.parametrize("size", [np.int64(28), (np.int32(28), 28)])
def test_a_size_may_be_numpys(tmp_path, size):
    path = tmp_path / "net.onnx"
    export_onnx(ready(models.lenet(), (1, 1, 28, 28)), path, size)
    assert path.stat().st_size > 0


def test_a_wrong_size_for_layers_of_ones_own(tmp_path):
    class Own(nn.HybridSequential):
        def hybrid_forward(self, F, x):
            return super().hybrid_forward(F, x)

    net = Own()
    net.add(nn.Conv2D(2, 3), nn.Dense(4))
    export_onnx(ready(net, (1, 2, 9, 9)), tmp_path / "net.onnx", 9)
    with pytest.raises(ValueError, match="do not fit each other"):
        export_onnx(net, tmp_path / "net.onnx", 10)


def test_a_file_that_cannot_be_written(tmp_path, monkeypatch):
    net = models.nin_mnist(pretrained=True)
    with pytest.raises(OSError, match="No such file .* folder that exists"):
        export_onnx(net, tmp_path / "none" / "net.onnx")
    path = tmp_path / "net.onnx"
    path.write_text("old")

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left .* 1\.\d MB free"):
        export_onnx(net, path)
    assert [p.name for p in tmp_path.iterdir()] == ["net.onnx"]
    assert path.read_text() == "old"


def test_without_onnx():
    code = (
        "import sys; sys.modules['onnx'] = None\n"
        "import nin_utils\n"
        "from mxnet.gluon import nn\n"
        "nin_utils.export.export_onnx(nn.Flatten(), 'net.onnx')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "ImportError: export_onnx needs the package onnx" in done.stderr
    assert "pip install onnx" in done.stderr


def test_weights_are_read_when_nothing_runs(tmp_path):
    net = models.nin_mnist(pretrained=True)
    work = unfinished()
    export_onnx(net, tmp_path / "net.onnx")
    assert work.done


def test_it_is_among_the_modules():
    assert "export" in dir(nin_utils)
    assert nin_utils.export is export
