"""Accuracy of a network while the garment moves, grows and loses its frame."""

from nin_utils import data, training
from nin_utils.data import Batches, place

CANVASES = range(28, 85, 8)  # pixels
SIDES = range(14, 57, 7)
CANVAS = 56  # on which the size and the place vary
STEPS = range(0, 29, 7)
NUM_PICTURES = 2_000


def accuracy_on_canvases(net, num_pictures=NUM_PICTURES):
    """Measure the accuracy on test pictures that lie on a black canvas.

    Parameters
    ----------
    net : mxnet.gluon.Block
        (N, 1, H, W) -> (N, 10), for any H and W.
    num_pictures : int
        Of the test set, the first ones.

    Returns
    -------
    dict
        ``by_canvas``: [canvas, accuracy] pairs, garments of 28 px in the
        middle. ``by_side``: [side, accuracy] pairs, in the middle of 56 px.
        ``by_place``: [top, left, accuracy] triples, garments of 28 px on
        56 px. ``num_pictures``.
    """
    images, labels = data.fashion_mnist(train=False)
    images = images[:num_pictures, ..., None]
    labels = labels[:num_pictures]

    def accuracy(canvas, side, top=None, left=None):
        middle = (canvas - side) // 2
        top, left = (middle if x is None else x for x in (top, left))
        placed = place(images, canvas, side, top, left)[..., 0]
        batches = Batches(placed, labels, 250)
        return training.evaluate_accuracy(net, batches)

    return {
        "num_pictures": len(images),
        "by_canvas": [[c, accuracy(c, 28)] for c in CANVASES],
        "by_side": [[s, accuracy(CANVAS, s)] for s in SIDES],
        "by_place": [
            [top, left, accuracy(CANVAS, 28, top, left)]
            for top in STEPS
            for left in STEPS
        ],
    }
