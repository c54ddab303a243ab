"""Train the fully connected head that the lab shows beside the average.

    python scripts/train_lab_head.py

One Dense layer on the maps before the last 1x1 convolution of
`nin_mnist(pretrained="canvas")`, 96 x 7 x 7 numbers, trained on the 6,000
images of the embedded sample as they are, 28x28, for five epochs: half a
minute. Written to ``nin_utils/weights/nin_mnist_canvas_fc.params``.
"""

from nin_utils import data, models

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

from experiments.records import parser_of
from experiments.trained import save_weights, share_right

NAME = "nin_mnist_canvas_fc"
BATCH_SIZE, NUM_EPOCHS = 100, 5


def features(net, images):
    """Return the maps before the last convolution.

    Parameters
    ----------
    net : mxnet.gluon.nn.HybridSequential
        A `nin_mnist`.
    images : numpy.ndarray
        uint8, (N, 28, 28).

    Returns
    -------
    mxnet.nd.NDArray
        (N, 96, 7, 7).
    """
    body = nn.HybridSequential()
    for layer in list(net)[:6] + list(net[6])[:2]:
        body.add(layer)
    parts = np.array_split(images, max(1, len(images) // 200))
    return nd.concat(
        *[body(nd.array(part).expand_dims(1) / 255) for part in parts], dim=0
    )


def train(Z, labels, num_epochs=NUM_EPOCHS):
    """Return a trained Dense head for features `Z` (N, C, h, w)."""
    mx.random.seed(0)
    np.random.seed(0)
    head = nn.Dense(10, in_units=int(np.prod(Z.shape[1:])))
    head.initialize(init.Zero())
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(head.collect_params(), "adam", {"learning_rate": 1e-3})
    y = nd.array(labels)
    for _ in range(num_epochs):
        order = nd.array(np.random.permutation(len(Z)))
        for i in range(0, len(Z), BATCH_SIZE):
            batch = order[i : i + BATCH_SIZE]
            with autograd.record():
                l_sum = loss(head(Z[batch]), y[batch]).sum()
            l_sum.backward()
            trainer.step(len(batch))
    return head


def main():
    """Train, save in float16, say how good it is."""
    net = models.nin_mnist(pretrained="canvas")
    images, labels = data.fashion_mnist(train=True, subset=True)
    head = train(features(net, images), labels)
    save_weights(head, NAME)
    head.cast("float32")
    images, labels = data.fashion_mnist(train=False, subset=True)
    right = share_right(head(features(net, images)).asnumpy(), labels)
    print(f"{NAME}: {right:.3f} on 1,000 test images")


if __name__ == "__main__":
    parser_of(__doc__).parse_args()
    main()
