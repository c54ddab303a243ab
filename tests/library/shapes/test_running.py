"""nin_utils.shapes against the running network and MXNet's own inference."""

from math import prod

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.shapes import walkthrough

import numpy as np
import pytest
from mxnet import base, init, nd, sym
from mxnet.gluon import nn

NETWORKS = [
    (models.nin, range(60, 257)),
    (models.nin_mnist, range(1, 65)),
    (models.nin_cifar10, range(1, 65)),
    (models.lenet, range(8, 65)),
    (models.alexnet, [*range(62, 100), 224, 256]),
    (models.vgg, [*range(28, 66), 224, 256]),
]


def elementary(net):
    """Return the layers that a forward pass goes through."""
    if isinstance(net, (nn.Sequential, nn.HybridSequential)):
        return [layer for child in net for layer in elementary(child)]
    return [net]


def outputs(net):
    """Return the symbol of all layers' outputs."""
    x, found = sym.var("data"), []
    for layer in elementary(net):
        x = layer(x)
        found.append(x)
    return sym.Group(found)


def infer(group, shape):
    """Return all output shapes and the number of parameters by MXNet."""
    arguments, shapes, _ = group.infer_shape(data=shape)
    return shapes, sum(map(prod, arguments)) - prod(shape)


def compare(net, group, shape):
    """Check one shape; return whether it is legal."""
    try:
        shapes, params = infer(group, shape)
    except base.MXNetError:
        with pytest.raises(ValueError, match="too small"):
            walkthrough(net, shape)
        return False
    table = walkthrough(net, shape)
    assert [row.output_shape for row in table] == shapes
    assert table.params == params
    return True


@pytest.mark.parametrize(("make", "sizes"), NETWORKS)
def test_every_size(make, sizes):
    net = make()
    group = outputs(net)
    legal = [size for size in sizes if compare(net, group, (2, 1, size, size))]
    smallest = {"nin": 67, "nin_mnist": 6, "nin_cifar10": 6}
    smallest.update({"lenet": 16, "alexnet": 67, "vgg": 32})
    assert legal == [n for n in sizes if n >= smallest[make.__name__]]


def test_rectangles_and_colours():
    net = models.nin_mnist(num_classes=7, batch_norm=True)
    group = outputs(net)
    assert compare(net, group, (3, 3, 31, 64))
    assert not compare(net, group, (3, 3, 64, 5))


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (models.nin, (1, 1, 67, 67)),
        (models.nin, (2, 1, 96, 224)),
        (models.nin_mnist, (3, 3, 28, 33)),
        (models.lenet, (2, 1, 28, 33)),
        (models.alexnet, (1, 1, 67, 67)),
        (models.vgg, (1, 1, 64, 64)),
    ],
)
def test_running_networks(make, shape):
    net = make()
    before = walkthrough(net, shape)
    net.initialize()
    X = nd.zeros(shape)
    for layer, row in zip(elementary(net), before):
        X = layer(X)
        assert X.shape == row.output_shape
        assert X.asnumpy().nbytes == row.activation_bytes
        own = [p.data().size for p in layer.collect_params().values()]
        assert row.params == sum(own)
    assert walkthrough(net, shape) == before


def random_stack(rng):
    """Return up to six layers with settings that MXNet accepts."""
    net = nn.HybridSequential()
    for _ in range(rng.integers(1, 7)):
        kernel = tuple(int(k) for k in rng.integers(1, 5, 2))
        stride = tuple(int(s) for s in rng.integers(1, 4, 2))
        pad = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel)
        if rng.random() < 0.5:
            net.add(
                nn.Conv2D(
                    int(rng.choice([2, 4])),
                    kernel,
                    stride,
                    pad,
                    dilation=tuple(int(d) for d in rng.integers(1, 3, 2)),
                    groups=int(rng.choice([1, 2])),
                    use_bias=bool(rng.integers(2)),
                )
            )
        else:
            pool = (nn.MaxPool2D, nn.AvgPool2D)[rng.integers(2)]
            net.add(pool(kernel, stride, pad, ceil_mode=bool(rng.integers(2))))
    if rng.random() < 0.3:
        net.add(nn.Dense(3, flatten=bool(rng.integers(2))))
    return net


def test_random_stacks():
    rng = np.random.default_rng(0)
    legal = 0
    for _ in range(300):
        net = random_stack(rng)
        shape = (2, 4, *map(int, rng.integers(1, 40, 2)))
        legal += compare(net, outputs(net), shape)
    assert 100 < legal < 290


def first_seen(layers, width, cell, flip):
    """Return the first column of the input that reaches a cell, by search.

    All weights are positive and the picture is 0 but for its first columns,
    so that the cell is 0 exactly until they are wide enough.
    """
    low, high = 0, width
    while high - low > 1:
        middle = (low + high) // 2
        X = np.zeros((1, 1, 67, width), "float32")
        X[..., :middle] = 1
        X = nd.array(X[..., ::-1].copy() if flip else X)
        for layer in layers:
            X = layer(X)
        seen = X[:, :, :, cell].max().asscalar() > 0
        low, high = (low, middle) if seen else (middle, high)
    return low


@pytest.mark.parametrize("make", [models.nin, models.nin_mnist])
def test_receptive_field_and_stride_by_probing(make):
    width = 420
    net = make()
    net.initialize(init.Constant(0.01))
    layers = elementary(net)[:-2]
    rows = walkthrough(net, (1, 1, 67, width))
    probed = 0
    for i, row in enumerate(rows[:-2]):
        if row.name.endswith((" 1×1", "Dropout")):
            continue
        cells = row.output_shape[-1]
        cell = cells // 2
        upto = layers[: i + 1]
        left = first_seen(upto, width, cell, flip=False)
        right = width - 1 - first_seen(upto, width, cell, flip=True)
        following = first_seen(upto, width, cell + 1, flip=False)
        assert right - left + 1 == row.receptive_field
        assert following - left == row.stride
        probed += 1
    assert probed == {"nin": 7, "nin_mnist": 5}[make.__name__]
    assert rows[-2].receptive_field == (67, width)
