import nin_utils  # noqa: F401
from nin_utils import equivalence, models

import numpy as np
import pytest
from mxnet import autograd, gluon, init, nd, random
from mxnet.gluon import nn

from helpers import oracles
from helpers.unfinished import unfinished

TOLERANCE = 1e-5


def filled(layer, *shape):
    """Initialise weights and biases at random, and run one batch."""
    layer.initialize(init.Uniform(0.7))
    layer(nd.zeros(shape))
    if getattr(layer, "bias", None) is not None:
        layer.bias.set_data(nd.random.uniform(-1, 1, layer.bias.shape))
    nd.waitall()  # oneDNN may still be laying the weights out anew
    return layer


def run(layer, X, head):
    """Return output, and the gradients of X, weight and bias (or None)."""
    X.attach_grad()
    with autograd.record():
        y = layer(X)
        loss = (y * head).sum()
    loss.backward()
    bias = None if layer.bias is None else layer.bias.grad().asnumpy()
    return (
        y.asnumpy(),
        X.grad.asnumpy(),
        layer.weight.grad().asnumpy().reshape(layer.weight.shape[:2]),
        bias,
    )


def last(array):
    """Move the channels to the end."""
    return np.moveaxis(array, 1, -1)


def assert_equal_pair(conv, dense, inputs):
    X = np.random.randn(3, inputs, 4, 5).astype("float32")
    head = np.random.randn(3, conv.weight.shape[0], 4, 5).astype("float32")
    y, dX, dw, db = run(conv, nd.array(X), nd.array(head))
    y2, dX2, dw2, db2 = run(dense, nd.array(last(X)), nd.array(last(head)))
    assert np.abs(y).max() > 0.1
    np.testing.assert_allclose(last(y), y2, atol=TOLERANCE)
    np.testing.assert_allclose(last(dX), dX2, atol=TOLERANCE)
    np.testing.assert_allclose(dw, dw2, rtol=1e-5, atol=TOLERANCE)
    assert (db is None) == (db2 is None)
    if db is not None:
        np.testing.assert_allclose(db, db2, rtol=1e-5, atol=TOLERANCE)


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("activation", [None, "relu", "sigmoid", "tanh"])
def test_outputs_and_gradients_are_equal(activation, use_bias):
    np.random.seed(0)
    conv = nn.Conv2D(6, 1, activation=activation, use_bias=use_bias)
    dense = equivalence.dense_from_conv1x1(filled(conv, 1, 7, 2, 2))
    assert_equal_pair(conv, dense, 7)
    assert_equal_pair(equivalence.conv1x1_from_dense(dense), dense, 7)


def test_equal_to_loops_over_positions():
    np.random.seed(1)
    conv = filled(nn.Conv2D(6, 1, activation="relu"), 1, 7, 2, 2)
    X = np.random.randn(2, 7, 3, 4)
    weight, bias = (
        p.data().asnumpy().astype("float64") for p in (conv.weight, conv.bias)
    )
    expected = oracles.relu(oracles.conv2d(X, weight, bias))
    dense = equivalence.dense_from_conv1x1(conv)
    np.testing.assert_allclose(
        dense(nd.array(last(X))).asnumpy(), last(expected), atol=TOLERANCE
    )
    flat = weight.reshape(6, 7)
    np.testing.assert_allclose(
        oracles.relu(oracles.dense(last(X), flat, bias)), last(expected)
    )


def test_dense_on_vectors_becomes_a_convolution():
    dense = filled(nn.Dense(5, activation="relu"), 1, 7)
    X = nd.random.normal(shape=(4, 7))
    conv = equivalence.conv1x1_from_dense(dense)
    np.testing.assert_allclose(
        conv(X.reshape((4, 7, 1, 1))).asnumpy()[:, :, 0, 0],
        dense(X).asnumpy(),
        atol=TOLERANCE,
    )


def test_the_weights_are_a_copy():
    conv = filled(nn.Conv2D(3, 1), 1, 2, 1, 1)
    dense = equivalence.dense_from_conv1x1(conv)
    before = dense.weight.data().asnumpy()
    conv.weight.set_data(nd.zeros(conv.weight.shape))
    np.testing.assert_array_equal(dense.weight.data().asnumpy(), before)
    assert np.abs(before).max() > 0


