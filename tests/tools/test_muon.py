"""Muon makes orthogonal steps of matrices, and NAG's of all else."""

import nin_utils  # noqa: F401  (before MXNet)

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd

from experiments.muon import Muon, orthogonal

RNG = np.random.RandomState(0)


@pytest.mark.parametrize("shape", [(10, 96), (96, 25), (48, 48)])
def test_all_directions_get_nearly_the_same(shape):
    matrix = nd.array(RNG.normal(size=shape))
    found = orthogonal(1000 * matrix).asnumpy()
    u, sigma, vt = np.linalg.svd(matrix.asnumpy(), full_matrices=False)
    values = np.diag(u.T @ found @ vt.T)
    large = sigma > 0.05 * sigma[0]
    assert large.sum() > 0.8 * len(sigma)
    assert ((values > 0.6) & (values < 1.25))[large].all()
    rest = u.T @ found @ vt.T - np.diag(values)
    assert np.abs(rest).max() < 1e-3  # the directions stay


def test_a_convolution_is_stepped_as_the_matrix_of_its_patches():
    options = {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}
    rule = Muon(rescale_grad=0.5, **options)
    weight = nd.array(RNG.normal(size=(8, 2, 1, 1)))
    before, state = weight.asnumpy(), rule.create_state(0, weight)
    speed = np.zeros_like(before)
    for _ in range(2):
        grad = RNG.normal(size=weight.shape).astype("float32")
        rule.update(0, weight, nd.array(grad), state)
        speed = 0.9 * speed + grad / 2
        look = nd.array((grad / 2 + 0.9 * speed).reshape(8, 2))
        step = orthogonal(look).asnumpy().reshape(weight.shape)
        before = before * (1 - 0.1 * 0.01) - 0.1 * 2 * step  # 2: root of 8/2
    np.testing.assert_allclose(weight.asnumpy(), before, rtol=1e-4, atol=1e-5)


def test_a_vector_is_stepped_by_nag():
    options = {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}
    weights = []
    for rule in Muon(**options), mx.optimizer.NAG(**options):
        weight = nd.array([1.0, -2.0])
        state = rule.create_state(0, weight)
        for grad in ([0.5, 1.0], [1.0, -1.0]):
            rule.update(0, weight, nd.array(grad), state)
        weights.append(weight.asnumpy())
    assert (weights[0] == weights[1]).all() and (weights[0] != [1, -2]).all()
