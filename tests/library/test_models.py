import hashlib
import inspect
import json

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.models import weights as _weights

import mxnet as mx
import numpy as np
import pytest
from mxnet import init, nd
from mxnet.gluon import nn

from helpers import oracles


def seed_block(num_channels, kernel_size, strides, padding):
    blk = nn.Sequential()
    blk.add(
        nn.Conv2D(num_channels, kernel_size, strides, padding, activation="relu"),
        nn.Conv2D(num_channels, kernel_size=1, activation="relu"),
        nn.Conv2D(num_channels, kernel_size=1, activation="relu"),
    )
    return blk


def seed_net():
    net = nn.Sequential()
    net.add(
        seed_block(96, kernel_size=11, strides=4, padding=0),
        nn.MaxPool2D(pool_size=3, strides=2),
        seed_block(256, kernel_size=5, strides=1, padding=2),
        nn.MaxPool2D(pool_size=3, strides=2),
        seed_block(384, kernel_size=3, strides=1, padding=1),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Dropout(0.5),
        seed_block(10, kernel_size=3, strides=1, padding=1),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    return net


def started(net, size, channels=1):
    mx.random.seed(0)
    net.initialize(init.Xavier(magnitude=6))
    net(nd.zeros((1, channels, size, size)))
    for name, parameter in net.collect_params().items():
        if name.endswith("bias"):
            parameter.set_data(nd.random.uniform(-0.1, 0.1, parameter.shape))
    nd.waitall()  # oneDNN may still be laying the weights out anew
    return net


def through_oracle(X, layers):
    """Run (conv, stride, padding), "pool" and "ceil pool" one by one."""
    x = X.asnumpy().astype("float64")
    for layer in layers:
        if isinstance(layer, str):
            x = oracles.max_pool(x, 3, 2, ceil=layer.startswith("ceil"))
        else:
            conv, stride, padding = layer
            weight = conv.weight.data().asnumpy().astype("float64")
            bias = conv.bias.data().asnumpy().astype("float64")
            x = oracles.relu(oracles.conv2d(x, weight, bias, stride, padding))
    return oracles.global_avg_pool(x)


def test_nin_has_the_shapes_that_the_tutorial_prints():
    net = models.nin()
    net.initialize()
    X = nd.zeros((1, 1, 224, 224))
    shapes = []
    for layer in net:
        X = layer(X)
        shapes.append(X.shape[1:])
    assert shapes == [
        (96, 54, 54),
        (96, 26, 26),
        (256, 26, 26),
        (256, 12, 12),
        (384, 12, 12),
        (384, 5, 5),
        (384, 5, 5),
        (10, 5, 5),
        (10, 1, 1),
        (10,),
    ]


def test_weights_go_between_the_tutorials_network_and_ours(tmp_path):
    path = str(tmp_path / "seed.params")
    theirs, ours = started(seed_net(), 67), models.nin()
    theirs.save_parameters(path)
    ours.load_parameters(path)
    ours.hybridize()
    X = nd.random.uniform(shape=(2, 1, 67, 80))
    np.testing.assert_allclose(
        ours(X).asnumpy(), theirs(X).asnumpy(), rtol=1e-5, atol=1e-6
    )


def test_nin_equals_loops_over_positions():
    net = started(models.nin(), 67)
    X = nd.random.uniform(shape=(2, 1, 67, 99))
    expected = through_oracle(
        X,
        [
            (net[0][0], 4, 0),
            (net[0][1], 1, 0),
            (net[0][2], 1, 0),
            "pool",
            (net[2][0], 1, 2),
            (net[2][1], 1, 0),
            (net[2][2], 1, 0),
            "pool",
            (net[4][0], 1, 1),
            (net[4][1], 1, 0),
            (net[4][2], 1, 0),
            "pool",
            (net[7][0], 1, 1),
            (net[7][1], 1, 0),
            (net[7][2], 1, 0),
        ],
    )
    assert expected.max() > 1e-3
    np.testing.assert_allclose(net(X).asnumpy(), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("net", "pixels", "shape", "paddings"),
    [
        (models.nin_mnist, 28, (2, 1, 28, 21), (2, 2, 2)),
        (models.nin_cifar10, 32, (1, 3, 15, 12), (2, 2, 1)),
    ],
)
def test_three_layers_equal_loops_over_positions(net, pixels, shape, paddings):
    net = started(net(), pixels, channels=shape[1])
    X = nd.random.uniform(shape=shape)
    layers = []
    for block, padding in zip((0, 3, 6), paddings):
        layers += [
            (net[block][0], 1, padding),
            (net[block][1], 1, 0),
            (net[block][2], 1, 0),
            "ceil pool",
        ]
    expected = through_oracle(X, layers[:-1])
    assert expected.max() > 1e-3
    np.testing.assert_allclose(net(X).asnumpy(), expected, atol=1e-5)


def test_nin_mnist_drops_out_after_both_poolings():
    kinds = [type(layer).__name__ for layer in models.nin_mnist()]
    blocks = ["HybridSequential", "MaxPool2D", "Dropout"]
    assert kinds == [*blocks, *blocks, blocks[0], "GlobalAvgPool2D", "Flatten"]


def test_nin_cifar10_is_the_authors():
    """The kernels and widths of NIN/cifar-10_def, and its two dropouts."""
    net = models.nin_cifar10(dropout=0.3)
    kinds = [type(layer).__name__ for layer in net]
    blocks = ["HybridSequential", "MaxPool2D", "Dropout"]
    assert kinds == [*blocks, *blocks, blocks[0], "GlobalAvgPool2D", "Flatten"]
    assert [net[i]._rate for i in (2, 5)] == [0.3, 0.3]
    convs = [conv._kwargs for i in (0, 3, 6) for conv in net[i]]
    assert [conv["num_filter"] for conv in convs] == [
        *(192, 160, 96),
        *(192, 192, 192),
        *(192, 192, 10),
    ]
    assert [conv["kernel"][0] for conv in convs] == [5, 1, 1, 5, 1, 1, 3, 1, 1]
    block = models.nin_cifar10(batch_norm=True)[6]
    kinds = [type(layer).__name__ for layer in block]
    assert kinds == ["Conv2D", "BatchNorm", "Activation"] * 3


def test_batch_norm_stands_between_convolution_and_relu():
    block = models.nin_mnist(batch_norm=True)[0]
    kinds = [type(layer).__name__ for layer in block]
    assert kinds == ["Conv2D", "BatchNorm", "Activation"] * 3
    assert all(block[i].act is None for i in (0, 3, 6))


def test_vgg_and_alexnet_take_the_same_options():
    net = models.vgg(batch_norm=True, dropout=0.2)
    kinds = [type(layer).__name__ for layer in net[4]]
    assert kinds == ["Conv2D", "BatchNorm", "Activation"] * 2 + ["MaxPool2D"]
    assert [net[i]._rate for i in (6, 8)] == [0.2, 0.2]
    assert len(models.vgg()[4]) == 3
    net = models.alexnet(batch_norm=True, dropout=0.2)
    kinds = [type(layer).__name__ for layer in net]
    assert kinds[8:] == [
        *["Conv2D", "BatchNorm", "Activation"] * 3,
        *["MaxPool2D", *["Dense", "Dropout"] * 2, "Dense"],
    ]
    assert [layer._rate for layer in net if hasattr(layer, "_rate")] == [0.2, 0.2]


@pytest.mark.parametrize(
    "make",
    [models.nin, models.nin_mnist, models.nin_cifar10, models.vgg, models.alexnet],
)
@pytest.mark.parametrize("dropout", [1, -0.1, float("nan")])
def test_dropout_is_a_share(make, dropout):
    with pytest.raises(ValueError, match=r"dropout must be in \[0, 1\), not"):
        make(dropout=dropout)


@pytest.mark.parametrize(
    "make",
    [models.nin, models.nin_mnist, models.nin_cifar10, models.vgg, models.alexnet],
)
def test_a_word_is_no_truth_value(make):
    with pytest.raises(TypeError, match="batch_norm must be True or False, not 'no'"):
        make(batch_norm="no")


@pytest.mark.parametrize("make", [models.nin, models.nin_mnist, models.nin_cifar10])
def test_number_of_classes_is_that_of_the_last_maps(make):
    net = make(num_classes=3)
    net.initialize()
    assert net(nd.zeros((1, 2, 70, 70))).shape == (1, 3)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 3, 1, 1), ValueError, "num_channels must be .* not 0"),
        ((-4, 3, 1, 1), ValueError, "num_channels must be .* not -4"),
        ((2.5, 3, 1, 1), TypeError, "num_channels must be .* not 2.5"),
        ((True, 3, 1, 1), TypeError, "num_channels must be .* not True"),
        ((8, 0, 1, 1), ValueError, "kernel_size must be .* not 0"),
        ((8, (3, 0), 1, 1), ValueError, "kernel_size must be .* not 0"),
        ((8, (3, 3, 3), 1, 1), ValueError, r"kernel_size .* not \(3, 3, 3\)"),
        ((8, "3", 1, 1), TypeError, "kernel_size must be .* not '3'"),
        ((8, 3, 0, 1), ValueError, "strides must be .* not 0"),
        ((8, 3, 1, -1), ValueError, "padding must be at least 0, not -1"),
    ],
)
def test_nin_block_names_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        models.nin_block(*arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (((), 3, 1, 1), ValueError, r"widths must hold at least one, not \(\)"),
        ((8, 3, 1, 1), TypeError, r"widths must be a sequence .* not 8 \(int"),
        (("88", 3, 1, 1), TypeError, "widths must be a sequence .* not '88'"),
        (((8, 0), 3, 1, 1), ValueError, r"widths\[1\] must be .* not 0"),
        (((2.5, 8), 3, 1, 1), TypeError, r"widths\[0\] must be .* not 2.5"),
        (((8, 8), 0, 1, 1), ValueError, "kernel_size must be .* not 0"),
        (((8, 8), 3, "1", 1), TypeError, "strides must be .* not '1'"),
        (((8, 8), 3, 1, -1), ValueError, "padding must be at least 0, not -1"),
    ],
)
def test_mlpconv_names_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        models.mlpconv(*arguments)