def test_no_random_numbers_are_drawn():
    conv = filled(nn.Conv2D(3, 1), 1, 2, 1, 1)
    draws = []
    for convert in (False, True):
        random.seed(3)
        np.random.seed(3)
        if convert:
            equivalence.dense_from_conv1x1(conv)
        draws.append((nd.random.uniform().asscalar(), np.random.rand()))
    assert draws[0] == draws[1]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"kernel_size": 3}, r"kernel \(3, 3\)"),
        ({"kernel_size": (1, 2)}, r"kernel \(1, 2\)"),
        ({"strides": 2}, r"stride \(2, 2\)"),
        ({"padding": 1}, r"pad \(1, 1\)"),
        ({"dilation": 2}, r"dilate \(2, 2\)"),
        ({"groups": 2}, "num_group 2"),
        ({"layout": "NHWC"}, "layout NHWC"),
    ],
)
def test_other_convolutions_are_refused(setting, message):
    conv = nn.Conv2D(**{"channels": 4, "kernel_size": 1, **setting})
    with pytest.raises(ValueError, match=message):
        equivalence.dense_from_conv1x1(conv)


@pytest.mark.parametrize("start", [True, False])
def test_layers_without_weights_are_refused(start):
    conv, dense = nn.Conv2D(4, 1), nn.Dense(4)
    if start:  # initialised, but the number of inputs is not known yet
        conv.initialize()
        dense.initialize()
    with pytest.raises(ValueError, match="no weight yet: call initialize"):
        equivalence.dense_from_conv1x1(conv)
    with pytest.raises(ValueError, match="no weight yet: call initialize"):
        equivalence.conv1x1_from_dense(dense)


def test_other_layers_are_refused():
    with pytest.raises(TypeError, match="conv must be a Conv2D, not Dense"):
        equivalence.dense_from_conv1x1(nn.Dense(4))
    with pytest.raises(TypeError, match="dense must be a Dense, not Conv2D"):
        equivalence.conv1x1_from_dense(nn.Conv2D(4, 1))
    with pytest.raises(TypeError, match="net must be a HybridSequential"):
        equivalence.fold_batch_norm(nn.Conv2D(4, 1))


def trained(net, channels=1, size=28):
    """Take a few large steps, so that every normalisation has its own."""
    net.initialize(init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    for _ in range(4):
        X = nd.random.uniform(shape=(16, channels, size, size))
        y = nd.random.randint(0, 10, (16,))
        with autograd.record():
            output = loss(net(X), y)
        output.backward()
        trainer.step(16)
    return net


def test_fold_gives_the_weights_of_the_plain_network(tmp_path):
    net = trained(models.nin_mnist(batch_norm=True))
    X = nd.random.uniform(shape=(8, 1, 28, 28))
    expected = net(X).asnumpy()
    assert np.abs(expected).max() > 0.1
    plain = equivalence.fold_batch_norm(net)
    np.testing.assert_allclose(plain(X).asnumpy(), expected, atol=TOLERANCE)
    path = str(tmp_path / "plain.params")
    plain.save_parameters(path)
    loaded = models.nin_mnist()
    loaded.load_parameters(path)
    loaded.hybridize()
    np.testing.assert_allclose(loaded(X).asnumpy(), expected, atol=TOLERANCE)


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("center", [True, False])
def test_fold_keeps_biases_groups_and_lone_convolutions(scale, center):
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(8, 3, strides=2, padding=1, activation="relu"),
        nn.Conv2D(10, (3, 1), dilation=2, groups=2),
        nn.BatchNorm(scale=scale, center=center, epsilon=0.1),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    trained(net, channels=3)
    net[1].bias.set_data(nd.random.normal(shape=(10,)))
    net[2].gamma.set_data(nd.random.uniform(2, 3, shape=(10,)))
    X = nd.random.normal(shape=(4, 3, 20, 24))
    plain = equivalence.fold_batch_norm(net)
    assert [type(layer).__name__ for layer in plain] == [
        "Conv2D",
        "Conv2D",
        "GlobalAvgPool2D",
        "Flatten",
    ]
    np.testing.assert_allclose(plain(X).asnumpy(), net(X).asnumpy(), atol=TOLERANCE)


def test_fold_keeps_what_is_not_normalised():
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(4, 3),
        nn.Activation("tanh"),
        nn.Conv2D(3, 1),
        nn.MaxPool2D(2),
        nn.Conv2D(2, 1),
    )
    net.initialize(init.Uniform(0.7))
    X = nd.random.normal(shape=(4, 2, 8, 9))
    expected = net(X).asnumpy()
    plain = equivalence.fold_batch_norm(net)
    kinds = [type(layer).__name__ for layer in plain]
    assert kinds == ["Conv2D", "Conv2D", "MaxPool2D", "Conv2D"]
    np.testing.assert_allclose(plain(X).asnumpy(), expected, atol=TOLERANCE)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([nn.BatchNorm(in_channels=2)], "BatchNorm"),
        (
            [
                nn.Conv2D(2, 1, activation="relu", in_channels=1),
                nn.BatchNorm(in_channels=2),
            ],
            "BatchNorm.*without activation",
        ),
        ([nn.Dense(3, in_units=2)], "Dense"),
    ],
)
def test_fold_names_the_layer_it_cannot_fold(layers, message):
    net = nn.HybridSequential()
    net.add(*layers)
    net.initialize()
    with pytest.raises(ValueError, match=message):
        equivalence.fold_batch_norm(net)


