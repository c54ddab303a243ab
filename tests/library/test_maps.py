import nin_utils  # noqa: F401
from nin_utils import maps, models

import mxnet as mx
import numpy as np
import pytest
from mxnet import init, nd
from mxnet.gluon import nn

from helpers import oracles


@pytest.fixture(scope="module")
def net():
    mx.random.seed(0)
    net = models.nin_mnist()
    net.initialize(init.Xavier(magnitude=6))
    return net


@pytest.mark.parametrize("size", [28, 40])
def test_the_mean_of_a_map_is_the_score(net, size):
    X = nd.random.uniform(shape=(3, 1, size, size))
    found = maps.confidence_maps(net, X).asnumpy()
    cells = {28: 7, 40: 10}[size]
    assert found.shape == (3, 10, cells, cells)
    assert found.max() > 0
    np.testing.assert_allclose(
        oracles.global_avg_pool(found), net(X).asnumpy(), atol=1e-5
    )


def test_maps_of_the_tutorials_network():
    net = models.nin()
    net.initialize()
    found = maps.confidence_maps(net, nd.zeros((1, 1, 224, 224)))
    assert found.shape == (1, 10, 5, 5)


def test_maps_of_a_network_that_is_not_hybrid():
    net = nn.Sequential()
    net.add(nn.Conv2D(2, 3), nn.GlobalAvgPool2D())
    net.initialize()
    assert maps.confidence_maps(net, nd.zeros((1, 1, 5, 5))).shape == (1, 2, 3, 3)


def test_a_network_without_weights_is_refused():
    with pytest.raises(RuntimeError, match="not been initialized"):
        maps.confidence_maps(models.nin_mnist(), nd.zeros((1, 1, 28, 28)))


def test_of_several_global_poolings_the_last_one_averages_the_scores():
    net = nn.HybridSequential()
    inner, head = nn.HybridSequential(), nn.HybridSequential()
    inner.add(nn.Conv2D(3, 1), nn.GlobalAvgPool2D())
    head.add(nn.Conv2D(4, 1), nn.GlobalAvgPool2D(), nn.Flatten())
    net.add(inner, nn.GlobalAvgPool2D(), head, nn.Flatten())
    net.initialize(init.Xavier())
    X = nd.random.uniform(shape=(2, 1, 5, 6))
    found = maps.confidence_maps(net, X)
    assert found.shape == (2, 4, 1, 1)
    np.testing.assert_array_equal(found.asnumpy().mean((2, 3)), net(X).asnumpy())


class Beside(nn.HybridSequential):
    """Its layers do not follow one another."""

    def hybrid_forward(self, F, x):
        return F.concat(*(layer(x) for layer in self._children.values()))


def test_a_pooling_beside_other_layers_is_not_taken():
    net = nn.HybridSequential()
    net.add(Beside())
    net[0].add(nn.GlobalAvgPool2D(), nn.GlobalMaxPool2D())
    X = nd.random.uniform(shape=(1, 2, 4, 4))
    assert net(X).shape == (1, 4, 1, 1)
    with pytest.raises(ValueError, match="no GlobalAvgPool2D"):
        maps.confidence_maps(net, X)


def test_a_network_without_global_pooling_is_refused():
    X = nd.zeros((1, 1, 224, 224))
    with pytest.raises(ValueError, match="no GlobalAvgPool2D"):
        maps.confidence_maps(models.vgg(), X)
    with pytest.raises(ValueError, match="Conv2D has no GlobalAvgPool2D"):
        maps.confidence_maps(nn.Conv2D(1, 1), X)


@pytest.mark.parametrize("X", [np.zeros((1, 1, 28, 28)), [[0]]])
def test_what_is_no_ndarray_is_named(net, X):
    name = type(X).__name__
    with pytest.raises(TypeError, match=f"an NDArray, not {name}: use nd.array"):
        maps.confidence_maps(net, X)


def test_a_mask_of_no_maps_is_empty():
    assert maps.top_mask(np.zeros((0, 3, 2, 2))).shape == (0, 3, 2, 2)


def test_no_images_are_lit():
    none = np.zeros((0, 3, 16, 32))
    assert maps.lit(none, np.zeros((0, 2, 4))).shape == none.shape


def test_a_single_picture_without_batch_is_refused(net):
    with pytest.raises(ValueError, match=r"not \(1, 28, 28\)"):
        maps.confidence_maps(net, nd.zeros((1, 28, 28)))


def test_mask_keeps_the_largest_of_each_picture():
    values = np.zeros((2, 2, 2, 5))
    values[0] = np.arange(20).reshape(2, 2, 5)
    values[1] = 100 - values[0]
    mask = maps.top_mask(values)
    assert mask.dtype == bool
    assert np.argwhere(mask).tolist() == [
        [0, 1, 1, 3],
        [0, 1, 1, 4],
        [1, 0, 0, 0],
        [1, 0, 0, 1],
    ]


def test_mask_takes_ndarrays_and_rounds_up():
    values = nd.random.uniform(1, 2, (3, 10, 7, 7))
    assert maps.top_mask(values).sum((1, 2, 3)).tolist() == [49] * 3
    assert maps.top_mask(values, 1 / 490).sum((1, 2, 3)).tolist() == [1] * 3
    assert maps.top_mask(values, 0.001).sum((1, 2, 3)).tolist() == [1] * 3
    assert maps.top_mask(values, 1).all()


def test_mask_leaves_out_cells_without_evidence():
    values = np.zeros((1, 2, 3, 3))
    assert not maps.top_mask(values).any()
    values[0, 1, 2, 2] = 0.5
    assert np.argwhere(maps.top_mask(values, 0.5)).tolist() == [[0, 1, 2, 2]]


def test_mask_keeps_at_least_one_activation():
    assert maps.top_mask(np.arange(8.0).reshape(1, 2, 2, 2), 1e-12).sum() == 1


@pytest.mark.parametrize("fraction", [0, -0.1, 1.1, float("nan")])
def test_mask_names_a_wrong_fraction(fraction):
    with pytest.raises(ValueError, match=f"fraction .* not {fraction}"):
        maps.top_mask(np.zeros((1, 1, 2, 2)), fraction)


def test_mask_names_a_wrong_shape():
    with pytest.raises(ValueError, match=r"not \(2, 2\)"):
        maps.top_mask(np.zeros((2, 2)))


def test_only_where_the_map_is_bright_the_image_is():
    values = np.zeros((2, 2, 4), "float32")
    values[0, 1, 2], values[1] = 5, -1  # of the second nothing is evidence
    first, second = maps.lit(nd.ones((2, 3, 16, 32)), nd.array(values))
    assert first.shape == second.shape == (3, 16, 32)
    assert np.allclose(second, 0.2) and first.min() == pytest.approx(0.2)
    assert first.max() <= 1
    # Cell 1 of 2 and cell 2 of 4, each 8 pixels: their middles are at 15 and 23.
    bright = np.argwhere(first[0] > 0.9)
    assert bright.min(axis=0).tolist() == [14, 22]
    assert bright.max(axis=0).tolist() == [15, 23]


def test_as_many_maps_as_images_are_wanted():
    with pytest.raises(ValueError, match=r"\(2, 10, 4, 4\).*one map of each"):
        maps.lit(np.ones((2, 3, 16, 16)), np.ones((2, 10, 4, 4)))