@pytest.mark.parametrize("widths", [(5,), (5, 4), [6, 5, 4, 3]])
def test_mlpconv_equals_loops_over_positions(widths):
    blk = started(models.mlpconv(widths, 3, 2, 1), 9, channels=2)
    X = nd.random.uniform(-1, 1, shape=(2, 2, 9, 8))
    expected = X.asnumpy().astype("float64")
    for i, conv in enumerate(blk):
        assert conv.weight.shape[2:] == ((1, 1) if i else (3, 3))
        weight, bias = (p.data().asnumpy() for p in (conv.weight, conv.bias))
        settings = (1, 0) if i else (2, 1)
        expected = oracles.conv2d(expected, weight, bias, *settings)
        expected = oracles.relu(expected)
    assert expected.shape == (2, widths[-1], 5, 4)
    assert expected.max() > 0.01
    np.testing.assert_allclose(blk(X).asnumpy(), expected, atol=1e-5)


def test_mlpconv_with_batch_norm_has_no_biases():
    blk = started(models.mlpconv((5, 4), 3, 1, 1, batch_norm=True), 9)
    kinds = [type(layer).__name__ for layer in blk]
    assert kinds == ["Conv2D", "BatchNorm", "Activation"] * 2
    assert blk[0].bias is None and blk[3].bias is None


