"""Muon, an optimiser whose steps are as long in every direction."""

from mxnet import nd, optimizer

__all__ = ["Muon", "orthogonal"]

#: Of the polynomial a x + b x³ + c x⁵ that takes singular values towards 1.
_A, _B, _C, _TIMES = 3.4445, -4.7750, 2.0315, 5


@optimizer.register
class Muon(optimizer.NAG):
    """Nesterov's momentum, but each step of a matrix is made orthogonal.

    A convolution counts as the matrix that takes a patch to the output
    channels. What is not a matrix, such as biases and the scales of batch
    normalisation, is trained as by MXNet's ``"nag"``, with the same rate. Once
    this module is imported, ``gluon.Trainer`` knows the name ``"muon"``.

    Parameters
    ----------
    learning_rate : float
        Each step of a matrix with m rows and n columns moves it by this length
        in every direction, times the root of m / n if that is above 1.
    momentum : float
        Share of the last step's momentum that is kept; 0 by default.
    wd : float
        Weight decay. A matrix shrinks by the rate times this in each step,
        whatever its gradient.
    **kwargs
        As of every `mxnet.optimizer.Optimizer`.

    References
    ----------
    K. Jordan and others, Muon: An optimizer for hidden layers in neural
    networks, 2024.

    Examples
    --------
    >>> trainer = gluon.Trainer(
    ...     net.collect_params(), "muon", {"learning_rate": 0.1, "momentum": 0.9}
    ... )  # doctest: +SKIP
    """

    # Those of NAG would never ask `update`.
    create_state_multi_precision = optimizer.Optimizer.create_state_multi_precision
    update_multi_precision = optimizer.Optimizer.update_multi_precision

    def update(self, index, weight, grad, state):
        """Change one parameter by its gradient, as MXNet asks for it."""
        if weight.ndim < 2:
            super().update(index, weight, grad, state)
            return
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        grad = grad * self.rescale_grad
        if self.clip_gradient:
            grad = grad.clip(-self.clip_gradient, self.clip_gradient)
        if state is not None:
            state *= self.momentum
            state += grad
            grad += self.momentum * state
        step = orthogonal(grad.reshape((len(weight), -1)))
        rows, columns = step.shape
        weight *= 1 - lr * wd
        weight -= lr * max(1, rows / columns) ** 0.5 * step.reshape(weight.shape)


def orthogonal(matrix):
    """Return nearly the orthogonal matrix that is nearest to a matrix.

    Parameters
    ----------
    matrix : mxnet.nd.NDArray
        (m, n), with the singular value decomposition U Σ Vᵀ.

    Returns
    -------
    mxnet.nd.NDArray
        (m, n): U S Vᵀ, where S has between 0.68 and 1.21 on its diagonal, less
        only where Σ is below 1/500 of the norm of the matrix.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(_TIMES):
        square = nd.dot(x, x, transpose_b=True)
        x = _A * x + nd.dot(_B * square + _C * nd.dot(square, square), x)
    return x.T if tall else x
