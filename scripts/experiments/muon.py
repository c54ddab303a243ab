"""Muon: steps of a matrix that are equally long in all directions.

K. Jordan and others, Muon: An optimizer for hidden layers in neural networks,
2024.
"""

import nin_utils  # noqa: F401  (before MXNet)

from mxnet import nd, optimizer

#: Of the polynomial that drives the singular values of a matrix, at most 1,
#: towards 1: a x + b x³ + c x⁵, applied so many times.
A, B, C, TIMES = 3.4445, -4.7750, 2.0315, 5


@optimizer.register
class Muon(optimizer.NAG):
    """NAG, but each step of a matrix is replaced by the nearest orthogonal one.

    A convolution is the matrix that takes a patch to the output channels. What
    is no matrix (biases, the scales of batch normalisation) is trained by NAG.
    """

    def update(self, index, weight, grad, state):
        """Change one parameter by its gradient, both of the same shape."""
        if weight.ndim < 2:
            super().update(index, weight, grad, state)
            return
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        grad = grad * self.rescale_grad
        state *= self.momentum
        state += grad
        step = orthogonal((grad + self.momentum * state).reshape((len(weight), -1)))
        height, width = step.shape
        weight *= 1 - lr * wd
        weight -= lr * max(1, height / width) ** 0.5 * step.reshape(weight.shape)


def orthogonal(matrix):
    """Return U Vᵀ, nearly, of a matrix U Σ Vᵀ, (m, n).

    The singular values come out between 0.7 and 1.2 if they were not tiny.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(TIMES):
        square = nd.dot(x, x, transpose_b=True)
        x = A * x + nd.dot(B * square + C * nd.dot(square, square), x)
    return x.T if tall else x