@pytest.mark.parametrize(
    "make", [models.nin, models.nin_mnist, models.nin_cifar10, models.vgg]
)
def test_options_have_names_and_one_order(make):
    with pytest.raises(TypeError, match="positional argument"):
        make(10, True)
    options = list(inspect.signature(make).parameters)
    order = ["num_classes", "batch_norm", "dropout", "last_relu", "pretrained"]
    assert options == [name for name in order if name in options]


@pytest.mark.parametrize("batch_norm", [False, True])
def test_without_the_last_relu_scores_are_negative_too(batch_norm):
    mx.random.seed(0)
    X = nd.random.uniform(shape=(2, 1, 67, 67))
    for last_relu in (True, False):
        net = models.nin(batch_norm=batch_norm, last_relu=last_relu)
        net.initialize(init.Xavier())
        assert (net(X).min().asscalar() < 0) == (not last_relu)
    assert net[7][-1].bias is not None
    with pytest.raises(ValueError, match="exist for last_relu=True"):
        models.nin(last_relu=False, pretrained=True)
    with pytest.raises(TypeError, match="last_relu must be True or False, not 0"):
        models.nin(last_relu=0)


def test_nin_block_takes_pairs():
    blk = models.nin_block(4, (3, 5), (1, 2), (0, 2))
    blk.initialize()
    assert blk(nd.zeros((1, 1, 9, 9))).shape == (1, 4, 7, 5)