def test_fold_needs_weights():
    with pytest.raises(ValueError, match="no weight yet"):
        equivalence.fold_batch_norm(models.nin_mnist(batch_norm=True))


class Doubled(nn.Conv2D):
    """Computes something else than its parent."""

    def hybrid_forward(self, F, x, weight, bias=None):
        return 2 * super().hybrid_forward(F, x, weight, bias)


class Residual(nn.HybridSequential):
    """Does not run its layers one after the other."""

    def hybrid_forward(self, F, x):
        return x + super().hybrid_forward(F, x)


def test_layers_that_compute_something_else_are_refused():
    doubled, residual = Doubled(2, 1, in_channels=2), Residual()
    residual.add(nn.Conv2D(2, 1, in_channels=2), nn.BatchNorm(in_channels=2))
    with pytest.raises(TypeError, match="conv must be a Conv2D, not Doubled"):
        equivalence.dense_from_conv1x1(doubled)
    with pytest.raises(TypeError, match="HybridSequential, not Residual"):
        equivalence.fold_batch_norm(residual)
    for layer in (doubled, residual):
        net = nn.HybridSequential()
        net.add(layer, nn.BatchNorm(in_channels=2))
        net.initialize()
        with pytest.raises(ValueError, match=f"{type(layer).__name__}.*cannot"):
            equivalence.fold_batch_norm(net)


def test_a_subclass_counts_as_its_parent():
    class Named(nn.Conv2D):
        pass

    conv = filled(Named(6, 1), 1, 7, 2, 2)
    assert_equal_pair(conv, equivalence.dense_from_conv1x1(conv), 7)


@pytest.mark.parametrize(
    ("convert", "make"),
    [
        (equivalence.dense_from_conv1x1, lambda: nn.Conv2D(3, 1)),
        (equivalence.conv1x1_from_dense, lambda: nn.Dense(3)),
        (equivalence.fold_batch_norm, lambda: models.mlpconv([3], 1, 1, 0)),
    ],
)
def test_weights_are_read_when_nothing_runs(convert, make):
    layer = filled(make(), 1, 2, 1, 1)
    work = unfinished()
    convert(layer)
    assert work.done


def test_channels_that_stand_last_are_folded_too():
    conv = nn.Conv2D(8, 3, layout="NHWC", in_channels=4)
    net = nn.HybridSequential()
    net.add(conv, nn.BatchNorm(axis=3, in_channels=8))
    net.initialize()  # MXNet runs it on a GPU only
    net[1].running_var.set_data(nd.full(8, 3.0))
    (plain,) = equivalence.fold_batch_norm(net)
    scale = 1 / np.sqrt(3 + 1e-5)
    folded = conv.weight.data().asnumpy() * scale
    np.testing.assert_allclose(plain.weight.data().asnumpy(), folded, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_the_precision_stays(dtype):
    conv = filled(nn.Conv2D(3, 1), 1, 2, 1, 1)
    conv.cast(dtype)
    dense = equivalence.dense_from_conv1x1(conv)
    again = equivalence.conv1x1_from_dense(dense)
    net = nn.HybridSequential()
    net.add(nn.Conv2D(3, 1, in_channels=2), nn.BatchNorm(in_channels=3))
    net.initialize()
    net.cast(dtype)
    folded = equivalence.fold_batch_norm(net)[0]
    for layer in (dense, again, folded):
        kinds = {np.dtype(p.data().dtype) for p in (layer.weight, layer.bias)}
        assert kinds == {np.dtype(dtype)}
