"""Muon makes orthogonal steps of matrices, and NAG's of all else."""

from nin_utils.muon import Muon, orthogonal

import numpy as np
import pytest
from mxnet import autograd, gluon, nd

RNG = np.random.RandomState(0)
OPTIONS = {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}


@pytest.mark.parametrize("shape", [(10, 96), (96, 25), (48, 48)])
def test_all_directions_get_nearly_the_same(shape):
    matrix = RNG.normal(size=shape)
    found = orthogonal(nd.array(1000 * matrix)).asnumpy()
    u, sigma, vt = np.linalg.svd(matrix, full_matrices=False)
    turned = u.T @ found @ vt.T
    values = np.diag(turned)
    large = sigma > 0.05 * sigma[0]
    assert large.sum() > 0.8 * len(sigma)
    assert ((values > 0.65) & (values < 1.2))[large].all()
    assert np.abs(turned - np.diag(values)).max() < 1e-3  # no direction turns


def trained(optimizer, options, shape, grads, dtype="float32"):
    """Return a parameter before and after steps with these gradients."""
    weight = gluon.Parameter("weight", shape=shape, dtype=dtype)
    weight.initialize()
    before = np.random.RandomState(1).normal(size=shape).astype("float32")
    weight.set_data(nd.array(before, dtype=dtype))
    trainer = gluon.Trainer([weight], optimizer, options)
    for grad in grads:
        with autograd.record():
            loss = (weight.data() * nd.array(grad, dtype=dtype)).sum()
        loss.backward()
        trainer.step(2)
    return before, weight.data().asnumpy()


@pytest.mark.parametrize("momentum", [0.9, 0.0])
def test_a_convolution_is_stepped_as_the_matrix_of_its_patches(momentum):
    shape = 8, 2, 1, 1
    grads = RNG.normal(size=(2, *shape)).astype("float32")
    options = {**OPTIONS, "momentum": momentum}
    expected, found = trained("muon", options, shape, grads)
    speed = 0
    for grad in grads / 2:
        speed = momentum * speed + grad
        look = nd.array((grad + momentum * speed).reshape(8, 2))
        step = orthogonal(look).asnumpy().reshape(shape)
        expected = expected * (1 - 0.1 * 0.01) - 0.1 * 2 * step  # 2: root of 8/2
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_the_length_of_a_matrix_gradient_does_not_count():
    grads = RNG.normal(size=(2, 4, 6))
    found = [trained("muon", OPTIONS, (4, 6), k * grads)[1] for k in (1, 100)]
    np.testing.assert_allclose(*found, rtol=1e-4, atol=1e-5)
    options = {**OPTIONS, "clip_gradient": 0.1}
    clipped = trained("muon", options, (4, 6), grads)[1]
    assert np.abs(clipped - found[0]).max() > 1e-2


def test_a_vector_is_stepped_by_nag():
    grads = RNG.normal(size=(3, 5))
    ours, nags = (trained(name, OPTIONS, (5,), grads)[1] for name in ("muon", "nag"))
    assert (ours == nags).all()


def test_half_precision_is_trained_on_a_copy_in_float32():
    grads = np.repeat(RNG.normal(size=(1, 4, 6)), 100, axis=0)
    options = {**OPTIONS, "learning_rate": 1e-4, "multi_precision": True}
    before, half = trained("muon", options, (4, 6), grads, "float16")
    before, whole = trained("muon", options, (4, 6), grads)
    # In float16 alone such small steps would be lost at weights above 0.25.
    moved = (whole - before)[(abs(before) > 0.5) & (abs(before) < 1)]
    assert (abs(moved) > 2e-3).any()
    np.testing.assert_allclose(half, whole, rtol=1e-3, atol=1e-6)


def test_trainer_knows_the_class_and_its_name():
    weight = gluon.Parameter("weight", shape=(2, 3))
    weight.initialize()
    for optimizer in Muon(**OPTIONS), "muon":
        options = OPTIONS if optimizer == "muon" else None
        trainer = gluon.Trainer([weight], optimizer, options)
        assert isinstance(trainer.optimizer, Muon)
        assert trainer.optimizer.momentum == 0.9