@pytest.mark.parametrize(
    "make",
    [
        models.nin,
        models.nin_mnist,
        models.nin_cifar10,
        models.lenet,
        models.alexnet,
        models.vgg,
    ],
)
def test_number_of_classes_must_be_positive(make):
    with pytest.raises(ValueError, match="num_classes .* not 0"):
        make(num_classes=0)


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """Trained weights of our own making, in a folder of their own."""
    path = tmp_path / "nin_mnist.params"
    net = started(models.nin_mnist(), 28)
    net.save_parameters(str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(_weights, "FOLDER", tmp_path)
    (tmp_path / "sha256.json").write_text(json.dumps({"nin_mnist.params": digest}))
    return net, path


def test_pretrained_weights_are_loaded(weights):
    X = nd.random.uniform(shape=(2, 1, 28, 28))
    net = models.nin_mnist(pretrained=True)
    np.testing.assert_array_equal(net(X).asnumpy(), weights[0](X).asnumpy())


def test_missing_weights_name_the_file_and_the_remedy(weights):
    weights[1].unlink()
    with pytest.raises(FileNotFoundError, match="nin_mnist.params.*install"):
        models.nin_mnist(pretrained=True)


@pytest.mark.parametrize("damage", [b"", b"not weights"])
def test_damaged_weights_name_the_file_and_the_remedy(weights, damage):
    weights[1].write_bytes(damage)
    with pytest.raises(OSError, match="nin_mnist.params is damaged.*install"):
        models.nin_mnist(pretrained=True)


def test_one_flipped_bit_is_found(weights):
    content = bytearray(weights[1].read_bytes())
    content[len(content) // 2] ^= 1
    weights[1].write_bytes(content)
    with pytest.raises(OSError, match="is damaged"):
        models.nin_mnist(pretrained=True)


@pytest.mark.parametrize("pretrained", ["canvas", "imagenet", None, 1, 0])
def test_unknown_weights_are_named(pretrained):
    message = f"pretrained must be False, True, not {pretrained!r}"
    with pytest.raises(ValueError, match=message):
        models.nin(pretrained=pretrained)


@pytest.mark.parametrize("other", [{"num_classes": 3}, {"batch_norm": True}])
def test_no_weights_for_other_networks(other):
    name, value = next(iter(other.items()))
    with pytest.raises(ValueError, match=f"not for .*{name}={value}"):
        models.nin_mnist(pretrained=True, **other)
